package app

import (
	"context"
	"log/slog"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/groups"
	"github.com/lattice-money/lattice/internal/httpapi/devmail"
	integration "github.com/lattice-money/lattice/internal/integrations/mail"
	"github.com/lattice-money/lattice/internal/integrations/mail/live"
	"github.com/lattice-money/lattice/internal/money"
)

// mailing is who sends mails.
func (a *App) mailing(ctx context.Context, log *slog.Logger) (integration.Selection, error) {
	return integration.Select(ctx, integration.Config{Enabled: a.config.FeatureEmail, Server: live.Config{
		Host: a.config.SMTPHost, Port: a.config.SMTPPort, TLS: a.config.SMTPTLS, Username: a.config.SMTPUsername,
		Password: a.config.SMTPPassword.Reveal(), From: a.config.MailFrom,
	}}, log)
}

// devOutbox is what /dev/mail shows: mails hold tokens, so nothing where real people's data is at stake.
func (a *App) devOutbox(mailing integration.Selection) devmail.Outbox {
	if mailing.Outbox == nil || a.config.IsProduction() {
		return nil
	}
	return mailing.Outbox
}

// inviteTokens makes the tokens of invitations.
type inviteTokens struct{}

func (inviteTokens) NewInviteToken() (token string, hash []byte, err error) {
	return auth.NewSecret("i1_")
}

func (inviteTokens) HashInviteToken(token string) []byte { return auth.HashSecret(token) }

// noLedger answers for the ledger until there is one: where no expense can be made, nobody owes anything.
type noLedger struct{}

func (noLedger) Net(context.Context, pgx.Tx, uuid.UUID, uuid.UUID) ([]money.Money, error) {
	return nil, nil
}

func (noLedger) Spent(context.Context, []uuid.UUID) ([]groups.Spent, error) { return nil, nil }
