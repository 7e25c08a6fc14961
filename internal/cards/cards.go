// Package cards holds the catalogue of card products and the cards people hold. It never takes a card number: the last
// four digits are all there is.
package cards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/redact"
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
	Status     string
	CreatedAt  time.Time
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

// ProductsParams selects a page of the catalogue; Query is part of issuer or name.
type ProductsParams struct {
	Query string
	Limit int
	After *ProductCursor
}

// Products returns the catalogue by issuer and name.
func (s *Service) Products(ctx context.Context, params ProductsParams) (paging.Page[Product, ProductCursor], error) {
	var after ProductCursor // sorts before every product
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.CardProductList(ctx, s.pool, queries.CardProductListParams{
		Q:           params.Query,
		AfterIssuer: after.Issuer,
		AfterName:   after.Name,
		AfterID:     after.ID,
		RowLimit:    int32(params.Limit + 1), //nolint:gosec // at most 101
	})
	if err != nil {
		return paging.Page[Product, ProductCursor]{}, fmt.Errorf("list card products: %w", err)
	}
	page := paging.Cut(rows, params.Limit, func(p queries.CardProduct) ProductCursor {
		return ProductCursor{Issuer: p.Issuer, Name: p.Name, ID: p.ID}
	})
	products, err := s.withRules(ctx, page.Items)
	if err != nil {
		return paging.Page[Product, ProductCursor]{}, err
	}
	return paging.Page[Product, ProductCursor]{Items: products, Next: page.Next}, nil
}

// AddParams is a card to add. Limit and balance, where given, are in the product's currency.
type AddParams struct {
	UserID     uuid.UUID
	ProductID  uuid.UUID
	Nickname   *string
	LastFour   *string
	Limit      *money.Money
	Balance    *money.Money
	PointValue *int64
	Choices    []string
}

// Add stores a card. Errors: CodeInvalidRequest with the fields, also for an unknown product and for anything that
// looks like a full card number.
func (s *Service) Add(ctx context.Context, params AddParams) (Card, error) {
	products, err := s.products(ctx, []uuid.UUID{params.ProductID})
	if err != nil {
		return Card{}, err
	}
	if len(products) == 0 {
		return Card{}, apperr.Invalid(apperr.Field{Pointer: "/productId", Code: "unknown", Detail: "There is no such card product."})
	}
	product := products[0]
	if err := params.validate(product); err != nil {
		return Card{}, err
	}
	if params.Choices == nil {
		params.Choices = []string{}
	}
	if params.Nickname != nil {
		trimmed := strings.TrimSpace(*params.Nickname)
		params.Nickname = &trimmed
	}
	card := Card{
		ID: uuid.Must(uuid.NewV7()), ProductID: params.ProductID, Nickname: params.Nickname, LastFour: params.LastFour,
		Limit: params.Limit, Balance: params.Balance, PointValue: params.PointValue, Choices: params.Choices,
		Status: "active", CreatedAt: s.clock.Now(),
	}
	return idempotency.Do(ctx, s.pool, card.CreatedAt,
		func(ctx context.Context, tx pgx.Tx) (Card, []uuid.UUID, error) {
			err := s.q.CardInsert(ctx, tx, queries.CardInsertParams{
				ID: card.ID, UserID: params.UserID, ProductID: card.ProductID, Nickname: card.Nickname, LastFour: card.LastFour,
				Currency: product.Currency(), LimitAmount: amount(card.Limit), Balance: amount(card.Balance),
				PointValue: card.PointValue, Choices: card.Choices, CreatedAt: card.CreatedAt,
			})
			if err != nil {
				return Card{}, nil, fmt.Errorf("insert card: %w", err)
			}
			return card, []uuid.UUID{card.ID}, s.auditor.Record(ctx, tx, params.UserID, "card.add", "card", card.ID.String())
		},
		func(ctx context.Context, ids []uuid.UUID) (Card, error) { return s.get(ctx, params.UserID, ids[0]) })
}

