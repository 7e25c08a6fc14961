package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/postgres"
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

// Display reads the currency and the time zone a user sees figures in.
type Display interface {
	Display(ctx context.Context, userID uuid.UUID) (currency string, location *time.Location, err error)
}

// How a reply is held. An attempt that dies is noticed when its lease runs out.
const (
	leaseLength = 5 * time.Second
	leaseRenew  = leaseLength / 3
	// maxAttempts is how often making a reply may fail by itself before the reply ends as failed.
	maxAttempts = 3
	sweepPage   = 100
)

// failedText is what a failed reply says; the cause is in the log.
const failedText = "Something went wrong on our side, so I could not answer this. Please ask again."

// OrchestratorConfig is what replies are made from; every field is required.
type OrchestratorConfig struct {
	Pool      *pgxpool.Pool
	Clock     clock.Clock
	Queue     ReplyQueue
	Bell      Bell
	Orders    Orders
	Cards     Cards
	Merchants Merchants
	Display   Display
	Timeout   time.Duration
	Logger    *slog.Logger
}

// Orchestrator makes replies.
type Orchestrator struct {
	OrchestratorConfig

	q *queries.Queries
}

// NewOrchestrator makes an orchestrator.
func NewOrchestrator(config OrchestratorConfig) (*Orchestrator, error) {
	if config.Pool == nil || config.Clock == nil || config.Queue == nil || config.Bell == nil || config.Orders == nil || config.Cards == nil ||
		config.Merchants == nil || config.Display == nil || config.Timeout <= 0 || config.Logger == nil {
		return nil, errors.New("chat: NewOrchestrator wants every dependency")
	}
	return &Orchestrator{OrchestratorConfig: config, q: queries.New()}, nil
}

// Answer makes one reply and ends it; finish is called in the transaction that does. Of several attempts at one reply
// only the newest can write. A reply that is not to be made (any more) is no error.
func (o *Orchestrator) Answer(ctx context.Context, replyID uuid.UUID, finish func(ctx context.Context, tx pgx.Tx) error) error {
	reply, err := o.q.ReplyClaim(ctx, o.Pool, queries.ReplyClaimParams{ID: replyID, Lease: interval(leaseLength)})
	if postgres.IsNoRows(err) {
		return nil // ended, held by a living attempt, or not yet its turn: whoever ends the one before queues it
	}
	if err != nil {
		return fmt.Errorf("claim reply: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	held := o.holdLease(ctx, cancel, reply)
	defer held()
	plan, err := o.makePlan(ctx, reply)
	if err != nil {
		return o.giveBack(ctx, reply, err, finish)
	}
	return o.end(ctx, reply, StatusCompleted, plan, finish)
}

// holdLease renews the lease until the returned function is called; when another attempt has taken over, it cancels
// this one.
func (o *Orchestrator) holdLease(ctx context.Context, cancel context.CancelFunc, reply queries.Message) (release func()) {
	renewing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(leaseRenew)
		defer ticker.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-ticker.C:
				renewed, err := o.q.ReplyRenewLease(renewing, o.Pool, queries.ReplyRenewLeaseParams{ID: reply.ID, Fence: reply.Fence, Lease: interval(leaseLength)})
				if err == nil && renewed == 0 {
					cancel()
					return
				}
			}
		}
	}()
	return func() {
		stop()
		<-done
	}
}

// giveBack leaves a reply whose making failed to the next attempt, or ends it when it has failed too often.
func (o *Orchestrator) giveBack(ctx context.Context, reply queries.Message, cause error, finish func(ctx context.Context, tx pgx.Tx) error) error {
	// The attempt's own time may be up; giving back must work all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLength)
	defer cancel()
	o.Logger.ErrorContext(ctx, "reply attempt failed", "reply_id", reply.ID, "attempt", reply.Attempts+1, "error", cause)
	if reply.Attempts+1 >= maxAttempts {
		return o.end(ctx, reply, StatusFailed, Plan{Template: failedText}, finish)
	}
	err := o.q.ReplyRelease(ctx, o.Pool, queries.ReplyReleaseParams{ID: reply.ID, Fence: reply.Fence, Grace: interval(0)})
	if err != nil {
		return fmt.Errorf("give reply back: %w", err)
	}
	return nil // the sweeper queues it again
}

// end writes the reply's one end, and queues the next open reply of the chat, in one transaction.
func (o *Orchestrator) end(ctx context.Context, reply queries.Message, status string, plan Plan, finish func(ctx context.Context, tx pgx.Tx) error) error {
	sources, err := json.Marshal(emptyIfNil(plan.Sources))
	if err != nil {
		return fmt.Errorf("write sources: %w", err)
	}
	err = postgres.WithTx(ctx, o.Pool, func(ctx context.Context, tx pgx.Tx) error {
		now := o.Clock.Now()
		if _, err := o.q.ChatLock(ctx, tx, reply.ChatID); err != nil { // against a message sent just now, which asks whether a reply is open
			return fmt.Errorf("lock chat: %w", err)
		}
		written, err := o.q.ReplyFinish(ctx, tx, queries.ReplyFinishParams{
			ID: reply.ID, Fence: reply.Fence, Content: plan.Text(), Thinking: emptyIfNil(plan.Thinking), Action: plan.Action,
			Drawer: plan.Drawer, Sources: sources, Status: status, CompletedAt: &now,
		})
		if err != nil {
			return fmt.Errorf("finish reply: %w", err)
		}
		if written > 0 {
			if err := o.queueNext(ctx, tx, reply.ChatID); err != nil {
				return err
			}
		}
		return finish(ctx, tx)
	})
	if err != nil {
		return err
	}
	o.Bell.Ring(reply.ID)
	return nil
}

