package rewards

import (
	"cmp"
	"fmt"
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
	from := PeriodYear.first(tally.days.Of(at)).start(tally.days.location)
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
	days       *Days
	meters     []*Meter  // of the cards that have caps
	byLastFour lastFours // the same, by what a receipt shows
}

// lastFours finds the cards of a receipt. Nearly always that is one step into a table; anything but four digits, which no
// card of ours has, is looked up.
type lastFours struct {
	table [10_000]uint16 // one more than the place in lists; zero for none
	lists [][]*Meter
	odd   map[string][]*Meter
}

func (l *lastFours) add(digits string, m *Meter) {
	place, ok := fourDigits(digits)
	switch {
	case !ok:
		l.odd[digits] = append(l.odd[digits], m)
	case l.table[place] == 0:
		l.lists = append(l.lists, []*Meter{m})
		l.table[place] = uint16(len(l.lists)) //nolint:gosec // at most 10,000
	default:
		list := &l.lists[l.table[place]-1]
		*list = append(*list, m)
	}
}

func (l *lastFours) find(digits string) []*Meter {
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

// NewTally begins with untouched caps. Days and periods are those of location; nil is UTC. Fails with ErrInvalidCard.
func NewTally(cards []Card, location *time.Location) (*Tally, error) {
	t := &Tally{days: NewDays(location), byLastFour: lastFours{odd: map[string][]*Meter{}}}
	for i := range cards {
		m, err := NewMeter(&cards[i])
		if err != nil {
			return nil, err
		}
		if !m.Capped() {
			continue
		}
		t.meters = append(t.meters, m)
		if last := cards[i].LastFour; last != "" {
			t.byLastFour.add(last, m)
		}
	}
	return t, nil
}

// Add counts one spend. Spends must come in the order of their time. Fails with money.ErrOverflow.
func (t *Tally) Add(spend Spend) error { return t.add(&spend) }

func (t *Tally) add(spend *Spend) error {
	meters := t.byLastFour.find(spend.CardLastFour)
	if len(meters) == 0 || spend.Amount.IsZero() {
		return nil
	}
	at := NewOccasion(spend.MerchantSlug, spend.Category, t.days.Of(spend.At), spend.Foreign)
	for _, m := range meters {
		if spend.Amount.Currency != m.currency {
			continue
		}
		if err := m.spend(spend, &at); err != nil {
			return fmt.Errorf("spend of %s: %w", m.Card().ID, err)
		}
	}
	return nil
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
	day := t.days.Of(at)
	for _, m := range t.meters {
		for i := range m.caps {
			of := &m.caps[i]
			if of.known && of.period == m.wallet.caps[i].period.number(day) {
				visit(CapKey{CardID: m.Card().ID, Cap: m.wallet.caps[i].id}, m.currency, of)
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
