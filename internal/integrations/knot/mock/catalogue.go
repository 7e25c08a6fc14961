package mock

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/accounts"
)

//go:embed catalogue/*.yaml
var catalogueFiles embed.FS

// The kinds of merchants. Every user who has no say in it shops at one of each of the first three.
const (
	KindDelivery  = "delivery"
	KindGroceries = "groceries"
	KindShopping  = "shopping"
	KindRides     = "rides"
)

// Merchant is a merchant the mock can link.
type Merchant struct {
	ID         int64 // the vendor's
	Slug       string
	Name       string
	Kind       string   // one of the Kind constants
	Products   []string // what a session can be opened for
	Networks   []string // the card networks it takes; none means all
	Categories []string // what it sells, as Persona.Favourites names it
}

// Merchants lists all merchants the mock can link, by id.
func Merchants() []Merchant {
	list := []Merchant{}
	for _, m := range catalogue() {
		categories := []string{}
		for _, s := range m.Shelves {
			if !slices.Contains(categories, s.Category) {
				categories = append(categories, s.Category)
			}
		}
		list = append(list, Merchant{
			ID: m.ID, Slug: m.Slug, Name: m.Name, Kind: m.Kind,
			Products: slices.Clone(m.Products), Networks: slices.Clone(m.Networks), Categories: categories,
		})
	}
	return list
}

// merchant is one file of catalogue/. Amounts are cents. Where a list says how likely something is, it says so by
// repeating it.
type merchant struct {
	ID       int64    `yaml:"id"` // the vendor's
	Slug     string   `yaml:"slug"`
	Name     string   `yaml:"name"`
	Kind     string   `yaml:"kind"`
	Products []string `yaml:"products"` // what a session can be opened for
	Networks []string `yaml:"networks"` // the card networks taken; none means all

	OrdersPerYear int         `yaml:"ordersPerYear"` // of an ordinary customer
	BusyMonths    map[int]int `yaml:"busyMonths"`    // percent of the ordinary number of orders, by month
	Weekdays      []int       `yaml:"weekdays"`      // weights, Sunday first
	Hours         []hours     `yaml:"hours"`         // when orders are placed, in the customer's local time
	Basket        basket      `yaml:"basket"`
	OneShelf      bool        `yaml:"oneShelf"` // an order is from one shelf: a restaurant, a kind of ride
	Status        string      `yaml:"status"`   // of an order that went well
	OrderID       string      `yaml:"orderID"`  // # is a digit, @ a letter, * either
	URL           string      `yaml:"url"`      // {id} is the order's id

	Pricing     pricing   `yaml:"pricing"`
	Discount    discount  `yaml:"discount"`
	Fees        []fee     `yaml:"fees"`
	TipPercents []int     `yaml:"tipPercents"` // of the subtotal; none means that nobody tips
	GiftCard    giftCard  `yaml:"giftCard"`
	Payments    []payment `yaml:"payments"`
	Fates       fates     `yaml:"fates"`
	Shelves     []shelf   `yaml:"shelves"`
}

type hours struct {
	From   int `yaml:"from"`
	To     int `yaml:"to"` // excluded
	Weight int `yaml:"weight"`
}

// basket is how many different items an order has.
type basket struct {
	Min int `yaml:"min"`
	Max int `yaml:"max"`
}

// pricing is how this merchant's prices look and move: always a multiple of step plus offset, at most driftPercent to
// either side over the months, and spreadPercent from order to order where a price is never the same twice.
type pricing struct {
	Step          int64 `yaml:"step"`
	Offset        int64 `yaml:"offset"`
	DriftPercent  int   `yaml:"driftPercent"`
	SpreadPercent int   `yaml:"spreadPercent"`
}

type discount struct {
	ChancePercent int    `yaml:"chancePercent"`
	Percents      []int  `yaml:"percents"`
	Label         string `yaml:"label"`
}

// fee is one of amounts, or a part of the subtotal.
type fee struct {
	Label         string  `yaml:"label"`
	ChancePercent int     `yaml:"chancePercent"`
	Amounts       []int64 `yaml:"amounts"`
	RatePercent   int64   `yaml:"ratePercent"`
	Minimum       int64   `yaml:"minimum"`
}

// giftCard is a balance that bears a part of an order now and then.
type giftCard struct {
	ChancePercent int     `yaml:"chancePercent"`
	Amounts       []int64 `yaml:"amounts"`
}

type payment struct {
	Type   string `yaml:"type"`
	Weight int    `yaml:"weight"`
}

// fates are the orders that do not go well, of a thousand.
type fates struct {
	CancelledPerMille   int `yaml:"cancelledPerMille"`
	RefundedPerMille    int `yaml:"refundedPerMille"`
	MissingItemPerMille int `yaml:"missingItemPerMille"`
}

type shelf struct {
	Store    string `yaml:"store"` // whose shelf it is, where the merchant sells for others; shown behind the item's name
	Category string `yaml:"category"`
	Weight   int    `yaml:"weight"`
	Taxable  bool   `yaml:"taxable"`
	Items    []item `yaml:"items"`
}

