package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/money"
)

func TestSettlement_CountsOnceTheReceiverConfirms(t *testing.T) {
	t.Parallel()
	b := setup(t, 3)
	ctx := t.Context()
	b.create(ctx, t, b.dinner(9000))
	payment := ledger.SettlementDraft{To: b.users[0], Amount: usd(3000)}
	settlement, err := b.CreateSettlement(ctx, b.users[1], b.group, payment)
	require.NoError(t, err)
	require.Equal(t, []int64{6000, -3000, -3000}, b.nets(ctx, t))
	_, err = b.ConfirmSettlement(ctx, b.users[1], b.group, settlement.ID)
	require.ErrorIs(t, err, ledger.ErrNotReceiver)
	_, err = b.VoidSettlement(ctx, b.users[2], b.group, settlement.ID)
	require.ErrorIs(t, err, ledger.ErrNotParty)
	for range 2 {
		settlement, err = b.ConfirmSettlement(ctx, b.users[0], b.group, settlement.ID)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusConfirmed, settlement.Status)
		require.Equal(t, []int64{3000, 0, -3000}, b.nets(ctx, t))
	}
	for range 2 {
		settlement, err = b.VoidSettlement(ctx, b.users[1], b.group, settlement.ID)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusVoided, settlement.Status)
		require.Equal(t, []int64{6000, -3000, -3000}, b.nets(ctx, t))
	}
	_, err = b.ConfirmSettlement(ctx, b.users[0], b.group, settlement.ID)
	require.ErrorIs(t, err, ledger.ErrVoided)
	payment.From = &b.users[2]
	_, err = b.CreateSettlement(ctx, b.users[1], b.group, payment)
	require.ErrorIs(t, err, ledger.ErrNotSelf)
}

// Voiding what marked a share paid makes the share pending again.
func TestSettlement_VoidingThePaymentOfAShareMakesItPending(t *testing.T) {
	t.Parallel()
	b := setup(t, 2)
	ctx := t.Context()
	expense := b.create(ctx, t, b.dinner(6000))
	marked, err := b.SetShareStatus(ctx, b.users[0], b.group, expense.ID, b.users[1], true)
	require.NoError(t, err)
	page, err := b.ListSettlements(ctx, ledger.ListSettlementsParams{UserID: b.users[0], GroupID: b.group, Limit: 10})
	require.NoError(t, err)
	_, err = b.VoidSettlement(ctx, b.users[1], b.group, page.Items[0].ID)
	require.NoError(t, err)
	expense, err = b.GetExpense(ctx, b.users[0], b.group, expense.ID)
	require.NoError(t, err)
	require.False(t, expense.Shares[1].Paid)
	require.Greater(t, expense.Version, marked.Version)
	require.Equal(t, ledger.ActionSharePending, expense.History[0].Action)
}

// Paid in another currency, the debt is gone to the last cent, at the rate both can see.
func TestSettlement_InAnotherCurrencyLeavesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, 2)
	ctx := t.Context()
	b.create(ctx, t, b.dinner(6667))
	owed := -b.nets(ctx, t)[1]
	for _, c := range []struct{ currency, rate string }{{"EUR", "0.92"}, {"JPY", "151.237"}, {"KWD", "0.307"}} {
		due := rounded(t, owed, c.rate, c.currency)
		draft := ledger.SettlementDraft{
			To: b.users[0], Amount: usd(owed),
			Exchange: &ledger.Exchange{Paid: money.Money{Amount: due + 1, Currency: c.currency}, Rate: c.rate, Source: "the bank"},
		}
		_, err := b.CreateSettlement(ctx, b.users[1], b.group, draft)
		require.True(t, apperr.Is(err, apperr.CodeInvalidRequest), c.currency)
		require.Equal(t, "/exchange/paid/amount", apperr.From(err).Fields[0].Pointer)
		draft.Exchange.Paid.Amount = due
		settlement, err := b.CreateSettlement(ctx, b.users[1], b.group, draft)
		require.NoError(t, err)
		_, err = b.ConfirmSettlement(ctx, b.users[0], b.group, settlement.ID)
		require.NoError(t, err)
		require.Equal(t, []int64{0, 0}, b.nets(ctx, t))
		_, err = b.VoidSettlement(ctx, b.users[0], b.group, settlement.ID)
		require.NoError(t, err)
	}
}

// rounded is what an amount of dollars costs, counted by hand.
func rounded(t *testing.T, cents int64, rate, currency string) int64 {
	t.Helper()
	switch currency {
	case "EUR": // 0.92 euro cents per cent
		return (cents*92 + 50) / 100
	case "JPY": // 1.51237 yen per cent
		return (cents*151_237 + 50_000) / 100_000
	case "KWD": // 3.07 fils per cent
		return (cents*307 + 50) / 100
	}
	require.FailNow(t, "no such currency", rate)
	return 0
}
