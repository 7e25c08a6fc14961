package split

import (
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// charges divides by what people are said to pay or to have had, and the rest among those it is left to.
func (r *resolver) charges(bill *Bill) {
	if r.everybodyHad() {
		r.f.fixed, r.f.had = slices.Concat(r.f.fixed, r.f.had), nil
	}
	receipt, made, charged := r.named()
	if len(r.f.had) > 0 && len(r.f.rest) == 0 && !r.f.shared {
		r.askf(MissingParts, "Does %s share the rest too, or pay only for that?", listOf(r.names(r.f.had[0].people)))
	}
	if r.otherCurrency() {
		r.askf(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
	}
	if r.question != nil {
		return
	}
	rest := r.restTo(charged)
	left := r.base.Amount - made
	switch {
	case left < 0 && len(r.f.had)+len(rest) > 0:
		over := money.Money{Amount: -left, Currency: r.base.Currency}
		r.askf(MissingParts, "What you name comes to %s more than the %s. Which figure is right?", over.Format(), r.base.Format())
	case len(r.f.had)+len(rest) == 0: // everybody's part is named
		r.exactAmounts(bill, receipt)
		return
	case left > 0 && len(rest) == 0:
		open := money.Money{Amount: left, Currency: r.base.Currency}
		r.askf(MissingParts, "That leaves %s of %s. Who takes it?", open.Format(), r.base.Format())
	}
	if r.question != nil {
		return
	}
	if left > 0 {
		receipt.Items = append(receipt.Items, r.item(left, rest))
	}
	bill.Method, bill.Receipt = Items, receipt
	if len(r.f.had) == 0 && r.total == r.base {
		r.settleAmounts(bill)
	}
}

// named are the sums that people are named for as a receipt, what they make, and who pays nothing else.
func (r *resolver) named() (receipt *Receipt, made int64, charged map[int]bool) {
	receipt, charged = &Receipt{}, map[int]bool{}
	for _, charge := range r.f.fixed {
		for _, p := range charge.people { // each of them
			charged[p] = true
			receipt.Items = append(receipt.Items, r.item(charge.amount.Amount, []int{p}))
			made += charge.amount.Amount
		}
	}
	for _, charge := range r.f.had {
		receipt.Items = append(receipt.Items, r.item(charge.amount.Amount, charge.people))
		made += charge.amount.Amount
	}
	return receipt, made, charged
}

// item is a sum that people carry together.
func (r *resolver) item(amount int64, people []int) Item {
	item := Item{Amount: amount}
	for _, p := range people {
		if !slices.Contains(r.in, p) {
			r.askf(MissingPeople, "Is %s in it or not?", r.people[p].Name)
			continue
		}
		item.Claims = append(item.Claims, ItemClaim{Person: r.people[p].ID, Weight: 1})
	}
	return item
}

// everybodyHad reports that what each single person had is named, so that nothing but tax and tip can be left.
func (r *resolver) everybodyHad() bool {
	if len(r.f.rest) > 0 || r.f.shared {
		return false
	}
	named := map[int]bool{}
	for _, charge := range slices.Concat(r.f.fixed, r.f.had) {
		if len(charge.people) == 1 {
			named[charge.people[0]] = true
		}
	}
	return !slices.ContainsFunc(r.in, func(p int) bool { return !named[p] })
}

// restTo are those who carry what no one was named for.
func (r *resolver) restTo(charged map[int]bool) []int {
	if len(r.f.rest) > 0 {
		return r.restIn()
	}
	var others, uncharged []int
	had := map[int]bool{}
	for _, charge := range r.f.had {
		for _, p := range charge.people {
			had[p] = true
		}
	}
	for _, p := range r.in {
		if !charged[p] {
			others = append(others, p)
			if !had[p] {
				uncharged = append(uncharged, p)
			}
		}
	}
	if r.f.others && len(uncharged) > 0 {
		return uncharged
	}
	return others
}

// restIn are those of the bill who take the rest.
func (r *resolver) restIn() []int {
	return slices.DeleteFunc(slices.Clone(r.f.rest), func(p int) bool { return !slices.Contains(r.in, p) })
}

func (r *resolver) otherCurrency() bool {
	other := func(c charge) bool { return c.amount.Currency != r.base.Currency }
	return slices.ContainsFunc(r.f.fixed, other) || slices.ContainsFunc(r.f.had, other)
}

// exactAmounts takes everybody's part as it was named. What does not add up is found when it is divided.
func (r *resolver) exactAmounts(bill *Bill, receipt *Receipt) {
	named := map[string]int64{}
	for _, item := range receipt.Items {
		named[item.Claims[0].Person] += item.Amount
	}
	var made int64
	for _, amount := range named {
		made += amount
	}
	if r.total != r.base || made < r.base.Amount && r.f.taxed { // tip and tax lie between, in proportion
		bill.Method, bill.Receipt = Items, receipt
		return
	}
	bill.Method = Amounts
	for i := range bill.Claims {
		bill.Claims[i].Amount = named[bill.Claims[i].Person]
	}
}

// settleAmounts names everybody's part of a bill that was told in parts and a rest.
func (r *resolver) settleAmounts(bill *Bill) {
	result, err := Divide(*bill)
	if err != nil {
		return
	}
	bill.Method, bill.Receipt = Amounts, nil
	for i, share := range result.Shares {
		bill.Claims[i].Amount = share.Amount.Amount
	}
}

// claimItems finds on the receipt what people say they had.
func (r *resolver) claimItems(bill *Bill, reading *Reading) {
	items := make([]Item, len(r.message.Purchase.Items))
	for i, item := range r.message.Purchase.Items {
		items[i] = Item{Name: item.Name, Amount: item.Amount}
	}
	if len(items) == 0 {
		r.askf(MissingItems, "That receipt has no items, only its total of %s. Who had what, and for how much?", r.base.Format())
		return
	}
	claim := func(item *Item, people []int) {
		for _, p := range people {
			if !slices.Contains(r.in, p) {
				r.askf(MissingPeople, "Is %s in it or not?", r.people[p].Name)
				return
			}
			id := r.people[p].ID
			if !slices.ContainsFunc(item.Claims, func(c ItemClaim) bool { return c.Person == id }) {
				item.Claims = append(item.Claims, ItemClaim{Person: id, Weight: 1})
			}
		}
	}
	for _, said := range r.f.claims {
		people := said.people
		if said.everyone {
			people = r.in
		}
		found := false
		for i := range items {
			if namesItem(items[i].Name, said.words) {
				claim(&items[i], people)
				found = true
			}
		}
		if !found {
			r.askf(MissingItems, "I find no %s on that receipt. It lists %s.", strings.Join(said.words, " "), listOf(itemNames(items)))
			return
		}
	}
	if len(r.f.claims) == 0 && len(r.f.rest) == 0 {
		r.askf(MissingItems, "Who had what? The receipt lists %s.", listOf(itemNames(items)))
		return
	}
	for i := range items {
		switch {
		case len(items[i].Claims) > 0:
		case len(r.restIn()) > 0:
			claim(&items[i], r.restIn())
		case r.f.restAll || r.f.shared:
			claim(&items[i], r.in)
		default:
			reading.Unclaimed = append(reading.Unclaimed, items[i].Name)
		}
	}
	bill.Method, bill.Receipt = Items, &Receipt{Items: items}
}

func itemNames(items []Item) []string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = item.Name
	}
	return names
}

// namesItem reports whether all words stand in an item's name, plural or not.
func namesItem(name string, words []string) bool {
	have := map[string]bool{}
	for part := range strings.FieldsSeq(spending.Fold(name)) {
		have[strings.TrimSuffix(part, "s")] = true
	}
	for _, word := range words {
		if !have[strings.TrimSuffix(word, "s")] {
			return false
		}
	}
	return true
}
