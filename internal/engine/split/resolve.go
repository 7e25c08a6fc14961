package split

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// resolver makes a bill of facts, or a question.
type resolver struct {
	message Message
	f       facts
	people  []Person
	s       sentence

	in       []int       // who shares the bill
	base     money.Money // before tip and tax
	total    money.Money
	question *Question
}

func (r *resolver) ask(missing Missing, format string, values ...any) {
	if r.question == nil {
		r.question = &Question{Missing: missing, Text: fmt.Sprintf(format, values...)}
	}
}

func (r *resolver) closed() bool { return len(r.message.Group) > 0 }

func (r *resolver) resolve() Reading {
	reading := Reading{Ask: r.wanted(), Simplify: r.f.fewest}
	for _, p := range r.f.about {
		reading.About = append(reading.About, r.people[p])
	}
	if len(r.s.unclear) > 0 {
		r.ask(MissingPerson, "More than one person here is called %s. Which one do you mean? A full name tells me.", r.s.unclear[0])
	} else if len(r.s.unknown) > 0 {
		r.ask(MissingPerson, "I know nobody called %s in this group. Who do you mean?", listOf(r.s.unknown))
	}
	switch reading.Ask {
	case AskBalances, AskMarkPaid:
		reading.Question = r.question
		return reading
	case AskRecord:
		reading.Transfer = r.transfer()
		reading.Question = r.question
		return reading
	case AskDivide:
	}
	if len(r.s.doubts) > 0 {
		r.ask(MissingAmount, "“%s” can be read in two ways. What is the amount, written out with its currency?", r.s.doubts[0])
	}
	r.divide(&reading)
	reading.Question = r.question
	for _, p := range r.in {
		reading.People = append(reading.People, r.people[p])
	}
	for i, person := range r.people {
		named := i == asker || slices.Contains(r.f.mentioned, i)
		if named && !slices.Contains(r.in, i) {
			reading.Others = append(reading.Others, person)
		}
	}
	return reading
}

// wanted is what the message is about. A sum to divide outweighs a question about balances: it is the answer to it.
func (r *resolver) wanted() Ask {
	f := r.f
	money := f.total != nil || len(f.leftover) > 0 || f.paidSums() || f.perHead != nil || len(f.fixed) > 0
	switch {
	case f.asks == AskMarkPaid && f.total == nil && !f.paidSums():
		return AskMarkPaid
	case f.asks == AskRecord && f.total == nil && len(f.leftover) == 0 && !f.paidSums():
		return AskRecord
	case f.asks == AskBalances && !money && !f.receipt && !f.byItems && r.message.Purchase == nil:
		return AskBalances
	default:
		return AskDivide
	}
}

func (r *resolver) transfer() *Transfer {
	transfer := &Transfer{From: r.people[r.f.moved.person].ID, To: r.people[r.f.movedTo].ID}
	if r.f.moved.amount != nil {
		transfer.Amount = *r.f.moved.amount
	}
	return transfer
}

func (r *resolver) divide(reading *Reading) {
	if len(r.f.missing) > 0 {
		text := "How much are the tax and the tip, and are they in the total already?"
		if r.f.missing[0] == MissingParts {
			text = "Who has which part, and who has what is left?"
		}
		r.ask(r.f.missing[0], "%s", text)
	}
	if r.wantsReceipt() && r.message.Purchase == nil {
		reading.Receipt, reading.ReceiptTotal = true, r.receiptTotal()
		r.findPeople()
		r.ask(MissingItems, "Which receipt do you mean? Name the shop, or tell me who had what and for how much.")
		return
	}
	r.findPeople()
	r.findTotal()
	if r.question != nil {
		return
	}
	r.bill(reading)
	if r.question != nil {
		return
	}
	reading.Paid = r.paid()
	if r.f.moved != nil && r.f.moved.amount != nil {
		reading.Handed = []Transfer{*r.transfer()}
	}
}

