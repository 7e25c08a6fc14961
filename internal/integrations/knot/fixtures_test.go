package knot_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// The fixtures are the examples that come with the vendor's facts: each is sent or read by the client, and taken or sent by
// the simulator. Those of endpoints we do not use are named here.
var unused = map[string]string{
	"refresh_transactions.request": "the vendor looks at merchants by itself",
	"detected_accounts.response":   "Detect is another product",
	"link_account.request":         "the client never does what a person should; the simulator takes it",
	"disconnect_account.request":   "the same",
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "fixtures", name+".json"))
	require.NoError(t, err)
	return string(text)
}

// someday is before every time in the fixtures' answers.
var sentAt = time.Date(2026, 1, 14, 19, 5, 0, 0, time.UTC)

// TestTheClientPassesEveryFixture holds what the client sends to the fixture of the request, and what it makes of the
// fixture of the answer.
func TestTheClientPassesEveryFixture(t *testing.T) {
	t.Parallel()
	order := accounts.Order{
		VendorID: "6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10", ExternalID: "dd-77120", PlacedAt: sentAt, Status: accounts.OrderDelivered,
		Currency: "USD", Subtotal: 1500, Total: 1840, URL: "https://merchant.example.test/orders/dd-77120",
		Items: []accounts.OrderItem{{Name: "Noodle bowl", ProductID: "p-9", Quantity: 1, UnitPrice: 1500, Total: 1500}},
		Adjustments: []accounts.OrderAdjustment{
			{Type: accounts.AdjustmentTax, Label: "Tax", Amount: 120}, {Type: accounts.AdjustmentFee, Label: "Delivery", Amount: 220},
		},
		Payments: []accounts.OrderPayment{{Type: accounts.PaymentCard, Brand: accounts.BrandVisa, LastFour: "1111", Amount: 1840}},
	}
	for _, test := range []struct {
		request, answer string
		status          int
		call            func(client *live.Client) (any, error)
		want            any
		refused         string
	}{
		{"create_session.request", "create_session.response", 200, func(c *live.Client) (any, error) {
			session, err := c.StartSession(t.Context(), "u-1001", accounts.ProductTransactions, "")
			return session.ID, err
		}, "0b8f6c1e-2f5d-4a37-9a0e-6c0d9f6f1a42", ""},
		{"extend_session.request", "extend_session.response", 200, func(c *live.Client) (any, error) {
			return c.ExtendSession(t.Context(), "u-1001", "0b8f6c1e-2f5d-4a37-9a0e-6c0d9f6f1a42")
		}, sentAt.Add(30 * time.Minute), ""},
		{"list_merchants.request", "list_merchants.response", 200, func(c *live.Client) (any, error) {
			return c.Merchants(t.Context(), accounts.ProductTransactions)
		}, []accounts.VendorMerchant{{ID: 19, Name: "DoorDash", LogoURL: "https://img.example.test/19.png"}}, ""},
		{
			"", "get_accounts.response", 200, func(c *live.Client) (any, error) { return c.LinkedAccounts(t.Context(), "u-1001") },
			[]accounts.VendorAccount{{MerchantID: 19, MerchantName: "DoorDash", AccountName: "DoorDash account", Transactions: true}},
			"",
		},
		{"sync_transactions.request", "sync_transactions.response", 200, func(c *live.Client) (any, error) {
			return c.OrderPage(t.Context(), "u-1001", 19, "")
		}, accounts.OrderPage{Orders: []accounts.Order{order}, Next: "eyJpZCI6NDEyMDcsIl9wb2ludHNUb05leHRJdGVtcyI6dHJ1ZX0"}, ""},
		{"unlink_account.request", "done.response", 200, func(c *live.Client) (any, error) {
			return true, c.Unlink(t.Context(), "u-1001", 19)
		}, true, ""},
		{"send_card.request", "done.response", 200, func(c *live.Client) (any, error) {
			return c.SendCard(t.Context(), "u-1001", "90412", "<header>.<encrypted key>.<iv>.<ciphertext>.<tag>")
		}, "", ""},
		{"", "invalid_field.failure", 400, func(c *live.Client) (any, error) { return nil, c.DeleteUser(t.Context(), "u-1001") }, nil, "INVALID_FIELD"},
	} {
		t.Run(test.answer+" "+test.request, func(t *testing.T) {
			t.Parallel()
			var sent []byte
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sent, _ = io.ReadAll(r.Body)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, fixture(t, test.answer))
			}))
			t.Cleanup(server.Close)
			client, err := live.New(live.Config{BaseURL: server.URL, ClientID: clientID, Secret: secret, Environment: "development"}, clock.NewFake(sentAt))
			require.NoError(t, err)
			got, err := test.call(client)
			if test.refused != "" {
				require.ErrorContains(t, err, test.refused)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
			if test.request != "" {
				require.Subset(t, members(t, []byte(fixture(t, test.request))), members(t, sent), "nothing is sent that the fixture does not have")
			}
		})
	}
}

