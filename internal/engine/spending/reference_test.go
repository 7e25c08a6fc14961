package spending_test

import (
	"fmt"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/money"
)

// This file adds up the golden figures a second time: plain loops over the orders of testdata/orders.yaml, by what a case
// says of them (testdata/questions.yaml), and nothing of the package that is tested.

// orderRow is an order as testdata/orders.yaml writes it.
type orderRow struct {
	ID          string            `yaml:"id"`
	At          string            `yaml:"at"`
	Zone        string            `yaml:"zone"`
	Merchant    string            `yaml:"merchant"`
	Slug        *string           `yaml:"slug"`
	Category    string            `yaml:"category"`
	Total       string            `yaml:"total"`
	Currency    string            `yaml:"currency"`
	Status      string            `yaml:"status"`
	Items       [][3]string       `yaml:"items"`
	Adjustments map[string]string `yaml:"adjustments"`
	Payments    [][3]string       `yaml:"payments"`
}

func readYAML[T any](t *testing.T, name string) T {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	decoder := yaml.NewDecoder(strings.NewReader(string(content)))
	decoder.KnownFields(true)
	var value T
	require.NoError(t, decoder.Decode(&value))
	return value
}

func zoneNamed(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	require.NoError(t, err)
	return location
}

const home = "America/New_York"

// units reads "12.50" as 1250 minor units of a currency of two decimals.
func units(t *testing.T, text, currency string) int64 {
	t.Helper()
	exponent, known := money.Exponent(currency)
	require.True(t, known, currency)
	whole, decimals, _ := strings.Cut(text, ".")
	require.Len(t, decimals, exponent, text)
	amount, err := strconv.ParseInt(whole+decimals, 10, 64)
	require.NoError(t, err, text)
	return amount
}

