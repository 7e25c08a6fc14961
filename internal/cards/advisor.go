package cards

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/engine/advice"
	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/preferences"
)

// Orders reads a user's orders.
type Orders interface {
	Since(ctx context.Context, userID uuid.UUID, since time.Time) ([]insights.Order, error)
}

// Merchants knows the merchants by name.
type Merchants interface {
	Lexicon(ctx context.Context) (spending.Lexicon, error)
	AcceptedNetworks(ctx context.Context) (map[string][]string, error)
}

// Advisor says which card to use, outside a chat as in one.
type Advisor struct {
	cards     *Service
	orders    Orders
	merchants Merchants
	choices   preferences.Reader
	clock     clock.Clock
}

// NewAdvisor makes the advisor; every dependency is required.
func NewAdvisor(cards *Service, orders Orders, merchants Merchants, choices preferences.Reader, clk clock.Clock) (*Advisor, error) {
	if cards == nil || orders == nil || merchants == nil || choices == nil || clk == nil {
		return nil, errors.New("cards: NewAdvisor wants every dependency")
	}
	return &Advisor{cards: cards, orders: orders, merchants: merchants, choices: choices, clock: clk}, nil
}

// RecommendParams is a purchase to find a card for: the merchant as people call it, the category, or both.
type RecommendParams struct {
	UserID      uuid.UUID
	Merchant    string
	Category    string // of the category vocabulary
	Amount      money.Money
	Day         *Date // of the purchase in the user's zone; nil is now
	Abroad      bool
	RuleVersion string // of an earlier answer; empty for the rules of today
}

// Recommend compares the user's cards. Errors: CodeInvalidRequest with the fields, CodeConflict when the user holds no card
// or none that can pay, ErrRuleVersionUnknown.
func (a *Advisor) Recommend(ctx context.Context, params RecommendParams) (advice.Advice, error) {
	if err := params.validate(a.clock.Now()); err != nil {
		return advice.Advice{}, err
	}
	question, err := a.question(ctx, params)
	if err != nil {
		return advice.Advice{}, err
	}
	answer, err := advice.On(question)
	switch {
	case errors.Is(err, rewards.ErrNoCards):
		return advice.Advice{}, apperr.New(apperr.CodeConflict, "You hold no card yet. Add the ones you have first.")
	case errors.Is(err, rewards.ErrNoUsableCard):
		return advice.Advice{}, apperr.New(apperr.CodeConflict, "None of your cards can pay this: "+strings.Join(answer.WhyNone(), "; ")+".")
	case err != nil:
		return advice.Advice{}, fmt.Errorf("recommend card: %w", err)
	}
	if question.MerchantSlug == "" && question.Category == "" {
		unknown := question.MerchantName + " is no merchant known here, so it counts as everything else"
		answer.Drawer.Warnings = append(answer.Drawer.Warnings, unknown)
	}
	answer.Drawer.Sources = answer.Sources
	return answer, nil
}

// question collects what bears on the purchase.
func (a *Advisor) question(ctx context.Context, params RecommendParams) (advice.Question, error) {
	chosen, err := a.choices.Preferences(ctx, params.UserID)
	if err != nil {
		return advice.Question{}, err
	}
	location := chosen.Location()
	now := a.clock.Now()
	question := advice.Question{
		MerchantName: strings.TrimSpace(params.Merchant), Category: params.Category, Amount: params.Amount,
		At: params.at(now, location), Location: location, Abroad: params.Abroad, ReadAt: now,
	}
	if err := a.findMerchant(ctx, &question); err != nil {
		return advice.Question{}, err
	}
	if params.RuleVersion == "" {
		question.Wallet, err = a.cards.Wallet(ctx, params.UserID)
	} else {
		question.Wallet, err = a.cards.WalletUnder(ctx, params.UserID, params.RuleVersion)
	}
	if err != nil {
		return advice.Question{}, err
	}
	year := rewards.DateIn(question.At, location).Year // no cap counts anything older
	question.Orders, err = a.orders.Since(ctx, params.UserID, time.Date(year, time.January, 1, 0, 0, 0, 0, location))
	return question, err
}

// findMerchant fills in what the catalogue knows of the merchant; what the caller said of the category stands.
func (a *Advisor) findMerchant(ctx context.Context, question *advice.Question) error {
	lexicon, err := a.merchants.Lexicon(ctx)
	if err != nil {
		return err
	}
	known, found := lexicon.Find(question.MerchantName)
	if !found {
		return nil
	}
	networks, err := a.merchants.AcceptedNetworks(ctx)
	if err != nil {
		return err
	}
	question.MerchantName, question.MerchantSlug, question.Accepted = known.Name, known.Slug, networks[known.Slug]
	if question.Category == "" {
		question.Category = known.Category
	}
	return nil
}

// yearsAhead and firstYear bound the days that can be asked about: beyond them no rule is known.
const (
	yearsAhead = 1
	firstYear  = 2000
)

func (p RecommendParams) validate(now time.Time) error {
	fields := refuseNumber("/amount/amount", digitsOf(&p.Amount))
	fault := func(pointer, code, detail string) {
		fields = append(fields, apperr.Field{Pointer: pointer, Code: code, Detail: detail})
	}
	if p.Amount.Validate() != nil {
		fault("/amount/currency", "unknown", "This is not an ISO 4217 currency in use.")
	}
	if p.Category != "" && !category.Category(p.Category).Valid() {
		fault("/category", "unknown", "There is no such category.")
	}
	if p.Day != nil && (p.Day.Year < firstYear || p.Day.Year > now.Year()+yearsAhead) {
		fault("/date", "range", "Ask about a day up to the end of next year.")
	}
	if strings.TrimSpace(p.Merchant) == "" && p.Category == "" {
		fault("/merchant", "required", "Say the merchant or the category.")
	}
	fields = append(fields, refuseNumber("/merchant", p.Merchant)...)
	if len(fields) > 0 {
		return apperr.Invalid(fields...)
	}
	return nil
}

// at is the moment the caps are looked at: now, or the end of another day.
func (p RecommendParams) at(now time.Time, location *time.Location) time.Time {
	if p.Day == nil || *p.Day == rewards.DateIn(now, location) {
		return now
	}
	next := p.Day.AddDays(1)
	return time.Date(next.Year, next.Month, next.Day, 0, 0, 0, 0, location).Add(-time.Nanosecond)
}
