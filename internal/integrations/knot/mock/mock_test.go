package mock

import (
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

	_, err = linker.StartSession(t.Context(), "u-2", accounts.ProductTransactions)
	require.NoError(t, err)
	linked, err := linker.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, before[1:], linked, "somebody else's session changes nothing")

	_, err = linker.StartSession(t.Context(), "u-1", accounts.ProductTransactions)
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
		product  string
		switches bool
	}{{accounts.ProductTransactions, false}, {accounts.ProductCardSwitcher, true}, {accounts.ProductTransactions, true}} {
		_, err := linker.StartSession(t.Context(), "alice", step.product)
		require.NoError(t, err)
		linked, err := linker.LinkedAccounts(t.Context(), "alice")
		require.NoError(t, err)
		require.Equal(t, []accounts.VendorAccount{
			{MerchantID: 19, AccountName: "DoorDash account", Transactions: true, Cards: step.switches},
			{MerchantID: 165, AccountName: "Costco account", Transactions: true}, // offers no card switching
		}, linked)
	}
}

func TestSessionLastsHalfAnHour(t *testing.T) {
	t.Parallel()
	linker, clk := setup(t)
	clk.Advance(time.Hour)
	session, err := linker.StartSession(t.Context(), "u-1", accounts.ProductTransactions)
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
	synced, err := linker.Orders(t.Context(), "alice", 40)
	require.NoError(t, err)
	require.Equal(t, seeded, synced)

	clk.Advance(14 * 24 * time.Hour)
	synced, err = linker.Orders(t.Context(), "alice", 40)
	require.NoError(t, err)
	require.Greater(t, len(synced), len(seeded)-6, "older months may have gone")
	require.True(t, synced[len(synced)-1].PlacedAt.After(someDay), "new orders came in with the time")
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
