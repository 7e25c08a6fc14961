package mail_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/integrations/mail/live"
)

const (
	username = "lattice"
	password = "correct horse"
)

// smtpServer is a real mail server on this machine that keeps what it gets.
type smtpServer struct {
	host string
	port int
	// trusted is for clients that shall believe its certificate.
	trusted *tls.Config

	mu       sync.Mutex
	received []received
	refuse   map[string]error // by command: AUTH, MAIL, RCPT, DATA, RSET
	hang     chan struct{}    // DATA waits for it, where it is not nil
}

// received is one mail as it came over the wire.
type received struct {
	from, to  string
	raw       string
	encrypted bool
	signedIn  bool
}

// message reads the wire format back.
func (r received) message(t *testing.T) *netmail.Message {
	t.Helper()
	message, err := netmail.ReadMessage(strings.NewReader(r.raw))
	require.NoError(t, err)
	return message
}

// startSMTP starts a server that encrypts in the way given.
func startSMTP(t *testing.T, encryption string) *smtpServer {
	t.Helper()
	s := &smtpServer{host: "127.0.0.1", refuse: map[string]error{}}
	certificate, pool := newCertificate(t)
	s.trusted = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, encrypted := c.TLSConnectionState()
		return &session{server: s, mail: received{encrypted: encrypted}}, nil
	}))
	server.Domain, server.EnableSMTPUTF8 = "mail.test", true
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.AllowInsecureAuth = encryption == live.TLSNone
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	switch encryption {
	case live.TLSStart:
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	case live.TLSImplicit:
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	s.port, err = strconv.Atoi(port)
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close() // which the server does not know of before it serves
		<-ended
	})
	return s
}

func (s *smtpServer) mails() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.received...)
}

func (s *smtpServer) refuses(command string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse[command] = err
}

func (s *smtpServer) refusal(command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refuse[command]
}

// session is one conversation.
type session struct {
	server *smtpServer
	mail   received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, secret string) error {
		if name != username || secret != password {
			return smtp.ErrAuthFailed
		}
		s.mail.signedIn = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return s.server.refusal("MAIL")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = to
	return s.server.refusal("RCPT")
}

func (s *session) Data(r io.Reader) error {
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(r); err != nil {
		return err
	}
	if err := s.server.refusal("DATA"); err != nil {
		return err
	}
	if s.server.hang != nil {
		<-s.server.hang
	}
	s.mail.raw = raw.String()
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.received = append(s.server.received, s.mail)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func newCertificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}, pool
}