func goldenOrders(t *testing.T) []insights.Order {
	t.Helper()
	rows := readYAML[[]orderRow](t, "orders.yaml")
	orders := make([]insights.Order, len(rows))
	for i, row := range rows {
		zone, currency, status := home, "USD", "DELIVERED"
		if row.Zone != "" {
			zone = row.Zone
		}
		if row.Currency != "" {
			currency = row.Currency
		}
		if row.Status != "" {
			status = row.Status
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", row.At, zoneNamed(t, zone))
		require.NoError(t, err)
		slug := strings.ReplaceAll(strings.ToLower(row.Merchant), " ", "-")
		if row.Slug != nil {
			slug = *row.Slug
		}
		o := insights.Order{
			ID: row.ID, MerchantName: row.Merchant, MerchantSlug: slug, Category: row.Category, PlacedAt: at.UTC(), Status: status,
			Currency: currency, Total: units(t, row.Total, currency),
		}
		for _, line := range row.Items {
			quantity, err := strconv.Atoi(line[1])
			require.NoError(t, err)
			price := units(t, line[2], currency)
			o.Items = append(o.Items, insights.Item{Name: line[0], Quantity: quantity, UnitPrice: price, Total: int64(quantity) * price})
		}
		for _, kind := range []string{"fee", "tip", "tax", "discount", "refund"} {
			if text := row.Adjustments[kind]; text != "" {
				o.Adjustments = append(o.Adjustments, insights.Adjustment{Type: kind, Amount: units(t, text, currency)})
			}
		}
		for _, paid := range row.Payments {
			kind, brand := "card", paid[0]
			if paid[1] == "" {
				kind, brand = paid[0], ""
			}
			o.Payments = append(o.Payments, insights.Payment{Type: kind, Brand: brand, LastFour: paid[1], Amount: units(t, paid[2], currency)})
		}
		orders[i] = o
	}
	return orders
}

// filter says which orders are meant; what is empty lets all pass. Days are those of the case's zone, both included.
type filter struct {
	From     string   `yaml:"from"`
	To       string   `yaml:"to"`
	Category []string `yaml:"category"`
	Merchant []string `yaml:"merchant"`
	Either   bool     `yaml:"either"` // of a category or at a merchant
	Not      []string `yaml:"not"`    // categories and merchants that do not count
	Item     string   `yaml:"item"`   // a word of the name of an item
	Card     string   `yaml:"card"`   // brand, last four or kind of payment
	Over     string   `yaml:"over"`   // more than this
	Under    string   `yaml:"under"`  // less than this
	Exactly  string   `yaml:"exactly"`
	Currency string   `yaml:"currency"` // USD when an amount is asked for and nothing is said
	Of       string   `yaml:"of"`       // fee, tip, tax, discount, refund, payment or item; what was paid when empty
}

// with is the filter, and where it says nothing, another one.
func (f filter) with(other filter) filter {
	either := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	list := func(a, b []string) []string {
		if len(a) > 0 {
			return a
		}
		return b
	}
	return filter{
		From: either(f.From, other.From), To: either(f.To, other.To), Category: list(f.Category, other.Category),
		Merchant: list(f.Merchant, other.Merchant), Either: f.Either || other.Either, Not: list(f.Not, other.Not), Item: either(f.Item, other.Item),
		Card: either(f.Card, other.Card), Over: either(f.Over, other.Over), Under: either(f.Under, other.Under),
		Exactly: either(f.Exactly, other.Exactly), Currency: either(f.Currency, other.Currency), Of: either(f.Of, other.Of),
	}
}

// reference computes by loops.
type reference struct {
	t      *testing.T
	orders []insights.Order
	now    time.Time
	zone   *time.Location
}

func (r reference) pick(f filter) []insights.Order {
	var picked []insights.Order
	for _, o := range r.orders {
		day := o.PlacedAt.In(r.zone).Format(time.DateOnly)
		void := o.Status == "cancelled" || o.Status == "failed" || o.Status == "refunded" && f.Of != "refund"
		if o.PlacedAt.After(r.now) || void || f.From != "" && day < f.From || f.To != "" && day > f.To || !r.inScope(o, f) {
			continue
		}
		if f.Currency != "" && o.Currency != f.Currency || !r.inRange(o, f) {
			continue
		}
		if f.Item != "" && !slices.ContainsFunc(o.Items, f.isAbout) || f.Card != "" && !slices.ContainsFunc(o.Payments, f.paid) {
			continue
		}
		picked = append(picked, o)
	}
	slices.SortFunc(picked, func(a, b insights.Order) int { return a.PlacedAt.Compare(b.PlacedAt) })
	return picked
}

func (r reference) inScope(o insights.Order, f filter) bool {
	if slices.Contains(f.Not, o.Category) || slices.Contains(f.Not, o.MerchantName) {
		return false
	}
	of, at := slices.Contains(f.Category, o.Category), slices.Contains(f.Merchant, o.MerchantName)
	if f.Either {
		return of || at
	}
	return (of || len(f.Category) == 0) && (at || len(f.Merchant) == 0)
}

func (r reference) inRange(o insights.Order, f filter) bool {
	bounded := f.Over + f.Under + f.Exactly
	return bounded == "" || o.Currency == "USD" &&
		(f.Over == "" || o.Total > units(r.t, f.Over, "USD")) && (f.Under == "" || o.Total < units(r.t, f.Under, "USD")) &&
		(f.Exactly == "" || o.Total == units(r.t, f.Exactly, "USD"))
}

func (f filter) isAbout(item insights.Item) bool {
	return strings.Contains(strings.ToLower(item.Name), f.Item)
}

func (f filter) paid(payment insights.Payment) bool {
	return payment.Brand == f.Card || payment.LastFour == f.Card || payment.Type == f.Card
}

// value is what a filter adds up of an order.
func (r reference) value(o insights.Order, f filter) (sum int64) {
	switch f.Of {
	case "":
		return o.Total
	case "item":
		for _, item := range o.Items {
			if f.isAbout(item) {
				sum += item.Total
			}
		}
	case "payment":
		for _, payment := range o.Payments {
			if f.paid(payment) {
				sum += payment.Amount
			}
		}
	default:
		for _, adjustment := range o.Adjustments {
			if adjustment.Type == f.Of {
				sum += adjustment.Amount
			}
		}
		if f.Of == "discount" || f.Of == "refund" {
			sum = -sum
		}
	}
	return sum
}

// expression is how a figure comes about. Exactly one field is set.
type expression struct {
	Sum    *filter      `yaml:"sum"`
	Count  *filter      `yaml:"count"`  // orders that have any of what is added up
	Pieces *filter      `yaml:"pieces"` // of the items asked about
	Mean   *filter      `yaml:"mean"`   // per order that has any of what is added up
	Max    *filter      `yaml:"max"`
	Min    *filter      `yaml:"min"`
	First  *filter      `yaml:"first"`
	Last   *filter      `yaml:"last"`
	Number *int64       `yaml:"number"` // how many months, weeks or items: said by the case itself
	Amount *string      `yaml:"amount"` // an amount the question names
	Less   []expression `yaml:"less"`   // the first without the second, the sign dropped
	MeanOf []expression `yaml:"meanOf"` // of several sums
	Share  []expression `yaml:"share"`  // the first in percent of the second
	Change []expression `yaml:"change"` // by how many percent of the second the first differs from it
}

// exact is a figure before it is written.
type exact struct {
	value    *big.Rat
	currency string // empty for counts
	percent  bool
}

func (r reference) compute(e expression, about filter) exact {
	t := r.t
	t.Helper()
	one := func(f *filter, over func([]int64) *big.Rat) exact {
		whole := f.with(about)
		if whole.Currency == "" {
			whole.Currency = "USD"
		}
		var values []int64
		for _, o := range r.pick(whole) {
			if value := r.value(o, whole); value != 0 || whole.Of == "" {
				values = append(values, value)
			}
		}
		return exact{value: over(values), currency: whole.Currency}
	}
	rat := func(value int64) *big.Rat { return new(big.Rat).SetInt64(value) }
	add := func(values []int64) *big.Rat {
		total := rat(0)
		for _, value := range values {
			total.Add(total, rat(value))
		}
		return total
	}
	pair := func(list []expression) (a, b exact) {
		require.Len(t, list, 2)
		return r.compute(list[0], about), r.compute(list[1], about)
	}
	switch {
	case e.Sum != nil:
		return one(e.Sum, add)
	case e.Mean != nil:
		return one(e.Mean, func(values []int64) *big.Rat { return rounded(new(big.Rat).Quo(add(values), rat(int64(len(values))))) })
	case e.Max != nil:
		return one(e.Max, func(values []int64) *big.Rat { return rat(slices.Max(values)) })
	case e.Min != nil:
		return one(e.Min, func(values []int64) *big.Rat { return rat(slices.Min(values)) })
	case e.First != nil:
		return one(e.First, func(values []int64) *big.Rat { return rat(values[0]) })
	case e.Last != nil:
		return one(e.Last, func(values []int64) *big.Rat { return rat(values[len(values)-1]) })
	case e.Count != nil:
		whole := e.Count.with(about)
		count := int64(0)
		for _, o := range r.pick(whole) {
			if whole.Of == "" || r.value(o, whole) != 0 {
				count++
			}
		}
		return exact{value: rat(count)}
	case e.Pieces != nil:
		whole, pieces := e.Pieces.with(about), int64(0)
		for _, o := range r.pick(whole) {
			for _, item := range o.Items {
				if whole.isAbout(item) {
					pieces += int64(item.Quantity)
				}
			}
		}
		return exact{value: rat(pieces)}
	case e.Number != nil:
		return exact{value: rat(*e.Number)}
	case e.Amount != nil:
		return exact{value: rat(units(t, *e.Amount, "USD")), currency: "USD"}
	case e.Less != nil:
		a, b := pair(e.Less)
		return exact{value: new(big.Rat).Abs(new(big.Rat).Sub(a.value, b.value)), currency: a.currency}
	case e.MeanOf != nil:
		total, currency := rat(0), ""
		for _, part := range e.MeanOf {
			got := r.compute(part, about)
			total.Add(total, got.value)
			currency = got.currency
		}
		return exact{value: rounded(total.Quo(total, rat(int64(len(e.MeanOf))))), currency: currency}
	case e.Share != nil:
		a, b := pair(e.Share)
		return exact{value: percentOf(a.value, b.value), percent: true}
	case e.Change != nil:
		a, b := pair(e.Change)
		return exact{value: percentOf(new(big.Rat).Abs(new(big.Rat).Sub(a.value, b.value)), b.value), percent: true}
	}
	require.Fail(t, "a figure without a reference")
	return exact{}
}

// rounded is half away from zero, to a whole minor unit.
func rounded(value *big.Rat) *big.Rat {
	whole, _ := new(big.Rat).SetString(value.FloatString(0))
	return whole
}

// percentOf is in hundredths of a percent.
func percentOf(part, whole *big.Rat) *big.Rat {
	return rounded(new(big.Rat).Mul(new(big.Rat).Quo(part, whole), new(big.Rat).SetInt64(10_000)))
}

// write is the figure as an answer writes it, without its noun.
func (e exact) write(t *testing.T) string {
	t.Helper()
	require.True(t, e.value.IsInt())
	value := e.value.Num().Int64()
	switch {
	case e.percent:
		text := fmt.Sprintf("%d.%02d", value/100, value%100)
		return strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(text, "0"), "."), ".") + "%"
	case e.currency != "":
		return money.Money{Amount: value, Currency: e.currency}.Format()
	default:
		return strconv.FormatInt(value, 10)
	}
}

// figureForms are what counts as a figure in a text: amounts, percentages and counts. Days and months are not among
// them; the whole text is compared anyway.
var figureForms = regexp.MustCompile(`[$¥€£]\d+(?:,\d{3})*(?:\.\d+)?|\d+(?:,\d{3})*(?:\.\d+)? (?:KWD|EUR)|\d+(?:\.\d+)?%|` +
	`\d+ (?:more items?|orders?|pieces?|full (?:days?|weeks?|months?)|months?|weeks?)`)
