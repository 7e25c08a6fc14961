package rewards_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// The reference: written from what the golden files say, with nothing of the engine. It computes in whole numbers of
// minor unit x basis point x hundredth of a cent per point, tries every rule on its own, and every split to the cent.

const (
	refScale  = 10_000 * 100
	refPerFee = 100 // a fee has no point value
)

// refCard is one card of a case.
type refCard struct {
	name    string
	of      goldenProduct
	owner   goldenOwner
	digits  int
	value   int64 // of a point
	chosen  map[string]bool
	used    map[string]int64 // by cap and period
	zone    *time.Location
	abroad  int64 // basis points
	feeYear int64
}

func (c goldenCase) refCard(t *testing.T, name string, p goldenProduct, zone *time.Location) *refCard {
	t.Helper()
	r := &refCard{
		name: name, of: p, owner: c.Set[name], digits: exponent(cmp.Or(p.Currency, "USD")), value: 100, chosen: map[string]bool{},
		used: map[string]int64{}, zone: zone, abroad: scaled(t, p.Abroad, 2), feeYear: scaled(t, p.Fee, 2),
	}
	if p.Points != "" {
		r.value = scaled(t, cmp.Or(r.owner.Points, p.Points), 2)
	}
	for group, choice := range p.Choices {
		var taken []string
		for _, word := range r.owner.Choices {
			offered := false
			for _, rule := range p.Rules {
				offered = offered || (rule.Choose == group && rule.For == word)
			}
			if offered && !slices.Contains(taken, word) && len(taken) < choice.Max {
				taken = append(taken, word)
			}
		}
		if len(taken) == 0 && choice.Default != "" {
			taken = []string{choice.Default}
		}
		for _, word := range taken {
			r.chosen[word] = true
		}
	}
	spent := slices.Clone(c.Spent)
	slices.SortStableFunc(spent, func(a, b goldenSpend) int { return moment(t, a.At).Compare(moment(t, b.At)) })
	for _, s := range spent {
		if s.Card == name && !moment(t, s.At).After(moment(t, c.When)) {
			r.count(t, s)
		}
	}
	return r
}

// count books one spend on the cap of the rule that paid it.
func (r *refCard) count(t *testing.T, s goldenSpend) {
	t.Helper()
	amount := scaled(t, s.Amount, r.digits)
	day := moment(t, s.At).In(r.zone)
	paid := r.pay(t, refPurchase{s.Merchant, s.Category, s.Abroad, day}, max(amount, -amount))
	if rule := r.of.Rules[paid.rule]; paid.rule != "" && rule.Cap != "" {
		key := capKey(paid.rule, rule, day)
		r.used[key] = max(0, r.used[key]+amount)
	}
}

func capKey(id string, rule goldenRule, day time.Time) string {
	period := map[string]string{
		"month": day.Format("2006-01"), "quarter": fmt.Sprint(day.Year(), "-Q", (int(day.Month())+2)/3), "year": day.Format("2006"),
	}[rule.Per]
	return cmp.Or(rule.Group, id) + " " + period
}

type refPurchase struct {
	merchant, category string
	abroad             bool
	day                time.Time // in the user's zone
}

// refPaid is what one rule pays.
type refPaid struct {
	worth int64 // in refScale
	rule  string
	rate  int64
	left  int64 // of its cap
	cap   bool
}

// pay tries every rule by itself and keeps the best.
func (r *refCard) pay(t *testing.T, p refPurchase, amount int64) refPaid {
	t.Helper()
	day := p.day.Format(time.DateOnly)
	var basic int64
	for _, rate := range r.of.Base {
		if (rate.From == "" || rate.From <= day) && (rate.To == "" || day <= rate.To) {
			basic = scaled(t, rate.Rate, 2)
		}
	}
	best := refPaid{worth: amount * basic * r.value, rate: basic}
	for _, id := range slices.Sorted(maps.Keys(r.of.Rules)) {
		rule := r.of.Rules[id]
		if !r.holds(id, rule, p, day) {
			continue
		}
		tried := refPaid{rule: id, rate: scaled(t, rule.Rate, 2), cap: rule.Cap != ""}
		within := amount
		if tried.cap {
			tried.left = max(0, scaled(t, rule.Cap, r.digits)-r.used[capKey(id, rule, p.day)])
			within = min(amount, tried.left)
		}
		tried.worth = (within*tried.rate + (amount-within)*basic) * r.value
		switch {
		case tried.worth > best.worth, tried.worth == best.worth && tried.rate > best.rate,
			tried.worth == best.worth && tried.rate == best.rate && (best.rule == "" || rule.At != "" && r.of.Rules[best.rule].At == ""):
			best = tried
		}
	}
	return best
}

// holds reports whether a rule is for the purchase.
func (r *refCard) holds(id string, rule goldenRule, p refPurchase, day string) bool {
	counts := map[string]string{"delivery": "dining", "rideshare": "transit", "flights": "travel", "hotels": "travel"}
	if rule.At != "" && rule.At != p.merchant || rule.For != "" && rule.For != p.category && rule.For != counts[p.category] {
		return false
	}
	if rule.Home && p.abroad || p.merchant != "" && slices.Contains(rule.Not, p.merchant) {
		return false
	}
	if rule.From != "" && day < rule.From || rule.To != "" && day > rule.To {
		return false
	}
	if rule.Quarter != "" && rule.Quarter != fmt.Sprint(p.day.Year(), "-Q", (int(p.day.Month())+2)/3) {
		return false
	}
	if rule.Activate && !slices.Contains(r.owner.Activated, cmp.Or(rule.Quarter, id)) {
		return false
	}
	return rule.Choose == "" || r.chosen[rule.For]
}

