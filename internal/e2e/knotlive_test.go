package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	vendors "github.com/lattice-money/lattice/internal/integrations/knot/contract"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// liveService is a whole Lattice in live mode in front of a simulator that really sends it webhooks.
type liveService struct {
	*service

	vendor *simulated.Simulator
	front  *httptest.Server // the vendor's
	server *httptest.Server // ours
}

func newLiveService(t *testing.T, readings simulated.Readings, changes ...func(*setup)) *liveService {
	t.Helper()
	// The two need each other's address: the vendor's webhooks go to a server that is given its service later.
	late := &lateHandler{}
	server := httptest.NewServer(late)
	t.Cleanup(server.Close)
	vendor, err := simulated.New(simulated.Config{
		Contract: vendors.Document, ClientID: "lattice", Secret: knotSecret, Now: time.Now, WebhookURL: server.URL + webhookPath,
		WebhookPause: 100 * time.Millisecond, Readings: readings,
	})
	require.NoError(t, err)
	front := httptest.NewServer(vendor)
	t.Cleanup(front.Close)
	t.Cleanup(vendor.Close)
	t.Cleanup(func() { require.Empty(t, vendor.Violations(), "every request meets the vendor's contract") })
	s := newService(t, append([]func(*setup){
		realTime, with("FEATURE_KNOT=true"), with("KNOT_BASE_URL=" + front.URL), with("KNOT_CLIENT_ID=lattice"),
	}, changes...)...)
	late.handler = s.app.Server()
	return &liveService{service: s, vendor: vendor, front: front, server: server}
}

type lateHandler struct{ handler http.Handler }

func (l *lateHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) { l.handler.ServeHTTP(w, r) }

// bought is how many orders of somebody's are stored.
func (s *liveService) bought(t *testing.T, c *client) int {
	t.Helper()
	return s.count(t, "transactions WHERE user_id = $1", c.user.ID)
}

