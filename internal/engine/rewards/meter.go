package rewards

import (
	"math"
	"slices"
	"time"

	"github.com/lattice-money/lattice/internal/engine/category"
	"github.com/lattice-money/lattice/internal/money"
)

// Meter rates purchases on one card, one after the other, and keeps what they use of its caps. It is for walking through a
// history: it says in figures what Rank says of one card in words. It serves one goroutine at a time.
type Meter struct {
	wallet   *wallet
	currency string
	caps     []counted
	room     []offer // used again for each purchase
}

// counted is how much of a cap is spent in the period it was last touched in.
type counted struct {
	period int
	spent  int64
	ids    []string // of the spends that touched it in that period
	known  bool
}

// NewMeter begins with untouched caps. The card must not change while it is in use. Fails with ErrInvalidCard.
func NewMeter(card *Card) (*Meter, error) {
	w, err := open(card)
	if err != nil {
		return nil, err
	}
	return &Meter{wallet: w, currency: card.Product.Currency(), caps: make([]counted, len(w.caps))}, nil
}

// Fresh is a meter of the same card with untouched caps.
func (m *Meter) Fresh() *Meter {
	return &Meter{wallet: m.wallet, currency: m.currency, caps: make([]counted, len(m.caps))}
}

// Card is the card that is rated.
func (m *Meter) Card() *Card { return m.wallet.card }

// Capped reports whether the card has any cap.
func (m *Meter) Capped() bool { return len(m.caps) > 0 }

// Pays reports whether the card can pay in a currency (ISO 4217) at a merchant, whose networks are left aside.
func (m *Meter) Pays(currency, merchantSlug string) bool {
	return whySkipped(&m.wallet.card.Product, currency, merchantSlug) == ""
}

// Rate is what a purchase earns on the card.
type Rate struct {
	Net  int64 // minor units of the card's currency: the reward, rounded half away from zero, less the foreign fee
	Rule *Rule // that pays; it belongs to the card
	cap  int   // index into wallet.caps; below zero without a cap
}

// Rate rates a purchase with the caps as they stand: Net and Rule of Ranking. amount is in minor units of the card's
// currency, above zero. Occasions must come in the order of their days. Fails with money.ErrOverflow.
func (m *Meter) Rate(at *Occasion, amount int64) (Rate, error) {
	offers := m.offers(at)
	best := m.wallet.pay(m.wallet.winner(offers, amount), amount, offers[0].rule)
	net, err := best.value.round()
	if err != nil {
		return Rate{}, err
	}
	if at.foreign {
		fee, err := money.Money{Amount: amount, Currency: m.currency}.MulBps(m.wallet.card.Product.ForeignFeeBps)
		if err != nil {
			return Rate{}, err
		}
		net -= fee.Amount // neither is below zero
	}
	return Rate{Net: net, Rule: best.rule, cap: best.limit()}, nil
}

// Count takes an amount, below zero for a refund, from the room of the cap of the rule that paid, and reports whether it
// has one. Nothing is used less than not at all. Fails with money.ErrOverflow.
func (m *Meter) Count(rate Rate, at *Occasion, amount int64) (capped bool, err error) {
	if rate.cap < 0 {
		return false, nil
	}
	_, err = m.count(rate.cap, at.date, amount)
	return err == nil, err
}

// spend counts a payment or a refund, which counts as a purchase of its size would, under the rule that pays.
func (m *Meter) spend(spend *Spend, at *Occasion) error {
	size := spend.Amount.Amount
	if size == math.MinInt64 {
		return money.ErrOverflow
	}
	paid := m.wallet.winner(m.offers(at), max(size, -size))
	if !paid.capped {
		return nil
	}
	touched, err := m.count(paid.term.cap, at.date, size)
	if err == nil && spend.ID != "" {
		touched.ids = append(touched.ids, spend.ID)
	}
	return err
}

func (m *Meter) offers(at *Occasion) []offer {
	m.room = m.wallet.offers(m.room, at, func(index int) int64 { return m.spent(index, at.date) })
	return m.room
}

func (m *Meter) count(index int, day Date, amount int64) (*counted, error) {
	touched := &m.caps[index]
	if number := m.wallet.caps[index].period.number(day); !touched.known || touched.period != number {
		*touched = counted{period: number, ids: touched.ids[:0], known: true}
	}
	if amount > math.MaxInt64-touched.spent { // what is spent is never below zero
		return nil, money.ErrOverflow
	}
	touched.spent = max(0, touched.spent+amount)
	return touched, nil
}

// spent is how much of a cap is used in the period that holds day.
func (m *Meter) spent(index int, day Date) int64 {
	if touched := &m.caps[index]; touched.known && touched.period == m.wallet.caps[index].period.number(day) {
		return touched.spent
	}
	return 0
}

// Occasion is what rules look at: one purchase, or one of the past.
type Occasion struct {
	merchantSlug string
	category     categories // exactly one
	date         Date       // in the user's zone
	foreign      bool
}

// NewOccasion is a purchase at a merchant (empty when it is not in the catalogue) on a day of the user's zone; foreign
// when it is charged by a merchant abroad. What is not in the vocabulary counts as category.Other.
func NewOccasion(merchantSlug string, c category.Category, day Date, foreign bool) Occasion {
	return Occasion{merchantSlug: merchantSlug, category: just(c), date: day, foreign: foreign}
}

// Days tells the day of moments in a zone; quickly where one after the other is of the same day.
type Days struct {
	location    *time.Location
	day         Date // of the moments since from and before until
	from, until time.Time
}

// NewDays is for a zone; nil is UTC.
func NewDays(location *time.Location) *Days {
	if location == nil {
		location = time.UTC
	}
	return &Days{location: location}
}

// Of is the day it is at that moment.
func (d *Days) Of(at time.Time) Date {
	if at.Before(d.from) || !at.Before(d.until) {
		d.day = DateIn(at, d.location)
		d.from, d.until = d.day.start(d.location), d.day.AddDays(1).start(d.location)
		if at.Before(d.from) || !at.Before(d.until) { // a day whose midnight the clocks skip: work it out each time
			d.from, d.until = time.Time{}, time.Time{}
		}
	}
	return d.day
}

// whySkipped tells why a card cannot pay at all, networks left aside; empty where it can.
func whySkipped(product *Product, currency, merchantSlug string) SkipReason {
	switch {
	case product.Currency() != currency:
		return SkipCurrency
	case len(product.OnlyAt) > 0 && !slices.Contains(product.OnlyAt, merchantSlug):
		return SkipStore
	default:
		return ""
	}
}
