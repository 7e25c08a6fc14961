package mail_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/integrations/mail/live"
	"github.com/lattice-money/lattice/internal/mail"
)

func TestLive_SaysWhoSendsAndThatNobodyShallAnswer(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, live.TLSStart)
	message := aMessage()
	require.NoError(t, newLive(t, server, live.TLSStart).Send(t.Context(), message))
	require.Len(t, server.mails(), 1)
	got := server.mails()[0]
	require.Equal(t, "no-reply@lattice.example", got.from)
	require.True(t, got.encrypted)
	require.True(t, got.signedIn)
	header := got.message(t).Header
	require.Equal(t, `"Lattice" <no-reply@lattice.example>`, header.Get("From"))
	require.Equal(t, "auto-generated", header.Get("Auto-Submitted"))
	// The same for every attempt at a mail: a server or a reader that gets it twice can tell.
	require.Equal(t, "<"+message.ID.String()+"@lattice.example>", header.Get("Message-Id"))
	require.Equal(t, []string{}, headersBeyond(got, "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted",
		"Content-Type", "Content-Transfer-Encoding"), "nothing that tells of us or follows anybody")
}

// headersBeyond lists the headers of a mail that were not expected.
func headersBeyond(m received, expected ...string) []string {
	known := map[string]bool{}
	for _, name := range expected {
		known[strings.ToLower(name)] = true
	}
	others := []string{}
	head, _, _ := strings.Cut(m.raw, "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		name, _, found := strings.Cut(line, ":")
		if found && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") && !known[strings.ToLower(name)] {
			others = append(others, line)
		}
	}
	return others
}

// What people type stands in headers: none of it may become a header, a recipient or a text of its own.
func TestLive_NothingTypedBecomesAHeader(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, live.TLSStart)
	client := newLive(t, server, live.TLSStart)
	const evil = "x\r\nBcc: all@example.com\r\nX-Evil: yes\r\n\r\nAnother text"
	for name, change := range map[string]func(m *mail.Message){
		"Subject":     func(m *mail.Message) { m.Subject = evil },
		"SubjectLF":   func(m *mail.Message) { m.Subject = strings.ReplaceAll(evil, "\r", "") },
		"SubjectCR":   func(m *mail.Message) { m.Subject = strings.ReplaceAll(evil, "\n", "") },
		"Name":        func(m *mail.Message) { m.To.Name = evil },
		"NameAddress": func(m *mail.Message) { m.To.Name = `" <all@example.com>, "` },
		"Text": func(m *mail.Message) {
			m.Text = evil + "\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<all@example.com>\r\n"
		},
	} {
		before := len(server.mails())
		message := aMessage()
		change(&message)
		require.NoError(t, client.Send(t.Context(), message), name)
		mails := server.mails()[before:]
		require.Len(t, mails, 1, name)
		require.Equal(t, "bob@example.com", mails[0].to, name)
		require.Empty(t, headersBeyond(mails[0], "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted",
			"Content-Type", "Content-Transfer-Encoding"), name)
		to, err := mails[0].message(t).Header.AddressList("To")
		require.NoError(t, err)
		require.Len(t, to, 1, name)
	}
	for _, address := range []string{
		"bob@example.com\r\nBcc: all@example.com", "bob@example.com, all@example.com", "Bob <bob@example.com>", "bob@example.com\nX: y", "bob", "",
		"bob@example.com> SIZE=1\r\nRCPT TO:<all@example.com",
	} {
		before := len(server.mails())
		message := aMessage()
		message.To.Email = address
		require.ErrorIs(t, client.Send(t.Context(), message), mail.ErrRefused, "%q", address)
		require.Len(t, server.mails(), before, "%q", address)
	}
}

func TestLive_EncryptsInEveryWay(t *testing.T) {
	t.Parallel()
	for _, encryption := range []string{live.TLSStart, live.TLSImplicit, live.TLSNone} {
		t.Run(encryption, func(t *testing.T) {
			t.Parallel()
			server := startSMTP(t, encryption)
			require.NoError(t, newLive(t, server, encryption).Send(t.Context(), aMessage()))
			require.Len(t, server.mails(), 1)
			require.Equal(t, encryption != live.TLSNone, server.mails()[0].encrypted)
			require.True(t, server.mails()[0].signedIn)
		})
	}
}

// A relay in the same network that knows its clients.
func TestLive_SendsWithoutSigningIn(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, live.TLSNone)
	client, err := live.New(live.Config{Host: server.host, Port: server.port, TLS: live.TLSNone, From: "no-reply@lattice.example"})
	require.NoError(t, err)
	require.NoError(t, client.Send(t.Context(), aMessage()))
	require.False(t, server.mails()[0].signedIn)
}

