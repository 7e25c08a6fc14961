package earnings

import (
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
)

// Reminders are the rules of somebody's cards that pay only once activated, are of this quarter or of no quarter, and are
// not activated.
func Reminders(cards []rewards.Card, now time.Time, location *time.Location) []insights.Reminder {
	today := rewards.DateIn(now, location)
	var reminders []insights.Reminder
	for i := range cards {
		card := &cards[i]
		for j := range card.Product.Rules {
			rule := &card.Product.Rules[j]
			if !rule.RequiresActivation || rule.ChoiceGroup != "" || !isOfToday(rule, today) {
				continue
			}
			word := rule.ID
			if rule.Quarter != "" {
				word = string(rule.Quarter)
			}
			if slices.Contains(card.Activations, word) {
				continue
			}
			reminders = append(reminders, insights.Reminder{
				CardID: card.ID, Card: card.Name(), RuleID: rule.ID, Label: rule.Label, RateBps: rule.RateBps, Cap: rule.Cap,
				Quarter: string(rule.Quarter), Until: lastDay(rule, today, location),
			})
		}
	}
	return reminders
}

func isOfToday(rule *rewards.Rule, today rewards.Date) bool {
	return (rule.Quarter == "" || rule.Quarter == today.Quarter()) &&
		(rule.ValidFrom.IsZero() || !today.Before(rule.ValidFrom)) && (rule.ValidTo.IsZero() || !rule.ValidTo.Before(today))
}

// lastDay is noon of the last day a rule pays; zero when it does not end.
func lastDay(rule *rewards.Rule, today rewards.Date, location *time.Location) time.Time {
	if location == nil {
		location = time.UTC
	}
	switch {
	case !rule.ValidTo.IsZero():
		return time.Date(rule.ValidTo.Year, rule.ValidTo.Month, rule.ValidTo.Day, 12, 0, 0, 0, location)
	case rule.Quarter != "":
		return time.Date(today.Year, (today.Month-1)/3*3+4, 0, 12, 0, 0, 0, location)
	default:
		return time.Time{}
	}
}
