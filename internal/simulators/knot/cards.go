package knot

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
)

// task is one attempt to put a card on file.
type task struct {
	id       int64
	session  *session
	merchant *Merchant
	deadline time.Time
	over     bool
}

// keyID names the one key there is.
const keyID = "simulator-1"

func (s *Simulator) publicKey() any {
	public := s.privateKey().PublicKey
	return map[string]any{
		"kty": "RSA", "alg": "RSA-OAEP-256", "use": "enc", "key_ops": []string{"encrypt"}, "kid": keyID,
		"n": base64.RawURLEncoding.EncodeToString(public.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
	}
}

var (
	errNoSession = errors.New("knot: no such session")
	errNoTask    = errors.New("knot: no such merchant")
)

// Login is what the browser SDK leads to: the user of a session signs in at a merchant, the account is linked, and
// webhooks tell of it. In a session of the card switcher a task begins, which wants a card within the window.
func (s *Simulator) Login(_ context.Context, sessionID string, merchantID int64) error {
	s.mu.Lock()
	open := s.sessions[sessionID]
	if open == nil || !open.expiresAt.After(s.config.Now()) {
		s.mu.Unlock()
		return errNoSession
	}
	if s.merchants[merchantID] == nil {
		s.mu.Unlock()
		return errNoTask
	}
	linked := s.link(open.ref, merchantID)
	linked.connected = true
	fresh := len(linked.rows) == 0
	s.nextTask++
	begun := &task{id: s.nextTask, session: open, merchant: linked.merchant, deadline: s.config.Now().Add(s.config.CardWindow)}
	sendCard := open.kind == "card_switcher"
	if sendCard {
		s.tasks[begun.id] = begun
	}
	s.mu.Unlock()
	if sendCard {
		s.hooks.after(s.config.CardWindow, func() { s.expire(begun) })
	}
	data := map[string]any{"card_id": open.cardID, "send_card": sendCard, "entrypoint": nil, "metadata": map[string]string{}}
	if s.config.Readings.BareData && !sendCard {
		data = map[string]any{"card_id": "", "metadata": map[string]string{}}
	}
	s.Emit(s.sdkEvent("AUTHENTICATED", begun, data))
	if fresh && !sendCard {
		s.Add(open.ref, merchantID, Made(open.ref, merchantID, s.config.Now(), 0, 40)...)
		s.EmitNew(open.ref, merchantID)
	}
	return nil
}

// notReceived is why a card switch fails whose card came late, or never.
const notReceived = "did not receive payment method information"

// expire ends a task whose window has passed without a card. A clock that stands still keeps it open.
func (s *Simulator) expire(begun *task) {
	s.mu.Lock()
	failed := !begun.over && !s.config.Now().Before(begun.deadline)
	begun.over = begun.over || failed
	s.mu.Unlock()
	if failed {
		s.Emit(s.sdkEvent("CARD_FAILED", begun, map[string]any{"card_id": begun.session.cardID, "reason": notReceived}))
	}
}

func (s *Simulator) sdkEvent(event string, t *task, data any) Webhook {
	hook := Webhook{
		Event: event, SessionID: &t.session.id, TaskID: t.id, ExternalUserID: t.session.ref,
		Merchant: &merchantRef{ID: t.merchant.ID, Name: t.merchant.Name}, Data: data,
	}
	if t.session.development && s.config.Readings.NullDevSession {
		hook.SessionID, hook.nullSession = nil, true
	}
	return hook
}

// EmitNew sends NEW_TRANSACTIONS_AVAILABLE.
func (s *Simulator) EmitNew(ref string, merchantID int64) Delivery {
	return s.Emit(Webhook{Event: "NEW_TRANSACTIONS_AVAILABLE", ExternalUserID: ref, Merchant: s.ref(merchantID)})
}

// EmitUpdated sends UPDATED_TRANSACTIONS_AVAILABLE.
func (s *Simulator) EmitUpdated(ref string, merchantID int64, ids ...string) Delivery {
	hook := Webhook{Event: "UPDATED_TRANSACTIONS_AVAILABLE", ExternalUserID: ref, Merchant: s.ref(merchantID)}
	for _, id := range ids {
		hook.Updated = append(hook.Updated, changedRef{id})
	}
	return s.Emit(hook)
}

func (s *Simulator) ref(merchantID int64) *merchantRef {
	s.mu.Lock()
	defer s.mu.Unlock()
	if merchant := s.merchants[merchantID]; merchant != nil {
		return &merchantRef{ID: merchant.ID, Name: merchant.Name}
	}
	return &merchantRef{ID: merchantID}
}

func (s *Simulator) disconnect(ref string, merchantID int64) any {
	s.mu.Lock()
	linked, refused := s.find(ref, merchantID)
	if refused == nil {
		linked.connected = false
	}
	s.mu.Unlock()
	if refused != nil {
		return refused
	}
	s.Emit(loginRequired(ref, linked.merchant))
	return done
}

func loginRequired(ref string, merchant *Merchant) Webhook {
	return Webhook{Event: "ACCOUNT_LOGIN_REQUIRED", ExternalUserID: ref, Merchant: &merchantRef{
		ID: merchant.ID, Name: merchant.Name, Logo: logo(merchant.ID),
	}}
}

// Disconnect lets an account need a new login.
func (s *Simulator) Disconnect(ref string, merchantID int64) { s.disconnect(ref, merchantID) }

// SetDown takes a merchant off the lists or puts it back, and tells of it.
func (s *Simulator) SetDown(merchantID int64, down bool) {
	told := s.ref(merchantID)
	told.Logo = logo(merchantID)
	s.mu.Lock()
	if merchant := s.merchants[merchantID]; merchant != nil {
		merchant.Down, told.Category = down, merchant.Category
	}
	s.mu.Unlock()
	word := map[bool]string{true: "DOWN", false: "UP"}[down]
	s.Emit(Webhook{Event: "MERCHANT_STATUS_UPDATE", Merchant: told, Data: map[string]any{
		"type": "transaction_link", "status": word, "platform": "web", "sdk": nil,
	}})
}

func (s *Simulator) linkDevelopment(request requestBody) any {
	if request.CardSwitcher && (request.CardID == nil || *request.CardID == "") {
		return refuse("INVALID_REQUEST", "INVALID_FIELD", "The card id field is required when card switcher is true.")
	}
	s.mu.Lock()
	linked := s.link(request.ExternalUserID, request.MerchantID)
	linked.connected = true
	fresh := len(linked.rows) == 0
	s.mu.Unlock()
	kind := "transaction_link"
	if request.CardSwitcher {
		kind = "card_switcher"
	}
	opened := s.createSession(context.Background(), requestBody{Type: kind, ExternalUserID: request.ExternalUserID, CardID: request.CardID})
	id := opened.(map[string]string)["session"] //nolint:forcetypeassert // the card was looked at above
	s.mu.Lock()
	s.sessions[id].development = true
	s.mu.Unlock()
	if ask := request.Transactions; ask != nil && ask.New && fresh {
		s.Add(request.ExternalUserID, request.MerchantID, Made(request.ExternalUserID, request.MerchantID, s.config.Now(), 0, 205)...)
	}
	if err := s.Login(context.Background(), id, request.MerchantID); err != nil {
		return refuse("INVALID_REQUEST", "INVALID_FIELD", "The merchant id is invalid.")
	}
	if ask := request.Transactions; ask != nil && ask.New && fresh {
		s.EmitNew(request.ExternalUserID, request.MerchantID)
		if ask.Updated {
			var ids []string
			for _, transaction := range s.Transactions(request.ExternalUserID, request.MerchantID)[:3] {
				s.Change(request.ExternalUserID, request.MerchantID, transaction.ID, func(t *Transaction) { t.OrderStatus = "RETURNED" })
				ids = append(ids, transaction.ID)
			}
			s.EmitUpdated(request.ExternalUserID, request.MerchantID, ids...)
		}
	}
	return done
}

// card is what the vendor finds in a JWE.
type card struct {
	User struct {
		Name struct {
			First string `json:"first_name"`
			Last  string `json:"last_name"`
		} `json:"name"`
		Phone string `json:"phone_number"`
	} `json:"user"`
	Card struct {
		Number     string `json:"number"`
		Expiration string `json:"expiration"`
		CVV        string `json:"cvv"`
	} `json:"card"`
}

func (s *Simulator) sendCard(request requestBody) any {
	private := s.privateKey()
	invalid := func(message string) *refusal { return refuse("INVALID_REQUEST", "INVALID_JWE", message) }
	message, err := jwe.ParseString(request.JWE)
	if err != nil || message.ProtectedHeaders().KeyID() != keyID ||
		message.ProtectedHeaders().Algorithm() != jwa.RSA_OAEP_256 || message.ProtectedHeaders().ContentEncryption() != jwa.A256GCM {
		return invalid("The jwe is invalid.")
	}
	plain, err := jwe.Decrypt([]byte(request.JWE), jwe.WithKey(jwa.RSA_OAEP_256, private))
	var sent card
	if err != nil || json.Unmarshal(plain, &sent) != nil {
		return invalid("The jwe is invalid.")
	}
	if fault := sent.fault(s.config.Now()); fault != "" {
		return invalid(fault)
	}
	id, _ := strconv.ParseInt(request.TaskID, 10, 64)
	s.mu.Lock()
	begun := s.tasks[id]
	if begun == nil {
		s.mu.Unlock()
		if s.config.Readings.UnknownTaskTaken {
			return done
		}
		return refuse("INVALID_REQUEST", "INVALID_FIELD", "The selected task id is invalid.")
	}
	late := begun.over || s.config.Now().After(begun.deadline)
	begun.over = true
	s.mu.Unlock()
	data := map[string]any{"card_id": begun.session.cardID}
	switch {
	case late && s.config.Readings.LateTask400:
		return refuse("INVALID_REQUEST", "INVALID_FIELD", "The selected task id is invalid.")
	case late:
		data["reason"] = notReceived
		s.Emit(s.sdkEvent("CARD_FAILED", begun, data))
	case sent.Card.CVV == "999": // the one that every merchant declines
		data["reason"] = "card expired"
		s.Emit(s.sdkEvent("CARD_FAILED", begun, data))
	default:
		s.Emit(s.sdkEvent("CARD_UPDATED", begun, data))
	}
	return done
}

var (
	phonePattern      = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	expirationPattern = regexp.MustCompile(`^(0[1-9]|1[0-2])/(?:20)?([0-9]{2})$`)
	cvvPattern        = regexp.MustCompile(`^[0-9]{3,4}$`)
	numberPattern     = regexp.MustCompile(`^[0-9]{12,19}$`)
)

// fault is what is wrong with a card, in the vendor's words; empty for nothing.
func (c card) fault(now time.Time) string {
	expires := expirationPattern.FindStringSubmatch(c.Card.Expiration)
	switch {
	case !phonePattern.MatchString(c.User.Phone):
		return "The user.phone number is required."
	case !numberPattern.MatchString(c.Card.Number):
		return "The card.number must be numeric."
	case !luhn(c.Card.Number):
		return "The card.number is invalid and does not pass the Luhn check."
	case !cvvPattern.MatchString(c.Card.CVV):
		return "The card.cvv must be numeric."
	case expires == nil:
		return "The card.expiration should be in MM/YYYY or MM/YY format."
	}
	month, _ := strconv.Atoi(expires[1])
	year, _ := strconv.Atoi(expires[2])
	if !time.Date(2000+year, time.Month(month)+1, 1, 0, 0, 0, 0, time.UTC).After(now) {
		return "The card is expired."
	}
	return ""
}

func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
			if digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}