// Whoever stands between could otherwise take the offer to encrypt away and read along.
func TestLive_NeverFallsBackToTheClear(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, live.TLSNone) // offers no encryption
	for _, encryption := range []string{live.TLSStart, live.TLSImplicit} {
		err := newLive(t, server, encryption).Send(t.Context(), aMessage())
		require.Error(t, err)
		require.NotErrorIs(t, err, mail.ErrRefused)
	}
	require.Empty(t, server.mails())
}

func TestLive_TrustsNoStrangersCertificate(t *testing.T) {
	t.Parallel()
	server := startSMTP(t, live.TLSStart)
	client, err := live.New(live.Config{
		Host: server.host, Port: server.port, TLS: live.TLSStart, Username: username, Password: password, From: "no-reply@lattice.example",
	})
	require.NoError(t, err)
	err = client.Send(t.Context(), aMessage())
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, err, &unknown)
	require.Empty(t, server.mails())
}

// Which failures are for good decides whether a mail is tried again: a wrong password will be mended, a wrong address not.
func TestLive_TellsFailuresForGoodFromOthers(t *testing.T) {
	t.Parallel()
	answer := func(code int, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
	}
	for name, test := range map[string]struct {
		command string
		answer  error
		forGood bool
	}{
		"NoSuchMailbox":   {"RCPT", answer(550, "<bob@example.com>: no such mailbox"), true},
		"MailboxBusy":     {"RCPT", answer(450, "try later"), false},
		"Greylisted":      {"RCPT", answer(451, "greylisted"), false},
		"ContentRefused":  {"DATA", answer(554, "looks like spam to bob@example.com"), true},
		"ContentDeferred": {"DATA", answer(452, "disk full"), false},
		"SenderRefused":   {"MAIL", answer(553, "not your address"), false},
		"ServerTired":     {"MAIL", answer(421, "going down"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startSMTP(t, live.TLSStart)
			server.refuses(test.command, test.answer)
			err := newLive(t, server, live.TLSStart).Send(t.Context(), aMessage())
			require.Error(t, err)
			require.Equal(t, test.forGood, errors.Is(err, mail.ErrRefused))
			// Errors are logged, and no log holds an address.
			require.NotContains(t, err.Error(), "example.com")
			require.Empty(t, server.mails())
		})
	}

	t.Run("WrongPassword", func(t *testing.T) {
		t.Parallel()
		server := startSMTP(t, live.TLSStart)
		client, err := live.New(live.Config{
			Host: server.host, Port: server.port, TLS: live.TLSStart, Username: username, Password: "wrong horse", From: "no-reply@lattice.example",
			TLSConfig: server.trusted,
		})
		require.NoError(t, err)
		err = client.Send(t.Context(), aMessage())
		require.ErrorContains(t, err, "535")
		require.NotErrorIs(t, err, mail.ErrRefused)
		require.NotContains(t, err.Error(), "wrong horse")
	})

	t.Run("NobodyThere", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		_, port, err := net.SplitHostPort(listener.Addr().String())
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		number, err := strconv.Atoi(port)
		require.NoError(t, err)
		client, err := live.New(live.Config{Host: "127.0.0.1", Port: number, TLS: live.TLSNone, From: "no-reply@lattice.example"})
		require.NoError(t, err)
		err = client.Send(t.Context(), aMessage())
		require.Error(t, err)
		require.NotErrorIs(t, err, mail.ErrRefused)
	})

	t.Run("ServerHangs", func(t *testing.T) {
		t.Parallel()
		server := startSMTP(t, live.TLSStart)
		server.hang = make(chan struct{})
		t.Cleanup(func() { close(server.hang) }) // before the server is closed, which waits for it
		bounded, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		err := newLive(t, server, live.TLSStart).Send(bounded, aMessage())
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestLive_WantsASenderAndAWayToEncrypt(t *testing.T) {
	t.Parallel()
	good := live.Config{Host: "mail.example", Port: 587, TLS: live.TLSStart, From: "no-reply@lattice.example"}
	_, err := live.New(good)
	require.NoError(t, err)
	for name, change := range map[string]func(c *live.Config){
		"NoHost":   func(c *live.Config) { c.Host = "" },
		"NoSender": func(c *live.Config) { c.From = "" },
		"BadTLS":   func(c *live.Config) { c.TLS = "ssl" },
		"BadPort":  func(c *live.Config) { c.Port = 0 },
	} {
		config := good
		change(&config)
		_, err := live.New(config)
		require.Error(t, err, name)
	}
}
