// Package auth knows who people are: sign-up, log in, sessions and their tokens. An access token is short-lived and
// names a session; the session is asked for on every request, so that signing out takes effect at once.
package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/text/unicode/norm"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/redact"
)

// Welcomer gives a new user what they find on their first visit, in the transaction that makes them.
type Welcomer interface {
	Welcome(ctx context.Context, tx pgx.Tx, userID uuid.UUID, name string) error
}

// Auditor records who did what, in the transaction that did it.
type Auditor interface {
	Record(ctx context.Context, tx pgx.Tx, userID uuid.UUID, action, targetType, targetID string) error
}

// Service signs people up, in and out.
type Service struct {
	pool     *pgxpool.Pool
	q        *queries.Queries
	clock    clock.Clock
	hasher   *Hasher
	tokens   *Tokens
	welcomer Welcomer
	auditor  Auditor
	log      *slog.Logger
}

// New makes the service; every dependency is required.
func New(
	pool *pgxpool.Pool, clk clock.Clock, hasher *Hasher, tokens *Tokens, welcomer Welcomer, auditor Auditor, log *slog.Logger,
) (*Service, error) {
	if pool == nil || clk == nil || hasher == nil || tokens == nil || welcomer == nil || auditor == nil || log == nil {
		return nil, errors.New("auth: New wants every dependency")
	}
	return &Service{
		pool: pool, q: queries.New(), clock: clk, hasher: hasher, tokens: tokens, welcomer: welcomer, auditor: auditor, log: log,
	}, nil
}

// Grant is the answer to signing in: who, and the tokens of the new session.
type Grant struct {
	User         User
	AccessToken  string
	RefreshToken string
}

// SignupParams is what a new user gives. Device is what their browser says of itself.
type SignupParams struct {
	Name     string
	Email    string
	Password string
	Device   string
}

// Validate collects every fault.
func (p SignupParams) Validate() error {
	var fields []apperr.Field
	if p.Name == "" || !printable(p.Name) {
		fields = append(fields, apperr.Field{Pointer: "/name", Code: "format", Detail: "A name has visible characters only."})
	}
	if redact.ContainsCardNumber(p.Name) {
		fields = append(fields, apperr.Field{
			Pointer: "/name", Code: "card_number", Detail: "This looks like a card number. Lattice never takes one.",
		})
	}
	if !validEmail(p.Email) {
		fields = append(fields, apperr.Field{Pointer: "/email", Code: "format", Detail: "This is not an e-mail address."})
	}
	if utf8.RuneCountInString(p.Password) < 8 {
		fields = append(fields, apperr.Field{Pointer: "/password", Code: "min_length", Detail: "A password has 8 characters or more."})
	} else if weak := checkStrength(p.Password, p.Name, p.Email); weak != nil {
		fields = append(fields, *weak)
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// Signup creates the user with settings, a session and their welcome in one transaction.
// Errors: CodeInvalidRequest with fields, CodeEmailTaken.
func (s *Service) Signup(ctx context.Context, params SignupParams) (Grant, error) {
	params.Name = norm.NFC.String(strings.TrimSpace(params.Name))
	params.Email = norm.NFC.String(strings.TrimSpace(params.Email))
	if err := params.Validate(); err != nil {
		return Grant{}, err
	}
	hash, err := s.hasher.Hash(ctx, params.Password) // outside the transaction: it takes tens of milliseconds
	if err != nil {
		return Grant{}, err
	}
	now := s.clock.Now()
	user := User{ID: newID(), Name: params.Name, Email: params.Email, OnboardingStatus: "incomplete", CreatedAt: now}
	grant, err := postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Grant, error) {
		err := s.q.UserInsert(ctx, tx, queries.UserInsertParams{
			ID: user.ID, Name: user.Name, Email: user.Email, EmailKey: EmailKey(user.Email),
			PasswordHash: hash, OnboardingStatus: user.OnboardingStatus, CreatedAt: now,
		})
		if err != nil {
			return Grant{}, fmt.Errorf("insert user: %w", err)
		}
		if err := s.q.SettingsInsert(ctx, tx, queries.SettingsInsertParams{UserID: user.ID, TimeZone: "UTC", UpdatedAt: now}); err != nil {
			return Grant{}, fmt.Errorf("insert settings: %w", err)
		}
		if err := s.welcomer.Welcome(ctx, tx, user.ID, user.Name); err != nil {
			return Grant{}, fmt.Errorf("welcome: %w", err)
		}
		return s.openSession(ctx, tx, user, params.Device, "auth.signup")
	})
	if postgres.IsUniqueViolation(err, "users_email_key") {
		taken := apperr.New(apperr.CodeEmailTaken, "This e-mail already has an account. Sign in instead.")
		taken.Fields = []apperr.Field{{Pointer: "/email", Code: "taken", Detail: "This e-mail already has an account."}}
		return Grant{}, taken
	}
	return grant, err
}

