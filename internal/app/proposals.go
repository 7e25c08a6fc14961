package app

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/cards"
	"github.com/lattice-money/lattice/internal/proposals"
)

// cardChoices writes what a confirmed card proposal says: from now on, this card there.
type cardChoices struct{ cards *cards.Service }

// Write implements proposals.Writer.
func (c cardChoices) Write(
	ctx context.Context,
	tx pgx.Tx,
	decision proposals.Decision,
	payload json.RawMessage,
) (proposals.Written, error) {
	var choice cards.Choice
	if err := json.Unmarshal(payload, &choice); err != nil {
		return proposals.Written{}, fmt.Errorf("read card proposal: %w", err)
	}
	undo, err := c.cards.Choose(ctx, tx, decision.AskerID, choice, decision.At)
	return proposals.Written{Type: "card_choice", ID: choice.CardID.String(), Undo: undo}, err
}

// Undo implements proposals.Writer.
func (c cardChoices) Undo(ctx context.Context, tx pgx.Tx, decision proposals.Decision, written proposals.Written) error {
	return c.cards.Unchoose(ctx, tx, decision.AskerID, written.Undo)
}
