package proposals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Confirm writes what was proposed, once: who confirms again, or at the same time, gets the same answer. A card or a
// price watch is confirmed by the person it was made for, a split by any member of the group. Errors: ErrNotFound,
// ErrNotYours, ErrExpired, ErrClosed, ErrReplaced, those of the writer and of package idempotency.
func (s *Service) Confirm(ctx context.Context, userID, proposalID uuid.UUID) (Proposal, error) {
	return s.decide(ctx, userID, proposalID, "proposal.confirm", func(ctx context.Context, tx pgx.Tx, p *locked) error {
		if p.row.Kind != KindSplit && p.row.AskerID != userID {
			return ErrNotYours
		}
		if p.row.Status == StatusConfirmed {
			return errAlready
		}
		if err := p.mayBeDecided(); err != nil {
			return err
		}
		writer := s.writers[p.row.Kind]
		if writer == nil {
			return fmt.Errorf("proposals: nobody writes what a %s proposal says", p.row.Kind)
		}
		written, err := writer.Write(ctx, tx, p.decision(userID), p.row.Payload)
		if err != nil {
			return err
		}
		return p.become(StatusConfirmed, userID, &written)
	})
}

// Dismiss closes a proposal without doing anything. Errors: ErrNotFound, ErrNotYours, ErrExpired, ErrClosed.
func (s *Service) Dismiss(ctx context.Context, userID, proposalID uuid.UUID) (Proposal, error) {
	return s.decide(ctx, userID, proposalID, "proposal.dismiss", func(_ context.Context, _ pgx.Tx, p *locked) error {
		if p.row.Kind != KindSplit && p.row.AskerID != userID {
			return ErrNotYours
		}
		if p.row.Status == StatusDismissed {
			return errAlready
		}
		if err := p.mayBeDecided(); err != nil {
			return err
		}
		return p.become(StatusDismissed, userID, nil)
	})
}

// Undo restores what was there before a proposal was confirmed, within UndoWindow, for the person who confirmed it.
// Errors: ErrNotFound, ErrNotYourDecision, ErrUndoOver, and those of the writer.
func (s *Service) Undo(ctx context.Context, userID, proposalID uuid.UUID) (Proposal, error) {
	return s.decide(ctx, userID, proposalID, "proposal.undo", func(ctx context.Context, tx pgx.Tx, p *locked) error {
		if p.row.DecidedBy != nil && *p.row.DecidedBy != userID {
			return ErrNotYourDecision
		}
		if p.row.Status == StatusUndone {
			return errAlready
		}
		if p.row.Status != StatusConfirmed || p.now.After(p.row.DecidedAt.Add(UndoWindow)) {
			return ErrUndoOver
		}
		var written Written
		if err := json.Unmarshal(p.row.Result, &written); err != nil {
			return fmt.Errorf("read result of proposal: %w", err)
		}
		if err := s.writers[p.row.Kind].Undo(ctx, tx, p.decision(userID), written); err != nil {
			return err
		}
		return p.become(StatusUndone, userID, &written)
	})
}

// locked is a proposal held until the decision commits.
type locked struct {
	row      queries.Proposal
	replaced bool
	now      time.Time
}

// errAlready ends a decision that was made before, which is no error to the caller.
var errAlready = errors.New("proposals: decided so before")

func (p *locked) mayBeDecided() error {
	switch {
	case p.row.Status != StatusOpen:
		return ErrClosed
	case p.replaced:
		return ErrReplaced
	case !p.now.Before(p.row.ExpiresAt):
		return ErrExpired
	}
	return nil
}

func (p *locked) decision(userID uuid.UUID) Decision {
	return Decision{ProposalID: p.row.ID, ChatID: p.row.ChatID, AskerID: p.row.AskerID, UserID: userID, At: p.now}
}

func (p *locked) become(status string, userID uuid.UUID, written *Written) error {
	p.row.Status, p.row.DecidedBy, p.row.DecidedAt, p.row.Result = status, &userID, &p.now, nil
	if written == nil {
		return nil
	}
	result, err := json.Marshal(written)
	if err != nil {
		return fmt.Errorf("write result of proposal: %w", err)
	}
	p.row.Result = result
	return nil
}

// decide runs one decision on a proposal and tells the members of its chat.
func (s *Service) decide(ctx context.Context, userID, proposalID uuid.UUID, action string,
	work func(ctx context.Context, tx pgx.Tx, p *locked) error,
) (Proposal, error) {
	now := s.clock.Now()
	var told []uuid.UUID
	proposal, err := idempotency.Do(ctx, s.pool, now,
		func(ctx context.Context, tx pgx.Tx) (Proposal, []uuid.UUID, error) {
			row, err := s.q.ProposalLockForMember(ctx, tx, queries.ProposalLockForMemberParams{ID: proposalID, UserID: userID})
			if postgres.IsNoRows(err) {
				return Proposal{}, nil, ErrNotFound
			}
			if err != nil {
				return Proposal{}, nil, fmt.Errorf("lock proposal: %w", err)
			}
			p := &locked{row: row.Proposal, replaced: row.Replaced, now: now}
			switch err := work(ctx, tx, p); {
			case err == nil:
				told = row.MemberIds
				err = s.write(ctx, tx, p, userID, action)
				if err != nil {
					return Proposal{}, nil, err
				}
			case errors.Is(err, errAlready):
			default:
				return Proposal{}, nil, err
			}
			proposal, err := fromDBProposal(p.row, row.Drawer, now)
			return proposal, []uuid.UUID{proposalID}, err
		},
		func(ctx context.Context, ids []uuid.UUID) (Proposal, error) { return s.Get(ctx, userID, ids[0]) })
	if err == nil && len(told) > 0 {
		s.notifier.Notify(events.Notice{Audience: told, Hint: &events.Hint{Type: events.ChatUpdated, ChatID: proposal.ChatID, ChangedAt: now}})
	}
	return proposal, err
}

func (s *Service) write(ctx context.Context, tx pgx.Tx, p *locked, userID uuid.UUID, action string) error {
	err := s.q.ProposalDecide(ctx, tx, queries.ProposalDecideParams{
		ID: p.row.ID, Status: p.row.Status, DecidedBy: p.row.DecidedBy, DecidedAt: p.row.DecidedAt, Result: p.row.Result,
	})
	if err != nil {
		return fmt.Errorf("decide proposal: %w", err)
	}
	if err := s.q.ProposalTouchChat(ctx, tx, queries.ProposalTouchChatParams{ChatID: p.row.ChatID, UpdatedAt: p.now}); err != nil {
		return fmt.Errorf("touch chat: %w", err)
	}
	return s.auditor.Record(ctx, tx, userID, action, "proposal", p.row.ID.String())
}
