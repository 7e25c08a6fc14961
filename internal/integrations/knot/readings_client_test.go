package knot_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot/contract"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// Checks of openQuestions that the client alone answers.

// noOrder is an id no order has.
const noOrder = "6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10"

// asks sends a request that the client never would, and returns the status and the answer.
func (v *vendor) asks(t *testing.T, method, path, body string) (status int, answer string) {
	t.Helper()
	return ask(t, v.Simulator, method, path, body)
}

func ask(t *testing.T, simulator http.Handler, method, path, body string) (status int, answer string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	request.SetBasicAuth(clientID, secret)
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	simulator.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

// newRecordedVendor is newVendor, with the requests of the client written down.
func newRecordedVendor(t *testing.T, readings simulated.Readings) (v *vendor, sent *[]string) {
	t.Helper()
	v = newVendor(t, readings)
	sent = &[]string{}
	var err error
	v.client, err = live.New(live.Config{
		BaseURL: v.url, ClientID: clientID, Secret: secret, Environment: "development",
		Transport: watched(func(r *http.Request) (*http.Response, error) {
			body := []byte{}
			if r.Body != nil {
				body, _ = io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			*sent = append(*sent, r.URL.String()+" "+string(body))
			return direct{v.Simulator}.RoundTrip(r)
		}),
	}, v.clock)
	require.NoError(t, err)
	return v, sent
}

type watched func(r *http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (w watched) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func limitsAreSaid(t *testing.T, readings simulated.Readings) {
	v, sent := newRecordedVendor(t, readings)
	v.Add("u-1", 19, simulated.Made("u-1", 19, v.clock.Now(), 0, 150)...)
	cursor := ""
	for _, orders := range []int{100, 50} {
		page, err := v.client.OrderPage(t.Context(), "u-1", 19, cursor)
		require.NoError(t, err)
		require.Len(t, page.Orders, orders)
		require.Contains(t, (*sent)[len(*sent)-1], `"limit":100`)
		cursor = page.Next
	}
	// Without a limit the vendor's own counts, whichever it is.
	_, answer := v.asks(t, http.MethodPost, "/transactions/sync", `{"external_user_id":"u-1","merchant_id":19}`)
	var page struct {
		Transactions []struct{} `json:"transactions"`
		Limit        int        `json:"limit"`
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &page))
	require.Equal(t, map[bool]int{false: 100, true: 5}[readings.SmallLimit], page.Limit)
	require.Len(t, page.Transactions, page.Limit)
}

func codesDecide(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	v.Link("u-1", 19)
	_, err := v.client.OrderPage(t.Context(), "u-1", 45, "")
	require.ErrorIs(t, err, accounts.ErrNotLinked)
	_, err = v.client.OrderPage(t.Context(), "nobody", 19, "")
	require.ErrorIs(t, err, accounts.ErrNotLinked)
	_, err = v.client.LinkedAccounts(t.Context(), "nobody")
	require.ErrorIs(t, err, accounts.ErrUserUnknown)
	_, err = v.client.Order(t.Context(), "u-1", 19, noOrder)
	require.ErrorIs(t, err, accounts.ErrOrderUnknown)
	_, err = v.client.ExtendSession(t.Context(), "u-1", noOrder)
	require.ErrorIs(t, err, accounts.ErrSessionOver)
	require.NoError(t, v.client.Unlink(t.Context(), "u-1", 45))
	require.NoError(t, v.client.Unlink(t.Context(), "nobody", 45))
	require.NoError(t, v.client.DeleteUser(t.Context(), "nobody"))
}

func merchantsAreRead(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	listed, err := v.client.Merchants(t.Context(), accounts.ProductTransactions)
	require.NoError(t, err)
	require.Len(t, listed, 7)
	require.Equal(t, accounts.VendorMerchant{ID: 12, Name: "Target", LogoURL: "https://img.example.test/12.png"}, listed[0])
}

// verified reports whether a webhook counts as it comes.
func verified(delivery simulated.Delivery) bool {
	return webhook.NewVerifier(secret).Verify(webhook.Headers{
		Signature: delivery.Header.Get("Knot-Signature"), ContentType: delivery.Header.Get("Content-Type"),
		EncryptionType: delivery.Header.Get("Encryption-Type"),
	}, delivery.Body)
}

func webhooksCount(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	v.Link("u-1", 19)
	session := noOrder
	for _, delivery := range []simulated.Delivery{
		v.EmitNew("u-1", 19), v.EmitUpdated("u-1", 19, noOrder),
		v.Emit(simulated.Webhook{Event: "AUTHENTICATED", SessionID: &session, TaskID: 7, ExternalUserID: "u-1"}),
	} {
		require.True(t, verified(delivery), "%s %v", delivery.Body, delivery.Header)
		require.Equal(t, readings.NoEncryptionType, delivery.Header.Get("Encryption-Type") == "")
		require.Equal(t, readings.CharsetSuffix, strings.Contains(delivery.Header.Get("Content-Type"), "charset"))
		event, err := webhook.Parse(delivery.Body)
		require.NoError(t, err)
		require.Equal(t, "u-1", event.UserRef)
		require.Equal(t, event.Event == accounts.EventAuthenticated, event.SessionID != "")
		delivery.Body = append(delivery.Body, ' ')
		require.False(t, verified(delivery), "another length")
	}
	require.Equal(t, readings.NullSession, bytes.Contains(v.Sent()[0].Body, []byte(`"session_id":null`)))
}

func lengthsAreInBytes(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	require.True(t, verified(v.EmitNew("u-1", 19)), "what is plain ASCII counts either way")
	require.Equal(t, !readings.LengthInCharacters, verified(v.EmitNew("zoë", 19)))
}

func limitsAreWaitedFor(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	v.Link("u-1", 19)
	v.Fail(simulated.Fault{Status: 429, RetryAfter: 1, Times: 2})
	_, err := v.client.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, 3, v.Calls("getAccounts"))
}

// seal encrypts a card as a browser does.
func seal(t *testing.T, key accounts.CardKey) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"kty": key.Kty, "alg": key.Alg, "use": key.Use, "kid": key.Kid, "n": key.N, "e": key.E, "key_ops": key.KeyOps,
	})
	require.NoError(t, err)
	public, err := jwk.ParseKey(text)
	require.NoError(t, err)
	headers := jwe.NewHeaders()
	require.NoError(t, headers.Set(jwe.KeyIDKey, key.Kid))
	const card = `{"user":{"name":{"first_name":"Dana","last_name":"Kim"},"phone_number":"+14155550100"},
		"card":{"number":"4242424242424242","expiration":"12/2039","cvv":"123"}}`
	sealed, err := jwe.Encrypt([]byte(card), jwe.WithKey(jwa.RSA_OAEP_256, public),
		jwe.WithContentEncryption(jwa.A256GCM), jwe.WithProtectedHeaders(headers))
	require.NoError(t, err)
	return string(sealed)
}

