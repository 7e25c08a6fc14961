// Package apperr is the one error type that may reach a user: a stable code, a sentence for people, the fields at
// fault, and a cause that is only ever logged.
package apperr

import (
	"errors"
	"fmt"
)

// Code is a stable, machine-readable name of what went wrong. The list is closed; it is the enum ProblemCode of
// openapi.yaml and a test holds the two together.
type Code string

// The codes, grouped by the HTTP status they become (the mapping itself lives at the HTTP edge).
const (
	CodeMalformedRequest     Code = "malformed_request"      // 400: not parseable at all
	CodeUnauthorized         Code = "unauthorized"           // 401: no, expired, forged or revoked token
	CodeInvalidCredentials   Code = "invalid_credentials"    // 401: e-mail or password wrong
	CodeInvalidSignature     Code = "invalid_signature"      // 401: a webhook that its vendor did not sign
	CodeForbidden            Code = "forbidden"              // 403: signed in, known resource, not allowed
	CodeNotFound             Code = "not_found"              // 404: not there or not yours
	CodeMethodNotAllowed     Code = "method_not_allowed"     // 405
	CodeNotAcceptable        Code = "not_acceptable"         // 406
	CodeConflict             Code = "conflict"               // 409
	CodeEmailTaken           Code = "email_taken"            // 409
	CodeUnsettledBalance     Code = "unsettled_balance"      // 409: somebody who leaves owes or is owed; it can be acknowledged
	CodeRequestInProgress    Code = "request_in_progress"    // 409: an identical request has not committed yet
	CodeProposalExpired      Code = "proposal_expired"       // 409: not decided in time
	CodeProposalClosed       Code = "proposal_closed"        // 409: decided otherwise before, or too late to undo
	CodePreconditionFailed   Code = "precondition_failed"    // 412: If-Match names another version
	CodePayloadTooLarge      Code = "payload_too_large"      // 413
	CodeUnsupportedMediaType Code = "unsupported_media_type" // 415
	CodeInvalidRequest       Code = "invalid_request"        // 422: see the fields
	CodeIdempotencyKeyReused Code = "idempotency_key_reused" // 422: the key was used with another body
	CodeSplitMismatch        Code = "split_mismatch"         // 422: parts of an expense do not add up to the whole
	CodeRateLimited          Code = "rate_limited"           // 429: too often, or too much at a time
	CodeInternal             Code = "internal"               // 500
	CodeUnavailable          Code = "unavailable"            // 503: not ready, or a dependency is away
)

// Field is one fault of the input. Pointer is a JSON pointer into the body (RFC 6901), or the name of a parameter.
type Field struct {
	Pointer string
	Code    string
	Detail  string
}

// Error carries what a user may see and, hidden, why.
type Error struct {
	Code    Code
	Message string // one sentence for people; never holds secrets, values of others, or driver text
	Fields  []Field
	cause   error
}

// Error implements error; it includes the cause and is therefore for logs only.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap gives the hidden cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// New makes an error without a cause.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Wrap keeps cause for the log and shows message.
func Wrap(cause error, code Code, message string) *Error {
	return &Error{Code: code, Message: message, cause: cause}
}

// NotFound is the same for what is not there and what is not yours.
func NotFound() *Error { return New(CodeNotFound, "There is nothing here, or it is not yours.") }

// Invalid reports faults of the input, one per field.
func Invalid(fields ...Field) *Error {
	message := "Some of what you sent is not valid."
	if len(fields) == 1 && fields[0].Detail != "" {
		message = fields[0].Detail
	}
	return &Error{Code: CodeInvalidRequest, Message: message, Fields: fields}
}

// From finds an *Error in err's chain; anything else becomes CodeInternal with err as the hidden cause.
func From(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Wrap(err, CodeInternal, "Something went wrong on our side.")
}

// Is reports whether err carries code.
func Is(err error, code Code) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}
