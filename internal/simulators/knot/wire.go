package knot

import "encoding/json"

// What goes over the wire, as the vendor spells it. The simulator has its own types on purpose: one made from the client's
// would agree with the client's mistakes.

// Transaction is an order at a merchant.
type Transaction struct {
	ID             string          `json:"id"`
	ExternalID     *string         `json:"external_id"`
	Datetime       string          `json:"datetime"`
	URL            *string         `json:"url"`
	OrderStatus    string          `json:"order_status"`
	Shipping       any             `json:"shipping"`
	Loyalty        any             `json:"loyalty,omitempty"`
	PaymentMethods []PaymentMethod `json:"payment_methods"`
	Price          Price           `json:"price"`
	Products       []Product       `json:"products"`
}

// PaymentMethod is how a part of an order was paid.
type PaymentMethod struct {
	ExternalID        *string `json:"external_id"`
	Type              string  `json:"type"`
	Brand             *string `json:"brand"`
	LastFour          *string `json:"last_four"`
	Name              *string `json:"name"`
	TransactionAmount *string `json:"transaction_amount"`
}

// Price is what an order cost; amounts are decimal strings.
type Price struct {
	SubTotal    *string      `json:"sub_total"`
	Adjustments []Adjustment `json:"adjustments"`
	Total       string       `json:"total"`
	Currency    *string      `json:"currency"`
}

// Adjustment stands between subtotal and total.
type Adjustment struct {
	Type   string  `json:"type"`
	Label  *string `json:"label"`
	Amount string  `json:"amount"`
}

// Product is one line of an order.
type Product struct {
	ExternalID  *string       `json:"external_id"`
	Name        string        `json:"name"`
	Description *string       `json:"description"`
	URL         *string       `json:"url"`
	ImageURL    *string       `json:"image_url"`
	Quantity    *int          `json:"quantity"`
	Price       *ProductPrice `json:"price"`
	Seller      any           `json:"seller"`
	Eligibility []string      `json:"eligibility"`
}

// ProductPrice is what one line cost.
type ProductPrice struct {
	SubTotal  *string `json:"sub_total"`
	Total     *string `json:"total"`
	UnitPrice *string `json:"unit_price"`
}

type merchantRef struct {
	ID       int64  `json:"id"`
	Name     string `json:"name,omitempty"`
	Category string `json:"category,omitempty"`
	Logo     string `json:"logo,omitempty"`
}

type accountAnswer struct {
	Merchant       merchantRef `json:"merchant"`
	Connection     connection  `json:"connection"`
	Lifecycle      status      `json:"lifecycle"`
	LastUserAction userAction  `json:"last_user_action"`
}

type connection struct {
	Status string  `json:"status"`
	Scopes []scope `json:"scopes"`
}

type scope struct {
	Type string `json:"type"`
}

type status struct {
	Status *string `json:"status"`
}

type userAction struct {
	AttemptedAt *string `json:"attempted_at"`
	Status      *string `json:"status"`
}

type pageAnswer struct {
	Merchant     merchantRef   `json:"merchant"`
	Transactions []Transaction `json:"transactions"`
	NextCursor   *string       `json:"next_cursor"`
	Limit        int           `json:"limit"`
}

type refusal struct {
	status       int
	ErrorType    string `json:"error_type"`
	ErrorCode    string `json:"error_code"`
	ErrorMessage string `json:"error_message"`
}

type requestBody struct {
	Type           string          `json:"type"`
	ExternalUserID string          `json:"external_user_id"`
	SessionID      string          `json:"session_id"`
	CardID         *string         `json:"card_id"`
	MerchantID     int64           `json:"merchant_id"`
	Cursor         *string         `json:"cursor"`
	Limit          int             `json:"limit"`
	Search         string          `json:"search"`
	Platform       string          `json:"platform"`
	TaskID         string          `json:"task_id"`
	JWE            string          `json:"jwe"`
	CardSwitcher   bool            `json:"card_switcher"`
	Transactions   *transactionAsk `json:"transactions"`
	Metadata       json.RawMessage `json:"metadata"`
}

type transactionAsk struct {
	New     bool `json:"new"`
	Updated bool `json:"updated"`
}
