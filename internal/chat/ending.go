package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/crashpoint"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

// ending is how a reply ends.
type ending struct {
	status   string
	layout   layout
	action   *string
	drawer   json.RawMessage
	sources  []Source
	proposal *Proposal
	degraded bool
}

// write writes the end of a reply, if it is still open and of this fence, and queues the reply whose turn it is then.
// It takes the chat's lock before the reply's, as everybody does. told is who has to hear of it.
func (e ending) write(
	ctx context.Context,
	tx pgx.Tx,
	q *queries.Queries,
	queue ReplyQueue,
	reply queries.Message,
	now time.Time,
) (written bool, told []uuid.UUID, err error) {
	sources, err := json.Marshal(emptyIfNil(e.sources))
	if err != nil {
		return false, nil, fmt.Errorf("write sources: %w", err)
	}
	// The lock keeps out a message sent just now, which asks whether a reply is open.
	told, err = q.ChatLock(ctx, tx, reply.ChatID)
	if postgres.IsNoRows(err) {
		return false, nil, nil // the chat was deleted, and the reply with it
	}
	if err != nil {
		return false, nil, fmt.Errorf("lock chat: %w", err)
	}
	offer := e.offer(reply, now)
	var proposalID *uuid.UUID
	if offer != nil {
		proposalID = &offer.ID
	}
	next, err := q.ReplyFinish(ctx, tx, queries.ReplyFinishParams{
		ID: reply.ID, Fence: reply.Fence, Content: e.layout.content(), Thinking: e.layout.stages(), Action: e.action, Drawer: e.drawer,
		Sources: sources, Status: e.status, Degraded: e.degraded, Cuts: e.layout.cuts(), CompletedAt: now,
		ProposalID: proposalID,
	})
	if postgres.IsNoRows(err) {
		return false, told, nil
	}
	if err != nil {
		return false, nil, fmt.Errorf("finish reply: %w", err)
	}
	crashpoint.Reach("reply.finished")
	if offer != nil {
		if err := q.ProposalInsert(ctx, tx, *offer); err != nil {
			return false, nil, fmt.Errorf("insert proposal: %w", err)
		}
	}
	if next == uuid.Nil {
		return true, told, nil
	}
	if err := q.ReplyQueued(ctx, tx, queries.ReplyQueuedParams{ID: next, Grace: interval(leaseLength)}); err != nil {
		return false, nil, fmt.Errorf("note queueing: %w", err)
	}
	err = queue.EnqueueReply(ctx, tx, next)
	crashpoint.Reach("reply.next")
	return true, told, err
}

// offer is what the reply proposes beside its drawer; nil where it proposes nothing, as most do.
func (e ending) offer(reply queries.Message, now time.Time) *queries.ProposalInsertParams {
	if e.drawer == nil || e.action == nil || e.status == StatusFailed {
		return nil
	}
	return e.proposal.Row(reply.ChatID, reply.ID, *e.action, now)
}

// Row is the proposal as it is stored with its reply; nil where there is none.
func (p *Proposal) Row(chatID, messageID uuid.UUID, kind string, at time.Time) *queries.ProposalInsertParams {
	if p == nil {
		return nil
	}
	return &queries.ProposalInsertParams{
		ID: newID(), ChatID: chatID, MessageID: messageID, AskerID: p.AskerID, Kind: kind, Payload: p.Payload,
		CreatedAt: at, ExpiresAt: at.Add(proposalLifetime),
	}
}

// notice tells readers and members of the end.
func (e ending) notice(reply queries.Message, told []uuid.UUID, now time.Time) events.Notice {
	return events.Notice{Wake: []uuid.UUID{reply.ID, endKey(reply.ID)}, Audience: told, Hint: &events.Hint{
		Type: events.ReplyCompleted, ChatID: reply.ChatID, MessageID: reply.ID, Status: e.status, ChangedAt: now,
	}}
}

// endKey is what those listen to who care for a reply's end alone: its attempt, for an end by others, and callers who wait
// for it. The reply's own id would wake them with each of its events.
func endKey(replyID uuid.UUID) uuid.UUID { return uuid.NewSHA1(replyID, []byte("end")) }
