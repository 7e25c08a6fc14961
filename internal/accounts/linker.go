package accounts

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Linker is what this domain needs of a vendor that links merchant accounts. Every method honours ctx, may be called
// from several goroutines and takes userRef, our own reference of the user, which must not be empty.
type Linker interface {
	// StartSession opens a session in which the user links accounts for product (ProductTransactions or
	// ProductCardSwitcher). Each call gives another session.
	StartSession(ctx context.Context, userRef, product string) (LinkSession, error)
	// LinkedAccounts answers the user's linked accounts by merchant id; a user without any has none, which is no error.
	LinkedAccounts(ctx context.Context, userRef string) ([]VendorAccount, error)
	// Orders answers all orders of a linked account the vendor has, oldest first. The vendor only looks back some
	// months: an order that is no longer answered has not been undone. Errors: ErrNotLinked.
	Orders(ctx context.Context, userRef string, merchantID int64) ([]Order, error)
	// Unlink ends the link to a merchant. An account that is not linked is no error, so that it may be repeated.
	Unlink(ctx context.Context, userRef string, merchantID int64) error
}

// ErrNotLinked means that the vendor holds no link between this user and this merchant; the user has to link it anew.
var ErrNotLinked = errors.New("accounts: merchant is not linked at the vendor")

// The products a session can be opened for.
const (
	ProductTransactions = "transactions"
	ProductCardSwitcher = "card_switcher"
)

// LinkSession is an open session of the vendor's browser SDK.
type LinkSession struct {
	ID          string // the vendor's, a UUID
	Environment string // development or production, as the SDK wants it
	ClientID    string // names us to the SDK; not a secret
	ExpiresAt   time.Time
	Mock        bool // nothing of this is real
}

// VendorAccount is a merchant account the user has linked.
type VendorAccount struct {
	MerchantID   int64
	AccountName  string
	Transactions bool // we may read its orders
	Cards        bool // we may change its card on file
}

// Order is one order at a merchant, in minor units of Currency. Validate says what holds of its figures.
type Order struct {
	ExternalID  string // the merchant's, unique within the account and never reused
	PlacedAt    time.Time
	Status      string // one of the Order constants
	Currency    string // ISO 4217
	Subtotal    int64
	Total       int64 // after adjustments, refunds included: what the user was charged in the end
	Items       []OrderItem
	Adjustments []OrderAdjustment
	Payments    []OrderPayment
	URL         string // of the receipt; empty where there is none
}

// OrderItem is one line of an order.
type OrderItem struct {
	Name      string
	ProductID string // the merchant's; the same product keeps it from order to order; empty where there is none
	Quantity  int
	UnitPrice int64
	Total     int64
}

// OrderAdjustment is what stands between subtotal and total: a positive amount raises the total, a negative one lowers
// it.
type OrderAdjustment struct {
	Type   string // one of the Adjustment constants
	Label  string
	Amount int64
}

// OrderPayment is the part of the total that one payment method bore; nothing after a full refund.
type OrderPayment struct {
	Type     string // one of the Payment constants
	Brand    string // the card's network, one of the Brand constants; empty where the method has no card
	LastFour string // of the card, all that is ever known of it; empty where the method has no card
	Amount   int64
}

// The statuses of an order.
const (
	OrderOrdered   = "ordered"
	OrderBilled    = "billed"
	OrderShipped   = "shipped"
	OrderDelivered = "delivered"
	OrderPickedUp  = "picked_up"
	OrderCompleted = "completed"
	OrderReturned  = "returned"
	OrderRefunded  = "refunded"
	OrderCancelled = "cancelled"
	OrderFailed    = "failed"
	OrderOther     = "other"
)

// The types of adjustments.
const (
	AdjustmentDiscount = "discount"
	AdjustmentTax      = "tax"
	AdjustmentTip      = "tip"
	AdjustmentFee      = "fee"
	AdjustmentRefund   = "refund"
	AdjustmentOther    = "other"
)

// The types of payment methods.
const (
	PaymentCard          = "card"
	PaymentApplePay      = "apple_pay"
	PaymentGooglePay     = "google_pay"
	PaymentAmazonPay     = "amazon_pay"
	PaymentPayPal        = "paypal"
	PaymentCashApp       = "cash_app"
	PaymentVenmo         = "venmo"
	PaymentAffirm        = "affirm"
	PaymentKlarna        = "klarna"
	PaymentGiftCard      = "gift_card"
	PaymentCash          = "cash"
	PaymentBankAccount   = "bank_account"
	PaymentLoyaltyPoints = "loyalty_points"
	PaymentOther         = "other"
)

// The card networks, spelled as in the card catalogue.
const (
	BrandAmex       = "amex"
	BrandVisa       = "visa"
	BrandMastercard = "mastercard"
	BrandDiscover   = "discover"
)

var lastFourPattern = regexp.MustCompile(`^[0-9]{4}$`)

// Bounds that no real order meets; within them no sum of Validate can overflow and a quantity fits 32 bits.
const (
	mostQuantity = 1_000_000
	mostAmount   = 1_000_000_000_000
)

func inBounds(amount int64) bool { return -mostAmount <= amount && amount <= mostAmount }

// Validate checks that the figures of an order are sane and agree with each other and that it holds no more of a card
// than its last four digits. Orders come from outside: one that fails is not to be stored. The error carries no content
// of the order beyond its figures.
func (o Order) Validate() error {
	var subtotal, adjusted, paid int64
	for i, item := range o.Items {
		if item.Quantity < 1 || item.Quantity > mostQuantity {
			return fmt.Errorf("accounts: item %d has quantity %d", i, item.Quantity)
		}
		if !inBounds(item.UnitPrice) || !inBounds(item.Total) {
			return fmt.Errorf("accounts: item %d is out of bounds", i)
		}
		if want := int64(item.Quantity) * item.UnitPrice; item.Total != want {
			return fmt.Errorf("accounts: item %d totals %d, its quantity and unit price %d", i, item.Total, want)
		}
		subtotal += item.Total
	}
	for i, adjustment := range o.Adjustments {
		if !inBounds(adjustment.Amount) {
			return fmt.Errorf("accounts: adjustment %d is out of bounds", i)
		}
		adjusted += adjustment.Amount
	}
	for i, payment := range o.Payments {
		if payment.LastFour != "" && !lastFourPattern.MatchString(payment.LastFour) {
			return fmt.Errorf("accounts: payment %d names a card by something else than four digits", i)
		}
		if !inBounds(payment.Amount) {
			return fmt.Errorf("accounts: payment %d is out of bounds", i)
		}
		paid += payment.Amount
	}
	switch {
	case o.ExternalID == "":
		return errors.New("accounts: order without an external id")
	case o.PlacedAt.IsZero():
		return errors.New("accounts: order without a time")
	case o.Subtotal != subtotal:
		return fmt.Errorf("accounts: subtotal is %d, the items make %d", o.Subtotal, subtotal)
	case o.Total != subtotal+adjusted:
		return fmt.Errorf("accounts: total is %d, subtotal and adjustments make %d", o.Total, subtotal+adjusted)
	case o.Total != paid:
		return fmt.Errorf("accounts: total is %d, the payments make %d", o.Total, paid)
	}
	return nil
}
