package groups

import (
	"github.com/lattice-money/lattice/internal/apperr"
)

// Errors of this package.
var (
	// ErrGroupNotFound also stands for a group of other people.
	ErrGroupNotFound = apperr.NotFound()
	// ErrMemberNotFound also stands for a group of other people.
	ErrMemberNotFound = apperr.NotFound()
	// ErrInviteNotFound stands for an invitation that is not there, for one of another group, and on accepting for every
	// token that lets nobody in (any more): which of these it is must not be told.
	ErrInviteNotFound = apperr.NotFound()
	// ErrNotAllowed means that the member's role does not allow this.
	ErrNotAllowed = apperr.New(apperr.CodeForbidden, "Only the owner or an admin of the group can do this.")
	// ErrNotOwner means that only the owner may do this.
	ErrNotOwner = apperr.New(apperr.CodeForbidden, "Only the owner of the group can do this.")
	// ErrNotYourPurchases means that somebody tried to share what another person bought.
	ErrNotYourPurchases = apperr.New(apperr.CodeForbidden, "Everybody decides for themselves whether the group may see their purchases.")
	// ErrOwnerStays means that the owner would leave the group without one.
	ErrOwnerStays = apperr.New(apperr.CodeConflict, "The owner cannot leave. Hand the group over to another member first, or delete it.")
	// ErrChanged means that the version the caller saw is not the current one.
	ErrChanged = apperr.New(apperr.CodePreconditionFailed, "This was changed by someone else in the meantime. Read it again.")
	// ErrMemberAlready means that the address is that of a member.
	ErrMemberAlready = apperr.New(apperr.CodeConflict, "Somebody with this address is a member already.")
	// ErrTooManyInvites means that the group has as many open invitations as it can have.
	ErrTooManyInvites = apperr.New(apperr.CodeConflict, "The group has 100 open invitations. Revoke some first.")
)
