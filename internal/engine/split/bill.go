package split

import (
	"errors"
	"fmt"

	"github.com/lattice-money/lattice/internal/money"
)

// Method is how a bill is divided.
type Method string

// The methods. The empty one is not valid.
const (
	Equal       Method = "equal"
	Shares      Method = "shares"
	Percentages Method = "percentages"
	Amounts     Method = "amounts"
	Items       Method = "items"
)

// Bill is what is to be divided. A total below zero is a refund and is divided as its positive twin.
type Bill struct {
	Total  money.Money
	Method Method
	Claims []Claim // one per person, in the order the shares come back
	// Receipt says who had what; for Items only.
	Receipt *Receipt
	// Seed says who begins where several people could carry an odd unit; see Result.Spare.
	Seed uint64
}

// Claim is one person's part in a bill. Which of its figures counts depends on the method; Equal and Items use none.
type Claim struct {
	Person string // any name or id that is unique within the bill
	Weight int64  // Shares: how many, zero or more
	Bps    int64  // Percentages: hundredths of a percent, zero or more
	Amount int64  // Amounts: minor units of the total's currency, of the total's sign
}

// Receipt is a bill line by line. What lies between its items and the total is tax, tip, fees and discounts.
type Receipt struct {
	Items   []Item
	Refunds []Refund
}

// Item is one line: what was bought and for how much altogether, in minor units. A line without claims is carried by
// everybody equally and reported. A negative line nobody claimed is a discount.
type Item struct {
	Name   string
	Amount int64
	Claims []ItemClaim
}

// ItemClaim says that a person had a part of an item; parts are by weight, above zero.
type ItemClaim struct {
	Person string
	Weight int64
}

// Refund is money that came back for one item after the bill was divided, in minor units below zero (or above, for a
// bill below zero). The total is what is left after it.
type Refund struct {
	Item   int // its place in Receipt.Items
	Amount int64
}

// Share is what one person carries of a bill.
type Share struct {
	Person string
	Amount money.Money
}

// Result is a divided bill.
type Result struct {
	Shares []Share // in the order of the claims; they add up to the total
	// Unclaimed are the places in Receipt.Items of what nobody said they had.
	Unclaimed []int
	// Spare is how many odd units were handed out by the seed. Adding it to the seed of the next bill of the same people
	// lets them take turns.
	Spare uint64
}

// Errors of a bill, wrapped in a FieldError where one entry is at fault. None carries a name or an amount.
var (
	// ErrUnknownMethod means the method is none of the five.
	ErrUnknownMethod = errors.New("split: unknown method")
	// ErrNoPeople means there is nobody to divide by, or nobody with a share.
	ErrNoPeople = errors.New("split: nobody to divide by")
	// ErrTwice means a person is named twice.
	ErrTwice = errors.New("split: the same person twice")
	// ErrNegative means a weight or a percentage is below zero, or an item is claimed by a weight that is not above zero.
	ErrNegative = errors.New("split: below zero")
	// ErrSign means an amount has not the sign of the total, or a refund the wrong one.
	ErrSign = errors.New("split: the sign is not the total's")
	// ErrUnknownPerson means an item is claimed by somebody who is not in the bill.
	ErrUnknownPerson = errors.New("split: claimed by somebody who is not in the bill")
	// ErrUnknownItem means a refund is for an item that is not on the receipt.
	ErrUnknownItem = errors.New("split: no such item")
	// ErrNoReceipt means items are to be divided and there are none.
	ErrNoReceipt = errors.New("split: no items")
)

// FieldError says which entry of a bill is at fault.
type FieldError struct {
	List  string // "claims", "items", "refunds" or "payments"
	Index int    // in that list
	Err   error
}

// Error implements error.
func (e *FieldError) Error() string { return fmt.Sprintf("%s %d: %s", e.List, e.Index, e.Err) }

// Unwrap gives the fault itself.
func (e *FieldError) Unwrap() error { return e.Err }

// Validate reports the first fault of a bill, but for what does not add up. The claims' figures that the method does not
// use are not looked at.
func (b Bill) Validate() error {
	if err := b.Total.Validate(); err != nil {
		return err
	}
	if len(b.Claims) == 0 {
		return ErrNoPeople
	}
	people := make(map[string]bool, len(b.Claims))
	for i, claim := range b.Claims {
		if people[claim.Person] {
			return &FieldError{List: "claims", Index: i, Err: ErrTwice}
		}
		people[claim.Person] = true
		if err := b.checkClaim(claim); err != nil {
			return &FieldError{List: "claims", Index: i, Err: err}
		}
	}
	if b.Method != Items {
		return nil
	}
	return b.checkReceipt(people)
}

func (b Bill) checkClaim(claim Claim) error {
	switch b.Method {
	case Equal, Items:
		return nil
	case Shares:
		if claim.Weight < 0 {
			return ErrNegative
		}
		return nil
	case Percentages:
		if claim.Bps < 0 {
			return ErrNegative
		}
		return nil
	case Amounts:
		if claim.Amount != 0 && claim.Amount < 0 != (b.Total.Amount < 0) {
			return ErrSign
		}
		return nil
	default:
		return ErrUnknownMethod
	}
}

func (b Bill) checkReceipt(people map[string]bool) error {
	if b.Receipt == nil || len(b.Receipt.Items) == 0 {
		return ErrNoReceipt
	}
	for i, item := range b.Receipt.Items {
		for _, claim := range item.Claims {
			switch {
			case !people[claim.Person]:
				return &FieldError{List: "items", Index: i, Err: ErrUnknownPerson}
			case claim.Weight <= 0:
				return &FieldError{List: "items", Index: i, Err: ErrNegative}
			}
		}
	}
	for i, refund := range b.Receipt.Refunds {
		switch {
		case refund.Item < 0 || refund.Item >= len(b.Receipt.Items):
			return &FieldError{List: "refunds", Index: i, Err: ErrUnknownItem}
		case refund.Amount != 0 && refund.Amount < 0 == (b.Receipt.Items[refund.Item].Amount < 0):
			return &FieldError{List: "refunds", Index: i, Err: ErrSign}
		}
	}
	return nil
}
