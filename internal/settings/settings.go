// Package settings holds what each person prefers. One row per person, with a version that moves with every change.
package settings

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Preferences are the choices of one person.
type Preferences = preferences.Preferences

// Settings are the preferences with what the settings screen shows beside them.
type Settings struct {
	Preferences
	Version              int64
	ConnectedAccounts    []string // names of institutions
	LastPasswordChangeAt time.Time
	ActiveSessions       int
}

// Patch changes what is not nil.
type Patch struct {
	NotifyEmail       *bool
	NotifyPush        *bool
	SpendingAlerts    *bool
	RewardReminders   *bool
	ShareSpendingData *bool
	Analytics         *bool
	AIEnabled         *bool
	AutoSuggestions   *bool
	ShowThinking      *bool
	Theme             *string
	Currency          *string
	DateFormat        *string
	TimeZone          *string
}

// Validate collects every fault that the contract's types cannot express.
func (p Patch) Validate() error {
	var fields []apperr.Field
	if p.NotifyPush != nil && *p.NotifyPush {
		fields = append(fields, apperr.Field{
			Pointer: "/preferences/notifications/push", Code: "unavailable",
			Detail: "Push notifications are not offered yet; there is no provider for them.",
		})
	}
	if p.Currency != nil {
		if _, ok := money.Exponent(*p.Currency); !ok {
			fields = append(
				fields,
				apperr.Field{Pointer: "/preferences/display/currency", Code: "unknown", Detail: "This is not an ISO 4217 currency in use."},
			)
		}
	}
	if p.TimeZone != nil {
		// LoadLocation also takes "Local", which would be this machine's.
		if _, err := time.LoadLocation(*p.TimeZone); err != nil || notAZone[*p.TimeZone] {
			fields = append(
				fields,
				apperr.Field{Pointer: "/preferences/display/timeZone", Code: "unknown", Detail: "This is not an IANA time zone."},
			)
		}
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// notAZone are names that LoadLocation takes and that are no place's: this machine's own, and files of the database.
var notAZone = map[string]bool{"Local": true, "localtime": true, "posixrules": true, "Factory": true}

// ErrChanged means that the version the caller saw is not the current one.
var ErrChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed by someone else in the meantime. Read it again.")

// Service reads and changes settings.
type Service struct {
	pool  *pgxpool.Pool
	q     *queries.Queries
	clock clock.Clock
}

// New makes the service; every dependency is required.
func New(pool *pgxpool.Pool, clk clock.Clock) (*Service, error) {
	if pool == nil || clk == nil {
		return nil, errors.New("settings: New wants every dependency")
	}
	return &Service{pool: pool, q: queries.New(), clock: clk}, nil
}

var _ preferences.Reader = (*Service)(nil)

// Preferences returns a person's choices alone. It implements preferences.Reader.
func (s *Service) Preferences(ctx context.Context, userID uuid.UUID) (Preferences, error) {
	row, err := s.q.SettingsGet(ctx, s.pool, userID)
	if err != nil {
		return Preferences{}, fmt.Errorf("get settings: %w", err)
	}
	return fromDBSetting(row), nil
}

// Get returns everything the settings screen shows.
func (s *Service) Get(ctx context.Context, userID uuid.UUID) (Settings, error) {
	row, err := s.q.SettingsGet(ctx, s.pool, userID)
	if err != nil {
		return Settings{}, fmt.Errorf("get settings: %w", err)
	}
	return s.fill(ctx, row)
}

// Update changes what patch names, provided that accepts says yes to the current version. Errors: CodeInvalidRequest,
// ErrChanged.
func (s *Service) Update(ctx context.Context, userID uuid.UUID, patch Patch, accepts func(version int64) bool) (Settings, error) {
	if err := patch.Validate(); err != nil {
		return Settings{}, err
	}
	row, err := postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (queries.Setting, error) {
		row, err := s.q.SettingsGetForUpdate(ctx, tx, userID)
		if err != nil {
			return row, fmt.Errorf("lock settings: %w", err)
		}
		if !accepts(row.Version) {
			return row, ErrChanged
		}
		before := fromDBSetting(row)
		p := patch.apply(before)
		if p == before { // nothing to change makes no new version
			return row, nil
		}
		return s.q.SettingsUpdate(ctx, tx, queries.SettingsUpdateParams{
			UserID: userID, NotifyEmail: p.NotifyEmail, NotifyPush: p.NotifyPush, SpendingAlerts: p.SpendingAlerts,
			RewardReminders: p.RewardReminders, ShareSpendingData: p.ShareSpendingData, Analytics: p.Analytics,
			AiEnabled: p.AIEnabled, AutoSuggestions: p.AutoSuggestions, ShowThinking: p.ShowThinking, Theme: p.Theme,
			Currency: p.Currency, DateFormat: p.DateFormat, TimeZone: p.TimeZone, UpdatedAt: s.clock.Now(),
		})
	})
	if err != nil {
		return Settings{}, err
	}
	return s.fill(ctx, row)
}

func (s *Service) fill(ctx context.Context, row queries.Setting) (Settings, error) {
	names, err := s.q.AccountNames(ctx, s.pool, row.UserID)
	if err != nil {
		return Settings{}, fmt.Errorf("list account names: %w", err)
	}
	user, err := s.q.UserGet(ctx, s.pool, row.UserID)
	if err != nil {
		return Settings{}, fmt.Errorf("get user: %w", err)
	}
	sessions, err := s.q.SessionCountLive(ctx, s.pool, queries.SessionCountLiveParams{UserID: row.UserID, Now: s.clock.Now()})
	if err != nil {
		return Settings{}, fmt.Errorf("count sessions: %w", err)
	}
	return Settings{
		Preferences: fromDBSetting(row), Version: row.Version, ConnectedAccounts: names,
		LastPasswordChangeAt: user.PasswordChangedAt, ActiveSessions: int(sessions),
	}, nil
}

func (p Patch) apply(to Preferences) Preferences {
	set(&to.NotifyEmail, p.NotifyEmail)
	set(&to.NotifyPush, p.NotifyPush)
	set(&to.SpendingAlerts, p.SpendingAlerts)
	set(&to.RewardReminders, p.RewardReminders)
	set(&to.ShareSpendingData, p.ShareSpendingData)
	set(&to.Analytics, p.Analytics)
	set(&to.AIEnabled, p.AIEnabled)
	set(&to.AutoSuggestions, p.AutoSuggestions)
	set(&to.ShowThinking, p.ShowThinking)
	set(&to.Theme, p.Theme)
	set(&to.Currency, p.Currency)
	set(&to.DateFormat, p.DateFormat)
	set(&to.TimeZone, p.TimeZone)
	return to
}

func set[T any](target, value *T) {
	if value != nil {
		*target = *value
	}
}

func fromDBSetting(row queries.Setting) Preferences {
	return Preferences{
		NotifyEmail: row.NotifyEmail, NotifyPush: row.NotifyPush, SpendingAlerts: row.SpendingAlerts,
		RewardReminders: row.RewardReminders, ShareSpendingData: row.ShareSpendingData, Analytics: row.Analytics,
		AIEnabled: row.AiEnabled, AutoSuggestions: row.AutoSuggestions, ShowThinking: row.ShowThinking, Theme: row.Theme,
		Currency: row.Currency, DateFormat: row.DateFormat, TimeZone: row.TimeZone,
	}
}
