package rewards

import (
	"time"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/money"
)

// Kind is what a rule looks at.
type Kind string

// The kinds of rules. Every product has exactly one base rule on every day.
const (
	KindBase     Kind = "base"     // every purchase
	KindCategory Kind = "category" // purchases whose category counts as Rule.Category
	KindMerchant Kind = "merchant" // purchases at Rule.MerchantSlug
)

// Program is what a product pays in.
type Program string

// The programs.
const (
	ProgramCash   Program = "cash"   // money; the point value is always CashPointValue
	ProgramPoints Program = "points" // points, worth Product.PointValue or the card's override
)

// CashPointValue is one cent in the unit of point values, hundredths of a cent.
const CashPointValue = 100

// Rule is one line of a product's terms. Its JSON, and that of Product, is how earlier terms are kept.
type Rule struct {
	ID           string            `json:"id"` // fixed for ever; a changed rate is a new rule
	Kind         Kind              `json:"kind"`
	Category     category.Category `json:"category"`     // KindCategory only
	MerchantSlug string            `json:"merchantSlug"` // KindMerchant only
	Label        string            `json:"label"`        // completes "6% back on ...", plain words
	RateBps      int64             `json:"rateBps"`      // basis points of the spend at one cent per point; 0 to 10,000

	// Cap is the spending per CapPeriod that earns RateBps; the rest earns the base rate. Nil means no cap.
	Cap            *money.Money `json:"cap"`
	CapPeriod      Period       `json:"capPeriod"`
	SharedCapGroup string       `json:"sharedCapGroup"` // rules of one product with the same group share a cap; empty means its own

	// ValidFrom and ValidTo are the first and last day in the user's zone; zero means open.
	ValidFrom          Date     `json:"validFrom"`
	ValidTo            Date     `json:"validTo"`
	Quarter            Quarter  `json:"quarter"`            // a rotating rule of this quarter only; empty means not rotating
	RequiresActivation bool     `json:"requiresActivation"` // matches only when Card.Activations names the Quarter, else the ID
	ChoiceGroup        string   `json:"choiceGroup"`        // matches only when the owner chose Category; names one of Product.ChoiceGroups
	DomesticOnly       bool     `json:"domesticOnly"`       // does not match foreign purchases
	ExcludedMerchants  []string `json:"excludedMerchants"`

	Source       string `json:"source"`       // address where the terms were read
	AsOf         Date   `json:"asOf"`         // the day they were read
	Illustrative bool   `json:"illustrative"` // true when the terms could not be confirmed; Note says why
	Note         string `json:"note"`         // what the model leaves out, for people
}

// ChoiceGroup is a set of rules of which the owner may choose a few categories.
type ChoiceGroup struct {
	Name    string            `json:"name"`
	Max     int               `json:"max"`               // how many categories may be chosen at once
	Default category.Category `json:"default,omitempty"` // what the issuer takes where the owner chose nothing
}

// Product is a card as issued, the same for all who hold it.
type Product struct {
	ID            string        `json:"id"`
	Slug          string        `json:"slug"`
	Issuer        string        `json:"issuer"`
	Name          string        `json:"name"`
	Network       string        `json:"network"`       // visa, mastercard, amex, discover, or private for store cards
	AnnualFee     money.Money   `json:"annualFee"`     // its currency is the card's currency
	ForeignFeeBps int64         `json:"foreignFeeBps"` // share of a foreign purchase charged on top
	Program       Program       `json:"program"`
	PointValue    int64         `json:"pointValue"` // hundredths of a cent per point; CashPointValue for cash
	ChoiceGroups  []ChoiceGroup `json:"choiceGroups"`
	OnlyAt        []string      `json:"onlyAt"` // merchant slugs; a store card works nowhere else. Empty means everywhere
	Rules         []Rule        `json:"rules"`
	RuleVersion   string        `json:"ruleVersion"` // VersionOf this product; filled in by the catalogue, computed when empty
	// Catalogue is the version of the whole catalogue this product was read from, VersionOfCatalogue; empty for a
	// product from elsewhere.
	Catalogue string `json:"catalogue"`

	Source       string `json:"source"` // where the fees were read
	AsOf         Date   `json:"asOf"`
	Illustrative bool   `json:"illustrative"`
	Note         string `json:"note"`
}

// Card is a product in somebody's wallet. It never holds a card number.
type Card struct {
	ID         string
	Product    Product
	Nickname   string
	LastFour   string
	Limit      *money.Money // nil when unknown
	Balance    *money.Money // nil when unknown; what is owed, below zero is a credit
	PointValue int64        // the owner's value of a point in hundredths of a cent; 0 means the product's. Cash ignores it
	// Choices are the categories the owner chose, as words of package category. Beyond a group's Max, and for
	// categories that the product does not offer, they have no effect.
	Choices     []string
	Activations []string // quarters ("2026-Q4") and rule ids the owner activated
	Preferred   bool     // wins a tie
	// ChosenFor are the scopes of purchases for which the owner chose this card, see Purchase.Scope; it is preferred there.
	ChosenFor []string
}

// Name is what the owner calls the card: the nickname, else the product's name.
func (c Card) Name() string {
	if c.Nickname != "" {
		return c.Nickname
	}
	return c.Product.Name
}

