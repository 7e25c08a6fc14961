package chat

import (
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/money"
)

// presumedUnits is the purchase that cards are compared on where no amount was named: a hundred dollars, euros or yen.
const presumedUnits = 100

// presumeAmount fills in an amount where only the place or the kind of a purchase was named.
func presumeAmount(q question, reading *intent.Reading) (presumed bool) {
	exponent, known := money.Exponent(q.currency)
	if reading.Amount != nil || !known || reading.Category == "" && reading.MerchantSlug == "" {
		return false
	}
	reading.Amount = presumedIn(q.currency, exponent)
	return true
}

func presumedIn(currency string, exponent int) *money.Money {
	amount := money.Money{Amount: presumedUnits, Currency: currency}
	for range exponent {
		amount.Amount *= 10
	}
	return &amount
}

// abroadInstead puts an amount that all of the asker's cards have in the place of one in a currency that none of them is in:
// nothing is converted here, but which card is best abroad can be told. It returns the amount that was named, nil where it
// stays.
func (q question) abroadInstead(reading *intent.Reading) (named *money.Money) {
	if reading.Amount == nil || reading.Amount.Amount <= 0 || len(q.wallet) == 0 {
		return nil
	}
	currency := q.wallet[0].Product.Currency()
	for _, card := range q.wallet {
		if own := card.Product.Currency(); own == reading.Amount.Currency || own != currency {
			return nil
		}
	}
	exponent, known := money.Exponent(currency)
	if !known {
		return nil
	}
	named, reading.Amount = reading.Amount, presumedIn(currency, exponent)
	return named
}

// inCardsCurrency reads an amount that names no currency in that of the asker's cards where none of them is in the asker's
// own: what is paid with a card is in the currency of the card. It changes the currency of the question with it.
func (q *question) inCardsCurrency(reading *intent.Reading) (read bool) {
	currency := ""
	for _, card := range q.wallet {
		switch own := card.Product.Currency(); {
		case own == q.currency, currency != "" && own != currency:
			return false
		default:
			currency = own
		}
	}
	if currency == "" || inherited(*reading) {
		return false
	}
	if reading.Amount == nil {
		q.currency = currency // for an amount that is presumed
		return false
	}
	other := *q
	other.currency = currency
	again := other.readAs(q.text)
	if again.Amount == nil || again.Amount.Currency != currency || reading.Amount.Currency == currency {
		return false
	}
	q.currency, reading.Amount = currency, again.Amount
	return true
}

// inherited reports an amount that was named in an earlier message alone.
func inherited(reading intent.Reading) bool {
	return reading.Amount != nil && reading.Before != nil && reading.Amount == reading.Before.Amount
}
