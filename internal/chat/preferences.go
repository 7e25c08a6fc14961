package chat

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/preferences"
)

// What the asker has chosen decides, also in a group: whoever says something is answered as they want it, and the others
// as they want it themselves.

// ErrAssistantOff means that a reply is asked for where the caller, or whoever asked the question, has switched the
// co-pilot off.
var ErrAssistantOff = apperr.New(apperr.CodeConflict, "The co-pilot is switched off in the settings.")

// checkAssistant looks whether all of the people have the co-pilot switched on. Errors: ErrAssistantOff.
func (s *Service) checkAssistant(ctx context.Context, tx pgx.Tx, caller uuid.UUID, asker *uuid.UUID) error {
	people := []uuid.UUID{caller}
	if asker != nil && *asker != caller {
		people = append(people, *asker)
	}
	for _, userID := range people {
		row, err := s.q.SettingsGet(ctx, tx, userID)
		if err != nil {
			return fmt.Errorf("get settings: %w", err)
		}
		if !row.AiEnabled {
			return ErrAssistantOff
		}
	}
	return nil
}

// Why the co-pilot does not answer a message, beside the reasons of the chat.
const (
	decisionDisabled = "switched_off" // the sender has switched the co-pilot off
	decisionQuiet    = "no_suggestions"
)

// decideFor is decide for a sender who may want less than the chat does.
func decideFor(
	chosen preferences.Preferences, policy, content string, history []string, lexicon spending.Lexicon,
) (answers bool, why string) {
	if !chosen.AIEnabled {
		return false, decisionDisabled
	}
	answers, why = decide(policy, content, history, lexicon)
	if answers && why == decisionPlain && !chosen.AutoSuggestions {
		return false, decisionQuiet
	}
	return answers, why
}

// heed makes of a plan what the asker wants to be shown, and lets others know.
//
// Where the asker does not share spending data, a plan for which purchases were looked at is withheld: nothing of it is
// sent to whoever words replies, neither facts nor the template, whose very sentences tell what was found. That holds for
// every such question, whatever the planner made of it, so that no planner has to remember it.
func heed(q question, plan Plan) Plan {
	chosen := q.chosen
	plan.Withheld = !chosen.ShareSpendingData && q.looksAtPurchases()
	if !chosen.ShowThinking {
		plan.Thinking = nil
	}
	plan.Thinking, plan.Facts = slices.Clone(plan.Thinking), slices.Clone(plan.Facts)
	for i, stage := range plan.Thinking {
		plan.Thinking[i] = chosen.WriteDays(stage, q.now)
	}
	for i, fact := range plan.Facts {
		plan.Facts[i].Text = chosen.WriteDays(fact.Text, q.now)
	}
	return plan
}

// looksAtPurchases reports whether the answer may rest on what the asker bought: their orders, what was found in those, and
// what they paid for a product are read for every question but the ones that have a ready reply. It rests on them also
// where it says that there is nothing.
func (q question) looksAtPurchases() bool {
	return q.private && (q.reading.Intent == intent.Tracker || intent.Reply(q.reading.Kind, q.reading.Language) == "")
}
