package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/groups"
)

// ListGroups implements the operation listGroups.
func (s *Server) ListGroups(ctx context.Context, request api.ListGroupsRequestObject) (api.ListGroupsResponseObject, error) {
	after, err := fromAPICursor[groups.Cursor](request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := s.Groups.List(ctx, groups.ListParams{UserID: auth.UserID(ctx), Limit: limitOf(request.Params.Limit), After: after})
	if err != nil {
		return nil, err
	}
	return api.ListGroups200JSONResponse{Items: mapSlice(page.Items, toAPIGroup), NextCursor: toAPICursor(page.Next)}, nil
}

// CreateGroup implements the operation createGroup.
func (s *Server) CreateGroup(ctx context.Context, request api.CreateGroupRequestObject) (api.CreateGroupResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	created, err := s.Groups.Create(ctx, groups.CreateParams{
		OwnerID: principal.User.ID, OwnerEmail: principal.User.Email, Name: request.Body.Name,
		Members:  mapSlice(request.Body.Members, func(e api.Email) string { return string(e) }),
		Currency: orEmpty(request.Body.Currency),
	})
	if err != nil {
		return nil, err
	}
	return api.CreateGroup201JSONResponse{
		Body: toAPIGroup(created), Headers: api.CreateGroup201ResponseHeaders{IdempotencyReplayed: replayed(ctx)},
	}, nil
}

// GetGroup implements the operation getGroup.
func (s *Server) GetGroup(ctx context.Context, request api.GetGroupRequestObject) (api.GetGroupResponseObject, error) {
	group, err := s.Groups.Get(ctx, auth.UserID(ctx), request.GroupID)
	if err != nil {
		return nil, err
	}
	return api.GetGroup200JSONResponse(toAPIGroup(group)), nil
}
