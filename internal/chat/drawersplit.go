package chat

import (
	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/money"
)

// splitDrawer is the JSON of SplitDrawer in the contract.
type splitDrawer struct {
	Kind      string          `json:"kind"`
	Total     money.Money     `json:"total"`
	Method    string          `json:"method"`
	PaidBy    []splitPart     `json:"paidBy"`
	Shares    []splitShare    `json:"shares"`
	Transfers []splitTransfer `json:"transfers"`
	Receipt   *splitReceipt   `json:"receipt"`
}

type splitPart struct {
	UserID *string     `json:"userId"` // null for somebody without an account here
	Name   string      `json:"name"`
	Amount money.Money `json:"amount"`
}

type splitShare struct {
	splitPart

	Status string `json:"status"`
}

// States of a share: whoever paid the bill has paid their own.
const (
	sharePaid    = "paid"
	sharePending = "pending"
)

type splitTransfer struct {
	From   string      `json:"from"`
	To     string      `json:"to"`
	Amount money.Money `json:"amount"`
}

type splitReceipt struct {
	TransactionID string `json:"transactionId"`
}

// divided is a bill with everything that follows from it.
type divided struct {
	reading   split.Reading
	result    split.Result
	paid      []split.Part
	transfers []split.Transfer
	names     map[string]string // of everybody concerned, by id
	receipt   insights.Order    // without an id where there is none
}

func (d *divided) drawer() splitDrawer {
	drawer := splitDrawer{
		Kind: "split", Total: d.reading.Bill.Total, Method: string(d.reading.Bill.Method),
		PaidBy: []splitPart{}, Shares: []splitShare{}, Transfers: []splitTransfer{},
	}
	owing := map[string]bool{}
	for _, transfer := range d.transfers {
		owing[transfer.From] = true
		drawer.Transfers = append(drawer.Transfers, splitTransfer{
			From: d.names[transfer.From], To: d.names[transfer.To], Amount: transfer.Amount,
		})
	}
	for _, part := range d.paid {
		amount := money.Money{Amount: part.Amount, Currency: d.reading.Bill.Total.Currency}
		drawer.PaidBy = append(drawer.PaidBy, d.part(part.Person, amount))
	}
	for _, share := range d.result.Shares {
		status := sharePending
		if len(d.paid) > 0 && !owing[share.Person] {
			status = sharePaid
		}
		drawer.Shares = append(drawer.Shares, splitShare{splitPart: d.part(share.Person, share.Amount), Status: status})
	}
	if d.receipt.ID != "" {
		drawer.Receipt = &splitReceipt{TransactionID: d.receipt.ID}
	}
	return drawer
}

func (d *divided) part(person string, amount money.Money) splitPart {
	part := splitPart{Name: d.names[person], Amount: amount}
	if _, err := uuid.Parse(person); err == nil {
		part.UserID = &person
	}
	return part
}
