package prices_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/apperr"
	engine "github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/prices"
)

func usd(amount int64) *money.Money { return &money.Money{Amount: amount, Currency: "USD"} }

// kettle lists a product at a price and returns it.
func (b *testBundle) kettle(t *testing.T, amounts ...int64) uuid.UUID {
	t.Helper()
	b.list("kettle", "Kettle")
	b.tell("kettle", amounts...)
	b.read(t)
	return b.products(t, uuid.New(), "kettle")[0].ID
}

// costs makes the feed tell a price a minute later, and has it read.
func (b *testBundle) costs(t *testing.T, price money.Money) {
	t.Helper()
	b.clock.Advance(time.Minute)
	b.mu.Lock()
	b.told["kettle"] = append(b.told["kettle"], prices.Told{At: b.clock.Now(), Price: price})
	b.mu.Unlock()
	b.read(t)
}

func (b *testBundle) check(t *testing.T) int {
	t.Helper()
	fired, err := b.service.CheckAlerts(t.Context())
	require.NoError(t, err)
	return fired
}

func (b *testBundle) waits(t *testing.T, params prices.CreateAlertParams) prices.Alert {
	t.Helper()
	alert, err := b.service.CreateAlert(t.Context(), params)
	require.NoError(t, err)
	return alert
}

func (b *testBundle) alert(t *testing.T, user uuid.UUID) prices.Alert {
	t.Helper()
	page, err := b.service.Alerts(t.Context(), prices.ListAlertsParams{UserID: user, Limit: 10})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	return page.Items[0]
}

func TestCheckAlerts_TellsOnceOverFeedMailAndHint(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kettle := b.kettle(t, 300, 290, 310)
	alert := b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250)})
	require.Equal(t, engine.Armed, alert.Phase)
	require.Contains(t, *alert.Hint, "has not been at $2.50 in the last 3 days")
	require.Zero(t, b.check(t))
	require.Zero(t, b.rows(t, "told"))
	b.costs(t, *usd(240))
	require.Equal(t, 1, b.check(t))
	require.Zero(t, b.check(t))
	b.costs(t, *usd(230))
	require.Zero(t, b.check(t), "it is done")
	require.Equal(t, 1, b.rows(t, "told WHERE kind = 'feed' AND text = 'The price has come down to $2.40; you waited for $2.50.'"))
	require.Equal(t, 1, b.rows(t, "told WHERE kind = 'mail'"))
	require.Equal(t, 2, b.rows(t, "told"))
	require.Equal(t, 1, b.rows(t, "price_alert_firings WHERE cause = 'reached' AND amount = 240 AND target = 250"))
	require.Equal(t, []events.Hint{{Type: events.AlertFired, AlertID: alert.ID}}, b.teller.hints)
	told := b.alert(t, alice)
	require.Equal(t, engine.Done, told.Phase)
	require.NotNil(t, told.LastFiredAt)
	require.Nil(t, told.Hint, "the target has been reached")
}

// Why: two workers look at the same alerts whenever a periodic job meets the one after the feed.
func TestCheckAlerts_ManyWorkersTellEachAlertOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	kettle := b.kettle(t, 300, 290, 310)
	const alerts, workers = 30, 6
	for i := range alerts {
		user := b.user(t, fmt.Sprint("user ", i))
		b.waits(t, prices.CreateAlertParams{UserID: user, ProductID: kettle, Direction: engine.Below, Threshold: usd(250), Rearm: true})
	}
	for round := 1; round <= 3; round++ {
		b.costs(t, *usd(240))
		var group sync.WaitGroup
		for range workers {
			service := b.newService(t)
			group.Go(func() {
				_, err := service.CheckAlerts(t.Context())
				require.NoError(t, err)
			})
		}
		group.Wait()
		b.check(t) // what one skipped because another held it is done by the other; a last look finds nothing
		require.Equal(t, round*alerts, b.rows(t, "told WHERE kind = 'feed'"))
		require.Equal(t, round*alerts, b.rows(t, "told WHERE kind = 'mail'"))
		require.Equal(t, round*alerts, b.rows(t, "price_alert_firings"))
		b.costs(t, *usd(300))
		require.Zero(t, b.check(t))
	}
	require.Len(t, b.teller.hints, 3*alerts)
}

