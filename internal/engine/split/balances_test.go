package split_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

func parts(list ...any) []split.Part {
	var result []split.Part
	for i := 0; i < len(list); i += 2 {
		result = append(result, split.Part{Person: list[i].(string), Amount: int64(list[i+1].(int))})
	}
	return result
}

// told writes transfers and nets for reading.
func told[T any](list []T) []string {
	lines := []string{}
	for _, entry := range list {
		switch entry := any(entry).(type) {
		case split.Transfer:
			lines = append(lines, fmt.Sprintf("%s>%s %d", entry.From, entry.To, entry.Amount.Amount))
		case split.Net:
			lines = append(lines, fmt.Sprintf("%s %d", entry.Person, entry.Amount.Amount))
		}
	}
	return lines
}

func TestBalances(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		expenses        []split.Expense
		settled         []split.Transfer
		net, as, simple []string
	}{
		{
			"one payer",
			[]split.Expense{{"USD", parts("a", 9000), parts("a", 3000, "b", 3000, "c", 3000)}},
			nil,
			[]string{"a 6000", "b -3000", "c -3000"},
			[]string{"b>a 3000", "c>a 3000"},
			[]string{"b>a 3000", "c>a 3000"},
		},
		{
			"a chain is shortened only when asked",
			[]split.Expense{{"USD", parts("a", 1000), parts("b", 1000)}, {"USD", parts("b", 1000), parts("c", 1000)}},
			nil,
			[]string{"a 1000", "b 0", "c -1000"},
			[]string{"b>a 1000", "c>b 1000"},
			[]string{"c>a 1000"},
		},
		{
			"two debts are set against each other",
			[]split.Expense{{"USD", parts("a", 1000), parts("b", 1000)}, {"USD", parts("b", 400), parts("a", 400)}},
			nil,
			[]string{"a 600", "b -600"},
			[]string{"b>a 600"},
			[]string{"b>a 600"},
		},
		{
			"several payers share each debt in proportion",
			[]split.Expense{{"USD", parts("a", 6000, "b", 3000), parts("a", 3000, "b", 3000, "c", 3000)}},
			nil,
			[]string{"a 3000", "b 0", "c -3000"},
			[]string{"b>a 1000", "c>a 2000", "c>b 1000"},
			[]string{"c>a 3000"},
		},
		{
			"a settlement counts against its pair",
			[]split.Expense{{"USD", parts("a", 9000), parts("a", 3000, "b", 3000, "c", 3000)}},
			[]split.Transfer{{From: "b", To: "a", Amount: usd(3000)}, {From: "c", To: "a", Amount: usd(1000)}},
			[]string{"a 2000", "b 0", "c -2000"},
			[]string{"c>a 2000"},
			[]string{"c>a 2000"},
		},
		{
			"too much paid back is owed",
			[]split.Expense{{"USD", parts("a", 1000), parts("b", 1000)}},
			[]split.Transfer{{From: "b", To: "a", Amount: usd(1500)}},
			[]string{"a -500", "b 500"},
			[]string{"a>b 500"},
			[]string{"a>b 500"},
		},
		{
			"a refund goes the other way",
			[]split.Expense{{"USD", parts("a", -900), parts("a", -300, "b", -300, "c", -300)}},
			nil,
			[]string{"a -600", "b 300", "c 300"},
			[]string{"a>b 300", "a>c 300"},
			[]string{"a>b 300", "a>c 300"},
		},
		{
			"shares of both signs",
			[]split.Expense{{"USD", parts("a", 1000), parts("b", 1200, "c", -200)}},
			nil,
			[]string{"a 1000", "b -1200", "c 200"},
			[]string{"b>a 1000", "b>c 200"},
			[]string{"b>a 1000", "b>c 200"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			balances, err := split.Balances(c.expenses, c.settled)
			require.NoError(t, err)
			require.Len(t, balances, 1)
			require.Equal(t, c.net, told(balances[0].Net))
			require.Equal(t, c.as, told(balances[0].AsIs))
			require.Equal(t, c.simple, told(balances[0].Simplified))
		})
	}
}

func TestBalances_KeepsCurrenciesApart(t *testing.T) {
	t.Parallel()
	balances, err := split.Balances(
		[]split.Expense{{"USD", parts("a", 1000), parts("b", 1000)}, {"JPY", parts("b", 500), parts("a", 500)}}, nil)
	require.NoError(t, err)
	require.Len(t, balances, 2)
	require.Equal(t, "JPY", balances[0].Currency)
	require.Equal(t, []string{"a>b 500"}, told(balances[0].AsIs))
	require.Equal(t, "USD", balances[1].Currency)
	require.Equal(t, []string{"b>a 1000"}, told(balances[1].AsIs))
}

