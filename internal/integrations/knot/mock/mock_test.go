package mock

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
)

// What every implementation promises is in knot/conformance_test.go; here is what only the mock does.

func setup(t *testing.T, options ...Option) (*Linker, *clock.Fake) {
	t.Helper()
	clk := clock.NewFake(someDay)
	linker, err := New(clk, options...)
	require.NoError(t, err)
	return linker, clk
}

func TestUnlinkLastsUntilTheNextSession(t *testing.T) {
	t.Parallel()
	linker, _ := setup(t)
	before, err := linker.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Len(t, before, 4)
	require.NoError(t, linker.Unlink(t.Context(), "u-1", before[0].MerchantID))

	_, err = linker.StartSession(t.Context(), "u-2", accounts.ProductTransactions, "")
	require.NoError(t, err)
	linked, err := linker.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, before[1:], linked, "somebody else's session changes nothing")

	_, err = linker.StartSession(t.Context(), "u-1", accounts.ProductTransactions, "")
	require.NoError(t, err)
	linked, err = linker.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, before, linked)

	require.NoError(t, linker.Unlink(t.Context(), "u-1", before[0].MerchantID))
	restarted, _ := setup(t)
	linked, err = restarted.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, before, linked, "another process remembers nothing of it")
}

func TestCardsMayBeChangedOnlyAfterACardSwitcherSession(t *testing.T) {
	t.Parallel()
	linker, _ := setup(t, WithPersonas(map[string]Persona{"alice": {Merchants: []int64{165, 19}}}))
	for _, step := range []struct {
		product, card string
		switches      bool
	}{{accounts.ProductTransactions, "", false}, {accounts.ProductCardSwitcher, "card-7", true}, {accounts.ProductTransactions, "", true}} {
		_, err := linker.StartSession(t.Context(), "alice", step.product, step.card)
		require.NoError(t, err)
		linked, err := linker.LinkedAccounts(t.Context(), "alice")
		require.NoError(t, err)
		require.Equal(t, step.switches, linked[0].CardTask != "", "and a task waits for the card")
		linked[0].CardTask = ""
		require.Equal(t, []accounts.VendorAccount{
			{MerchantID: 19, MerchantName: "DoorDash", AccountName: "DoorDash account", Transactions: true, Cards: step.switches},
			{MerchantID: 165, MerchantName: "Costco", AccountName: "Costco account", Transactions: true}, // offers no card switching
		}, linked)
	}
}

func TestSessionLastsHalfAnHour(t *testing.T) {
	t.Parallel()
	linker, clk := setup(t)
	clk.Advance(time.Hour)
	session, err := linker.StartSession(t.Context(), "u-1", accounts.ProductTransactions, "")
	require.NoError(t, err)
	require.Equal(t, accounts.LinkSession{
		ID: session.ID, Environment: "development", ClientID: "lattice-mock", ExpiresAt: someDay.Add(90 * time.Minute), Mock: true,
	}, session)
}

func TestASyncFindsTheOrdersThatWereSeeded(t *testing.T) {
	t.Parallel()
	persona := Persona{Merchants: []int64{40}, CadencePercent: 130, Favourites: []string{"produce"}, Cards: []Card{{Brand: "visa", LastFour: "4242", Share: 1}}}
	linker, clk := setup(t, WithPersonas(map[string]Persona{"alice": persona}))
	seeded := Orders("alice", persona, 40, clk.Now())
	first, err := linker.OrderPage(t.Context(), "alice", 40, "")
	require.NoError(t, err)
	require.Empty(t, first.Next)
	synced := first.Orders
	require.Equal(t, seeded, synced)
	cursor := cursorAfter(synced[len(synced)-1])

	clk.Advance(14 * 24 * time.Hour)
	later, err := linker.OrderPage(t.Context(), "alice", 40, cursor)
	require.NoError(t, err)
	require.NotEmpty(t, later.Orders)
	for _, order := range later.Orders {
		require.True(t, order.PlacedAt.After(someDay), "only the new ones come after the cursor")
	}
	whole, err := linker.OrderPage(t.Context(), "alice", 40, "")
	require.NoError(t, err)
	require.Greater(t, len(whole.Orders), len(seeded)-6, "older months may have gone")
	require.Equal(t, later.Orders, whole.Orders[len(whole.Orders)-len(later.Orders):])
}

func TestASeedMisbehavesTheSameWayEveryTime(t *testing.T) {
	t.Parallel()
	play := func(seed uint64) (outcomes []string) {
		linker, _ := setup(t, WithFaults(seed), WithPersonas(map[string]Persona{"alice": {Merchants: []int64{40}}}))
		for range 60 {
			page, err := linker.OrderPage(t.Context(), "alice", 40, cursorAfter(accounts.Order{PlacedAt: someDay.AddDate(0, -1, 0)}))
			outcomes = append(outcomes, fmt.Sprint(len(page.Orders), err))
		}
		return outcomes
	}
	well := play(0)
	for _, outcome := range well {
		require.Equal(t, well[0], outcome)
	}
	ill := play(7)
	require.Equal(t, ill, play(7))
	require.NotEqual(t, ill, play(8))
	require.Contains(t, ill, "0 "+errMadeUp.Error())
	require.Contains(t, ill, "0 "+accounts.ErrCursorRefused.Error())
	require.Contains(t, ill, well[0])
}

// What the mock is sent it cannot read; that it is shaped as the vendor wants it, it can see.
func TestACardIsTakenOnceForItsTask(t *testing.T) {
	t.Parallel()
	linker, _ := setup(t, WithPersonas(map[string]Persona{"alice": {Merchants: []int64{19}}}))
	_, err := linker.StartSession(t.Context(), "alice", accounts.ProductCardSwitcher, "card-7")
	require.NoError(t, err)
	linked, err := linker.LinkedAccounts(t.Context(), "alice")
	require.NoError(t, err)
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	jwe := part(`{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"lattice-mock"}`) + "." + part("key") + "." + part("iv") + "." + part("text") + "." + part("tag")
	_, err = linker.SendCard(t.Context(), "alice", "1", jwe)
	require.ErrorIs(t, err, accounts.ErrTaskOver, "another task")
	outcome, err := linker.SendCard(t.Context(), "alice", linked[0].CardTask, jwe)
	require.NoError(t, err)
	require.Equal(t, accounts.CardUpdated, outcome)
	_, err = linker.SendCard(t.Context(), "alice", linked[0].CardTask, jwe)
	require.ErrorIs(t, err, accounts.ErrTaskOver, "once")
	for _, header := range []string{`{}`, `{"alg":"RSA1_5","enc":"A256GCM","kid":"lattice-mock"}`, `{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"other"}`} {
		require.False(t, looksEncrypted(part(header)+"."+part("key")+"."+part("iv")+"."+part("text")+"."+part("tag")))
	}
}

func TestNewRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	_, err := New(nil)
	require.Error(t, err)
	_, err = New(clock.NewFake(someDay), WithPersonas(map[string]Persona{"": {}}))
	require.Error(t, err)
	_, err = New(clock.NewFake(someDay), WithPersonas(map[string]Persona{"alice": {CadencePercent: 900}}))
	require.Error(t, err)
}
