package prices

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// AgainstBps is how far an amount is above another, in basis points of the other, rounded half away from zero; negative
// where it is below. The other must be positive.
func AgainstBps(amount, other int64) int64 {
	difference := new(big.Int).Sub(big.NewInt(amount), big.NewInt(other))
	rounded, err := money.RoundRatio(difference.Mul(difference, big.NewInt(money.BpsPerWhole)), big.NewInt(other))
	if err != nil { // of two believable prices it is far within 64 bits
		panic(err)
	}
	return rounded
}

// Verdict is how good a price is.
type Verdict string

// The verdicts.
const (
	Good Verdict = "good" // among the cheapest quarter
	Fair Verdict = "fair"
	High Verdict = "high" // among the dearest quarter
)

// Rating is what a named price is worth beside the prices that were seen.
type Rating struct {
	Verdict       Verdict
	PercentileBps int64 // as Outlook.PercentileBps, of the named price
	AverageBps    int64 // above the average, negative below
	CurrentBps    int64 // above the current price, negative below
}

// Rate judges a price somebody names, in the currency of the outlook; in another one nothing is said (false).
func (o Outlook) Rate(price money.Money) (Rating, bool) {
	if price.Currency != o.Current.Price.Currency || !believable(price) {
		return Rating{}, false
	}
	rating := Rating{
		Verdict: Fair, PercentileBps: Percentile(o.History, price.Amount),
		AverageBps: AgainstBps(price.Amount, o.Average.Amount), CurrentBps: AgainstBps(price.Amount, o.Current.Price.Amount),
	}
	switch {
	case o.Lowest.Price == o.Highest.Price: // the one price there ever was is neither low nor high
		if price.Amount < o.Lowest.Price.Amount {
			rating.Verdict = Good
		} else if price.Amount > o.Lowest.Price.Amount {
			rating.Verdict = High
		}
	case rating.PercentileBps <= cheapBps:
		rating.Verdict = Good
	case rating.PercentileBps >= dearBps:
		rating.Verdict = High
	}
	return rating, true
}

// Purchase is a line of an order: what somebody paid for one unit, and how many they bought.
type Purchase struct {
	TransactionID string
	At            time.Time
	UnitPrice     money.Money
	Quantity      int
	Merchant      string // slug
	SKU           string
	Name          string
	// Undone says that the money came back, wholly or in part: cancelled, returned or refunded.
	Undone bool
}

// Comparison is what a person paid for a product over time, in one currency, beside what it costs now.
type Comparison struct {
	First, Last Purchase
	Count       int // purchases, the undone ones left out
	Average     money.Money
	// LastBps is how far the last price is above the first; NowBps how far the current one is above the last, nil where
	// there is none in this currency that is newer.
	LastBps int64
	NowBps  *int64
}

// Compare sets purchases of one product beside each other and beside the current price, in the currency of the newest
// purchase. It returns false where nothing was bought that was not undone.
func Compare(purchases []Purchase, current *Observation) (Comparison, bool) {
	kept := kept(purchases)
	if len(kept) == 0 {
		return Comparison{}, false
	}
	c := Comparison{First: kept[0], Last: kept[len(kept)-1], Count: len(kept)}
	var sum int64
	for _, purchase := range kept {
		sum += purchase.UnitPrice.Amount
	}
	mean, err := money.RoundRatio(big.NewInt(sum), big.NewInt(int64(len(kept))))
	if err != nil { // a mean of believable prices is one
		panic(err)
	}
	c.Average = money.Money{Amount: mean, Currency: c.Last.UnitPrice.Currency}
	c.LastBps = AgainstBps(c.Last.UnitPrice.Amount, c.First.UnitPrice.Amount)
	if current != nil && current.Price.Currency == c.Last.UnitPrice.Currency && current.At.After(c.Last.At) {
		now := AgainstBps(current.Price.Amount, c.Last.UnitPrice.Amount)
		c.NowBps = &now
	}
	return c, true
}

// kept are the purchases that stand, in the currency of the newest one, oldest first.
func kept(purchases []Purchase) []Purchase {
	var list []Purchase
	for _, purchase := range purchases {
		if !purchase.Undone && purchase.Quantity > 0 && believable(purchase.UnitPrice) {
			list = append(list, purchase)
		}
	}
	slices.SortStableFunc(list, func(a, b Purchase) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.TransactionID, b.TransactionID))
	})
	if len(list) == 0 {
		return nil
	}
	currency := list[len(list)-1].UnitPrice.Currency
	return slices.DeleteFunc(list, func(p Purchase) bool { return p.UnitPrice.Currency != currency })
}

// Chance is money that could come back: what was bought costs less now, and the merchant still takes it back.
type Chance struct {
	Purchase   Purchase
	Now        money.Money // the current price of one unit
	Difference money.Money // between what was paid and what it costs now, times the quantity
	Until      time.Time   // the end of the return window
}

// Chances lists purchases, newest first, whose product has become cheaper within its return window of so many days. Of an
// order that was undone there is nothing to get back. A price in another currency, or one older than the purchase, is no
// change.
func Chances(purchases []Purchase, current Observation, returnDays int, now time.Time) []Chance {
	var list []Chance
	for _, purchase := range kept(purchases) {
		until := purchase.At.AddDate(0, 0, returnDays)
		if purchase.UnitPrice.Currency != current.Price.Currency || purchase.UnitPrice.Amount <= current.Price.Amount ||
			!current.At.After(purchase.At) || now.After(until) || now.Before(purchase.At) || !believable(current.Price) {
			continue
		}
		each := money.Money{Amount: purchase.UnitPrice.Amount - current.Price.Amount, Currency: current.Price.Currency}
		difference, err := each.Mul(int64(purchase.Quantity))
		if err != nil {
			continue // no order is that large
		}
		list = append(list, Chance{Purchase: purchase, Now: current.Price, Difference: difference, Until: until})
	}
	slices.Reverse(list)
	return list
}

// History is all that is known of a product to answer one person.
type History struct {
	Product      Product
	Currency     string // of the listing
	Observations []Observation
	Purchases    []Purchase
	ReturnDays   int // how long its merchant takes things back; 0 where that is not known
}
