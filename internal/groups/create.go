package groups

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/idempotency"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/redact"
)

// Person is a user as they act in a group.
type Person struct {
	ID    uuid.UUID
	Name  string
	Email string
}

// CreateParams is a new group: its name, who to invite, and the currency of its totals (the owner's display currency
// when empty).
type CreateParams struct {
	Owner    Person
	Name     string
	Members  []string
	Currency string
}

// Validate collects every fault that the contract's types cannot express.
func (p CreateParams) Validate() error {
	fields := append(checkCurrency(&p.Currency), checkName(&p.Name)...)
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

func checkName(name *string) []apperr.Field {
	if name != nil && strings.TrimSpace(*name) == "" { // the contract's pattern knows the spaces of ASCII only
		return []apperr.Field{{Pointer: "/name", Code: "min_length", Detail: "A name has visible characters."}}
	}
	return nil
}

func checkCurrency(code *string) []apperr.Field {
	if code == nil || *code == "" {
		return nil
	}
	if _, known := money.Exponent(*code); known {
		return nil
	}
	return []apperr.Field{{Pointer: "/currency", Code: "unknown", Detail: "This is not an ISO 4217 currency in use."}}
}

// cleanName trims a name and masks what looks like a card number in it.
func cleanName(name string) string {
	clean, _ := redact.CardNumbers(strings.TrimSpace(name))
	return clean
}

// Create makes a group and its invitations in one transaction, and has the invitations mailed. Naming the owner or one
// address twice invites once. Errors: CodeInvalidRequest with the fields.
func (s *Service) Create(ctx context.Context, params CreateParams) (Group, error) {
	if err := params.Validate(); err != nil {
		return Group{}, err
	}
	// The answer is read back in both cases, so that a repeat gets the very same.
	id, err := idempotency.Do(ctx, s.Pool, s.Clock.Now(),
		func(ctx context.Context, tx pgx.Tx) (uuid.UUID, []uuid.UUID, error) {
			id := uuid.Must(uuid.NewV7())
			return id, []uuid.UUID{id}, s.insert(ctx, tx, id, params)
		},
		func(_ context.Context, ids []uuid.UUID) (uuid.UUID, error) { return ids[0], nil })
	if err != nil {
		return Group{}, err
	}
	group, err := s.Get(ctx, params.Owner.ID, id)
	return group, idempotency.Gone(ctx, err)
}

func (s *Service) insert(ctx context.Context, tx pgx.Tx, id uuid.UUID, params CreateParams) error {
	now := s.Clock.Now()
	name := cleanName(params.Name)
	err := s.q.ChatInsert(ctx, tx, queries.ChatInsertParams{
		ID: id, Type: kindGroup, Title: name, AiPolicy: "auto", CreatedBy: &params.Owner.ID, CreatedAt: now,
	})
	if err != nil {
		return fmt.Errorf("insert group: %w", err)
	}
	if params.Currency == "" {
		settings, err := s.q.SettingsGet(ctx, tx, params.Owner.ID)
		if err != nil {
			return fmt.Errorf("read display currency: %w", err)
		}
		params.Currency = settings.Currency
	}
	if err := s.q.GroupContextInsert(ctx, tx, queries.GroupContextInsertParams{ChatID: id, Currency: params.Currency}); err != nil {
		return fmt.Errorf("insert group context: %w", err)
	}
	err = s.q.ChatMemberInsert(
		ctx,
		tx,
		queries.ChatMemberInsertParams{ChatID: id, UserID: params.Owner.ID, Role: members.RoleOwner, JoinedAt: now},
	)
	if err != nil {
		return fmt.Errorf("insert owner: %w", err)
	}
	invited := map[string]bool{emailKey(params.Owner.Email): true}
	for _, email := range params.Members {
		if invited[emailKey(email)] {
			continue
		}
		invited[emailKey(email)] = true
		_, err := s.invite(ctx, tx, invitation{
			group: id, groupName: name, by: params.Owner, email: email, role: members.RoleMember, maxUses: 1, expiresAt: now.Add(InviteLifetime),
		})
		if err != nil {
			return err
		}
	}
	return s.Auditor.Record(ctx, tx, params.Owner.ID, "group.create", "group", id.String())
}
