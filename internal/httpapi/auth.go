package httpapi

import (
	"context"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
)

// noStore is what RFC 6749 wants on every answer that holds tokens.
const noStore = "no-store"

// Signup implements the operation signup.
func (s *Server) Signup(ctx context.Context, request api.SignupRequestObject) (api.SignupResponseObject, error) {
	grant, err := s.Auth.Signup(ctx, auth.SignupParams{
		Name: request.Body.Name, Email: string(request.Body.Email), Password: request.Body.Password, Device: deviceFrom(ctx),
	})
	if err != nil {
		return nil, err
	}
	return api.Signup201JSONResponse(toAPITokenAnswer(grant)), nil
}

// Login implements the operation login, for JSON and for the OAuth 2 password form.
func (s *Server) Login(ctx context.Context, request api.LoginRequestObject) (api.LoginResponseObject, error) {
	var email, password string
	if request.FormdataBody != nil {
		email, password = request.FormdataBody.Username, request.FormdataBody.Password
	} else {
		email, password = request.JSONBody.Email, request.JSONBody.Password
	}
	grant, err := s.Auth.Login(ctx, email, password, deviceFrom(ctx))
	if err != nil {
		return nil, err
	}
	return api.Login200JSONResponse{Body: toAPITokenAnswer(grant), Headers: api.Login200ResponseHeaders{CacheControl: noStore}}, nil
}

// RefreshToken implements the operation refreshToken.
func (s *Server) RefreshToken(ctx context.Context, request api.RefreshTokenRequestObject) (api.RefreshTokenResponseObject, error) {
	grant, err := s.Auth.Refresh(ctx, request.Body.RefreshToken)
	if err != nil {
		return nil, err
	}
	return api.RefreshToken200JSONResponse{
		Body:    toAPITokenAnswer(grant),
		Headers: api.RefreshToken200ResponseHeaders{CacheControl: noStore},
	}, nil
}

// Logout implements the operation logout.
func (s *Server) Logout(ctx context.Context, _ api.LogoutRequestObject) (api.LogoutResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	if err := s.Auth.Logout(ctx, principal); err != nil {
		return nil, err
	}
	return api.Logout204Response{}, nil
}

// GetSession implements the operation getSession.
func (s *Server) GetSession(ctx context.Context, _ api.GetSessionRequestObject) (api.GetSessionResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	return api.GetSession200JSONResponse{
		User: toAPIUser(principal.User), Session: toAPISession(principal.Session), Features: toAPIFeatures(s.Features.List()),
	}, nil
}
