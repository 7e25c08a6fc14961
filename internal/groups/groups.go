// Package groups holds groups of friends. A group is a chat of type group with more beside it: people who are invited,
// a currency, and the receipts its members put before it.
package groups

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/redact"
)

// InviteLifetime is how long an invitation can be accepted.
const InviteLifetime = 14 * 24 * time.Hour

// ErrGroupNotFound also stands for a group of other people.
var ErrGroupNotFound = apperr.NotFound()

// Group is a group as one of its members sees it. TotalSpend is in the group's currency; other currencies stand beside
// it unconverted.
type Group struct {
	ID             uuid.UUID
	Name           string
	Context        string
	TotalSpend     money.Money
	OtherTotals    []money.Money
	LastActivityAt time.Time
	Members        []members.Member
	AIPolicy       string
	Currency       string
}

// Cursor is where a list of groups goes on.
type Cursor struct {
	UpdatedAt time.Time `json:"u"`
	ID        uuid.UUID `json:"i"`
}

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Service reads and writes groups.
type Service struct {
	pool    *pgxpool.Pool
	q       *queries.Queries
	clock   clock.Clock
	auditor Auditor
}

// New makes the service; every dependency is required.
func New(pool *pgxpool.Pool, clk clock.Clock, auditor Auditor) (*Service, error) {
	if pool == nil || clk == nil || auditor == nil {
		return nil, errors.New("groups: New wants every dependency")
	}
	return &Service{pool: pool, q: queries.New(), clock: clk, auditor: auditor}, nil
}

// CreateParams is a new group: its name, who to invite, and the currency of its totals (the owner's display currency
// when empty).
type CreateParams struct {
	OwnerID    uuid.UUID
	OwnerEmail string
	Name       string
	Members    []string
	Currency   string
}

