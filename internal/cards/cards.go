// Package cards holds the catalogue of card products and the cards people hold. It never takes a card number: the last
// four digits are all there is.
package cards

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Card is a card somebody holds. PointValue is the owner's own value of a point in hundredths of a cent.
type Card struct {
	ID         uuid.UUID
	ProductID  uuid.UUID
	Nickname   *string
	LastFour   *string
	Limit      *money.Money
	Balance    *money.Money
	PointValue *int64
	Choices    []string
	// Activations are quarters, such as 2026-Q4, and ids of rules.
	Activations []string
	Status      string
	Version     int64 // moves with every change
	CreatedAt   time.Time
}

// ErrCardNotFound also stands for other people's cards.
var ErrCardNotFound = apperr.NotFound()

// ProductCursor is where the catalogue goes on.
type ProductCursor struct {
	Issuer string    `json:"s"`
	Name   string    `json:"n"`
	ID     uuid.UUID `json:"i"`
}

// CardCursor is where a list of cards goes on.
type CardCursor struct {
	CreatedAt time.Time `json:"c"`
	ID        uuid.UUID `json:"i"`
}

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Service reads the catalogue and keeps people's cards.
type Service struct {
	pool    *pgxpool.Pool
	q       *queries.Queries
	clock   clock.Clock
	auditor Auditor

	mu    sync.RWMutex
	known map[uuid.UUID]rewards.Product // as last read, under the version of their terms
}

// New makes the service; every dependency is required.
func New(pool *pgxpool.Pool, clk clock.Clock, auditor Auditor) (*Service, error) {
	if pool == nil || clk == nil || auditor == nil {
		return nil, errors.New("cards: New wants every dependency")
	}
	return &Service{pool: pool, q: queries.New(), clock: clk, auditor: auditor, known: map[uuid.UUID]rewards.Product{}}, nil
}

// getIn returns one card of a user. Errors: ErrCardNotFound.
func (s *Service) getIn(ctx context.Context, db queries.DBTX, userID, cardID uuid.UUID) (Card, error) {
	row, err := s.q.CardGet(ctx, db, queries.CardGetParams{ID: cardID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Card{}, ErrCardNotFound
	}
	if err != nil {
		return Card{}, fmt.Errorf("get card: %w", err)
	}
	return fromDBCard(row), nil
}

// ListParams selects a page of somebody's cards.
type ListParams struct {
	UserID uuid.UUID
	Limit  int
	After  *CardCursor
}

// List returns the cards a user holds, oldest first.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Card, CardCursor], error) {
	var after CardCursor // sorts before every card
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.CardListForUser(ctx, s.pool, queries.CardListForUserParams{
		UserID:         params.UserID,
		AfterCreatedAt: after.CreatedAt,
		AfterID:        after.ID,
		RowLimit:       paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Card, CardCursor]{}, fmt.Errorf("list cards: %w", err)
	}
	page := paging.Cut(rows, params.Limit, func(c queries.Card) CardCursor { return CardCursor{CreatedAt: c.CreatedAt, ID: c.ID} })
	return paging.Map(page, fromDBCard), nil
}

// Wallet returns the cards a user holds with their products and rules, as the rewards engine takes them.
func (s *Service) Wallet(ctx context.Context, userID uuid.UUID) ([]rewards.Card, error) {
	rows, err := s.q.CardListActive(ctx, s.pool, userID)
	if err != nil {
		return nil, fmt.Errorf("list cards: %w", err)
	}
	products, err := s.heldProducts(ctx, rows)
	if err != nil {
		return nil, err
	}
	wallet := make([]rewards.Card, len(rows))
	for i, row := range rows {
		card := fromDBCard(row.Card)
		wallet[i] = rewards.Card{
			ID: card.ID.String(), Product: products[card.ProductID], Limit: card.Limit, Balance: card.Balance,
			Choices: card.Choices, Activations: card.Activations, ChosenFor: row.ChosenFor,
		}
		if card.Nickname != nil {
			wallet[i].Nickname = *card.Nickname
		}
		if card.LastFour != nil {
			wallet[i].LastFour = *card.LastFour
		}
		if card.PointValue != nil {
			wallet[i].PointValue = *card.PointValue
		}
	}
	return wallet, nil
}

func amount(m *money.Money) *int64 {
	if m == nil {
		return nil
	}
	return &m.Amount
}

func fromDBCard(row queries.Card) Card {
	card := Card{
		ID: row.ID, ProductID: row.ProductID, Nickname: row.Nickname, LastFour: row.LastFour, PointValue: row.PointValue,
		Choices: row.Choices, Activations: row.Activations, Status: row.Status, Version: row.Version, CreatedAt: row.CreatedAt,
	}
	if row.LimitAmount != nil {
		card.Limit = &money.Money{Amount: *row.LimitAmount, Currency: row.Currency}
	}
	if row.Balance != nil {
		card.Balance = &money.Money{Amount: *row.Balance, Currency: row.Currency}
	}
	return card
}
