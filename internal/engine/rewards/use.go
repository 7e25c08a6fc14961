package rewards

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// UseCaps replays the user's own spending and returns how much of every cap is used at that moment, in the month,
// quarter or year of the user's zone (nil is UTC) that holds it. Spending later than at is ignored.
//
// Spending is matched to cards by the last four digits, because that is all a receipt shows; two cards that share them
// are both charged, so that a cap is rather said to be gone than wrongly promised. Each spend counts for the rule that
// paid it, which depends on the caps as they stood then; a refund counts as a purchase of its size would, and gives
// that room back, down to nothing used. Spending in a currency other than the card's is not counted.
//
// The order of spends does not matter. Fails with ErrInvalidCard, or money.ErrOverflow.
func UseCaps(cards []Card, spends []Spend, at time.Time, location *time.Location) (CapUse, error) {
	tally, err := TallyUntil(cards, spends, at, location)
	if err != nil {
		return nil, err
	}
	return tally.Use(at), nil
}

// TallyUntil is UseCaps for callers that also want to know which spends counted, or to go on from there.
func TallyUntil(cards []Card, spends []Spend, at time.Time, location *time.Location) (*Tally, error) {
	tally, err := NewTally(cards, location)
	if err != nil {
		return nil, err
	}
	// No period is longer than a calendar year.
	from := PeriodYear.first(DateIn(at, tally.location)).start(tally.location)
	relevant := make([]*Spend, 0, len(spends))
	for i := range spends {
		if spend := &spends[i]; !spend.At.Before(from) && !spend.At.After(at) {
			relevant = append(relevant, spend)
		}
	}
	if !slices.IsSortedFunc(relevant, compareSpends) {
		slices.SortFunc(relevant, compareSpends)
	}
	for _, spend := range relevant {
		if err := tally.add(spend); err != nil {
			return nil, err
		}
	}
	return tally, nil
}

// Tally counts spending against the caps of a person's cards, one spend after the other. It is for walking through a
// history once: what earned what, with the caps as they stood then.
type Tally struct {
	location   *time.Location
	counters   []*counter // of the cards that have caps
	byLastFour lastFours  // the same, by what a receipt shows
	today      Date       // the day between from and until, so that it is worked out once per day
	from       time.Time
	until      time.Time
}

// lastFours finds the cards of a receipt. Nearly always that is one step into a table; anything but four digits, which no
// card of ours has, is looked up.
type lastFours struct {
	table [10_000]uint16 // one more than the place in lists; zero for none
	lists [][]*counter
	odd   map[string][]*counter
}

func (l *lastFours) add(digits string, c *counter) {
	place, ok := fourDigits(digits)
	switch {
	case !ok:
		l.odd[digits] = append(l.odd[digits], c)
	case l.table[place] == 0:
		l.lists = append(l.lists, []*counter{c})
		l.table[place] = uint16(len(l.lists)) //nolint:gosec // at most 10,000
	default:
		list := &l.lists[l.table[place]-1]
		*list = append(*list, c)
	}
}

func (l *lastFours) find(digits string) []*counter {
	place, ok := fourDigits(digits)
	if !ok {
		return l.odd[digits]
	}
	if index := l.table[place]; index > 0 {
		return l.lists[index-1]
	}
	return nil
}

func fourDigits(text string) (number int, ok bool) {
	if len(text) != 4 {
		return 0, false
	}
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return 0, false
		}
		number = number*10 + int(digit)
	}
	return number, true
}

// counter is one card's caps.
type counter struct {
	wallet   *wallet
	currency string
	caps     []counted
	offers   []offer // room that is used again for each spend
}

// counted is how much of a cap is spent in the period it was last touched in.
type counted struct {
	period int
	spent  int64
	ids    []string // of the spends that touched it in that period
	known  bool
}

// NewTally begins with untouched caps. Days and periods are those of location; nil is UTC. Fails with ErrInvalidCard.
func NewTally(cards []Card, location *time.Location) (*Tally, error) {
	if location == nil {
		location = time.UTC
	}
	t := &Tally{location: location, byLastFour: lastFours{odd: map[string][]*counter{}}}
	for i := range cards {
		w, err := open(&cards[i])
		if err != nil {
			return nil, err
		}
		if len(w.caps) == 0 {
			continue
		}
		c := &counter{wallet: w, currency: cards[i].Product.Currency(), caps: make([]counted, len(w.caps))}
		t.counters = append(t.counters, c)
		if last := cards[i].LastFour; last != "" {
			t.byLastFour.add(last, c)
		}
	}
	return t, nil
}