// get returns one card of a user. Errors: ErrCardNotFound.
func (s *Service) get(ctx context.Context, userID, cardID uuid.UUID) (Card, error) {
	row, err := s.q.CardGet(ctx, s.pool, queries.CardGetParams{ID: cardID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Card{}, ErrCardNotFound
	}
	if err != nil {
		return Card{}, fmt.Errorf("get card: %w", err)
	}
	return fromDBCard(row), nil
}

func (p AddParams) validate(product rewards.Product) error {
	var fields []apperr.Field
	currency := func(pointer string, value *money.Money) {
		if value != nil && value.Currency != product.Currency() {
			fields = append(fields, apperr.Field{Pointer: pointer, Code: "currency", Detail: "This card is in " + product.Currency() + "."})
		}
	}
	currency("/balance/currency", p.Balance)
	if err := product.CheckChoices(p.Choices); err != nil {
		fields = append(fields, apperr.Field{Pointer: "/choices", Code: "choices", Detail: "This card does not offer these choices."})
	}
	currency("/limit/currency", p.Limit)
	switch {
	case p.Nickname == nil:
	case strings.TrimSpace(*p.Nickname) == "": // the contract's pattern knows the spaces of ASCII only
		fields = append(fields, apperr.Field{Pointer: "/nickname", Code: "min_length", Detail: "A nickname has visible characters."})
	case redact.ContainsCardNumber(*p.Nickname):
		fields = append(
			fields,
			apperr.Field{Pointer: "/nickname", Code: "card_number", Detail: "This looks like a card number. Lattice never takes one."},
		)
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
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
		RowLimit:       int32(params.Limit + 1), //nolint:gosec // at most 101
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
			Choices: card.Choices, Activations: row.Card.Activations, ChosenFor: row.ChosenFor,
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

// heldProducts returns the products of cards by id: from memory where their terms are still those of the rows. (The words
// beside the terms are no part of the version; a change of those is seen from the next start on.) Products are shared, so
// nobody may change them.
func (s *Service) heldProducts(ctx context.Context, rows []queries.CardListActiveRow) (map[uuid.UUID]rewards.Product, error) {
	held := make(map[uuid.UUID]rewards.Product, len(rows))
	var missing []uuid.UUID
	s.mu.RLock()
	for _, row := range rows {
		id := row.Card.ProductID
		if product, found := s.known[id]; found && product.RuleVersion == row.RuleVersion {
			held[id] = product
		} else {
			missing = append(missing, id)
		}
	}
	s.mu.RUnlock()
	if len(missing) == 0 {
		return held, nil
	}
	products, err := s.products(ctx, missing)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, product := range products {
		id, err := uuid.Parse(product.ID)
		if err != nil {
			return nil, fmt.Errorf("read id of %s: %w", product.Slug, err)
		}
		held[id], s.known[id] = product, product
	}
	return held, nil
}

func (s *Service) products(ctx context.Context, ids []uuid.UUID) ([]rewards.Product, error) {
	rows, err := s.q.CardProductListByID(ctx, s.pool, ids)
	if err != nil {
		return nil, fmt.Errorf("get card products: %w", err)
	}
	return s.withRules(ctx, rows)
}

func (s *Service) withRules(ctx context.Context, rows []queries.CardProduct) ([]rewards.Product, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	rules, err := s.q.RewardRuleListForProducts(ctx, s.pool, ids)
	if err != nil {
		return nil, fmt.Errorf("list reward rules: %w", err)
	}
	products := make([]rewards.Product, len(rows))
	index := make(map[uuid.UUID]*rewards.Product, len(rows))
	for i, row := range rows {
		if products[i], err = fromDBProduct(row); err != nil {
			return nil, err
		}
		index[row.ID] = &products[i]
	}
	for _, row := range rules {
		product := index[row.ProductID]
		product.Rules = append(product.Rules, fromDBRule(row, product.Currency()))
	}
	return products, nil
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
		Choices: row.Choices, Status: row.Status, CreatedAt: row.CreatedAt,
	}
	if row.LimitAmount != nil {
		card.Limit = &money.Money{Amount: *row.LimitAmount, Currency: row.Currency}
	}
	if row.Balance != nil {
		card.Balance = &money.Money{Amount: *row.Balance, Currency: row.Currency}
	}
	return card
}

func fromDBProduct(row queries.CardProduct) (rewards.Product, error) {
	product := rewards.Product{
		ID: row.ID.String(), Slug: row.Slug, Issuer: row.Issuer, Name: row.Name, Network: row.Network,
		AnnualFee: money.Money{Amount: row.AnnualFee, Currency: row.Currency}, ForeignFeeBps: row.ForeignFeeBps,
		Program: rewards.Program(row.Program), PointValue: row.PointValue, OnlyAt: row.OnlyAt, RuleVersion: row.RuleVersion,
		Source: row.Source, AsOf: rewards.DateIn(row.AsOf, time.UTC), Illustrative: row.Illustrative, Note: row.Note,
	}
	if err := json.Unmarshal(row.ChoiceGroups, &product.ChoiceGroups); err != nil {
		return rewards.Product{}, fmt.Errorf("read choice groups of %s: %w", row.Slug, err)
	}
	return product, nil
}

func fromDBRule(row queries.RewardRule, currency string) rewards.Rule {
	rule := rewards.Rule{
		ID: row.ID.String(), Kind: rewards.Kind(row.Kind), Category: category.Category(row.Category), MerchantSlug: row.MerchantSlug,
		Label: row.Label, RateBps: row.RateBps, CapPeriod: rewards.Period(row.CapPeriod), SharedCapGroup: row.SharedCapGroup,
		ValidFrom: fromDBDate(row.ValidFrom), ValidTo: fromDBDate(row.ValidTo), Quarter: rewards.Quarter(row.Quarter),
		RequiresActivation: row.RequiresActivation, ChoiceGroup: row.ChoiceGroup, DomesticOnly: row.DomesticOnly,
		ExcludedMerchants: row.ExcludedMerchants, Source: row.Source, AsOf: rewards.DateIn(row.AsOf, time.UTC),
		Illustrative: row.Illustrative, Note: row.Note,
	}
	if row.CapAmount != nil {
		rule.Cap = &money.Money{Amount: *row.CapAmount, Currency: currency}
	}
	return rule
}

func fromDBDate(day *time.Time) rewards.Date {
	if day == nil {
		return rewards.Date{}
	}
	return rewards.DateIn(*day, time.UTC)
}
