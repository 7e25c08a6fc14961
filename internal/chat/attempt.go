package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/crashpoint"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

const (
	// flushInterval is how often the pieces of a running text are stored and shown; the first does not wait for it.
	flushInterval = 40 * time.Millisecond
	// mergeWait is how long the first events wait for the rest: a text that is there at once is stored with its end.
	mergeWait = time.Millisecond
	// endMargin is kept of a reply's time for writing its end.
	endMargin = 2 * time.Second
	// minimumWork is what a rescued reply still gets when its time is up: enough to end it.
	minimumWork = 5 * time.Second
)

// failedText is what a failed reply says; the cause is in the log.
const failedText = "Something went wrong on our side, so I could not answer this. Please ask again."

// errDeadly fails a reply whose attempts have died again and again.
var errDeadly = errors.New("chat: too many attempts at the reply have died")

// errTakenOver ends an attempt that may no longer write: the reply was stopped, or a newer attempt has it.
var errTakenOver = errors.New("chat: the reply is no longer this attempt's")

// attempt is one try at making a reply. What earlier attempts have shown stays; it goes on after that.
type attempt struct {
	o       *Orchestrator
	reply   queries.Message
	members []uuid.UUID
	left    time.Duration // until the reply has to end; less than nothing where a rescue comes late
	plan    Plan
	shown   layout // committed events, without the start
	queued  layout // events to commit next
	filler  *filler
	saved   bool // the plan is committed
}

// Answer makes one reply and ends it; finish is called in the transaction that does. Of several attempts at one reply
// only the newest can write. A reply that is not to be made (any more) is no error.
func (o *Orchestrator) Answer(ctx context.Context, replyID uuid.UUID, finish func(ctx context.Context, tx pgx.Tx) error) error {
	crashpoint.Reach("reply.received")
	a, err := o.claim(ctx, replyID)
	if err != nil || a == nil {
		return err
	}
	crashpoint.Reach("reply.claimed")
	o.Notifier.Notify(events.Notice{Wake: []uuid.UUID{replyID}, Audience: a.members, Hint: &events.Hint{
		Type: events.ReplyStarted, ChatID: a.reply.ChatID, MessageID: replyID,
	}})
	working, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	release := a.hold(working, cancel)
	defer release()
	err = guarded(func() error { return a.run(working, finish) })
	if errors.Is(err, errConsentWithdrawn) {
		err = guarded(func() error { return a.withoutConsent(working, finish) })
	}
	switch {
	case err == nil, errors.Is(err, errTakenOver), errors.Is(context.Cause(working), errTakenOver):
		return nil
	case ctx.Err() != nil: // the process is stopping: others go on from what is stored
		return a.release(ctx, 0)
	default:
		return a.fail(ctx, err, finish)
	}
}

// claim takes the reply and tells its start in one commit. It returns nil where there is nothing to do: the reply has
// ended, is held by a living attempt, or waits for its turn, in which case whoever ends the one before queues it.
func (o *Orchestrator) claim(ctx context.Context, replyID uuid.UUID) (*attempt, error) {
	a := &attempt{o: o}
	err := postgres.WithTx(ctx, o.Pool, func(ctx context.Context, tx pgx.Tx) error {
		claimed, err := o.q.ReplyClaim(ctx, tx, queries.ReplyClaimParams{ID: replyID, Lease: interval(leaseLength), Timeout: interval(o.Timeout)})
		if err != nil {
			return err
		}
		a.reply, a.members = claimed.Message, claimed.MemberIds
		a.left = time.Duration(claimed.MillisecondsLeft) * time.Millisecond
		if a.reply.Fence > 1 {
			rows, err := o.q.ReplyEventListAfter(ctx, tx, queries.ReplyEventListAfterParams{ReplyID: replyID, RowLimit: allEvents})
			if err != nil {
				return fmt.Errorf("list events: %w", err)
			}
			if len(rows) > 0 {
				a.shown = fromDBEvents(rows)[1:]
				return nil
			}
		}
		err = o.q.ReplyEventInsert(ctx, tx, queries.ReplyEventInsertParams{ReplyID: replyID, Kinds: []string{EventStarted}, Texts: []string{""}})
		crashpoint.Reach("reply.claiming")
		return err
	})
	if postgres.IsNoRows(err) {
		return nil, nil //nolint:nilnil // nothing to do is no error
	}
	if err != nil {
		return nil, fmt.Errorf("claim reply: %w", err)
	}
	return a, nil
}

