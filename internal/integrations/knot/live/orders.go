package live

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/money"
)

// unexplained is what stands between the parts a merchant tells and the total it charged.
const unexplained = "Not itemised"

// fromKnotTransaction reads a transaction. What the vendor leaves out is worked out of the rest where there is one answer;
// what then still lacks between the parts and the total, which is what was charged, becomes a line of its own. A figure
// that cannot be read, and a total that nothing tells, leave an order that accounts.Order.Validate refuses: a wrong sum is
// worse than a missing one.
func fromKnotTransaction(t transaction) accounts.Order {
	currency := strings.ToUpper(cmp.Or(string(t.Price.Currency), "USD"))
	order := accounts.Order{
		VendorID: string(t.ID), ExternalID: clip(cmp.Or(t.ExternalID, t.ID), 200), Status: statusOf(t.OrderStatus), Currency: currency,
		URL: webAddress(t.URL, "http", "https"), PlacedAt: timeOf(string(t.Datetime)),
	}
	r := &reader{currency: currency}
	allPriced := len(t.Products) > 0
	for _, product := range t.Products {
		item, priced := r.item(product)
		allPriced = allPriced && priced
		order.Items = append(order.Items, item)
		order.Subtotal += item.Total
	}
	if len(order.Items) == 1 && order.Subtotal == 0 && t.Price.SubTotal != "" { // its one line has no price of its own
		order.Subtotal = r.amount(t.Price.SubTotal)
		order.Items[0] = line(order.Items[0], order.Subtotal)
	}
	adjusted, allKnown := r.adjust(&order, t.Price.Adjustments)
	switch {
	case t.Price.Total != "":
		order.Total = r.amount(t.Price.Total)
	case t.Price.SubTotal != "" && allKnown:
		order.Total = r.amount(t.Price.SubTotal) + adjusted
	case allPriced && allKnown:
		order.Total = order.Subtotal + adjusted
	default:
		r.failed = true
	}
	if known := order.Subtotal + adjusted; known != order.Total {
		order.Adjustments = append(order.Adjustments, accounts.OrderAdjustment{
			Type: accounts.AdjustmentOther, Label: unexplained, Amount: order.Total - known,
		})
	}
	order.Payments = r.payments(t.PaymentMethods, order.Total)
	if len(order.Payments) == 0 {
		order.Payments = []accounts.OrderPayment{{Type: accounts.PaymentOther, Amount: order.Total}}
	}
	if r.failed {
		order.PlacedAt = time.Time{} // Validate refuses it
	}
	return order
}

// reader reads amounts of one currency and remembers whether one could not be read.
type reader struct {
	currency string
	failed   bool
}

// amount is in minor units; none is zero.
func (r *reader) amount(text loose) int64 {
	if text == "" {
		return 0
	}
	minor, err := minorUnits(string(text), r.currency)
	if err != nil {
		r.failed = true
	}
	return minor
}

// adjust gives an order its adjustments and returns their sum. One that does not say how much is none, and then not all are
// known: what it stood for is part of what is not itemised.
func (r *reader) adjust(order *accounts.Order, told []adjustment) (sum int64, allKnown bool) {
	allKnown = true
	for _, one := range told {
		if one.Amount == "" {
			allKnown = false
			continue
		}
		kind, amount := adjustmentOf(one.Type), r.amount(one.Amount)
		order.Adjustments = append(order.Adjustments, accounts.OrderAdjustment{
			Type: kind, Label: cmp.Or(label(one.Label, 200), labels[kind]), Amount: amount,
		})
		sum += amount
	}
	return sum, allKnown
}

// item reads a line; it reports whether that says what it costs.
func (r *reader) item(told product) (item accounts.OrderItem, priced bool) {
	item = accounts.OrderItem{Name: cmp.Or(label(told.Name, mostName), "Item"), ProductID: clip(told.ExternalID, 200)}
	quantity, countable := quantityOf(told.Quantity)
	item.Quantity = quantity
	if !countable {
		item = asOne(item, string(told.Quantity))
	}
	// What the line costs comes first, and that before reductions, which the order tells by themselves; then what one costs.
	switch {
	case told.Price.SubTotal != "":
		return line(item, r.amount(told.Price.SubTotal)), true
	case told.Price.Total != "":
		return line(item, r.amount(told.Price.Total)), true
	case told.Price.UnitPrice != "" && countable:
		item.UnitPrice = r.amount(told.Price.UnitPrice)
		item.Total = item.UnitPrice * int64(item.Quantity)
		return item, true
	default:
		return item, false
	}
}

// line gives an item its total. Where that is no multiple of the quantity, the whole line is one: three for a dollar have no
// price each.
func line(item accounts.OrderItem, total int64) accounts.OrderItem {
	if total%int64(item.Quantity) != 0 {
		item = asOne(item, strconv.Itoa(item.Quantity))
	}
	item.UnitPrice, item.Total = total/int64(item.Quantity), total
	return item
}

const (
	mostName         = 500 // characters
	mostQuantityText = 20
)

// asOne makes a whole line one thing, which says how much it is of. It is no longer the merchant's product: what the line
// costs is not what that costs.
func asOne(item accounts.OrderItem, quantity string) accounts.OrderItem {
	if len(quantity) <= mostQuantityText { // more is none, and would take the place of the name
		item.Name = label(loose(quantity+" × "+item.Name), mostName)
	}
	item.ProductID, item.Quantity = "", 1
	return item
}

var quantityPattern = regexp.MustCompile(`^([0-9]{1,9})(?:\.([0-9]{1,9}))?$`)