// task has somebody sign in for a card switch at DoorDash, and returns the task that waits for the card.
func (v *vendor) task(t *testing.T, ref string) string {
	t.Helper()
	session, err := v.client.StartSession(t.Context(), ref, accounts.ProductCardSwitcher, "card-7")
	require.NoError(t, err)
	require.NoError(t, v.Login(t.Context(), session.ID, 19))
	return v.last(t).TaskID
}

// last is the last webhook that was sent.
func (v *vendor) last(t *testing.T) accounts.VendorEvent {
	t.Helper()
	sent := v.Sent()
	event, err := webhook.Parse(sent[len(sent)-1].Body)
	require.NoError(t, err)
	return event
}

func cardsGoEncrypted(t *testing.T) {
	v, sent := newRecordedVendor(t, simulated.Readings{})
	task := v.task(t, "u-1")
	key, err := v.client.CardKey(t.Context())
	require.NoError(t, err)
	sealed := seal(t, key)
	_, err = v.client.SendCard(t.Context(), "u-1", task, sealed)
	require.NoError(t, err)
	require.Equal(t, accounts.EventCardUpdated, v.last(t).Event)
	address, body, _ := strings.Cut((*sent)[len(*sent)-1], " ")
	require.Equal(t, v.url+"/card", address)
	require.JSONEq(t, `{"task_id":"`+task+`","jwe":"`+sealed+`"}`, body)
	require.NotContains(t, string(contract.Document), "secure.")
}

func tasksMayBeOver(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	key, err := v.client.CardKey(t.Context())
	require.NoError(t, err)
	task := v.task(t, "u-1")
	v.clock.Advance(16 * time.Second)
	_, err = v.client.SendCard(t.Context(), "u-1", task, seal(t, key))
	if readings.LateTask400 {
		require.ErrorIs(t, err, accounts.ErrTaskOver)
		require.Equal(t, accounts.EventAuthenticated, v.last(t).Event, "and nothing comes")
	} else {
		require.NoError(t, err)
		require.Equal(t, accounts.EventCardFailed, v.last(t).Event)
		require.Equal(t, "did not receive payment method information", v.last(t).Reason)
	}
	told := len(v.Sent())
	_, err = v.client.SendCard(t.Context(), "u-1", "424242", seal(t, key))
	require.Equal(t, !readings.UnknownTaskTaken, err != nil)
	if err != nil {
		require.ErrorIs(t, err, accounts.ErrTaskOver)
	}
	require.Len(t, v.Sent(), told, "nothing comes of one there is none of")
	lateSwitchesEnd(t, readings)
}

