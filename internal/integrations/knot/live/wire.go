package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// What is read of an answer about merchants, accounts and orders. The generated types would take a number in the place of a
// text for the end of a whole page; these take both, and a list is read one by one.

// loose is a text that may come as a number, and then is how that was written. None and null are empty.
type loose string

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*l = loose(text)
		return nil
	}
	var number json.Number
	if json.Unmarshal(raw, &number) != nil {
		return ErrMisfit
	}
	*l = loose(number)
	return nil
}

// id reads the number something is known by; zero where there is none.
func (l loose) id() int64 {
	number, err := strconv.ParseInt(string(l), 10, 64)
	if err != nil || number < 0 {
		return 0
	}
	return number
}

// keepable reports whether a text of the vendor can be stored and sent back as it is. Bytes that are no UTF-8 have become
// replacement characters by the time it is read.
func (l loose) keepable() bool {
	return len(l) <= 2000 && !strings.ContainsAny(string(l), "\x00\uFFFD")
}

type merchant struct {
	ID   loose `json:"id"`
	Name loose `json:"name"`
	Logo loose `json:"logo"`
}

type account struct {
	Merchant   merchant `json:"merchant"`
	Connection struct {
		Status loose `json:"status"`
		Scopes []struct {
			Type loose `json:"type"`
		} `json:"scopes"`
	} `json:"connection"`
}

type transactionPage struct {
	Transactions []json.RawMessage `json:"transactions"`
	NextCursor   loose             `json:"next_cursor"`
}

type transaction struct {
	ID             loose           `json:"id"`
	ExternalID     loose           `json:"external_id"`
	Datetime       loose           `json:"datetime"`
	URL            loose           `json:"url"`
	OrderStatus    loose           `json:"order_status"`
	PaymentMethods []paymentMethod `json:"payment_methods"`
	Price          price           `json:"price"`
	Products       []product       `json:"products"`
}

type paymentMethod struct {
	Type              loose `json:"type"`
	Brand             loose `json:"brand"`
	LastFour          loose `json:"last_four"`
	TransactionAmount loose `json:"transaction_amount"`
}

type price struct {
	SubTotal    loose        `json:"sub_total"`
	Adjustments []adjustment `json:"adjustments"`
	Total       loose        `json:"total"`
	Currency    loose        `json:"currency"`
}

type adjustment struct {
	Type   loose `json:"type"`
	Label  loose `json:"label"`
	Amount loose `json:"amount"`
}

type product struct {
	ExternalID loose `json:"external_id"`
	Name       loose `json:"name"`
	Quantity   loose `json:"quantity"`
	Price      struct {
		SubTotal  loose `json:"sub_total"`
		Total     loose `json:"total"`
		UnitPrice loose `json:"unit_price"`
	} `json:"price"`
}

// mostID is the longest id of an order that is taken; the vendor's are UUIDs.
const mostID = 200

// readTransaction reads one transaction. The id is answered also where the rest cannot be read, as far as it is one to log.
func readTransaction(raw json.RawMessage) (read transaction, id string, err error) {
	var named struct {
		ID loose `json:"id"`
	}
	if json.Unmarshal(raw, &named) == nil && named.ID.keepable() && len(named.ID) <= mostID {
		id = string(named.ID)
	} else {
		return transaction{}, "", fmt.Errorf("%w: a transaction without an id to keep", ErrMisfit)
	}
	if json.Unmarshal(raw, &read) != nil { // whose error may quote the answer
		return transaction{}, id, ErrMisfit
	}
	return read, id, nil
}

// oneOrMany reads a list, a single object in its place, or a list under a name. What is neither is no empty list.
type oneOrMany struct {
	name string
	list []json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *oneOrMany) UnmarshalJSON(text []byte) error {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, &m.list)
	}
	var wrapped map[string]json.RawMessage
	if err := json.Unmarshal(text, &wrapped); err != nil {
		return err
	}
	if wrapped == nil {
		return ErrMisfit
	}
	inner, found := wrapped[m.name]
	if m.name == "" || !found {
		m.list = []json.RawMessage{bytes.Clone(text)}
		return nil
	}
	if err := json.Unmarshal(inner, &m.list); err != nil {
		return err
	}
	if m.list == nil {
		return ErrMisfit
	}
	return nil
}
