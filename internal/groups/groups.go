// Package groups holds groups of friends. A group is a chat of type group with more beside it: people who are invited,
// a currency, and the receipts its members put before it.
package groups

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/mail"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
)

// kindGroup is the type of a chat that is a group.
const kindGroup = "group"

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
	// DeletedAt is set while a deleted group can be brought back.
	DeletedAt *time.Time
	// Version moves with every change of name, policy and currency.
	Version int64
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

// Notifier tells readers, here and in other processes, what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Mailer queues a mail in the transaction that makes it due.
type Mailer interface {
	EnqueueMail(ctx context.Context, tx pgx.Tx, m mail.Mail) error
}

// Tokens makes the tokens of invitations and hashes them for keeping.
type Tokens interface {
	NewInviteToken() (token string, hash []byte, err error)
	HashInviteToken(token string) []byte
}

// Ledger knows what members of groups spend together and owe each other.
type Ledger interface {
	// Net returns what a member is owed (above zero) or owes (below zero) in a group, by currency, currencies that are
	// settled left out. It reads in tx, whose holder has locked the group's chat.
	Net(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID) ([]money.Money, error)
	// Spent totals the expenses of these groups, deleted ones left out.
	Spent(ctx context.Context, groupIDs []uuid.UUID) ([]Spent, error)
}

// Spent is what a group spent together in one currency and category.
type Spent struct {
	GroupID  uuid.UUID
	Currency string
	Category string // empty where nobody said
	Expenses int
	Total    int64 // minor units
	// Receipts are the transactions that these expenses were made from.
	Receipts []uuid.UUID
}

// Config is what the service is made of; every field is required.
type Config struct {
	Pool     *pgxpool.Pool
	Clock    clock.Clock
	Auditor  Auditor
	Notifier Notifier
	Mailer   Mailer
	Tokens   Tokens
	Ledger   Ledger
}

// Service reads and writes groups.
type Service struct {
	Config

	q *queries.Queries
}

// New makes the service.
func New(config Config) (*Service, error) {
	if config.Pool == nil || config.Clock == nil || config.Auditor == nil || config.Notifier == nil || config.Mailer == nil ||
		config.Tokens == nil || config.Ledger == nil {
		return nil, errors.New("groups: New wants every dependency")
	}
	return &Service{Config: config, q: queries.New()}, nil
}

// ListParams selects a page of groups.
type ListParams struct {
	UserID uuid.UUID
	// Deleted lists instead the groups the user has deleted and can have back.
	Deleted bool
	Limit   int
	After   *Cursor
}

// List returns the groups the user is a member of, newest activity first.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Group, Cursor], error) {
	after := Cursor{UpdatedAt: paging.End(), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	var chats []chatRow
	var err error
	if params.Deleted {
		chats, err = s.listDeleted(ctx, params, after)
	} else {
		chats, err = s.listLive(ctx, params, after)
	}
	if err != nil {
		return paging.Page[Group, Cursor]{}, fmt.Errorf("list groups: %w", err)
	}
	page := paging.Cut(chats, params.Limit, func(c chatRow) Cursor { return Cursor{UpdatedAt: c.UpdatedAt, ID: c.ID} })
	groups, err := s.fill(ctx, page.Items)
	return paging.Page[Group, Cursor]{Items: groups, Next: page.Next}, err
}

// chatRow is the chat of a group, and when it was deleted, if it was.
type chatRow struct {
	queries.Chat

	deletedAt *time.Time
}

func (s *Service) listLive(ctx context.Context, params ListParams, after Cursor) ([]chatRow, error) {
	kind := kindGroup
	rows, err := s.q.ChatListForMember(ctx, s.Pool, queries.ChatListForMemberParams{
		UserID:          params.UserID,
		Type:            &kind,
		BeforeUpdatedAt: after.UpdatedAt,
		BeforeID:        after.ID,
		RowLimit:        paging.Rows(params.Limit),
	})
	chats := make([]chatRow, len(rows))
	for i, row := range rows {
		chats[i] = chatRow{Chat: row.Chat}
	}
	return chats, err
}

func (s *Service) listDeleted(ctx context.Context, params ListParams, after Cursor) ([]chatRow, error) {
	rows, err := s.q.GroupListDeleted(ctx, s.Pool, queries.GroupListDeletedParams{
		UserID:          params.UserID,
		Now:             s.Clock.Now(),
		BeforeUpdatedAt: after.UpdatedAt,
		BeforeID:        after.ID,
		RowLimit:        paging.Rows(params.Limit),
	})
	chats := make([]chatRow, len(rows))
	for i, row := range rows {
		chats[i] = chatRow{Chat: row.Chat, deletedAt: &row.DeletedAt}
	}
	return chats, err
}

// Get returns one group. Errors: ErrGroupNotFound.
func (s *Service) Get(ctx context.Context, userID, groupID uuid.UUID) (Group, error) {
	row, err := s.q.ChatGetForMember(ctx, s.Pool, queries.ChatGetForMemberParams{ID: groupID, UserID: userID})
	if postgres.IsNoRows(err) || (err == nil && row.Chat.Type != kindGroup) {
		return Group{}, ErrGroupNotFound
	}
	if err != nil {
		return Group{}, fmt.Errorf("get group: %w", err)
	}
	groups, err := s.fill(ctx, []chatRow{{Chat: row.Chat}})
	if err != nil {
		return Group{}, err
	}
	return groups[0], nil
}

// fill adds to each chat what makes it a group: people, currency, totals.
func (s *Service) fill(ctx context.Context, chats []chatRow) ([]Group, error) {
	ids := make([]uuid.UUID, len(chats))
	for i, chat := range chats {
		ids[i] = chat.ID
	}
	people, err := members.List(ctx, s.Pool, ids, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	contexts, err := s.q.GroupContextList(ctx, s.Pool, ids)
	if err != nil {
		return nil, fmt.Errorf("list group contexts: %w", err)
	}
	currencies := make(map[uuid.UUID]string, len(contexts))
	for _, row := range contexts {
		currencies[row.ChatID] = row.Currency
	}
	spent, err := s.spending(ctx, ids)
	if err != nil {
		return nil, err
	}
	groups := make([]Group, len(chats))
	for i, chat := range chats {
		group := Group{
			ID: chat.ID, Name: chat.Title, LastActivityAt: chat.UpdatedAt, Members: people[chat.ID],
			AIPolicy: chat.AiPolicy, Currency: currencies[chat.ID], DeletedAt: chat.deletedAt, Version: chat.Version,
		}
		group.TotalSpend, group.OtherTotals, group.Context = spent[chat.ID].describe(group.Currency)
		groups[i] = group
	}
	return groups, nil
}