// Login opens a session. An unknown e-mail and a wrong password give the same error after the same work.
// Errors: ErrCredentials.
func (s *Service) Login(ctx context.Context, email, password, device string) (Grant, error) {
	row, err := s.q.UserGetByEmailKey(ctx, s.pool, EmailKey(norm.NFC.String(strings.TrimSpace(email))))
	unknown := postgres.IsNoRows(err)
	if err != nil && !unknown {
		return Grant{}, fmt.Errorf("find user: %w", err)
	}
	hash := row.PasswordHash // empty for an unknown e-mail, which the hasher answers with the same work
	match, outdated, err := s.hasher.Check(ctx, password, hash)
	if err != nil {
		return Grant{}, err
	}
	if !match {
		return Grant{}, ErrCredentials
	}
	fresh := ""
	if outdated {
		if fresh, err = s.hasher.Hash(ctx, password); err != nil {
			return Grant{}, err
		}
	}
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (Grant, error) {
		if fresh != "" {
			if err := s.q.UserSetPasswordHash(ctx, tx, queries.UserSetPasswordHashParams{ID: row.ID, PasswordHash: fresh}); err != nil {
				return Grant{}, fmt.Errorf("renew hash: %w", err)
			}
		}
		return s.openSession(ctx, tx, fromDBUser(row), device, "auth.login")
	})
}

// Logout ends the session; doing so again changes nothing.
func (s *Service) Logout(ctx context.Context, p Principal) error {
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		now := s.clock.Now()
		if err := s.q.SessionRevoke(ctx, tx, queries.SessionRevokeParams{ID: p.Session.ID, Now: &now}); err != nil {
			return fmt.Errorf("revoke session: %w", err)
		}
		return s.auditor.Record(ctx, tx, p.User.ID, "auth.logout", "session", p.Session.ID.String())
	})
}

// Authenticate turns a bearer token into who makes the request. Errors: ErrSignedOut.
func (s *Service) Authenticate(ctx context.Context, accessToken string) (Principal, error) {
	userID, sessionID, err := s.tokens.Parse(accessToken)
	if err != nil {
		return Principal{}, err
	}
	live, err := s.q.SessionGetLive(ctx, s.pool, queries.SessionGetLiveParams{ID: sessionID, Now: s.clock.Now()})
	if postgres.IsNoRows(err) || (err == nil && live.User.ID != userID) {
		return Principal{}, ErrSignedOut
	}
	if err != nil {
		return Principal{}, fmt.Errorf("find session: %w", err)
	}
	return Principal{User: fromDBUser(live.User), Session: fromDBSession(live.Session)}, nil
}

func (s *Service) openSession(ctx context.Context, tx pgx.Tx, user User, device, action string) (Grant, error) {
	now := s.clock.Now()
	session := Session{ID: newID(), CreatedAt: now, ExpiresAt: now.Add(SessionLifetime), Device: device}
	err := s.q.SessionInsert(ctx, tx, queries.SessionInsertParams{
		ID: session.ID, UserID: user.ID, Device: session.Device, CreatedAt: now, ExpiresAt: session.ExpiresAt,
	})
	if err != nil {
		return Grant{}, fmt.Errorf("insert session: %w", err)
	}
	if err := s.auditor.Record(ctx, tx, user.ID, action, "session", session.ID.String()); err != nil {
		return Grant{}, err
	}
	return s.grant(ctx, tx, user, session, nil)
}

// grant makes the tokens of a session; parent is the refresh token they are answered for, if any.
func (s *Service) grant(ctx context.Context, tx pgx.Tx, user User, session Session, parent *uuid.UUID) (Grant, error) {
	access, err := s.tokens.Sign(user.ID, session.ID)
	if err != nil {
		return Grant{}, err
	}
	refresh, hash, err := NewSecret("r1_")
	if err != nil {
		return Grant{}, err
	}
	err = s.q.RefreshTokenInsert(ctx, tx, queries.RefreshTokenInsertParams{
		ID: newID(), SessionID: session.ID, ParentID: parent, TokenHash: hash, CreatedAt: s.clock.Now(), ExpiresAt: session.ExpiresAt,
	})
	if err != nil {
		return Grant{}, fmt.Errorf("insert refresh token: %w", err)
	}
	return Grant{User: user, AccessToken: access, RefreshToken: refresh}, nil
}

// EmailKey is what two addresses are compared by: case does not make another person.
func EmailKey(email string) string { return strings.ToLower(email) }

func validEmail(email string) bool {
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email && len(email) <= 254 && printable(email)
}

func printable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func fromDBUser(row queries.User) User {
	return User{
		ID: row.ID, Name: row.Name, Email: row.Email, EmailVerified: row.EmailVerified,
		OnboardingStatus: row.OnboardingStatus, CreatedAt: row.CreatedAt,
	}
}

func fromDBSession(row queries.Session) Session {
	return Session{ID: row.ID, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, Device: row.Device}
}
