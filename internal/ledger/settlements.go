package ledger

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// States of a settlement. Only a confirmed one counts.
const (
	StatusProposed  = "proposed"
	StatusConfirmed = "confirmed"
	StatusVoided    = "voided"
)

// Settlement is a payment from one member to another.
type Settlement struct {
	ID          uuid.UUID
	GroupID     uuid.UUID
	From        uuid.UUID
	To          uuid.UUID
	Amount      money.Money // what it settles
	Status      string
	Exchange    *Exchange
	ExpenseID   *uuid.UUID // of a payment that marked a share paid
	CreatedAt   time.Time
	ConfirmedAt *time.Time
	VoidedAt    *time.Time
}

// Exchange is how a settlement was paid in another currency, by the payer's word.
type Exchange struct {
	Paid   money.Money
	Rate   string // what one unit of the amount's currency costs in the currency paid, a decimal number
	Source string
}

// SettlementCursor is where a list of settlements goes on: after this one.
type SettlementCursor struct {
	CreatedAt time.Time `json:"c"`
	ID        uuid.UUID `json:"i"`
}

// ListSettlementsParams selects a page of settlements.
type ListSettlementsParams struct {
	UserID  uuid.UUID
	GroupID uuid.UUID
	Limit   int
	After   *SettlementCursor
}

// ListSettlements returns the payments of a group, newest first. Errors: ErrNotFound.
func (s *Service) ListSettlements(ctx context.Context, params ListSettlementsParams) (paging.Page[Settlement, SettlementCursor], error) {
	var none paging.Page[Settlement, SettlementCursor]
	if _, err := s.open(ctx, s.pool, params.GroupID, params.UserID); err != nil {
		return none, err
	}
	after := SettlementCursor{CreatedAt: paging.End(), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.SettlementList(ctx, s.pool, queries.SettlementListParams{
		GroupID: params.GroupID, BeforeCreatedAt: after.CreatedAt, BeforeID: after.ID,
		RowLimit: paging.Rows(params.Limit),
	})
	if err != nil {
		return none, fmt.Errorf("list settlements: %w", err)
	}
	page := paging.Cut(rows, params.Limit, func(row queries.Settlement) SettlementCursor {
		return SettlementCursor{CreatedAt: row.CreatedAt, ID: row.ID}
	})
	return paging.Map(page, fromDBSettlement), nil
}

// SettlementDraft is a payment as its payer tells it.
type SettlementDraft struct {
	From     *uuid.UUID // the caller where it is nil; nobody else can be
	To       uuid.UUID
	Amount   money.Money
	Exchange *Exchange
}

// validate reports what the contract's types cannot express.
func (d *SettlementDraft) validate(g group) error {
	var f faults
	if _, ok := g.name(d.To); !ok {
		f.add("/to", "unknown", "This is no member of the group.")
	}
	if d.To == g.userID {
		f.add("/to", "self", "Nobody owes themselves.")
	}
	check := func(pointer string, amount money.Money) {
		if _, ok := money.Exponent(amount.Currency); !ok {
			f.add(pointer+"/currency", "unknown", "This is not an ISO 4217 currency in use.")
		}
		if amount.Amount <= 0 || amount.Amount > maxTotal {
			f.add(pointer+"/amount", "range", "A payment is above zero, and no more than can be counted.")
		}
	}
	check("/amount", d.Amount)
	if d.Exchange != nil {
		if d.Exchange.Source = tidy(d.Exchange.Source); d.Exchange.Source == "" {
			f.add("/exchange/source", "min_length", "This names where the rate is from.")
		}
		check("/exchange/paid", d.Exchange.Paid)
		if d.Exchange.Paid.Currency == d.Amount.Currency {
			f.add("/exchange/paid/currency", "same", "An exchange is between two currencies.")
		}
		if len(f) == 0 {
			d.checkRate(&f)
		}
	}
	return f.err()
}

// checkRate holds what was paid to the rate: nothing may be left of the debt, and nothing made up. It is rounded once, half
// away from zero, to whole minor units of the currency paid.
func (d *SettlementDraft) checkRate(f *faults) {
	rate, ok := new(big.Rat).SetString(d.Exchange.Rate)
	if !ok || rate.Sign() <= 0 {
		f.add("/exchange/rate", "range", "A rate is above zero.")
		return
	}
	owed, _ := money.Exponent(d.Amount.Currency)
	paid, _ := money.Exponent(d.Exchange.Paid.Currency)
	exact := new(big.Rat).Mul(rate, new(big.Rat).SetInt64(d.Amount.Amount))
	exact.Mul(exact, new(big.Rat).SetFrac(powerOfTen(paid), powerOfTen(owed)))
	want, err := money.RoundRatio(exact.Num(), exact.Denom())
	if err != nil || want != d.Exchange.Paid.Amount {
		due := money.Money{Amount: want, Currency: d.Exchange.Paid.Currency}
		f.add("/exchange/paid/amount", "rate", "At this rate it comes to "+due.Format()+".")
	}
}

func powerOfTen(exponent int) *big.Int {
	const ten = 10
	return new(big.Int).Exp(big.NewInt(ten), big.NewInt(int64(exponent)), nil)
}

// CreateSettlement proposes a settlement from the caller to another member. Errors: ErrNotFound, ErrNotSelf,
// CodeInvalidRequest with the fields.
func (s *Service) CreateSettlement(ctx context.Context, userID, groupID uuid.UUID, draft SettlementDraft) (Settlement, error) {
	return idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (Settlement, []uuid.UUID, error) {
			id := uuid.Must(uuid.NewV7())
			settlement, err := s.propose(ctx, tx, userID, groupID, id, draft)
			return settlement, []uuid.UUID{id}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Settlement, error) {
			return s.settlement(ctx, s.pool, groupID, ids[0])
		})
}

