package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/engine/split"
	"github.com/lattice-money/lattice/internal/groups"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/proposals"
)

// standings tells replies who owes whom.
type standings struct{ ledger *ledger.Service }

// Standings implements chat.Ledger.
func (s standings) Standings(ctx context.Context, userID uuid.UUID, groupID *uuid.UUID) ([]chat.Standing, error) {
	found, err := s.ledger.Standings(ctx, userID, groupID)
	if err != nil {
		return nil, err
	}
	result := make([]chat.Standing, len(found))
	for i, standing := range found {
		result[i] = chat.Standing{GroupID: standing.GroupID, GroupName: standing.GroupName, Balances: standing.Balances}
		for id, name := range standing.Names {
			result[i].People = append(result[i].People, split.Person{ID: id.String(), Name: name})
		}
		slices.SortFunc(result[i].People, func(a, b split.Person) int { return strings.Compare(a.ID, b.ID) })
	}
	return result, nil
}

// groupLedger tells groups what they spent and who owes what.
type groupLedger struct{ *ledger.Service }

// Spent implements groups.Ledger.
func (g groupLedger) Spent(ctx context.Context, groupIDs []uuid.UUID) ([]groups.Spent, error) {
	found, err := g.Service.Spent(ctx, groupIDs)
	if err != nil {
		return nil, err
	}
	result := make([]groups.Spent, len(found))
	for i, spent := range found {
		result[i] = groups.Spent(spent)
	}
	return result, nil
}

// expenses writes what a confirmed split proposal says into the group's ledger.
type expenses struct{ ledger *ledger.Service }

// Write implements proposals.Writer.
func (e expenses) Write(ctx context.Context, tx pgx.Tx, decision proposals.Decision, payload json.RawMessage) (proposals.Written, error) {
	var draft ledger.Draft
	if err := json.Unmarshal(payload, &draft); err != nil {
		return proposals.Written{}, fmt.Errorf("read split proposal: %w", err)
	}
	id, err := e.ledger.WriteProposed(ctx, tx, decision.UserID, decision.AskerID, decision.ChatID, draft)
	return proposals.Written{Type: "expense", ID: id.String()}, err
}

// Undo implements proposals.Writer.
func (e expenses) Undo(ctx context.Context, tx pgx.Tx, decision proposals.Decision, written proposals.Written) error {
	id, err := uuid.Parse(written.ID)
	if err != nil {
		return fmt.Errorf("read written expense: %w", err)
	}
	return e.ledger.UndoProposed(ctx, tx, decision.UserID, decision.ChatID, id)
}