func detectIsNotAsked(t *testing.T) {
	require.NotContains(t, strings.ToLower(string(contract.Document)), "detected")
	status, _ := newVendor(t, simulated.Readings{}).asks(t, http.MethodGet, "/detected_accounts/get?external_user_id=u-1", "")
	require.Equal(t, http.StatusNotFound, status, "nor does the simulator know it")
}

func lifecyclesAreNotRead(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	v.Link("u-1", 19)
	want := accounts.VendorAccount{MerchantID: 19, MerchantName: "DoorDash", AccountName: "DoorDash account", Transactions: true, Cards: true}
	linked, err := v.client.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, []accounts.VendorAccount{want}, linked)
	v.Disconnect("u-1", 19)
	want.LoginLost, want.Cards = true, false
	linked, err = v.client.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Equal(t, []accounts.VendorAccount{want}, linked)
	_, answer := v.asks(t, http.MethodGet, "/accounts/get?external_user_id=u-1", "")
	require.Equal(t, readings.Lifecycle != "", strings.Contains(answer, `"lifecycle":{"status":"`+readings.Lifecycle))
}

func loyaltyIsNotRead(t *testing.T, readings simulated.Readings) {
	read := func(v *vendor) accounts.Order {
		v.Add("u-1", 19, simulated.Made("u-1", 19, v.clock.Now(), 0, 1)...)
		page, err := v.client.OrderPage(t.Context(), "u-1", 19, "")
		require.NoError(t, err)
		require.NoError(t, page.Orders[0].Validate())
		again, err := v.client.Order(t.Context(), "u-1", 19, page.Orders[0].VendorID)
		require.NoError(t, err)
		require.Equal(t, page.Orders[0], again)
		return again
	}
	v := newVendor(t, readings)
	require.Equal(t, read(newVendor(t, simulated.Readings{})), read(v))
	_, answer := v.asks(t, http.MethodPost, "/transactions/sync", `{"external_user_id":"u-1","merchant_id":19}`)
	require.Equal(t, readings.Loyalty != nil, strings.Contains(answer, `"loyalty":`))
}

// everyCallIsTaken makes each call the client has, with everything it can say.
func everyCallIsTaken(t *testing.T, readings simulated.Readings) {
	v := newVendor(t, readings)
	v.Add("u-1", 19, simulated.Made("u-1", 19, v.clock.Now(), 0, 101)...)
	session, err := v.client.StartSession(t.Context(), "u-1", accounts.ProductTransactions, "")
	require.NoError(t, err)
	_, err = v.client.ExtendSession(t.Context(), "u-1", session.ID)
	require.NoError(t, err)
	merchantsAreListed(t, subject{linker: v.client})
	linked, err := v.client.LinkedAccounts(t.Context(), "u-1")
	require.NoError(t, err)
	require.Len(t, linked, 1)
	first, err := v.client.OrderPage(t.Context(), "u-1", 19, "")
	require.NoError(t, err)
	second, err := v.client.OrderPage(t.Context(), "u-1", 19, first.Next)
	require.NoError(t, err)
	require.Len(t, append(first.Orders, second.Orders...), 101)
	_, err = v.client.Order(t.Context(), "u-1", 19, second.Orders[0].VendorID)
	require.NoError(t, err)
	key, err := v.client.CardKey(t.Context())
	require.NoError(t, err)
	_, err = v.client.SendCard(t.Context(), "u-1", v.task(t, "u-1"), seal(t, key))
	require.NoError(t, err)
	require.NoError(t, v.client.Unlink(t.Context(), "u-1", 19))
	require.NoError(t, v.client.DeleteUser(t.Context(), "u-1"))
	for _, operation := range []string{
		"createSession", "extendSession", "listMerchants", "getAccounts", "syncTransactions", "getTransaction", "getKey", "sendCard",
		"unlinkAccount", "deleteUser",
	} {
		require.Positive(t, v.Calls(operation), operation)
	}
	// The reading is played: what we do not send would be refused, or not.
	status, _ := v.asks(t, http.MethodPost, "/session/create", `{"type":"link","external_user_id":"u-1","contact":{}}`)
	require.Equal(t, readings.StrictFields, status == http.StatusBadRequest)
}
