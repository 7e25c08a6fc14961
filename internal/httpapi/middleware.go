package httpapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/redact"
	"github.com/lattice-money/lattice/internal/telemetry"
)

// operationKey is where the guard leaves the operation's id for the log.
const operationKey = "operation"

// operationOf is the operation a request was for; empty where there is none.
func operationOf(c echo.Context) string {
	id, _ := c.Get(operationKey).(string)
	return id
}

// MaxBodyBytes is the largest body read.
const MaxBodyBytes = 1 << 20

var wellFormedRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,128}$`)

// requestID takes the caller's X-Request-Id when it is well formed, so that it can be written to logs as it is, and
// makes one otherwise. It is always returned.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		takeRequestID(c)
		return next(c)
	}
}

// takeRequestID is apart from the middleware, as logRequest is: what stands on the stack of a middleware stands there for
// as long as a stream waits.
func takeRequestID(c echo.Context) {
	id := c.Request().Header.Get(echo.HeaderXRequestID)
	if !wellFormedRequestID.MatchString(id) || redact.ContainsCardNumber(id) {
		id = uuid.Must(uuid.NewV7()).String()
	}
	c.Response().Header().Set(echo.HeaderXRequestID, id)
	c.SetRequest(c.Request().WithContext(telemetry.WithRequestID(c.Request().Context(), id)))
}

// requestLog writes one line per request: no headers, no bodies, no query, and the route instead of the address.
func requestLog(log *slog.Logger, clk clock.Clock) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := clk.Now()
			err := next(c)
			if err != nil {
				c.Error(err) // writes the problem, so that the status below is the real one
			}
			logRequest(c, log, clk.Now().Sub(start))
			return nil
		}
	}
}

func logRequest(c echo.Context, log *slog.Logger, took time.Duration) {
	ctx := c.Request().Context()
	attributes := []any{
		"request_id", telemetry.RequestID(ctx), "method", c.Request().Method, "route", c.Path(),
		"operation", operationOf(c), "status", c.Response().Status, "bytes", c.Response().Size,
		"latency_ms", float64(took.Microseconds()) / 1000,
	}
	if principal, ok := auth.PrincipalFrom(ctx); ok {
		attributes = append(attributes, "user_id", principal.User.ID)
	}
	log.InfoContext(ctx, "request", attributes...)
}

// recoverPanic turns a panic into an error; the stack goes to the log and never to the caller.
func recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				if cause == http.ErrAbortHandler { //nolint:errorlint,err113 // net/http compares it the same way
					panic(cause)
				}
				err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		return next(c)
	}
}

// bodyLimit stops reading after MaxBodyBytes; reading on gives *http.MaxBytesError, which becomes a 413.
func bodyLimit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if body := c.Request().Body; body != nil && body != http.NoBody {
			c.Request().Body = http.MaxBytesReader(c.Response(), body, MaxBodyBytes)
		}
		return next(c)
	}
}

// safeHeaders are for every answer: nothing here is to be cached by others, guessed at or framed.
func safeHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		setSafeHeaders(c.Response().Header())
		return next(c)
	}
}

func setSafeHeaders(header http.Header) {
	header.Set(echo.HeaderXContentTypeOptions, "nosniff")
	header.Set(echo.HeaderReferrerPolicy, "no-referrer")
	if header.Get(echo.HeaderCacheControl) == "" {
		header.Set(echo.HeaderCacheControl, "no-store")
	}
}