// members are the members of a JSON object, without those that are null. What identifies people beyond our own reference,
// and what only narrows an answer, we never send.
func members(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, json.Unmarshal(text, &object))
	for name, value := range object {
		if value == nil {
			delete(object, name)
		}
	}
	return object
}

// TestTheSimulatorPassesEveryFixture has the simulator take every request, and answer and send what the fixtures hold.
func TestTheSimulatorPassesEveryFixture(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	post := func(path, body string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.url+path, strings.NewReader(body))
		require.NoError(t, err)
		request.SetBasicAuth(clientID, secret)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		answer, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(answer)
	}
	var page struct {
		Transactions []simulated.Transaction `json:"transactions"`
	}
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "sync_transactions.response")), &page))
	v.Add("u-1001", 19, page.Transactions...)

	status, answer := post("/session/create", fixture(t, "create_session.request"))
	require.Equal(t, 200, status)
	require.Regexp(t, `^\{"session":"[0-9a-f-]{36}"\}$`, answer)
	status, again := post("/session/extend", `{"session_id":`+strings.TrimPrefix(answer, `{"session":`))
	require.Equal(t, 200, status)
	require.Equal(t, answer, again)
	status, answer = post("/session/extend", fixture(t, "extend_session.request"))
	require.Equal(t, 400, status, "there is no such session")
	require.Contains(t, answer, "SESSION_NOT_FOUND")
	status, answer = post("/merchant/list", fixture(t, "list_merchants.request"))
	require.Equal(t, 200, status)
	require.JSONEq(t, fixture(t, "list_merchants.response"), answer)
	status, answer = post("/transactions/sync", fixture(t, "sync_transactions.request"))
	require.Equal(t, 200, status)
	require.JSONEq(t, strings.ReplaceAll(fixture(t, "sync_transactions.response"), `"eyJpZCI6NDEyMDcsIl9wb2ludHNUb05leHRJdGVtcyI6dHJ1ZX0"`, "null"), answer)
	require.EqualValues(t, 41207, simulated.CursorRow("eyJpZCI6NDEyMDcsIl9wb2ludHNUb05leHRJdGVtcyI6dHJ1ZX0"))
	status, answer = post("/card", fixture(t, "send_card.request"))
	require.Equal(t, 400, status, "it is no real JWE")
	require.Contains(t, answer, "INVALID_JWE")
	status, _ = post("/development/accounts/link", strings.ReplaceAll(fixture(t, "link_account.request"), "u-1001", "u-1002"))
	require.Equal(t, 200, status)
	require.Len(t, v.Transactions("u-1002", 19), 205)
	for path, request := range map[string]string{
		"/development/accounts/disconnect": "disconnect_account.request", "/accounts/unlink": "unlink_account.request",
	} {
		status, answer = post(path, strings.ReplaceAll(fixture(t, request), "u-1001", "u-1002"))
		if status == 200 {
			require.JSONEq(t, fixture(t, "done.response"), answer)
		} else {
			require.Contains(t, answer, "MERCHANT_ACCOUNT_NOT_FOUND", "unlinked before")
		}
	}
	require.Empty(t, v.Violations())

	// A request that lacks a field is refused in the vendor's words and noted.
	stranger := newVendorWithoutCheck(t)
	response := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/session/create", strings.NewReader(`{"external_user_id":"u-1"}`))
	request.SetBasicAuth(clientID, secret)
	request.Header.Set("Content-Type", "application/json")
	stranger.ServeHTTP(response, request)
	require.Equal(t, 400, response.Code)
	require.Equal(t, members(t, []byte(fixture(t, "invalid_field.failure")))["error_code"], members(t, response.Body.Bytes())["error_code"])
	require.Len(t, stranger.Violations(), 1)
}

func newVendorWithoutCheck(t *testing.T) *simulated.Simulator {
	t.Helper()
	return newSimulator(t, clock.NewFake(sentAt), simulated.Readings{})
}