func (s *Service) propose(ctx context.Context, tx pgx.Tx, userID, groupID, id uuid.UUID, draft SettlementDraft) (Settlement, error) {
	g, err := s.lock(ctx, tx, groupID, userID)
	if err != nil {
		return Settlement{}, err
	}
	if draft.From != nil && *draft.From != userID {
		return Settlement{}, ErrNotSelf
	}
	if draft.Exchange != nil {
		exchange := *draft.Exchange
		exchange.Source = tidy(exchange.Source)
		draft.Exchange = &exchange
	}
	if err := draft.validate(g); err != nil {
		return Settlement{}, err
	}
	row := queries.SettlementInsertParams{
		ID: id, GroupID: groupID, FromUser: userID, ToUser: draft.To, Currency: draft.Amount.Currency, Amount: draft.Amount.Amount,
		Status: StatusProposed, CreatedBy: userID, CreatedAt: g.now,
	}
	if exchange := draft.Exchange; exchange != nil {
		row.ExchangeCurrency, row.ExchangeAmount = &exchange.Paid.Currency, &exchange.Paid.Amount
		row.ExchangeRate, row.ExchangeSource = &exchange.Rate, &exchange.Source
	}
	if err := s.q.SettlementInsert(ctx, tx, row); err != nil {
		return Settlement{}, fmt.Errorf("insert settlement: %w", err)
	}
	if err := s.changed(ctx, tx, g, "settlement.create", "settlement", id); err != nil {
		return Settlement{}, err
	}
	return s.settlement(ctx, tx, groupID, id)
}

// settlement reads one. Errors: ErrNotFound.
func (s *Service) settlement(ctx context.Context, db queries.DBTX, groupID, id uuid.UUID) (Settlement, error) {
	row, err := s.q.SettlementGet(ctx, db, queries.SettlementGetParams{ID: id, GroupID: groupID})
	if postgres.IsNoRows(err) {
		return Settlement{}, ErrNotFound
	}
	if err != nil {
		return Settlement{}, fmt.Errorf("get settlement: %w", err)
	}
	return fromDBSettlement(row), nil
}

// ConfirmSettlement lets a settlement count, by the word of who got the money. Confirming again changes nothing. Errors:
// ErrNotFound, ErrNotReceiver, ErrVoided.
func (s *Service) ConfirmSettlement(ctx context.Context, userID, groupID, settlementID uuid.UUID) (Settlement, error) {
	return s.decide(ctx, userID, groupID, settlementID, "settlement.confirm",
		func(ctx context.Context, tx pgx.Tx, g group, settlement Settlement) (bool, error) {
			switch {
			case settlement.To != userID:
				return false, ErrNotReceiver
			case settlement.Status == StatusVoided:
				return false, ErrVoided
			case settlement.Status == StatusConfirmed:
				return false, nil
			}
			return true, s.q.SettlementConfirm(ctx, tx, queries.SettlementConfirmParams{ID: settlementID, At: &g.now})
		})
}