func TestBalances_RefusesWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	var mismatch *split.MismatchError
	_, err := split.Balances([]split.Expense{{"USD", parts("a", 1000), parts("b", 900)}}, nil)
	require.ErrorAs(t, err, &mismatch)
	_, err = split.Balances([]split.Expense{{"usd", parts("a", 1000), parts("b", 1000)}}, nil)
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
	_, err = split.Balances(nil, []split.Transfer{{From: "a", To: "b", Amount: money.Money{Amount: 1}}})
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
	_, err = split.Balances(nil, []split.Transfer{{From: "a", To: "b", Amount: usd(math.MaxInt64)}, {From: "a", To: "b", Amount: usd(1)}})
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = split.Debts(split.Expense{Currency: "USD", Paid: []split.Part{{"a", math.MinInt64}}, Shares: []split.Part{{"b", math.MinInt64}}})
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestBalances_AddUpToZeroWhateverTheOrder(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		var expenses []split.Expense
		var settled []split.Transfer
		for range draw("expenses", 1, 5) {
			expenses = append(expenses, anyExpense(t, draw))
		}
		for range draw("settlements", 0, 4) {
			settled = append(settled, split.Transfer{
				From: person(int(draw("from", 0, 7))), To: person(int(draw("to", 0, 7))), Amount: usd(draw("amount", 0, 100_000)),
			})
		}
		balances, err := split.Balances(expenses, settled)
		require.NoError(t, err)
		for _, balance := range balances {
			requireSound(t, balance)
		}
		slices.Reverse(expenses)
		slices.Reverse(settled)
		for i := range expenses {
			slices.Reverse(expenses[i].Paid)
			slices.Reverse(expenses[i].Shares)
		}
		again, err := split.Balances(expenses, settled)
		require.NoError(t, err)
		require.Equal(t, balances, again)
	})
}

// requireSound checks a balance against itself: what is owed, as it is and simplified, is exactly where people stand.
func requireSound(t require.TestingT, balance split.Balance) {
	var all int64
	for _, net := range balance.Net {
		all += net.Amount.Amount
	}
	require.Zero(t, all)
	if len(balance.Simplified) > 0 {
		require.Less(t, len(balance.Simplified), len(balance.Net))
	}
	for _, transfers := range [][]split.Transfer{balance.AsIs, balance.Simplified} {
		left := map[string]int64{}
		for _, net := range balance.Net {
			left[net.Person] = net.Amount.Amount
		}
		for _, transfer := range transfers {
			require.Positive(t, transfer.Amount.Amount)
			require.NotEqual(t, transfer.From, transfer.To)
			left[transfer.From] += transfer.Amount.Amount
			left[transfer.To] -= transfer.Amount.Amount
		}
		for _, amount := range left {
			require.Zero(t, amount)
		}
	}
}

func TestSimplify_PayingOneTransferLeavesTheOthersAsTheyWere(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		var nets []split.Net
		var sum int64
		people := int(draw("people", 2, 9))
		for i := range people {
			amount := draw("amount", -1000, 1000)
			if i == people-1 {
				amount = -sum
			}
			sum += amount
			nets = append(nets, split.Net{Person: person(i), Amount: usd(amount)})
		}
		transfers := split.Simplify(nets)
		if len(transfers) == 0 {
			return
		}
		which := int(draw("which", 0, int64(len(transfers)-1)))
		paid := transfers[which]
		part := draw("part", 1, paid.Amount.Amount)
		for i := range nets {
			switch nets[i].Person {
			case paid.From:
				nets[i].Amount.Amount += part
			case paid.To:
				nets[i].Amount.Amount -= part
			}
		}
		want := slices.Clone(transfers)
		want[which].Amount.Amount -= part
		if want[which].Amount.IsZero() {
			want = slices.Delete(want, which, which+1)
		}
		require.Equal(t, want, split.Simplify(nets))
	})
}

func BenchmarkBalances(b *testing.B) {
	var expenses []split.Expense
	for i := range 150 {
		expenses = append(expenses, split.Expense{
			Currency: "USD", Paid: []split.Part{{person(i % 8), 6000}, {person((i + 1) % 8), 2000}},
			Shares: []split.Part{{person(0), 2000}, {person(1), 2000}, {person(2), 2000}, {person(3), 2000}},
		})
	}
	for b.Loop() {
		_, _ = split.Balances(expenses, nil)
	}
}
