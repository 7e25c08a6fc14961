// Package proposals is what the co-pilot offers to do. An answer changes nothing by itself: it may come with a proposal,
// and a person decides. Confirming writes what was offered, once, in the transaction that records the decision; for a short
// time it can be undone, which restores what was there before.
package proposals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

// States of a proposal. Expired is an open one whose time is over; it is never stored.
const (
	StatusOpen      = "open"
	StatusConfirmed = "confirmed"
	StatusDismissed = "dismissed"
	StatusUndone    = "undone"
	StatusExpired   = "expired"
)

// Kinds of proposal, by the action of the reply that makes it.
const (
	KindCard    = "card"    // use this card there from now on
	KindSplit   = "split"   // write this expense into the group's ledger
	KindTracker = "tracker" // watch this price
)

// UndoWindow is how long a confirmed proposal can be undone.
const UndoWindow = 10 * time.Minute

// Errors of deciding.
var (
	// ErrNotFound also stands for a proposal in a chat of other people.
	ErrNotFound = apperr.NotFound()
	// ErrNotYours means that only the person it was made for can decide on it.
	ErrNotYours = apperr.New(apperr.CodeForbidden, "Only the person this was proposed to can decide on it.")
	// ErrNotYourDecision means that somebody else confirmed it.
	ErrNotYourDecision = apperr.New(apperr.CodeForbidden, "Only the person who confirmed this can undo it.")
	// ErrExpired means that the proposal was not decided in time.
	ErrExpired = apperr.New(apperr.CodeProposalExpired, "This proposal has expired. Ask again for a new one.")
	// ErrClosed means that the opposite was decided before.
	ErrClosed = apperr.New(apperr.CodeProposalClosed, "This proposal has already been decided otherwise.")
	// ErrReplaced means that the answer it came with is no longer the answer.
	ErrReplaced = apperr.New(apperr.CodeProposalClosed, "The answer this belongs to was replaced by another one.")
	// ErrUndoOver means that it is too late to undo, or that there is nothing to undo.
	ErrUndoOver = apperr.New(apperr.CodeProposalClosed, "This can no longer be undone here. Change or delete what it wrote instead.")
)

// Proposal is one offer as a member of its chat sees it. Drawer is that of the reply it came with.
type Proposal struct {
	ID            uuid.UUID
	ChatID        uuid.UUID
	MessageID     uuid.UUID
	Kind          string
	Status        string
	Drawer        json.RawMessage
	CreatedAt     time.Time
	ExpiresAt     time.Time
	DecidedBy     *uuid.UUID
	DecidedAt     *time.Time
	UndoableUntil *time.Time // of a confirmed one
	Written       *Written   // of a confirmed one
}

// Written names what confirming wrote: an expense, a price_alert or a card_choice.
type Written struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	// Undo is what the writer needs to restore the state before.
	Undo json.RawMessage `json:"undo,omitempty"`
}

// Decision is who decides on what, when.
type Decision struct {
	ProposalID uuid.UUID
	ChatID     uuid.UUID
	AskerID    uuid.UUID // for whom the proposal was made
	UserID     uuid.UUID // who decides
	At         time.Time
}

// Writer writes what confirmed proposals of one kind say. It checks again whether the person may, in the transaction given.
type Writer interface {
	Write(ctx context.Context, tx pgx.Tx, decision Decision, payload json.RawMessage) (Written, error)
	// Undo restores what was there before, exactly. It refuses where others have changed it since.
	Undo(ctx context.Context, tx pgx.Tx, decision Decision, written Written) error
}

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Notifier tells readers, here and in other processes, what a commit changed.
type Notifier interface {
	Notify(notice events.Notice)
}

// Service reads proposals and carries out decisions.
type Service struct {
	pool     *pgxpool.Pool
	q        *queries.Queries
	clock    clock.Clock
	auditor  Auditor
	notifier Notifier
	writers  map[string]Writer
}

// New makes the service; every dependency is required. A kind without a writer must not be proposed.
func New(pool *pgxpool.Pool, clk clock.Clock, auditor Auditor, notifier Notifier, writers map[string]Writer) (*Service, error) {
	if pool == nil || clk == nil || auditor == nil || notifier == nil {
		return nil, errors.New("proposals: New wants every dependency")
	}
	return &Service{pool: pool, q: queries.New(), clock: clk, auditor: auditor, notifier: notifier, writers: writers}, nil
}

// Get returns a proposal of a chat the user is in. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, userID, proposalID uuid.UUID) (Proposal, error) {
	row, err := s.q.ProposalGetForMember(ctx, s.pool, queries.ProposalGetForMemberParams{ID: proposalID, UserID: userID})
	if postgres.IsNoRows(err) {
		return Proposal{}, ErrNotFound
	}
	if err != nil {
		return Proposal{}, fmt.Errorf("get proposal: %w", err)
	}
	return fromDBProposal(row.Proposal, row.Drawer, s.clock.Now())
}

func fromDBProposal(row queries.Proposal, drawer json.RawMessage, now time.Time) (Proposal, error) {
	proposal := Proposal{
		ID: row.ID, ChatID: row.ChatID, MessageID: row.MessageID, Kind: row.Kind, Status: row.Status, Drawer: drawer,
		CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, DecidedBy: row.DecidedBy, DecidedAt: row.DecidedAt,
	}
	if row.Status == StatusOpen && !now.Before(row.ExpiresAt) {
		proposal.Status = StatusExpired
	}
	if row.Status == StatusConfirmed {
		until := row.DecidedAt.Add(UndoWindow)
		proposal.UndoableUntil, proposal.Written = &until, &Written{}
		if err := json.Unmarshal(row.Result, proposal.Written); err != nil {
			return Proposal{}, fmt.Errorf("read result of proposal: %w", err)
		}
	}
	return proposal, nil
}
