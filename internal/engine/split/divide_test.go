package split_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

func TestDivide(t *testing.T) {
	t.Parallel()
	weighted := func(weights ...int64) []split.Claim {
		list := claims("ann", "bob", "cy", "dee")[:len(weights)]
		for i, weight := range weights {
			list[i].Weight, list[i].Bps, list[i].Amount = weight, weight, weight
		}
		return list
	}
	for _, c := range []struct {
		name string
		bill split.Bill
		want []int64
	}{
		{"equal", split.Bill{Total: usd(9000), Method: split.Equal, Claims: claims("a", "b", "c")}, []int64{3000, 3000, 3000}},
		{"equal, an odd cent", split.Bill{Total: usd(10000), Method: split.Equal, Claims: claims("a", "b", "c")}, []int64{3334, 3333, 3333}},
		{"equal, another's turn", split.Bill{Total: usd(10000), Method: split.Equal, Claims: claims("a", "b", "c"), Seed: 2}, []int64{3333, 3333, 3334}},
		{"turns go by name", split.Bill{Total: usd(10000), Method: split.Equal, Claims: claims("c", "a", "b")}, []int64{3333, 3334, 3333}},
		{"refund", split.Bill{Total: usd(-10000), Method: split.Equal, Claims: claims("a", "b", "c")}, []int64{-3334, -3333, -3333}},
		{"yen", split.Bill{Total: money.Money{Amount: 1000, Currency: "JPY"}, Method: split.Equal, Claims: claims("a", "b", "c")}, []int64{334, 333, 333}},
		{"dinars", split.Bill{Total: money.Money{Amount: 12345, Currency: "KWD"}, Method: split.Equal, Claims: claims("a", "b")}, []int64{6173, 6172}},
		{"nothing", split.Bill{Total: usd(0), Method: split.Equal, Claims: claims("a", "b")}, []int64{0, 0}},
		{"shares", split.Bill{Total: usd(6000), Method: split.Shares, Claims: weighted(2, 1, 1)}, []int64{3000, 1500, 1500}},
		{"shares, one with none", split.Bill{Total: usd(101), Method: split.Shares, Claims: weighted(0, 1, 1), Seed: 1}, []int64{0, 50, 51}},
		{"percentages", split.Bill{Total: usd(240000), Method: split.Percentages, Claims: weighted(4000, 3500, 2500)}, []int64{96000, 84000, 60000}},
		{"thirds in percent", split.Bill{Total: usd(100), Method: split.Percentages, Claims: weighted(3334, 3333, 3333)}, []int64{34, 33, 33}},
		{"amounts", split.Bill{Total: usd(10000), Method: split.Amounts, Claims: weighted(2000, 3500, 4500)}, []int64{2000, 3500, 4500}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, amounts(t, c.bill))
		})
	}
}

func had(amount int64, people ...string) split.Item {
	item := split.Item{Name: "thing", Amount: amount}
	for _, person := range people {
		item.Claims = append(item.Claims, split.ItemClaim{Person: person, Weight: 1})
	}
	return item
}