// WorthBps is what a rule of this card pays in basis points of the spend, at the owner's own point value.
func (c Card) WorthBps(rule Rule) int64 { return worthBps(rule.RateBps, worthOf(&c)) }

// UsedBps is what part of the limit is owed, in basis points, rounded half away from zero; a credit balance owes nothing. ok
// is false where limit or balance are not known.
func (c Card) UsedBps() (used int64, ok bool) {
	if c.Limit == nil || c.Balance == nil || c.Limit.Amount <= 0 {
		return 0, false
	}
	owed := money.Money{Amount: max(0, c.Balance.Amount), Currency: c.Balance.Currency}
	bps, err := owed.MulRatio(money.BpsPerWhole, c.Limit.Amount)
	return bps.Amount, err == nil
}

// worthOf is the point value that holds for a card.
func worthOf(card *Card) int64 {
	if card.PointValue > 0 && card.Product.Program == ProgramPoints {
		return card.PointValue
	}
	return card.Product.PointValue
}

// Purchase is what somebody is about to buy.
type Purchase struct {
	MerchantName    string            // as the user knows it; may be empty
	MerchantSlug    string            // empty when the merchant is not in the catalogue
	Category        category.Category // empty counts as Other
	Amount          money.Money       // above zero; only cards of its currency are compared
	At              time.Time
	Location        *time.Location // the user's zone, for days and quarters; nil is UTC
	Foreign         bool           // charged by a merchant abroad
	RefusedNetworks []string       // networks this merchant does not take
}

// Scope is what a choice of card for this purchase holds for: the merchant, or the category where the merchant is not in
// the catalogue.
func (p Purchase) Scope() string {
	if p.MerchantSlug != "" {
		return "merchant:" + p.MerchantSlug
	}
	return "category:" + string(p.Category)
}

// Spend is a purchase of the past, from the user's real transactions. Amounts below zero are refunds.
type Spend struct {
	ID           string // of the transaction, so that a figure can name what it rests on; may be empty
	CardLastFour string
	MerchantSlug string
	Category     category.Category
	Amount       money.Money
	At           time.Time
	Foreign      bool
}

// CapKey names one cap of one card.
type CapKey struct {
	CardID string
	Cap    string // Rule.CapID
}

// CapUse is how much of each cap is spent in the period that holds the purchase. A cap that is missing is untouched.
// Amounts may exceed the cap. UseCaps computes it.
type CapUse map[CapKey]money.Money

// CapID names the cap a rule draws on, within its product: the shared group, else the rule itself.
func (r Rule) CapID() string {
	if r.SharedCapGroup != "" {
		return r.SharedCapGroup
	}
	return r.ID
}

// Currency is the currency of the product's fees, caps, rewards and purchases.
func (p Product) Currency() string { return p.AnnualFee.Currency }

// Result is the answer: every usable card, best first.
type Result struct {
	Ranked  []Ranking // at least one
	Skipped []Skipped // cards that cannot pay this purchase, by name, then id
	// RunnerUpDifference is how much more the first card nets than the second; nil with one card.
	RunnerUpDifference *money.Money
	// Split is the best way to pay with two cards; nil when one card alone earns as much.
	Split *Split
	// RuleVersion names the rules that were used: the catalogue of all products, when they come from one, else the
	// products compared. The same rules give the same version for ever.
	RuleVersion string
}

// Ranking is what one card earns on the purchase.
type Ranking struct {
	Card       Card
	Reward     money.Money // rounded once, half away from zero
	ForeignFee money.Money
	Net        money.Money // Reward - ForeignFee; may be below zero
	// RateBps is the reward as a share of the purchase before rounding to the cent, in basis points.
	RateBps     int64
	Rule        Rule         // the rule that paid, with its source
	WithinCap   money.Money  // the part of the purchase that earned the rule's own rate
	CapLeft     *money.Money // before this purchase; nil when the rule has no cap
	Utilization *Utilization // nil when limit or balance is unknown
	Reasons     []string     // plain sentences without a full stop, most important first
	// Illustrative is true when the rule that paid, or the product's fees, could not be confirmed; Stale when they were
	// read more than StaleAfterDays before the purchase. Warnings say it in sentences without a full stop.
	Illustrative bool
	Stale        bool
	Warnings     []string
}

// Split is a purchase paid with two cards, because a cap runs out inside it.
type Split struct {
	Parts [2]Part     // in the order of Result.Ranked
	Net   money.Money // of both parts together
	Gain  money.Money // over the first ranked card alone; above zero
}

// Part is what goes on one card.
type Part struct {
	Amount money.Money // above zero
	Ranking
}

// Utilization is the balance as a share of the limit (Card.UsedBps), before and after a purchase.
type Utilization struct {
	BeforeBps int64
	AfterBps  int64 // with this purchase on the card; above 10,000 it would go over the limit
}

// SkipReason says why a card was left out.
type SkipReason string

// The reasons to leave a card out.
const (
	SkipCurrency SkipReason = "currency" // the card is in another currency; nothing is converted here
	SkipNetwork  SkipReason = "network"  // the merchant does not take the card's network
	SkipStore    SkipReason = "store"    // a store card away from its store
)

// Skipped is a card that cannot pay the purchase.
type Skipped struct {
	Card   Card
	Reason SkipReason
	Text   string // the reason in plain words
}
