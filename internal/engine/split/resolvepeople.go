package split

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/lattice-money/lattice/internal/money"
)

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
		r.checkCompared()
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
	if f.exactList && len(r.in) == 1 && len(payers) == 1 && payers[0] != r.in[0] { // Bob paid $15 for me
		if f.debt && r.closed() {
			r.notef("I took it that this debt is not recorded yet.")
		}
		return
	}
	if len(r.in) == 1 && r.in[0] == asker || len(r.in) == 0 {
		r.askf(MissingPeople, "Between whom shall I divide it? Names will do, or how many of you there are.")
	}
}

// checkCompared asks about the rest of a group of whom two were compared: "Bob pays twice as much as Carol".
func (r *resolver) checkCompared() {
	silent := slices.DeleteFunc(slices.Clone(r.in), func(p int) bool { return slices.Contains(r.f.mentioned, p) })
	if len(r.f.compared) > 0 && len(silent) > 0 && !r.f.everyone && !r.f.we && r.f.ways+r.f.heads == 0 {
		r.askf(MissingPeople, "Is it for %s alone, or does %s share it too?", listOf(r.names(r.f.compared)), listOf(r.names(silent)))
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
		sum := new(big.Rat)
		for _, part := range f.parts {
			sum.Add(sum, part)
		}
		whole := sum.Cmp(big.NewRat(money.BpsPerWhole, 1)) >= 0
		if whole || len(f.rest) > 0 || len(people) > 1 && !f.shared && !r.closed() && f.ways+f.heads == 0 {
			return r.ordered(slices.Concat(people, f.rest, f.added))
		}
		return nil
	}
	if len(f.compared) > 0 && !r.closed() && !f.we && !f.everyone && f.ways+f.heads+f.plus == 0 && !slices.Contains(f.mentioned, asker) {
		return r.ordered(slices.Concat(f.mentioned, f.added)) // Ana pays double what Luis pays, and nobody else is spoken of
	}
	for _, charge := range f.fixed {
		people = append(people, charge.people...)
	}
	several := len(unique(people)) > 1 && !f.shared && f.ways+f.heads == 0 && !r.closed()
	if len(people) > 0 && len(f.had) == 0 && (len(f.rest) > 0 || r.fixedAddUp() || several) {
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
		r.askf(MissingCount, "Is %s one of the %d, or are there %d without?", listOf(r.names(f.excluded)), f.ways, f.ways)
		return
	}
	have := int64(len(r.in))
	switch {
	case count == 0 || count == have:
	case r.closed() && f.listed == nil:
		r.askf(MissingCount, "You say %d, and I count %d here: %s. Who is in?", count, have, listOf(r.names(r.in)))
	case count < have || r.closed():
		r.askf(MissingCount, "You say %d, and name %d: %s. Who is in?", count, have, listOf(r.names(r.in)))
	case count > maxPeople:
		r.askf(MissingCount, "I can divide by %d people at most.", maxPeople)
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

func (r *resolver) namesAt(places []int) []string {
	list := make([]int, len(places))
	for i, place := range places {
		list[i] = r.in[place]
	}
	return r.names(list)
}
