package insights

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	engine "github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/events"
	"github.com/lattice-money/lattice/internal/postgres"
)

// Kinds of what a user may want to be told. Warnings and changes in spending are alerts, findings about rewards are
// reminders; a better card and good news are told by the feed to whoever looks.
const (
	KindSpendingAlert  = "spending_alert"  // settings: notifications.spendingAlerts
	KindRewardReminder = "reward_reminder" // settings: notifications.rewardReminders
)

// Letter is what a mail tells a user.
type Letter struct {
	UserID uuid.UUID
	Kind   string // KindSpendingAlert or KindRewardReminder
	// Once names what the letter is about. No two letters to one user have the same.
	Once   string
	Title  string // a few words, without a stop
	Text   string // sentences
	Advice string // what could be done, a sentence; empty where there is nothing
}

// Mailer queues a letter in the transaction that makes it due; it is sent once that commits.
type Mailer interface {
	EnqueueLetter(ctx context.Context, tx pgx.Tx, letter Letter) error
}

const (
	// forgottenAfter is how long a finding has to be gone to be told anew when it comes back.
	forgottenAfter = 30 * 24 * time.Hour
	// mailedWithin is how old what a finding is about may be for a mail: older news is in the feed alone, such as what
	// the orders of a freshly linked account tell of last month.
	mailedWithin = 14 * 24 * time.Hour
)

// deliver tells the user what of a computation is new: by hints to their devices, and alerts and reminders by mail too.
// What is told is noted in the same transaction, so that it is told once; what its reader has switched off is not noted,
// and told when it is switched on and still there.
func (s *Service) deliver(ctx context.Context, tx pgx.Tx, userID uuid.UUID, added []queries.InsightInsertParams, now time.Time) error {
	due, err := s.q.InsightDeliveryNote(ctx, tx, queries.InsightDeliveryNoteParams{
		UserID: userID, Now: now, Forgotten: now.Add(-forgottenAfter), MailSince: now.Add(-mailedWithin),
	})
	if err != nil {
		return fmt.Errorf("note deliveries: %w", err)
	}
	letters := map[string][]queries.InsightDeliveryNoteRow{}
	for _, row := range due {
		s.hint(ctx, userID, row.ID)
		if row.Mailed {
			letters[row.Kind] = append(letters[row.Kind], row)
		}
	}
	for _, row := range added {
		if row.Type == string(engine.TypeOptimization) || row.Type == string(engine.TypeSuccess) {
			s.hint(ctx, userID, row.ID)
		}
	}
	if s.Mailer == nil {
		return nil
	}
	for _, kind := range []string{KindSpendingAlert, KindRewardReminder} {
		if len(letters[kind]) > 0 {
			if err := s.Mailer.EnqueueLetter(ctx, tx, letterOf(userID, kind, letters[kind], now)); err != nil {
				return fmt.Errorf("queue letter: %w", err)
			}
		}
	}
	return nil
}

// letterOf tells one thing in its own words, several in one letter: somebody who links an account gets one mail, not ten.
func letterOf(userID uuid.UUID, kind string, rows []queries.InsightDeliveryNoteRow, now time.Time) Letter {
	first := rows[0]
	letter := Letter{UserID: userID, Kind: kind, Title: first.Title, Text: first.Description}
	letter.Once = fmt.Sprintf("%s:%s:%s", kind, first.Key, now.UTC().Format(time.RFC3339))
	if first.Action != nil {
		letter.Advice = *first.Action + "."
	}
	if len(rows) == 1 {
		return letter
	}
	letter.Advice = ""
	letter.Title = engine.Count(len(rows), map[string]string{KindSpendingAlert: "spending alert", KindRewardReminder: "reward reminder"}[kind])
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = row.Title + ". " + row.Description
	}
	letter.Text = strings.Join(lines, "\n\n")
	return letter
}

// hint tells the user's devices of a finding, once the transaction has committed.
func (s *Service) hint(ctx context.Context, userID, insightID uuid.UUID) {
	notice := events.Notice{Audience: []uuid.UUID{userID}, Hint: &events.Hint{Type: events.InsightCreated, InsightID: insightID}}
	postgres.AfterCommit(ctx, func() { s.Notifier.Notify(notice) })
}

// Posting is a finding that is not computed here, such as a fired price alert.
type Posting struct {
	Insight

	// Key names what it is about, in the words of whoever posts: "price_alert:<id>:<day>". It begins with what no key of
	// a computed finding begins with.
	Key string
}

// Post puts a finding of another part into a user's feed, in that part's own transaction: once per key. It stays whatever
// is computed, and whatever alerts are switched off: its reader asked for it.
func (s *Service) Post(ctx context.Context, tx pgx.Tx, userID uuid.UUID, posting Posting) (posted bool, err error) {
	row, err := toDBInsight(engine.Insight{
		Key: posting.Key, Type: engine.Type(posting.Type), Title: posting.Title, Description: posting.Description, Impact: posting.Impact,
		Amount: posting.Amount, Date: posting.Date, Sources: posting.Sources, AsOf: posting.AsOf,
	}, userID)
	if err != nil {
		return false, err
	}
	count, err := s.q.InsightPost(ctx, tx, queries.InsightPostParams{
		ID: row.ID, UserID: row.UserID, Key: row.Key, Type: row.Type, Title: row.Title, Description: row.Description, Impact: row.Impact,
		Amount: row.Amount, Currency: row.Currency, Action: posting.Action, Date: row.Date, Sources: row.Sources, AsOf: row.AsOf,
	})
	if err != nil {
		return false, fmt.Errorf("post insight: %w", err)
	}
	if count > 0 {
		s.hint(ctx, userID, row.ID)
	}
	return count > 0, nil
}