// VoidSettlement takes a settlement back, by the word of either side. Voiding again changes nothing. Errors: ErrNotFound,
// ErrNotParty.
func (s *Service) VoidSettlement(ctx context.Context, userID, groupID, settlementID uuid.UUID) (Settlement, error) {
	return s.decide(ctx, userID, groupID, settlementID, "settlement.void",
		func(ctx context.Context, tx pgx.Tx, g group, settlement Settlement) (bool, error) {
			switch {
			case settlement.From != userID && settlement.To != userID:
				return false, ErrNotParty
			case settlement.Status == StatusVoided:
				return false, nil
			}
			if err := s.q.SettlementVoid(ctx, tx, queries.SettlementVoidParams{ID: settlementID, At: &g.now}); err != nil {
				return false, err
			}
			return true, s.unmark(ctx, tx, g, settlement)
		})
}

// unmark notes on an expense that what marked its share paid is taken back.
func (s *Service) unmark(ctx context.Context, tx pgx.Tx, g group, settlement Settlement) error {
	if settlement.ExpenseID == nil || settlement.Status != StatusConfirmed {
		return nil
	}
	expense, err := s.read(ctx, tx, g.id, *settlement.ExpenseID)
	if err != nil {
		return err
	}
	sharer := settlement.From
	if expense.Total.Amount < 0 {
		sharer = settlement.To
	}
	share, ok := expense.share(sharer)
	if !ok || share.Paid { // it was left out since, or owes less by now
		return nil
	}
	return s.noteShare(ctx, tx, g, expense, share, false)
}

// decide runs one decision on a settlement under the lock of its group; the decision says whether anything changed.
func (s *Service) decide(ctx context.Context, userID, groupID, settlementID uuid.UUID, action string,
	work func(ctx context.Context, tx pgx.Tx, g group, settlement Settlement) (changed bool, err error),
) (Settlement, error) {
	return idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (Settlement, []uuid.UUID, error) {
			settlement, err := s.decideIn(ctx, tx, userID, groupID, settlementID, action, work)
			return settlement, []uuid.UUID{settlementID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Settlement, error) {
			return s.settlement(ctx, s.pool, groupID, ids[0])
		})
}

func (s *Service) decideIn(ctx context.Context, tx pgx.Tx, userID, groupID, settlementID uuid.UUID, action string,
	work func(ctx context.Context, tx pgx.Tx, g group, settlement Settlement) (changed bool, err error),
) (Settlement, error) {
	g, err := s.lock(ctx, tx, groupID, userID)
	if err != nil {
		return Settlement{}, err
	}
	settlement, err := s.settlement(ctx, tx, groupID, settlementID)
	if err != nil {
		return Settlement{}, err
	}
	changed, err := work(ctx, tx, g, settlement)
	if err != nil || !changed {
		return settlement, err
	}
	if err := s.changed(ctx, tx, g, action, "settlement", settlementID); err != nil {
		return Settlement{}, err
	}
	return s.settlement(ctx, tx, groupID, settlementID)
}

func fromDBSettlement(row queries.Settlement) Settlement {
	settlement := Settlement{
		ID: row.ID, GroupID: row.GroupID, From: row.FromUser, To: row.ToUser, Amount: money.Money{Amount: row.Amount, Currency: row.Currency},
		Status: row.Status, ExpenseID: row.ExpenseID, CreatedAt: row.CreatedAt, ConfirmedAt: row.ConfirmedAt, VoidedAt: row.VoidedAt,
	}
	if row.ExchangeAmount != nil && row.ExchangeCurrency != nil && row.ExchangeRate != nil && row.ExchangeSource != nil {
		settlement.Exchange = &Exchange{
			Paid: money.Money{Amount: *row.ExchangeAmount, Currency: *row.ExchangeCurrency}, Rate: *row.ExchangeRate, Source: *row.ExchangeSource,
		}
	}
	return settlement
}
