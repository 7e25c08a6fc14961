package cards

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/redact"
)

// Details are what an owner says of a card. Limit and balance, where given, are in the product's currency.
type Details struct {
	ProductID   uuid.UUID
	Nickname    *string
	LastFour    *string
	Limit       *money.Money
	Balance     *money.Money
	PointValue  *int64
	Choices     []string
	Activations []string
}

// AddParams is a card to add.
type AddParams struct {
	Details

	UserID uuid.UUID
}

// Add stores a card. Errors: CodeInvalidRequest with the fields, also for an unknown product and for anything that
// looks like a full card number or a security code.
func (s *Service) Add(ctx context.Context, params AddParams) (Card, error) {
	product, err := s.check(ctx, s.pool, &params.Details)
	if err != nil {
		return Card{}, err
	}
	d := params.Details
	row := queries.CardInsertParams{
		ID: uuid.Must(uuid.NewV7()), UserID: params.UserID, ProductID: d.ProductID, Nickname: d.Nickname, LastFour: d.LastFour,
		Currency: product.Currency(), LimitAmount: amount(d.Limit), Balance: amount(d.Balance), PointValue: d.PointValue,
		Choices: d.Choices, Activations: d.Activations, CreatedAt: s.clock.Now(),
	}
	return idempotency.Do(ctx, s.pool, row.CreatedAt,
		func(ctx context.Context, tx pgx.Tx) (Card, []uuid.UUID, error) {
			if err := s.q.CardInsert(ctx, tx, row); err != nil {
				return Card{}, nil, fmt.Errorf("insert card: %w", err)
			}
			if err := s.auditor.Record(ctx, tx, params.UserID, "card.add", "card", row.ID.String()); err != nil {
				return Card{}, nil, err
			}
			card, err := s.getIn(ctx, tx, params.UserID, row.ID)
			return card, []uuid.UUID{row.ID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Card, error) {
			return s.getIn(ctx, s.pool, params.UserID, ids[0])
		})
}

// Field is one member of a merge patch: not given, cleared (Value nil) or set.
type Field[T any] struct {
	Given bool
	Value *T
}

// Patch changes what is given.
type Patch struct {
	ProductID   *uuid.UUID
	Nickname    Field[string]
	LastFour    Field[string]
	Limit       Field[money.Money]
	Balance     Field[money.Money]
	PointValue  Field[int64]
	Choices     Field[[]string]
	Activations Field[[]string]
}

func (p Patch) apply(to *Details) {
	if p.ProductID != nil {
		to.ProductID = *p.ProductID
	}
	set(&to.Nickname, p.Nickname)
	set(&to.LastFour, p.LastFour)
	set(&to.Limit, p.Limit)
	set(&to.Balance, p.Balance)
	set(&to.PointValue, p.PointValue)
	setList(&to.Choices, p.Choices)
	setList(&to.Activations, p.Activations)
}

func set[T any](target **T, field Field[T]) {
	if field.Given {
		*target = field.Value
	}
}

func setList(target *[]string, field Field[[]string]) {
	switch {
	case !field.Given:
	case field.Value == nil:
		*target = nil
	default:
		*target = *field.Value
	}
}

// ErrChanged means that the version the caller saw is not the current one.
var ErrChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed by someone else in the meantime. Read it again.")

// UpdateParams is a change of a card. Accepts says whether the caller's idea of its version is right.
type UpdateParams struct {
	UserID  uuid.UUID
	CardID  uuid.UUID
	Patch   Patch
	Accepts func(version int64) bool
}

// Update changes a card. Errors: ErrCardNotFound, ErrChanged, CodeInvalidRequest with the fields, as Add.
func (s *Service) Update(ctx context.Context, params UpdateParams) (Card, error) {
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Card, error) {
		current, err := s.lock(ctx, tx, params.UserID, params.CardID, params.Accepts)
		if err != nil {
			return Card{}, err
		}
		details := current.details()
		params.Patch.apply(&details)
		product, err := s.check(ctx, tx, &details)
		if err != nil {
			return Card{}, err
		}
		row, err := s.q.CardUpdate(ctx, tx, queries.CardUpdateParams{
			ID: params.CardID, UserID: params.UserID, ProductID: details.ProductID, Nickname: details.Nickname, LastFour: details.LastFour,
			Currency: product.Currency(), LimitAmount: amount(details.Limit), Balance: amount(details.Balance),
			PointValue: details.PointValue, Choices: details.Choices, Activations: details.Activations,
		})
		if err != nil {
			return Card{}, fmt.Errorf("update card: %w", err)
		}
		return fromDBCard(row), s.auditor.Record(ctx, tx, params.UserID, "card.update", "card", params.CardID.String())
	})
}

