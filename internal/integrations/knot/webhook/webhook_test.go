package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/accounts"
)

const secret = "example-secret"

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("../testdata/fixtures/" + name + ".webhook.json")
	require.NoError(t, err)
	return body
}

func sign(message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// The three vectors that come with the vendor's facts. The body of the first is not published, only its message.
func TestTheSignatureVectorsVerify(t *testing.T) {
	t.Parallel()
	require.Equal(t, "vAPNQdiG+KfKIF5BLNlSoEnG2W15wuNWYK2gzQpRSbM=",
		sign(message(178, "application/json", "HMAC-SHA256", "CARD_UPDATED", "fb5aa994-ed1c-4c3e-b29a-b2a53222e584")))
	for name, signature := range map[string]string{
		"new_transactions": "uzAojv1PMJSWvNz0qj7JUIL+Sja4r1B7+6f2kQZTM5Q=",
		"authenticated":    "FzMZHo6805t15Dhq6SCVd74v+soVRrItki3h4deCXm8=",
	} {
		body := fixture(t, name)
		headers := Headers{Signature: signature, ContentType: "application/json", EncryptionType: "HMAC-SHA256"}
		require.True(t, NewVerifier(secret).Verify(headers, body), name)
		headers.EncryptionType = ""
		require.True(t, NewVerifier(secret).Verify(headers, body), "without the header the one kind there is counts")
		headers.ContentType = "application/json; charset=utf-8"
		require.True(t, NewVerifier(secret).Verify(headers, body), "a charset may stand behind what was signed")
		require.False(t, NewVerifier("another").Verify(headers, body))
		require.False(t, NewVerifier("").Verify(headers, body), "without a secret nothing is good")
		require.False(t, NewVerifier(secret).Verify(headers, append(body, ' ')), "another length")
		headers.EncryptionType = "none"
		require.False(t, NewVerifier(secret).Verify(headers, body))
	}
}

func TestWhatIsNotSignedIsRefused(t *testing.T) {
	t.Parallel()
	verifier := NewVerifier(secret)
	body := fixture(t, "new_transactions")
	for _, signature := range []string{"", "=", "AAAA", "not base64!", strings.Repeat("A", 10_000), sign("")} {
		require.False(t, verifier.Verify(Headers{Signature: signature, ContentType: "application/json"}, body), signature)
	}
	// The empty event, a missing one and one in other letters are none: what is signed must be what is worked.
	for _, body := range []string{"", "null", "[]", `"event"`, `{}`, `{"event":""}`, `{"event":7}`, `{"EVENT":"X"}`, `{"event":"X","session_id":7}`} {
		signature := sign(message(len(body), "application/json", "HMAC-SHA256", "", ""))
		require.False(t, verifier.Verify(Headers{Signature: signature, ContentType: "application/json"}, []byte(body)), body)
		_, err := Parse([]byte(body))
		require.ErrorIs(t, err, ErrUnreadable, body)
	}
	_, err := Parse([]byte(`{"event":"A","EVENT":"B"}`))
	require.ErrorIs(t, err, ErrUnreadable, "two names for one field")
}

// U10: a session that is null or empty is none, whether it was signed as one or as an empty one.
func TestAnEmptySessionIsNone(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"event":"X","session_id":null}`, `{"event":"X","session_id":""}`} {
		text := message(len(body), "application/json", "HMAC-SHA256", "X", "")
		for _, signature := range []string{sign(text), sign(text + "|session_id|")} {
			require.True(t, NewVerifier(secret).Verify(Headers{Signature: signature, ContentType: "application/json"}, []byte(body)), body)
		}
		signature := sign(text + "|session_id|x")
		require.False(t, NewVerifier(secret).Verify(Headers{Signature: signature, ContentType: "application/json"}, []byte(body)), body)
	}
}

func TestWebhooksAreReadTolerantly(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]accounts.VendorEvent{
		"new_transactions": {Event: accounts.EventNewTransactions, UserRef: "u-1001", MerchantID: 19},
		"updated_transactions": {
			Event: accounts.EventUpdatedTransactions, UserRef: "u-1001", MerchantID: 19, Updated: []string{"6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10"},
		},
		"login_required":  {Event: accounts.EventLoginRequired, UserRef: "u-1001", MerchantID: 19},
		"merchant_status": {Event: accounts.EventMerchantStatus, MerchantID: 45},
		"card_failed": {
			Event: accounts.EventCardFailed, UserRef: "u-1001", MerchantID: 19, SessionID: "0b8f6c1e-2f5d-4a37-9a0e-6c0d9f6f1a42", TaskID: "90412",
			Reason: "card expired",
		},
		"authenticated": {
			Event: accounts.EventAuthenticated, UserRef: "u-1001", MerchantID: 19, SessionID: "0b8f6c1e-2f5d-4a37-9a0e-6c0d9f6f1a42", TaskID: "90412",
		},
	} {
		parsed, err := Parse(fixture(t, name))
		require.NoError(t, err)
		require.Equal(t, want, parsed, name)
	}
	for body, want := range map[string]accounts.VendorEvent{
		`{"event":"NEW_THING","surprise":{"a":[1]}}`:                     {Event: "NEW_THING"},
		`{"event":"AUTHENTICATED","task_id":"7","data":{"card_id":""}}`:  {Event: accounts.EventAuthenticated, TaskID: "7"},
		`{"event":"AUTHENTICATED","task_id":-7,"data":null}`:             {Event: accounts.EventAuthenticated},
		`{"event":"AUTHENTICATED","data":{"send_card":true}}`:            {Event: accounts.EventAuthenticated, SendCard: true},
		`{"event":"SYNC_CART_SUCCEEDED","timestamp":"1767225600123"}`:    {Event: "SYNC_CART_SUCCEEDED"},
		`{"event":"UPDATED_TRANSACTIONS_AVAILABLE","updated":[{},null]}`: {Event: accounts.EventUpdatedTransactions},
		`{"event":"CARD_FAILED","data":{"reason":"third-party payment method on subscription"}}`: {
			Event: accounts.EventCardFailed, Reason: "third-party payment method on subscription",
		},
		`{"event":"CARD_FAILED","data":{"reason":"card 4111111111111111 declined"}}`: {Event: accounts.EventCardFailed}, // not to be kept
		// One in the place of many, a text in the place of a number, and what is neither, which takes nothing else with it.
		`{"event":"UPDATED_TRANSACTIONS_AVAILABLE","merchant":{"id":"19"},"updated":{"id":"a"}}`: {
			Event: accounts.EventUpdatedTransactions, MerchantID: 19, Updated: []string{"a"},
		},
		`{"event":"UPDATED_TRANSACTIONS_AVAILABLE","external_user_id":"u-1","updated":[{"id":7},"b",{"id":"a\u0000"}]}`: {
			Event: accounts.EventUpdatedTransactions, UserRef: "u-1", Updated: []string{"a"},
		},
		`{"event":"NEW_TRANSACTIONS_AVAILABLE","external_user_id":"u-1","merchant":19,"updated":"all","data":[]}`: {
			Event: accounts.EventNewTransactions, UserRef: "u-1",
		},
		`{"event":"NEW_TRANSACTIONS_AVAILABLE","external_user_id":7,"merchant":{"id":1.5},"data":{"send_card":"yes","reason":3}}`: {
			Event: accounts.EventNewTransactions,
		},
	} {
		parsed, err := Parse([]byte(body))
		require.NoError(t, err, body)
		require.Equal(t, want, parsed, body)
	}
}

// Whatever is sent, reading it ends in an event or in a refusal.
func TestReadingAnythingEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		NewVerifier(secret).Verify(Headers{Signature: rapid.String().Draw(t, "signature")}, body)
		_, _ = Parse(body)
	})
}

// Whatever fits into a webhook that is taken is heard: what changed is not told again.
func TestAllOrdersOfAFullWebhookAreHeard(t *testing.T) {
	t.Parallel()
	const most = 64 << 10 // bytes that are taken
	body, ids := `{"event":"UPDATED_TRANSACTIONS_AVAILABLE","updated":[`, 0
	for len(body)+60 < most {
		body += fmt.Sprintf(`{"id":"6f1f3f0c-6a1f-4f0e-9d0b-%012d"},`, ids)
		ids++
	}
	parsed, err := Parse([]byte(strings.TrimSuffix(body, ",") + `]}`))
	require.NoError(t, err)
	require.Len(t, parsed.Updated, ids)
}
