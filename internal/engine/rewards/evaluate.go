package rewards

import "cmp"

// offer is a rule that fits an occasion, with the room its cap leaves.
type offer struct {
	term   *term
	rule   *Rule
	capped bool
	left   int64 // minor units left under the cap before the occasion; only when capped
}

// outcome is what one offer pays on an amount.
type outcome struct {
	offer
	within int64 // minor units that earn the rule's rate; the rest earns the base rate
	value  value // exact
}

// offers lists what the card pays on an occasion, into room that may be used again: the base rule first, then every rule
// that fits and is not locked. used says how much of a cap is spent.
func (w *wallet) offers(room []offer, at *Occasion, used func(limit int) int64) []offer {
	room = append(room[:0], offer{rule: w.base(at.date)})
	for i := range w.terms {
		if t := &w.terms[i]; t.lock == lockNone && t.covers(at) {
			room = append(room, t.offer(used))
		}
	}
	return room
}

// lockedOffers lists those that the owner would still have to unlock.
func (w *wallet) lockedOffers(at *Occasion, used func(limit int) int64) (locked []offer) {
	for i := range w.terms {
		if t := &w.terms[i]; t.lock != lockNone && t.covers(at) {
			locked = append(locked, t.offer(used))
		}
	}
	return locked
}

func (t *term) offer(used func(limit int) int64) offer {
	o := offer{term: t, rule: t.rule}
	if t.cap >= 0 {
		o.capped, o.left = true, max(0, t.rule.Cap.Amount-max(0, used(t.cap)))
	}
	return o
}

// limit is the index of the cap in wallet.caps; below zero without one.
func (o offer) limit() int {
	if o.term == nil {
		return -1
	}
	return o.term.cap
}

// pay is what an offer pays on an amount: its own rate as far as its cap reaches, the base rate on the rest.
func (w *wallet) pay(o offer, amount int64, base *Rule) outcome {
	out := outcome{offer: o, within: amount}
	if o.capped {
		out.within = min(amount, o.left)
	}
	out.value = product64(out.within, o.rule.RateBps).plus(product64(amount-out.within, base.RateBps)).times(w.pointValue)
	return out
}

// winner is best for a caller that only asks which offer pays. Of one rule and the base rule, the higher rate does,
// whatever the amount.
func (w *wallet) winner(offers []offer, amount int64) offer {
	switch {
	case len(offers) == 1:
		return offers[0]
	case len(offers) == 2 && offers[1].rule.RateBps >= offers[0].rule.RateBps:
		return offers[1]
	default:
		return w.best(offers, amount).offer
	}
}

// best is the offer that pays most on an amount. offers begin with the base rule.
func (w *wallet) best(offers []offer, amount int64) outcome {
	base := offers[0].rule
	best := w.pay(offers[0], amount, base)
	for _, o := range offers[1:] {
		if candidate := w.pay(o, amount, base); better(candidate, best) {
			best = candidate
		}
	}
	return best
}

// missed is the best of the locked offers, when it would pay more than what the card pays.
func (w *wallet) missed(locked []offer, amount int64, best outcome, base *Rule) *outcome {
	var found *outcome
	for _, o := range locked {
		candidate := w.pay(o, amount, base)
		if candidate.value.compare(best.value) > 0 && (found == nil || better(candidate, *found)) {
			found = &candidate
		}
	}
	return found
}

var kindOrder = map[Kind]int{KindMerchant: 0, KindCategory: 1, KindBase: 2}

// better orders outcomes of one card: more value first. Of equal ones the higher rate wins, so that spending beyond a
// cap still counts as spending of that rule; then the more specific kind, then the id.
func better(a, b outcome) bool {
	if order := a.value.compare(b.value); order != 0 {
		return order > 0
	}
	return cmp.Or(
		cmp.Compare(b.rule.RateBps, a.rule.RateBps),
		cmp.Compare(kindOrder[a.rule.Kind], kindOrder[b.rule.Kind]),
		cmp.Compare(a.rule.ID, b.rule.ID),
	) < 0
}
