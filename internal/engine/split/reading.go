package split

import (
	"github.com/lattice-money/lattice/internal/money"
)

// Person is somebody who may be meant. ID is what the bill and the balances know them by.
type Person struct {
	ID   string
	Name string
}

// Message is a sentence about a bill and what is known around it.
type Message struct {
	Text string
	// History are earlier messages of the same person, oldest first. "Leave out Raj" changes the bill they spoke of.
	History []string
	// Currency is that of amounts that name none.
	Currency string
	Asker    Person
	// Group are all people of the chat, the asker among them, where it is known who they are. Nobody else can be meant
	// then. Empty, people are those the message names.
	Group []Person
	// Purchase is the receipt the message speaks of, where one was found. See Reading.Receipt.
	Purchase *Purchase
	// Seed is that of the bill.
	Seed uint64
}

// Purchase is a receipt that can be divided.
type Purchase struct {
	Total money.Money
	Items []Item // without claims
}

// Ask is what a message wants.
type Ask string

// The asks.
const (
	AskDivide   Ask = "divide"
	AskBalances Ask = "balances" // who owes whom, settling up
	AskRecord   Ask = "record"   // money changed hands
	AskMarkPaid Ask = "markPaid" // one share was paid
)

// Reading is what a message means.
type Reading struct {
	Ask Ask
	// Question is what has to be answered first; with one, nothing of the bill may be used but the people.
	Question *Question
	// Notes are sentences that say what was taken for granted of the bill.
	Notes []string
	// Agreed is the earlier message whose nearest parts this one agrees to; empty where it tells of a bill itself.
	Agreed string

	// Bill is ready to be divided; its claims are the People, by id.
	Bill   Bill
	People []Person
	// Others are the asker and whoever else is named without sharing the bill; they may have paid it.
	Others []Person
	// Paid says who paid the bill. Empty, nobody was said to.
	Paid []Part
	// Handed is what people already gave each other towards this bill.
	Handed []Transfer
	// Unclaimed are items of the purchase that nobody was said to have had, by name; everybody carries them equally.
	Unclaimed []string

	// Receipt is set where a receipt is meant and the message has no total of its own. Find it and read again with it.
	Receipt bool
	// ReceiptTotal is what the receipt is said to come to; nil where nothing is said.
	ReceiptTotal *money.Money

	// About are the people a question about balances names, without the asker.
	About []Person
	// Owing says which debts a question about balances is after, and Between that only those are meant which are between
	// the asker and the people of About.
	Owing   Owing
	Between bool
	// Simplify is set where the fewest transfers are asked for.
	Simplify bool
	// Transfer is the payment an AskRecord tells of; its amount may be missing.
	Transfer *Transfer
}

// Owing is which debts are asked about.
type Owing string

// Which debts.
const (
	OwingAll     Owing = ""      // whoever's
	OwingOwn     Owing = "own"   // those the asker has a part in
	OwingToAsker Owing = "to me" // who owes me?
	OwingByAsker Owing = "by me" // whom do I owe?
)

// Missing names what a question asks for.
type Missing string

// What can be missing.
const (
	MissingTotal      Missing = "total"      // no amount, or several that may be it
	MissingAmount     Missing = "amount"     // an amount that can be read in two ways
	MissingPeople     Missing = "people"     // nobody to divide by
	MissingPerson     Missing = "person"     // a name of nobody here, or of two
	MissingCount      Missing = "count"      // the number said is not the number of people named
	MissingOrder      Missing = "order"      // 60/40, and who is the 60
	MissingParts      Missing = "parts"      // somebody's part is not said
	MissingNights     Missing = "nights"     // how long the others stayed
	MissingPayments   Missing = "payments"   // what people paid is not what the bill comes to
	MissingItems      Missing = "items"      // who had what
	MissingExtras     Missing = "extras"     // a tip or tax without its amount
	MissingCurrencies Missing = "currencies" // two currencies in one bill
)

// Question is what keeps a message from being understood, as a sentence to the asker.
type Question struct {
	Missing Missing
	Text    string
}
