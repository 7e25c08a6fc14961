package e2e

import (
	"io"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// letterbox is a mail server on this machine; what it gets comes out of the channel.
type letterbox struct{ letters chan string }

func (l letterbox) NewSession(*smtp.Conn) (smtp.Session, error) { return l, nil }
func (letterbox) Mail(string, *smtp.MailOptions) error          { return nil }
func (letterbox) Rcpt(string, *smtp.RcptOptions) error          { return nil }
func (letterbox) Reset()                                        {}
func (letterbox) Logout() error                                 { return nil }

func (l letterbox) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	l.letters <- string(raw)
	return err
}

// With a mail server configured, an invitation really arrives, nothing is kept to look at, and nobody but the invited
// person can use it.
func TestAnInvitationArrivesByMail(t *testing.T) {
	t.Parallel()
	box := letterbox{letters: make(chan string, 10)}
	server := smtp.NewServer(box)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close()
		<-ended
	})
	s := newService(t, with("FEATURE_EMAIL=true"), with("SMTP_HOST=127.0.0.1"), with("SMTP_PORT="+port), with("SMTP_TLS=none"),
		with("MAIL_FROM=Lattice <no-reply@lattice.example>"), with("PUBLIC_URL=https://lattice.example"))
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	s.exec(t, "UPDATE users SET name = E'Dana\r\nBcc: all@example.com' WHERE id = $1", dana.user.ID) // sign-up refuses it; a mail must not trust that
	group := dana.newGroup("Ski\r\nBcc: all@example.com\r\n\r\nTrip", bob.email)

	message, err := netmail.ReadMessage(strings.NewReader(<-box.letters))
	require.NoError(t, err)
	require.Equal(t, "<"+bob.email+">", message.Header.Get("To"))
	require.Equal(t, `"Lattice" <no-reply@lattice.example>`, message.Header.Get("From"))
	require.Empty(t, message.Header.Get("Bcc"))
	text, err := io.ReadAll(quotedprintable.NewReader(message.Body))
	require.NoError(t, err)
	token := tokenInText.FindString(string(text))
	s.log.hide(token)
	require.Contains(t, string(text), "https://lattice.example/invites/accept#"+token)
	require.Equal(t, group.ID, decode[api.Group](bob.accept(token).want(200)).ID)
	eventually(t, "the mail has ended", func() bool { return s.count(t, "mails WHERE status = 'sent' AND data = '{}'") == 1 })
	require.Equal(t, 1, value[int](t, s, "SELECT attempts FROM mails"))

	s.anonymous(t).get("/dev/mail").want(404)
	for _, integration := range decode[api.Features](dana.get("/api/features").want(200)).Integrations {
		live := integration.Name == "email"
		require.Equal(t, live, integration.Mode == api.IntegrationModeLive, integration.Name)
	}
}

// A mail server that is away for a while loses nothing.
func TestMailIsTriedAgainWhereNoServerAnswers(t *testing.T) {
	t.Parallel()
	s := newService(t, with("FEATURE_EMAIL=true"), with("SMTP_HOST=127.0.0.1"), with("SMTP_PORT=1"), with("SMTP_TLS=none"),
		with("MAIL_FROM=no-reply@lattice.example"), fails)
	dana := s.signUp(t, "Dana Kim")
	dana.newGroup("Ski Trip", "bob@example.com")
	eventually(t, "it is tried again", func() bool { return s.count(t, "mails WHERE attempts >= 2") == 1 })
	require.Equal(t, 1, s.count(t, "mails WHERE ended_at IS NULL"), "and will be again")
	require.Equal(t, 1, s.count(t, "river.river_job WHERE kind = 'mail' AND finalized_at IS NULL"))
	require.Contains(t, value[string](t, s, "SELECT data::text FROM mails"), "Ski Trip", "for the next attempt")
	require.NotContains(t, s.log.String(), "bob@example.com")
}