// The whole way, as a person goes it: link, see the orders, divide one, look at a price, put a card on file, unlink.
func TestTheWholeWayLive(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{})
	dana := s.signUp(t, "Dana Kim")
	ref := dana.user.ID.String()

	// Onboarding: the browser says nothing but that it is done.
	session := dana.startLink()
	require.False(t, session.Mock)
	require.Equal(t, "lattice", session.ClientID)
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 45))
	result := decode[api.OnboardingResult](dana.completeLink(session, "").want(200))
	require.Equal(t, api.OnboardingResult{AccountsLinked: 2, OnboardingStatus: api.OnboardingStatusComplete}, result)
	accounts := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items
	require.Equal(t, "DoorDash", accounts[0].Institution)
	require.False(t, accounts[0].Mock)
	eventually(t, "all orders are there", func() bool { return s.bought(t, dana) == 80 })
	require.Len(t, dana.walk("/api/transactions", 50), 80)

	// More is bought, and one order changes; webhooks tell of both, and what the user made of an order stays.
	newest := dana.newestOrder()
	dana.patch(transactionPath(newest.ID), object{"category": "pets", "note": "For the cat"}).want(200)
	s.vendor.Add(ref, 19, simulated.Made(ref, 19, time.Now(), 40, 3)...)
	s.vendor.EmitNew(ref, 19)
	eventually(t, "the new orders are there", func() bool { return s.bought(t, dana) == 83 })
	vendorID := value[string](t, s.service, "SELECT vendor_id FROM transactions WHERE id = $1", newest.ID)
	s.vendor.Change(ref, newest.Merchant.ID, vendorID, func(x *simulated.Transaction) { x.OrderStatus = "RETURNED" })
	s.vendor.EmitUpdated(ref, newest.Merchant.ID, vendorID)
	eventually(t, "the change is there", func() bool { return dana.transaction(newest.ID).Status == "returned" })
	require.Equal(t, "pets", dana.transaction(newest.ID).Category)
	require.Equal(t, "For the cat", dana.transaction(newest.ID).Note.MustGet())

	// A real receipt is divided in a group, and a price it tells is found.
	order := dana.transaction(uuid.MustParse(dana.walk("/api/transactions", 50)[5]))
	group := dana.newGroup("Dinner")
	expense := decode[api.Expense](dana.post("/api/groups/"+group.ID.String()+"/expenses", object{
		"description": "Dinner", "total": order.Total, "method": "equal", "paidBy": []object{{"userId": dana.user.ID, "amount": order.Total}},
		"transactionId": order.ID,
	}).want(201))
	require.Equal(t, order.ID, expense.TransactionID.MustGet())
	bought := order.Items[0]
	require.NotEmpty(t, bought.ProductID.MustGet())
	product, mine := api.Product{}, func(p api.Product) bool { return p.Source == api.PriceSourceOrder && p.Name == bought.Name }
	eventually(t, "what was bought can be asked about", func() bool {
		found := decode[api.ProductList](dana.get("/api/products?limit=100&q=" + url.QueryEscape(bought.Name)).want(200)).Items
		at := slices.IndexFunc(found, func(p api.Product) bool { return mine(p) && p.Merchant == order.Merchant.Name })
		if at >= 0 {
			product = found[at]
		}
		return at >= 0
	})
	require.False(t, product.Mock)
	prices := decode[api.ProductPriceList](dana.get("/api/products/" + product.ID.String() + "/prices?limit=100").want(200)).Items
	paid := slices.IndexFunc(prices, func(p api.ProductPrice) bool { return p.Price == bought.UnitPrice })
	require.GreaterOrEqual(t, paid, 0, "%v", prices)
	require.Equal(t, api.PriceSourceOrder, prices[paid].Source)
	require.Equal(t, 1, s.count(t, "transactions WHERE id = $1 AND user_id = $2", prices[paid].TransactionID.MustGet(), dana.user.ID))

	// A card goes on file. The browser connects two seconds after the webhook, and still finds what to do.
	card := dana.addCard("Blue Cash Preferred")
	dana.chooses(card.ID, 19)
	switching := decode[api.OnboardingSession](dana.post("/api/onboarding/start", object{"product": "card_switcher", "cardId": card.ID}).want(201))
	require.NoError(t, s.vendor.Login(t.Context(), switching.SessionID.String(), 19))
	eventually(t, "the task is known", func() bool { return !dana.accountNow(accounts[0].ID).CardSwitch.IsNull() })
	waited := time.NewTimer(2 * time.Second)
	<-waited.C
	task := dana.accountNow(accounts[0].ID).CardSwitch.MustGet()
	require.Equal(t, api.CardSwitchStatusRequested, task.Status)
	sent := decode[api.Account](dana.post("/api/accounts/"+accounts[0].ID.String()+"/card", object{"taskId": task.TaskID, "jwe": dana.encrypts("123")}).want(202))
	require.Contains(t, []api.CardSwitchStatus{api.CardSwitchStatusSent, api.CardSwitchStatusUpdated}, sent.CardSwitch.MustGet().Status)
	eventually(t, "the card is on file", func() bool {
		return dana.accountNow(accounts[0].ID).CardSwitch.MustGet().Status == api.CardSwitchStatusUpdated
	})

	dana.completeLink(switching, "").want(200)

	// Unlinked is unlinked, there and here.
	dana.delete("/api/accounts/" + accounts[0].ID.String()).want(204)
	require.Zero(t, s.count(t, "transactions WHERE account_id = $1", accounts[0].ID))
	require.Zero(t, s.count(t, "river.river_job WHERE kind = 'account_sync' AND state = 'available' AND args @> jsonb_build_object('account_id', $1::text)", accounts[0].ID.String()))
	s.vendor.EmitNew(ref, 19)
	eventually(t, "every webhook is worked", func() bool { return s.count(t, "vendor_webhooks WHERE worked_at IS NULL") == 0 })
	require.Zero(t, s.count(t, "linked_accounts WHERE user_id = $1 AND merchant_id = 19", dana.user.ID))
	require.Positive(t, s.count(t, "vendor_calls WHERE operation = 'unlink' AND outcome = 'ok' AND subject = $1", ref))
	require.NotContains(t, s.log.String(), "4242424242424242")
	require.NotContains(t, s.whole(t), "4242424242424242")
}

