package spending

import (
	"time"

	"github.com/lattice-money/lattice/internal/engine/days"
	"github.com/lattice-money/lattice/internal/money"
)

// Kind says what is asked about the orders.
type Kind string

// The kinds.
const (
	KindTotal         Kind = "total"
	KindCount         Kind = "count"
	KindAverage       Kind = "average" // per order
	KindBiggest       Kind = "biggest"
	KindSmallest      Kind = "smallest"
	KindList          Kind = "list"
	KindFirstOrder    Kind = "first_order"
	KindLastOrder     Kind = "last_order"
	KindTopMerchants  Kind = "top_merchants"
	KindTopCategories Kind = "top_categories"
	KindTopCards      Kind = "top_cards" // ways of paying
	KindTrend         Kind = "trend"     // day by day, week by week or month by month, and on average
	KindShare         Kind = "share"     // as a part of everything
	KindCompare       Kind = "compare"   // two stretches of time
	KindUsual         Kind = "usual"     // the period against the ones before it
	KindVersus        Kind = "versus"    // two merchants or categories in one stretch of time
	KindPeak          Kind = "peak"      // the day, week or month that took most
	KindMonth         Kind = "month"     // the overview of a stretch of time
	KindRefused       Kind = "refused"   // what cannot be answered; Result says why
)

// Measure is what is added up of an order. The empty one is what was paid.
type Measure string

// The measures other than what was paid.
const (
	MeasureFee      Measure = "fee"
	MeasureTip      Measure = "tip"
	MeasureTax      Measure = "tax"
	MeasureDiscount Measure = "discount" // what it saved
	MeasureRefund   Measure = "refund"   // what came back
)

// Query is one question about one's own orders.
type Query struct {
	Kind    Kind
	Period  Period
	Against Period // only for Compare: the earlier stretch
	Scope
	Measure Measure
	Parties []Scope // only for Versus: what is compared, two or more
	Unit    Unit    // only for Trend and Peak: day, week or month
	Bound   Range   // only for Total: whether the whole sum lies in it
	Limit   int     // how many to list, at least 1
	ByCount bool    // only for TopMerchants and TopCategories: by how many orders there were, not by what they came to
}

// Scope says which orders a question is about: those that meet every part that is set.
type Scope struct {
	Merchants  []Merchant // any of them; one that is not in the lexicon has a name only, as the question writes it
	Categories []string   // any of them
	Either     bool       // one of the merchants or one of the categories is enough
	Item       string     // words that must be in the name of an item or, failing that, of the merchant
	Card       *Card      // paid with it, whole or in part
	Amount     Range      // of the whole order
	Without    *Scope     // merchants and categories that do not count
}

// isEmpty reports that nothing is left out.
func (s Scope) isEmpty() bool {
	return !s.names() && s.Card == nil && !s.Amount.isSet() && s.Without == nil
}

// names reports that merchants, categories or things are named.
func (s Scope) names() bool { return len(s.Merchants) > 0 || len(s.Categories) > 0 || s.Item != "" }

// Range bounds an amount. Bounds that are nil are open.
type Range struct {
	Min, Max *money.Money
	// Beyond says that the bound itself is outside: over $50 is Min with Beyond.
	MinBeyond, MaxBeyond bool
}

func (r Range) isSet() bool { return r.Min != nil || r.Max != nil }

// bound is the only end of a range that is open on the other side; ok is false for any other range.
func (r Range) bound() (amount money.Money, ok bool) {
	switch {
	case r.Min != nil && r.Max == nil:
		return *r.Min, true
	case r.Max != nil && r.Min == nil:
		return *r.Max, true
	default:
		return money.Money{}, false
	}
}

// contains reports whether an amount lies in the range. Another currency never does.
func (r Range) contains(amount money.Money) bool {
	if r.Min != nil && (r.Min.Currency != amount.Currency || amount.Amount < r.Min.Amount || r.MinBeyond && amount.Amount == r.Min.Amount) {
		return false
	}
	return r.Max == nil ||
		r.Max.Currency == amount.Currency && amount.Amount <= r.Max.Amount && (!r.MaxBeyond || amount.Amount < r.Max.Amount)
}

// Setting is what a question is read and answered by.
type Setting struct {
	Now      time.Time
	Location *time.Location // for days, weeks and months; nil means UTC
	Currency string         // sums in it come first, and numbers without a currency are in it
	// Days is the form in which the person writes days, by which dates in figures are read: 10/03. Where it is empty, those
	// that can be read in two ways are not read at all.
	Days    days.Style
	Lexicon Lexicon
}

func (s Setting) calendar() calendar { return newCalendar(s.Now, s.Location) }

const (
	defaultLimit = 3
	maxLimit     = 10
)
