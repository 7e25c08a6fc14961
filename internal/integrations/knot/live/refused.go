package live

import "net/http"

// Refused reports whether the vendor has said itself that it did not do what it was asked. Of a call that failed otherwise
// nobody knows.
func (e *Error) Refused() bool {
	return e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError
}
