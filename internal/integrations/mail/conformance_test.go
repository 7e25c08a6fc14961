package mail_test

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/integrations/mail/live"
	"github.com/lattice-money/lattice/internal/integrations/mail/mock"
	"github.com/lattice-money/lattice/internal/mail"
)

// seen is a mail as whoever got it sees it.
type seen struct {
	toName, to, subject, text string
	at                        time.Time
}

// candidate is a sender and what has arrived through it, oldest first.
type candidate struct {
	sender  mail.Sender
	arrived func(t *testing.T) []seen
}

// Both senders pass the same suite: what a developer sees at /dev/mail is what people would get.
func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("Mock", func(t *testing.T) {
		t.Parallel()
		conform(t, func(t *testing.T) candidate {
			t.Helper()
			outbox := mock.New()
			return candidate{sender: outbox, arrived: func(*testing.T) (mails []seen) {
				for _, m := range slices.Backward(outbox.Messages()) {
					mails = append(mails, seen{toName: m.To.Name, to: m.To.Email, subject: m.Subject, text: m.Text, at: m.At})
				}
				return mails
			}}
		})
	})
	t.Run("Live", func(t *testing.T) {
		t.Parallel()
		conform(t, func(t *testing.T) candidate {
			t.Helper()
			server := startSMTP(t, live.TLSStart)
			return candidate{sender: newLive(t, server, live.TLSStart), arrived: func(t *testing.T) (mails []seen) {
				t.Helper()
				for _, m := range server.mails() {
					mails = append(mails, read(t, m))
				}
				return mails
			}}
		})
	})
}

func newLive(t *testing.T, server *smtpServer, encryption string) *live.Client {
	t.Helper()
	client, err := live.New(live.Config{
		Host: server.host, Port: server.port, TLS: encryption, Username: username, Password: password,
		From: "Lattice <no-reply@lattice.example>", TLSConfig: server.trusted,
	})
	require.NoError(t, err)
	return client
}

// read decodes what came over the wire, by the standard library alone.
func read(t *testing.T, m received) seen {
	t.Helper()
	message := m.message(t)
	decode := func(name string) string {
		text, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get(name))
		require.NoError(t, err)
		return text
	}
	to, err := netmail.ParseAddressList(message.Header.Get("To"))
	require.NoError(t, err)
	require.Len(t, to, 1)
	require.Equal(t, m.to, to[0].Address, "the envelope and the letter name the same")
	at, err := message.Header.Date()
	require.NoError(t, err)
	media, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "text/plain", media)
	require.Equal(t, "UTF-8", params["charset"])
	require.Equal(t, "quoted-printable", message.Header.Get("Content-Transfer-Encoding"))
	body, err := io.ReadAll(quotedprintable.NewReader(message.Body))
	require.NoError(t, err)
	return seen{
		toName: to[0].Name, to: to[0].Address, subject: decode("Subject"), at: at.UTC(),
		text: strings.ReplaceAll(string(body), "\r\n", "\n"),
	}
}

func aMessage() mail.Message {
	return mail.Message{
		ID: uuid.New(), To: mail.Address{Name: "Bob Lane", Email: "bob@example.com"}, Subject: "A subject", Text: "Hello,\n\na text.\n",
		At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	}
}

func conform(t *testing.T, newCandidate func(t *testing.T) candidate) {
	t.Helper()
	for name, change := range map[string]func(m *mail.Message){
		"Plain":  func(*mail.Message) {},
		"NoName": func(m *mail.Message) { m.To.Name = "" },
		"OtherLetters": func(m *mail.Message) {
			m.To.Name, m.Subject, m.Text = "Zoë Łęcka", "“Żółw” costs ¥1,200 — 🐢", "Grüße\nПривет\n"
		},
		"QuotesAndCommas": func(m *mail.Message) { m.To.Name = `Lane, "Bob" <b> (x)` },
		"LongSubject":     func(m *mail.Message) { m.Subject = strings.TrimSpace(strings.Repeat("words and words ", 12)) },
		"LongLine":        func(m *mail.Message) { m.Text = strings.Repeat("x", 5000) + "\n" },
		"DotLines":        func(m *mail.Message) { m.Text = "one\n.\n..two\n.three\n" },
		"EqualsAndSpaces": func(m *mail.Message) { m.Text = "a=3D b =\n trailing \n\ttab\n" },
		"LooksLikeHeader": func(m *mail.Message) { m.Text = "Subject: other\nBcc: all@example.com\n\nFrom the start\nFrom here\n" },
		"PlusAddress":     func(m *mail.Message) { m.To.Email = "bob.lane+lattice@sub.example.com" },
		"OddAddress":      func(m *mail.Message) { m.To.Email = `o'brien{x}@example.com` },
		"UnicodeAddress":  func(m *mail.Message) { m.To.Email = "łukasz@exämple.com" },
		"Token": func(m *mail.Message) {
			m.Text = "https://lattice.example/invites/accept#i1_2q0hY0mMZ9Ck1Yc3mJ5cWw8sQkq0u3o8mT1n7xZpR4E\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, message := newCandidate(t), aMessage()
			change(&message)
			require.NoError(t, c.sender.Send(t.Context(), message))
			require.Equal(t, []seen{{
				toName: message.To.Name, to: message.To.Email, subject: message.Subject, text: message.Text, at: message.At,
			}}, c.arrived(t))
		})
	}

	t.Run("ManyAtOnceAllArriveOnce", func(t *testing.T) {
		t.Parallel()
		c := newCandidate(t)
		var senders sync.WaitGroup
		for i := range 20 {
			senders.Go(func() {
				message := aMessage()
				message.Subject = fmt.Sprint("number ", i)
				if err := c.sender.Send(t.Context(), message); err != nil {
					t.Error(err)
				}
			})
		}
		senders.Wait()
		subjects := map[string]bool{}
		for _, m := range c.arrived(t) {
			subjects[m.subject] = true
		}
		require.Len(t, subjects, 20)
		require.Len(t, c.arrived(t), 20)
	})

	t.Run("ACallerThatLeftSendsNothing", func(t *testing.T) {
		t.Parallel()
		c := newCandidate(t)
		left, leave := context.WithCancel(t.Context())
		leave()
		require.ErrorIs(t, c.sender.Send(left, aMessage()), context.Canceled)
		require.Empty(t, c.arrived(t))
	})
}
