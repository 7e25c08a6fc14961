// Package webhook checks and reads what Knot sends us by itself.
//
// Knot's signature covers the length of a body, its event and its session, and neither the rest of it nor a time: whoever
// has seen one good webhook can send another of the same length. So a webhook is a hint to look, never data.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/lattice-money/lattice/internal/accounts"
)

// The only values Knot documents for these headers.
const (
	jsonType   = "application/json"
	encryption = "HMAC-SHA256"
)

// Headers are what of a request's headers the signature is about.
type Headers struct {
	Signature      string // Knot-Signature
	ContentType    string // as received
	EncryptionType string // empty where there is none
}

// Verifier checks signatures. It is safe for concurrent use.
type Verifier struct{ secret []byte }

// NewVerifier makes a verifier; with an empty secret it takes no signature for good.
func NewVerifier(secret string) *Verifier { return &Verifier{secret: []byte(secret)} }

// Verify reports whether Knot signed this body. It takes the same time for every wrong signature of a length.
func (v *Verifier) Verify(headers Headers, body []byte) bool {
	given, err := base64.StdEncoding.DecodeString(headers.Signature)
	if err != nil || len(v.secret) == 0 || len(given) != sha256.Size {
		return false
	}
	event, session, ok := signedFields(body)
	if !ok {
		return false
	}
	encrypted := headers.EncryptionType
	if encrypted == "" {
		encrypted = encryption
	}
	good := false
	for _, contentType := range []string{headers.ContentType, jsonType} { // with a charset behind it, or without
		text := message(len(body), contentType, encrypted, event, session)
		good = v.signed(text, given) || good
		if session == "" { // as absent, or as the empty text it may be
			good = v.signed(text+"|session_id|", given) || good
		}
	}
	return good
}

func (v *Verifier) signed(text string, given []byte) bool {
	mac := hmac.New(sha256.New, v.secret)
	mac.Write([]byte(text))
	return hmac.Equal(given, mac.Sum(nil))
}

// message is what is signed: names and values in this order, without the session where there is none.
func message(length int, contentType, encrypted, event, session string) string {
	parts := []string{
		"Content-Length", strconv.Itoa(length), "Content-Type", contentType, "Encryption-Type", encrypted, "event", event,
	}
	if session != "" {
		parts = append(parts, "session_id", session)
	}
	return strings.Join(parts, "|")
}

// signedFields reads the two fields of a body that are signed, by their exact names: a decoder that takes EVENT for event
// would sign for something else than what is worked.
func signedFields(body []byte) (event, session string, ok bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return "", "", false
	}
	if json.Unmarshal(fields["event"], &event) != nil || event == "" {
		return "", "", false
	}
	if text, found := fields["session_id"]; found && json.Unmarshal(text, &session) != nil {
		return "", "", false
	}
	return event, session, true
}

// mostUpdated bounds how many transactions one webhook may name. It is more than fit into one that is taken, by the ids the
// vendor gives them.
const mostUpdated = 1500

// ErrUnreadable means that a body is no webhook.
var ErrUnreadable = errors.New("webhook: unreadable")

// hint is what of a webhook is read. But for the event, which is signed, what is not as it should be is let be: a hint
// without its merchant still is one.
type hint struct {
	Event          string          `json:"event"`
	ExternalUserID json.RawMessage `json:"external_user_id"`
	Merchant       json.RawMessage `json:"merchant"`
	TaskID         any             `json:"task_id"`
	Updated        json.RawMessage `json:"updated"`
	Data           json.RawMessage `json:"data"`
}

// Parse reads a webhook. Fields and events nobody knows yet are let be; those it knows must have their exact names.
func Parse(text []byte) (accounts.VendorEvent, error) {
	event, session, ok := signedFields(text)
	if !ok {
		return accounts.VendorEvent{}, ErrUnreadable
	}
	var told hint
	if err := json.Unmarshal(text, &told); err != nil || told.Event != event {
		return accounts.VendorEvent{}, ErrUnreadable
	}
	merchant, data := members(told.Merchant), members(told.Data)
	parsed := accounts.VendorEvent{
		Event: clip(event), SessionID: clip(session), UserRef: word(told.ExternalUserID), TaskID: digits(told.TaskID),
		Updated: updatedIDs(told.Updated), Reason: reason(data["reason"]),
	}
	parsed.MerchantID, _ = strconv.ParseInt(number(merchant["id"]), 10, 64)
	_ = json.Unmarshal(data["send_card"], &parsed.SendCard)
	return parsed, nil
}

// members are the fields of an object; none of what is no object.
func members(raw json.RawMessage) (fields map[string]json.RawMessage) {
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	return fields
}

// word is a text that fits to be stored; empty for what is none.
func word(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return clip(text)
}

var reasonPattern = regexp.MustCompile(`^[a-z][a-z -]{0,99}$`)

// reason is one of the vendor's; what does not look like one, such as what has digits, is not kept.
func reason(raw json.RawMessage) string {
	text := word(raw)
	if !reasonPattern.MatchString(text) {
		return ""
	}
	return text
}

// number is a number as its digits.
func number(raw json.RawMessage) string {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return ""
	}
	return digits(value)
}

// updatedIDs reads the ids of transactions out of a list of objects, or one object in its place.
func updatedIDs(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var ids []string
	for _, one := range list {
		if id := word(members(one)["id"]); id != "" && len(ids) < mostUpdated {
			ids = append(ids, id)
		}
	}
	return ids
}

// digits reads a number that may be written as a string of digits; empty where it is neither.
func digits(value any) string {
	text := ""
	switch value := value.(type) {
	case float64: // below 2^53 it is exact, and the vendor's numbers are
		text = strconv.FormatFloat(value, 'f', -1, 64)
	case string:
		text = value
	}
	if _, err := strconv.ParseUint(text, 10, 64); err != nil {
		return ""
	}
	return text
}

// clip makes a text of the vendor's fit to be stored.
func clip(text string) string {
	const most = 200
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "")
	}
	return text
}