func (o *Orchestrator) queueNext(ctx context.Context, tx pgx.Tx, chatID uuid.UUID) error {
	next, err := o.q.ReplyNextOpen(ctx, tx, chatID)
	if postgres.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find next reply: %w", err)
	}
	return enqueue(ctx, tx, o.q, o.Queue, next)
}

// Sweep queues open replies again whose attempt died or was never begun; it returns how many.
func (o *Orchestrator) Sweep(ctx context.Context) (int, error) {
	return postgres.WithTxV(ctx, o.Pool, func(ctx context.Context, tx pgx.Tx) (int, error) {
		ids, err := o.q.ReplySweep(ctx, tx, queries.ReplySweepParams{Grace: interval(leaseLength), RowLimit: sweepPage})
		if err != nil {
			return 0, fmt.Errorf("find abandoned replies: %w", err)
		}
		for _, id := range ids {
			if err := o.Queue.EnqueueReply(ctx, tx, id); err != nil {
				return 0, err
			}
		}
		return len(ids), nil
	})
}

// enqueue queues the work on a reply and notes by when it must have begun.
func enqueue(ctx context.Context, tx pgx.Tx, q *queries.Queries, queue ReplyQueue, replyID uuid.UUID) error {
	if err := q.ReplyQueued(ctx, tx, queries.ReplyQueuedParams{ID: replyID, Grace: interval(leaseLength)}); err != nil {
		return fmt.Errorf("note queueing: %w", err)
	}
	return queue.EnqueueReply(ctx, tx, replyID)
}

// makePlan loads what the question needs, in parallel, and computes the answer. A panic on the way is an error: it must
// not take other replies down.
func (o *Orchestrator) makePlan(ctx context.Context, reply queries.Message) (plan Plan, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause) //nolint:err113 // a panic has no type of its own
		}
	}()
	ask, err := o.readAsk(ctx, reply)
	if err != nil {
		return Plan{}, err
	}
	return o.Compose(ctx, ask)
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
}

// Answers decides whether the co-pilot answers a message under the chat's policy.
func (o *Orchestrator) Answers(ctx context.Context, policy, text string) (bool, error) {
	lexicon, err := o.Merchants.Lexicon(ctx)
	return answers(policy, text, lexicon), err
}

// Compose computes the answer to an ask without writing anything.
func (o *Orchestrator) Compose(ctx context.Context, ask Ask) (Plan, error) {
	q := question{
		text: ask.Text, history: ask.History, chatType: ask.ChatType, now: ask.At,
		private: ask.ChatType == TypeSolo || ask.SharesPurchases,
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { q.currency, q.location, err = o.Display.Display(ctx, ask.UserID); return err })
	group.Go(func() (err error) { q.wallet, err = o.Cards.Wallet(ctx, ask.UserID); return err })
	group.Go(func() (err error) { q.lexicon, err = o.Merchants.Lexicon(ctx); return err })
	group.Go(func() (err error) { q.networks, err = o.Merchants.AcceptedNetworks(ctx); return err })
	if q.private {
		group.Go(func() (err error) {
			q.orders, err = o.Orders.Since(ctx, ask.UserID, ask.At.Add(-ordersReach))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return Plan{}, fmt.Errorf("load context: %w", err)
	}
	return q.plan()
}

func (o *Orchestrator) readAsk(ctx context.Context, reply queries.Message) (Ask, error) {
	asked, err := o.q.ReplyQuestion(ctx, o.Pool, *reply.ReplyTo)
	if err != nil {
		return Ask{}, fmt.Errorf("read question: %w", err)
	}
	if asked.Message.SenderID == nil {
		return Ask{}, errAskerGone
	}
	ask := Ask{UserID: *asked.Message.SenderID, ChatType: asked.Chat.Type, Text: asked.Message.Content, At: o.Clock.Now()}
	ask.SharesPurchases, err = o.q.ChatMemberShares(ctx, o.Pool, queries.ChatMemberSharesParams{ChatID: reply.ChatID, UserID: ask.UserID})
	if err != nil && !postgres.IsNoRows(err) { // one who left shares nothing
		return Ask{}, fmt.Errorf("read consent: %w", err)
	}
	ask.History, err = o.q.MessageHistory(ctx, o.Pool, queries.MessageHistoryParams{
		ChatID: reply.ChatID, SenderID: asked.Message.SenderID, BeforePosition: asked.Message.Position, RowLimit: historyLength,
	})
	if err != nil {
		return Ask{}, fmt.Errorf("read history: %w", err)
	}
	return ask, nil
}

var errAskerGone = errors.New("chat: the asker has no account any more")

func interval(d time.Duration) pgtype.Interval {
	return pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}
}

func emptyIfNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