// wantsReceipt reports that the message cannot be answered from itself.
func (r *resolver) wantsReceipt() bool {
	f := r.f
	return f.receipt && !f.hasSums() || f.byItems && len(f.fixed)+len(f.had) == 0 || f.receipt && r.claimsItems()
}

func (f facts) hasSums() bool {
	return f.total != nil || len(f.leftover) > 0 || f.paidSums() || f.perHead != nil
}

// claimsItems reports that who had what is told without prices.
func (r *resolver) claimsItems() bool {
	if len(r.f.fixed)+len(r.f.had) > 0 || len(r.f.parts)+len(r.f.weights) > 0 {
		return false
	}
	claimants := map[int]bool{}
	for _, claim := range r.f.claims {
		for _, p := range claim.people {
			claimants[p] = true
		}
	}
	return len(claimants) > 1 || len(claimants) == 1 && (r.f.receipt || r.f.byItems)
}

func (r *resolver) receiptTotal() *money.Money {
	if r.f.total != nil {
		return r.f.total
	}
	if len(r.f.leftover) == 1 {
		return &r.f.leftover[0]
	}
	return nil
}

// findPeople decides who shares the bill.
func (r *resolver) findPeople() {
	f := r.f
	stays := func(list []int) []int {
		return unique(slices.DeleteFunc(slices.Clone(list), func(p int) bool { return slices.Contains(f.excluded, p) }))
	}
	var payers []int
	for _, p := range f.payers {
		payers = append(payers, p.person)
	}
	switch {
	case f.listed != nil && f.exactList:
		r.in = stays(f.listed)
	case f.listed != nil:
		r.in = stays(slices.Concat(f.listed, f.added, payers))
	case r.complete() != nil:
		r.in = stays(r.complete())
	case r.closed():
		r.in = stays(r.members())
	default:
		r.in = stays(slices.Concat([]int{asker}, f.mentioned))
		if f.heads+f.ways+f.plus == 0 && len(r.in) == 1 && f.ratio != nil {
			r.in = nil
			for i := range f.ratio {
				r.in = append(r.in, r.anonymous(i+1))
			}
		}
	}
	r.checkCount()
	if len(r.in) == 1 && r.in[0] == asker || len(r.in) == 0 {
		r.ask(MissingPeople, "Between whom shall I divide it? Names will do, or how many of you there are.")
	}
}

// complete are those whose parts make up the whole, where the parts say so.
func (r *resolver) complete() []int {
	f := r.f
	var people []int
	for person := range f.parts {
		people = append(people, person)
	}
	if len(people) > 0 {
		var sum int64
		for _, part := range f.parts {
			sum += part
		}
		if sum >= 10_000 || len(f.rest) > 0 || len(people) > 1 && !f.shared && !r.closed() && f.ways+f.heads == 0 {
			return r.ordered(slices.Concat(people, f.rest, f.added))
		}
		return nil
	}
	for _, charge := range f.fixed {
		people = append(people, charge.people...)
	}
	if len(people) > 0 && len(f.had) == 0 && (len(f.rest) > 0 || r.fixedAddUp() || len(unique(people)) > 1 && !f.shared && f.ways+f.heads == 0 && !r.closed()) {
		return r.ordered(slices.Concat(people, f.rest, f.added))
	}
	if f.shares && len(f.weights) > 1 && f.ways+f.heads == 0 {
		for person := range f.weights {
			people = append(people, person)
		}
		return r.ordered(slices.Concat(people, f.added))
	}
	return nil
}

func (r *resolver) ordered(list []int) []int {
	list = unique(list)
	slices.Sort(list)
	return list
}

func (r *resolver) fixedAddUp() bool {
	if r.f.total == nil {
		return false
	}
	made, err := sum(r.f.fixed, func(c charge) int64 { return c.amount.Amount * int64(len(c.people)) })
	return err == nil && made == r.f.total.Amount
}

// members are the people of the group, the asker first.
func (r *resolver) members() []int {
	list := []int{asker}
	for _, person := range r.message.Group {
		if person.ID != r.message.Asker.ID {
			list = append(list, r.index(person))
		}
	}
	return list
}

