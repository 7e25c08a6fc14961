package app

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/mail"
)

// letters mails what insights have to tell.
type letters struct{ outbox *mail.Outbox }

// EnqueueLetter implements insights.Mailer.
func (l letters) EnqueueLetter(ctx context.Context, tx pgx.Tx, letter insights.Letter) error {
	var content mail.Content
	switch letter.Kind {
	case insights.KindSpendingAlert:
		content = mail.SpendingAlert{Title: letter.Title, Text: letter.Text, Advice: letter.Advice}
	case insights.KindRewardReminder:
		content = mail.RewardReminder{Title: letter.Title, Text: letter.Text, Advice: letter.Advice}
	default:
		return fmt.Errorf("app: no mail tells a %s", letter.Kind)
	}
	return l.outbox.EnqueueMail(ctx, tx, mail.Mail{
		To: mail.ToUser(letter.UserID), Content: content, Once: letter.UserID.String() + ":" + letter.Once,
	})
}