// Why: a process may die, or a part fail, between the row, the feed and the mail; then none of them may be there, and the
// next look has to tell it, once.
func TestCheckAlerts_WhatFailsHalfwayIsToldByTheNextLook(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"feed", "mail"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			alice, bob := b.user(t, "alice"), b.user(t, "bob")
			kettle := b.kettle(t, 300, 310)
			b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250)})
			b.costs(t, *usd(240))
			b.teller.fails = func(part string) error {
				if part == kind {
					return errors.New("the process died here")
				}
				return nil
			}
			_, err := b.service.CheckAlerts(t.Context())
			require.Error(t, err)
			require.Zero(t, b.rows(t, "told"))
			require.Zero(t, b.rows(t, "price_alert_firings"))
			require.Empty(t, b.teller.hints)
			require.Equal(t, engine.Armed, b.alert(t, alice).Phase)

			// Another one that works is not held up by it.
			b.waits(t, prices.CreateAlertParams{UserID: bob, ProductID: kettle, Direction: engine.Above, Threshold: usd(10_000)})
			fired, err := b.service.CheckAlerts(t.Context())
			require.NoError(t, err)
			require.Zero(t, fired)
			b.teller.fails = nil
			require.Equal(t, 1, b.check(t))
			require.Equal(t, 2, b.rows(t, "told"))
		})
	}
}

// The user is in New York: nine in the morning UTC is four at night.
func TestCheckAlerts_QuietHoursAreTheUsers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kettle := b.kettle(t, 300, 310)
	b.waits(t, prices.CreateAlertParams{
		UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250), Quiet: prices.DefaultQuietHours(),
	})
	b.costs(t, *usd(240))
	require.Zero(t, b.check(t))
	require.Zero(t, b.rows(t, "told"))
	require.Equal(t, engine.Armed, b.alert(t, alice).Phase)
	b.clock.Advance(2 * time.Hour)
	require.Zero(t, b.check(t), "six in the morning")
	b.clock.Advance(time.Hour)
	require.Equal(t, 1, b.check(t), "past seven")
	require.Zero(t, b.check(t))
	require.Equal(t, 2, b.rows(t, "told"))
}

func TestCheckAlerts_WhatIsNoPriceIsNoChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kettle := b.kettle(t, 300, 310)
	b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250)})
	b.costs(t, money.Money{Amount: 1, Currency: "EUR"})
	require.Zero(t, b.check(t), "another currency")
	b.fails = map[string]bool{"kettle": true}
	b.told["kettle"] = append(b.told["kettle"], prices.Told{At: b.clock.Now().Add(time.Second), Price: *usd(1)})
	_, err := b.service.ReadFeed(t.Context())
	require.Error(t, err)
	require.Zero(t, b.check(t), "the feed could not be read")
	require.Zero(t, b.rows(t, "told"))
}

// What only one's own orders tell of can be waited for too, and counts the next order.
func TestCheckAlerts_OwnOrders(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice, bob := b.user(t, "alice"), b.user(t, "bob")
	b.buys(t, alice, otherShop, "tea", "Tea", 500, 1, 9)
	tea := b.products(t, alice, "tea")[0].ID
	alert := b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: tea, Direction: engine.Above, PercentBps: new(int64(10_00))})
	require.Equal(t, *usd(550), alert.Target)
	b.buys(t, bob, otherShop, "tea", "Tea", 900, 1, 2)
	require.Zero(t, b.check(t), "what Bob pays is no news to Alice")
	b.buys(t, alice, otherShop, "tea", "Tea", 560, 1, 1)
	require.Equal(t, 1, b.check(t))
	require.Equal(t, 1, b.rows(t, "told WHERE kind = 'mail' AND text = 'The price has gone up to $5.60, 10% or more above the $5.00 it was when you set the alert.'"))
	_, err := b.service.CreateAlert(t.Context(), prices.CreateAlertParams{UserID: bob, ProductID: tea, Direction: engine.Above, Threshold: usd(1)})
	require.True(t, apperr.Is(err, apperr.CodeInvalidRequest), "a product of Alice's is none for Bob")
	b.exec(t, "DELETE FROM linked_accounts WHERE user_id = $1", alice)
	require.Zero(t, b.rows(t, "price_alerts"), "the alert goes with the product")
}

