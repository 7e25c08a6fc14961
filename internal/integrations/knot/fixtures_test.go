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
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// The fixtures are the examples that come with the vendor's facts: each is sent or read by the client, and taken or sent by
// the simulator. What one side does not do is named here, with why.
var (
	notTheClients = map[string]string{
		"refresh_transactions.request": "the vendor looks at merchants by itself",
		"detected_accounts.response":   "Detect is another product",
		"link_account.request":         "the client never does what a person should",
		"disconnect_account.request":   "the same",
	}
	notTheSimulators = map[string]string{
		"refresh_transactions.request": "nobody here asks for it",
		"detected_accounts.response":   "nor for Detect",
	}
)

// passed notes which fixtures a side has passed; all must be, but those it does not do.
type passed struct {
	mu    sync.Mutex
	names map[string]bool
}

func (p *passed) take(t *testing.T, name string) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.names == nil {
		p.names = map[string]bool{}
	}
	p.names[name] = true
	return fixture(t, name)
}

func (p *passed) areAllBut(t *testing.T, except map[string]string) {
	t.Helper()
	files, err := filepath.Glob("testdata/fixtures/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if strings.HasSuffix(name, ".webhook") {
			continue // see TestBothSidesPassEveryWebhookFixture
		}
		require.Equal(t, except[name] == "", p.names[name], name)
	}
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "fixtures", name+".json"))
	require.NoError(t, err)
	return string(text)
}

// sentAt is the time in the fixtures' answers.
var sentAt = time.Date(2026, 1, 14, 19, 5, 0, 0, time.UTC)

// TestTheClientPassesEveryFixture holds what the client sends to the fixture of the request, and what it makes of the
// fixture of the answer.
func TestTheClientPassesEveryFixture(t *testing.T) {
	t.Parallel()
	var done passed
	t.Cleanup(func() { done.areAllBut(t, notTheClients) })
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
		{"", "sync_transactions.response", 200, func(c *live.Client) (any, error) { return c.Order(t.Context(), "u-1001", 19, order.VendorID) }, order, ""},
		{"", "done.response", 200, func(c *live.Client) (any, error) { return true, c.DeleteUser(t.Context(), "u-1001") }, true, ""},
		{"", "invalid_field.failure", 400, func(c *live.Client) (any, error) { return nil, c.DeleteUser(t.Context(), "u-1001") }, nil, "INVALID_FIELD"},
	} {
		t.Run(test.answer+" "+test.request, func(t *testing.T) {
			t.Parallel()
			answer := done.take(t, test.answer)
			var sent []byte
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sent, _ = io.ReadAll(r.Body)
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(test.status)
				if strings.HasPrefix(r.URL.Path, "/transactions/6f1f3f0c") { // the same as the one of the page
					answer = onlyTransaction(answer)
				}
				_, _ = io.WriteString(w, answer)
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
				require.Subset(t, members(t, []byte(done.take(t, test.request))), members(t, sent), "nothing is sent that the fixture does not have")
			}
		})
	}
}

