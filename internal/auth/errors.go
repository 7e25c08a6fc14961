package auth

import "github.com/lattice-money/lattice/internal/apperr"

// Errors a caller of this package meets. Their texts say nothing that would help to guess accounts.
var (
	// ErrSignedOut means that the token is missing, malformed, forged, expired, or its session has ended.
	ErrSignedOut = apperr.New(apperr.CodeUnauthorized, "Please sign in.")
	// ErrCredentials means that the e-mail is unknown or the password wrong; it does not say which.
	ErrCredentials = apperr.New(apperr.CodeInvalidCredentials, "E-mail or password are wrong.")
)