func TestDivide_Items(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		total     int64
		receipt   split.Receipt
		want      []int64
		unclaimed []int
	}{
		{"own items", 9000, split.Receipt{Items: []split.Item{had(5000, "a"), had(4000, "b")}}, []int64{5000, 4000, 0}, nil},
		{"shared item", 9000, split.Receipt{Items: []split.Item{had(3000, "a"), had(6000, "a", "b", "c")}}, []int64{5000, 2000, 2000}, nil},
		{"two of three pieces", 900, split.Receipt{Items: []split.Item{{Amount: 900, Claims: []split.ItemClaim{{"a", 2}, {"b", 1}}}}}, []int64{600, 300, 0}, nil},
		{"tip and tax in proportion", 12000, split.Receipt{Items: []split.Item{had(7500, "a"), had(2500, "b")}}, []int64{9000, 3000, 0}, nil},
		{"discount in proportion", 8000, split.Receipt{Items: []split.Item{had(7500, "a"), had(2500, "b")}}, []int64{6000, 2000, 0}, nil},
		{"discount as a line", 8000, split.Receipt{Items: []split.Item{had(7500, "a"), had(2500, "b"), had(-2000)}}, []int64{6000, 2000, 0}, nil},
		{"coupon of one's own", 9000, split.Receipt{Items: []split.Item{had(7500, "a"), had(2500, "b"), had(-1000, "b")}}, []int64{7500, 1500, 0}, nil},
		{"unclaimed is everybody's", 9000, split.Receipt{Items: []split.Item{had(6000, "a"), had(3000)}}, []int64{7000, 1000, 1000}, []int{1}},
		{"only a fee", 300, split.Receipt{Items: []split.Item{had(0, "a")}}, []int64{100, 100, 100}, nil},
		{"rounded once", 1000, split.Receipt{Items: []split.Item{had(1, "a", "b", "c"), had(1, "a", "b", "c"), had(998, "a", "b", "c")}}, []int64{334, 333, 333}, nil},
		{
			"a refund moves its claimants alone", 10000,
			split.Receipt{Items: []split.Item{had(5000, "a"), had(5000, "b", "c")}, Refunds: []split.Refund{{Item: 0, Amount: -2000}}},
			[]int64{4000, 3000, 3000},
			nil,
		},
		{"a whole receipt of returns", -9000, split.Receipt{Items: []split.Item{had(-6000, "a"), had(-2000, "b")}}, []int64{-6750, -2250, 0}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bill := split.Bill{Total: usd(c.total), Method: split.Items, Claims: claims("a", "b", "c"), Receipt: &c.receipt}
			require.Equal(t, c.want, amounts(t, bill))
			result, err := split.Divide(bill)
			require.NoError(t, err)
			require.Equal(t, c.unclaimed, result.Unclaimed)
		})
	}
}

func TestDivide_RefusesWhatIsNoBill(t *testing.T) {
	t.Parallel()
	two := func(change func(claims []split.Claim)) []split.Claim {
		list := claims("a", "b")
		change(list)
		return list
	}
	for _, c := range []struct {
		name string
		bill split.Bill
		want error
	}{
		{"nobody", split.Bill{Total: usd(1), Method: split.Equal}, split.ErrNoPeople},
		{"no method", split.Bill{Total: usd(1), Claims: claims("a")}, split.ErrUnknownMethod},
		{"no currency", split.Bill{Total: money.Money{Amount: 1}, Method: split.Equal, Claims: claims("a")}, money.ErrUnknownCurrency},
		{"twice", split.Bill{Total: usd(1), Method: split.Equal, Claims: claims("a", "a")}, split.ErrTwice},
		{"no shares", split.Bill{Total: usd(1), Method: split.Shares, Claims: claims("a", "b")}, split.ErrNoPeople},
		{"negative share", split.Bill{Total: usd(1), Method: split.Shares, Claims: two(func(c []split.Claim) { c[1].Weight = -1 })}, split.ErrNegative},
		{"negative percentage", split.Bill{Total: usd(1), Method: split.Percentages, Claims: two(func(c []split.Claim) { c[1].Bps = -1 })}, split.ErrNegative},
		{"wrong sign", split.Bill{Total: usd(1), Method: split.Amounts, Claims: two(func(c []split.Claim) { c[1].Amount = -1 })}, split.ErrSign},
		{"too many shares", split.Bill{Total: usd(1), Method: split.Shares, Claims: two(func(c []split.Claim) { c[0].Weight, c[1].Weight = math.MaxInt64, math.MaxInt64 })}, nil},
		{"no items", split.Bill{Total: usd(1), Method: split.Items, Claims: claims("a")}, split.ErrNoReceipt},
		{"stranger's item", split.Bill{Total: usd(1), Method: split.Items, Claims: claims("a"), Receipt: &split.Receipt{Items: []split.Item{had(1, "z")}}}, split.ErrUnknownPerson},
		{"refund of nothing", split.Bill{Total: usd(1), Method: split.Items, Claims: claims("a"), Receipt: &split.Receipt{Items: []split.Item{had(1, "a")}, Refunds: []split.Refund{{Item: 1, Amount: -1}}}}, split.ErrUnknownItem},
		{"refund that charges", split.Bill{Total: usd(1), Method: split.Items, Claims: claims("a"), Receipt: &split.Receipt{Items: []split.Item{had(1, "a")}, Refunds: []split.Refund{{Item: 0, Amount: 1}}}}, split.ErrSign},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := split.Divide(c.bill)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestDivide_AddsUp(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		bill := anyBill(t, draw)
		require.Equal(t, bill.Total.Amount, total(amounts(t, bill)))
	})
}

