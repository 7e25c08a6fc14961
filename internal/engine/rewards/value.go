package rewards

import (
	"math"
	"math/bits"

	"github.com/lattice-money/lattice/internal/money"
)

// value is an exact amount of reward or fee: minor units times valueScale, never below zero. An amount of 63 bits times a
// rate and a point value of at most 14 bits each stays below 2^92, and so do the few values that are ever added up.
type value struct{ high, low uint64 }

// valueScale is what rate (per 10,000) and point value (per 100) leave to divide by, once, at the end.
const valueScale = money.BpsPerWhole * CashPointValue

// product64 is amount times factor, both zero or more.
func product64(amount, factor int64) value {
	high, low := bits.Mul64(uint64(amount), uint64(factor)) //nolint:gosec // neither is below zero
	return value{high, low}
}

func (v value) plus(other value) value {
	low, carry := bits.Add64(v.low, other.low, 0)
	high, _ := bits.Add64(v.high, other.high, carry)
	return value{high, low}
}

func (v value) times(factor int64) value {
	high, low := bits.Mul64(v.low, uint64(factor))  //nolint:gosec // not below zero
	return value{v.high*uint64(factor) + high, low} //nolint:gosec // not below zero
}

func (v value) compare(other value) int {
	switch {
	case v == other:
		return 0
	case v.high < other.high, v.high == other.high && v.low < other.low:
		return -1
	default:
		return 1
	}
}

// round is the value in whole minor units, half away from zero. Fails with money.ErrOverflow.
func (v value) round() (int64, error) {
	return v.plus(value{0, valueScale / 2}).over(valueScale)
}

// shareOf is the value as a share of amount in basis points, half away from zero. Amount is above zero.
func (v value) shareOf(amount int64) (int64, error) {
	// value / amount is in hundredths of a basis point: the scale's 10,000 cancels.
	const perPoint = CashPointValue
	hundredths, err := v.plus(product64(amount, perPoint/2)).over(uint64(amount)) //nolint:gosec // above zero
	return hundredths / perPoint, err
}

// over divides and drops the rest.
func (v value) over(divisor uint64) (int64, error) {
	if v.high >= divisor {
		return 0, money.ErrOverflow
	}
	quotient, _ := bits.Div64(v.high, v.low, divisor)
	if quotient > math.MaxInt64 {
		return 0, money.ErrOverflow
	}
	return int64(quotient), nil
}

// balance is a value that may be below zero: what is earned less what is charged.
type balance struct{ earned, charged value }

func (b balance) plus(other balance) balance {
	return balance{b.earned.plus(other.earned), b.charged.plus(other.charged)}
}

func (b balance) compare(other balance) int {
	return b.earned.plus(other.charged).compare(other.earned.plus(b.charged))
}
