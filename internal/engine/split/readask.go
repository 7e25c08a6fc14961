package split

import "slices"

//nolint:lll // a pattern is read in one piece
var (
	marking   = pattern(`(?:mark|set|tick|count) (?:.{0,60}?)(?:as|to|is) (?:paid|settled|done)|(?:mark|set) (?:it|that|this|<P> (?:share|part|half)) (?:paid|settled|done)`)
	gaveBack  = pattern(`<P> (?:have |has |already |just |also )*(?:paid|pay|sent|gave|transferred|handed|returned|repaid) (?:already )?(?:to )?<P>(?: back)?(?: (?:P\d+(?: 's)? )?(?:<W>{0,2}?)<A>)?(?: already| back)?`)
	gaveMe    = pattern(`<P> (?:already )?<P> (?:already )?(?:paid|sent|gave|transferred|handed|returned|repaid)(?: (?:<W>{0,2}?)<A>)?`)
	gaveTo    = pattern(`<P> (?:have |has |already |just |also )*(?:paid|sent|gave|transferred|handed|returned|repaid) (?:back )?<A> (?:back )?to <P>`)
	gave      = pattern(`(?:just |already |have |also )*(?:paid|sent|gave|transferred|handed|repaid) (?:<A> (?:back )?to <P>|<P> (?:back )?(?:<W>{0,2}?)<A>)`)
	got       = pattern(`(?:<P> )?(?:have |has |already |just |also )*(?:got|received|collected) (?:<W>{0,2}?)<A> (?:back )?from <P>`)
	paidBack  = pattern(`<P> (?:has |already |just )*(?:paid|gave) back (?:his |her |their |the |P\d+ 's )*<A>`)
	sharePaid = pattern(`<P> (?:has |have |already |just )*(?:paid|settled) (?:his |her |their |the |P\d+ 's )*(?:share|part|half)`)
	settledIt = pattern(`<P> settled (?:the |up )?<A> with <P>`)
	owing     = pattern(`(?:owe|owes|owed|owing|debt|debts|balance|balances|settle|settling|square up|square everything|settled|all square|all even|square with|even with|simplify|even up|settle up|unpaid|paid me back|who (?:<W>{0,2}?)pays? (?:who|whom|me|back)|paid back|deben?|transfers|payments|(?:paid|pay|pays) P0(?: back)?|pay back)`)
	fewest    = pattern(`(?:simplify|simplified|fewest|minimum|least number|as few)`)
	dividing  = pattern(`(?:split|splitting|divide|dividing|divvy|share|sharing|each|halves|portion|equal|equally|evenly|parts?|go dutch|going dutch|chip in|per head|per person|a head)`)
	receipts  = pattern(`(?:(?:last|latest|recent|this|that|my|the|our|P0 's|from|use) )+(?:<W>{0,3}?)(?:order|receipt|purchase|orders|delivery|groceries run|ticket)`)
	ownOrder  = pattern(`(?:order|receipt|purchase)`)
)

// ask finds what is wanted besides a division. What was handed over is found here too, before anybody takes it for a
// payment of the bill.
func (r *reader) ask() {
	give := func(from, to int, ref string) bool {
		if from == to || r.f.moved != nil {
			return false
		}
		r.f.moved, r.f.movedTo = &payment{person: from}, to
		if ref != "" && r.isAmount(ref) {
			sum := r.amount(ref)
			r.f.moved.amount = &sum
		}
		return true
	}
	r.each(gaveBack, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[2]), m[3]) })
	r.each(gaveMe, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[2]), m[3]) })
	r.each(settledIt, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[3]), m[2]) })
	if !strictly.MatchString(r.f.text) {
		r.handedOver(give)
	}
	switch {
	case r.f.moved != nil && r.f.moved.amount != nil:
		r.f.asks = AskRecord
	case marking.MatchString(r.f.text), sharePaid.MatchString(r.f.text) && !sumRef.MatchString(r.f.text):
		r.f.asks = AskMarkPaid
	case r.f.moved != nil:
		r.f.asks = AskRecord
	case owing.MatchString(r.f.text):
		r.f.asks = AskBalances
	}
	r.debtsMeant()
	r.f.fewest = fewest.MatchString(r.f.text)
	r.f.splits = dividing.MatchString(r.f.text)
	r.f.receipt = receipts.MatchString(r.f.text) || ownOrder.MatchString(r.f.text)
	for _, p := range r.f.mentioned {
		if p != asker {
			r.f.about = append(r.f.about, p)
		}
	}
}

// handedOver finds what was handed over in the other ways of saying so, of which who speaks may leave themselves out.
func (r *reader) handedOver(give func(from, to int, ref string) bool) {
	r.each(gaveTo, func(m []string) bool { return give(refOfPerson(m[1]), refOfPerson(m[3]), m[2]) })
	r.each(got, func(m []string) bool {
		to := asker
		if m[1] != "" {
			to = refOfPerson(m[1])
		}
		return give(refOfPerson(m[3]), to, m[2])
	})
	r.each(paidBack, func(m []string) bool { return give(refOfPerson(m[1]), asker, m[2]) })
	if m := gave.FindStringSubmatchIndex(r.f.text); m == nil || m[0] > 0 { // it begins with what was done
		return
	}
	r.each(gave, func(m []string) bool {
		if m[1] != "" {
			return give(asker, refOfPerson(m[2]), m[1])
		}
		return give(asker, refOfPerson(m[3]), m[4])
	})
}

//nolint:lll // a pattern is read in one piece
var (
	owedToAsker = pattern(`(?:owes?|owing|pays?|paying|paid) (?:<W>{0,1}?)P0(?: back)?|P0 (?:am |is |be )?(?:still )?owed|debts? to P0`)
	owedByAsker = pattern(`P0 (?:still |have to |need to |should |must |currently |now |even )*(?:owe|owing|pay|pay back|settle)|P0 am in debt|P0 (?:have )?debts?|P0 's debts?`)
	withPerson  = pattern(`(?:settle|settled|square|square up|even|even up|saldar) (?:<W>{0,5}?)with <P>`)
)

// debtsMeant finds whose debts a question is about. Between two, both ways are told.
func (r *reader) debtsMeant() {
	to, of := owedToAsker.MatchString(r.f.text), owedByAsker.MatchString(r.f.text)
	if r.s.spanish {
		for i, t := range r.s.tokens { // me debe, me deben
			if t.kind == somebody && t.index == asker && t.raw == "me" && r.s.at(i+1).is("owe", "owes") {
				to, of = true, false
			}
		}
	}
	own := slices.Contains(r.f.mentioned, asker)
	switch {
	case to && !of:
		r.f.owing = OwingToAsker
	case of && !to:
		r.f.owing = OwingByAsker
	case own:
		r.f.owing = OwingOwn
	}
	r.f.between = own && len(r.f.mentioned) > 1 || withPerson.MatchString(r.f.text)
}

func refOfPerson(ref string) int { return peopleOf(ref)[0] }