// Add counts one spend. Spends must come in the order of their time. Fails with money.ErrOverflow.
func (t *Tally) Add(spend Spend) error { return t.add(&spend) }

func (t *Tally) add(spend *Spend) error {
	counters := t.byLastFour.find(spend.CardLastFour)
	if len(counters) == 0 || spend.Amount.IsZero() {
		return nil
	}
	at := &occasion{
		merchantSlug: spend.MerchantSlug, category: just(spend.Category), date: t.day(spend.At), foreign: spend.Foreign,
	}
	for _, c := range counters {
		if spend.Amount.Currency != c.currency {
			continue
		}
		if err := c.add(spend, at); err != nil {
			return fmt.Errorf("spend of %s: %w", c.wallet.card.ID, err)
		}
	}
	return nil
}

// day is the user's day at that moment.
func (t *Tally) day(at time.Time) Date {
	if at.Before(t.from) || !at.Before(t.until) {
		t.today = DateIn(at, t.location)
		t.from, t.until = t.today.start(t.location), t.today.AddDays(1).start(t.location)
		if at.Before(t.from) || !at.Before(t.until) { // a day whose midnight the clocks skip: work it out each time
			t.from, t.until = time.Time{}, time.Time{}
		}
	}
	return t.today
}

func (c *counter) add(spend *Spend, at *occasion) error {
	size := spend.Amount.Amount
	if size == math.MinInt64 {
		return money.ErrOverflow
	}
	c.offers = c.wallet.offers(c.offers, at, func(index int) int64 { return c.spent(index, at.date) })
	paid := c.wallet.winner(c.offers, max(size, -size))
	if !paid.capped {
		return nil
	}
	touched := &c.caps[paid.term.cap]
	if number := c.wallet.caps[paid.term.cap].period.number(at.date); !touched.known || touched.period != number {
		*touched = counted{period: number, ids: touched.ids[:0], known: true}
	}
	if size > math.MaxInt64-touched.spent { // what is spent is never below zero
		return money.ErrOverflow
	}
	touched.spent = max(0, touched.spent+size)
	if spend.ID != "" {
		touched.ids = append(touched.ids, spend.ID)
	}
	return nil
}

// spent is how much of a cap is used in the period that holds day.
func (c *counter) spent(index int, day Date) int64 {
	if touched := c.caps[index]; touched.known && touched.period == c.wallet.caps[index].period.number(day) {
		return touched.spent
	}
	return 0
}

// Use is how much of every cap is spent in the period that holds at, which must not be before the last spend.
func (t *Tally) Use(at time.Time) CapUse {
	use := CapUse{}
	t.each(at, func(key CapKey, currency string, of *counted) {
		use[key] = money.Money{Amount: of.spent, Currency: currency}
	})
	return use
}

// Counted lists the ids of the spends behind Use, in the order of their time.
func (t *Tally) Counted(at time.Time) map[CapKey][]string {
	ids := map[CapKey][]string{}
	t.each(at, func(key CapKey, _ string, of *counted) {
		if len(of.ids) > 0 {
			ids[key] = slices.Clone(of.ids)
		}
	})
	return ids
}

func (t *Tally) each(at time.Time, visit func(key CapKey, currency string, of *counted)) {
	day := DateIn(at, t.location)
	for _, c := range t.counters {
		for i := range c.caps {
			of := &c.caps[i]
			if of.known && of.period == c.wallet.caps[i].period.number(day) {
				visit(CapKey{CardID: c.wallet.card.ID, Cap: c.wallet.caps[i].id}, c.currency, of)
			}
		}
	}
}

func compareSpends(a, b *Spend) int {
	if order := a.At.Compare(b.At); order != 0 {
		return order
	}
	return cmp.Or(
		cmp.Compare(b.Amount.Amount, a.Amount.Amount),
		cmp.Compare(a.MerchantSlug, b.MerchantSlug),
		cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.Amount.Currency, b.Amount.Currency),
		cmp.Compare(a.CardLastFour, b.CardLastFour),
		compareBool(a.Foreign, b.Foreign),
		cmp.Compare(a.ID, b.ID),
	)
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
