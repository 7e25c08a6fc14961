package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

// Method is how an expense is divided.
type Method = split.Method

// Transfer is what one person owes another.
type Transfer = split.Transfer

// Expense is one version of what was spent. Amounts inside are minor units of the total's currency.
type Expense struct {
	ID            uuid.UUID
	GroupID       uuid.UUID
	Description   string
	Category      *string
	Note          *string
	Date          time.Time // midnight UTC of the day
	Total         money.Money
	Method        split.Method
	PaidBy        []Payment
	Shares        []Share
	Items         []Item
	TransactionID *uuid.UUID
	Version       int64
	CreatedBy     uuid.UUID
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeletedAt     *time.Time
	History       []Change // newest first; read for single expenses only
}

// Payment is what one person paid of an expense.
type Payment struct {
	UserID uuid.UUID `json:"userId"`
	Amount int64     `json:"amount"`
}

// Share is what one person carries.
type Share struct {
	UserID uuid.UUID `json:"userId"`
	Weight *int64    `json:"weight,omitempty"`
	Bps    *int64    `json:"bps,omitempty"` // hundredths of a percent
	Amount int64     `json:"amount"`

	// Paid says that the share owes the payers nothing more.
	Paid bool `json:"-"`
}

// Item is one line of a receipt.
type Item struct {
	Name      string  `json:"name"`
	Amount    int64   `json:"amount"`
	Refunded  int64   `json:"refunded"` // what came back, of the amount's sign
	ClaimedBy []Claim `json:"claimedBy"`
}

// Claim says that somebody had a part of an item.
type Claim struct {
	UserID uuid.UUID `json:"userId"`
	Weight int64     `json:"weight"`
}

// Change is one entry of an expense's history.
type Change struct {
	Version int64
	Action  string
	UserID  uuid.UUID
	Name    string // as it was then
	At      time.Time
	Fields  []FieldChange
}

// FieldChange is what a field was and is, in words.
type FieldChange struct {
	Field  string  `json:"field"`
	Before *string `json:"before"`
	After  *string `json:"after"`
}

// Actions of a history.
const (
	ActionCreated      = "created"
	ActionUpdated      = "updated"
	ActionDeleted      = "deleted"
	ActionRestored     = "restored"
	ActionSharePaid    = "share_paid"
	ActionSharePending = "share_pending"
)

// parts is what a row keeps as one.
type parts struct {
	PaidBy []Payment `json:"paidBy"`
	Shares []Share   `json:"shares"`
	Items  []Item    `json:"items"`
}

// transfer is a payment as the queries put it together.
type transfer struct {
	From   uuid.UUID `json:"from"`
	To     uuid.UUID `json:"to"`
	Amount int64     `json:"amount"`
}

func fromDBExpense(row queries.Expense, paidBack json.RawMessage) (Expense, error) {
	expense := Expense{
		ID: row.ID, GroupID: row.GroupID, Description: row.Description, Category: row.Category, Note: row.Note, Date: row.SpentOn,
		Total: money.Money{Amount: row.Total, Currency: row.Currency}, Method: split.Method(row.Method), TransactionID: row.TransactionID,
		Version: row.Version, CreatedBy: row.CreatedBy, CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, DeletedAt: row.DeletedAt,
	}
	var p parts
	if err := json.Unmarshal(row.Parts, &p); err != nil {
		return Expense{}, fmt.Errorf("read parts of expense: %w", err)
	}
	expense.PaidBy, expense.Shares, expense.Items = p.PaidBy, p.Shares, p.Items
	var returned []transfer
	if err := json.Unmarshal(paidBack, &returned); err != nil {
		return Expense{}, fmt.Errorf("read payments of expense: %w", err)
	}
	debts, err := expense.allDebts()
	if err != nil {
		return Expense{}, err
	}
	for i := range expense.Shares {
		expense.Shares[i].Paid = len(stillOpen(expense.debtsOf(expense.Shares[i].UserID, debts), returned)) == 0
	}
	return expense, nil
}

// engine is the expense as the engine counts it.
func (e Expense) engine() split.Expense { return toEngine(e.Total.Currency, e.PaidBy, e.Shares) }

func toEngine(currency string, paidBy []Payment, shares []Share) split.Expense {
	expense := split.Expense{Currency: currency}
	for _, payment := range paidBy {
		expense.Paid = append(expense.Paid, split.Part{Person: payment.UserID.String(), Amount: payment.Amount})
	}
	for _, share := range shares {
		expense.Shares = append(expense.Shares, split.Part{Person: share.UserID.String(), Amount: share.Amount})
	}
	return expense
}

// allDebts are who owes whom after the expense: each share is owed to the payers, in proportion to what they paid.
func (e Expense) allDebts() ([]transfer, error) {
	debts, err := split.Debts(e.engine())
	if err != nil {
		return nil, fmt.Errorf("count debts of expense %s: %w", e.ID, err)
	}
	all := make([]transfer, len(debts))
	for i, debt := range debts {
		all[i] = transfer{From: uuid.MustParse(debt.From), To: uuid.MustParse(debt.To), Amount: debt.Amount.Amount}
	}
	return all, nil
}

// debtsOf are the debts of one person's share: what the person owes the payers, or after a refund what those who took the
// money owe the person.
func (e Expense) debtsOf(userID uuid.UUID, all []transfer) []transfer {
	var own []transfer
	for _, debt := range all {
		sharer := debt.From
		if e.Total.Amount < 0 {
			sharer = debt.To
		}
		if sharer == userID {
			own = append(own, debt)
		}
	}
	return own
}

// stillOpen is what of debts was not paid back.
func stillOpen(debts, paidBack []transfer) []transfer {
	open := slices.Clone(debts)
	for i := range open {
		for _, paid := range paidBack {
			if paid.From == open[i].From && paid.To == open[i].To {
				open[i].Amount -= paid.Amount
			}
		}
	}
	return slices.DeleteFunc(open, func(t transfer) bool { return t.Amount <= 0 })
}

// people are all who have to do with an expense.
func (e Expense) people() []uuid.UUID {
	var ids []uuid.UUID
	add := func(id uuid.UUID) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, payment := range e.PaidBy {
		add(payment.UserID)
	}
	for _, share := range e.Shares {
		add(share.UserID)
	}
	for _, item := range e.Items {
		for _, claim := range item.ClaimedBy {
			add(claim.UserID)
		}
	}
	return ids
}

func (e Expense) isPayer(userID uuid.UUID) bool {
	return slices.ContainsFunc(e.PaidBy, func(p Payment) bool { return p.UserID == userID && p.Amount != 0 })
}

func (e Expense) share(userID uuid.UUID) (Share, bool) {
	i := slices.IndexFunc(e.Shares, func(s Share) bool { return s.UserID == userID })
	if i < 0 {
		return Share{}, false
	}
	return e.Shares[i], true
}
