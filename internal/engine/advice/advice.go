// Package advice says which of a person's cards to use for one purchase: it puts together what package rewards compares
// with what the person's orders used of the caps, and gives the figures in the shape in which they are stored and sent.
// The chat and the operation that asks for a card directly both answer from here, so that they cannot differ.
//
// It is pure, as its parts are: the same question always has the same answer.
package advice

import (
	"fmt"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/earnings"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// Question is one purchase and what bears on it.
type Question struct {
	MerchantName string // as it is known; may be empty
	MerchantSlug string // empty when the merchant is not in the catalogue
	Category     string // of the category vocabulary; anything else counts as other
	Amount       money.Money
	At           time.Time
	Location     *time.Location // the person's zone; nil is UTC
	Abroad       bool           // the merchant charges from abroad
	Accepted     []string       // the card networks the merchant takes; empty means all

	Wallet []rewards.Card
	Orders []insights.Order
	ReadAt time.Time // when wallet and orders were read
	// Discreet leaves out what is owed on the cards: a group is told no balances.
	Discreet bool
	// Unseen says that the orders may not be looked at here, or could not be: caps then count as untouched, and the
	// advice says so.
	Unseen bool
}

// Advice is the answer.
type Advice struct {
	Purchase rewards.Purchase
	Result   rewards.Result
	Payments int // how many card payments were counted
	Sources  []Source
	Drawer   Drawer

	warnings []string
}

// Source is something a figure rests on.
type Source struct {
	Type string    `json:"type"` // card, reward_rule, card_product or transaction
	ID   string    `json:"id"`
	AsOf time.Time `json:"asOf"`
}

// PurchaseOf is the purchase a question is about, in the words of package rewards.
func PurchaseOf(q Question) rewards.Purchase {
	purchase := rewards.Purchase{
		MerchantName: q.MerchantName, MerchantSlug: q.MerchantSlug, Category: category.Other, Amount: q.Amount, At: q.At,
		Location: q.Location, Foreign: q.Abroad, RefusedNetworks: earnings.RefusedNetworks(q.Accepted, q.Wallet),
	}
	if known, ok := category.Parse(q.Category); ok {
		purchase.Category = known
	}
	return purchase
}

// On answers a question. Errors: those of rewards.Rank and rewards.TallyUntil; with rewards.ErrNoUsableCard the result
// still says why each card was left out.
func On(q Question) (Advice, error) {
	a := Advice{Purchase: PurchaseOf(q)}
	var spends []rewards.Spend
	if !q.Unseen {
		spends = earnings.Spends(q.Orders)
	}
	a.Payments = len(spends)
	tally, err := rewards.TallyUntil(q.Wallet, spends, q.At, q.Location)
	if err != nil {
		return a, fmt.Errorf("count against caps: %w", err)
	}
	if a.Result, err = rewards.Rank(a.Purchase, q.Wallet, tally.Use(q.At)); err != nil {
		return a, err
	}
	a.Sources = sourcesOf(a.Result, tally.Counted(q.At), q.ReadAt.UTC())
	best := a.Result.Ranked[0]
	a.warnings = append(a.warnings, best.Warnings...)
	if q.Unseen {
		if best.CapLeft != nil {
			a.warnings = append(a.warnings, "What your purchases used of the caps is not counted here")
		}
		for i := range a.Result.Ranked {
			a.Result.Ranked[i] = a.Result.Ranked[i].WithoutUse(q.Amount)
		}
	}
	a.Drawer = a.drawer(q.Discreet)
	return a, nil
}

// sourcesOf are what the figures rest on: the cards, their products, the rules that paid, and the purchases that count
// against the caps of those rules.
func sourcesOf(result rewards.Result, counted map[rewards.CapKey][]string, readAt time.Time) []Source {
	var sources []Source
	seen := map[string]bool{}
	add := func(kind, id string, asOf time.Time) {
		if key := kind + id; !seen[key] {
			seen[key] = true
			sources = append(sources, Source{Type: kind, ID: id, AsOf: asOf})
		}
	}
	ranked := result.Ranked
	if result.Split != nil { // a part may be paid by another rule than the whole
		ranked = append(slices.Clip(ranked), result.Split.Parts[0].Ranking, result.Split.Parts[1].Ranking)
	}
	for _, r := range ranked {
		add("card", r.Card.ID, readAt)
		add("card_product", r.Card.Product.ID, r.Card.Product.AsOf.Midnight(readAt))
		add("reward_rule", r.Rule.ID, r.Rule.AsOf.Midnight(readAt))
		if r.Rule.Cap == nil {
			continue
		}
		for _, id := range counted[rewards.CapKey{CardID: r.Card.ID, Cap: r.Rule.CapID()}] {
			add("transaction", id, readAt)
		}
	}
	return sources
}

// WhyNone says, when no card can pay, why not, one sentence without a full stop per reason.
func (a Advice) WhyNone() []string {
	var texts []string
	for _, skipped := range a.Result.Skipped {
		if !slices.Contains(texts, skipped.Text) {
			texts = append(texts, skipped.Text)
		}
	}
	return texts
}
