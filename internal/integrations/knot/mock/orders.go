package mock

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/accounts"
)

// HistoryMonths is how many whole months of orders there are, before those of the current one.
const HistoryMonths = 8

const (
	currency = "USD"
	// leastPerMonth is one order, in thousandths.
	leastPerMonth = 1000
)

// taxRates are sales taxes of American cities, in basis points.
var taxRates = []int64{600, 625, 700, 725, 825, 888, 950, 1025}

// Orders answers the orders of a user at a merchant, oldest first, from the first day of the month HistoryMonths ago up
// to now. It depends on nothing but its arguments, and of now only takes where to stop: an order is the same whenever
// it is asked for, until it is too old to be answered. A merchant the mock does not know, or the persona does not use,
// has no orders. A persona that is not valid (see Persona.Validate) is a programming error and panics.
func Orders(userRef string, persona Persona, merchantID int64, now time.Time) []accounts.Order {
	if err := persona.Validate(); err != nil {
		panic(err)
	}
	m := merchantByID(merchantID)
	if m == nil || !persona.uses(userRef, merchantID) {
		return nil
	}
	c := newCustomer(userRef, persona, m)
	now = now.UTC()
	since := time.Date(now.Year(), now.Month()-HistoryMonths, 1, 0, 0, 0, 0, time.UTC)
	var orders []accounts.Order
	// One month early, because an evening in America is the next day, and perhaps the next month, in UTC.
	for month := since.AddDate(0, -1, 0); !month.After(now); month = month.AddDate(0, 1, 0) {
		for _, p := range c.purchases(month) {
			if !p.at.Before(since) && !p.at.After(now) {
				orders = append(orders, c.order(p))
			}
		}
	}
	slices.SortFunc(orders, func(a, b accounts.Order) int {
		return cmp.Or(a.PlacedAt.Compare(b.PlacedAt), cmp.Compare(a.ExternalID, b.ExternalID))
	})
	return orders
}

// customer is one user at one merchant.
type customer struct {
	userRef    string
	merchant   *merchant
	shelves    []stock
	cards      []Card
	perMonth   int           // orders in an ordinary month, in thousandths
	behindUTC  time.Duration // the user's time zone; there is no daylight saving time
	taxRate    int64         // basis points
	tipPercent int           // what the user usually gives
}

func newCustomer(userRef string, persona Persona, m *merchant) customer {
	home := newDraw("home", userRef)
	habits := newDraw("habits", userRef, m.ID)
	c := customer{
		userRef:   userRef,
		merchant:  m,
		cards:     persona.cardsAt(userRef, m),
		perMonth:  m.OrdersPerYear * 1000 / 12 * habits.between(85, 115) / 100 * cmp.Or(persona.CadencePercent, ordinaryCadence) / 100,
		behindUTC: time.Duration(home.between(5, 8)) * time.Hour,
		taxRate:   pick(home, taxRates),
	}
	if len(m.TipPercents) > 0 {
		c.tipPercent = pick(habits, m.TipPercents)
	}
	for i := range m.Shelves {
		c.shelves = append(c.shelves, c.stock(&m.Shelves[i], slices.Contains(persona.Favourites, m.Shelves[i].Category)))
	}
	return c
}

// stock is a shelf as this customer sees it.
type stock struct {
	weight     int
	candidates []candidate
}

// candidate is an item that may get into the basket, as likely as its weight says.
type candidate struct {
	shelf  *shelf
	item   *item
	weight int
}

// stock weighs a shelf and its items by what this customer likes: everybody has their own regular products and, where
// an order is from one shelf, their own favourite shelves, even without naming any.
func (c customer) stock(s *shelf, favourite bool) stock {
	weight := s.Weight
	if favourite {
		weight *= 4
	}
	if c.merchant.OneShelf {
		weight *= pick(c.draw("shelf", s.Store, s.Category), []int{1, 2, 4})
	}
	known := stock{weight: weight}
	for i := range s.Items {
		it := &s.Items[i]
		taste := pick(c.draw("taste", it.SKU), []int{1, 1, 2, 5})
		known.candidates = append(known.candidates, candidate{s, it, weight * it.Weight * taste})
	}
	return known
}