// hold renews the lease until the returned function is called, and cancels the attempt when the reply is no longer its.
func (a *attempt) hold(ctx context.Context, cancel context.CancelCauseFunc) (release func()) {
	wake, unlisten := a.o.Bell.Listen(endKey(a.reply.ID))
	renewing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer unlisten()
		ticker := time.NewTicker(leaseRenew)
		defer ticker.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-ticker.C:
			case <-wake:
			}
			renewed, err := a.o.q.ReplyRenewLease(
				renewing,
				a.o.Pool,
				queries.ReplyRenewLeaseParams{ID: a.reply.ID, Fence: a.reply.Fence, Lease: interval(leaseLength)},
			)
			if err == nil && renewed == 0 {
				cancel(errTakenOver)
				return
			}
			crashpoint.Reach("reply.renewed")
		}
	}()
	return func() {
		stop()
		<-done
	}
}

// run makes the reply from wherever earlier attempts left it.
func (a *attempt) run(ctx context.Context, finish func(ctx context.Context, tx pgx.Tx) error) error {
	bounded, cancel := context.WithTimeout(ctx, max(a.left, minimumWork))
	defer cancel()
	speaking, hush := context.WithTimeout(bounded, a.left-endMargin) // ended at once where a rescue comes late
	defer hush()
	if err := a.decide(bounded); err != nil {
		return err
	}
	crashpoint.Reach("reply.planned")
	if err := a.beforePrompt(bounded); err != nil {
		return err
	}
	a.filler = newFiller(a.plan.Facts)
	degraded, err := a.word(bounded, speaking)
	if err != nil {
		return err
	}
	crashpoint.Reach("reply.worded")
	return a.end(ctx, StatusCompleted, degraded, finish)
}

// decide takes the plan that is stored, or makes one and queues its stages. Stages that were shown stay as they are.
func (a *attempt) decide(ctx context.Context) error {
	if len(a.reply.Plan) > 0 {
		a.saved = true
		if err := json.Unmarshal(a.reply.Plan, &a.plan); err != nil {
			return fmt.Errorf("read plan: %w", err)
		}
	}
	if a.reply.Fence > maxFence {
		return errDeadly
	}
	if a.saved {
		return nil
	}
	plan, err := a.makePlan(ctx)
	if err != nil {
		return err
	}
	a.plan = plan
	known := len(a.shown.stages())
	for i, stage := range plan.Thinking {
		if i >= known {
			a.queue(Event{Kind: EventThinking, Text: stage})
		}
	}
	if len(plan.Drawer) > 0 {
		a.queue(Event{Kind: EventDrawer})
	}
	return nil
}

// makePlan reads the question and computes the answer.
func (a *attempt) makePlan(ctx context.Context) (Plan, error) {
	ask, err := a.o.readAsk(ctx, a.reply)
	if err != nil {
		return Plan{}, err
	}
	crashpoint.Reach("reply.asked")
	return a.o.Compose(ctx, ask)
}

func (a *attempt) queue(event Event) { a.queued = append(a.queued, event) }

// flush commits the queued events and shows them. With the first text the plan is decided for good.
func (a *attempt) flush(ctx context.Context) error {
	kinds, texts := make([]string, len(a.queued)), make([]string, len(a.queued))
	for i, event := range a.queued {
		kinds[i], texts[i] = event.Kind, event.Text
	}
	err := postgres.WithTx(ctx, a.o.Pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := a.mayWrite(ctx, tx); err != nil {
			return err
		}
		crashpoint.Reach("reply.flushing")
		return a.o.q.ReplyEventInsert(ctx, tx, queries.ReplyEventInsertParams{
			ReplyID: a.reply.ID, OffsetSeq: int32(len(a.shown) + 1), Kinds: kinds, Texts: texts, //nolint:gosec // after the start; few
		})
	})
	if err != nil {
		return fmt.Errorf("flush events: %w", err)
	}
	a.saved = true
	a.shown = append(a.shown, a.queued...)
	a.queued = nil
	crashpoint.Reach("reply.flushed")
	a.o.Notifier.Notify(events.Notice{Wake: []uuid.UUID{a.reply.ID}})
	return nil
}

