package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/groups"
)

// CreateInvite implements the operation createInvite.
func (s *Server) CreateInvite(ctx context.Context, request api.CreateInviteRequestObject) (api.CreateInviteResponseObject, error) {
	invite, err := s.Groups.CreateInvite(ctx, groups.CreateInviteParams{
		By: person(ctx), GroupID: request.GroupID, Email: (*string)(request.Body.Email), Role: string(orEmpty(request.Body.Role)),
		MaxUses: orEmpty(request.Body.MaxUses), ExpiresAt: request.Body.ExpiresAt,
	})
	if err != nil {
		return nil, err
	}
	return api.CreateInvite201JSONResponse{
		Body: toAPIInvite(invite), Headers: api.CreateInvite201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// ListInvites implements the operation listInvites.
func (s *Server) ListInvites(ctx context.Context, request api.ListInvitesRequestObject) (api.ListInvitesResponseObject, error) {
	after, err := fromAPICursor[groups.InviteCursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Groups.ListInvites(ctx, groups.ListInvitesParams{
		UserID: auth.UserID(ctx), GroupID: request.GroupID, Limit: limitOf(request.Params.Limit), After: after,
	})
	if err != nil {
		return nil, err
	}
	return api.ListInvites200JSONResponse{Items: mapSlice(page.Items, toAPIInvite), NextCursor: toAPICursor(page.Next)}, nil
}

// RevokeInvite implements the operation revokeInvite.
func (s *Server) RevokeInvite(ctx context.Context, request api.RevokeInviteRequestObject) (api.RevokeInviteResponseObject, error) {
	if err := s.Groups.RevokeInvite(ctx, auth.UserID(ctx), request.GroupID, request.InviteID); err != nil {
		return nil, err
	}
	return api.RevokeInvite204Response{}, nil
}

// AcceptInvite implements the operation acceptInvite.
func (s *Server) AcceptInvite(ctx context.Context, request api.AcceptInviteRequestObject) (api.AcceptInviteResponseObject, error) {
	group, err := s.Groups.Accept(ctx, person(ctx), request.Body.Token)
	if err != nil {
		return nil, err
	}
	return api.AcceptInvite200JSONResponse{
		Body: toAPIGroup(group), Headers: api.AcceptInvite200ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

func toAPIInvite(i groups.Invite) api.Invite {
	invite := api.Invite{
		ID: i.ID, Email: orNull(i.Email), Role: api.InviteRole(i.Role), MaxUses: i.MaxUses, Uses: i.Uses,
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, Status: api.InviteStatus(i.Status),
	}
	if i.Token != "" {
		invite.Token = &i.Token
	}
	return invite
}
