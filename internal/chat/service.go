package chat

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/paging"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
	"github.com/lattice-money/lattice/internal/redact"
)

// newestMessages is how many messages come with a chat.
const newestMessages = 50

// ReplyQueue queues the work on a reply in the transaction that stores it. Requeue is for an attempt that died or was never
// begun, Close for a reply that leaves nothing to do.
type ReplyQueue interface {
	EnqueueReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error
	RequeueReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error
	CloseReply(ctx context.Context, tx pgx.Tx, replyID uuid.UUID) error
}

// Bell wakes who waits for something to happen to an id. A ring is a hint: the one woken reads the rows again.
type Bell interface {
	Listen(id uuid.UUID) (wake <-chan struct{}, stop func())
	Ring(id uuid.UUID)
}

// Notifier tells readers, here and in other processes, what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Service reads and writes chats and messages.
type Service struct {
	pool      *pgxpool.Pool
	q         *queries.Queries
	clock     clock.Clock
	queue     ReplyQueue
	bell      Bell
	lookout   *lookout
	notifier  Notifier
	merchants Merchants
	groups    Groups
	auditor   Auditor
	choices   preferences.Reader
}

// New makes the service; every dependency is required.
func New(
	pool *pgxpool.Pool, clk clock.Clock, queue ReplyQueue, bell Bell, notifier Notifier, merchants Merchants, groups Groups, auditor Auditor,
	choices preferences.Reader,
) (*Service, error) {
	if pool == nil || clk == nil || queue == nil || bell == nil || notifier == nil || merchants == nil || groups == nil || auditor == nil ||
		choices == nil {
		return nil, errors.New("chat: New wants every dependency")
	}
	q := queries.New()
	return &Service{
		pool: pool, q: q, clock: clk, queue: queue, bell: bell, lookout: newLookout(pool, q, bell), notifier: notifier, merchants: merchants,
		groups: groups, auditor: auditor,
		choices: choices,
	}, nil
}

