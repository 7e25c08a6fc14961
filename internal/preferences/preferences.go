// Package preferences says what a person has chosen, for everybody who has to heed it. Package settings keeps the choices;
// a domain that depends on some takes a Reader.
package preferences

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/engine/days"
)

// Preferences are the choices of one person.
type Preferences struct {
	// NotifyEmail lets mails be sent to the person; the other notifications stay in the feed where it is off.
	NotifyEmail bool
	// NotifyPush is always false: there is no push provider.
	NotifyPush bool
	// SpendingAlerts lets findings about unusual spending be told.
	SpendingAlerts bool
	// RewardReminders lets reminders about cards and rewards be told.
	RewardReminders bool
	// ShareSpendingData lets outside parties that word replies see what was computed from the person's purchases.
	ShareSpendingData bool
	// Analytics lets the person's data be analysed together with that of others.
	Analytics bool
	// AIEnabled lets the co-pilot answer what the person says.
	AIEnabled bool
	// AutoSuggestions lets the co-pilot answer without being addressed, in chats whose policy is auto.
	AutoSuggestions bool
	// ShowThinking keeps and shows the stages of a reply to the person.
	ShowThinking bool
	// Theme is how the client looks: system, light or dark.
	Theme string
	// Currency is the one figures are shown in, an ISO 4217 code.
	Currency string
	// DateFormat is how days are written: MM/DD/YYYY, DD/MM/YYYY or YYYY-MM-DD.
	DateFormat string
	// TimeZone decides where days and months begin, an IANA name.
	TimeZone string
}

// Reader reads what a person has chosen.
type Reader interface {
	Preferences(ctx context.Context, userID uuid.UUID) (Preferences, error)
}

// Location is the person's time zone; UTC where the zone is not known to this machine.
func (p Preferences) Location() *time.Location {
	location, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		return time.UTC
	}
	return location
}

// WriteDays writes the days in a text of the engines as the person wants them. now is when the text was made.
func (p Preferences) WriteDays(text string, now time.Time) string {
	return days.Rewrite(text, days.Style(p.DateFormat), now.In(p.Location()).Year())
}
