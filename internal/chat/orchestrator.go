package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/crashpoint"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Orders reads a user's orders.
type Orders interface {
	Since(ctx context.Context, userID uuid.UUID, since time.Time) ([]insights.Order, error)
}

// Cards reads a user's cards.
type Cards interface {
	Wallet(ctx context.Context, userID uuid.UUID) ([]rewards.Card, error)
}

// Merchants knows the merchants by name.
type Merchants interface {
	Lexicon(ctx context.Context) (spending.Lexicon, error)
	AcceptedNetworks(ctx context.Context) (map[string][]string, error)
}

// How a reply is held. An attempt that dies is noticed when its lease runs out.
const (
	leaseLength = 5 * time.Second
	leaseRenew  = leaseLength / 3
	// maxAttempts is how often making a reply may fail by itself before the reply ends as failed.
	maxAttempts = 3
	// maxFence is some twenty-five deaths: a reply that kills every process that makes it must not do so for ever.
	maxFence  = 50
	sweepPage = 100
)

// OrchestratorConfig is what replies are made from; every field is required.
type OrchestratorConfig struct {
	Pool        *pgxpool.Pool
	Clock       clock.Clock
	Queue       ReplyQueue
	Bell        Bell
	Notifier    Notifier
	Orders      Orders
	Cards       Cards
	Merchants   Merchants
	Preferences preferences.Reader
	Findings    Findings
	Trends      Trends
	Prices      Prices
	Wording     Wording
	Ledger      Ledger
	// Timeout is how long after its first attempt began a reply has to end.
	Timeout time.Duration
	Logger  *slog.Logger
}

// Orchestrator makes replies.
type Orchestrator struct {
	OrchestratorConfig

	q *queries.Queries
}

// NewOrchestrator makes an orchestrator.
func NewOrchestrator(config OrchestratorConfig) (*Orchestrator, error) {
	if config.Pool == nil || config.Clock == nil || config.Queue == nil || config.Bell == nil || config.Notifier == nil ||
		config.Orders == nil ||
		config.Cards == nil || config.Merchants == nil || config.Preferences == nil || config.Findings == nil || config.Trends == nil ||
		config.Prices == nil || config.Wording == nil || config.Ledger == nil || config.Timeout <= 0 || config.Logger == nil {
		return nil, errors.New("chat: NewOrchestrator wants every dependency")
	}
	return &Orchestrator{OrchestratorConfig: config, q: queries.New()}, nil
}

// Sweep queues open replies again whose attempt died or was never begun; it returns how many.
func (o *Orchestrator) Sweep(ctx context.Context) (int, error) {
	queued, err := postgres.WithTxV(ctx, o.Pool, func(ctx context.Context, tx pgx.Tx) (int, error) {
		ids, err := o.q.ReplySweep(ctx, tx, queries.ReplySweepParams{Grace: interval(leaseLength), RowLimit: sweepPage})
		if err != nil {
			return 0, fmt.Errorf("find abandoned replies: %w", err)
		}
		for _, id := range ids {
			crashpoint.Reach("sweep.taken")
			if err := o.Queue.RequeueReply(ctx, tx, id); err != nil {
				return 0, err
			}
			crashpoint.Reach("sweep.queued")
		}
		return len(ids), nil
	})
	if queued > 0 {
		crashpoint.Reach("sweep.committed")
	}
	return queued, err
}

// Ask is a message to be answered and what of its chat bears on the answer.
type Ask struct {
	UserID   uuid.UUID
	ChatType string
	Text     string
	History  []string // the asker's earlier messages, oldest first
	At       time.Time
	// SharesPurchases says whether the asker lets the chat's group see their purchases; it means nothing in a solo chat.
	SharesPurchases bool
	// ChatID is nil where the chat is not stored yet, as when a demo is made.
	ChatID uuid.UUID
	// Members are the people of the chat, the asker among them.
	Members []Sender
	// GroupCurrency is that of a group's amounts; empty in a solo chat, where it is the asker's own.
	GroupCurrency string
	// Turn counts the turns of the chat: odd cents go round by it.
	Turn uint64
}

// Standing is where the people of one group stand with each other.
type Standing struct {
	GroupID   uuid.UUID
	GroupName string
	People    []split.Person // by the ids of the balances
	Balances  []split.Balance
}

// Ledger knows who owes whom.
type Ledger interface {
	// Standings returns the balances of one group, or of all groups a user is a member of when groupID is nil.
	Standings(ctx context.Context, userID uuid.UUID, groupID *uuid.UUID) ([]Standing, error)
}

// Answers decides whether the co-pilot answers a message that nothing was said before, under the chat's policy.
func (o *Orchestrator) Answers(ctx context.Context, policy, text string) (bool, error) {
	lexicon, err := o.Merchants.Lexicon(ctx)
	answers, _ := decide(policy, text, nil, lexicon)
	return answers, err
}

// Compose computes the answer to an ask without writing anything.
func (o *Orchestrator) Compose(ctx context.Context, ask Ask) (Plan, error) {
	q := question{
		asker: ask.UserID, text: ask.Text, history: ask.History, chatType: ask.ChatType, now: ask.At,
		private: ask.ChatType == TypeSolo || ask.SharesPurchases, members: ask.Members, groupCurrency: ask.GroupCurrency, turn: ask.Turn,
	}
	if err := o.gather(ctx, ask, &q); err != nil {
		return Plan{}, err
	}
	plan, err := q.plan()
	if err != nil {
		return Plan{}, err
	}
	return heed(q, plan), nil
}

// groupOf is the group a question is asked in, nil in a solo chat.
func groupOf(ask Ask) *uuid.UUID {
	if ask.ChatType != TypeGroup {
		return nil
	}
	return &ask.ChatID
}

var errAskerGone = errors.New("chat: the asker has no account any more")

func (o *Orchestrator) readAsk(ctx context.Context, reply queries.Message) (Ask, error) {
	row, err := o.q.ReplyAsk(ctx, o.Pool, queries.ReplyAskParams{QuestionID: *reply.ReplyTo, History: billLength})
	if postgres.IsNoRows(err) {
		return Ask{}, errTakenOver // the chat was deleted, and the question with it
	}
	if err != nil {
		return Ask{}, fmt.Errorf("read question: %w", err)
	}
	if row.SenderID == nil {
		return Ask{}, errAskerGone
	}
	slices.Reverse(row.History)
	ask := Ask{
		UserID: *row.SenderID, ChatType: row.ChatType, Text: row.Content, History: row.History, At: o.Clock.Now(),
		SharesPurchases: row.SharesPurchases, ChatID: row.ChatID, GroupCurrency: row.GroupCurrency,
		Turn: uint64(row.Turn), //nolint:gosec // not below zero
	}
	for i, id := range row.MemberIds {
		ask.Members = append(ask.Members, Sender{ID: id, Name: row.MemberNames[i]})
	}
	return ask, nil
}

func interval(d time.Duration) pgtype.Interval {
	return pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}
}

func emptyIfNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