func (c *client) newestOrder() api.Transaction {
	c.t.Helper()
	return decode[api.TransactionList](c.get("/api/transactions?limit=1").want(200)).Items[0]
}

// encrypts is what a browser does with a card and the vendor's key.
func (c *client) encrypts(cvv string) string {
	c.t.Helper()
	key, err := jwk.ParseKey(c.get("/api/accounts/card-key").want(200).body)
	require.NoError(c.t, err)
	plain, err := json.Marshal(object{
		"user": object{"name": object{"first_name": "Dana", "last_name": "Kim"}, "phone_number": "+14155550100"},
		"card": object{"number": "4242424242424242", "expiration": "12/2039", "cvv": cvv},
	})
	require.NoError(c.t, err)
	headers := jwe.NewHeaders()
	require.NoError(c.t, headers.Set(jwe.KeyIDKey, key.KeyID()))
	sealed, err := jwe.Encrypt(plain, jwe.WithKey(jwa.RSA_OAEP_256, key), jwe.WithContentEncryption(jwa.A256GCM), jwe.WithProtectedHeaders(headers))
	require.NoError(c.t, err)
	return string(sealed)
}

// A declined card says why, in our words.
func TestADeclinedCardSaysWhy(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{})
	dana := s.signUp(t, "Dana Kim")
	card := dana.addCard("Blue Cash Preferred")
	dana.chooses(card.ID, 19)
	session := decode[api.OnboardingSession](dana.post("/api/onboarding/start", object{"product": "card_switcher", "cardId": card.ID}).want(201))
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19)) // before complete: the account comes with the webhook
	eventually(t, "the account is there", func() bool {
		items := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items
		return len(items) == 1 && !items[0].CardSwitch.IsNull()
	})
	account := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
	path, task := "/api/accounts/"+account.ID.String()+"/card", account.CardSwitch.MustGet().TaskID
	dana.post(path, object{"taskId": task, "jwe": "a.b.c.d.e"}).refused(422, api.ProblemCodeInvalidRequest, "/jwe")
	dana.post(path, object{"taskId": task, "jwe": dana.encrypts("999")}).want(202)
	eventually(t, "the merchant has said no", func() bool {
		return dana.accountNow(account.ID).CardSwitch.MustGet().Status == api.CardSwitchStatusFailed
	})
	require.Equal(t, "The card has expired.", dana.accountNow(account.ID).CardSwitch.MustGet().Reason.MustGet())
	require.Equal(t, api.OnboardingResult{AccountsLinked: 1, OnboardingStatus: api.OnboardingStatusComplete},
		decode[api.OnboardingResult](dana.completeLink(session, "").want(200)), "and completing is still possible")
}

// Webhooks that come before anybody completes wait, and count then; an anonymous person is claimed with the token alone.
func TestWebhooksMayComeBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{NullSession: true, CharsetSuffix: true, NoEncryptionType: true})
	nobody := s.anonymous(t)
	session := nobody.startLink()
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	ref := value[string](t, s.service, "SELECT vendor_user_ref FROM onboarding_sessions WHERE id = $1", session.SessionID)
	eventually(t, "the webhooks are here", func() bool { return s.count(t, "vendor_webhooks") == 2 })
	require.Zero(t, s.count(t, "linked_accounts"))
	dana := s.signUp(t, "Dana Kim")
	dana.completeLink(session, session.ClaimToken.MustGet()).want(200)
	s.vendor.Add(ref, 19, simulated.Made(ref, 19, time.Now(), 40, 2)...)
	s.vendor.EmitNew(ref, 19)
	eventually(t, "all orders are there", func() bool { return s.bought(t, dana) == 42 })
	eventually(t, "no webhook waits", func() bool { return s.count(t, "vendor_webhooks WHERE worked_at IS NULL") == 0 })
}

