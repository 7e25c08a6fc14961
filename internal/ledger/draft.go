package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/redact"
)

// maxTotal bounds one expense, in minor units: ten billion dollars. Nine million expenses of that size still add up.
const maxTotal = 1_000_000_000_000

// Draft is an expense as somebody writes it. Lists that are nil are left to the method: `equal` covers the members.
type Draft struct {
	Description   string         `json:"description"`
	Category      *string        `json:"category,omitempty"`
	Note          *string        `json:"note,omitempty"`
	Date          *time.Time     `json:"date,omitempty"` // today where it is nil
	Total         money.Money    `json:"total"`
	Method        split.Method   `json:"method"`
	PaidBy        []PaymentDraft `json:"paidBy"`
	Shares        []ShareDraft   `json:"shares,omitempty"`
	Items         []ItemDraft    `json:"items,omitempty"`
	TransactionID *uuid.UUID     `json:"transactionId,omitempty"`
	// Seed is where odd cents begin, of an expense that was shown before it is written; else the group's turn decides.
	Seed *uint64 `json:"seed,omitempty"`
}

// PaymentDraft is who paid what.
type PaymentDraft struct {
	UserID uuid.UUID   `json:"userId"`
	Amount money.Money `json:"amount"`
}

// ShareDraft is one person and what the method asks for.
type ShareDraft struct {
	UserID uuid.UUID    `json:"userId"`
	Weight *int64       `json:"weight,omitempty"`
	Bps    *int64       `json:"bps,omitempty"` // hundredths of a percent
	Amount *money.Money `json:"amount,omitempty"`
}

// ItemDraft is one line of a receipt.
type ItemDraft struct {
	Name      string       `json:"name"`
	Amount    money.Money  `json:"amount"`
	Refunded  *money.Money `json:"refunded,omitempty"`
	ClaimedBy []Claim      `json:"claimedBy,omitempty"`
}

// MismatchError says by how much the parts of a draft miss its total, and what would do. Sum and Difference are decimal
// numbers: percent for percentages, else minor units.
type MismatchError struct {
	Sum, Difference string
	SuggestedShares []ShareDraft   // of shares
	SuggestedPaidBy []PaymentDraft // of payments

	problem *apperr.Error
}

// Error implements error.
func (e *MismatchError) Error() string { return e.problem.Error() }

// Unwrap gives what a caller may see.
func (e *MismatchError) Unwrap() error { return e.problem }

// faults collects what is wrong with a draft.
type faults []apperr.Field

func (f *faults) add(pointer, code, detail string) {
	*f = append(*f, apperr.Field{Pointer: pointer, Code: code, Detail: detail})
}

