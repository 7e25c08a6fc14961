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
	Sessions
	Links
	OrderReader
	CardSender
}

// Sessions opens the sessions of the vendor's browser SDK.
type Sessions interface {
	// StartSession opens a session in which the user links accounts for product (ProductTransactions or
	// ProductCardSwitcher). Each call gives another session. cardID names the card to put on file, for
	// ProductCardSwitcher alone.
	StartSession(ctx context.Context, userRef, product, cardID string) (LinkSession, error)
	// ExtendSession keeps an open session of the user half an hour longer and answers until when. Errors: ErrSessionOver.
	ExtendSession(ctx context.Context, userRef, sessionID string) (expiresAt time.Time, err error)
	// Merchants answers the merchants where product can be had now, by id.
	Merchants(ctx context.Context, product string) ([]VendorMerchant, error)
}

// Links reads and ends links.
type Links interface {
	// Mock reports whether nothing it says is real. Accounts that were linked otherwise are let be.
	Mock() bool
	// LinkedAccounts answers the user's linked accounts by merchant id; a user without any has none, which is no error.
	// Errors: ErrUserUnknown.
	LinkedAccounts(ctx context.Context, userRef string) ([]VendorAccount, error)
	// Unlink ends the link to a merchant. An account that is not linked is no error, so that it may be repeated.
	Unlink(ctx context.Context, userRef string, merchantID int64) error
	// DeleteUser deletes a user with everything the vendor has of them. One who is not there is no error.
	DeleteUser(ctx context.Context, userRef string) error
}

// OrderReader reads the orders of a linked account.
type OrderReader interface {
	// OrderPage answers the orders after cursor, in the order the vendor came to know them; an empty cursor begins with the
	// first. The vendor only looks back some months: an order that is no longer answered has not been undone. Orders may
	// come again. Errors: ErrNotLinked, ErrLoginRequired, ErrCursorRefused, ErrNoAccess.
	OrderPage(ctx context.Context, userRef string, merchantID int64, cursor string) (OrderPage, error)
	// Order answers one order of a linked account as it is now. Errors: ErrOrderUnknown.
	Order(ctx context.Context, userRef string, merchantID int64, vendorID string) (Order, error)
}

// CardSender puts a card on file at a merchant without ever seeing its number.
type CardSender interface {
	// CardKey is the vendor's public key, with which the browser encrypts a card.
	CardKey(ctx context.Context) (CardKey, error)
	// SendCard forwards an encrypted card for a task. The outcome is CardUpdated or CardFailed where it is known at once, and
	// empty where a webhook tells it. Errors: ErrCardRefused, ErrTaskOver. After one that says Refused() bool, and true, the
	// card was not taken; after any other it may have been.
	SendCard(ctx context.Context, userRef, taskID, jwe string) (outcome string, err error)
}

// What a vendor may say no with. Anything else that goes wrong is worth another try later.
var (
	// ErrNotLinked means that the vendor holds no link between this user and this merchant; the user has to link it anew.
	ErrNotLinked = errors.New("accounts: merchant is not linked at the vendor")
	// ErrLoginRequired means that the merchant wants the user to sign in again.
	ErrLoginRequired = errors.New("accounts: merchant wants a new login")
	// ErrUserUnknown means that the vendor knows nobody under this reference (any more).
	ErrUserUnknown = errors.New("accounts: user is unknown to the vendor")
	// ErrCursorRefused means that a cursor is no longer good; reading begins anew without one.
	ErrCursorRefused = errors.New("accounts: cursor is refused")
	// ErrNoAccess means that the vendor does not offer us this.
	ErrNoAccess = errors.New("accounts: no access at the vendor")
	// ErrOrderUnknown means that the vendor has no such order (any more).
	ErrOrderUnknown = errors.New("accounts: order is unknown to the vendor")
	// ErrSessionOver means that a link session is over or cannot be extended.
	ErrSessionOver = errors.New("accounts: link session is over")
	// ErrCardRefused means that what was sent is no card the vendor can take.
	ErrCardRefused = errors.New("accounts: card is refused")
	// ErrTaskOver means that a task waits for no card (any more).
	ErrTaskOver = errors.New("accounts: task waits for no card")
)

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

// VendorMerchant is a merchant as the vendor lists it.
type VendorMerchant struct {
	ID      int64
	Name    string
	LogoURL string // https, or empty
}

// VendorAccount is a merchant account the user has linked.
type VendorAccount struct {
	MerchantID   int64
	MerchantName string // empty where the vendor does not say
	AccountName  string
	Transactions bool // we may read its orders
	Cards        bool // we may change its card on file
	LoginLost    bool // the merchant wants the user to sign in again
	// CardTask is the task of a card switch that waits for a card, where the vendor tells of it here and not by webhook;
	// empty where there is none.
	CardTask string
}

// OrderPage is one page of orders. Next is empty at the end of what there is.
type OrderPage struct {
	Orders []Order
	Next   string
}

// CardKey is a public key as a JSON Web Key (RFC 7517).
type CardKey struct {
	Kty, Alg, Use, Kid, N, E string
	KeyOps                   []string
}

// The outcomes of a card switch.
const (
	CardUpdated = "updated"
	CardFailed  = "failed"
)

// Order is one order at a merchant, in minor units of Currency. Validate says what holds of its figures.
type Order struct {
	VendorID    string // the vendor's, unique within the account and never reused
	ExternalID  string // the merchant's; the vendor's where the merchant tells none
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
	firstYear    = 1970
	lastYear     = 2100
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
	case o.VendorID == "":
		return errors.New("accounts: order without the vendor's id")
	case o.ExternalID == "":
		return errors.New("accounts: order without an external id")
	case o.PlacedAt.IsZero():
		return errors.New("accounts: order without a time")
	case o.PlacedAt.UTC().Year() < firstYear || o.PlacedAt.UTC().Year() > lastYear:
		return fmt.Errorf("accounts: order of the year %d", o.PlacedAt.UTC().Year())
	case o.Subtotal != subtotal:
		return fmt.Errorf("accounts: subtotal is %d, the items make %d", o.Subtotal, subtotal)
	case o.Total != subtotal+adjusted:
		return fmt.Errorf("accounts: total is %d, subtotal and adjustments make %d", o.Total, subtotal+adjusted)
	case o.Total != paid:
		return fmt.Errorf("accounts: total is %d, the payments make %d", o.Total, paid)
	}
	return nil
}

// VendorEvent is what a vendor tells of by itself, by webhook. It is a hint to look, never data: anybody who has seen one
// may be able to send another. Every field but Event may be empty.
type VendorEvent struct {
	Event      string // one of the Event constants, or one nobody knows yet
	UserRef    string
	MerchantID int64
	SessionID  string
	TaskID     string
	Updated    []string // the vendor's ids of orders that changed
	SendCard   bool     // a card is wanted for the task, within seconds
	Reason     string   // why a card switch failed, in the vendor's words
}

// The events that lead to something; all others are kept and let be.
const (
	EventAuthenticated       = "AUTHENTICATED"
	EventLoginRequired       = "ACCOUNT_LOGIN_REQUIRED"
	EventNewTransactions     = "NEW_TRANSACTIONS_AVAILABLE"
	EventUpdatedTransactions = "UPDATED_TRANSACTIONS_AVAILABLE"
	EventMerchantStatus      = "MERCHANT_STATUS_UPDATE"
	EventCardUpdated         = "CARD_UPDATED"
	EventCardFailed          = "CARD_FAILED"
)
