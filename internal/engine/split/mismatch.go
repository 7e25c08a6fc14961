package split

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/lattice-money/lattice/internal/money"
)

// MismatchError means that parts do not add up to their whole. It is the writer's to correct: Suggested is the nearest
// that does.
type MismatchError struct {
	// Method is Percentages or Amounts for claims, and empty for payments, which are always amounts.
	Method Method
	// Sum is what the parts make and Want what they should, in hundredths of a percent for Percentages, else in minor
	// units. Difference is what is missing, below zero where there is too much: Sum + Difference = Want.
	Sum, Want, Difference int64
	// Suggested are the nearest parts that add up, in the order of the claims or payments: the difference is spread
	// evenly, no part changes its sign, and who had no part still has none (unless nobody had one).
	Suggested []int64
}

// Error implements error; it carries no figures.
func (e *MismatchError) Error() string {
	if e.Method == "" {
		return "split: the payments do not add up to the total"
	}
	return fmt.Sprintf("split: the %s do not add up", e.Method)
}

// SuggestedClaims are the bill's claims with the proposed figures; Divide accepts them.
func (e *MismatchError) SuggestedClaims(bill Bill) []Claim {
	claims := slices.Clone(bill.Claims)
	for i := range claims {
		switch e.Method {
		case Percentages:
			claims[i].Bps = e.Suggested[i]
		case Amounts:
			claims[i].Amount = e.Suggested[i]
		case Equal, Shares, Items:
		}
	}
	return claims
}

// reorder puts the proposals of claims in one order into that of the same claims in another.
func (e *MismatchError) reorder(from, to []Claim) {
	figures := make(map[string]int64, len(from))
	for i, claim := range from {
		figures[claim.Person] = e.Suggested[i]
	}
	for i, claim := range to {
		e.Suggested[i] = figures[claim.Person]
	}
}

func checkPercentages(bill Bill) error {
	parts := make([]int64, len(bill.Claims))
	for i, claim := range bill.Claims {
		parts[i] = claim.Bps
	}
	return mismatch(Percentages, parts, money.BpsPerWhole)
}

func checkAmounts(bill Bill) error {
	parts := make([]int64, len(bill.Claims))
	for i, claim := range bill.Claims {
		parts[i] = claim.Amount
	}
	return mismatch(Amounts, parts, bill.Total.Amount)
}

// CheckPayments reports payments that do not make up the total: a MismatchError, or a FieldError with ErrTwice or
// ErrSign. No payments at all are ErrNoPeople.
func CheckPayments(total money.Money, payments []Part) error {
	if len(payments) == 0 {
		return ErrNoPeople
	}
	parts := make([]int64, len(payments))
	people := make(map[string]bool, len(payments))
	for i, payment := range payments {
		switch {
		case people[payment.Person]:
			return &FieldError{List: "payments", Index: i, Err: ErrTwice}
		case payment.Amount != 0 && payment.Amount < 0 != (total.Amount < 0):
			return &FieldError{List: "payments", Index: i, Err: ErrSign}
		}
		people[payment.Person] = true
		parts[i] = payment.Amount
	}
	return mismatch("", parts, total.Amount)
}

// mismatch proposes the same parts whatever the bill's seed is: who agrees to them does so in another message.
func mismatch(method Method, parts []int64, want int64) error {
	made, err := sum(parts, func(part int64) int64 { return part })
	if err != nil {
		return err
	}
	missing := new(big.Int).Sub(big.NewInt(want), big.NewInt(made))
	if missing.Sign() == 0 {
		return nil
	}
	if !missing.IsInt64() {
		return money.ErrOverflow
	}
	return &MismatchError{
		Method: method, Sum: made, Want: want, Difference: missing.Int64(), Suggested: nearest(parts, missing.Int64()),
	}
}

// nearest spreads what is missing evenly over the parts that are not zero (over all of them where none is), and takes
// what is too much off the same way. A part that would change its sign becomes zero, and the others carry its rest.
func nearest(parts []int64, missing int64) []int64 {
	result := slices.Clone(parts)
	for missing != 0 {
		var open []int
		for i, part := range result {
			if part != 0 {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			open = allPlaces(result)
		}
		steps := evenly(missing, len(open))
		for i, place := range open {
			step := steps[i]
			if part := result[place]; signOf(step) == -signOf(part) && magnitudeOf(step) > magnitudeOf(part) {
				step = -part
			}
			result[place] += step
			missing -= step
		}
	}
	return result
}

func allPlaces(parts []int64) []int {
	all := make([]int, len(parts))
	for i := range all {
		all[i] = i
	}
	return all
}

// evenly cuts an amount into equal steps; the odd units go to the first.
func evenly(amount int64, steps int) []int64 {
	count := int64(steps)
	result := make([]int64, steps)
	each, odd := amount/count, amount%count
	for i := range result {
		result[i] = each
	}
	for i := range magnitudeOf(odd) {
		result[i] += int64(signOf(odd))
	}
	return result
}

func magnitudeOf(amount int64) uint64 {
	if amount < 0 {
		return uint64(-(amount + 1)) + 1 //nolint:gosec // one less than the magnitude fits, also for the smallest amount
	}
	return uint64(amount)
}