// Create opens a solo chat. Errors: CodeInvalidRequest for a title of nothing but space, and those of package
// idempotency.
func (s *Service) Create(ctx context.Context, userID uuid.UUID, title string) (Chat, error) {
	if strings.TrimSpace(title) == "" { // the contract's pattern knows the spaces of ASCII only
		return Chat{}, apperr.Invalid(apperr.Field{Pointer: "/title", Code: "min_length", Detail: "A title has visible characters."})
	}
	created, err := idempotency.Do(ctx, s.pool, s.clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (Chat, []uuid.UUID, error) {
			chat, err := s.create(ctx, tx, userID, title)
			return chat, []uuid.UUID{chat.ID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Chat, error) {
			detail, err := s.Get(ctx, userID, ids[0])
			return detail.Chat, idempotency.Gone(ctx, err)
		})
	if err != nil {
		return Chat{}, err
	}
	s.announceChange(ctx, created.ID, []uuid.UUID{userID}, created.UpdatedAt) // their other devices
	return created, nil
}

func (s *Service) create(ctx context.Context, tx pgx.Tx, userID uuid.UUID, title string) (Chat, error) {
	now := s.clock.Now()
	title, _ = redact.CardNumbers(strings.TrimSpace(title))
	chat := Chat{ID: newID(), Type: TypeSolo, Title: title, AIPolicy: PolicyAlways, MemberCount: 1, CreatedAt: now, UpdatedAt: now, Version: 1}
	err := s.q.ChatInsert(ctx, tx, queries.ChatInsertParams{
		ID: chat.ID, Type: chat.Type, Title: chat.Title, AiPolicy: chat.AIPolicy, CreatedBy: &userID, CreatedAt: now,
	})
	if err != nil {
		return Chat{}, fmt.Errorf("insert chat: %w", err)
	}
	err = s.q.ChatMemberInsert(
		ctx,
		tx,
		queries.ChatMemberInsertParams{ChatID: chat.ID, UserID: userID, Role: members.RoleOwner, JoinedAt: now},
	)
	if err != nil {
		return Chat{}, fmt.Errorf("insert member: %w", err)
	}
	return chat, nil
}

// Welcome gives a new user a personal chat with a greeting, in the transaction that makes the user.
func (s *Service) Welcome(ctx context.Context, tx pgx.Tx, userID uuid.UUID, name string) error {
	chat, err := s.create(ctx, tx, userID, "Personal")
	if err != nil {
		return err
	}
	now := s.clock.Now()
	err = s.q.MessageInsert(ctx, tx, queries.MessageInsertParams{
		ID: newID(), ChatID: chat.ID, Position: 1, SenderType: SenderAI, Status: StatusCompleted,
		Content:  Greeting(name),
		Thinking: []string{}, Sources: []byte("[]"), CreatedAt: now, CompletedAt: &now,
	})
	if err != nil {
		return fmt.Errorf("insert greeting: %w", err)
	}
	if err := s.q.ChatAdvance(ctx, tx, queries.ChatAdvanceParams{ID: chat.ID, LastPosition: 1, UpdatedAt: now}); err != nil {
		return fmt.Errorf("advance chat: %w", err)
	}
	return nil
}

// Greeting is what a new user finds in their personal chat.
func Greeting(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return "Hi " + first + ", I am Lattice. Add the cards you hold and link a merchant, then ask me which card to use, " +
		"what you spent, or how to split a bill."
}

// ListParams selects a page of chats; Query is part of a title, After the cursor of the page before.
type ListParams struct {
	UserID uuid.UUID
	Query  string
	Limit  int
	After  *ListCursor
}

// List returns the user's chats, newest activity first, each with its last message.
func (s *Service) List(ctx context.Context, params ListParams) (paging.Page[Chat, ListCursor], error) {
	// The first page begins after a chat of the far future: one query serves both.
	after := ListCursor{UpdatedAt: paging.End(), ID: uuid.Max}
	if params.After != nil {
		after = *params.After
	}
	rows, err := s.q.ChatListForMember(ctx, s.pool, queries.ChatListForMemberParams{
		UserID:          params.UserID,
		Q:               params.Query,
		BeforeUpdatedAt: after.UpdatedAt,
		BeforeID:        after.ID,
		RowLimit:        paging.Rows(params.Limit),
	})
	if err != nil {
		return paging.Page[Chat, ListCursor]{}, fmt.Errorf("list chats: %w", err)
	}
	chats := make([]Chat, len(rows))
	for i, row := range rows {
		chats[i] = fromDBChat(row.Chat, row.MemberCount, row.UnreadCount)
	}
	page := paging.Cut(chats, params.Limit, func(c Chat) ListCursor { return ListCursor{UpdatedAt: c.UpdatedAt, ID: c.ID} })
	return page, s.fillLastMessages(ctx, params.UserID, page.Items)
}

func (s *Service) fillLastMessages(ctx context.Context, userID uuid.UUID, chats []Chat) error {
	ids := make([]uuid.UUID, len(chats))
	for i, chat := range chats {
		ids[i] = chat.ID
	}
	rows, err := s.q.MessageLastOfChats(ctx, s.pool, queries.MessageLastOfChatsParams{ChatIds: ids, UserID: userID})
	if err != nil {
		return fmt.Errorf("list last messages: %w", err)
	}
	read := make([]messageRow, len(rows))
	for i, row := range rows {
		read[i] = messageRow(row)
	}
	messages, err := s.toMessages(ctx, read)
	if err != nil {
		return err
	}
	last := make(map[uuid.UUID]*Message, len(messages))
	for i := range messages {
		messages[i].Drawer = nil
		last[messages[i].ChatID] = &messages[i]
	}
	for i := range chats {
		chats[i].LastMessage = last[chats[i].ID]
	}
	return nil
}

// Get returns a chat with its members and newest messages. Errors: ErrChatNotFound.
func (s *Service) Get(ctx context.Context, userID, chatID uuid.UUID) (Detail, error) {
	row, err := s.q.ChatGetForMember(ctx, s.pool, queries.ChatGetForMemberParams{ID: chatID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Detail{}, ErrChatNotFound
	}
	if err != nil {
		return Detail{}, fmt.Errorf("get chat: %w", err)
	}
	people, err := members.List(ctx, s.pool, []uuid.UUID{chatID}, s.clock.Now())
	if err != nil {
		return Detail{}, err
	}
	page, err := s.messagesBefore(ctx, userID, chatID, newestMessages, nil)
	if err != nil {
		return Detail{}, err
	}
	detail := Detail{Chat: fromDBChat(row.Chat, row.MemberCount, row.UnreadCount), Members: people[chatID], NextBefore: page.Next}
	if len(page.Items) > 0 {
		last := page.Items[0]
		last.Drawer = nil
		detail.LastMessage = &last
	}
	detail.Messages = make([]Message, len(page.Items))
	for i, message := range page.Items {
		detail.Messages[len(page.Items)-1-i] = message
	}
	return detail, nil
}

// MessagesParams selects a page of messages.
type MessagesParams struct {
	UserID uuid.UUID
	ChatID uuid.UUID
	Limit  int
	Before *MessageCursor
}

// Messages returns messages of a chat, newest first. Errors: ErrChatNotFound.
func (s *Service) Messages(ctx context.Context, params MessagesParams) (paging.Page[Message, MessageCursor], error) {
	_, err := s.q.ChatGetForMember(ctx, s.pool, queries.ChatGetForMemberParams{ID: params.ChatID, UserID: params.UserID})
	if postgres.IsNoRows(err) {
		return paging.Page[Message, MessageCursor]{}, ErrChatNotFound
	}
	if err != nil {
		return paging.Page[Message, MessageCursor]{}, fmt.Errorf("get chat: %w", err)
	}
	return s.messagesBefore(ctx, params.UserID, params.ChatID, params.Limit, params.Before)
}

func (s *Service) messagesBefore(
	ctx context.Context,
	userID, chatID uuid.UUID,
	limit int,
	before *MessageCursor,
) (paging.Page[Message, MessageCursor], error) {
	position := int64(math.MaxInt64)
	if before != nil {
		position = before.Position
	}
	rows, err := s.q.MessageListBefore(ctx, s.pool, queries.MessageListBeforeParams{
		UserID: userID, ChatID: chatID, BeforePosition: position, RowLimit: paging.Rows(limit),
	})
	if err != nil {
		return paging.Page[Message, MessageCursor]{}, fmt.Errorf("list messages: %w", err)
	}
	read := make([]messageRow, len(rows))
	for i, row := range rows {
		read[i] = messageRow(row)
	}
	messages, err := s.toMessages(ctx, read)
	if err != nil {
		return paging.Page[Message, MessageCursor]{}, err
	}
	return paging.Cut(messages, limit, func(m Message) MessageCursor { return MessageCursor{Position: m.Position} }), nil
}

// Message returns one message of a chat the user belongs to. Errors: ErrMessageNotFound.
func (s *Service) Message(ctx context.Context, userID, chatID, messageID uuid.UUID) (Message, error) {
	row, err := s.q.MessageGetForMember(ctx, s.pool, queries.MessageGetForMemberParams{ID: messageID, ChatID: chatID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Message{}, ErrMessageNotFound
	}
	if err != nil {
		return Message{}, fmt.Errorf("get message: %w", err)
	}
	messages, err := s.toMessages(ctx, []messageRow{messageRow(row)})
	if err != nil {
		return Message{}, err
	}
	return messages[0], nil
}

// messageRow is a message as every query for readers returns it.
type messageRow queries.MessageGetForMemberRow

// toMessages completes rows with the earlier texts of the messages that have some.
func (s *Service) toMessages(ctx context.Context, rows []messageRow) ([]Message, error) {
	messages := make([]Message, len(rows))
	var versioned []uuid.UUID
	for i, row := range rows {
		message, err := fromDBMessage(row.Message, row.SenderName)
		if err != nil {
			return nil, fmt.Errorf("read message %s: %w", row.Message.ID, err)
		}
		if row.Rating != nil && row.FeedbackAt != nil {
			message.Feedback = &Feedback{Rating: *row.Rating, Comment: row.Comment, At: *row.FeedbackAt}
		}
		if row.Message.Edited || row.Message.Replaces != nil {
			versioned = append(versioned, message.ID)
		}
		messages[i] = message
	}
	if len(versioned) == 0 {
		return messages, nil
	}
	versions, err := s.versions(ctx, versioned)
	if err != nil {
		return nil, err
	}
	for i := range messages {
		messages[i].Versions = versions[messages[i].ID]
	}
	return messages, nil
}

func (s *Service) versions(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]Version, error) {
	rows, err := s.q.MessageVersionList(ctx, s.pool, ids)
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	versions := make(map[uuid.UUID][]Version, len(ids))
	for _, row := range rows {
		versions[row.CurrentID] = append(versions[row.CurrentID], Version{MessageID: row.MessageID, Content: row.Content, At: row.At})
	}
	return versions, nil
}

func (s *Service) versionsOf(ctx context.Context, row queries.Message) ([]Version, error) {
	if row.Replaces == nil {
		return nil, nil
	}
	versions, err := s.versions(ctx, []uuid.UUID{row.ID})
	return versions[row.ID], err
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