// Validate collects every fault that the contract's types cannot express.
func (p CreateParams) Validate() error {
	var fields []apperr.Field
	if p.Currency != "" && !knownCurrency(p.Currency) {
		fields = append(fields, apperr.Field{Pointer: "/currency", Code: "unknown", Detail: "This is not an ISO 4217 currency in use."})
	}
	if strings.TrimSpace(p.Name) == "" { // the contract's pattern knows the spaces of ASCII only
		fields = append(fields, apperr.Field{Pointer: "/name", Code: "min_length", Detail: "A name has visible characters."})
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// Create makes a group and its invitations in one transaction. Naming the owner or one address twice invites once.
// Errors: CodeInvalidRequest with the fields.
func (s *Service) Create(ctx context.Context, params CreateParams) (Group, error) {
	if err := params.Validate(); err != nil {
		return Group{}, err
	}
	// The answer is read back in both cases, so that a repeat gets the very same.
	id, err := idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (uuid.UUID, []uuid.UUID, error) {
			id := uuid.Must(uuid.NewV7())
			return id, []uuid.UUID{id}, s.insert(ctx, tx, id, params)
		},
		func(_ context.Context, ids []uuid.UUID) (uuid.UUID, error) { return ids[0], nil })
	if err != nil {
		return Group{}, err
	}
	return s.Get(ctx, params.OwnerID, id)
}

func (s *Service) insert(ctx context.Context, tx pgx.Tx, id uuid.UUID, params CreateParams) error {
	now := s.clock.Now()
	name, _ := redact.CardNumbers(strings.TrimSpace(params.Name))
	err := s.q.ChatInsert(ctx, tx, queries.ChatInsertParams{
		ID: id, Type: "group", Title: name, AiPolicy: "auto", CreatedBy: &params.OwnerID, CreatedAt: now,
	})
	if err != nil {
		return fmt.Errorf("insert group: %w", err)
	}
	if params.Currency == "" {
		settings, err := s.q.SettingsGet(ctx, tx, params.OwnerID)
		if err != nil {
			return fmt.Errorf("read display currency: %w", err)
		}
		params.Currency = settings.Currency
	}
	if err := s.q.GroupContextInsert(ctx, tx, queries.GroupContextInsertParams{ChatID: id, Currency: params.Currency}); err != nil {
		return fmt.Errorf("insert group context: %w", err)
	}
	err = s.q.ChatMemberInsert(
		ctx,
		tx,
		queries.ChatMemberInsertParams{ChatID: id, UserID: params.OwnerID, Role: members.RoleOwner, JoinedAt: now},
	)
	if err != nil {
		return fmt.Errorf("insert owner: %w", err)
	}
	invited := map[string]bool{strings.ToLower(params.OwnerEmail): true}
	for _, email := range params.Members {
		key := strings.ToLower(email)
		if invited[key] {
			continue
		}
		invited[key] = true
		err := s.q.GroupInviteInsert(ctx, tx, queries.GroupInviteInsertParams{
			ID: uuid.Must(uuid.NewV7()), ChatID: id, Email: email, EmailKey: key, Role: members.RoleMember,
			InvitedBy: &params.OwnerID, CreatedAt: now, ExpiresAt: now.Add(InviteLifetime),
		})
		if err != nil {
			return fmt.Errorf("insert invitation: %w", err)
		}
	}
	return s.auditor.Record(ctx, tx, params.OwnerID, "group.create", "group", id.String())
}

// ListParams selects a page of groups.
type ListParams struct {
	UserID uuid.UUID
	Limit  int
	After  *Cursor
}

// List returns the groups the user is a member of, newest activity first.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Group, Cursor], error) {
	after := Cursor{UpdatedAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	kind := "group"
	rows, err := s.q.ChatListForMember(ctx, s.pool, queries.ChatListForMemberParams{
		UserID:          params.UserID,
		Type:            &kind,
		BeforeUpdatedAt: after.UpdatedAt,
		BeforeID:        after.ID,
		RowLimit:        int32(params.Limit + 1), //nolint:gosec // at most 101
	})
	if err != nil {
		return paging.Page[Group, Cursor]{}, fmt.Errorf("list groups: %w", err)
	}
	chats := make([]queries.Chat, len(rows))
	for i, row := range rows {
		chats[i] = row.Chat
	}
	page := paging.Cut(chats, params.Limit, func(c queries.Chat) Cursor { return Cursor{UpdatedAt: c.UpdatedAt, ID: c.ID} })
	groups, err := s.fill(ctx, page.Items)
	return paging.Page[Group, Cursor]{Items: groups, Next: page.Next}, err
}

// Get returns one group. Errors: ErrGroupNotFound.
func (s *Service) Get(ctx context.Context, userID, groupID uuid.UUID) (Group, error) {
	row, err := s.q.ChatGetForMember(ctx, s.pool, queries.ChatGetForMemberParams{ID: groupID, UserID: userID})
	if postgres.IsNoRows(err) || (err == nil && row.Chat.Type != "group") {
		return Group{}, ErrGroupNotFound
	}
	if err != nil {
		return Group{}, fmt.Errorf("get group: %w", err)
	}
	groups, err := s.fill(ctx, []queries.Chat{row.Chat})
	if err != nil {
		return Group{}, err
	}
	return groups[0], nil
}

// fill adds to each chat what makes it a group: people, currency, totals.
func (s *Service) fill(ctx context.Context, chats []queries.Chat) ([]Group, error) {
	ids := make([]uuid.UUID, len(chats))
	for i, chat := range chats {
		ids[i] = chat.ID
	}
	people, err := members.List(ctx, s.pool, ids)
	if err != nil {
		return nil, err
	}
	contexts, err := s.q.GroupContextList(ctx, s.pool, ids)
	if err != nil {
		return nil, fmt.Errorf("list group contexts: %w", err)
	}
	currencies := make(map[uuid.UUID]string, len(contexts))
	for _, row := range contexts {
		currencies[row.ChatID] = row.Currency
	}
	rows, err := s.q.GroupReceiptTotals(ctx, s.pool, ids)
	if err != nil {
		return nil, fmt.Errorf("total receipts: %w", err)
	}
	receipts := make(map[uuid.UUID][]queries.GroupReceiptTotalsRow, len(ids))
	for _, row := range rows {
		receipts[row.ChatID] = append(receipts[row.ChatID], row)
	}
	groups := make([]Group, len(chats))
	for i, chat := range chats {
		group := Group{
			ID: chat.ID, Name: chat.Title, LastActivityAt: chat.UpdatedAt, Members: people[chat.ID],
			AIPolicy: chat.AiPolicy, Currency: currencies[chat.ID],
		}
		group.TotalSpend, group.OtherTotals, group.Context = describe(receipts[chat.ID], group.Currency)
		groups[i] = group
	}
	return groups, nil
}

// describe totals the receipts by currency and says in one line what they are. rows come ordered by currency, then
// largest category first.
func describe(rows []queries.GroupReceiptTotalsRow, currency string) (total money.Money, others []money.Money, line string) {
	total = money.Money{Currency: currency}
	others = []money.Money{}
	receipts := int64(0)
	top := ""
	for _, row := range rows {
		receipts += row.Receipts
		switch {
		case row.Currency == currency:
			if top == "" {
				top = row.Category
			}
			total.Amount += row.Total
		case len(others) > 0 && others[len(others)-1].Currency == row.Currency:
			others[len(others)-1].Amount += row.Total
		default:
			others = append(others, money.Money{Amount: row.Total, Currency: row.Currency})
		}
	}
	if receipts == 0 {
		return total, others, "Nothing shared yet"
	}
	if top == "" {
		top = rows[0].Category
	}
	plural := "s"
	if receipts == 1 {
		plural = ""
	}
	return total, others, fmt.Sprintf("%d shared receipt%s, most of it %s", receipts, plural, strings.ReplaceAll(top, "_", " "))
}

func knownCurrency(code string) bool {
	_, ok := money.Exponent(code)
	return ok
}
