package chat

import (
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/money"
)

// The drawer as it is stored and sent: the JSON of CardDrawer in the contract. A test holds the two together.
type cardDrawer struct {
	Kind         string             `json:"kind"`
	Purchase     drawerPurchase     `json:"purchase"`
	Recommended  drawerCard         `json:"recommended"`
	Utilization  *drawerUtilization `json:"utilization"`
	Reasons      []string           `json:"reasons"`
	Alternatives []drawerCard       `json:"alternatives"`
	RuleVersion  string             `json:"ruleVersion"`
}

type drawerPurchase struct {
	Merchant *string     `json:"merchant"`
	Category string      `json:"category"`
	Amount   drawerMoney `json:"amount"`
}

type drawerCard struct {
	CardID      string       `json:"cardId"`
	Name        string       `json:"name"`
	Issuer      string       `json:"issuer"`
	LastFour    *string      `json:"lastFour"`
	Reward      drawerMoney  `json:"reward"`
	RatePercent percent      `json:"ratePercent"`
	CapLeft     *drawerMoney `json:"capLeft"`
	Preferred   bool         `json:"preferred"`
}

type drawerUtilization struct {
	BeforePercent percent `json:"beforePercent"`
	AfterPercent  percent `json:"afterPercent"`
}

type drawerMoney struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// percent is basis points, written as a number with at most two decimals; it never passes through a float.
type percent int64

// MarshalJSON implements json.Marshaler.
func (p percent) MarshalJSON() ([]byte, error) {
	text := money.FormatBps(int64(p))
	return []byte(text[:len(text)-len("%")]), nil
}

func toDrawerMoney(m money.Money) drawerMoney {
	return drawerMoney{Amount: m.Amount, Currency: m.Currency}
}

func toDrawerCard(r rewards.Ranking) drawerCard {
	card := drawerCard{
		CardID: r.Card.ID, Name: r.Card.Name(), Issuer: r.Card.Product.Issuer, LastFour: orNil(r.Card.LastFour),
		Reward: toDrawerMoney(r.Reward), RatePercent: percent(r.RateBps), Preferred: r.Card.Preferred,
	}
	if r.CapLeft != nil {
		left := toDrawerMoney(*r.CapLeft)
		card.CapLeft = &left
	}
	return card
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
