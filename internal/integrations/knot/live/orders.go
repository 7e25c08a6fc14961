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

	"github.com/lattice-money/lattice/gen/vendors/knot"
	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/money"
)

// unexplained is what stands between the parts a merchant tells and the total it charged.
const unexplained = "Not itemised"

// fromKnotTransaction reads a transaction. What the vendor leaves out is worked out of the rest where there is one answer;
// what then still lacks between the parts and the total, which is what was charged, becomes a line of its own. A figure
// that cannot be read leaves an order that accounts.Order.Validate refuses: a wrong sum is worse than a missing one.
func fromKnotTransaction(t knot.Transaction) accounts.Order {
	currency := strings.ToUpper(cmp.Or(orEmpty(t.Price.Currency), "USD"))
	order := accounts.Order{
		VendorID: t.ID, ExternalID: clip(cmp.Or(orEmpty(t.ExternalID), t.ID), 200), Status: statusOf(t.OrderStatus), Currency: currency,
		URL: webAddress(t.URL, "http", "https"), PlacedAt: timeOf(t.Datetime),
	}
	r := &reader{currency: currency}
	order.Total = r.amount(&t.Price.Total)
	if t.Products != nil {
		for _, product := range *t.Products {
			item := r.item(product)
			order.Items = append(order.Items, item)
			order.Subtotal += item.Total
		}
	}
	if len(order.Items) == 1 && order.Subtotal == 0 && t.Price.SubTotal != nil { // its one line has no price of its own
		order.Subtotal = r.amount(t.Price.SubTotal)
		order.Items[0] = line(order.Items[0], order.Subtotal)
	}
	known := order.Subtotal
	if t.Price.Adjustments != nil {
		for _, adjustment := range *t.Price.Adjustments {
			kind := adjustmentOf(adjustment.Type)
			amount := r.amount(&adjustment.Amount)
			order.Adjustments = append(order.Adjustments, accounts.OrderAdjustment{
				Type: kind, Label: cmp.Or(clip(orEmpty(adjustment.Label), 200), labels[kind]), Amount: amount,
			})
			known += amount
		}
	}
	if known != order.Total {
		order.Adjustments = append(order.Adjustments, accounts.OrderAdjustment{
			Type: accounts.AdjustmentOther, Label: unexplained, Amount: order.Total - known,
		})
	}
	if t.PaymentMethods != nil {
		order.Payments = r.payments(*t.PaymentMethods, order.Total)
	}
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
func (r *reader) amount(text *string) int64 {
	if text == nil || *text == "" {
		return 0
	}
	minor, err := minorUnits(*text, r.currency)
	if err != nil {
		r.failed = true
	}
	return minor
}

func (r *reader) item(product knot.Product) accounts.OrderItem {
	item := accounts.OrderItem{Name: cmp.Or(clip(product.Name, 500), "Item"), ProductID: clip(orEmpty(product.ExternalID), 200), Quantity: 1}
	if product.Quantity != nil && *product.Quantity > 0 {
		item.Quantity = *product.Quantity
	}
	if product.Price == nil {
		return item
	}
	// What was paid for the line comes first, then what it cost before reductions, then what one of it costs.
	switch {
	case product.Price.UnitPrice != nil && product.Price.Total == nil && product.Price.SubTotal == nil:
		item.UnitPrice = r.amount(product.Price.UnitPrice)
		item.Total = item.UnitPrice * int64(item.Quantity)
		return item
	case product.Price.SubTotal != nil:
		return line(item, r.amount(product.Price.SubTotal))
	default:
		return line(item, r.amount(product.Price.Total))
	}
}

// line gives an item its total. Where that is no multiple of the quantity, the whole line is one: three for a dollar have no
// price each.
func line(item accounts.OrderItem, total int64) accounts.OrderItem {
	if quantity := int64(item.Quantity); total%quantity == 0 {
		item.UnitPrice = total / quantity
	} else {
		item.Name = clip(strconv.Itoa(item.Quantity)+" × "+item.Name, 500)
		item.Quantity, item.UnitPrice = 1, total
	}
	item.Total = total
	return item
}

// cardPattern finds the last four digits in what stands for a card.
var cardPattern = regexp.MustCompile(`^[^0-9]{0,20}([0-9]{4})$`)

// payments keeps of a method its kind, its network and its last four digits: never a name, never more of a number.
func (r *reader) payments(methods []knot.PaymentMethod, total int64) []accounts.OrderPayment {
	var payments []accounts.OrderPayment
	paid := int64(0)
	for _, method := range methods {
		payment := accounts.OrderPayment{
			Type: paymentOf(method.Type), Brand: brandOf(orEmpty(method.Brand)), Amount: r.amount(method.TransactionAmount),
		}
		if found := cardPattern.FindStringSubmatch(orEmpty(method.LastFour)); found != nil {
			payment.LastFour = found[1]
		}
		if len(methods) == 1 && method.TransactionAmount == nil {
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
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", time.DateOnly,
	} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Truncate(time.Microsecond) // what the database keeps
		}
	}
	return time.Time{}
}

// Values the vendor may add tomorrow are other.
func statusOf(text string) string {
	switch status := strings.ToLower(text); status {
	case accounts.OrderOrdered, accounts.OrderBilled, accounts.OrderShipped, accounts.OrderDelivered, accounts.OrderPickedUp,
		accounts.OrderCompleted, accounts.OrderReturned, accounts.OrderRefunded, accounts.OrderCancelled, accounts.OrderFailed:
		return status
	default:
		return accounts.OrderOther
	}
}

func adjustmentOf(text string) string {
	kind := strings.ToLower(text)
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

func paymentOf(text string) string {
	switch kind := strings.ToLower(text); kind {
	case accounts.PaymentCard, accounts.PaymentApplePay, accounts.PaymentGooglePay, accounts.PaymentAmazonPay, accounts.PaymentPayPal,
		accounts.PaymentCashApp, accounts.PaymentVenmo, accounts.PaymentAffirm, accounts.PaymentKlarna, accounts.PaymentGiftCard,
		accounts.PaymentCash, accounts.PaymentBankAccount, accounts.PaymentLoyaltyPoints:
		return kind
	default:
		return accounts.PaymentOther
	}
}

func brandOf(text string) string {
	switch brand := strings.ToLower(text); brand {
	case "american_express", "american express":
		return accounts.BrandAmex
	default:
		return clip(brand, 32)
	}
}

// webAddress is empty for what is no address of one of the schemes: it ends up behind a link.
func webAddress(text *string, schemes ...string) string {
	if text == nil || len(*text) > 2000 {
		return ""
	}
	parsed, err := url.Parse(*text)
	if err != nil || parsed.Host == "" {
		return ""
	}
	if !slices.Contains(schemes, parsed.Scheme) {
		return ""
	}
	return *text
}

// clip makes a text of the vendor fit to be stored: valid, without NUL, and at most so many characters.
func clip(text string, most int) string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", ""))
	runes := []rune(text)
	if len(runes) > most {
		return string(runes[:most])
	}
	return text
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
