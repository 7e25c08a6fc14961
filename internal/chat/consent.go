package chat

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// A model may take its time, and a member may think again meanwhile. So consent is asked for not only when a reply is
// planned, but with every piece of it that is shown.

// errConsentWithdrawn ends an attempt at a reply that tells a group what a member no longer shares with it.
var errConsentWithdrawn = errors.New("chat: the purchases are no longer shared with the group")

// consents reports whether the member whose purchases a plan tells still shares them; a plan that tells none needs nobody's
// consent. Until tx ends it cannot be withdrawn.
func (p *Plan) consents(ctx context.Context, tx pgx.Tx, q *queries.Queries, chatID uuid.UUID) (bool, error) {
	if p.SharedBy == nil {
		return true, nil
	}
	shares, err := q.ReplyConsent(ctx, tx, queries.ReplyConsentParams{ChatID: chatID, UserID: *p.SharedBy})
	if postgres.IsNoRows(err) {
		return false, nil // no longer a member
	}
	if err != nil {
		return false, fmt.Errorf("ask for consent: %w", err)
	}
	return shares, nil
}

// stillShared is consents as an error. Errors: errConsentWithdrawn.
func (a *attempt) stillShared(ctx context.Context, tx pgx.Tx) error {
	consents, err := a.plan.consents(ctx, tx, a.o.q, a.reply.ChatID)
	if err == nil && !consents {
		return errConsentWithdrawn
	}
	return err
}

// beforePrompt asks for consent before anything is told to whoever words the reply.
func (a *attempt) beforePrompt(ctx context.Context) error {
	if a.plan.SharedBy == nil {
		return nil
	}
	return postgres.WithTx(ctx, a.o.Pool, a.stillShared)
}

// beforeEnd asks for consent under the lock of the chat, which whoever withdraws it takes too: in the same order, so that
// neither waits for the other for ever.
func (a *attempt) beforeEnd(ctx context.Context, tx pgx.Tx) error {
	if a.plan.SharedBy == nil {
		return nil
	}
	if _, err := a.o.q.ChatLock(ctx, tx, a.reply.ChatID); err != nil {
		if postgres.IsNoRows(err) {
			return errTakenOver // the chat was deleted
		}
		return fmt.Errorf("lock chat: %w", err)
	}
	return a.stillShared(ctx, tx)
}

// withoutConsent makes the reply anew from what may still be told, or ends it with what was shown while it might be.
func (a *attempt) withoutConsent(ctx context.Context, finish func(ctx context.Context, tx pgx.Tx) error) error {
	a.queued = nil
	if a.shown.content() == "" && !a.shown.hasDrawer() {
		a.plan, a.reply.Plan, a.saved = Plan{}, nil, false
		return a.run(ctx, finish)
	}
	a.plan = Plan{Action: a.plan.Action, Drawer: a.plan.Drawer} // nothing else of it has been told
	return a.end(ctx, StatusStopped, false, finish)
}
