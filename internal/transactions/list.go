package transactions

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
)

// ErrTransactionNotFound also stands for other people's orders.
var ErrTransactionNotFound = apperr.NotFound()

// Transaction is one order as its owner sees it. Version moves with every change.
type Transaction struct {
	ID           uuid.UUID
	ExternalID   string
	AccountID    uuid.UUID
	MerchantID   int64
	MerchantName string
	PlacedAt     time.Time
	Status       string
	Subtotal     money.Money
	Total        money.Money
	Items        []Item
	Adjustments  []Adjustment
	Payments     []Payment
	Category     string
	Note         *string
	URL          *string
	Version      int64
}

// Item is one line of an order.
type Item struct {
	Name      string
	ProductID *string // the merchant's
	Quantity  int
	UnitPrice money.Money
	Total     money.Money
}

// Adjustment stands between subtotal and total: positive raises the total, negative lowers it.
type Adjustment struct {
	Type   string
	Label  string
	Amount money.Money
}

// Payment is one way the order was paid. Of a card, brand and last four digits are all that is kept.
type Payment struct {
	Type     string
	Brand    *string
	LastFour *string
	Amount   money.Money
}

// Cursor is where a list of orders goes on: after this one, newest first. Neither of the two ever changes.
type Cursor struct {
	PlacedAt time.Time `json:"p"`
	ID       uuid.UUID `json:"i"`
}

// ListParams selects a page of orders: those of one merchant, placed at From or later and before To, where given.
type ListParams struct {
	UserID     uuid.UUID
	MerchantID *int64
	From       *time.Time
	To         *time.Time
	Limit      int
	After      *Cursor
}

// beginning is before every order.
var beginning = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)

// Validate collects every fault that the contract's types cannot express.
func (p ListParams) Validate() error {
	if p.From != nil && p.To != nil && !p.From.Before(*p.To) {
		return apperr.Invalid(apperr.Field{Pointer: "to", Code: "order", Detail: "The end has to come after the beginning."})
	}
	return nil
}

// window is where the page lies: placed at since or later, and before the cursor, which a page that begins at To is too.
func (p ListParams) window() (since time.Time, before Cursor) {
	since, before = beginning, Cursor{PlacedAt: paging.End()}
	if p.From != nil {
		since = *p.From
	}
	if p.To != nil {
		before.PlacedAt = *p.To // with an id that comes before all others: of what was placed then, nothing
	}
	if p.After != nil && p.After.PlacedAt.Before(before.PlacedAt) {
		before = *p.After
	}
	return since, before
}

// List returns a user's orders, newest first. What is there when paging begins comes exactly once, whatever is added
// meanwhile. Errors: CodeInvalidRequest.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Transaction, Cursor], error) {
	if err := params.Validate(); err != nil {
		return paging.Page[Transaction, Cursor]{}, err
	}
	rows, err := s.page(ctx, params)
	if err != nil {
		return paging.Page[Transaction, Cursor]{}, fmt.Errorf("list orders: %w", err)
	}
	cursorOf := func(t Transaction) Cursor { return Cursor{PlacedAt: t.PlacedAt, ID: t.ID} }
	return paging.Cut(fromDBTransactions(rows), params.Limit, cursorOf), nil
}

// orderRow is a row of an order or of one of its parts, as every query for readers returns it.
type orderRow queries.TransactionPageRow

// page reads one order more than asked for.
func (s *Service) page(ctx context.Context, params ListParams) ([]orderRow, error) {
	since, before := params.window()
	limit := paging.Rows(params.Limit)
	if params.MerchantID == nil {
		rows, err := s.q.TransactionPage(ctx, s.pool, queries.TransactionPageParams{
			UserID: params.UserID, Since: since, BeforePlacedAt: before.PlacedAt, BeforeID: before.ID, RowLimit: limit,
		})
		return toRows(rows, func(r queries.TransactionPageRow) orderRow { return orderRow(r) }), err
	}
	rows, err := s.q.TransactionPageOfMerchant(ctx, s.pool, queries.TransactionPageOfMerchantParams{
		UserID: params.UserID, MerchantID: *params.MerchantID, Since: since, BeforePlacedAt: before.PlacedAt, BeforeID: before.ID,
		RowLimit: limit,
	})
	return toRows(rows, func(r queries.TransactionPageOfMerchantRow) orderRow { return orderRow(r) }), err
}

func toRows[R any](rows []R, convert func(R) orderRow) []orderRow {
	converted := make([]orderRow, len(rows))
	for i, row := range rows {
		converted[i] = convert(row)
	}
	return converted
}

// Get returns one order. Errors: ErrTransactionNotFound.
func (s *Service) Get(ctx context.Context, userID, id uuid.UUID) (Transaction, error) {
	rows, err := s.q.TransactionGetWhole(ctx, s.pool, queries.TransactionGetWholeParams{ID: id, UserID: userID})
	if err != nil {
		return Transaction{}, fmt.Errorf("get order: %w", err)
	}
	if len(rows) == 0 {
		return Transaction{}, ErrTransactionNotFound
	}
	return fromDBTransactions(toRows(rows, func(r queries.TransactionGetWholeRow) orderRow { return orderRow(r) }))[0], nil
}

// fromDBTransactions puts orders together from their rows, which come in no order.
func fromDBTransactions(rows []orderRow) []Transaction {
	slices.SortFunc(rows, func(a, b orderRow) int {
		return cmp.Or(
			b.PlacedAt.Compare(a.PlacedAt),
			bytes.Compare(b.ID[:], a.ID[:]),
			cmp.Compare(a.Part, b.Part),
			cmp.Compare(a.Ordinal, b.Ordinal),
		)
	})
	var orders []Transaction
	for _, row := range rows {
		if row.Part == partOrder { // its parts follow
			orders = append(orders, Transaction{
				ID: row.ID, ExternalID: row.Code, AccountID: row.AccountID, MerchantID: row.MerchantID, MerchantName: row.Name,
				PlacedAt: row.PlacedAt, Status: row.Kind, Subtotal: money.Money{Amount: row.Amount, Currency: row.Currency},
				Total: money.Money{Amount: row.Total, Currency: row.Currency}, Category: row.Brand, Note: row.Note, URL: row.URL,
				Version: row.Version,
			})
			continue
		}
		order := &orders[len(orders)-1]
		amount := money.Money{Amount: row.Amount, Currency: order.Total.Currency}
		switch row.Part {
		case partItem:
			order.Items = append(order.Items, Item{
				Name: row.Name, ProductID: orNil(row.Code), Quantity: int(row.Quantity), UnitPrice: amount,
				Total: money.Money{Amount: row.Total, Currency: order.Total.Currency},
			})
		case partAdjustment:
			order.Adjustments = append(order.Adjustments, Adjustment{Type: row.Kind, Label: row.Name, Amount: amount})
		case partPayment:
			order.Payments = append(order.Payments, Payment{
				Type: row.Kind, Brand: orNil(row.Brand), LastFour: orNil(row.Code), Amount: amount,
			})
		}
	}
	return orders
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
