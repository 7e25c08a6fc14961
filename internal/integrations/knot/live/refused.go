package live

import "net/http"

// Refused reports that nothing was done: nobody was asked.
func (e *NotAskedError) Refused() bool { return true }

// Refused reports whether the vendor has said itself that it did not do what it was asked. Of a call that failed otherwise
// nobody knows.
func (e *Error) Refused() bool {
	return e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError
}
