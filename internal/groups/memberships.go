package groups

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/postgres"
)

// UpdateMemberParams changes what is not nil.
type UpdateMemberParams struct {
	ActorID  uuid.UUID
	GroupID  uuid.UUID
	MemberID uuid.UUID
	// Role may be set by the owner, and between admin and member by admins. The role of the owner is given by the owner
	// alone, who becomes an admin with it: that hands the group over.
	Role *string
	// SharesPurchases is for the member alone to say.
	SharesPurchases *bool
}

// UpdateMember changes the role or the consent of a member. Errors: ErrGroupNotFound, ErrMemberNotFound, ErrNotAllowed,
// ErrNotOwner, ErrNotYourPurchases, ErrOwnerStays.
func (s *Service) UpdateMember(ctx context.Context, params UpdateMemberParams) (members.Member, error) {
	err := postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		group, err := s.lock(ctx, tx, params.GroupID, params.ActorID)
		if err != nil {
			return err
		}
		member, ok := group.people[params.MemberID]
		if !ok {
			return ErrMemberNotFound
		}
		if params.SharesPurchases != nil && params.MemberID != params.ActorID {
			return ErrNotYourPurchases
		}
		if params.Role != nil {
			if err := s.setRole(ctx, tx, group, member, *params.Role); err != nil {
				return err
			}
		}
		return s.setConsent(ctx, tx, group, member, params.SharesPurchases)
	})
	if err != nil {
		return members.Member{}, err
	}
	return s.member(ctx, params.GroupID, params.MemberID)
}

func (s *Service) member(ctx context.Context, groupID, userID uuid.UUID) (members.Member, error) {
	people, err := members.List(ctx, s.Pool, []uuid.UUID{groupID}, s.Clock.Now())
	if err != nil {
		return members.Member{}, err
	}
	for _, member := range people[groupID] {
		if member.UserID != nil && *member.UserID == userID {
			return member, nil
		}
	}
	return members.Member{}, ErrMemberNotFound // left just now
}

func (s *Service) setRole(ctx context.Context, tx pgx.Tx, group locked, member queries.ChatMemberRolesRow, role string) error {
	switch {
	case !group.iAmAdmin():
		return ErrNotAllowed
	case role == member.Role:
		return nil
	case !group.iAmOwner() && (role == members.RoleOwner || member.Role == members.RoleOwner):
		return ErrNotOwner
	case member.Role == members.RoleOwner: // by themselves
		return ErrOwnerStays
	}
	action := "member.set_role"
	if role == members.RoleOwner {
		action = "group.hand_over"
		// First, since there is never more than one owner.
		if err := s.writeRole(ctx, tx, group.chat.ID, group.me.UserID, members.RoleAdmin); err != nil {
			return err
		}
	}
	if err := s.writeRole(ctx, tx, group.chat.ID, member.UserID, role); err != nil {
		return err
	}
	if role == members.RoleMember { // who may not invite any more has no open invitations
		if err := s.revokeInvitesOf(ctx, tx, group.chat.ID, member.UserID); err != nil {
			return err
		}
	}
	if err := s.touch(ctx, tx, group); err != nil {
		return err
	}
	return s.Auditor.Record(ctx, tx, group.me.UserID, action, "member", memberID(group.chat.ID, member.UserID))
}

func (s *Service) writeRole(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID, role string) error {
	err := s.q.ChatMemberSetRole(ctx, tx, queries.ChatMemberSetRoleParams{ChatID: groupID, UserID: userID, Role: role})
	if err != nil {
		return fmt.Errorf("set role: %w", err)
	}
	return nil
}

func (s *Service) setConsent(ctx context.Context, tx pgx.Tx, group locked, member queries.ChatMemberRolesRow, shares *bool) error {
	if shares == nil || *shares == member.SharesPurchases {
		return nil
	}
	err := s.q.ChatMemberSetShares(ctx, tx, queries.ChatMemberSetSharesParams{
		ChatID: group.chat.ID, UserID: member.UserID, SharesPurchases: *shares,
	})
	if err != nil {
		return fmt.Errorf("set consent: %w", err)
	}
	if err := s.touch(ctx, tx, group); err != nil {
		return err
	}
	action := "member.share_purchases"
	if !*shares {
		action = "member.keep_purchases"
	}
	return s.Auditor.Record(ctx, tx, member.UserID, action, "member", memberID(group.chat.ID, member.UserID))
}

// RemoveMemberParams is who leaves, and by whose will.
type RemoveMemberParams struct {
	ActorID  uuid.UUID
	GroupID  uuid.UUID
	MemberID uuid.UUID
	// Acknowledged means that the caller knows of what is not settled.
	Acknowledged bool
}

