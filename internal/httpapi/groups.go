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
	page, err := s.Groups.List(ctx, groups.ListParams{
		UserID: auth.UserID(ctx), Deleted: orEmpty(request.Params.Deleted), Limit: limitOf(request.Params.Limit), After: after,
	})
	if err != nil {
		return nil, err
	}
	return api.ListGroups200JSONResponse{Items: mapSlice(page.Items, toAPIGroup), NextCursor: toAPICursor(page.Next)}, nil
}

// CreateGroup implements the operation createGroup.
func (s *Server) CreateGroup(ctx context.Context, request api.CreateGroupRequestObject) (api.CreateGroupResponseObject, error) {
	created, err := s.Groups.Create(ctx, groups.CreateParams{
		Owner: person(ctx), Name: request.Body.Name, Members: mapSlice(request.Body.Members, func(e api.Email) string { return string(e) }),
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
	body := toAPIGroup(group)
	tag := versionTag(group.Version, body)
	if isUnchanged(request.Params.IfNoneMatch, tag) {
		return api.GetGroup304Response{Headers: api.GetGroup304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetGroup200JSONResponse{Body: body, Headers: api.GetGroup200ResponseHeaders{ETag: tag}}, nil
}

// UpdateGroup implements the operation updateGroup.
func (s *Server) UpdateGroup(ctx context.Context, request api.UpdateGroupRequestObject) (api.UpdateGroupResponseObject, error) {
	patch := request.Body
	group, err := s.Groups.Update(ctx, groups.UpdateParams{
		UserID: auth.UserID(ctx), GroupID: request.GroupID, Name: patch.Name, AIPolicy: (*string)(patch.AIPolicy), Currency: patch.Currency,
		Restore: patch.DeletedAt.IsNull(), DatesDeletion: patch.DeletedAt.IsSpecified() && !patch.DeletedAt.IsNull(),
		Accepts: ifMatch(request.Params.IfMatch),
	})
	if err != nil {
		return nil, err
	}
	body := toAPIGroup(group)
	return api.UpdateGroup200JSONResponse{
		Body: body, Headers: api.UpdateGroup200ResponseHeaders{ETag: versionTag(group.Version, body)},
	}, nil
}

// DeleteGroup implements the operation deleteGroup.
func (s *Server) DeleteGroup(ctx context.Context, request api.DeleteGroupRequestObject) (api.DeleteGroupResponseObject, error) {
	if err := s.Groups.Delete(ctx, auth.UserID(ctx), request.GroupID); err != nil {
		return nil, err
	}
	return api.DeleteGroup204Response{}, nil
}

// UpdateMember implements the operation updateMember.
func (s *Server) UpdateMember(ctx context.Context, request api.UpdateMemberRequestObject) (api.UpdateMemberResponseObject, error) {
	member, err := s.Groups.UpdateMember(ctx, groups.UpdateMemberParams{
		ActorID: auth.UserID(ctx), GroupID: request.GroupID, MemberID: request.UserID,
		Role: (*string)(request.Body.Role), SharesPurchases: request.Body.SharesPurchases,
	})
	if err != nil {
		return nil, err
	}
	return api.UpdateMember200JSONResponse(toAPIMember(member)), nil
}

// RemoveMember implements the operation removeMember.
func (s *Server) RemoveMember(ctx context.Context, request api.RemoveMemberRequestObject) (api.RemoveMemberResponseObject, error) {
	err := s.Groups.RemoveMember(ctx, groups.RemoveMemberParams{
		ActorID: auth.UserID(ctx), GroupID: request.GroupID, MemberID: request.UserID,
		Acknowledged: orEmpty(request.Params.AcknowledgeUnsettled),
	})
	if err != nil {
		return nil, err
	}
	return api.RemoveMember204Response{}, nil
}

// person is who makes the request, as groups know them.
func person(ctx context.Context) groups.Person {
	principal, _ := auth.PrincipalFrom(ctx)
	return groups.Person{ID: principal.User.ID, Name: principal.User.Name, Email: principal.User.Email}
}
