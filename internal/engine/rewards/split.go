package rewards

// bestSplit finds the two cards, and the amount on each, that together leave most after foreign transaction fees. It is
// exact: what is compared are fractions of a cent, so that no split is worth it for the sake of rounding.
//
// On one card, what a purchase leaves is a straight line in its amount that bends down only where a cap runs out (and up
// where another rule overtakes, which never makes a maximum). So the best amounts are found where a cap of one of the
// two cards ends, and the answer equals that of trying every cent. Of equally good splits, the one with the cards that
// rank higher wins, then the one with more on the higher card. Nil when no split gains a whole cent over the best card
// alone.
func bestSplit(purchase Purchase, ranked []*candidate, best balance) *split {
	amount := purchase.Amount.Amount
	var found *split
	for i, first := range ranked {
		for _, second := range ranked[i+1:] {
			for _, onFirst := range ends(first, second, amount) {
				total := first.leaves(onFirst, purchase.Foreign).plus(second.leaves(amount-onFirst, purchase.Foreign))
				if total.compare(best) <= 0 {
					continue
				}
				order := 1
				if found != nil {
					order = total.compare(found.total)
				}
				// Pairs come in the order of the ranking, so an equal one only wins by more on the same first card.
				if order > 0 || (order == 0 && found.first == first && found.second == second && onFirst > found.onFirst) {
					found = &split{first: first, second: second, onFirst: onFirst, total: total}
				}
			}
		}
	}
	return found
}

type split struct {
	first, second *candidate
	onFirst       int64
	total         balance
}

// candidate is a card that can pay, with what it offers on this purchase.
type candidate struct {
	wallet  *wallet
	open    []offer
	locked  []offer
	ranking Ranking // on the whole purchase
}

// leaves is what an amount on this card earns less the fee, exactly.
func (c *candidate) leaves(amount int64, foreign bool) balance {
	b := balance{earned: c.wallet.best(c.open, amount).value}
	if foreign {
		// Per 10,000 like a rate, but in money: a point value of one cent brings it to the same scale.
		b.charged = product64(amount, c.wallet.card.Product.ForeignFeeBps).times(CashPointValue)
	}
	return b
}

// ends lists the amounts on the first card at which a cap of either card is just used up.
func ends(first, second *candidate, amount int64) []int64 {
	var amounts []int64
	for _, o := range first.open {
		if o.capped && o.left > 0 && o.left < amount {
			amounts = append(amounts, o.left)
		}
	}
	for _, o := range second.open {
		if o.capped && o.left > 0 && o.left < amount {
			amounts = append(amounts, amount-o.left)
		}
	}
	return amounts
}
