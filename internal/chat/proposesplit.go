package chat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

// expenseProposal is the expense a group's ledger is to be given: the JSON of what it takes as a draft.
type expenseProposal struct {
	Description   string           `json:"description"`
	Date          time.Time        `json:"date"`
	Total         money.Money      `json:"total"`
	Method        split.Method     `json:"method"`
	PaidBy        []expensePayment `json:"paidBy"`
	Shares        []expenseShare   `json:"shares"`
	Items         []expenseItem    `json:"items,omitempty"`
	TransactionID *string          `json:"transactionId,omitempty"`
	Seed          uint64           `json:"seed"` // so that it is divided as it was shown
}

type expensePayment struct {
	UserID string      `json:"userId"`
	Amount money.Money `json:"amount"`
}

type expenseShare struct {
	UserID string       `json:"userId"`
	Weight *int64       `json:"weight,omitempty"`
	Bps    *int64       `json:"bps,omitempty"`
	Amount *money.Money `json:"amount,omitempty"`
}

type expenseItem struct {
	Name      string         `json:"name"`
	Amount    money.Money    `json:"amount"`
	ClaimedBy []expenseClaim `json:"claimedBy,omitempty"`
}

type expenseClaim struct {
	UserID string `json:"userId"`
	Weight int64  `json:"weight"`
}

// proposeExpense offers to write a division into the group's ledger.
func (q question) proposeExpense(d *divided) (*Proposal, error) {
	bill := d.reading.Bill
	expense := expenseProposal{
		Description: q.expenseDescription(d), Date: q.now.In(q.location), Total: bill.Total, Method: bill.Method, Seed: bill.Seed,
		TransactionID: orNil(d.receipt.ID),
	}
	in := func(amount int64) money.Money { return money.Money{Amount: amount, Currency: bill.Total.Currency} }
	for _, part := range d.paid {
		expense.PaidBy = append(expense.PaidBy, expensePayment{UserID: part.Person, Amount: in(part.Amount)})
	}
	for _, claim := range bill.Claims {
		share := expenseShare{UserID: claim.Person}
		switch bill.Method {
		case split.Shares:
			share.Weight = &claim.Weight
		case split.Percentages:
			share.Bps = &claim.Bps
		case split.Amounts:
			amount := in(claim.Amount)
			share.Amount = &amount
		case split.Equal, split.Items:
		}
		expense.Shares = append(expense.Shares, share)
	}
	if bill.Receipt != nil {
		for _, item := range bill.Receipt.Items {
			line := expenseItem{Name: item.Name, Amount: in(item.Amount)}
			for _, claim := range item.Claims {
				line.ClaimedBy = append(line.ClaimedBy, expenseClaim{UserID: claim.Person, Weight: claim.Weight})
			}
			if line.Name == "" {
				line.Name = d.itemName(item)
			}
			expense.Items = append(expense.Items, line)
		}
	}
	payload, err := json.Marshal(expense)
	if err != nil {
		return nil, fmt.Errorf("write proposal: %w", err)
	}
	return &Proposal{AskerID: q.asker, Payload: payload}, nil
}

// itemName is what a line that somebody only named by its price is called.
func (d *divided) itemName(item split.Item) string {
	var names []string
	for _, claim := range item.Claims {
		names = append(names, d.names[claim.Person])
	}
	slices.Sort(names)
	return "For " + insights.List(names)
}

// longestDescription is how much of a message an expense is called by, in letters.
const longestDescription = 100

var addressed = regexp.MustCompile(`(?i)(?:^|\s)@lattice\b[,:]?`)

// expenseDescription is what an expense is called: the shop, or what was said.
func (q question) expenseDescription(d *divided) string {
	if d.receipt.ID != "" {
		return d.receipt.MerchantName
	}
	text := cmp.Or(d.reading.Agreed, q.text) // "yes" is no name
	said := []rune(strings.Join(strings.Fields(addressed.ReplaceAllString(text, " ")), " "))
	if len(said) > longestDescription {
		said = append(said[:longestDescription-1], '…')
	}
	if len(said) == 0 {
		return "Bill of " + d.reading.Bill.Total.Format()
	}
	return string(said)
}