// fee is the foreign transaction fee, in refScale.
func (r *refCard) fee(p refPurchase, amount int64) int64 {
	if !p.abroad {
		return 0
	}
	return amount * r.abroad * refPerFee
}

// halfAway rounds a number of refScale to whole minor units.
func halfAway(worth int64) int64 {
	if worth < 0 {
		return -halfAway(-worth)
	}
	return (worth + refScale/2) / refScale
}

// refRanked is a card with what it earns.
type refRanked struct {
	*refCard
	paid   refPaid
	reward int64
	fee    int64
	exact  int64
}

// byBruteForce is the reference's answer.
func (c goldenCase) byBruteForce(t *testing.T, products map[string]goldenProduct) (text outcomeText) {
	t.Helper()
	currency := cmp.Or(c.Currency, "USD")
	amount := scaled(t, c.Amount, exponent(currency))
	location := zone(t, cmp.Or(c.Zone, "UTC"))
	p := refPurchase{c.Merchant, cmp.Or(c.Category, "other"), c.Abroad, moment(t, c.When).In(location)}
	var ranked []refRanked
	for _, name := range c.Cards {
		product := products[name]
		switch {
		case cmp.Or(product.Currency, "USD") != currency:
			text.out = append(text.out, name+" currency")
			continue
		case len(product.Only) > 0 && !slices.Contains(product.Only, c.Merchant):
			text.out = append(text.out, name+" store")
			continue
		case slices.Contains(c.Refused, product.Network):
			text.out = append(text.out, name+" network")
			continue
		}
		card := c.refCard(t, name, product, location)
		paid, fee := card.pay(t, p, amount), card.fee(p, amount)
		ranked = append(ranked, refRanked{card, paid, halfAway(paid.worth), halfAway(fee), paid.worth - fee})
	}
	slices.Sort(text.out)
	slices.SortFunc(ranked, func(a, b refRanked) int {
		order := cmp.Or(cmp.Compare(b.reward-b.fee, a.reward-a.fee), cmp.Compare(b.reward, a.reward))
		if order == 0 && a.owner.Preferred != b.owner.Preferred {
			if a.owner.Preferred {
				return -1
			}
			return 1
		}
		return cmp.Or(order, cmp.Compare(a.feeYear, b.feeYear), strings.Compare(a.name, b.name))
	})
	for _, r := range ranked {
		line := r.name + " " + decimal(r.reward, currency)
		if c.Abroad {
			line += " less " + decimal(r.fee, currency)
		}
		if r.paid.rule != "" {
			line += " by " + r.paid.rule
		}
		if r.paid.cap {
			line += ", " + decimal(r.paid.left, currency) + " left"
		}
		text.want = append(text.want, line)
	}
	text.split = bestOfAllSplits(t, ranked, p, amount, currency)
	return text
}

// bestOfAllSplits tries every two cards and every cent.
func bestOfAllSplits(t *testing.T, ranked []refRanked, p refPurchase, amount int64, currency string) (text string) {
	t.Helper()
	var best int64
	for i, r := range ranked {
		if i == 0 || r.exact > best {
			best = r.exact
		}
	}
	for i, a := range ranked {
		earnsA := earnings(t, a.refCard, p, amount)
		for _, b := range ranked[i+1:] {
			earnsB := earnings(t, b.refCard, p, amount)
			found := int64(-1)
			for onA := int64(1); onA < amount; onA++ {
				total := earnsA[onA] - a.refCard.fee(p, onA) + earnsB[amount-onA] - b.refCard.fee(p, amount-onA)
				if total > best || total == best && found >= 0 {
					best, found = total, onA // of equal ones the later, which puts more on the higher card
				}
			}
			if found < 0 {
				continue
			}
			net := halfAway(earnsA[found]) - halfAway(a.refCard.fee(p, found)) +
				halfAway(earnsB[amount-found]) - halfAway(b.refCard.fee(p, amount-found))
			text = ""
			if gain := net - (ranked[0].reward - ranked[0].fee); gain > 0 {
				text = fmt.Sprintf("%s on %s, %s on %s: %s, %s more", decimal(found, currency), a.name, decimal(amount-found, currency), b.name,
					decimal(net, currency), decimal(gain, currency))
			}
		}
	}
	return text
}

// earnings lists what every amount up to the whole earns on a card. Which rules hold does not depend on the amount, so
// they are found once, and each is then tried on each amount.
func earnings(t *testing.T, r *refCard, p refPurchase, amount int64) []int64 {
	t.Helper()
	type try struct{ rate, left int64 }
	day := p.day.Format(time.DateOnly)
	basic := r.pay(t, refPurchase{day: p.day, category: "nothing"}, 1).rate
	var tries []try
	for id, rule := range r.of.Rules {
		if !r.holds(id, rule, p, day) {
			continue
		}
		left := amount
		if rule.Cap != "" {
			left = max(0, scaled(t, rule.Cap, r.digits)-r.used[capKey(id, rule, p.day)])
		}
		tries = append(tries, try{scaled(t, rule.Rate, 2), left})
	}
	list := make([]int64, amount+1)
	for a := range list {
		on := int64(a)
		list[a] = on * basic * r.value
		for _, one := range tries {
			within := min(on, one.left)
			list[a] = max(list[a], (within*one.rate+(on-within)*basic)*r.value)
		}
	}
	return list
}
