package httpapi

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/ratelimit"
)

// LimitClass says which limit an operation counts against. Its name is that of the policy in the headers.
type LimitClass string

// The classes. An operation names its own in x-limit; else what is open to everybody and about signing in is LimitAuth,
// what reads is LimitReads, and anything else LimitWrites. LimitNone is never refused: load balancers must not be told
// that the service is ill because they ask often.
const (
	LimitAuth   LimitClass = "auth"
	LimitAI     LimitClass = "ai"
	LimitWrites LimitClass = "writes"
	LimitReads  LimitClass = "reads"
	LimitNone   LimitClass = "none"
)

// limitClass reads the class of an operation from the contract.
func limitClass(method string, access Access, operation *openapi3.Operation) (LimitClass, error) {
	if named, found := operation.Extensions["x-limit"]; found {
		name, _ := named.(string)
		switch class := LimitClass(name); class {
		case LimitAuth, LimitAI, LimitWrites, LimitReads, LimitNone:
			return class, nil
		default:
			return "", fmt.Errorf("x-limit %v is not a known limit", named)
		}
	}
	switch {
	case access == AccessPublic && len(operation.Tags) > 0 && operation.Tags[0] == "auth":
		return LimitAuth, nil
	case method == http.MethodGet:
		return LimitReads, nil
	default:
		return LimitWrites, nil
	}
}

// streams reports whether an operation answers a stream of events.
func streams(operation *openapi3.Operation) bool {
	response := operation.Responses.Status(http.StatusOK)
	return response != nil && response.Value.Content.Get("text/event-stream") != nil
}

// RateLimit is the limit of one class: its rate, for the headers, and who counts.
type RateLimit struct {
	Rate    ratelimit.Rate
	Limiter ratelimit.Limiter
}

// LimitConfig is how often and how much callers may do. A class without an entry has no limit, and so have streams
// without slots.
type LimitConfig struct {
	Rates map[LimitClass]RateLimit
	// MostStreams is how many slots Streams has for each caller.
	MostStreams int
	Streams     ratelimit.Slots
	// TrustedProxies are believed when they say in X-Forwarded-For who the caller is.
	TrustedProxies []netip.Prefix
}

const (
	headerPolicy = "RateLimit-Policy"
	headerLimit  = "RateLimit"
	// policyStreams is the name of the policy for streams.
	policyStreams = "streams"
	// streamRetryAfter is when a caller with too many streams may try again: nobody knows when one of theirs ends.
	streamRetryAfter = 5 * time.Second
)

// limits counts what callers do and says so in the headers of draft-ietf-httpapi-ratelimit-headers (version 10):
// RateLimit-Policy has the quota q and its window w in seconds, RateLimit how much remains (r) and when all of it is there
// again (t).
type limits struct {
	LimitConfig

	log *slog.Logger
}

// addressOf says who calls where nobody is signed in. The address of a connection cannot be made up, a header can.
func (c LimitConfig) addressOf() echo.IPExtractor {
	if len(c.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range c.TrustedProxies {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// callerOf is what a caller is counted under: who is signed in wherever they are, anybody else by their address.
func callerOf(c echo.Context) string {
	if principal, signedIn := auth.PrincipalFrom(c.Request().Context()); signedIn {
		return "user " + principal.User.ID.String()
	}
	return "address " + bucketOf(c.RealIP())
}

// ownedBits is how much of an IPv6 address names a network: what comes after is the caller's to choose.
const ownedBits = 64

// bucketOf takes all addresses of one IPv6 network for one.
func bucketOf(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is6() {
		if network, err := parsed.Prefix(ownedBits); err == nil {
			return network.String()
		}
	}
	return parsed.String()
}

// take counts one request against a class. Errors: CodeRateLimited.
func (l *limits) take(c echo.Context, class LimitClass) error {
	counted := class
	if class == LimitNone {
		counted = LimitReads
	}
	limit, found := l.Rates[counted]
	if !found {
		return nil
	}
	count := limit.Limiter.Take
	if class == LimitNone {
		count = limit.Limiter.Peek
	}
	ctx := c.Request().Context()
	state, err := count(ctx, callerOf(c))
	if err != nil { // better without a limit than without a service
		l.log.WarnContext(ctx, "request not counted", "class", string(class), "error", err)
		return nil
	}
	header := c.Response().Header()
	header.Set(headerPolicy, fmt.Sprintf("%q;q=%d;w=%d", counted, limit.Rate.Count, wholeSeconds(limit.Rate.Period)))
	header.Set(headerLimit, fmt.Sprintf("%q;r=%d;t=%d", counted, state.Remaining, wholeSeconds(state.ResetAfter)))
	if state.Limited {
		return tooMany(header, state.RetryAfter, "That was too often. Please wait a moment.")
	}
	return nil
}

// refuse counts a request that was not let in against its address, so that nobody can try tokens without end. It returns
// the refusal, or that it was one too many.
func (l *limits) refuse(c echo.Context, class LimitClass, refusal error) error {
	if !apperr.Is(refusal, apperr.CodeUnauthorized) {
		return refusal
	}
	if err := l.take(c, class); err != nil {
		return err
	}
	return refusal
}

// enter takes a slot for a stream; leave gives it back. Errors: CodeRateLimited.
func (l *limits) enter(c echo.Context) (leave func(), err error) {
	if l.Streams == nil {
		return func() {}, nil
	}
	ctx := c.Request().Context()
	free, entered, leave, err := l.Streams.Enter(ctx, callerOf(c))
	if err != nil {
		l.log.WarnContext(ctx, "stream not counted", "error", err)
		return leave, nil
	}
	header := c.Response().Header()
	appendItem(header, headerPolicy, fmt.Sprintf(`%q;q=%d;qu="concurrent-requests"`, policyStreams, l.MostStreams))
	appendItem(header, headerLimit, fmt.Sprintf("%q;r=%d", policyStreams, free))
	if !entered {
		return leave, tooMany(header, streamRetryAfter, "You have too many streams open. Close one first.")
	}
	return leave, nil
}

// hold keeps a slot while a stream is written. It is apart from the guard, as logRequest is from its middleware: what
// stands on the stack of a stream stands there for as long as it waits.
func (l *limits) hold(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		leave, err := l.enter(c)
		if err != nil {
			return err
		}
		defer leave()
		return next(c)
	}
}

// strays counts what is no operation of the contract, such as the documentation and addresses that do not exist, as reads
// of whoever's address it is.
func (l *limits) strays(operations map[string]Operation) echo.MiddlewareFunc {
	known := make(map[string]bool, len(operations))
	for _, operation := range operations {
		known[operation.Method+" "+echoPath(operation.Path)] = true
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := l.stray(c, known); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// stray is apart from its middleware, as logRequest is.
func (l *limits) stray(c echo.Context, known map[string]bool) error {
	if known[c.Request().Method+" "+c.Path()] {
		return nil
	}
	return l.take(c, LimitReads)
}

func tooMany(header http.Header, wait time.Duration, message string) error {
	header.Set(echo.HeaderRetryAfter, strconv.FormatInt(max(1, wholeSeconds(wait)), 10))
	return apperr.New(apperr.CodeRateLimited, message)
}

// appendItem adds an item to a header that is a list (RFC 9651, section 3.1).
func appendItem(header http.Header, name, item string) {
	if before := header.Get(name); before != "" {
		item = before + ", " + item
	}
	header.Set(name, item)
}

// wholeSeconds rounds up: whoever waits that long has waited long enough.
func wholeSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