// The webhooks of the fixtures are written by the simulator, signed by it, and verified and read by us.
func TestBothSidesPassEveryWebhookFixture(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/fixtures/*.webhook.json")
	require.NoError(t, err)
	require.Len(t, files, 6)
	simulator := newVendorWithoutCheck(t)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		body = bytes.TrimSpace(body)
		var hook simulated.Webhook
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		require.NoError(t, decoder.Decode(&hook), file)
		sent := simulator.Emit(hook)
		require.JSONEq(t, string(body), string(sent.Body), file)
		headers := webhook.Headers{
			Signature: sent.Header.Get("Knot-Signature"), ContentType: sent.Header.Get("Content-Type"), EncryptionType: sent.Header.Get("Encryption-Type"),
		}
		require.True(t, webhook.NewVerifier(secret).Verify(headers, sent.Body), file)
		event, err := webhook.Parse(sent.Body)
		require.NoError(t, err)
		require.Equal(t, hook.Event, event.Event)
		require.Equal(t, hook.ExternalUserID, event.UserRef)
	}
}

// No fixture is left lying about.
func TestEveryFixtureIsUsed(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("fixtures_test.go")
	require.NoError(t, err)
	files, err := filepath.Glob("testdata/fixtures/*.json")
	require.NoError(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if _, known := unused[name]; known || strings.HasSuffix(name, ".webhook") {
			continue
		}
		require.Contains(t, string(source), `"`+name+`"`)
	}
}

// Amounts, dates and lines as they come, and what becomes of those that are not whole.
func TestOddTransactionsAreReadOrRefused(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	for name, test := range map[string]struct {
		change func(t *simulated.Transaction)
		check  func(t *testing.T, order accounts.Order)
		wrong  bool
	}{
		"as it is": {func(*simulated.Transaction) {}, func(t *testing.T, order accounts.Order) { require.NotEmpty(t, order.Items) }, false},
		"no order id of the merchant's": {func(x *simulated.Transaction) { x.ExternalID = nil }, func(t *testing.T, order accounts.Order) {
			require.Equal(t, order.VendorID, order.ExternalID)
		}, false},
		"no currency": {func(x *simulated.Transaction) { x.Price.Currency = nil }, func(t *testing.T, order accounts.Order) {
			require.Equal(t, "USD", order.Currency)
		}, false},
		"an unknown status":   {func(x *simulated.Transaction) { x.OrderStatus = "TELEPORTED" }, func(t *testing.T, order accounts.Order) { require.Equal(t, accounts.OrderOther, order.Status) }, false},
		"a time without zone": {func(x *simulated.Transaction) { x.Datetime = "2024-01-28T02:49:30.088421" }, func(t *testing.T, order accounts.Order) { require.Equal(t, 2024, order.PlacedAt.Year()) }, false},
		"lines without prices": {func(x *simulated.Transaction) { x.Products = []simulated.Product{{Name: "Something"}, {Name: "More"}} }, func(t *testing.T, order accounts.Order) {
			require.Zero(t, order.Subtotal)
			require.Equal(t, "Not itemised", order.Adjustments[len(order.Adjustments)-1].Label)
		}, false},
		"three for a dollar": {func(x *simulated.Transaction) {
			x.Products = []simulated.Product{{Name: "Lemon", Quantity: number(3), Price: &simulated.ProductPrice{Total: text("1.00")}}}
		}, func(t *testing.T, order accounts.Order) {
			require.Equal(t, accounts.OrderItem{Name: "3 × Lemon", Quantity: 1, UnitPrice: 100, Total: 100}, order.Items[0])
		}, false},
		"payments that do not say how much": {func(x *simulated.Transaction) { x.PaymentMethods[0].TransactionAmount = nil }, func(t *testing.T, order accounts.Order) {
			require.Equal(t, order.Total, order.Payments[0].Amount)
		}, false},
		"no payments": {func(x *simulated.Transaction) { x.PaymentMethods = nil }, func(t *testing.T, order accounts.Order) {
			require.Equal(t, accounts.PaymentOther, order.Payments[0].Type)
		}, false},
		"a whole card number": {func(x *simulated.Transaction) { x.PaymentMethods[0].LastFour = text("4111111111111111") }, func(t *testing.T, order accounts.Order) {
			require.Empty(t, order.Payments[0].LastFour)
		}, false},
		"a link that is a script":         {func(x *simulated.Transaction) { x.URL = text("javascript:alert(1)") }, func(t *testing.T, order accounts.Order) { require.Empty(t, order.URL) }, false},
		"NUL in a name":                   {func(x *simulated.Transaction) { x.Products[0].Name = "a\x00b" }, func(t *testing.T, order accounts.Order) { require.Equal(t, "ab", order.Items[0].Name) }, false},
		"a total that is no amount":       {func(x *simulated.Transaction) { x.Price.Total = "12,50" }, nil, true},
		"more decimals than there are":    {func(x *simulated.Transaction) { x.Price.Total = "12.505" }, nil, true},
		"a currency there is none of":     {func(x *simulated.Transaction) { x.Price.Currency = text("XXQ") }, nil, true},
		"a time that is none":             {func(x *simulated.Transaction) { x.Datetime = "yesterday" }, nil, true},
		"no id":                           {func(x *simulated.Transaction) { x.ID = "" }, nil, true},
		"an amount no purse could hold":   {func(x *simulated.Transaction) { x.Price.Total = "9999999999999.00" }, nil, true},
		"an adjustment that is no amount": {func(x *simulated.Transaction) { x.Price.Adjustments[0].Amount = "-" }, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, simulated.Readings{})
			made := simulated.Made("u-1", 19, v.clock.Now(), 0, 1)
			test.change(&made[0])
			v.Add("u-1", 19, made...)
			page, err := v.client.OrderPage(t.Context(), "u-1", 19, "")
			require.NoError(t, err)
			if test.wrong {
				require.Error(t, page.Orders[0].Validate())
				return
			}
			require.NoError(t, page.Orders[0].Validate())
			test.check(t, page.Orders[0])
		})
	}
}