type item struct {
	SKU               string `yaml:"sku"`
	Name              string `yaml:"name"`
	Price             int64  `yaml:"price"` // before any movement
	Weight            int    `yaml:"weight"`
	MaxQuantity       int    `yaml:"maxQuantity"` // none means one
	Season            season `yaml:"season"`
	SaleChancePercent int    `yaml:"saleChancePercent"` // in any one week
}

// season moves a price through the year: lowest in the cheapest month, swingPercent higher half a year away from it.
type season struct {
	CheapestMonth int `yaml:"cheapestMonth"`
	SwingPercent  int `yaml:"swingPercent"`
}

func (m *merchant) switchesCards() bool {
	return slices.Contains(m.Products, accounts.ProductCardSwitcher)
}

// accepts reports whether the merchant takes cards of this network.
func (m *merchant) accepts(brand string) bool {
	return len(m.Networks) == 0 || slices.Contains(m.Networks, brand)
}

// catalogue is read once. A file that does not hold up is a broken build, which the tests find; hence the panic.
var catalogue = sync.OnceValue(func() []*merchant {
	merchants, err := loadCatalogue(catalogueFiles)
	if err != nil {
		panic(err)
	}
	return merchants
})

// merchantByID is nil for a merchant the mock does not know.
func merchantByID(id int64) *merchant {
	for _, m := range catalogue() {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func loadCatalogue(files fs.FS) ([]*merchant, error) {
	names, err := fs.Glob(files, "catalogue/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("mock: list catalogue: %w", err)
	}
	var merchants []*merchant
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("mock: read catalogue: %w", err)
		}
		m, err := decodeMerchant(text)
		if err != nil {
			return nil, fmt.Errorf("mock: %s: %w", name, err)
		}
		if slices.ContainsFunc(merchants, func(other *merchant) bool { return other.ID == m.ID || other.Slug == m.Slug }) {
			return nil, fmt.Errorf("mock: %s: id or slug is taken", name)
		}
		merchants = append(merchants, m)
	}
	slices.SortFunc(merchants, func(a, b *merchant) int { return cmp.Compare(a.ID, b.ID) })
	return merchants, nil
}

// decodeMerchant refuses keys it does not know, a second document, fractions and values that make no sense.
func decodeMerchant(text []byte) (*merchant, error) {
	var tree yaml.Node
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	if err := refuseFractions(&tree); err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	m := &merchant{}
	if err := decoder.Decode(m); err != nil {
		return nil, err
	}
	if err := decoder.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	for i := range m.Shelves {
		for j := range m.Shelves[i].Items {
			if it := &m.Shelves[i].Items[j]; it.MaxQuantity == 0 {
				it.MaxQuantity = 1
			}
		}
	}
	return m, m.validate()
}

// refuseFractions is needed because the decoder cuts 17.80 down to 17 where a whole number is wanted.
func refuseFractions(node *yaml.Node) error {
	if node.Tag == "!!float" {
		return fmt.Errorf("line %d: %s is not a whole number; amounts are cents", node.Line, node.Value)
	}
	for _, child := range node.Content {
		if err := refuseFractions(child); err != nil {
			return err
		}
	}
	return nil
}

var (
	kinds            = []string{KindDelivery, KindGroceries, KindShopping, KindRides}
	cardPayments     = []string{accounts.PaymentCard, accounts.PaymentApplePay, accounts.PaymentGooglePay}
	cardlessPayments = []string{
		accounts.PaymentAmazonPay, accounts.PaymentPayPal, accounts.PaymentVenmo, accounts.PaymentCashApp, accounts.PaymentAffirm,
		accounts.PaymentKlarna,
	}
	networks       = []string{accounts.BrandAmex, accounts.BrandVisa, accounts.BrandMastercard, accounts.BrandDiscover}
	goodStatuses   = []string{accounts.OrderDelivered, accounts.OrderPickedUp, accounts.OrderCompleted}
	sellerProducts = []string{accounts.ProductTransactions, accounts.ProductCardSwitcher}
	orderIDPattern = regexp.MustCompile(`^[A-Za-z0-9#@*-]+$`)
)