// mayWrite holds the reply's row for this attempt, storing the plan the first time.
func (a *attempt) mayWrite(ctx context.Context, tx pgx.Tx) error {
	if err := a.stillShared(ctx, tx); err != nil {
		return err
	}
	if a.saved {
		_, err := a.o.q.ReplyLock(ctx, tx, queries.ReplyLockParams{ID: a.reply.ID, Fence: a.reply.Fence})
		if postgres.IsNoRows(err) {
			return errTakenOver
		}
		return err
	}
	plan, err := json.Marshal(a.plan)
	if err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	rows, err := a.o.q.ReplySavePlan(ctx, tx, queries.ReplySavePlanParams{
		ID: a.reply.ID, Fence: a.reply.Fence, Plan: plan, Action: a.plan.Action, Drawer: a.plan.Drawer,
	})
	if err == nil && rows == 0 {
		return errTakenOver
	}
	crashpoint.Reach("reply.saving")
	return err
}

// end writes the reply's one end; what was not shown yet is in it.
func (a *attempt) end(ctx context.Context, status string, degraded bool, finish func(ctx context.Context, tx pgx.Tx) error) error {
	now := a.o.Clock.Now()
	outcome := ending{
		status: status, layout: append(append(layout{}, a.shown...), a.queued...), action: a.plan.Action, drawer: a.plan.Drawer,
		sources: a.plan.Sources, proposal: a.plan.Proposal, degraded: degraded || a.plan.Degraded,
	}
	if !outcome.layout.hasDrawer() {
		outcome.drawer = nil
	}
	var told []uuid.UUID
	err := postgres.WithTx(ctx, a.o.Pool, func(ctx context.Context, tx pgx.Tx) (err error) {
		if err := a.beforeEnd(ctx, tx); err != nil {
			return err
		}
		var written bool
		written, told, err = outcome.write(ctx, tx, a.o.q, a.o.Queue, a.reply, now)
		if err != nil {
			return err
		}
		if !written {
			return errTakenOver
		}
		crashpoint.Reach("reply.ending")
		return finish(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("end reply: %w", err)
	}
	crashpoint.Reach("reply.ended")
	a.o.Notifier.Notify(outcome.notice(a.reply, told, now))
	crashpoint.Reach("reply.told")
	return nil
}

// fail leaves a reply whose making failed to the next attempt, or ends it when it has failed too often.
func (a *attempt) fail(ctx context.Context, cause error, finish func(ctx context.Context, tx pgx.Tx) error) error {
	a.o.Logger.ErrorContext(ctx, "reply attempt failed", "reply_id", a.reply.ID, "attempt", a.reply.Attempts+1, "error", cause)
	if a.reply.Attempts+1 < maxAttempts && !errors.Is(cause, errDeadly) {
		return a.release(ctx, 1)
	}
	text := failedText
	if a.shown.content() != "" {
		text = "\n\n" + failedText
	}
	a.queued = nil
	if a.plan.SharedBy != nil { // a failure tells nothing more, for which nobody need consent
		a.plan = Plan{Action: a.plan.Action, Drawer: a.plan.Drawer}
	}
	a.say(text)
	err := a.end(ctx, StatusFailed, true, finish)
	if errors.Is(err, errTakenOver) {
		return nil
	}
	return err
}

// release gives the reply back for another attempt, which the sweeper queues. failures counts attempts that failed by
// themselves.
func (a *attempt) release(ctx context.Context, failures int32) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLength)
	defer cancel()
	err := a.o.q.ReplyRelease(
		ctx,
		a.o.Pool,
		queries.ReplyReleaseParams{ID: a.reply.ID, Fence: a.reply.Fence, Failures: failures, Grace: interval(0)},
	)
	if err != nil {
		return fmt.Errorf("give reply back: %w", err)
	}
	crashpoint.Reach("reply.released")
	return nil
}
