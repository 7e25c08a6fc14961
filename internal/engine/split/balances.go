package split

import (
	"cmp"
	"maps"
	"math"
	"math/big"
	"slices"

	"github.com/lattice-money/lattice/internal/money"
)

// Part is what one person paid or carries, in minor units.
type Part struct {
	Person string
	Amount int64
}

// Expense is a bill that was paid and divided. Both lists add up to the same; a person stands at most once in each.
type Expense struct {
	Currency string
	Paid     []Part
	Shares   []Part
}

// Transfer is an amount above zero that one person owes or gives another.
type Transfer struct {
	From, To string
	Amount   money.Money
}

// Net is where a person stands: above zero they are owed, below zero they owe.
type Net struct {
	Person string
	Amount money.Money
}

// Balance is who owes whom in one currency.
type Balance struct {
	Currency string
	Net      []Net // everybody who ever had to do with it, by name; they add up to zero
	// AsIs are the debts between each two people, set against each other, by debtor and creditor.
	AsIs []Transfer
	// Simplified are at most one less transfer than there are people, and leave nobody owing. Paying one, or a part of
	// one, leaves the others as they are.
	Simplified []Transfer
}

// Balances counts expenses and settlements together, one balance per currency in the order of their codes. The order of
// the arguments makes no difference. Settlements are payments that were made and confirmed; their amounts may be zero.
// Errors: money.ErrOverflow, money.ErrUnknownCurrency, and ErrNoPeople or a MismatchError for an expense that does not
// add up.
func Balances(expenses []Expense, settlements []Transfer) ([]Balance, error) {
	books := map[string]book{}
	open := func(currency string) (book, error) {
		if _, ok := money.Exponent(currency); !ok {
			return book{}, money.ErrUnknownCurrency
		}
		if _, ok := books[currency]; !ok {
			books[currency] = book{owed: map[pair]*big.Int{}, people: map[string]bool{}}
		}
		return books[currency], nil
	}
	for _, expense := range expenses {
		b, err := open(expense.Currency)
		if err != nil {
			return nil, err
		}
		for _, parts := range [][]Part{expense.Paid, expense.Shares} {
			for _, part := range parts {
				b.people[part.Person] = true
			}
		}
		debts, err := Debts(expense)
		if err != nil {
			return nil, err
		}
		for _, debt := range debts {
			b.add(debt.From, debt.To, debt.Amount.Amount)
		}
	}
	for _, settlement := range settlements {
		b, err := open(settlement.Amount.Currency)
		if err != nil {
			return nil, err
		}
		b.people[settlement.From], b.people[settlement.To] = true, true
		b.add(settlement.To, settlement.From, settlement.Amount.Amount)
	}
	balances := make([]Balance, 0, len(books))
	for _, currency := range slices.Sorted(maps.Keys(books)) {
		balance, err := books[currency].close(currency)
		if err != nil {
			return nil, err
		}
		balances = append(balances, balance)
	}
	return balances, nil
}

// Debts says who owes whom after one expense: each share is owed to those who paid, in proportion to what they paid, and
// nobody owes themselves. Debts of two people to each other both stand. For a refund (an expense below zero) those who
// took the money owe the others. Errors: ErrNoPeople, a MismatchError.
func Debts(expense Expense) ([]Transfer, error) {
	paid, shares := byPerson(expense.Paid), byPerson(expense.Shares)
	smallest := func(p Part) bool { return p.Amount == math.MinInt64 }
	if slices.ContainsFunc(paid, smallest) || slices.ContainsFunc(shares, smallest) {
		return nil, money.ErrOverflow // it has no positive twin
	}
	total, err := sum(paid, func(p Part) int64 { return p.Amount })
	if err != nil {
		return nil, err
	}
	parts := make([]int64, len(shares))
	for i, share := range shares {
		parts[i] = share.Amount
	}
	if err := mismatch(Amounts, parts, total); err != nil {
		return nil, err
	}
	if total < 0 {
		debts, err := Debts(Expense{Currency: expense.Currency, Paid: negated(paid), Shares: negated(shares)})
		for i, debt := range debts {
			debts[i].From, debts[i].To = debt.To, debt.From
		}
		return debts, err
	}
	below := func(p Part) bool { return p.Amount < 0 }
	if slices.ContainsFunc(paid, below) || slices.ContainsFunc(shares, below) {
		if paid, shares, err = nets(expense.Currency, paid, shares); err != nil {
			return nil, err
		}
	}
	return proportional(expense.Currency, paid, shares)
}

// proportional gives each share to the payers in proportion to what is still open of their payments. Whatever the
// rounding, both the shares and the payments are used up to the last unit.
func proportional(currency string, paid, shares []Part) ([]Transfer, error) {
	open := make([]int64, len(paid))
	for i, payment := range paid {
		open[i] = payment.Amount
	}
	var debts []Transfer
	for _, share := range shares {
		if share.Amount == 0 {
			continue
		}
		parts, err := money.Allocate(money.Money{Amount: share.Amount, Currency: currency}, open, 0)
		if err != nil {
			return nil, err
		}
		for i, part := range parts {
			open[i] -= part.Amount // a part is never more than what is open: its exact value is at most that
			if part.Amount != 0 && paid[i].Person != share.Person {
				debts = append(debts, Transfer{From: share.Person, To: paid[i].Person, Amount: part})
			}
		}
	}
	return debts, nil
}