// RemoveMember takes a member out of a group: oneself, or as owner or admin another one; admins are removed by the owner
// alone. The member's receipts leave with them; what they owe or are owed stays. Whoever is removed cannot come back by an
// invitation of before, nor can those they have invited. Errors: ErrGroupNotFound, ErrMemberNotFound, ErrNotAllowed,
// ErrNotOwner, ErrOwnerStays, CodeUnsettledBalance unless acknowledged.
func (s *Service) RemoveMember(ctx context.Context, params RemoveMemberParams) error {
	return postgres.WithTx(ctx, s.Pool, func(ctx context.Context, tx pgx.Tx) error {
		group, err := s.lock(ctx, tx, params.GroupID, params.ActorID)
		if err != nil {
			return err
		}
		member, ok := group.people[params.MemberID]
		if !ok {
			return ErrMemberNotFound
		}
		if err := group.mayRemove(member); err != nil {
			return err
		}
		if !params.Acknowledged {
			net, err := s.Ledger.Net(ctx, tx, params.GroupID, params.MemberID)
			if err != nil {
				return fmt.Errorf("read balance: %w", err)
			}
			if len(net) > 0 {
				return unsettled(net, params.ActorID == params.MemberID)
			}
		}
		return s.remove(ctx, tx, group, member)
	})
}

func (g locked) mayRemove(member queries.ChatMemberRolesRow) error {
	leaving := member.UserID == g.me.UserID
	switch {
	case leaving && g.iAmOwner():
		return ErrOwnerStays
	case leaving:
		return nil
	case !g.iAmAdmin():
		return ErrNotAllowed
	case !g.iAmOwner() && member.Role != members.RoleMember:
		return ErrNotOwner
	default:
		return nil
	}
}

func (s *Service) remove(ctx context.Context, tx pgx.Tx, group locked, member queries.ChatMemberRolesRow) error {
	groupID, now := group.chat.ID, s.Clock.Now()
	if err := s.q.ChatMemberDelete(ctx, tx, queries.ChatMemberDeleteParams{ChatID: groupID, UserID: member.UserID}); err != nil {
		return fmt.Errorf("remove member: %w", err)
	}
	err := s.q.GroupReceiptDeleteOf(ctx, tx, queries.GroupReceiptDeleteOfParams{ChatID: groupID, UserID: member.UserID})
	if err != nil {
		return fmt.Errorf("take receipts along: %w", err)
	}
	if err := s.touch(ctx, tx, group); err != nil { // tells the one who leaves too
		return err
	}
	if err := s.revokeInvitesOf(ctx, tx, groupID, member.UserID); err != nil {
		return err
	}
	if member.UserID == group.me.UserID {
		return s.Auditor.Record(ctx, tx, group.me.UserID, "member.leave", "member", memberID(groupID, member.UserID))
	}
	err = s.q.GroupRemovalUpsert(ctx, tx, queries.GroupRemovalUpsertParams{ChatID: groupID, UserID: member.UserID, RemovedAt: now})
	if err != nil {
		return fmt.Errorf("note removal: %w", err)
	}
	return s.Auditor.Record(ctx, tx, group.me.UserID, "member.remove", "member", memberID(groupID, member.UserID))
}

func (s *Service) revokeInvitesOf(ctx context.Context, tx pgx.Tx, groupID, userID uuid.UUID) error {
	now := s.Clock.Now()
	if err := s.q.InviteRevokeOf(ctx, tx, queries.InviteRevokeOfParams{ChatID: groupID, UserID: &userID, Now: &now}); err != nil {
		return fmt.Errorf("revoke invitations: %w", err)
	}
	return nil
}

// unsettled warns of what is still open. net is above zero where the member is owed.
func unsettled(net []money.Money, oneself bool) error {
	owed, owes := "is owed ", "owes "
	who := "This member "
	if oneself {
		who, owed, owes = "You ", "are owed ", "owe "
	}
	var parts []string
	for _, sum := range net {
		if sum.Amount > 0 {
			parts = append(parts, owed+sum.Format())
		} else {
			parts = append(parts, owes+money.Money{Amount: -sum.Amount, Currency: sum.Currency}.Format())
		}
	}
	problem := apperr.New(apperr.CodeUnsettledBalance,
		who+strings.Join(parts, " and ")+" in this group. Settle that first, or say that you know it.")
	problem.Fields = []apperr.Field{{
		Pointer: "acknowledgeUnsettled", Code: "required", Detail: "true removes the member all the same; what is owed stays owed.",
	}}
	return problem
}
