package cards

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Choice is the card a person uses at a merchant, or for a category where no merchant is known.
type Choice struct {
	Scope  string    `json:"scope"` // of rewards.Purchase.Scope
	CardID uuid.UUID `json:"cardId"`
}

// ErrChoiceChanged means that a card was chosen there again since.
var ErrChoiceChanged = apperr.New(apperr.CodeConflict, "A card was chosen there again since, so this can no longer be undone.")

// ErrCardGone means that the card was removed since.
var ErrCardGone = apperr.New(apperr.CodeConflict, "You no longer hold this card. Ask again for another one.")

// before is what a choice replaced; nil where there was none.
type before struct {
	CardID   uuid.UUID `json:"cardId"`
	ChosenAt time.Time `json:"chosenAt"`
}

// undo is what taking back a choice needs.
type undo struct {
	Choice

	ChosenAt time.Time `json:"chosenAt"`
	Before   *before   `json:"before,omitempty"`
}

// Choose makes a card the preferred one where choice says, in tx. It returns what Unchoose needs to restore what was
// there before. Errors: ErrCardGone.
func (s *Service) Choose(ctx context.Context, tx pgx.Tx, userID uuid.UUID, choice Choice, at time.Time) (json.RawMessage, error) {
	if err := s.q.CardChoiceLock(ctx, tx, userID); err != nil {
		return nil, fmt.Errorf("lock choices: %w", err)
	}
	state := undo{Choice: choice, ChosenAt: at}
	old, err := s.q.CardChoiceGet(ctx, tx, queries.CardChoiceGetParams{UserID: userID, Scope: choice.Scope})
	switch {
	case err == nil:
		state.Before = &before{CardID: old.CardID, ChosenAt: old.ChosenAt}
	case !postgres.IsNoRows(err):
		return nil, fmt.Errorf("get choice: %w", err)
	}
	if err := s.writeChoice(ctx, tx, userID, choice, at); err != nil {
		return nil, err
	}
	kept, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("keep former choice: %w", err)
	}
	return kept, s.auditor.Record(ctx, tx, userID, "card.choose", "card", choice.CardID.String())
}

// Unchoose restores what Choose replaced, in tx. Errors: ErrChoiceChanged, ErrCardGone.
func (s *Service) Unchoose(ctx context.Context, tx pgx.Tx, userID uuid.UUID, kept json.RawMessage) error {
	var state undo
	decoder := json.NewDecoder(bytes.NewReader(kept))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&state); err != nil {
		return fmt.Errorf("read former choice: %w", err)
	}
	if err := s.q.CardChoiceLock(ctx, tx, userID); err != nil {
		return fmt.Errorf("lock choices: %w", err)
	}
	now, err := s.q.CardChoiceGet(ctx, tx, queries.CardChoiceGetParams{UserID: userID, Scope: state.Scope})
	if postgres.IsNoRows(err) || (err == nil && (now.CardID != state.CardID || !now.ChosenAt.Equal(state.ChosenAt))) {
		return ErrChoiceChanged
	}
	if err != nil {
		return fmt.Errorf("get choice: %w", err)
	}
	if state.Before != nil {
		err = s.writeChoice(ctx, tx, userID, Choice{Scope: state.Scope, CardID: state.Before.CardID}, state.Before.ChosenAt)
	} else {
		err = s.q.CardChoiceDelete(ctx, tx, queries.CardChoiceDeleteParams{UserID: userID, Scope: state.Scope})
	}
	if err != nil {
		return fmt.Errorf("restore choice: %w", err)
	}
	return s.auditor.Record(ctx, tx, userID, "card.unchoose", "card", state.CardID.String())
}

func (s *Service) writeChoice(ctx context.Context, tx pgx.Tx, userID uuid.UUID, choice Choice, at time.Time) error {
	written, err := s.q.CardChoiceUpsert(ctx, tx, queries.CardChoiceUpsertParams{
		UserID: userID, Scope: choice.Scope, CardID: choice.CardID, ChosenAt: at,
	})
	if err != nil {
		return fmt.Errorf("write choice: %w", err)
	}
	if written == 0 {
		return ErrCardGone
	}
	return nil
}
