package knot_test

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// noMerchant is an id no vendor has given out.
const noMerchant = int64(999_999_999)

// subject is an implementation under test.
type subject struct {
	linker  accounts.Linker
	clock   clock.Clock
	mock    bool
	userRef string // has linked accounts with orders
	other   string // another user who has
	// task has the user sign in for a card switch, and returns the task that waits for the card.
	task func(t *testing.T) string
}

// TestConformance holds every implementation to what accounts.Linker promises. A new one adds a line to the table.
func TestConformance(t *testing.T) {
	t.Parallel()
	implementations := []struct {
		name  string
		setup func(t *testing.T) subject
	}{
		{"mock", func(t *testing.T) subject {
			clk := clock.NewFake(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
			often := map[string]mock.Persona{"u-1001": {Merchants: []int64{19, 45}, CadencePercent: 200}} // more than a page
			linker, err := knot.Select(t.Context(), knot.Config{Personas: often}, clk, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			return subject{linker: linker, clock: clk, mock: true, userRef: "u-1001", other: "u-1002", task: func(t *testing.T) string {
				_, err := linker.StartSession(t.Context(), "u-1001", accounts.ProductCardSwitcher, "card-7")
				require.NoError(t, err)
				linked, err := linker.LinkedAccounts(t.Context(), "u-1001")
				require.NoError(t, err)
				at := slices.IndexFunc(linked, func(account accounts.VendorAccount) bool { return account.CardTask != "" })
				require.GreaterOrEqual(t, at, 0)
				return linked[at].CardTask
			}}
		}},
		{"live against the simulator", func(t *testing.T) subject {
			v := newVendor(t, simulated.Readings{})
			for _, ref := range []string{"u-1001", "u-1002"} {
				for _, merchantID := range []int64{19, 45} {
					v.Link(ref, merchantID)
					v.Add(ref, merchantID, simulated.Made(ref, merchantID, v.clock.Now(), 0, 205)...) // three pages
				}
			}
			task := func(t *testing.T) string { return v.task(t, "u-1001") }
			return subject{linker: v.client, clock: v.clock, userRef: "u-1001", other: "u-1002", task: task}
		}},
	}
	guarantees := []struct {
		name string
		run  func(t *testing.T, s subject)
	}{
		{"every session is new, open and usable by the SDK", sessionsAreNew},
		{"a session wants a user and a known product", sessionsWantTheirInput},
		{"linked accounts are complete and ordered", accountsAreComplete},
		{"the figures of every order agree", ordersAgree},
		{"no string of an order could be a card number", ordersHoldNoCardNumber},
		{"the orders of a merchant that is not linked are an error", ordersWantALink},
		{"unlinking ends this link only and may be repeated", unlinkIsIdempotent},
		{"a context that is over stops every call", contextIsHonoured},
		{"calls may come at once", callsMayComeAtOnce},
		{"pages add up to the whole, and a cursor goes on where it was given", pagesAddUp},
		{"a cursor nobody gave is refused", strangeCursorsAreRefused},
		{"one order can be asked for", ordersCanBeAskedFor},
		{"an open session can be extended, another cannot", openSessionsCanBeExtended},
		{"merchants are listed by product", merchantsAreListed},
		{"cards are encrypted with a key for it alone", keysAreForCards},
		{"what is no card is refused", otherThanCardsAreRefused},
		{"a card is taken for its task, and for no other", cardsAreTakenForTheirTask},
		{"deleting a user leaves nothing and may be repeated", deletionIsIdempotent},
	}
	for _, implementation := range implementations {
		t.Run(implementation.name, func(t *testing.T) {
			t.Parallel()
			for _, guarantee := range guarantees {
				t.Run(guarantee.name, func(t *testing.T) {
					t.Parallel()
					guarantee.run(t, implementation.setup(t))
				})
			}
		})
	}
}

func sessionsAreNew(t *testing.T, s subject) {
	seen := map[string]bool{}
	for _, product := range []string{accounts.ProductTransactions, accounts.ProductTransactions, accounts.ProductCardSwitcher} {
		session, err := s.linker.StartSession(t.Context(), s.userRef, product, cardFor(product))
		require.NoError(t, err)
		require.NoError(t, uuid.Validate(session.ID))
		require.False(t, seen[session.ID])
		seen[session.ID] = true
		require.Contains(t, []string{"development", "production"}, session.Environment)
		require.NotEmpty(t, session.ClientID)
		require.True(t, session.ExpiresAt.After(s.clock.Now()))
		require.Equal(t, s.mock, session.Mock)
	}
}

func sessionsWantTheirInput(t *testing.T, s subject) {
	_, err := s.linker.StartSession(t.Context(), "", accounts.ProductTransactions, "")
	require.Error(t, err)
	_, err = s.linker.StartSession(t.Context(), s.userRef, "shopping", "")
	require.Error(t, err)
	_, err = s.linker.StartSession(t.Context(), s.userRef, accounts.ProductCardSwitcher, "")
	require.Error(t, err)
}

func accountsAreComplete(t *testing.T, s subject) {
	linked := mustLinked(t, s, s.userRef)
	require.NotEmpty(t, linked)
	for i, account := range linked {
		require.Positive(t, account.MerchantID)
		require.NotEmpty(t, account.AccountName)
		require.True(t, i == 0 || linked[i-1].MerchantID < account.MerchantID, "by merchant id, each once")
	}
	require.Equal(t, linked, mustLinked(t, s, s.userRef))
	_, err := s.linker.LinkedAccounts(t.Context(), "")
	require.Error(t, err)
}

var (
	statuses = []string{
		accounts.OrderOrdered, accounts.OrderBilled, accounts.OrderShipped, accounts.OrderDelivered, accounts.OrderPickedUp,
		accounts.OrderCompleted, accounts.OrderReturned, accounts.OrderRefunded, accounts.OrderCancelled, accounts.OrderFailed,
		accounts.OrderOther,
	}
	adjustments = []string{
		accounts.AdjustmentDiscount, accounts.AdjustmentTax, accounts.AdjustmentTip, accounts.AdjustmentFee,
		accounts.AdjustmentRefund, accounts.AdjustmentOther,
	}
	payments = []string{
		accounts.PaymentCard, accounts.PaymentApplePay, accounts.PaymentGooglePay, accounts.PaymentAmazonPay,
		accounts.PaymentPayPal, accounts.PaymentCashApp, accounts.PaymentVenmo, accounts.PaymentAffirm, accounts.PaymentKlarna,
		accounts.PaymentGiftCard, accounts.PaymentCash, accounts.PaymentBankAccount, accounts.PaymentLoyaltyPoints,
		accounts.PaymentOther,
	}
)

func ordersAgree(t *testing.T, s subject) {
	for _, account := range mustLinked(t, s, s.userRef) {
		orders := mustOrders(t, s, s.userRef, account.MerchantID)
		require.NotEmpty(t, orders)
		ids := map[string]bool{}
		for _, order := range orders {
			require.NoError(t, order.Validate())
			require.False(t, ids[order.VendorID], "the vendor's ids are unique")
			ids[order.VendorID] = true
			require.NotEmpty(t, order.ExternalID)
			require.False(t, order.PlacedAt.After(s.clock.Now()), "no order from the future")
			require.Equal(t, time.UTC, order.PlacedAt.Location())
			require.Contains(t, statuses, order.Status)
			require.Len(t, order.Currency, 3)
			require.NotEmpty(t, order.Items)
			require.NotEmpty(t, order.Payments)
			for _, item := range order.Items {
				require.NotEmpty(t, item.Name)
			}
			for _, adjustment := range order.Adjustments {
				require.Contains(t, adjustments, adjustment.Type)
				require.NotEmpty(t, adjustment.Label)
			}
			for _, payment := range order.Payments {
				require.Contains(t, payments, payment.Type)
				require.Equal(t, payment.Brand == "", payment.LastFour == "")
			}
		}
		require.Equal(t, orders, mustOrders(t, s, s.userRef, account.MerchantID))
	}
}

// Thirteen digits are the fewest a card number has. What we store must not even look like one.
var likeACardNumber = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){12}`)

func ordersHoldNoCardNumber(t *testing.T, s subject) {
	for _, account := range mustLinked(t, s, s.userRef) {
		require.NotRegexp(t, likeACardNumber, account.AccountName)
		for _, order := range mustOrders(t, s, s.userRef, account.MerchantID) {
			require.NotRegexp(t, likeACardNumber, strings.Join(texts(order), "\n"))
			for _, payment := range order.Payments {
				require.Contains(t, []int{0, 4}, len(payment.LastFour))
			}
		}
	}
}

func texts(order accounts.Order) []string {
	all := []string{order.ExternalID, order.Status, order.Currency, order.URL}
	for _, item := range order.Items {
		all = append(all, item.Name, item.ProductID)
	}
	for _, adjustment := range order.Adjustments {
		all = append(all, adjustment.Type, adjustment.Label)
	}
	for _, payment := range order.Payments {
		all = append(all, payment.Type, payment.Brand, payment.LastFour)
	}
	return all
}

func ordersWantALink(t *testing.T, s subject) {
	_, err := s.linker.OrderPage(t.Context(), s.userRef, noMerchant, "")
	require.ErrorIs(t, err, accounts.ErrNotLinked)
	_, err = s.linker.OrderPage(t.Context(), "", mustLinked(t, s, s.userRef)[0].MerchantID, "")
	require.Error(t, err)
}

func unlinkIsIdempotent(t *testing.T, s subject) {
	before, others := mustLinked(t, s, s.userRef), mustLinked(t, s, s.other)
	gone := before[0].MerchantID
	for range 2 {
		require.NoError(t, s.linker.Unlink(t.Context(), s.userRef, gone))
		require.Equal(t, before[1:], mustLinked(t, s, s.userRef))
	}
	_, err := s.linker.OrderPage(t.Context(), s.userRef, gone, "")
	require.ErrorIs(t, err, accounts.ErrNotLinked)
	mustOrders(t, s, s.userRef, before[1].MerchantID)

	require.NoError(t, s.linker.Unlink(t.Context(), s.userRef, noMerchant), "what is not linked is no error")
	require.Error(t, s.linker.Unlink(t.Context(), "", gone))
	require.Equal(t, others, mustLinked(t, s, s.other))
}

func contextIsHonoured(t *testing.T, s subject) {
	linked := mustLinked(t, s, s.userRef)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, err := s.linker.StartSession(ctx, s.userRef, accounts.ProductTransactions, "")
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.linker.LinkedAccounts(ctx, s.userRef)
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.linker.OrderPage(ctx, s.userRef, linked[0].MerchantID, "")
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, s.linker.Unlink(ctx, s.userRef, linked[0].MerchantID), context.Canceled)
	require.Equal(t, linked, mustLinked(t, s, s.userRef), "a call that was stopped has changed nothing")
}

// The race detector is the judge of this one.
func callsMayComeAtOnce(t *testing.T, s subject) {
	linked := mustLinked(t, s, s.userRef)
	last := linked[len(linked)-1].MerchantID
	calls := []func() error{
		func() error {
			_, err := s.linker.StartSession(t.Context(), s.userRef, accounts.ProductCardSwitcher, "card-7")
			return err
		},
		func() error { _, err := s.linker.LinkedAccounts(t.Context(), s.userRef); return err },
		func() error {
			_, err := s.linker.OrderPage(t.Context(), s.userRef, linked[0].MerchantID, "")
			return err
		},
		func() error { return s.linker.Unlink(t.Context(), s.userRef, last) },
	}
	failures := make([]error, 4*len(calls))
	var group sync.WaitGroup
	for i := range failures {
		group.Go(func() { failures[i] = calls[i%len(calls)]() })
	}
	group.Wait()
	for _, err := range failures {
		require.NoError(t, err)
	}
}

func mustLinked(t *testing.T, s subject, userRef string) []accounts.VendorAccount {
	t.Helper()
	linked, err := s.linker.LinkedAccounts(t.Context(), userRef)
	require.NoError(t, err)
	return slices.Clone(linked)
}

func mustOrders(t *testing.T, s subject, userRef string, merchantID int64) (all []accounts.Order) {
	t.Helper()
	for _, page := range mustPages(t, s, userRef, merchantID) {
		all = append(all, page.Orders...)
	}
	return all
}

func mustPages(t *testing.T, s subject, userRef string, merchantID int64) (pages []accounts.OrderPage) {
	t.Helper()
	for cursor := ""; ; {
		page, err := s.linker.OrderPage(t.Context(), userRef, merchantID, cursor)
		require.NoError(t, err)
		pages = append(pages, page)
		if page.Next == "" {
			return pages
		}
		require.NotEmpty(t, page.Orders, "a page that leads on is not empty")
		require.NotEqual(t, cursor, page.Next)
		cursor = page.Next
	}
}

func cardFor(product string) string {
	if product == accounts.ProductCardSwitcher {
		return "card-7"
	}
	return ""
}

func pagesAddUp(t *testing.T, s subject) {
	seen := 0
	for _, account := range mustLinked(t, s, s.userRef) {
		pages := mustPages(t, s, s.userRef, account.MerchantID)
		seen = max(seen, len(pages))
		for i, page := range pages[:len(pages)-1] {
			again, err := s.linker.OrderPage(t.Context(), s.userRef, account.MerchantID, page.Next)
			require.NoError(t, err)
			require.Equal(t, pages[i+1], again)
		}
	}
	require.Greater(t, seen, 1, "somewhere there is more than a page")
}

func strangeCursorsAreRefused(t *testing.T, s subject) {
	merchant := mustLinked(t, s, s.userRef)[0].MerchantID
	_, err := s.linker.OrderPage(t.Context(), s.userRef, merchant, "not a cursor")
	require.ErrorIs(t, err, accounts.ErrCursorRefused)
}

func ordersCanBeAskedFor(t *testing.T, s subject) {
	merchant := mustLinked(t, s, s.userRef)[0].MerchantID
	for _, order := range mustOrders(t, s, s.userRef, merchant)[:3] {
		again, err := s.linker.Order(t.Context(), s.userRef, merchant, order.VendorID)
		require.NoError(t, err)
		require.Equal(t, order, again)
	}
	_, err := s.linker.Order(t.Context(), s.userRef, merchant, uuid.NewString())
	require.ErrorIs(t, err, accounts.ErrOrderUnknown)
	_, err = s.linker.Order(t.Context(), "", merchant, uuid.NewString())
	require.Error(t, err)
}

func openSessionsCanBeExtended(t *testing.T, s subject) {
	session, err := s.linker.StartSession(t.Context(), s.userRef, accounts.ProductTransactions, "")
	require.NoError(t, err)
	until, err := s.linker.ExtendSession(t.Context(), s.userRef, session.ID)
	require.NoError(t, err)
	require.False(t, until.Before(session.ExpiresAt))
	_, err = s.linker.ExtendSession(t.Context(), s.userRef, uuid.NewString())
	require.ErrorIs(t, err, accounts.ErrSessionOver)
}

func merchantsAreListed(t *testing.T, s subject) {
	for _, product := range []string{accounts.ProductTransactions, accounts.ProductCardSwitcher} {
		merchants, err := s.linker.Merchants(t.Context(), product)
		require.NoError(t, err)
		require.NotEmpty(t, merchants)
		for i, merchant := range merchants {
			require.NotEmpty(t, merchant.Name)
			require.True(t, i == 0 || merchants[i-1].ID < merchant.ID, "by id, each once")
		}
	}
	_, err := s.linker.Merchants(t.Context(), "shopping")
	require.Error(t, err)
}

func deletionIsIdempotent(t *testing.T, s subject) {
	others := mustLinked(t, s, s.other)
	for range 2 {
		require.NoError(t, s.linker.DeleteUser(t.Context(), s.userRef))
	}
	linked, err := s.linker.LinkedAccounts(t.Context(), s.userRef)
	if !errors.Is(err, accounts.ErrUserUnknown) {
		require.NoError(t, err)
		require.Empty(t, linked)
	}
	require.Equal(t, others, mustLinked(t, s, s.other))
}