func TestCheckAlerts_Expiry(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kettle := b.kettle(t, 300, 310)
	b.waits(t, prices.CreateAlertParams{
		UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250), ExpiresAt: new(now.Add(time.Hour)),
	})
	b.clock.Advance(2 * time.Hour)
	require.Equal(t, engine.Expired, b.alert(t, alice).Phase, "also before anybody looked")
	b.costs(t, *usd(240))
	require.Zero(t, b.check(t))
	require.Equal(t, 1, b.rows(t, "price_alerts WHERE phase = 'expired'"))
}

func TestUpdateAlert(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice, bob := b.user(t, "alice"), b.user(t, "bob")
	kettle := b.kettle(t, 300, 310)
	alert := b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(320)})
	anyVersion := func(int64) bool { return true }
	change := func(params prices.UpdateAlertParams) (prices.Alert, error) {
		params.AlertID = alert.ID
		if params.UserID == uuid.Nil {
			params.UserID = alice
		}
		if params.Accepts == nil {
			params.Accepts = anyVersion
		}
		return b.service.UpdateAlert(t.Context(), params)
	}
	require.Equal(t, 1, b.check(t), "it was there from the start")
	changed, err := change(prices.UpdateAlertParams{Rearm: new(true)})
	require.NoError(t, err)
	require.Equal(t, engine.Resting, changed.Phase)
	changed, err = change(prices.UpdateAlertParams{Rearm: new(false)})
	require.NoError(t, err)
	require.Equal(t, engine.Done, changed.Phase)
	require.EqualValues(t, 3, changed.Version)

	changed, err = change(prices.UpdateAlertParams{PercentBps: new(int64(10_00))})
	require.NoError(t, err)
	require.Equal(t, engine.Armed, changed.Phase)
	require.Nil(t, changed.Threshold)
	require.Equal(t, *usd(279), changed.Target)
	b.costs(t, *usd(400))
	changed, err = change(prices.UpdateAlertParams{Direction: new(engine.Above)})
	require.NoError(t, err)
	require.Equal(t, *usd(440), changed.Target, "a percentage counts from today's price")
	changed, err = change(prices.UpdateAlertParams{SetQuiet: true, Quiet: &prices.QuietHours{From: 1, To: 2}, SetExpiry: true, ExpiresAt: new(now.Add(time.Hour))})
	require.NoError(t, err)
	require.Equal(t, &prices.QuietHours{From: 1, To: 2}, changed.Quiet)
	b.clock.Advance(2 * time.Hour)
	require.Zero(t, b.check(t))
	changed, err = change(prices.UpdateAlertParams{Threshold: usd(500)})
	require.NoError(t, err)
	require.Equal(t, engine.Armed, changed.Phase)
	require.Nil(t, changed.ExpiresAt, "an expiry that has passed does not end the new one at once")
	same, err := change(prices.UpdateAlertParams{})
	require.NoError(t, err)
	require.Equal(t, changed, same)

	for name, test := range map[string]struct {
		params prices.UpdateAlertParams
		code   apperr.Code
	}{
		"OfOthers":      {prices.UpdateAlertParams{UserID: bob, Rearm: new(true)}, apperr.CodeNotFound},
		"OldVersion":    {prices.UpdateAlertParams{Rearm: new(true), Accepts: func(v int64) bool { return v == 1 }}, apperr.CodePreconditionFailed},
		"OtherCurrency": {prices.UpdateAlertParams{Threshold: &money.Money{Amount: 1, Currency: "EUR"}}, apperr.CodeInvalidRequest},
		"Nothing":       {prices.UpdateAlertParams{Threshold: usd(0)}, apperr.CodeInvalidRequest},
		"Both":          {prices.UpdateAlertParams{Threshold: usd(1), PercentBps: new(int64(1))}, apperr.CodeInvalidRequest},
		"AllOfIt":       {prices.UpdateAlertParams{PercentBps: new(int64(100_00)), Direction: new(engine.Below)}, apperr.CodeInvalidRequest},
		"Past":          {prices.UpdateAlertParams{SetExpiry: true, ExpiresAt: new(now)}, apperr.CodeInvalidRequest},
	} {
		_, err := change(test.params)
		require.True(t, apperr.Is(err, test.code), "%s: %v", name, err)
	}
	require.Equal(t, same, b.alert(t, alice))
	require.ErrorIs(t, b.service.DeleteAlert(t.Context(), bob, alert.ID), prices.ErrAlertNotFound)
	require.NoError(t, b.service.DeleteAlert(t.Context(), alice, alert.ID))
	require.ErrorIs(t, b.service.DeleteAlert(t.Context(), alice, alert.ID), prices.ErrAlertNotFound)
	_, err = change(prices.UpdateAlertParams{Rearm: new(true)})
	require.ErrorIs(t, err, prices.ErrAlertNotFound)
}

