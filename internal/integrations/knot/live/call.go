package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/lattice-money/lattice/gen/vendors/knot"
)

// How a call is held. Six calls that fail one after another are tried again within seconds and leave the breaker closed;
// one that stays away is left alone for breakerDelay, then asked once (see gate).
const (
	connectTimeout = 10 * time.Second
	attemptTimeout = 12 * time.Second
	callTimeout    = 30 * time.Second
	maxBody        = 8 << 20 // a page of a hundred orders is far below
	maxAttempts    = 4
	backoffLeast   = 250 * time.Millisecond
	backoffMost    = 2 * time.Second
	jitterFactor   = 0.3
	// mostRetryAfter is the longest pause the vendor may ask for that is waited for here; a longer one is kept by the gate.
	mostRetryAfter = 8 * time.Second
)

// Error is a refusal of the vendor. It carries no payload, only what kind of refusal it was.
type Error struct {
	Operation  string
	Status     int
	Type       string
	Code       string        // the vendor's error_code; empty where it gave none
	RetryAfter time.Duration // what it asked us to wait; zero where it did not
}

// Error implements error.
func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("knot: %s: status %d", e.Operation, e.Status)
	}
	return fmt.Sprintf("knot: %s: status %d: %s %s", e.Operation, e.Status, e.Type, e.Code)
}

// has reports whether err is a refusal with one of the given codes. Statuses do not decide: the vendor answers 400 where
// others answer 404, and may change its mind.
func has(err error, codes ...string) bool {
	refusal, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	return slices.Contains(codes, refusal.Code)
}

var (
	// errUnreadable means that an answer was cut off or is no JSON: asked again, it may be whole.
	errUnreadable = errors.New("knot: unreadable answer")
	// ErrMisfit means that an answer came whole and is not what it should be: asked again, it would be the same. The vendor
	// is well, and only this answer cannot be used.
	ErrMisfit = errors.New("knot: answer of another shape")
)

// passing reports whether a failure is of the moment, so that the same call may well succeed next time.
func passing(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, ErrMisfit) {
		return false
	}
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Status == http.StatusTooManyRequests || refusal.Status >= http.StatusInternalServerError ||
			refusal.Code == "ONGOING_OPERATION"
	}
	return true
}

// ill reports whether a failure says that the vendor is not well. That it asks for a pause does not.
func ill(err error) bool {
	refusal, ok := errors.AsType[*Error](err)
	return passing(err) && (!ok || refusal.Status >= http.StatusInternalServerError)
}

func newRetries(patience Patience) retrypolicy.RetryPolicy[[]byte] {
	return retrypolicy.NewBuilder[[]byte]().
		HandleIf(func(_ []byte, err error) bool { return err != nil && passing(err) }).
		AbortIf(func(_ []byte, err error) bool {
			refusal, ok := errors.AsType[*Error](err)
			return notAsked(err) || (ok && refusal.RetryAfter > mostRetryAfter)
		}).
		WithMaxAttempts(cmp.Or(patience.Attempts, maxAttempts)).
		WithBackoff(backoffLeast, backoffMost).
		WithJitterFactor(jitterFactor).
		WithDelayFunc(func(attempt failsafe.ExecutionAttempt[[]byte]) time.Duration {
			if refusal, ok := errors.AsType[*Error](attempt.LastError()); ok && refusal.RetryAfter > 0 {
				return refusal.RetryAfter
			}
			return -1 // the backoff
		}).
		ReturnLastFailure().
		Build()
}

// sending makes one request.
type sending func(ctx context.Context) (*http.Response, error)

// once makes a call that must not be repeated; repeatable does with one that may.
func (c *Client) once(ctx context.Context, operation string, send sending, into any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	whole, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return callersOwn(ctx, operation, c.held(ctx, whole, operation, send, into))
}

// repeatable makes a call that may be repeated without harm, as often as it takes within callTimeout.
func (c *Client) repeatable(ctx context.Context, operation string, send sending, into any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	whole, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var asked error // how it went when the vendor was called, which says more than that it was not called again
	_, err := failsafe.With[[]byte](c.retries).WithContext(whole).GetWithExecution(func(execution failsafe.Execution[[]byte]) ([]byte, error) {
		err := c.held(ctx, execution.Context(), operation, send, into)
		if !notAsked(err) {
			asked = err
		}
		return nil, err
	})
	if notAsked(err) && asked != nil {
		err = asked
	}
	return callersOwn(ctx, operation, err)
}

// callersOwn says so where a call failed because its caller left.
func callersOwn(ctx context.Context, operation string, err error) error {
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("knot: %s: %w", operation, ctx.Err())
	}
	return err
}

// held makes one attempt where the gate lets it, and tells the gate how it ended. The caller's own context decides whether
// it was the caller who left: that an attempt took too long is the vendor's doing.
func (c *Client) held(caller, ctx context.Context, operation string, send sending, into any) error {
	trial, err := c.gate.enter(operation)
	if err != nil {
		return err
	}
	attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	err = c.attempt(attempt, operation, send, into)
	c.gate.leave(trial, caller.Err() != nil, err)
	return err
}

// attempt sends once and reads the whole answer, with a bound.
func (c *Client) attempt(ctx context.Context, operation string, send sending, into any) error {
	response, err := send(ctx)
	if err != nil {
		return fmt.Errorf("knot: %s: %w", operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return fmt.Errorf("%w: %s: %w", errUnreadable, operation, err)
	}
	if len(body) > maxBody {
		return fmt.Errorf("%w: %s: more than %d bytes", errUnreadable, operation, maxBody)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refusalOf(operation, response, body, c.clock.Now())
	}
	if into == nil {
		return nil
	}
	if !json.Valid(body) {
		return fmt.Errorf("%w: %s: no JSON", errUnreadable, operation)
	}
	if json.Unmarshal(body, into) != nil { // whose error may quote the answer
		return fmt.Errorf("%w: %s", ErrMisfit, operation)
	}
	return nil
}

// refusalOf reads a refusal. What is not the vendor's usual body (429 and 500 have others) is known by its status.
func refusalOf(operation string, response *http.Response, body []byte, now time.Time) *Error {
	refusal := &Error{Operation: operation, Status: response.StatusCode}
	var told knot.Failure
	if json.Unmarshal(body, &told) == nil {
		refusal.Type, refusal.Code = word(told.ErrorType), word(told.ErrorCode)
	}
	refusal.RetryAfter = retryAfter(response.Header.Get("Retry-After"), now)
	return refusal
}

// retryAfter reads both forms of RFC 9110: seconds and a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return max(0, time.Duration(min(seconds, 24*60*60))*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// word lets a code of the vendor into our errors and logs only where it looks like one.
func word(text *string) string {
	if text == nil || len(*text) > 64 {
		return ""
	}
	for _, char := range *text {
		if (char < 'A' || char > 'Z') && char != '_' && (char < '0' || char > '9') {
			return ""
		}
	}
	return *text
}