// A look at accounts that are old has them read, without a webhook and without anybody waiting.
func TestALookAtOldAccountsHasThemRead(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{})
	dana := s.signUp(t, "Dana Kim")
	session := dana.startLink()
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	dana.completeLink(session, "").want(200)
	eventually(t, "all orders are there", func() bool { return s.bought(t, dana) == 40 })
	eventually(t, "no webhook waits", func() bool { return s.count(t, "vendor_webhooks WHERE worked_at IS NULL") == 0 })
	ref := dana.user.ID.String()
	s.vendor.Add(ref, 19, simulated.Made(ref, 19, time.Now(), 40, 2)...)
	dana.get("/api/accounts").want(200)
	s.exec(t, "UPDATE linked_accounts SET last_synced_at = last_synced_at - interval '16 minutes'")
	eventually(t, "the new orders are there", func() bool {
		dana.get("/api/accounts").want(200)
		return s.bought(t, dana) == 42
	})
}

// An account that needs its user says so, refuses to be read, and comes back with a new login.
func TestAnAccountThatNeedsItsUser(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{})
	dana := s.signUp(t, "Dana Kim")
	session := dana.startLink()
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	dana.completeLink(session, "").want(200)
	account := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
	status := func(want api.AccountStatus) func() bool {
		return func() bool { return dana.accountNow(account.ID).Status == want }
	}
	eventually(t, "all orders are there", func() bool { return s.bought(t, dana) == 40 })
	s.vendor.Disconnect(dana.user.ID.String(), 19)
	eventually(t, "a login is required", status(api.AccountStatusLoginRequired))
	require.Contains(t, dana.accountNow(account.ID).NextStep.MustGet(), "again")
	dana.post("/api/accounts/"+account.ID.String()+"/sync", nil).refused(409, api.ProblemCodeConflict)
	again := dana.startLink()
	require.NoError(t, s.vendor.Login(t.Context(), again.SessionID.String(), 19))
	eventually(t, "it is connected", status(api.AccountStatusConnected))
	require.Equal(t, 40, s.bought(t, dana))
	// The daily list is read at the start; a merchant that is down is not offered.
	offered := func() bool {
		return strings.Contains(string(s.anonymous(t).get("/api/merchants?q=Walmart").want(200).body), "Walmart")
	}
	eventually(t, "the list is read", func() bool { return s.count(t, "merchant_offers") > 0 })
	require.True(t, offered())
	s.vendor.SetDown(45, true)
	eventually(t, "Walmart is not offered", func() bool { return !offered() })
	s.vendor.SetDown(45, false)
	eventually(t, "Walmart is offered again", offered)
}