func TestDivide_TheOrderOfPeopleMakesNoDifference(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		bill := anyBill(t, draw)
		before := map[string]int64{}
		for i, amount := range amounts(t, bill) {
			before[bill.Claims[i].Person] = amount
		}
		for i := range bill.Claims {
			j := draw("swap", int64(i), int64(len(bill.Claims)-1))
			bill.Claims[i], bill.Claims[j] = bill.Claims[j], bill.Claims[i]
		}
		for i, amount := range amounts(t, bill) {
			require.Equal(t, before[bill.Claims[i].Person], amount)
		}
	})
}

func TestDivide_ARefundMovesOnlyThoseWhoHadTheItem(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		bill := anyBill(t, draw)
		bill.Method, bill.Receipt = split.Items, anyReceipt(draw, len(bill.Claims))
		before := amounts(t, bill)
		refund := anyRefund(draw, bill.Receipt.Items)
		bill.Receipt.Refunds = append(bill.Receipt.Refunds, refund)
		bill.Total.Amount += refund.Amount
		item := bill.Receipt.Items[refund.Item]
		for i, amount := range amounts(t, bill) {
			claimed := len(item.Claims) == 0
			for _, claim := range item.Claims {
				claimed = claimed || claim.Person == bill.Claims[i].Person
			}
			if !claimed {
				require.Equal(t, before[i], amount)
			}
		}
	})
}

// Whatever the totals, people take turns with the odd cents: over a thousand bills nobody has more than one more.
func TestDivide_LetsPeopleTakeTurnsWithTheOddCents(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		people := int(draw("people", 2, 7))
		bill := split.Bill{Method: split.Equal, Seed: uint64(draw("seed", 0, 1<<40))}
		for i := range people {
			bill.Claims = append(bill.Claims, split.Claim{Person: person(i)})
		}
		carried := make([]int64, people)
		bills := draw("bills", 1, 20)
		for range bills {
			bill.Total = usd(draw("total", 0, 20_000))
			result, err := split.Divide(bill)
			require.NoError(t, err)
			for i, share := range result.Shares {
				carried[i] += share.Amount.Amount - bill.Total.Amount/int64(people)
			}
			bill.Seed += result.Spare
		}
		for _, odd := range carried {
			require.InDelta(t, carried[0], odd, 1)
		}
	})
}

// The promise of the product, with seeds that are only counted up.
func TestDivide_IsFairOverAThousandEqualSplits(t *testing.T) {
	t.Parallel()
	const bills, odd = 1000, 2
	got := make([]int, 3)
	for seed := range uint64(bills) {
		bill := split.Bill{Total: usd(10_000 + odd - 1), Method: split.Equal, Claims: claims("a", "b", "c"), Seed: seed}
		for i, amount := range amounts(t, bill) {
			if amount > bill.Total.Amount/3 {
				got[i]++
			}
		}
	}
	for _, times := range got {
		require.LessOrEqual(t, times, bills*odd/3*105/100+1)
	}
}