// draw is the stream for one aspect of this customer, so that a change to one aspect leaves the others as they were.
func (c customer) draw(aspect string, key ...any) *draw {
	return newDraw(append([]any{aspect, c.userRef, c.merchant.ID}, key...)...)
}

// purchase is when an order is placed; month and number name it for ever.
type purchase struct {
	month  string
	number int
	at     time.Time
}

// purchases are all of a month, also those that are still to come. The month is divided evenly, so that the weekly shop
// is about weekly, and each part has one purchase on a day the weekdays decide.
func (c customer) purchases(month time.Time) []purchase {
	name := month.Format("2006-01")
	busy := cmp.Or(c.merchant.BusyMonths[int(month.Month())], ordinaryCadence)
	thousandths := max(leastPerMonth, c.perMonth*busy/100)
	count := (thousandths + c.draw("month", name).below(1000)) / 1000
	days := month.AddDate(0, 1, -1).Day()
	list := make([]purchase, count)
	for i := range list {
		d := c.draw("time", name, i)
		first := i * days / count
		span := max(1, (i+1)*days/count-first)
		day := first + pickWeighted(d, span, func(offset int) int {
			return c.merchant.Weekdays[month.AddDate(0, 0, first+offset).Weekday()]
		})
		window := c.merchant.Hours[pickWeighted(d, len(c.merchant.Hours), func(i int) int { return c.merchant.Hours[i].Weight })]
		local := month.AddDate(0, 0, day).Add(time.Duration(d.between(window.From*3600, window.To*3600-1)) * time.Second)
		list[i] = purchase{month: name, number: i, at: local.Add(c.behindUTC)}
	}
	return list
}

// order fills the basket of a purchase and rings it up.
func (c customer) order(p purchase) accounts.Order {
	o := accounts.Order{VendorID: c.orderID(p), ExternalID: c.orderID(p), PlacedAt: p.at, Status: c.merchant.Status, Currency: currency}
	o.URL = strings.ReplaceAll(c.merchant.URL, "{id}", o.ExternalID)
	lines := c.basket(p)
	var taxable int64
	for _, l := range lines {
		o.Items = append(o.Items, l.item)
		o.Subtotal += l.item.Total
		if l.taxable {
			taxable += l.item.Total
		}
	}
	o.Total = o.Subtotal
	adjust := func(kind, label string, amount int64) {
		if amount != 0 {
			o.Adjustments = append(o.Adjustments, accounts.OrderAdjustment{Type: kind, Label: label, Amount: amount})
			o.Total += amount
		}
	}

	d := c.draw("extras", p.month, p.number)
	paidShare := int64(basisPoints) // of the items' prices, after the discount
	if c.merchant.Discount.ChancePercent > 0 && d.hits(c.merchant.Discount.ChancePercent) {
		rate := int64(pick(d, c.merchant.Discount.Percents)) * basisPoints / 100
		adjust(accounts.AdjustmentDiscount, c.merchant.Discount.Label, -of(o.Subtotal, rate))
		paidShare -= rate
	}
	for _, f := range c.merchant.Fees {
		if d.hits(f.ChancePercent) {
			adjust(accounts.AdjustmentFee, f.Label, f.amount(d, o.Subtotal))
		}
	}
	adjust(accounts.AdjustmentTax, "Sales tax", of(of(taxable, paidShare), c.taxRate))
	if len(c.merchant.TipPercents) > 0 {
		percent := c.tipPercent
		if d.hits(30) {
			percent = pick(d, c.merchant.TipPercents)
		}
		adjust(accounts.AdjustmentTip, "Tip", of(o.Subtotal, int64(percent)*basisPoints/100))
	}

	// One more draw settles what became of it, and only then is it clear what was paid.
	fate, fates := c.draw("fate", p.month, p.number), c.merchant.Fates
	switch n := fate.below(1000); {
	case n < fates.CancelledPerMille:
		o.Status = accounts.OrderCancelled
		adjust(accounts.AdjustmentRefund, "Order cancelled", -o.Total)
	case n < fates.CancelledPerMille+fates.RefundedPerMille:
		o.Status = accounts.OrderRefunded
		adjust(accounts.AdjustmentRefund, "Refund", -o.Total)
	case n < fates.CancelledPerMille+fates.RefundedPerMille+fates.MissingItemPerMille && len(lines) > 1:
		missing := pick(fate, lines)
		amount := of(missing.item.Total, paidShare)
		if missing.taxable {
			amount += of(amount, c.taxRate)
		}
		adjust(accounts.AdjustmentRefund, "Missing item: "+missing.item.Name, -amount)
	}
	o.Payments = c.payments(p, o.Total)
	return o
}