func (r *resolver) index(person Person) int {
	for i, known := range r.people {
		if known.ID == person.ID {
			return i
		}
	}
	r.people = append(r.people, person)
	return len(r.people) - 1
}

func (r *resolver) anonymous(number int) int {
	return r.index(Person{ID: fmt.Sprintf("person:%d", number), Name: fmt.Sprintf("Person %d", number)})
}

// checkCount compares the people found with the number that was said. In a chat of one, those who are missing have no
// name; in a group, the number must be right.
func (r *resolver) checkCount() {
	f := r.f
	count := f.ways
	switch {
	case f.heads > 0:
		count = f.heads - int64(len(f.excluded))
	case f.plus > 0:
		count = f.plus + 1
	case f.ways > 0 && len(f.excluded) > 0 && !f.exact && !r.closed():
		r.ask(MissingCount, "Is %s one of the %d, or are there %d without?", listOf(r.names(f.excluded)), f.ways, f.ways)
		return
	}
	have := int64(len(r.in))
	switch {
	case count == 0 || count == have:
	case r.closed() && f.listed == nil:
		r.ask(MissingCount, "You say %d, and I count %d here: %s. Who is in?", count, have, listOf(r.names(r.in)))
	case count < have || r.closed():
		r.ask(MissingCount, "You say %d, and name %d: %s. Who is in?", count, have, listOf(r.names(r.in)))
	case count > maxPeople:
		r.ask(MissingCount, "I can divide by %d people at most.", maxPeople)
	default:
		for number := int(have) + 1; number <= int(count); number++ {
			r.in = append(r.in, r.anonymous(number))
		}
	}
}

// maxPeople is how many people one bill is divided by at most.
const maxPeople = 50

func (r *resolver) names(list []int) []string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = r.people[p].Name
	}
	return names
}

