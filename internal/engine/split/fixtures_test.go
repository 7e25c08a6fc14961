package split_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

func long() bool { return os.Getenv("LATTICE_TEST_TIER") == "long" }

func usd(amount int64) money.Money { return money.Money{Amount: amount, Currency: "USD"} }

func claims(people ...string) []split.Claim {
	list := make([]split.Claim, len(people))
	for i, person := range people {
		list[i].Person = person
	}
	return list
}

// amounts are the shares in minor units, in the order of the claims.
func amounts(t require.TestingT, bill split.Bill) []int64 {
	result, err := split.Divide(bill)
	require.NoError(t, err)
	list := make([]int64, len(result.Shares))
	for i, share := range result.Shares {
		require.Equal(t, bill.Claims[i].Person, share.Person)
		require.Equal(t, bill.Total.Currency, share.Amount.Currency)
		list[i] = share.Amount.Amount
	}
	return list
}

func total(list []int64) int64 {
	var sum int64
	for _, amount := range list {
		sum += amount
	}
	return sum
}

// drawer draws whole numbers, both ends included: from rapid, which makes failures small, or from a plain generator,
// which is a hundred times as fast.
type drawer func(label string, low, high int64) int64

func drawn(t *rapid.T) drawer {
	return func(label string, low, high int64) int64 { return rapid.Int64Range(low, high).Draw(t, label) }
}

func (d drawer) yes(label string) bool { return d(label, 0, 1) == 1 }

// property tries something on what rapid draws, and in the long tier on a million more.
func property(t *testing.T, try func(t require.TestingT, draw drawer)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) { try(t, drawn(t)) })
	if !long() {
		return
	}
	const million = 1_000_000
	for i := range uint64(million) {
		random := rand.New(rand.NewPCG(i, 1))
		try(numbered{t, i}, func(_ string, low, high int64) int64 { return low + random.Int64N(high-low+1) })
	}
}

// numbered names the round that failed.
type numbered struct {
	t     *testing.T
	round uint64
}

func (n numbered) Errorf(format string, args ...any) {
	n.t.Errorf("round %d: "+format, append([]any{n.round}, args...)...)
}
func (n numbered) FailNow() { n.t.FailNow() }

func person(i int) string { return fmt.Sprintf("p%d", i) }

// anyBill draws a bill that can be divided, of any method, sign and number of decimals.
func anyBill(t require.TestingT, draw drawer) split.Bill {
	bill := split.Bill{
		Total: money.Money{
			Amount:   draw("total", -10_000_000, 10_000_000),
			Currency: []string{"USD", "JPY", "KWD", "EUR"}[draw("currency", 0, 3)],
		},
		Method: []split.Method{split.Equal, split.Shares, split.Percentages, split.Amounts, split.Items}[draw("method", 0, 4)],
		Seed:   uint64(draw("seed", 0, 1<<40)),
	}
	people := int(draw("people", 1, 8))
	weights := make([]int64, people)
	for i := range weights {
		weights[i] = draw("weight", 0, 5)
	}
	weights[draw("someone", 0, int64(people-1))]++
	parts := func(whole int64) []money.Money {
		shares, err := money.Allocate(money.Money{Amount: whole, Currency: bill.Total.Currency}, weights, bill.Seed)
		require.NoError(t, err)
		return shares
	}
	percents, exact := parts(money.BpsPerWhole), parts(bill.Total.Amount)
	for i := range people {
		bill.Claims = append(bill.Claims, split.Claim{
			Person: person(i), Weight: weights[i], Bps: percents[i].Amount, Amount: exact[i].Amount,
		})
	}
	if bill.Method == split.Items {
		bill.Receipt = anyReceipt(draw, people)
	}
	return bill
}

// anyReceipt draws lines whose sum has nothing to do with the total: the rest is tax, tip, fees and discounts.
func anyReceipt(draw drawer, people int) *split.Receipt {
	receipt := &split.Receipt{}
	for range draw("items", 1, 6) {
		item := split.Item{Name: "thing", Amount: draw("amount", -2_000, 900_000)}
		for i := range people {
			if weight := draw("claim", -2, 3); weight > 0 {
				item.Claims = append(item.Claims, split.ItemClaim{Person: person(i), Weight: weight})
			}
		}
		receipt.Items = append(receipt.Items, item)
	}
	if draw.yes("refunded") {
		receipt.Refunds = []split.Refund{anyRefund(draw, receipt.Items)}
	}
	return receipt
}

func anyRefund(draw drawer, items []split.Item) split.Refund {
	refund := split.Refund{Item: int(draw("which", 0, int64(len(items)-1))), Amount: draw("back", 0, 50_000)}
	if items[refund.Item].Amount >= 0 {
		refund.Amount = -refund.Amount
	}
	return refund
}

// anyExpense is a bill that was divided, and paid by one or several.
func anyExpense(t require.TestingT, draw drawer) split.Expense {
	bill := anyBill(t, draw)
	result, err := split.Divide(bill)
	require.NoError(t, err)
	expense := split.Expense{Currency: bill.Total.Currency}
	for _, share := range result.Shares {
		expense.Shares = append(expense.Shares, split.Part{Person: share.Person, Amount: share.Amount.Amount})
	}
	weights := make([]int64, draw("payers", 1, 4))
	for i := range weights {
		weights[i] = draw("paid", 0, 3)
	}
	weights[0]++
	payments, err := money.Allocate(bill.Total, weights, 0)
	require.NoError(t, err)
	for i, payment := range payments {
		expense.Paid = append(expense.Paid, split.Part{Person: person(i * 2), Amount: payment.Amount})
	}
	return expense
}
