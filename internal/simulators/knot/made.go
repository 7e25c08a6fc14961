package knot

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// known are the merchants there are, by the ids the vendor gives them everywhere.
func known() []Merchant {
	both := []string{"transaction_link", "card_switcher"}
	return []Merchant{
		{ID: 10, Name: "Uber", Category: "Transportation", Products: []string{"card_switcher"}},
		{ID: 12, Name: "Target", Category: "Online shopping", Products: both},
		{ID: 19, Name: "DoorDash", Category: "Food delivery", Products: both},
		{ID: 36, Name: "Uber Eats", Category: "Food delivery", Products: both},
		{ID: 40, Name: "Instacart", Category: "Groceries", Products: both},
		{ID: 44, Name: "Amazon", Category: "Online shopping", Products: both},
		{ID: 45, Name: "Walmart", Category: "Online shopping", Products: both},
		{ID: 165, Name: "Costco", Category: "Groceries", Products: []string{"transaction_link"}},
	}
}

func logo(merchantID int64) string {
	return "https://img.example.test/" + strconv.FormatInt(merchantID, 10) + ".png"
}

// article is something merchants sell; its price is in cents and moves by a tenth to either side.
type article struct {
	id, name string
	cents    int
}

var articles = []article{
	{"p-1", "Noodle bowl", 1500},
	{"p-2", "Spring rolls", 650},
	{"p-3", "Ground coffee 1 kg", 1899},
	{"p-4", "Paper towels, 12 rolls", 2149},
	{"p-5", "Wireless earbuds", 7999},
	{"p-6", "AA batteries, 24 pack", 1649},
	{"p-7", "Olive oil 750 ml", 1299},
	{"p-8", "Dog food 10 kg", 4499},
	{"p-9", "Desk lamp", 3299},
	{"p-10", "Oat milk, 6 pack", 1420},
}

// Made makes count transactions up, one a few days after the other up to now, the same for the same arguments. from is the
// number of the first, so that more can be made later.
func Made(ref string, merchantID int64, now time.Time, from, count int) []Transaction {
	made := make([]Transaction, count)
	for i := range made {
		made[i] = makeUp(ref, merchantID, now, from+i, from+count-1)
	}
	return made
}

func makeUp(ref string, merchantID int64, now time.Time, number, last int) Transaction {
	seed := fnv.New64a()
	fmt.Fprintf(seed, "%s/%d/%d", ref, merchantID, number)
	draw := rand.New(rand.NewPCG(seed.Sum64(), 7)) //nolint:gosec // made-up orders are to be the same every time
	since := time.Duration(last-number)*40*time.Hour + time.Duration(1+draw.IntN(20*3600))*time.Second
	at := now.UTC().Truncate(time.Second).Add(-since)
	prefix := strconv.FormatInt(merchantID, 10) + "-" + strconv.Itoa(77_000+number)
	url := "https://merchant.example.test/orders/" + prefix
	currency, brand, lastFour := "USD", "VISA", "1111"
	t := Transaction{
		ID:         uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s/%d/%d", ref, merchantID, number)).String(),
		ExternalID: &prefix, URL: &url, Datetime: at.Format("2006-01-02T15:04:05") + "+00:00", OrderStatus: "DELIVERED",
	}
	subtotal := 0
	for range 1 + draw.IntN(3) {
		chosen := articles[draw.IntN(len(articles))]
		unit, quantity := chosen.cents*(90+draw.IntN(21))/100, 1+draw.IntN(2)
		id, total, each := chosen.id, decimal(unit*quantity), decimal(unit)
		t.Products = append(t.Products, Product{
			ExternalID: &id, Name: chosen.name, Quantity: &quantity, Eligibility: []string{},
			Price: &ProductPrice{SubTotal: &total, Total: &total, UnitPrice: &each},
		})
		subtotal += unit * quantity
	}
	tax, fee := subtotal*8/100, 220
	taxLabel, feeLabel := "Tax", "Delivery"
	subtotalText, total := decimal(subtotal), decimal(subtotal+tax+fee)
	t.Price = Price{SubTotal: &subtotalText, Total: total, Currency: &currency, Adjustments: []Adjustment{
		{Type: "TAX", Label: &taxLabel, Amount: decimal(tax)}, {Type: "FEE", Label: &feeLabel, Amount: decimal(fee)},
	}}
	t.PaymentMethods = []PaymentMethod{{Type: "CARD", Brand: &brand, LastFour: &lastFour, TransactionAmount: &total}}
	return t
}

// decimal writes cents as the wire does.
func decimal(cents int) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}
