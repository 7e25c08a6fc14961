package advice

import (
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// Drawer is the JSON of CardDrawer in the contract. A test holds the two together.
type Drawer struct {
	Kind               string         `json:"kind"`
	Purchase           Purchase       `json:"purchase"`
	Recommended        RankedCard     `json:"recommended"`
	Utilization        *Utilization   `json:"utilization"`
	Reasons            []string       `json:"reasons"`
	Alternatives       []RankedCard   `json:"alternatives"`
	RunnerUpDifference *money.Money   `json:"runnerUpDifference"`
	Split              *Split         `json:"split"`
	Excluded           []ExcludedCard `json:"excluded"`
	Warnings           []string       `json:"warnings"`
	RuleVersion        string         `json:"ruleVersion"`
	Sources            []Source       `json:"sources,omitempty"` // only where the drawer stands alone
}

// Purchase is what the drawer is about.
type Purchase struct {
	Merchant *string     `json:"merchant"`
	Category string      `json:"category"`
	Amount   money.Money `json:"amount"`
	Abroad   bool        `json:"abroad"`
}

// RankedCard is one card that can pay.
type RankedCard struct {
	CardID       string        `json:"cardId"`
	Name         string        `json:"name"`
	Issuer       string        `json:"issuer"`
	LastFour     *string       `json:"lastFour"`
	Reward       money.Money   `json:"reward"`
	ForeignFee   money.Money   `json:"foreignFee"`
	Net          money.Money   `json:"net"`
	RatePercent  money.Percent `json:"ratePercent"`
	CapLeft      *money.Money  `json:"capLeft"`
	Preferred    bool          `json:"preferred"`
	Reasons      []string      `json:"reasons"`
	Illustrative bool          `json:"illustrative"`
	Stale        bool          `json:"stale"`
	Rule         PaidBy        `json:"rule"`
}

// PaidBy is the rule behind a reward, with the page it was read on.
type PaidBy struct {
	ID          string        `json:"id"`
	RatePercent money.Percent `json:"ratePercent"`
	Label       string        `json:"label"`
	Source      string        `json:"source"`
	AsOf        string        `json:"asOf"`
}

// ExcludedCard is one that cannot pay.
type ExcludedCard struct {
	CardID string `json:"cardId"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
	Text   string `json:"text"`
}

// Split is the purchase on two cards.
type Split struct {
	Parts []SplitPart `json:"parts"`
	Net   money.Money `json:"net"`
	Gain  money.Money `json:"gain"`
}

// SplitPart is what goes on one of them.
type SplitPart struct {
	CardID     string      `json:"cardId"`
	Name       string      `json:"name"`
	LastFour   *string     `json:"lastFour"`
	Amount     money.Money `json:"amount"`
	Reward     money.Money `json:"reward"`
	ForeignFee money.Money `json:"foreignFee"`
	Net        money.Money `json:"net"`
}

// Utilization is the share of the limit that is owed.
type Utilization struct {
	BeforePercent money.Percent `json:"beforePercent"`
	AfterPercent  money.Percent `json:"afterPercent"`
}

func (a Advice) drawer(discreet bool) Drawer {
	best := a.Result.Ranked[0]
	drawer := Drawer{
		Kind: "card",
		Purchase: Purchase{
			Merchant: orNil(a.Purchase.MerchantName), Category: string(a.Purchase.Category), Amount: a.Purchase.Amount,
			Abroad: a.Purchase.Foreign,
		},
		Recommended:        rankedCard(best, discreet),
		Alternatives:       []RankedCard{},
		RunnerUpDifference: a.Result.RunnerUpDifference,
		Excluded:           []ExcludedCard{},
		Warnings:           append([]string{}, a.warnings...),
		RuleVersion:        a.Result.RuleVersion,
	}
	drawer.Reasons = drawer.Recommended.Reasons
	if best.Utilization != nil && !discreet {
		drawer.Utilization = &Utilization{
			BeforePercent: money.Percent(best.Utilization.BeforeBps), AfterPercent: money.Percent(best.Utilization.AfterBps),
		}
	}
	for _, ranking := range a.Result.Ranked[1:] {
		drawer.Alternatives = append(drawer.Alternatives, rankedCard(ranking, discreet))
	}
	for _, skipped := range a.Result.Skipped {
		drawer.Excluded = append(drawer.Excluded, ExcludedCard{
			CardID: skipped.Card.ID, Name: skipped.Card.Name(), Reason: string(skipped.Reason), Text: skipped.Text,
		})
	}
	if split := a.Result.Split; split != nil {
		drawer.Split = &Split{Net: split.Net, Gain: split.Gain}
		for _, part := range split.Parts {
			drawer.Split.Parts = append(drawer.Split.Parts, SplitPart{
				CardID: part.Card.ID, Name: part.Card.Name(), LastFour: orNil(part.Card.LastFour), Amount: part.Amount,
				Reward: part.Reward, ForeignFee: part.ForeignFee, Net: part.Net,
			})
		}
	}
	return drawer
}

func rankedCard(r rewards.Ranking, discreet bool) RankedCard {
	product := r.Card.Product
	card := RankedCard{
		CardID: r.Card.ID, Name: r.Card.Name(), Issuer: product.Issuer, LastFour: orNil(r.Card.LastFour),
		Reward: r.Reward, ForeignFee: r.ForeignFee, Net: r.Net, RatePercent: money.Percent(r.RateBps), CapLeft: r.CapLeft,
		Preferred: r.Card.Preferred, Reasons: append([]string{}, r.Reasons...), Illustrative: r.Illustrative, Stale: r.Stale,
		Rule: PaidBy{
			ID: r.Rule.ID, RatePercent: money.Percent(r.Card.WorthBps(r.Rule)), Label: r.Rule.Label, Source: r.Rule.Source,
			AsOf: r.Rule.AsOf.String(),
		},
	}
	if discreet {
		card.Reasons = r.ReasonsWithoutBalance()
	}
	return card
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