// onlyTransaction is the one transaction of a page. It is empty for what is no such page, which no client takes for one.
func onlyTransaction(page string) string {
	var told struct {
		Transactions []json.RawMessage `json:"transactions"`
	}
	if json.Unmarshal([]byte(page), &told) != nil || len(told.Transactions) != 1 {
		return ""
	}
	return string(told.Transactions[0])
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

// TestTheSimulatorPassesEveryFixture has the simulator take every request, and answer what the fixtures hold.
func TestTheSimulatorPassesEveryFixture(t *testing.T) {
	t.Parallel()
	var passing passed
	v := newVendor(t, simulated.Readings{})
	get := func(path string) (int, string) { return v.asks(t, http.MethodGet, path, "") }
	post := func(path, body string) (int, string) { return v.asks(t, http.MethodPost, path, body) }
	page := passing.take(t, "sync_transactions.response")
	var told struct {
		Transactions []simulated.Transaction `json:"transactions"`
	}
	require.NoError(t, json.Unmarshal([]byte(page), &told))
	v.Add("u-1001", 19, told.Transactions...)

	// A session has an id of its own; but for that the answers are those of the fixtures.
	const session = "0b8f6c1e-2f5d-4a37-9a0e-6c0d9f6f1a42"
	status, answer := post("/session/create", passing.take(t, "create_session.request"))
	require.Equal(t, 200, status)
	opened := members(t, []byte(answer))["session"].(string)
	require.NoError(t, uuid.Validate(opened))
	require.JSONEq(t, strings.Replace(passing.take(t, "create_session.response"), session, opened, 1), answer)
	status, answer = post("/session/extend", strings.Replace(passing.take(t, "extend_session.request"), session, opened, 1))
	require.Equal(t, 200, status)
	require.JSONEq(t, strings.Replace(passing.take(t, "extend_session.response"), session, opened, 1), answer)
	status, answer = post("/session/extend", fixture(t, "extend_session.request"))
	require.Equal(t, 400, status, "there is no such session")
	require.Contains(t, answer, "SESSION_NOT_FOUND")

	status, answer = post("/merchant/list", passing.take(t, "list_merchants.request"))
	require.Equal(t, 200, status)
	require.JSONEq(t, passing.take(t, "list_merchants.response"), answer)
	status, answer = get("/accounts/get?external_user_id=u-1001")
	require.Equal(t, 200, status)
	// Cards may be put on file there, which the fixture's account does not say.
	require.JSONEq(t, strings.Replace(passing.take(t, "get_accounts.response"), `"scopes":[]`, `"scopes":[{"type":"update_card"}]`, 1), answer)

	// The one order is all there is, so that no cursor leads on; and the fixture's is one of the form the simulator has.
	status, answer = post("/transactions/sync", passing.take(t, "sync_transactions.request"))
	require.Equal(t, 200, status)
	require.JSONEq(t, strings.Replace(page, `"eyJpZCI6NDEyMDcsIl9wb2ludHNUb05leHRJdGVtcyI6dHJ1ZX0"`, "null", 1), answer)
	require.EqualValues(t, 41207, simulated.CursorRow("eyJpZCI6NDEyMDcsIl9wb2ludHNUb05leHRJdGVtcyI6dHJ1ZX0"))
	status, answer = get("/transactions/" + told.Transactions[0].ID)
	require.Equal(t, 200, status)
	require.JSONEq(t, onlyTransaction(page), answer)

	status, answer = post("/card", passing.take(t, "send_card.request"))
	require.Equal(t, 400, status, "it is no real JWE")
	require.Contains(t, answer, "INVALID_JWE")
	status, answer = post("/development/accounts/link", strings.ReplaceAll(passing.take(t, "link_account.request"), "u-1001", "u-1002"))
	require.Equal(t, 200, status)
	require.JSONEq(t, passing.take(t, "done.response"), answer)
	require.Len(t, v.Transactions("u-1002", 19), 205)
	for _, step := range []struct{ path, request string }{
		{"/development/accounts/disconnect", "disconnect_account.request"}, {"/accounts/unlink", "unlink_account.request"},
	} {
		status, answer = post(step.path, passing.take(t, step.request))
		require.Equal(t, 200, status)
		require.JSONEq(t, passing.take(t, "done.response"), answer)
	}
	require.Empty(t, v.Violations())

	// A request that lacks a field is refused in the vendor's words and noted.
	stranger := newVendorWithoutCheck(t)
	status, answer = ask(t, stranger, http.MethodPost, "/session/create", `{"external_user_id":"u-1"}`)
	require.Equal(t, 400, status)
	want, got := members(t, []byte(passing.take(t, "invalid_field.failure"))), members(t, []byte(answer))
	require.Equal(t, []any{want["error_type"], want["error_code"]}, []any{got["error_type"], got["error_code"]})
	require.NotEmpty(t, got["error_message"])
	require.Len(t, stranger.Violations(), 1)

	// What nobody here uses it does not pretend to have.
	status, _ = post("/transactions/refresh", fixture(t, "refresh_transactions.request"))
	require.Equal(t, 404, status)
	status, _ = post("/detected-accounts/list", `{"external_user_id":"u-1001"}`)
	require.Equal(t, 404, status)
	passing.areAllBut(t, notTheSimulators)
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
		"a card number for a brand": {func(x *simulated.Transaction) { x.PaymentMethods[0].Brand = text("Visa 4111111111111111") }, func(t *testing.T, order accounts.Order) {
			require.Empty(t, order.Payments[0].Brand)
		}, false},
		"a brand nobody knows": {func(x *simulated.Transaction) { x.PaymentMethods[0].Brand = text("EBTSNAP") }, func(t *testing.T, order accounts.Order) {
			require.Equal(t, "ebtsnap", order.Payments[0].Brand)
		}, false},
		"a brand of two words": {func(x *simulated.Transaction) { x.PaymentMethods[0].Brand = text("AMERICAN_EXPRESS") }, func(t *testing.T, order accounts.Order) {
			require.Equal(t, accounts.BrandAmex, order.Payments[0].Brand)
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
