// Package live sends mails through an SMTP server.
package live

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"

	"github.com/lattice-money/lattice/internal/mail"
)

// How the connection is encrypted.
const (
	TLSStart    = "starttls" // begins in the clear and must change over before anything is said (port 587)
	TLSImplicit = "tls"      // encrypted from the first byte (port 465)
	TLSNone     = "none"     // in the clear: for a server on this machine or in the same private network
)

// Config names the server and who sends.
type Config struct {
	Host     string
	Port     int
	TLS      string // TLSStart, TLSImplicit or TLSNone
	Username string // empty sends without signing in
	Password string
	From     string // an address, or "Name <address>"
	// TLSConfig trusts certificates that this machine does not; nil trusts those it does.
	TLSConfig *tls.Config
}

// timeout bounds each step of a conversation with the server; the whole is bounded by the caller.
const timeout = 20 * time.Second

// Client sends each mail over a connection of its own. It may be used by several goroutines.
type Client struct {
	config Config
	from   *netmail.Address
	domain string
}

// New checks the configuration; it does not connect.
func New(config Config) (*Client, error) {
	from, err := netmail.ParseAddress(config.From)
	if err != nil {
		return nil, errors.New("live: From is no address")
	}
	client := &Client{config: config, from: from, domain: from.Address[strings.LastIndex(from.Address, "@")+1:]}
	if _, err := client.dialer(context.Background()); err != nil {
		return nil, fmt.Errorf("live: %w", err)
	}
	return client, nil
}

// dialer is made anew for each mail. The library heeds ctx while it connects alone; here the end of ctx ends the connection.
func (c *Client) dialer(ctx context.Context) (*smtp.Client, error) {
	dial := (&net.Dialer{}).DialContext
	if c.config.TLS == TLSImplicit {
		dial = (&tls.Dialer{Config: c.tlsConfig()}).DialContext
	}
	options := []smtp.Option{
		smtp.WithPort(c.config.Port), smtp.WithTimeout(timeout), smtp.WithoutNoop(), smtp.WithTLSConfig(c.tlsConfig()),
		smtp.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
			connection, err := dial(dialing, network, address)
			if err == nil {
				context.AfterFunc(ctx, func() { _ = connection.Close() })
			}
			return connection, err
		}),
	}
	switch c.config.TLS {
	case TLSStart:
		options = append(options, smtp.WithTLSPolicy(smtp.TLSMandatory))
	case TLSImplicit:
		options = append(options, smtp.WithSSL())
	case TLSNone:
		options = append(options, smtp.WithTLSPolicy(smtp.NoTLS))
	default:
		return nil, fmt.Errorf("%q is no way to encrypt", c.config.TLS)
	}
	if c.config.Username != "" {
		auth := smtp.WithOpportunisticSMTPAuth(smtp.SMTPAuthSCRAMSHA256, smtp.SMTPAuthPlain, smtp.SMTPAuthLogin, smtp.SMTPAuthCramMD5)
		if c.config.TLS == TLSNone { // allowed by the settings for servers on this machine alone
			auth = smtp.WithSMTPAuth(smtp.SMTPAuthPlainNoEnc)
		}
		options = append(options, auth, smtp.WithUsername(c.config.Username), smtp.WithPassword(c.config.Password))
	}
	return smtp.NewClient(c.config.Host, options...)
}

func (c *Client) tlsConfig() *tls.Config {
	if c.config.TLSConfig != nil {
		return c.config.TLSConfig
	}
	return &tls.Config{ServerName: c.config.Host, MinVersion: tls.VersionTLS12}
}

// Send implements mail.Sender. What the server says goes no further than its number: it likes to repeat the address.
func (c *Client) Send(ctx context.Context, message mail.Message) error {
	letter, err := c.write(message)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx) // lets go of the connection at the end
	defer cancel()
	dialer, err := c.dialer(ctx)
	if err != nil {
		return fmt.Errorf("live: %w", err)
	}
	err = dialer.DialAndSendWithContext(ctx, letter)
	if err == nil || letter.IsDelivered() { // taken, whatever happened to the parting words
		return nil
	}
	return describe(ctx, err)
}

func (c *Client) write(message mail.Message) (*smtp.Msg, error) {
	to, err := netmail.ParseAddress(message.To.Email)
	if err != nil || to.Address != message.To.Email {
		return nil, fmt.Errorf("live: the recipient is no address: %w", mail.ErrRefused)
	}
	to.Name = message.To.Name
	letter := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	letter.FromMailAddress(c.from)
	letter.ToMailAddress(to)
	letter.Subject(message.Subject)
	letter.SetDateWithValue(message.At)
	letter.SetMessageIDWithValue(message.ID.String() + "@" + c.domain)
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no robot shall answer
	letter.SetBodyString(smtp.TypeTextPlain, message.Text)
	return letter, nil
}

// describe says what went wrong, and whether for good.
func describe(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("live: %w", ctx.Err())
	}
	failed, ok := errors.AsType[*smtp.SendError](err)
	if !ok { // before anything of a mail was said: no connection, no encryption, or signing in was refused
		return fmt.Errorf("live: %w", err)
	}
	code := failed.ErrorCode()
	about := fmt.Sprintf("%s: %d %s", failed.Reason, code, failed.EnhancedStatusCode())
	switch failed.Reason {
	case smtp.ErrSMTPRcptTo, smtp.ErrSMTPData, smtp.ErrSMTPDataClose:
		if code >= 500 { // of others our own settings may be the cause, which somebody will mend
			return fmt.Errorf("live: %s: %w", about, mail.ErrRefused)
		}
	default:
	}
	return errors.New("live: " + about)
}
