package auth

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// User is a person with an account.
type User struct {
	ID               uuid.UUID
	Name             string
	Email            string
	EmailVerified    bool
	OnboardingStatus string // incomplete or complete
	CreatedAt        time.Time
}

// Session is one signed-in device.
type Session struct {
	ID        uuid.UUID
	CreatedAt time.Time
	ExpiresAt time.Time
	Device    string
}

// Principal is who makes a request.
type Principal struct {
	User    User
	Session Session
}

type principalKey struct{}

// WithPrincipal puts p into ctx.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns who makes the request; false where nobody is signed in.
func PrincipalFrom(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}

// UserID returns the signed-in user's id. Only for operations behind the guard: it returns the nil id, which owns
// nothing, where nobody is signed in.
func UserID(ctx context.Context) uuid.UUID {
	p, _ := PrincipalFrom(ctx)
	return p.User.ID
}
