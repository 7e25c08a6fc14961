package money

import (
	"errors"
	"fmt"
	"math"
	"math/big"
)

// Errors of this package. They are programming or input faults, never something to retry; none carries an amount.
var (
	// ErrUnknownCurrency means the code is not an active ISO 4217 currency; see Exponent for the list.
	ErrUnknownCurrency = errors.New("money: unknown currency")
	// ErrCurrencyMismatch means two amounts of different currencies met. Nothing here ever converts.
	ErrCurrencyMismatch = errors.New("money: currencies differ")
	// ErrOverflow means the exact result does not fit 64 bits; the operands are untouched.
	ErrOverflow = errors.New("money: amount out of range")
	// ErrNoWeights means Allocate was given no weight above zero.
	ErrNoWeights = errors.New("money: no weight above zero")
	// ErrNegativeWeight means Allocate was given a weight below zero.
	ErrNegativeWeight = errors.New("money: negative weight")
)

// Money is an amount in minor units (cents for USD, yen for JPY, fils for KWD) of one ISO 4217 currency. The zero
// value has no currency and is not valid. Values are immutable and comparable with ==.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// New returns amount minor units of currency. Fails with ErrUnknownCurrency.
func New(amount int64, currency string) (Money, error) {
	m := Money{Amount: amount, Currency: currency}
	if err := m.Validate(); err != nil {
		return Money{}, err
	}
	return m, nil
}

// Validate reports ErrUnknownCurrency unless the currency is an active ISO 4217 code in upper case.
func (m Money) Validate() error {
	if _, ok := Exponent(m.Currency); !ok {
		return fmt.Errorf("%w: %q", ErrUnknownCurrency, m.Currency)
	}
	return nil
}

// IsZero reports an amount of nothing, in any currency.
func (m Money) IsZero() bool { return m.Amount == 0 }

// Sign is -1, 0 or +1.
func (m Money) Sign() int {
	switch {
	case m.Amount < 0:
		return -1
	case m.Amount > 0:
		return 1
	default:
		return 0
	}
}

// Add returns m + other. Fails with ErrCurrencyMismatch or ErrOverflow.
func (m Money) Add(other Money) (Money, error) {
	if err := m.sameCurrency(other); err != nil {
		return Money{}, err
	}
	sum := m.Amount + other.Amount
	if (other.Amount > 0 && sum < m.Amount) || (other.Amount < 0 && sum > m.Amount) {
		return Money{}, ErrOverflow
	}
	return Money{Amount: sum, Currency: m.Currency}, nil
}

// Sub returns m - other. Fails with ErrCurrencyMismatch or ErrOverflow.
func (m Money) Sub(other Money) (Money, error) {
	if err := m.sameCurrency(other); err != nil {
		return Money{}, err
	}
	difference := m.Amount - other.Amount
	if (other.Amount > 0 && difference > m.Amount) || (other.Amount < 0 && difference < m.Amount) {
		return Money{}, ErrOverflow
	}
	return Money{Amount: difference, Currency: m.Currency}, nil
}

// Neg returns -m. Fails with ErrOverflow for the smallest 64-bit amount, which has no positive twin.
func (m Money) Neg() (Money, error) {
	if m.Amount == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return Money{Amount: -m.Amount, Currency: m.Currency}, nil
}

// Abs returns m without its sign. Fails as Neg does.
func (m Money) Abs() (Money, error) {
	if m.Amount < 0 {
		return m.Neg()
	}
	return m, nil
}

// Mul returns m times a whole number, such as a quantity. Fails with ErrOverflow.
func (m Money) Mul(factor int64) (Money, error) {
	return m.MulRatio(factor, 1)
}

// MulBps returns bps basis points (hundredths of a percent) of m, rounded half away from zero: 1.5 cents become 2,
// -1.5 cents become -2. This is commercial rounding; round once, on the final figure, never on parts that are then
// added. bps may be negative. Fails with ErrOverflow.
func (m Money) MulBps(bps int64) (Money, error) {
	return m.MulRatio(bps, BpsPerWhole)
}

// MulRatio returns m times numerator/denominator, rounded half away from zero. The product is held exactly, so only
// the final figure can overflow: ErrOverflow. A denominator of zero or less is also ErrOverflow.
func (m Money) MulRatio(numerator, denominator int64) (Money, error) {
	product := new(big.Int).Mul(big.NewInt(m.Amount), big.NewInt(numerator))
	amount, err := RoundRatio(product, big.NewInt(denominator))
	if err != nil {
		return Money{}, err
	}
	return Money{Amount: amount, Currency: m.Currency}, nil
}

// Cmp orders two amounts: -1, 0 or +1. Fails with ErrCurrencyMismatch.
func (m Money) Cmp(other Money) (int, error) {
	if err := m.sameCurrency(other); err != nil {
		return 0, err
	}
	switch {
	case m.Amount < other.Amount:
		return -1, nil
	case m.Amount > other.Amount:
		return 1, nil
	default:
		return 0, nil
	}
}

// Sum adds amounts up, starting from zero in currency, so that an empty list has an answer too. Fails with
// ErrUnknownCurrency, ErrCurrencyMismatch or ErrOverflow; an overflow on the way is one even if later amounts would
// bring the sum back into range.
func Sum(currency string, amounts ...Money) (Money, error) {
	total, err := New(0, currency)
	if err != nil {
		return Money{}, err
	}
	for _, amount := range amounts {
		if total, err = total.Add(amount); err != nil {
			return Money{}, err
		}
	}
	return total, nil
}

// BpsPerWhole is the number of basis points in one whole: 10,000 basis points are 100 percent.
const BpsPerWhole = 10_000

// RoundRatio returns numerator/denominator as a whole number, rounded half away from zero. It is the one rounding
// rule of the project, for engines that must add exact parts first and round once. Fails with ErrOverflow when the
// result does not fit 64 bits or the denominator is not positive. The arguments are left unchanged.
func RoundRatio(numerator, denominator *big.Int) (int64, error) {
	if denominator.Sign() <= 0 {
		return 0, ErrOverflow
	}
	quotient, remainder := new(big.Int).QuoRem(numerator, denominator, new(big.Int))
	twice := remainder.Abs(remainder).Lsh(remainder, 1)
	if twice.Cmp(denominator) >= 0 {
		quotient.Add(quotient, big.NewInt(int64(numerator.Sign())))
	}
	if !quotient.IsInt64() {
		return 0, ErrOverflow
	}
	return quotient.Int64(), nil
}

func (m Money) sameCurrency(other Money) error {
	if m.Currency != other.Currency {
		return fmt.Errorf("%w: %s and %s", ErrCurrencyMismatch, m.Currency, other.Currency)
	}
	return nil
}