// quantityOf reads how many of it a line is. None, zero and less are one; a pound and a quarter cannot be counted,
// nor can what is no number.
func quantityOf(text loose) (quantity int, countable bool) {
	found := quantityPattern.FindStringSubmatch(string(text))
	if found == nil {
		return 1, text == "" || strings.HasPrefix(string(text), "-")
	}
	if strings.Trim(found[2], "0") != "" {
		return 1, false
	}
	quantity, err := strconv.Atoi(found[1])
	if err != nil || quantity == 0 {
		return 1, true
	}
	return quantity, true
}

// cardPattern finds the last four digits in what stands for a card.
var cardPattern = regexp.MustCompile(`^[^0-9]{0,20}([0-9]{4})$`)

// payments keeps of a method its kind, its network and its last four digits: never a name, never more of a number.
func (r *reader) payments(methods []paymentMethod, total int64) []accounts.OrderPayment {
	var payments []accounts.OrderPayment
	paid := int64(0)
	for _, method := range methods {
		payment := accounts.OrderPayment{
			Type: paymentOf(method.Type), Brand: brandOf(method.Brand), Amount: r.amount(method.TransactionAmount),
		}
		if found := cardPattern.FindStringSubmatch(string(method.LastFour)); found != nil {
			payment.LastFour = found[1]
		}
		if len(methods) == 1 && method.TransactionAmount == "" {
			payment.Amount = total
		}
		paid += payment.Amount
		payments = append(payments, payment)
	}
	if len(payments) > 0 && paid != total {
		payments = append(payments, accounts.OrderPayment{Type: accounts.PaymentOther, Amount: total - paid})
	}
	return payments
}

var amountPattern = regexp.MustCompile(`^(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?$`)

var errAmount = errors.New("live: no amount")

// minorUnits reads a decimal amount exactly. More decimals than the currency has are no amount, unless they are zeros.
func minorUnits(text, currency string) (int64, error) {
	exponent, ok := money.Exponent(currency)
	found := amountPattern.FindStringSubmatch(text)
	if !ok || found == nil {
		return 0, errAmount
	}
	decimals := strings.TrimRight(found[3], "0")
	if len(decimals) > exponent {
		return 0, errAmount
	}
	decimals += strings.Repeat("0", exponent-len(decimals))
	minor, err := strconv.ParseInt(found[1]+found[2]+decimals, 10, 64)
	if err != nil {
		return 0, errAmount
	}
	return minor, nil
}

// timeOf reads a time with and without an offset, which then is UTC. One that cannot be read is zero.
func timeOf(text string) time.Time {
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Truncate(time.Microsecond) // what the database keeps
		}
	}
	return time.Time{}
}

// timeLayouts are the ways of ISO 8601 to write a time: with a T or a space, and an offset with a colon, without, of hours
// alone, or none. A fraction of a second is read by each.
var timeLayouts = func() []string {
	layouts := []string{time.DateOnly}
	for _, offset := range []string{"Z07:00", "Z0700", "Z07", ""} {
		layouts = append(layouts, "2006-01-02T15:04:05"+offset, "2006-01-02 15:04:05"+offset)
	}
	return layouts
}()

// Values the vendor may add tomorrow are other.
func statusOf(text loose) string {
	switch status := strings.ToLower(string(text)); status {
	case accounts.OrderOrdered, accounts.OrderBilled, accounts.OrderShipped, accounts.OrderDelivered, accounts.OrderPickedUp,
		accounts.OrderCompleted, accounts.OrderReturned, accounts.OrderRefunded, accounts.OrderCancelled, accounts.OrderFailed:
		return status
	default:
		return accounts.OrderOther
	}
}

func adjustmentOf(text loose) string {
	kind := strings.ToLower(string(text))
	if _, known := labels[kind]; known {
		return kind
	}
	return accounts.AdjustmentOther
}

// labels stand where the merchant has none.
var labels = map[string]string{
	accounts.AdjustmentDiscount: "Discount", accounts.AdjustmentTax: "Tax", accounts.AdjustmentTip: "Tip", accounts.AdjustmentFee: "Fee",
	accounts.AdjustmentRefund: "Refund", accounts.AdjustmentOther: "Other",
}

func paymentOf(text loose) string {
	switch kind := strings.ToLower(string(text)); kind {
	case accounts.PaymentCard, accounts.PaymentApplePay, accounts.PaymentGooglePay, accounts.PaymentAmazonPay, accounts.PaymentPayPal,
		accounts.PaymentCashApp, accounts.PaymentVenmo, accounts.PaymentAffirm, accounts.PaymentKlarna, accounts.PaymentGiftCard,
		accounts.PaymentCash, accounts.PaymentBankAccount, accounts.PaymentLoyaltyPoints:
		return kind
	default:
		return accounts.PaymentOther
	}
}

var brandPattern = regexp.MustCompile(`^[a-z]+(?:[ _-][a-z]+){0,3}$`)

// brandOf keeps what can be a network's name. What has digits may be a part of a number.
func brandOf(text loose) string {
	brand := strings.ToLower(clip(text, 200))
	switch {
	case brand == "american_express" || brand == "american express":
		return accounts.BrandAmex
	case len(brand) <= 32 && brandPattern.MatchString(brand):
		return brand
	default:
		return ""
	}
}

// webAddress is empty for what is no address of one of the schemes: it ends up behind a link.
func webAddress(text loose, schemes ...string) string {
	if len(text) > 2000 {
		return ""
	}
	parsed, err := url.Parse(string(text))
	if err != nil || parsed.Host == "" {
		return ""
	}
	if !slices.Contains(schemes, parsed.Scheme) {
		return ""
	}
	return string(text)
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
