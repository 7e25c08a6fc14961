package app

import (
	"context"
	"log/slog"

	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/httpapi/devmail"
	integration "github.com/lattice-money/lattice/internal/integrations/mail"
	"github.com/lattice-money/lattice/internal/integrations/mail/live"
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
