package knot

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// cursor is Laravel's: a keyset on the row's number, which grows as rows are added.
type cursor struct {
	ID     int64 `json:"id"`
	Points bool  `json:"_pointsToNextItems"`
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(text string) (cursor, bool) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	var c cursor
	if err != nil || json.Unmarshal(decoded, &c) != nil || c.ID <= 0 {
		return cursor{}, false
	}
	return c, true
}

func (s *Simulator) sync(request requestBody) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	linked, refused := s.find(request.ExternalUserID, request.MerchantID)
	if refused != nil {
		return refused
	}
	if !linked.connected && s.config.Readings.DisconnectedSync {
		return refuse("MERCHANT_ACCOUNT_ERROR", "MERCHANT_ACCOUNT_DISCONNECTED", "The merchant account is disconnected.")
	}
	after := int64(0)
	if request.Cursor == nil {
		linked.ended = false
	} else {
		parsed, ok := parseCursor(*request.Cursor)
		if !ok || (s.config.Readings.StaleCursors && linked.ended) {
			return refuse("INVALID_REQUEST", "INVALID_CURSOR_FORMAT", "The cursor format is invalid.")
		}
		after = parsed.ID
	}
	limit := request.Limit
	if limit == 0 {
		limit = map[bool]int{false: mostLimit, true: smallLimit}[s.config.Readings.SmallLimit]
	}
	page := pageAnswer{
		Merchant:     merchantRef{ID: linked.merchant.ID, Name: linked.merchant.Name},
		Transactions: []Transaction{}, Limit: min(limit, s.config.PageSize),
	}
	rest := slices.DeleteFunc(slices.Clone(linked.rows), func(r *row) bool { return r.id <= after })
	shown := rest[:min(len(rest), page.Limit)]
	for _, r := range shown {
		page.Transactions = append(page.Transactions, s.told(r.transaction))
	}
	if len(shown) == 0 && s.config.Readings.EmptyIsAnError {
		return refuse("TRANSACTION_ERROR", "NO_TRANSACTIONS", "There are no transactions.")
	}
	switch {
	case len(rest) > len(shown) || (s.config.Readings.FinalCursor && len(shown) > 0):
		next := cursor{ID: shown[len(shown)-1].id, Points: true}.String()
		page.NextCursor = &next
	default:
		linked.ended = true
	}
	return page
}

// told is a transaction as it is answered under the readings.
func (s *Simulator) told(t Transaction) Transaction {
	if s.config.Readings.NoOffset {
		t.Datetime = strings.TrimSuffix(t.Datetime, "+00:00") + ".088421"
	}
	t.Loyalty = s.config.Readings.Loyalty
	if s.config.Readings.StrangerFields {
		t.Shipping = map[string]any{"location": nil, "carrier": "unheard of"}
	}
	return t
}

func (s *Simulator) getTransaction(id string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.users {
		for _, linked := range known.accounts {
			for _, r := range linked.rows {
				if r.transaction.ID == id {
					return s.told(r.transaction)
				}
			}
		}
	}
	return s.notThere("TRANSACTION_ERROR", "TRANSACTION_NOT_FOUND", "The transaction was not found.")
}

// Add gives an account new transactions, without a webhook.
func (s *Simulator) Add(ref string, merchantID int64, transactions ...Transaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	linked := s.link(ref, merchantID)
	for _, transaction := range transactions {
		s.nextRow++
		linked.rows = append(linked.rows, &row{id: s.nextRow, transaction: transaction})
	}
}

// Change changes a transaction in place, without a webhook: sync does not tell of it, only asking for it does.
func (s *Simulator) Change(ref string, merchantID int64, id string, change func(t *Transaction)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.link(ref, merchantID).rows {
		if r.transaction.ID == id {
			change(&r.transaction)
		}
	}
}

// Transactions is what an account has, in the order it got it.
func (s *Simulator) Transactions(ref string, merchantID int64) (all []Transaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.link(ref, merchantID).rows {
		all = append(all, r.transaction)
	}
	return all
}

// RowOf is the number of a transaction within the vendor, which cursors name; zero where there is none.
func (s *Simulator) RowOf(id string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.users {
		for _, linked := range known.accounts {
			for _, r := range linked.rows {
				if r.transaction.ID == id {
					return r.id
				}
			}
		}
	}
	return 0
}

// CursorRow is the row number a cursor names; zero where it names none.
func CursorRow(text string) int64 {
	c, _ := parseCursor(text)
	return c.ID
}

// Link makes a linked account, without a webhook and without transactions.
func (s *Simulator) Link(ref string, merchantID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.link(ref, merchantID).connected = true
}

// link is called under the lock.
func (s *Simulator) link(ref string, merchantID int64) *account {
	known := s.user(ref)
	linked := known.accounts[merchantID]
	if linked == nil {
		merchant := s.merchants[merchantID]
		if merchant == nil {
			merchant = &Merchant{ID: merchantID, Name: "Merchant"}
			s.merchants[merchantID] = merchant
		}
		linked = &account{merchant: merchant, connected: true, cards: slices.Contains(merchant.Products, "card_switcher")}
		known.accounts[merchantID] = linked
	}
	return linked
}