// A signature that was seen once fits other bodies of the same length. None of them changes anything.
func TestACapturedSignatureWithAnotherBodyChangesNothing(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{})
	dana, eve := s.signUp(t, "Dana Kim"), s.signUp(t, "Eve Moss")
	for _, c := range []*client{dana, eve} {
		session := c.startLink()
		require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
		c.completeLink(session, "").want(200)
	}
	card := dana.addCard("Blue Cash Preferred")
	switching := decode[api.OnboardingSession](dana.post("/api/onboarding/start", object{"product": "card_switcher", "cardId": card.ID}).want(201))
	require.NoError(t, s.vendor.Login(t.Context(), switching.SessionID.String(), 19))
	dana.chooses(card.ID, 19)
	account := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
	eventually(t, "the task is known", func() bool { return !dana.accountNow(account.ID).CardSwitch.IsNull() })
	dana.post("/api/accounts/"+account.ID.String()+"/card", object{"taskId": dana.accountNow(account.ID).CardSwitch.MustGet().TaskID, "jwe": dana.encrypts("123")}).want(202)
	dana.completeLink(switching, "").want(200)
	eventually(t, "all is quiet", func() bool {
		return s.bought(t, dana)+s.bought(t, eve) == 80 && s.count(t, "vendor_webhooks WHERE worked_at IS NULL") == 0 &&
			dana.accountNow(account.ID).CardSwitch.MustGet().Status == api.CardSwitchStatusUpdated &&
			s.count(t, "river.river_job WHERE kind IN ('account_sync', 'insights_refresh') AND finalized_at IS NULL") == 0
	})
	const picture = `SELECT string_agg(x, E'\n') FROM (
		SELECT (id, user_id, status, reason, sync_cursor)::text AS x FROM linked_accounts UNION ALL
		SELECT (id, user_id, account_id, status, total, category, version)::text FROM transactions UNION ALL
		SELECT (id, account_id, status, reason)::text FROM card_switches UNION ALL SELECT i::text FROM transaction_items i UNION ALL
		SELECT o::text FROM onboarding_sessions o UNION ALL SELECT e::text FROM audit_events e UNION ALL SELECT u.id::text FROM users u ORDER BY 1) all_rows`
	before := value[string](t, s.service, picture)
	captured := s.vendor.Sent()
	require.NotEmpty(t, captured)
	swap := func(body []byte, from, to string) []byte {
		require.Len(t, to, len(from))
		return bytes.ReplaceAll(body, []byte(from), []byte(to))
	}
	forged := 0
	for _, delivery := range captured {
		for _, body := range [][]byte{
			delivery.Body, // a replay
			swap(delivery.Body, dana.user.ID.String(), eve.user.ID.String()),
			swap(delivery.Body, eve.user.ID.String(), dana.user.ID.String()),
			swap(delivery.Body, `"id":19`, `"id":45`),
			swap(delivery.Body, `"timestamp":1`, `"timestamp":2`),
			swap(delivery.Body, `"task_id":90`, `"task_id":91`),
		} {
			r := s.anonymous(t).call("POST", webhookPath, raw(body), "Knot-Signature", delivery.Header.Get("Knot-Signature"))
			r.want(200)
			forged++
		}
	}
	require.Greater(t, forged, 30)
	eventually(t, "all is worked", func() bool {
		return s.count(t, "vendor_webhooks WHERE worked_at IS NULL") == 0 &&
			s.count(t, "river.river_job WHERE kind = 'account_sync' AND finalized_at IS NULL") == 0
	})
	require.Equal(t, before, value[string](t, s.service, picture), "as it was")
	// And one that fits nothing is refused.
	for _, header := range []string{"", "AAAA", captured[0].Header.Get("Knot-Signature")} {
		s.anonymous(t).call("POST", webhookPath, raw(`{"event":"AUTHENTICATED"}`), "Knot-Signature", header).refused(401, api.ProblemCodeInvalidSignature)
	}
}

func TestWebhooksAreHeldToTheirForm(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody := s.anonymous(t)
	hook := object{"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": "u-1001", "merchant": object{"id": 19}, "timestamp": 1}
	nobody.post(webhookPath, hook).want(200)
	nobody.post(webhookPath, hook).want(200)
	require.Equal(t, 1, s.count(t, "vendor_webhooks"), "the same again is nothing new")
	require.Equal(t, 1, s.count(t, "river.river_job WHERE kind = 'vendor_webhook'"))
	s.staysAsItIs(t)
	nobody.post(webhookPath, raw(`{"event":"X","event":"X"}`)).refused(400, api.ProblemCodeMalformedRequest)
	nobody.post(webhookPath, object{"event": "X", "pad": strings.Repeat("x", 64<<10)}).refused(413, api.ProblemCodePayloadTooLarge)
	nobody.post(webhookPath, raw("{")).refused(401, api.ProblemCodeInvalidSignature)
	nobody.post(webhookPath+"?x=1", hook).refused(422, api.ProblemCodeInvalidRequest, "x")
	content, _ := encode(t, hook)
	nobody.call("POST", webhookPath, hook, "Content-Type", "text/plain", "Knot-Signature", simulated.Sign(knotSecret, content, "text/plain")).
		refused(415, api.ProblemCodeUnsupportedMediaType)
	other := newService(t, idle, with("KNOT_SECRET=another-secret"))
	other.anonymous(t).post(webhookPath, hook).refused(401, api.ProblemCodeInvalidSignature)
}
