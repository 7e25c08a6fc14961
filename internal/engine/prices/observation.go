package prices

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Source tells where a price was seen.
type Source string

// The sources. An order is private to the person who placed it; a feed is the same for everybody.
const (
	FromFeed  Source = "feed"
	FromOrder Source = "order"
)

// Observation is a price that was seen once. Price is for one unit, before tax, shipping and discounts on the whole order.
type Observation struct {
	ID       string // names it as a source: a transaction for FromOrder, else the product
	At       time.Time
	Price    money.Money
	Merchant string // slug
	SKU      string // the merchant's
	Source   Source
}

// ErrNoPrice means that there is no observation to speak of: none at all, or none in the currency of the listing.
var ErrNoPrice = errors.New("prices: no observation in the listing's currency")

// maxPrice bounds what is believed, in minor units. It keeps every sum over nine hundred thousand observations inside 64
// bits; a larger price, or one that is not positive, is a fault of the source.
const maxPrice = 10_000_000_000_000

func believable(price money.Money) bool {
	_, known := money.Exponent(price.Currency)
	return known && price.Amount > 0 && price.Amount <= maxPrice
}

// Daily puts observations in order of time and keeps one per day (UTC): the feed's where it told a price, and of several
// the newest.
// Those in another currency, beyond belief or after now are left out; skipped counts them. The argument is left as it is.
func Daily(observations []Observation, currency string, now time.Time) (kept []Observation, skipped int) {
	kept = make([]Observation, 0, len(observations))
	for _, o := range observations {
		if o.Price.Currency != currency || !believable(o.Price) || o.At.After(now) {
			skipped++
			continue
		}
		kept = append(kept, o)
	}
	if !slices.IsSortedFunc(kept, inTime) {
		slices.SortStableFunc(kept, inTime)
	}
	days := kept[:0]
	for _, o := range kept {
		last := len(days) - 1
		switch {
		case last < 0 || dayOf(days[last].At) != dayOf(o.At):
			days = append(days, o)
		case rank(o.Source) >= rank(days[last].Source):
			days[last] = o
		}
	}
	return days, skipped
}

// inTime orders observations so that the last of a day is the one that counts.
func inTime(a, b Observation) int {
	return cmp.Or(
		a.At.Compare(b.At),
		cmp.Compare(rank(a.Source), rank(b.Source)),
		cmp.Compare(b.Price.Amount, a.Price.Amount),
		cmp.Compare(a.ID, b.ID),
	)
}

func rank(source Source) int {
	if source == FromFeed {
		return 1
	}
	return 0
}

const secondsPerDay = 24 * 60 * 60

// dayOf numbers the days of UTC since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / secondsPerDay }

func midnight(day int64) time.Time { return time.Unix(day*secondsPerDay, 0).UTC() }