// A change and a look at once: whichever comes second goes by what the first left.
func TestUpdateAlert_WhileItIsChecked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kettle := b.kettle(t, 300, 310)
	alert := b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250)})
	b.costs(t, *usd(240))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			_, err := b.service.CheckAlerts(context.WithoutCancel(t.Context()))
			require.NoError(t, err)
		})
	}
	_, err := b.service.UpdateAlert(t.Context(), prices.UpdateAlertParams{
		UserID: alice, AlertID: alert.ID, Threshold: usd(100), Accepts: func(int64) bool { return true },
	})
	require.NoError(t, err)
	group.Wait()
	require.LessOrEqual(t, b.rows(t, "price_alert_firings"), 1)
	b.check(t)
	require.Equal(t, engine.Armed, b.alert(t, alice).Phase)
	require.Equal(t, *usd(100), b.alert(t, alice).Target)
}

func TestWaiting_NamesTheUsersOwnAlerts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice, bob := b.user(t, "alice"), b.user(t, "bob")
	kettle := b.kettle(t, 300, 310)
	b.waits(t, prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250)})
	waiting, err := b.service.Waiting(t.Context(), alice)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, "Kettle", waiting[0].Product.Name)
	require.Equal(t, kettle.String(), waiting[0].Product.ID)
	require.Equal(t, *usd(250), waiting[0].Target)
	require.Equal(t, engine.Armed, waiting[0].Phase)
	waiting, err = b.service.Waiting(t.Context(), bob)
	require.NoError(t, err)
	require.Empty(t, waiting)
}

func TestCreateAlert_HasALimit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	alice := b.user(t, "alice")
	kettle := b.kettle(t, 300, 310)
	params := prices.CreateAlertParams{UserID: alice, ProductID: kettle, Direction: engine.Below, Threshold: usd(250)}
	for i := range int64(100) {
		params.Threshold = usd(150 + i)
		b.waits(t, params)
	}
	_, err := b.service.CreateAlert(t.Context(), params)
	require.ErrorIs(t, err, prices.ErrTooManyAlerts)
	params.Threshold = usd(149)
	_, err = b.service.CreateAlert(t.Context(), params)
	require.ErrorIs(t, err, prices.ErrTooManyAlerts)
	var before *prices.AlertCursor
	seen := map[uuid.UUID]bool{}
	for {
		page, err := b.service.Alerts(t.Context(), prices.ListAlertsParams{UserID: alice, Limit: 7, Before: before})
		require.NoError(t, err)
		for _, alert := range page.Items {
			require.False(t, seen[alert.ID])
			seen[alert.ID] = true
		}
		if before = page.Next; before == nil {
			break
		}
	}
	require.Len(t, seen, 100)
}