func TestDivide_SaysWhatIsMissingAndProposesTheNearest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		method split.Method
		total  int64
		parts  []int64
		want   split.MismatchError
	}{
		{"97 percent", split.Percentages, 21000, []int64{4000, 4000, 1700}, split.MismatchError{Sum: 9700, Want: 10000, Difference: 300, Suggested: []int64{4100, 4100, 1800}}},
		{"103 percent", split.Percentages, 21000, []int64{4000, 4000, 2300}, split.MismatchError{Sum: 10300, Want: 10000, Difference: -300, Suggested: []int64{3900, 3900, 2200}}},
		{"thirds", split.Percentages, 21000, []int64{3333, 3333, 3333}, split.MismatchError{Sum: 9999, Want: 10000, Difference: 1, Suggested: []int64{3334, 3333, 3333}}},
		{"amounts that exceed", split.Amounts, 16500, []int64{5000, 6000, 7000}, split.MismatchError{Sum: 18000, Want: 16500, Difference: -1500, Suggested: []int64{4500, 5500, 6500}}},
		{"who had nothing still has nothing", split.Amounts, 16500, []int64{0, 6000, 7000}, split.MismatchError{Sum: 13000, Want: 16500, Difference: 3500, Suggested: []int64{0, 7750, 8750}}},
		{"nobody goes below zero", split.Amounts, 6000, []int64{100, 5000, 7000}, split.MismatchError{Sum: 12100, Want: 6000, Difference: -6100, Suggested: []int64{0, 2000, 4000}}},
		{"nothing claimed", split.Amounts, 900, []int64{0, 0, 0}, split.MismatchError{Want: 900, Difference: 900, Suggested: []int64{300, 300, 300}}},
		{"nothing to claim", split.Amounts, 0, []int64{100, 50}, split.MismatchError{Sum: 150, Difference: -150, Suggested: []int64{0, 0}}},
		{"refund", split.Amounts, -900, []int64{-300, -300}, split.MismatchError{Sum: -600, Want: -900, Difference: -300, Suggested: []int64{-450, -450}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bill := split.Bill{Total: usd(c.total), Method: c.method, Claims: claims("a", "b", "c")[:len(c.parts)]}
			for i, part := range c.parts {
				bill.Claims[i].Bps, bill.Claims[i].Amount = part, part
			}
			_, err := split.Divide(bill)
			var mismatch *split.MismatchError
			require.ErrorAs(t, err, &mismatch)
			c.want.Method = c.method
			require.Equal(t, c.want, *mismatch)
		})
	}
}

func TestDivide_AcceptsItsOwnProposal(t *testing.T) {
	t.Parallel()
	property(t, func(t require.TestingT, draw drawer) {
		bill := anyBill(t, draw)
		bill.Method = []split.Method{split.Percentages, split.Amounts}[draw("which", 0, 1)]
		for i := range bill.Claims {
			bill.Claims[i].Bps = draw("bps", 0, 9000)
			bill.Claims[i].Amount = draw("amount", 0, 90_000)
			if bill.Total.Amount < 0 {
				bill.Claims[i].Amount = -bill.Claims[i].Amount
			}
		}
		_, err := split.Divide(bill)
		if err == nil {
			return
		}
		var mismatch *split.MismatchError
		require.ErrorAs(t, err, &mismatch)
		require.Equal(t, mismatch.Want, mismatch.Sum+mismatch.Difference)
		bill.Claims = mismatch.SuggestedClaims(bill)
		require.Equal(t, bill.Total.Amount, total(amounts(t, bill)))
	})
}

func TestCheckPayments(t *testing.T) {
	t.Parallel()
	pay := func(amounts ...int64) []split.Part {
		list := make([]split.Part, len(amounts))
		for i, amount := range amounts {
			list[i] = split.Part{Person: person(i), Amount: amount}
		}
		return list
	}
	require.NoError(t, split.CheckPayments(usd(100), pay(40, 60, 0)))
	require.NoError(t, split.CheckPayments(usd(-100), pay(-100)))
	require.ErrorIs(t, split.CheckPayments(usd(100), nil), split.ErrNoPeople)
	require.ErrorIs(t, split.CheckPayments(usd(100), pay(110, -10)), split.ErrSign)
	require.ErrorIs(t, split.CheckPayments(usd(100), []split.Part{{"a", 50}, {"a", 50}}), split.ErrTwice)
	var mismatch *split.MismatchError
	require.ErrorAs(t, split.CheckPayments(usd(100), pay(40, 40)), &mismatch)
	require.Equal(t, split.MismatchError{Sum: 80, Want: 100, Difference: 20, Suggested: []int64{50, 50}}, *mismatch)
}

func BenchmarkDivide(b *testing.B) {
	bill := split.Bill{Total: usd(123_457), Method: split.Items, Receipt: &split.Receipt{}}
	for i := range 12 {
		bill.Claims = append(bill.Claims, split.Claim{Person: person(i)})
	}
	for i := range 40 {
		bill.Receipt.Items = append(bill.Receipt.Items, had(int64(1999+i), person(i%12), person((i*5+1)%12), person((i*7+2)%12+0)))
	}
	for b.Loop() {
		_, _ = split.Divide(bill)
	}
}
