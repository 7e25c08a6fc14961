package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
)

// Findings reads what was found in a user's orders before (see package insights); never computes.
type Findings interface {
	Newest(ctx context.Context, userID uuid.UUID, limit int) ([]Finding, error)
}

// Finding is one thing worth knowing about a user's orders.
type Finding struct {
	ID    string
	Title string
	AsOf  time.Time
}

// Parts of what is known around a question. Each is read by itself, in its own time; an answer does without those that
// cannot be read, and says so.
const (
	partCards    = "cards"
	partOrders   = "orders"
	partFindings = "insights"
	partTrends   = "trends"
	partPrices   = "prices"
	partBalances = "balances"
)

// partTimeouts bound how long an answer waits for a part.
var partTimeouts = map[string]time.Duration{
	partCards: 3 * time.Second, partOrders: 5 * time.Second, partFindings: time.Second, partTrends: 2 * time.Second,
	partPrices: 3 * time.Second, partBalances: 3 * time.Second,
}

// newestFindings is how many findings an answer may point to.
const newestFindings = 3

// gathering collects what is known around one question.
type gathering struct {
	o   *Orchestrator
	ask Ask
	q   *question

	mu      sync.Mutex
	missing map[string]bool
}

// gather reads what is known around a question: first what it takes to understand it, then everything it may need, side
// by side. Without the asker's currency and time zone, or the merchants, no figure would be right, so those are required;
// every other part has a deadline of its own and can be done without.
func (o *Orchestrator) gather(ctx context.Context, ask Ask, q *question) error {
	group, required := errgroup.WithContext(ctx)
	load := func(part func() error) { group.Go(func() error { return guarded(part) }) }
	load(func() (err error) { q.chosen, err = o.Preferences.Preferences(required, ask.UserID); return err })
	load(func() (err error) { q.lexicon, err = o.Merchants.Lexicon(required); return err })
	load(func() (err error) { q.networks, err = o.Merchants.AcceptedNetworks(required); return err })
	if err := group.Wait(); err != nil {
		return fmt.Errorf("load context: %w", err)
	}
	q.currency, q.location = q.chosen.Currency, q.chosen.Location()
	q.read()
	g := &gathering{o: o, ask: ask, q: q, missing: map[string]bool{}}
	parts, optional := errgroup.WithContext(ctx)
	for part, load := range g.parts() {
		parts.Go(func() error { return g.read(optional, part, load) })
	}
	if err := parts.Wait(); err != nil {
		return fmt.Errorf("load context: %w", err)
	}
	q.missing = g.missing
	return nil
}

// parts are those that this question needs. A group is told nothing of a member who does not share.
func (g *gathering) parts() map[string]func(ctx context.Context) error {
	parts := map[string]func(ctx context.Context) error{}
	canned := intent.Reply(g.q.reading.Kind, g.q.reading.Language) != ""
	general := g.q.reading.Intent == intent.General && g.q.private && !canned
	if general || g.q.reading.Intent == intent.Card {
		parts[partCards] = g.cards // a question about spending may name one
	}
	if g.q.private && !canned && (g.q.reading.Intent != intent.Tracker || len(g.q.wantsWarnings()) > 0) {
		parts[partOrders] = g.orders
	}
	if g.q.reading.Intent == intent.Split && g.q.asksForBalances() {
		parts[partBalances] = g.balances
	}
	if general {
		parts[partFindings] = g.findings
	}
	if g.q.reading.Intent == intent.Tracker {
		parts[partPrices] = g.prices
	}
	if subject := g.q.trendSubject(); subject != "" {
		parts[partTrends] = func(ctx context.Context) error { return g.trend(ctx, subject) }
	}
	return parts
}

// read reads one part within its time. What fails is missing from the answer; only the end of the whole is an error.
func (g *gathering) read(ctx context.Context, part string, load func(ctx context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, partTimeouts[part])
	defer cancel()
	err := guarded(func() error { return load(bounded) })
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g.o.Logger.WarnContext(ctx, "answering without a part", "part", part, "error", err,
		"timed_out", errors.Is(bounded.Err(), context.DeadlineExceeded))
	g.mu.Lock()
	defer g.mu.Unlock()
	g.missing[part] = true
	return nil
}

func (g *gathering) cards(ctx context.Context) error {
	wallet, err := g.o.Cards.Wallet(ctx, g.ask.UserID)
	return keep(&g.q.wallet, wallet, err)
}

func (g *gathering) orders(ctx context.Context) error {
	orders, err := g.o.Orders.Since(ctx, g.ask.UserID, g.ask.At.Add(-ordersReach))
	return keep(&g.q.orders, orders, err)
}

func (g *gathering) balances(ctx context.Context) error {
	standings, err := g.o.Ledger.Standings(ctx, g.ask.UserID, groupOf(g.ask))
	return keep(&g.q.standings, standings, err)
}

func (g *gathering) prices(ctx context.Context) error {
	found, err := g.o.track(ctx, g.ask, *g.q, g.q.reading)
	if err == nil {
		g.q.tracked = found
	}
	return err
}

func (g *gathering) findings(ctx context.Context) error {
	findings, err := g.o.Findings.Newest(ctx, g.ask.UserID, newestFindings)
	return keep(&g.q.findings, findings, err)
}

// keep takes a part as a whole or not at all.
func keep[T any](place *[]T, items []T, err error) error {
	if err == nil {
		*place = items
	}
	return err
}

func (g *gathering) trend(ctx context.Context, subject string) error {
	trend, found, err := g.o.Trends.About(ctx, subject)
	if err == nil && found {
		g.q.trend = &trend
	}
	return err
}

// missingWords name the parts for people.
var missingWords = map[string]string{
	partCards: "your cards", partOrders: "your orders", partFindings: "your insights", partTrends: "what people talk about",
	partPrices: "the prices", partBalances: "who owes whom",
}

// without tells in the plan which of the parts it needed could not be read.
func (p Plan) without(q question, needed ...string) Plan {
	var words []string
	for _, part := range needed {
		if q.missing[part] {
			words = append(words, missingWords[part])
		}
	}
	if len(words) == 0 {
		return p
	}
	p.Degraded = true
	p.Thinking = append(p.Thinking, "Could not read "+insights.List(words)+" in time")
	p.Template = strings.TrimSpace(p.Template + " I could not read " + insights.List(words) + " just now, so this may be incomplete.")
	return p
}