// nets sets what each person paid against what they carry, for expenses with parts of both signs, which have no
// proportions: what is left of each is above zero.
func nets(currency string, paid, shares []Part) (left, carried []Part, err error) {
	standing := map[string]money.Money{}
	for _, part := range slices.Concat(paid, negated(shares)) {
		amount := money.Money{Amount: part.Amount, Currency: currency}
		if before, ok := standing[part.Person]; ok {
			if amount, err = before.Add(amount); err != nil {
				return nil, nil, err
			}
		}
		standing[part.Person] = amount
	}
	for _, person := range slices.Sorted(maps.Keys(standing)) {
		switch amount := standing[person].Amount; {
		case amount > 0:
			left = append(left, Part{Person: person, Amount: amount})
		case amount < 0:
			carried = append(carried, Part{Person: person, Amount: -amount})
		}
	}
	return left, carried, nil
}

func byPerson(parts []Part) []Part {
	sorted := slices.Clone(parts)
	slices.SortStableFunc(sorted, func(a, b Part) int { return cmp.Compare(a.Person, b.Person) })
	return sorted
}

func negated(parts []Part) []Part {
	result := slices.Clone(parts)
	for i := range result {
		result[i].Amount = -result[i].Amount
	}
	return result
}

// pair is two people in the order of their names.
type pair struct{ first, second string }

// book is what people owe each other in one currency.
type book struct {
	owed   map[pair]*big.Int // what first owes second, below zero the other way round
	people map[string]bool
}

func (b book) add(from, to string, amount int64) {
	if from == to {
		return
	}
	key, signed := pair{from, to}, big.NewInt(amount)
	if from > to {
		key = pair{to, from}
		signed.Neg(signed)
	}
	if owed, ok := b.owed[key]; ok {
		owed.Add(owed, signed)
		return
	}
	b.owed[key] = signed
}

func (b book) close(currency string) (Balance, error) {
	balance := Balance{Currency: currency, AsIs: []Transfer{}}
	standing := make(map[string]*big.Int, len(b.people))
	for person := range b.people {
		standing[person] = new(big.Int)
	}
	for key, amount := range b.owed {
		standing[key.first].Sub(standing[key.first], amount)
		standing[key.second].Add(standing[key.second], amount)
		transfer := Transfer{From: key.first, To: key.second}
		if amount.Sign() < 0 {
			transfer.From, transfer.To = key.second, key.first
		}
		magnitude := new(big.Int).Abs(amount)
		if !magnitude.IsInt64() {
			return Balance{}, money.ErrOverflow
		}
		if transfer.Amount = (money.Money{Amount: magnitude.Int64(), Currency: currency}); !transfer.Amount.IsZero() {
			balance.AsIs = append(balance.AsIs, transfer)
		}
	}
	slices.SortFunc(balance.AsIs, func(x, y Transfer) int { return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To)) })
	for _, person := range slices.Sorted(maps.Keys(standing)) {
		if !standing[person].IsInt64() {
			return Balance{}, money.ErrOverflow
		}
		balance.Net = append(balance.Net, Net{Person: person, Amount: money.Money{Amount: standing[person].Int64(), Currency: currency}})
	}
	balance.Simplified = Simplify(balance.Net)
	return balance, nil
}

// Simplify proposes transfers that leave nobody owing. Debtors and creditors are laid out side by side, each in the order
// of their names and as long as their amount; where two of them overlap, one pays the other the overlap. Taking one
// overlap out moves everything behind it by the same length on both sides, which is why the other transfers stay as they
// are once one is paid. The nets are of one currency and add up to zero.
func Simplify(nets []Net) []Transfer {
	var debtors, creditors []Net
	for _, net := range nets {
		switch net.Amount.Sign() {
		case -1:
			debtors = append(debtors, net)
		case 1:
			creditors = append(creditors, net)
		}
	}
	byName := func(a, b Net) int { return cmp.Compare(a.Person, b.Person) }
	slices.SortFunc(debtors, byName)
	slices.SortFunc(creditors, byName)
	transfers := []Transfer{}
	for len(debtors) > 0 && len(creditors) > 0 {
		debt, credit := &debtors[0].Amount, &creditors[0].Amount
		overlap := credit.Amount
		if debt.Amount > -credit.Amount { // less is owed than is due
			overlap = -debt.Amount
		}
		transfers = append(transfers, Transfer{
			From: debtors[0].Person, To: creditors[0].Person, Amount: money.Money{Amount: overlap, Currency: credit.Currency},
		})
		debt.Amount += overlap
		credit.Amount -= overlap
		if debt.Amount == 0 {
			debtors = debtors[1:]
		}
		if credit.Amount == 0 {
			creditors = creditors[1:]
		}
	}
	return transfers
}
