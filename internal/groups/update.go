package groups

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/postgres"
)

// GracePeriod is how long a deleted group can be brought back.
const GracePeriod = 30 * 24 * time.Hour

// purgePage is how many groups are purged per commit.
const purgePage = 100

// UpdateParams changes what is not nil.
type UpdateParams struct {
	UserID   uuid.UUID
	GroupID  uuid.UUID
	Name     *string
	AIPolicy *string
	// Currency is that of the group's total. Nothing is converted: what was spent in other currencies stands beside it.
	Currency *string
	// Restore brings a deleted group back; a group that is not deleted stays as it is.
	Restore bool
	// DatesDeletion means that the caller gave a time of deletion, which is not theirs to set.
	DatesDeletion bool
	// Accepts says whether a version is the one the caller saw.
	Accepts func(version int64) bool
}

// Validate collects every fault that the contract's types cannot express.
func (p UpdateParams) Validate() error {
	fields := append(checkCurrency(p.Currency), checkName(p.Name)...)
	if p.DatesDeletion {
		fields = append(fields, apperr.Field{
			Pointer: "/deletedAt", Code: "read_only", Detail: "Only null can be set, which brings the group back.",
		})
	}
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// Update changes a group; for its owner and admins, bringing it back for its owner. Errors: ErrGroupNotFound, ErrNotAllowed,
// ErrChanged, CodeInvalidRequest with the fields.
func (s *Service) Update(ctx context.Context, params UpdateParams) (Group, error) {
	if err := params.Validate(); err != nil {
		return Group{}, err
	}
	err := postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		if params.Restore {
			if err := s.restore(ctx, tx, params); err != nil {
				return err
			}
		}
		group, err := s.lockForAdmin(ctx, tx, params.GroupID, params.UserID)
		if err != nil {
			return err
		}
		if !params.Accepts(group.chat.Version) {
			return ErrChanged
		}
		return s.change(ctx, tx, group, params)
	})
	if err != nil {
		return Group{}, err
	}
	return s.Get(ctx, params.UserID, params.GroupID)
}

// change writes what differs; a patch that changes nothing writes nothing.
func (s *Service) change(ctx context.Context, tx pgx.Tx, group locked, params UpdateParams) error {
	row := queries.ChatUpdateParams{ID: group.chat.ID, Title: group.chat.Title, AiPolicy: group.chat.AiPolicy, UpdatedAt: s.Clock.Now()}
	if params.Name != nil {
		row.Title = cleanName(*params.Name)
	}
	if params.AIPolicy != nil {
		row.AiPolicy = *params.AIPolicy
	}
	moved, err := s.setCurrency(ctx, tx, group.chat.ID, params.Currency)
	if err != nil {
		return err
	}
	if !moved && row.Title == group.chat.Title && row.AiPolicy == group.chat.AiPolicy {
		return nil
	}
	if _, err := s.q.ChatUpdate(ctx, tx, row); err != nil {
		return fmt.Errorf("update group: %w", err)
	}
	s.tell(ctx, group.chat.ID, group.audience, row.UpdatedAt)
	return s.Auditor.Record(ctx, tx, params.UserID, "group.update", "group", group.chat.ID.String())
}

func (s *Service) setCurrency(ctx context.Context, tx pgx.Tx, groupID uuid.UUID, currency *string) (moved bool, err error) {
	if currency == nil {
		return false, nil
	}
	contexts, err := s.q.GroupContextList(ctx, tx, []uuid.UUID{groupID})
	if err != nil || len(contexts) != 1 {
		return false, fmt.Errorf("get group context: %w", err)
	}
	if contexts[0].Currency == *currency {
		return false, nil
	}
	err = s.q.GroupContextSetCurrency(ctx, tx, queries.GroupContextSetCurrencyParams{ChatID: groupID, Currency: *currency})
	if err != nil {
		return false, fmt.Errorf("set currency: %w", err)
	}
	return true, nil
}

// restore gives a deleted group back to its members. It does nothing where there is none that the caller may have back.
func (s *Service) restore(ctx context.Context, tx pgx.Tx, params UpdateParams) error {
	_, err := s.q.GroupLockDeleted(ctx, tx, queries.GroupLockDeletedParams{
		ChatID: params.GroupID, UserID: params.UserID, Now: s.Clock.Now(),
	})
	if postgres.IsNoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lock deleted group: %w", err)
	}
	if err := s.q.GroupUnhide(ctx, tx, params.GroupID); err != nil {
		return fmt.Errorf("restore members: %w", err)
	}
	if err := s.q.GroupForgetDeleted(ctx, tx, params.GroupID); err != nil {
		return fmt.Errorf("restore group: %w", err)
	}
	group, err := s.lock(ctx, tx, params.GroupID, params.UserID)
	if err != nil {
		return err
	}
	if err := s.touch(ctx, tx, group); err != nil {
		return err
	}
	return s.Auditor.Record(ctx, tx, params.UserID, "group.restore", "group", params.GroupID.String())
}

// Delete hides a group from everybody at once and for good, unless its owner brings it back within GracePeriod. For the
// owner. Errors: ErrGroupNotFound, ErrNotOwner.
func (s *Service) Delete(ctx context.Context, userID, groupID uuid.UUID) error {
	return postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		group, err := s.lock(ctx, tx, groupID, userID)
		if err != nil {
			return err
		}
		if !group.iAmOwner() {
			return ErrNotOwner
		}
		if err := s.touch(ctx, tx, group); err != nil {
			return err
		}
		now := s.Clock.Now()
		err = s.q.GroupHide(ctx, tx, queries.GroupHideParams{
			ChatID: groupID, DeletedBy: &userID, DeletedAt: now, PurgeAt: now.Add(GracePeriod),
		})
		if err != nil {
			return fmt.Errorf("hide group: %w", err)
		}
		return s.Auditor.Record(ctx, tx, userID, "group.delete", "group", groupID.String())
	})
}

// Purge deletes the groups whose grace period is over, with everything in them, and returns how many.
func (s *Service) Purge(ctx context.Context) (int64, error) {
	total := int64(0)
	for {
		count, err := postgres.WithTxV(ctx, s.Pool, s.purgeSome)
		total += int64(count)
		if err != nil || count < purgePage {
			return total, err
		}
	}
}

func (s *Service) purgeSome(ctx context.Context, tx pgx.Tx) (int, error) {
	rows, err := s.q.GroupListToPurge(ctx, tx, queries.GroupListToPurgeParams{Now: s.Clock.Now(), RowLimit: purgePage})
	if err != nil {
		return 0, fmt.Errorf("find groups to purge: %w", err)
	}
	for _, row := range rows {
		if err := s.q.ChatDelete(ctx, tx, row.ChatID); err != nil {
			return 0, fmt.Errorf("purge group: %w", err)
		}
		owner := uuid.Nil
		if row.DeletedBy != nil {
			owner = *row.DeletedBy
		}
		if err := s.Auditor.Record(ctx, tx, owner, "group.purge", "group", row.ChatID.String()); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