func (f fee) amount(d *draw, subtotal int64) int64 {
	if len(f.Amounts) > 0 {
		return pick(d, f.Amounts)
	}
	return max(f.Minimum, of(subtotal, f.RatePercent*basisPoints/100))
}

func (c customer) orderID(p purchase) string {
	const digits, letters = "0123456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
	d := c.draw("id", p.month, p.number)
	return strings.Map(func(r rune) rune {
		switch r {
		case '#':
			return rune(digits[d.below(len(digits))])
		case '@':
			return rune(letters[d.below(len(letters))])
		case '*':
			either := digits + letters
			return rune(either[d.below(len(either))])
		default:
			return r
		}
	}, c.merchant.OrderID)
}

// line is an item in the basket.
type line struct {
	item    accounts.OrderItem
	taxable bool
}

// basket draws different items, those the user likes more often, so that the same products come back over the months.
func (c customer) basket(p purchase) []line {
	d := c.draw("basket", p.month, p.number)
	shelves := c.shelves
	if c.merchant.OneShelf {
		i := pickWeighted(d, len(shelves), func(i int) int { return shelves[i].weight })
		shelves = shelves[i : i+1]
	}
	var candidates []candidate
	for _, s := range shelves {
		candidates = append(candidates, s.candidates...)
	}
	lines := make([]line, d.between(c.merchant.Basket.Min, min(c.merchant.Basket.Max, len(candidates))))
	for n := range lines {
		i := pickWeighted(d, len(candidates), func(i int) int { return candidates[i].weight })
		lines[n] = line{item: c.ring(d, candidates[i], p.at), taxable: candidates[i].shelf.Taxable}
		candidates = slices.Delete(candidates, i, i+1)
	}
	return lines
}

// ring puts an item on the receipt at the price of the day.
func (c customer) ring(d *draw, chosen candidate, at time.Time) accounts.OrderItem {
	it, quantity := chosen.item, 1
	if it.MaxQuantity > 1 && d.hits(35) {
		quantity = d.between(2, it.MaxQuantity)
	}
	price := c.merchant.priceOn(it, at)
	if spread := c.merchant.Pricing.SpreadPercent; spread > 0 {
		price = c.merchant.Pricing.round(price * int64(100+d.between(-spread, spread)) / 100)
	}
	name := it.Name
	if chosen.shelf.Store != "" {
		name += " (" + chosen.shelf.Store + ")"
	}
	return accounts.OrderItem{Name: name, ProductID: it.SKU, Quantity: quantity, UnitPrice: price, Total: int64(quantity) * price}
}

// payments divides the total, which may be nothing, among the methods of this order.
func (c customer) payments(p purchase, total int64) []accounts.OrderPayment {
	d := c.draw("payment", p.month, p.number)
	method := c.method(d, total)
	card := c.merchant.GiftCard
	if total == 0 || card.ChancePercent == 0 || !d.hits(card.ChancePercent) || method.Type == accounts.PaymentGiftCard {
		return []accounts.OrderPayment{method}
	}
	gift := accounts.OrderPayment{Type: accounts.PaymentGiftCard, Amount: min(total, pick(d, card.Amounts))}
	if gift.Amount == total {
		return []accounts.OrderPayment{gift}
	}
	method.Amount -= gift.Amount
	return []accounts.OrderPayment{gift, method}
}

func (c customer) method(d *draw, total int64) accounts.OrderPayment {
	kinds := c.merchant.Payments
	kind := kinds[pickWeighted(d, len(kinds), func(i int) int { return kinds[i].Weight })].Type
	switch {
	case !slices.Contains(cardPayments, kind):
		return accounts.OrderPayment{Type: kind, Amount: total}
	case len(c.cards) == 0:
		return accounts.OrderPayment{Type: accounts.PaymentGiftCard, Amount: total}
	}
	card := c.cards[pickWeighted(d, len(c.cards), func(i int) int { return c.cards[i].Share })]
	return accounts.OrderPayment{Type: kind, Brand: card.Brand, LastFour: card.LastFour, Amount: total}
}
