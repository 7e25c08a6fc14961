package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/money"
)

func amounts(shares []money.Money) []int64 {
	out := make([]int64, len(shares))
	for i, share := range shares {
		out[i] = share.Amount
	}
	return out
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		total   int64
		weights []int64
		seed    uint64
		want    []int64
	}{
		{"even", 900, []int64{1, 1, 1}, 0, []int64{300, 300, 300}},
		{"one cent over, seed 0", 1000, []int64{1, 1, 1}, 0, []int64{334, 333, 333}},
		{"one cent over, seed 1", 1000, []int64{1, 1, 1}, 1, []int64{333, 334, 333}},
		{"one cent over, seed 2", 1000, []int64{1, 1, 1}, 2, []int64{333, 333, 334}},
		{"seed wraps", 1000, []int64{1, 1, 1}, 3, []int64{334, 333, 333}},
		{"two cents over wrap around", 1001, []int64{1, 1, 1}, 2, []int64{334, 333, 334}},
		{"largest remainder beats the seed", 100, []int64{1, 2, 3}, 9, []int64{17, 33, 50}},
		{"zero weight gets nothing", 101, []int64{0, 1, 1}, 1, []int64{0, 50, 51}},
		{"refund mirrors the purchase", -1000, []int64{1, 1, 1}, 1, []int64{-333, -334, -333}},
		{"nothing to share", 0, []int64{1, 5}, 7, []int64{0, 0}},
		{"one weight takes all", 4321, []int64{3}, 5, []int64{4321}},
		{"fewer cents than people", 2, []int64{1, 1, 1, 1}, 3, []int64{1, 0, 0, 1}},
		{"largest total", math.MaxInt64, []int64{math.MaxInt64, 1}, 0, []int64{math.MaxInt64 - 1, 1}},
		{"smallest total", math.MinInt64, []int64{1}, 0, []int64{math.MinInt64}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			shares, err := money.Allocate(usd(c.total), c.weights, c.seed)
			require.NoError(t, err)
			require.Equal(t, c.want, amounts(shares))
		})
	}
}

func TestAllocateRefusesWhatCannotBeDivided(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		total   money.Money
		weights []int64
		want    error
	}{
		{usd(1), nil, money.ErrNoWeights},
		{usd(1), []int64{0, 0}, money.ErrNoWeights},
		{usd(1), []int64{1, -1}, money.ErrNegativeWeight},
		{usd(1), []int64{math.MaxInt64, math.MaxInt64, 2}, money.ErrOverflow},
		{money.Money{Amount: 1, Currency: "???"}, []int64{1}, money.ErrUnknownCurrency},
	} {
		_, err := money.Allocate(c.total, c.weights, 0)
		require.ErrorIs(t, err, c.want)
	}
}

func TestAllocateAddsUpAndStaysWithinOneUnitOfExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64().Draw(t, "total")
		weights := rapid.SliceOfN(rapid.Int64Range(0, math.MaxInt64/64), 1, 40).Draw(t, "weights")
		seed := rapid.Uint64().Draw(t, "seed")
		shares, err := money.Allocate(usd(total), weights, seed)
		sum := new(big.Int)
		for _, weight := range weights {
			sum.Add(sum, big.NewInt(weight))
		}
		if sum.Sign() == 0 {
			require.ErrorIs(t, err, money.ErrNoWeights)
			return
		}
		require.NoError(t, err)

		whole, one := new(big.Int), big.NewRat(1, 1)
		for i, share := range shares {
			require.Equal(t, "USD", share.Currency)
			whole.Add(whole, big.NewInt(share.Amount))
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i])), sum)
			off := exact.Sub(exact, new(big.Rat).SetInt64(share.Amount))
			require.Negative(t, off.Abs(off).Cmp(one), "share %d is a whole unit away", i)
			if weights[i] == 0 {
				require.Zero(t, share.Amount)
			}
		}
		require.Equal(t, big.NewInt(total).String(), whole.String())

		again, err := money.Allocate(usd(total), weights, seed)
		require.NoError(t, err)
		require.Equal(t, shares, again)
	})
}

// Over as many consecutive seeds as there are equal people, each of them carries the spare units equally often.
func TestAllocateSpreadsSpareUnitsFairlyOverSeeds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(0, 100_000).Draw(t, "total")
		people := rapid.IntRange(1, 12).Draw(t, "people")
		first := rapid.Uint64Range(0, 1<<40).Draw(t, "seed")
		weights := make([]int64, people)
		for i := range weights {
			weights[i] = 7
		}
		paid := make([]int64, people)
		for seed := first; seed < first+uint64(people); seed++ {
			shares, err := money.Allocate(usd(total), weights, seed)
			require.NoError(t, err)
			for i, share := range shares {
				paid[i] += share.Amount
			}
		}
		for _, amount := range paid {
			require.Equal(t, total, amount)
		}
	})
}