func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	slices.SortStableFunc(*f, func(a, b apperr.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	return apperr.Invalid(*f...)
}

// clean trims texts and masks card numbers in them.
func (d *Draft) clean() {
	d.Description = tidy(d.Description)
	for _, text := range []**string{&d.Category, &d.Note} {
		if *text != nil {
			tidied := tidy(**text)
			*text = &tidied
		}
	}
	d.Items = slices.Clone(d.Items)
	for i := range d.Items {
		d.Items[i].Name = tidy(d.Items[i].Name)
	}
}

// tidy trims a text and masks card numbers in it.
func tidy(text string) string {
	masked, _ := redact.CardNumbers(strings.TrimSpace(text))
	return masked
}

// validate reports what the contract's types cannot express. known are those who may be in it.
func (d *Draft) validate(known []uuid.UUID) error {
	var f faults
	if d.Description == "" { // the contract's pattern knows the spaces of ASCII only
		f.add("/description", "min_length", "A description has visible characters.")
	}
	for pointer, text := range map[string]*string{"/category": d.Category, "/note": d.Note} {
		if text != nil && *text == "" {
			f.add(pointer, "min_length", "This has visible characters, or is left out.")
		}
	}
	if _, ok := money.Exponent(d.Total.Currency); !ok {
		f.add("/total/currency", "unknown", "This is not an ISO 4217 currency in use.")
		return f.err()
	}
	if d.Total.Amount == 0 {
		f.add("/total/amount", "zero", "An expense of nothing is none.")
	}
	d.checkAmount(&f, "/total", d.Total)
	person := func(pointer string, userID uuid.UUID) {
		if !slices.Contains(known, userID) {
			f.add(pointer, "unknown", "This is no member of the group.")
		}
	}
	for i, payment := range d.PaidBy {
		person(fmt.Sprintf("/paidBy/%d/userId", i), payment.UserID)
		d.checkAmount(&f, fmt.Sprintf("/paidBy/%d/amount", i), payment.Amount)
	}
	for i, share := range d.Shares {
		person(fmt.Sprintf("/shares/%d/userId", i), share.UserID)
		d.checkShare(&f, i, share)
	}
	if d.Method != split.Items && d.Items != nil {
		f.add("/items", "unexpected", "Only the method items has items.")
	}
	for i, item := range d.Items {
		d.checkAmount(&f, fmt.Sprintf("/items/%d/amount", i), item.Amount)
		if item.Name == "" {
			f.add(fmt.Sprintf("/items/%d/name", i), "min_length", "A name has visible characters.")
		}
		if item.Refunded != nil {
			d.checkAmount(&f, fmt.Sprintf("/items/%d/refunded", i), *item.Refunded)
			if size(*item.Refunded) > size(item.Amount) {
				f.add(fmt.Sprintf("/items/%d/refunded/amount", i), "maximum", "No more can come back than was paid.")
			}
		}
		for j, claim := range item.ClaimedBy {
			person(fmt.Sprintf("/items/%d/claimedBy/%d/userId", i, j), claim.UserID)
		}
	}
	if d.Shares == nil && (d.Method == split.Shares || d.Method == split.Percentages || d.Method == split.Amounts) {
		f.add("/shares", "required", "This method asks for the part of each person.")
	}
	return f.err()
}

func size(m money.Money) int64 { return max(m.Amount, -m.Amount) }

func (d *Draft) checkAmount(f *faults, pointer string, amount money.Money) {
	switch {
	case amount.Currency != d.Total.Currency:
		f.add(pointer+"/currency", "currency", "This has to be in the currency of the total.")
	case amount.Amount > maxTotal || amount.Amount < -maxTotal:
		f.add(pointer+"/amount", "maximum", "This is more than one expense can be.")
	}
}

func (d *Draft) checkShare(f *faults, i int, share ShareDraft) {
	missing := func(field string) {
		f.add(fmt.Sprintf("/shares/%d/%s", i, field), "required", "The method asks for this.")
	}
	switch d.Method {
	case split.Shares:
		if share.Weight == nil {
			missing("weight")
		}
	case split.Percentages:
		if share.Bps == nil {
			missing("percent")
		}
	case split.Amounts:
		if share.Amount == nil {
			missing("amount")
			return
		}
		d.checkAmount(f, fmt.Sprintf("/shares/%d/amount", i), *share.Amount)
	case split.Equal, split.Items:
	}
}

// divide computes who carries what. members stand in where nobody is named.
func (d *Draft) divide(members []uuid.UUID, seed uint64) (parts, int64, error) {
	bill := d.bill(members, seed)
	result, err := split.Divide(bill)
	if err != nil {
		return parts{}, 0, d.fault(err, bill)
	}
	paid := make([]split.Part, len(d.PaidBy))
	for i, payment := range d.PaidBy {
		paid[i] = split.Part{Person: payment.UserID.String(), Amount: payment.Amount.Amount}
	}
	if err := split.CheckPayments(d.Total, paid); err != nil {
		return parts{}, 0, d.fault(err, bill)
	}
	p := parts{PaidBy: []Payment{}, Shares: []Share{}, Items: []Item{}}
	for _, payment := range d.PaidBy {
		p.PaidBy = append(p.PaidBy, Payment{UserID: payment.UserID, Amount: payment.Amount.Amount})
	}
	for i, share := range result.Shares {
		kept := Share{UserID: uuid.MustParse(share.Person), Amount: share.Amount.Amount}
		switch d.Method {
		case split.Shares:
			kept.Weight = &bill.Claims[i].Weight
		case split.Percentages:
			kept.Bps = &bill.Claims[i].Bps
		case split.Equal, split.Amounts, split.Items:
		}
		p.Shares = append(p.Shares, kept)
	}
	for _, item := range d.Items {
		kept := Item{Name: item.Name, Amount: item.Amount.Amount, ClaimedBy: slices.Clone(item.ClaimedBy)}
		if item.Refunded != nil {
			kept.Refunded = item.Refunded.Amount
		}
		if kept.ClaimedBy == nil {
			kept.ClaimedBy = []Claim{}
		}
		p.Items = append(p.Items, kept)
	}
	return p, int64(result.Spare), nil //nolint:gosec // fewer than there are people
}

// bill is the draft as the engine divides it.
func (d *Draft) bill(members []uuid.UUID, seed uint64) split.Bill {
	bill := split.Bill{Total: d.Total, Method: d.Method, Seed: seed}
	for _, share := range d.Shares {
		claim := split.Claim{Person: share.UserID.String()}
		if share.Weight != nil {
			claim.Weight = *share.Weight
		}
		if share.Bps != nil {
			claim.Bps = *share.Bps
		}
		if share.Amount != nil {
			claim.Amount = share.Amount.Amount
		}
		bill.Claims = append(bill.Claims, claim)
	}
	if d.Shares == nil {
		for _, member := range members {
			bill.Claims = append(bill.Claims, split.Claim{Person: member.String()})
		}
	}
	if d.Method != split.Items {
		return bill
	}
	bill.Receipt = &split.Receipt{}
	for i, item := range d.Items {
		line := split.Item{Name: item.Name, Amount: item.Amount.Amount}
		for _, claim := range item.ClaimedBy {
			line.Claims = append(line.Claims, split.ItemClaim{Person: claim.UserID.String(), Weight: claim.Weight})
		}
		bill.Receipt.Items = append(bill.Receipt.Items, line)
		if item.Refunded != nil && item.Refunded.Amount != 0 {
			bill.Receipt.Refunds = append(bill.Receipt.Refunds, split.Refund{Item: i, Amount: -item.Refunded.Amount})
		}
	}
	return bill
}

// fault says in the caller's words what the engine refuses.
func (d *Draft) fault(err error, bill split.Bill) error {
	if mismatch, ok := errors.AsType[*split.MismatchError](err); ok {
		return d.mismatch(mismatch, bill)
	}
	pointer, amount := "/shares", "/amount/amount"
	if at, ok := errors.AsType[*split.FieldError](err); ok {
		pointer = d.pointer(at)
		if at.List == "refunds" {
			amount = "/amount"
		}
	}
	var f faults
	switch {
	case errors.Is(err, split.ErrTwice):
		f.add(pointer+"/userId", "duplicate", "The same person stands here twice.")
	case errors.Is(err, split.ErrSign):
		f.add(pointer+amount, "sign", "This has not the sign of the total.")
	case errors.Is(err, split.ErrUnknownPerson):
		f.add(pointer+"/claimedBy", "unknown", "Somebody here is not among the shares.")
	case errors.Is(err, split.ErrUnknownItem), errors.Is(err, split.ErrNoReceipt):
		f.add("/items", "required", "The method asks for what each had.")
	case errors.Is(err, split.ErrNoPeople):
		f.add("/shares", "empty", "Somebody has to carry a part of it.")
	case errors.Is(err, money.ErrOverflow):
		f.add("/total/amount", "maximum", "This is more than can be counted.")
	default:
		return fmt.Errorf("divide: %w", err)
	}
	return f.err()
}

// pointer is where in the draft an engine's fault stands.
func (d *Draft) pointer(at *split.FieldError) string {
	switch at.List {
	case "payments":
		return fmt.Sprintf("/paidBy/%d", at.Index)
	case "items":
		return fmt.Sprintf("/items/%d", at.Index)
	case "refunds":
		refunded := 0
		for i, item := range d.Items {
			if item.Refunded == nil || item.Refunded.Amount == 0 {
				continue
			}
			if refunded == at.Index {
				return fmt.Sprintf("/items/%d/refunded", i)
			}
			refunded++
		}
	}
	return fmt.Sprintf("/shares/%d", at.Index)
}

// mismatch tells what is missing and what would do.
func (d *Draft) mismatch(m *split.MismatchError, bill split.Bill) error {
	e := &MismatchError{Sum: strconv.FormatInt(m.Sum, 10), Difference: strconv.FormatInt(m.Difference, 10)}
	write := func(amount int64) string { return money.Money{Amount: amount, Currency: d.Total.Currency}.Format() }
	pointer, what := "/shares", "amounts"
	switch m.Method {
	case "":
		pointer, what = "/paidBy", "payments"
		for i, payment := range d.PaidBy {
			e.SuggestedPaidBy = append(e.SuggestedPaidBy, PaymentDraft{
				UserID: payment.UserID, Amount: money.Money{Amount: m.Suggested[i], Currency: d.Total.Currency},
			})
		}
	case split.Percentages:
		what, write = "percentages", money.FormatBps
		e.Sum, e.Difference = Percent(m.Sum), Percent(m.Difference)
		for i, claim := range m.SuggestedClaims(bill) {
			e.SuggestedShares = append(e.SuggestedShares, ShareDraft{UserID: d.Shares[i].UserID, Bps: &claim.Bps})
		}
	case split.Amounts:
		for i, claim := range m.SuggestedClaims(bill) {
			amount := money.Money{Amount: claim.Amount, Currency: d.Total.Currency}
			e.SuggestedShares = append(e.SuggestedShares, ShareDraft{UserID: d.Shares[i].UserID, Amount: &amount})
		}
	case split.Equal, split.Shares, split.Items:
	}
	detail := fmt.Sprintf("The %s make %s instead of %s.", what, write(m.Sum), write(m.Want))
	e.problem = apperr.New(apperr.CodeSplitMismatch, detail)
	e.problem.Fields = []apperr.Field{{Pointer: pointer, Code: "sum", Detail: detail}}
	return e
}

// Percent writes basis points as a decimal number of percent.
func Percent(bps int64) string { return strings.TrimSuffix(money.FormatBps(bps), "%") }