// Remove takes a card out of a user's wallet. Errors: ErrCardNotFound, ErrChanged.
func (s *Service) Remove(ctx context.Context, userID, cardID uuid.UUID, accepts func(version int64) bool) error {
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := s.lock(ctx, tx, userID, cardID, accepts); err != nil {
			return err
		}
		if _, err := s.q.CardRemove(ctx, tx, queries.CardRemoveParams{ID: cardID, UserID: userID}); err != nil {
			return fmt.Errorf("remove card: %w", err)
		}
		return s.auditor.Record(ctx, tx, userID, "card.remove", "card", cardID.String())
	})
}

// lock reads a card that is about to change.
func (s *Service) lock(ctx context.Context, tx pgx.Tx, userID, cardID uuid.UUID, accepts func(version int64) bool) (Card, error) {
	row, err := s.q.CardGetForUpdate(ctx, tx, queries.CardGetForUpdateParams{ID: cardID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Card{}, ErrCardNotFound
	}
	if err != nil {
		return Card{}, fmt.Errorf("lock card: %w", err)
	}
	if !accepts(row.Version) {
		return Card{}, ErrChanged
	}
	return fromDBCard(row), nil
}

func (c Card) details() Details {
	return Details{
		ProductID: c.ProductID, Nickname: c.Nickname, LastFour: c.LastFour, Limit: c.Limit, Balance: c.Balance,
		PointValue: c.PointValue, Choices: c.Choices, Activations: c.Activations,
	}
}

// check holds details to their product, brings them to the form that is stored, and returns the product.
func (s *Service) check(ctx context.Context, db queries.DBTX, details *Details) (rewards.Product, error) {
	products, err := s.products(ctx, db, []uuid.UUID{details.ProductID})
	if err != nil {
		return rewards.Product{}, err
	}
	if len(products) == 0 {
		return rewards.Product{}, apperr.Invalid(
			apperr.Field{Pointer: "/productId", Code: "unknown", Detail: "There is no such card product."})
	}
	if err := details.validate(products[0]); err != nil {
		return rewards.Product{}, err
	}
	if details.Nickname != nil {
		trimmed := strings.TrimSpace(*details.Nickname)
		details.Nickname = &trimmed
	}
	details.Choices, details.Activations = emptyIfNil(details.Choices), emptyIfNil(details.Activations)
	return products[0], nil
}

func (d Details) validate(product rewards.Product) error {
	var fields []apperr.Field
	fault := func(pointer, code, detail string) {
		fields = append(fields, apperr.Field{Pointer: pointer, Code: code, Detail: detail})
	}
	fields = append(fields, refuseNumber("/balance/amount", digitsOf(d.Balance))...)
	if d.Balance != nil && d.Balance.Currency != product.Currency() {
		fault("/balance/currency", "currency", "This card is in "+product.Currency()+".")
	}
	if err := product.CheckChoices(d.Choices); err != nil {
		fault("/choices", "choices", "This card does not offer these choices.")
	}
	if err := product.CheckActivations(d.Activations); err != nil {
		fault("/activations", "activations", "This card has nothing to activate by these names.")
	}
	fields = append(fields, refuseNumber("/limit/amount", digitsOf(d.Limit))...)
	if d.Limit != nil && d.Limit.Currency != product.Currency() {
		fault("/limit/currency", "currency", "This card is in "+product.Currency()+".")
	}
	if d.Nickname != nil {
		if strings.TrimSpace(*d.Nickname) == "" { // the contract's pattern knows the spaces of ASCII only
			fault("/nickname", "min_length", "A nickname has visible characters.")
		}
		fields = append(fields, refuseNumber("/nickname", *d.Nickname)...)
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// refuseNumber is a fault where a value looks like a full card number or gives a security code. The contract's patterns
// keep such out of every other field of a card.
func refuseNumber(pointer, value string) []apperr.Field {
	switch {
	case redact.ContainsCardNumber(value):
		return []apperr.Field{{Pointer: pointer, Code: "card_number", Detail: "This looks like a card number. Lattice never takes one."}}
	case redact.ContainsSecurityCode(value):
		return []apperr.Field{{Pointer: pointer, Code: "security_code", Detail: "This looks like a security code. Lattice never takes one."}}
	default:
		return nil
	}
}

// digitsOf is an amount as it was typed: a number of 13 digits or more in it may be a card's.
func digitsOf(m *money.Money) string {
	if m == nil {
		return ""
	}
	return strconv.FormatInt(m.Amount, 10)
}

func emptyIfNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