// validate collects every fault, so that whoever edits a file mends it in one go.
func (m *merchant) validate() error {
	var faults []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	want(m.ID > 0 && m.Slug != "" && m.Name != "", "id, slug and name are required")
	want(slices.Contains(kinds, m.Kind), "unknown kind %q", m.Kind)
	want(slices.Contains(m.Products, accounts.ProductTransactions), "a merchant without transactions has no orders")
	for _, product := range m.Products {
		want(slices.Contains(sellerProducts, product), "unknown product %q", product)
	}
	for _, network := range m.Networks {
		want(slices.Contains(networks, network), "unknown network %q", network)
	}
	want(m.OrdersPerYear > 0, "ordersPerYear must be positive")
	for month, percent := range m.BusyMonths {
		want(month >= 1 && month <= 12 && percent > 0, "busyMonths: month %d, percent %d", month, percent)
	}
	want(len(m.Weekdays) == 7 && positive(m.Weekdays), "weekdays: want seven positive weights")
	want(len(m.Hours) > 0, "hours are required")
	for _, h := range m.Hours {
		want(0 <= h.From && h.From < h.To && h.To <= 24 && h.Weight > 0, "hours from %d to %d", h.From, h.To)
	}
	want(1 <= m.Basket.Min && m.Basket.Min <= m.Basket.Max, "basket from %d to %d", m.Basket.Min, m.Basket.Max)
	want(slices.Contains(goodStatuses, m.Status), "unknown status %q", m.Status)
	want(orderIDPattern.MatchString(m.OrderID), "orderID has characters without a meaning")
	want(strings.HasPrefix(m.URL, "https://") && strings.Contains(m.URL, ".example/") && strings.Contains(m.URL, "{id}"),
		"url must be https on a .example host, which can never be somebody's, and hold {id}")
	m.validateAmounts(want)
	m.validateShelves(want)
	return errors.Join(faults...)
}

func (m *merchant) validateAmounts(want func(ok bool, format string, args ...any)) {
	want(m.Pricing.Step > 0 && m.Pricing.Offset > -m.Pricing.Step && m.Pricing.Offset < m.Pricing.Step, "pricing: step and offset")
	want(isPercent(m.Pricing.DriftPercent) && m.Pricing.SpreadPercent >= 0 && m.Pricing.SpreadPercent < 100, "pricing: percents")
	want(isPercent(m.Discount.ChancePercent) && (m.Discount.ChancePercent == 0 || len(m.Discount.Percents) > 0 && m.Discount.Label != ""),
		"discount is not complete")
	for _, percent := range m.Discount.Percents {
		want(percent > 0 && percent <= 50, "discount of %d percent", percent)
	}
	for _, f := range m.Fees {
		want(f.Label != "" && isPercent(f.ChancePercent), "fee needs a label and a chance")
		want((len(f.Amounts) > 0) != (f.RatePercent > 0), "fee %q: want amounts or a rate", f.Label)
		want(positive(f.Amounts) && f.RatePercent <= 100 && f.Minimum >= 0, "fee %q: amounts", f.Label)
	}
	for _, percent := range m.TipPercents {
		want(isPercent(percent), "tip of %d percent", percent)
	}
	want(isPercent(m.GiftCard.ChancePercent) && (m.GiftCard.ChancePercent == 0 || len(m.GiftCard.Amounts) > 0) && positive(m.GiftCard.Amounts),
		"giftCard is not complete")
	want(slices.ContainsFunc(m.Payments, func(p payment) bool { return p.Type == accounts.PaymentCard }), "payments must include cards")
	for _, p := range m.Payments {
		want(slices.Contains(cardPayments, p.Type) || slices.Contains(cardlessPayments, p.Type), "unknown payment %q", p.Type)
		want(p.Weight > 0, "payment %q has no weight", p.Type)
	}
	want(m.Fates.CancelledPerMille >= 0 && m.Fates.RefundedPerMille >= 0 && m.Fates.MissingItemPerMille >= 0 &&
		m.Fates.CancelledPerMille+m.Fates.RefundedPerMille+m.Fates.MissingItemPerMille <= 1000, "fates are more than a thousand")
}

func (m *merchant) validateShelves(want func(ok bool, format string, args ...any)) {
	seen := map[string]bool{}
	items := 0
	for _, s := range m.Shelves {
		want(s.Category != "" && s.Weight > 0 && len(s.Items) > 0, "shelf %q needs a category, a weight and items", s.Category)
		if m.OneShelf {
			items = 0
		}
		items += len(s.Items)
		want(!m.OneShelf || items >= m.Basket.Min, "shelf %q cannot fill a basket", s.Category)
		for _, it := range s.Items {
			want(it.SKU != "" && !seen[it.SKU], "sku %q is empty or taken", it.SKU)
			seen[it.SKU] = true
			want(it.Name != "" && it.Price > 0 && it.Weight > 0 && it.MaxQuantity > 0, "item %q needs a name, a price and a weight", it.SKU)
			want(isPercent(it.SaleChancePercent), "item %q: sale chance", it.SKU)
			want(it.Season == season{} || it.Season.CheapestMonth >= 1 && it.Season.CheapestMonth <= 12 &&
				it.Season.SwingPercent > 0 && it.Season.SwingPercent <= 100, "item %q: season", it.SKU)
		}
	}
	want(len(m.Shelves) > 0 && (m.OneShelf || items >= m.Basket.Max), "the shelves cannot fill a basket")
}

func isPercent(n int) bool { return n >= 0 && n <= 100 }

func positive[T int | int64](numbers []T) bool {
	return !slices.ContainsFunc(numbers, func(n T) bool { return n <= 0 })
}