// findTotal decides what is divided, before and after tip and tax.
func (r *resolver) findTotal() {
	f := r.f
	paid, hasPaid := r.paidSum()
	switch {
	case r.message.Purchase != nil:
		r.base = r.message.Purchase.Total
	case f.total != nil && len(f.leftover) == 0:
		r.base = *f.total
	case f.total != nil && len(f.leftover) > 0 && !f.summed:
		r.base = *f.total // what else is said is part of a story
	case len(f.leftover) == 1 && hasPaid && f.leftover[0] != paid:
		r.ask(MissingTotal, "Is %s the whole bill, or does it come to %s?", f.leftover[0].Format(), paid.Format())
		return
	case len(f.leftover) == 1:
		r.base = f.leftover[0]
	case len(f.leftover) > 1 && f.summed:
		total, err := money.Sum(f.leftover[0].Currency, f.leftover...)
		if err != nil {
			r.ask(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
			return
		}
		r.base = total
	case len(f.leftover) > 1:
		var texts []string
		for _, sum := range f.leftover {
			texts = append(texts, sum.Format())
		}
		r.ask(MissingTotal, "Which is the total to divide: %s?", strings.Join(texts, " or "))
		return
	case hasPaid:
		r.base = paid
	case f.perHead != nil:
		total, err := f.perHead.Mul(int64(len(r.in)))
		if err != nil {
			r.ask(MissingTotal, "That is more than I can count.")
			return
		}
		r.base = total
	case len(f.fixed) > 1 && len(f.rest) == 0:
		r.base = money.Money{Currency: f.fixed[0].amount.Currency}
		for _, charge := range f.fixed {
			var err error
			if r.base, err = r.base.Add(charge.amount); err != nil {
				r.ask(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
				return
			}
		}
	default:
		r.ask(MissingTotal, "How much is there to divide?")
		return
	}
	if r.f.refund && r.base.Amount > 0 {
		r.base.Amount = -r.base.Amount
	}
	r.addExtras()
}

func (r *resolver) paidSum() (money.Money, bool) {
	total, found := money.Money{}, false
	for _, p := range r.f.payers {
		if p.amount == nil || p.amount.IsZero() {
			continue
		}
		if !found {
			total, found = *p.amount, true
			continue
		}
		var err error
		if total, err = total.Add(*p.amount); err != nil {
			r.ask(MissingCurrencies, "People paid in different currencies, which I do not add up. Ask me about one at a time.")
			return money.Money{}, false
		}
	}
	return total, found
}

// addExtras adds tip, tax and fees that are not in the total, and takes discounts off.
func (r *resolver) addExtras() {
	r.total = r.base
	for _, e := range r.f.extras {
		if e.included {
			continue
		}
		var sum money.Money
		var err error
		if e.amount != nil {
			sum = *e.amount
		} else {
			sum, err = r.base.MulBps(e.bps)
		}
		if e.off && err == nil {
			sum, err = sum.Neg()
		}
		if err == nil {
			r.total, err = r.total.Add(sum)
		}
		switch {
		case errors.Is(err, money.ErrCurrencyMismatch):
			r.ask(MissingCurrencies, "The bill and the tip or tax are in different currencies, which I do not add up.")
		case err != nil:
			r.ask(MissingTotal, "That is more than I can count.")
		}
	}
}

// bill decides how the total is divided.
func (r *resolver) bill(reading *Reading) {
	f := r.f
	bill := Bill{Total: r.total, Method: Equal, Seed: r.message.Seed}
	for _, p := range r.in {
		bill.Claims = append(bill.Claims, Claim{Person: r.people[p].ID})
	}
	switch {
	case r.message.Purchase != nil && (len(f.claims) > 0 || f.byItems || len(f.rest) > 0):
		r.claimItems(&bill, reading)
	case f.percent && (len(f.parts) > 0 || f.ratio != nil):
		r.percentages(&bill)
	case len(f.weights) > 0 || f.ratio != nil:
		r.weights(&bill)
	case len(f.fixed)+len(f.had) > 0:
		r.charges(&bill)
	case r.claimsItems():
		r.ask(MissingItems, "What did each of you have, and for how much? With the prices I can divide it by item.")
	}
	reading.Bill = bill
}

// inOrder gives the figures of a proportion to people. It must be plain who gets which.
func (r *resolver) inOrder() (map[int]int64, bool) {
	f := r.f
	if len(f.ratio) != len(r.in) {
		r.ask(MissingParts, "You name %d parts, and there are %d of you: %s. Who has which part?", len(f.ratio), len(r.in), listOf(r.names(r.in)))
		return nil, false
	}
	known := map[int]int64{}
	for person, part := range f.parts {
		known[person] = part / 100
	}
	order := r.in
	switch {
	case len(known) == 1 && len(r.in) == 2:
		for person, part := range known {
			for _, other := range r.in {
				if other == person {
					continue
				}
				switch part {
				case f.ratio[0]:
					known[other] = f.ratio[1]
				case f.ratio[1]:
					known[other] = f.ratio[0]
				default:
					r.ask(MissingOrder, "Who has which part?")
				}
			}
		}
		return known, r.question == nil
	case f.listed != nil && !f.withAsker:
		order = slices.DeleteFunc(slices.Clone(f.listed), func(p int) bool { return !slices.Contains(r.in, p) })
	case slices.Min(f.ratio) != slices.Max(f.ratio) && !r.allAnonymous():
		var texts []string
		for _, part := range f.ratio {
			texts = append(texts, fmt.Sprint(part))
		}
		r.ask(MissingOrder, "Who has which part of %s: %s?", strings.Join(texts, "/"), listOf(r.names(r.in)))
		return nil, false
	}
	if len(order) != len(f.ratio) {
		r.ask(MissingOrder, "Who has which part?")
		return nil, false
	}
	for i, person := range order {
		known[person] = f.ratio[i]
	}
	return known, true
}

func (r *resolver) allAnonymous() bool {
	return !slices.ContainsFunc(r.in, func(p int) bool { return !strings.HasPrefix(r.people[p].ID, "person:") })
}

func (r *resolver) percentages(bill *Bill) {
	parts := r.f.parts
	if r.f.ratio != nil {
		known, ok := r.inOrder()
		if !ok {
			return
		}
		parts = map[int]int64{}
		for person, part := range known {
			parts[person] = part * 100
		}
	}
	bill.Method = Percentages
	var made int64
	var open []int
	for i, p := range r.in {
		part, ok := parts[p]
		if !ok {
			open = append(open, i)
		}
		bill.Claims[i].Bps = part
		made += part
	}
	left := money.BpsPerWhole - made
	switch {
	case len(open) == 0 || left <= 0 && r.closed():
	case left < 0 || left == 0:
		r.ask(MissingParts, "The percentages make %s without %s. Who has which part?", money.FormatBps(made), listOf(r.namesAt(open)))
	case len(open) == 1 || r.f.shared || len(r.f.rest) > 0 || r.f.equal:
		weights := make([]int64, len(open))
		for i, place := range open {
			weights[i] = 1
			if len(r.f.rest) > 0 && !slices.Contains(r.f.rest, r.in[place]) {
				weights[i] = 0
			}
		}
		shares, err := money.Allocate(money.Money{Amount: left, Currency: bill.Total.Currency}, weights, bill.Seed)
		if err != nil {
			r.ask(MissingParts, "Who takes what is left?")
			return
		}
		for i, place := range open {
			bill.Claims[place].Bps = shares[i].Amount
		}
	default:
		r.ask(MissingParts, "That leaves %s for %s. How do they share it?", money.FormatBps(left), listOf(r.namesAt(open)))
	}
}

func (r *resolver) namesAt(places []int) []string {
	list := make([]int, len(places))
	for i, place := range places {
		list[i] = r.in[place]
	}
	return r.names(list)
}

func (r *resolver) weights(bill *Bill) {
	weights := r.f.weights
	if r.f.ratio != nil {
		known, ok := r.inOrder()
		if !ok {
			return
		}
		weights = map[int]*big.Rat{}
		for person, part := range known {
			weights[person] = new(big.Rat).SetInt64(part)
		}
	}
	bill.Method = Shares
	common := big.NewInt(1)
	for _, weight := range weights {
		common.Mul(common, weight.Denom())
	}
	for i, p := range r.in {
		weight, ok := weights[p]
		if !ok {
			weight = big.NewRat(1, 1)
		}
		whole := new(big.Rat).Mul(weight, new(big.Rat).SetInt(common))
		bill.Claims[i].Weight = whole.Num().Int64()
	}
	divisor := int64(0)
	for _, claim := range bill.Claims {
		divisor = gcd(divisor, claim.Weight)
	}
	for i := range bill.Claims {
		bill.Claims[i].Weight /= max(1, divisor)
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// charges divides by what people are said to pay or to have had, and the rest among those it is left to.
func (r *resolver) charges(bill *Bill) {
	f := r.f
	if r.everybodyHad() {
		f.fixed, f.had = slices.Concat(f.fixed, f.had), nil
		r.f = f
	}
	receipt := &Receipt{}
	var made int64
	charged := map[int]bool{}
	for _, charge := range f.fixed {
		for _, p := range charge.people { // each of them
			if !slices.Contains(r.in, p) {
				r.ask(MissingPeople, "Is %s in it or not?", r.people[p].Name)
				return
			}
			charged[p] = true
			receipt.Items = append(receipt.Items, Item{Amount: charge.amount.Amount, Claims: []ItemClaim{{Person: r.people[p].ID, Weight: 1}}})
			made += charge.amount.Amount
		}
	}
	for _, charge := range f.had {
		item := Item{Amount: charge.amount.Amount}
		for _, p := range charge.people {
			if !slices.Contains(r.in, p) {
				r.ask(MissingPeople, "Is %s in it or not?", r.people[p].Name)
				return
			}
			item.Claims = append(item.Claims, ItemClaim{Person: r.people[p].ID, Weight: 1})
		}
		receipt.Items = append(receipt.Items, item)
		made += charge.amount.Amount
	}
	if len(f.had) > 0 && len(f.rest) == 0 && !f.shared {
		r.ask(MissingParts, "Does %s share the rest too, or pay only for that?", listOf(r.names(f.had[0].people)))
		return
	}
	rest := r.restTo(charged)
	left := r.base.Amount - made
	switch {
	case r.otherCurrency():
		r.ask(MissingCurrencies, "These amounts are in different currencies, which I do not add up. Ask me about one at a time.")
	case left < 0 && len(f.had) > 0, left < 0 && len(rest) > 0:
		over := money.Money{Amount: -left, Currency: r.base.Currency}
		r.ask(MissingParts, "What you name comes to %s more than the %s. Which figure is right?", over.Format(), r.base.Format())
	case len(f.had) == 0 && len(rest) == 0: // everybody's part is named
		r.exactAmounts(bill, receipt)
		return
	case left > 0 && len(rest) == 0:
		open := money.Money{Amount: left, Currency: r.base.Currency}
		r.ask(MissingParts, "That leaves %s of %s. Who takes it?", open.Format(), r.base.Format())
	}
	if r.question != nil {
		return
	}
	if left > 0 {
		item := Item{Amount: left}
		for _, p := range rest {
			item.Claims = append(item.Claims, ItemClaim{Person: r.people[p].ID, Weight: 1})
		}
		receipt.Items = append(receipt.Items, item)
	}
	bill.Method, bill.Receipt = Items, receipt
	if len(f.had) == 0 && r.total == r.base {
		r.settleAmounts(bill)
	}
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
		r.ask(MissingItems, "That receipt has no items, only its total of %s. Who had what, and for how much?", r.base.Format())
		return
	}
	claim := func(item *Item, people []int) {
		for _, p := range people {
			if !slices.Contains(r.in, p) {
				r.ask(MissingPeople, "Is %s in it or not?", r.people[p].Name)
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
			r.ask(MissingItems, "I find no %s on that receipt. It lists %s.", strings.Join(said.words, " "), listOf(itemNames(items)))
			return
		}
	}
	if len(r.f.claims) == 0 && len(r.f.rest) == 0 {
		r.ask(MissingItems, "Who had what? The receipt lists %s.", listOf(itemNames(items)))
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

// paid is who paid how much of the bill.
func (r *resolver) paid() []Part {
	var parts []Part
	var named money.Money
	open := -1
	for _, p := range r.f.payers {
		if p.amount == nil {
			if open >= 0 {
				r.ask(MissingPayments, "How much did each of them pay?")
				return nil
			}
			open = p.person
			continue
		}
		if p.amount.Currency != "" && p.amount.Currency != r.total.Currency {
			r.ask(MissingCurrencies, "The bill and what was paid are in different currencies, which I do not add up.")
			return nil
		}
		named.Amount += p.amount.Amount
		parts = addPart(parts, Part{Person: r.people[p.person].ID, Amount: p.amount.Amount})
	}
	switch {
	case len(r.f.payers) == 0:
		return nil
	case open >= 0:
		parts = addPart(parts, Part{Person: r.people[open].ID, Amount: r.total.Amount - named.Amount})
	case len(parts) == 1 && named.Amount == r.base.Amount:
		parts[0].Amount = r.total.Amount // who paid the bill paid its tip
	}
	parts = slices.DeleteFunc(parts, func(p Part) bool { return p.Amount == 0 })
	if err := CheckPayments(r.total, parts); err != nil && len(parts) > 0 {
		paid := money.Money{Amount: named.Amount, Currency: r.total.Currency}
		r.ask(MissingPayments, "The bill comes to %s, and what was paid to %s. Which is right?", r.total.Format(), paid.Format())
		return nil
	}
	return parts
}

func addPart(parts []Part, part Part) []Part {
	for i := range parts {
		if parts[i].Person == part.Person {
			parts[i].Amount += part.Amount
			return parts
		}
	}
	return append(parts, part)
}

// listOf joins names for reading.
func listOf(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
