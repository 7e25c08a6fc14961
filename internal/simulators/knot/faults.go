package knot

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// The ways a body can be spoilt.
const (
	BodyHalf      = "half"      // cut off in the middle, against its Content-Length
	BodyMalformed = "malformed" // whole, and no JSON
	BodyLost      = "lost"      // the request was worked, and the connection closed without an answer
)

// Fault is how the next calls of an operation go wrong. Of several for one operation each waits until the one before it has
// met its calls.
type Fault struct {
	Operation  string        `json:"operation"` // empty: any
	Skip       int           `json:"skip"`      // how many calls go well before
	Times      int           `json:"times"`     // how often; once when zero
	Status     int           `json:"status"`    // answer this instead of working the request
	Code       string        `json:"code"`      // error_code of that answer
	RetryAfter int           `json:"retryAfter"`
	Delay      time.Duration `json:"delay"` // nanoseconds, before anything else
	Body       string        `json:"body"`  // how the answer is spoilt after the request was worked
}

// Fail makes the next calls go wrong.
func (s *Simulator) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range faults {
		fault.Times = max(1, fault.Times)
		s.faults = append(s.faults, &fault)
	}
}

// Heal takes back what Fail has left.
func (s *Simulator) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// called counts a call and takes the fault it meets, if any. A request may bring its own in the header Simulate-Fault.
func (s *Simulator) called(operation, header string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[operation]++
	if header != "" {
		var own Fault
		if json.Unmarshal([]byte(header), &own) == nil {
			return &own
		}
	}
	for i, fault := range s.faults {
		if fault.Operation != "" && fault.Operation != operation {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			return nil
		}
		fault.Times--
		if fault.Times == 0 {
			s.faults = append(s.faults[:i], s.faults[i+1:]...)
		}
		return fault
	}
	return nil
}

// before spoils a call before it is worked; it reports whether that was all.
func (f *Fault) before(ctx context.Context, w *answer, readings Readings) (answered bool) {
	if f == nil {
		return false
	}
	if f.Delay > 0 {
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	if f.Status == 0 {
		return false
	}
	w.answer(map[string]string{"message": "Server Error"})
	if f.Code != "" {
		w.answer(refuse("INVALID_REQUEST", f.Code, "Simulated."))
	}
	w.status = f.Status
	if f.Status == http.StatusTooManyRequests {
		w.answer(map[string]string{"message": "Too Many Attempts."})
		w.status = f.Status
		w.header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
		if readings.BareLimits {
			w.header.Del("Retry-After")
			w.body = []byte("Too Many Requests")
		}
	} else if f.RetryAfter > 0 {
		w.header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	return true
}

// after sends the answer, spoilt or not.
func (f *Fault) after(w http.ResponseWriter, a *answer) {
	maps.Copy(w.Header(), a.header)
	body := a.body
	if f != nil {
		switch f.Body {
		case BodyLost:
			panic(http.ErrAbortHandler)
		case BodyMalformed:
			body = append([]byte("<html>"), body...)
		case BodyHalf:
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.WriteHeader(a.status)
			_, _ = w.Write(body[:len(body)/2])
			panic(http.ErrAbortHandler)
		}
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}
