package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/money"
	"github.com/lattice-money/lattice/internal/prices"
)

// priceTag is a feed of one kettle whose price a test sets.
type priceTag struct {
	mu   sync.Mutex
	told []prices.Told
}

func (f *priceTag) Listings(context.Context) ([]prices.Listing, error) {
	return []prices.Listing{{
		Ref: prices.Ref{MerchantID: 44, SKU: "kettle"}, Name: "Copper Kettle", URL: "https://shop.example/kettle", Currency: "USD",
		Availability: prices.InStock, Mock: true,
	}}, nil
}

func (f *priceTag) Prices(_ context.Context, _ prices.Ref, after time.Time) ([]prices.Told, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []prices.Told
	for _, told := range f.told {
		if told.At.After(after) {
			list = append(list, told)
		}
	}
	return list, nil
}

func (f *priceTag) tell(at time.Time, cents int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, prices.Told{At: at, Price: money.Money{Amount: cents, Currency: "USD"}})
}

// withKettle is a service whose feed lists a kettle for $30.00 as of yesterday.
func withKettle(t *testing.T) (*service, *priceTag, func(c *client) api.Product) {
	t.Helper()
	tag := &priceTag{}
	tag.tell(today.AddDate(0, 0, -1), 3000)
	s := newService(t, func(s *setup) { s.feed = tag })
	return s, tag, func(c *client) api.Product {
		c.t.Helper()
		var list []api.Product
		eventually(c.t, "the feed is read", func() bool {
			list = decode[api.ProductList](c.get("/api/products").want(200)).Items
			return len(list) == 1
		})
		return list[0]
	}
}

// look has the workers look at the prices people wait for, now.
func (s *service) look(t *testing.T, tag *priceTag, cents int64) {
	t.Helper()
	s.clock.Advance(time.Minute)
	tag.tell(s.clock.Now(), cents)
	done := value[int](t, s, "SELECT count(*)::int FROM river.river_job WHERE kind = 'prices_read' AND state = 'completed'")
	s.exec(t, `INSERT INTO river.river_job (kind, queue, args, max_attempts, priority, state, scheduled_at) VALUES ('prices_read', 'default', '{}', 1, 1, 'available', now())`)
	eventually(t, "the workers have looked", func() bool {
		return value[int](t, s, "SELECT count(*)::int FROM river.river_job WHERE kind = 'prices_read' AND state = 'completed'") > done
	})
}

func alertBody(product api.Product, changes object) object {
	body := object{"productId": product.ID, "direction": "below", "threshold": object{"amount": 2500, "currency": "USD"}, "quietHours": nil}
	for key, value := range changes {
		body[key] = value
		if key == "percent" {
			delete(body, "threshold")
		}
	}
	return body
}

func alertPath(alert api.PriceAlert) string { return "/api/price-alerts/" + alert.ID.String() }

func (c *client) alerts() []api.PriceAlert {
	c.t.Helper()
	return decode[api.PriceAlertList](c.get("/api/price-alerts").want(200)).Items
}

func TestAPriceAlertIsSetChangedAndDeleted(t *testing.T) {
	t.Parallel()
	s, _, product := withKettle(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	kettle := product(dana)
	created := dana.post("/api/price-alerts", alertBody(kettle, nil), "Idempotency-Key", "once").want(201)
	alert := decode[api.PriceAlert](created)
	require.Equal(t, api.PriceAlertStatusArmed, alert.Status)
	require.Equal(t, api.Money{Amount: 2500, Currency: "USD"}, alert.Threshold.MustGet())
	require.Equal(t, alert.Threshold.MustGet(), alert.Target)
	require.True(t, alert.Percent.IsNull() && alert.QuietHours.IsNull() && alert.ExpiresAt.IsNull() && alert.LastFiredAt.IsNull())
	require.Contains(t, alert.Hint.MustGet(), "has not been at $25.00")
	again := dana.post("/api/price-alerts", alertBody(kettle, nil), "Idempotency-Key", "once").want(201)
	require.Equal(t, alert, decode[api.PriceAlert](again))
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	quiet := alertBody(kettle, object{"percent": 12.5, "rearm": true, "expiresAt": "2027-01-01T00:00:00Z"})
	delete(quiet, "quietHours")
	second := decode[api.PriceAlert](dana.post("/api/price-alerts", quiet).want(201))
	require.Equal(t, api.QuietHours{From: "22:00", To: "07:00"}, second.QuietHours.MustGet())
	require.Equal(t, api.Money{Amount: 2625, Currency: "USD"}, second.Target)
	require.InDelta(t, 12.5, second.Percent.MustGet(), 0)
	require.Equal(t, []api.PriceAlert{second, alert}, dana.alerts(), "newest first")
	require.Len(t, dana.walk("/api/price-alerts", 1), 2)
	require.Empty(t, mallory.alerts())

	tag := created.header.Get("ETag")
	changed := dana.patch(alertPath(alert), object{"threshold": object{"amount": 2000, "currency": "USD"}, "quietHours": object{"from": "23:15", "to": "06:00"}}, "If-Match", tag).want(200)
	require.Equal(t, api.Money{Amount: 2000, Currency: "USD"}, decode[api.PriceAlert](changed).Target)
	require.Equal(t, api.QuietHours{From: "23:15", To: "06:00"}, decode[api.PriceAlert](changed).QuietHours.MustGet())
	dana.patch(alertPath(alert), object{"rearm": true}, "If-Match", tag).refused(412, api.ProblemCodePreconditionFailed)
	dana.patch(alertPath(alert), object{"rearm": true, "quietHours": nil}, "If-Match", changed.header.Get("ETag")).want(200)
	percent := decode[api.PriceAlert](dana.patch(alertPath(alert), object{"percent": 10}).want(200))
	require.True(t, percent.Threshold.IsNull() && percent.QuietHours.IsNull())
	require.True(t, percent.Rearm)
	require.Equal(t, api.Money{Amount: 2700, Currency: "USD"}, percent.Target)

	mallory.patch(alertPath(alert), object{"rearm": true}).notFound()
	mallory.delete(alertPath(alert)).notFound()
	dana.delete(alertPath(alert)).want(204)
	dana.delete(alertPath(alert)).notFound()
	dana.delete("/api/price-alerts/x").refused(422, api.ProblemCodeInvalidRequest, "alertId")
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'price_alert.delete'"))
}

func TestPriceAlertsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	s, _, product := withKettle(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	kettle := product(dana)
	mallory.buysCoffee("secret-1", "Surprise Present", 4321, 1, today.AddDate(0, 0, -3))
	secret := decode[api.ProductList](mallory.get("/api/products?q=surprise").want(200)).Items[0]
	alert := decode[api.PriceAlert](dana.post("/api/price-alerts", alertBody(kettle, nil)).want(201))
	s.staysAsItIs(t)
	for name, bad := range map[string]struct {
		body    object
		pointer string
		code    string
	}{
		"NoProduct":      {object{"direction": "below"}, "/productId", "required"},
		"UnknownProduct": {alertBody(api.Product{ID: uuid.New()}, nil), "/productId", "unknown"},
		"OthersProduct":  {alertBody(secret, nil), "/productId", "unknown"},
		"NoTarget":       {object{"productId": kettle.ID, "direction": "below"}, "/threshold", "one_of"},
		"TwoTargets":     {object{"productId": kettle.ID, "direction": "below", "threshold": object{"amount": 1, "currency": "USD"}, "percent": 5}, "/threshold", "one_of"},
		"OtherCurrency":  {alertBody(kettle, object{"threshold": object{"amount": 1, "currency": "EUR"}}), "/threshold/currency", "currency"},
		"Nothing":        {alertBody(kettle, object{"threshold": object{"amount": 0, "currency": "USD"}}), "/threshold/amount", "minimum"},
		"Negative":       {alertBody(kettle, object{"threshold": object{"amount": -5, "currency": "USD"}}), "/threshold/amount", "minimum"},
		"Sideways":       {alertBody(kettle, object{"direction": "sideways"}), "/direction", "enum"},
		"AllOfIt":        {alertBody(kettle, object{"percent": 100}), "/percent", "maximum"},
		"TooSmall":       {alertBody(kettle, object{"percent": 0.001}), "/percent", "minimum"},
		"ThreeDecimals":  {alertBody(kettle, object{"percent": 10.125}), "/percent", "multiple_of"},
		"Past":           {alertBody(kettle, object{"expiresAt": "2026-11-23T09:00:00Z"}), "/expiresAt", "past"},
		"Far":            {alertBody(kettle, object{"expiresAt": "9999-12-31T23:59:59-05:00"}), "/expiresAt", "maximum"},
		"NoClock":        {alertBody(kettle, object{"quietHours": object{"from": "24:00", "to": "07:00"}}), "/quietHours/from", "pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problem := dana.in(t).post("/api/price-alerts", bad.body).refused(422, api.ProblemCodeInvalidRequest, bad.pointer)
			require.Equal(t, bad.code, problem.Errors[0].Code)
		})
	}
	dana.patch(alertPath(alert), object{"threshold": object{"amount": 1, "currency": "EUR"}}).refused(422, api.ProblemCodeInvalidRequest, "/threshold/currency")
	dana.patch(alertPath(alert), object{"threshold": nil}).refused(422, api.ProblemCodeInvalidRequest, "/threshold")
}

func TestTooManyPriceAlertsAreRefused(t *testing.T) {
	t.Parallel()
	s, _, product := withKettle(t)
	dana := s.signUp(t, "Dana Kim")
	kettle := product(dana)
	s.exec(t, `INSERT INTO price_alerts (id, user_id, product_id, direction, currency, threshold, reference, rearm, hysteresis_bps, phase, created_at)
		SELECT gen_random_uuid(), $1, $2, 'below', 'USD', cents, 3000, false, 200, 'armed', now() FROM generate_series(1, 100) AS cents`, dana.user.ID, kettle.ID)
	dana.post("/api/price-alerts", alertBody(kettle, nil)).refused(409, api.ProblemCodeConflict)
}

// The very same is waited for once, however it comes to be: set, changed, set anew, or all at once.
func TestTheSamePriceIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	s, _, product := withKettle(t)
	dana := s.signUp(t, "Dana Kim")
	kettle := product(dana)
	const at = 8
	statuses := make([]int, at)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() { statuses[i] = dana.post("/api/price-alerts", alertBody(kettle, nil)).status })
	}
	group.Wait()
	slices.Sort(statuses)
	require.Equal(t, append([]int{201}, slices.Repeat([]int{409}, at-1)...), statuses)

	other := decode[api.PriceAlert](dana.post("/api/price-alerts", alertBody(kettle, object{"percent": 20})).want(201))
	dana.patch(alertPath(other), object{"threshold": object{"amount": 2500, "currency": "USD"}}).refused(409, api.ProblemCodeConflict)
	require.Contains(t, dana.alerts(), other, "nothing of it is kept")
	// One that has run out is nobody's twin until it is set anew.
	s.exec(t, "UPDATE price_alerts SET phase = 'expired', expires_at = now() WHERE id <> $1", other.ID)
	dana.patch(alertPath(other), object{"threshold": object{"amount": 2500, "currency": "USD"}}).want(200)
	for _, alert := range dana.alerts() {
		if alert.ID != other.ID {
			dana.patch(alertPath(alert), object{"expiresAt": nil}).refused(409, api.ProblemCodeConflict)
		}
	}
}

// Row, feed, mail and hint: each tells it, each once.
func TestAFiredAlertIsInTheFeedInTheMailAndHeard(t *testing.T) {
	t.Parallel()
	s, tag, product := withKettle(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	kettle := product(dana)
	alert := decode[api.PriceAlert](dana.post("/api/price-alerts", alertBody(kettle, nil)).want(201))
	up := decode[api.PriceAlert](bob.post("/api/price-alerts", alertBody(kettle, object{"direction": "above", "percent": 10})).want(201))
	bob.patchSettings(object{"preferences": object{"notifications": object{"email": false, "spendingAlerts": false}}}).want(200)
	heard := dana.watch()
	eventually(t, "the stream is open", func() bool { return strings.Contains(heard(), "stream.resync") })

	s.look(t, tag, 2600)
	require.Equal(t, api.PriceAlertStatusArmed, dana.alerts()[0].Status)
	s.look(t, tag, 2400)
	fired := dana.alerts()[0]
	require.Equal(t, api.PriceAlertStatusDone, fired.Status)
	require.Equal(t, s.clock.Now(), fired.LastFiredAt.MustGet())
	s.look(t, tag, 2300)

	feed := decode[api.InsightList](dana.get("/api/insights").want(200)).Items
	require.Len(t, feed, 1)
	require.Equal(t, api.InsightTypeSuccess, feed[0].Type)
	require.Equal(t, "Copper Kettle at Amazon is down to $24.00", feed[0].Title)
	require.Equal(t, "The price has come down to $24.00; you waited for $25.00.", feed[0].Description)
	require.Equal(t, api.Money{Amount: 2400, Currency: "USD"}, feed[0].Amount.MustGet())
	require.Equal(t, api.SourceTypeProduct, feed[0].Sources[0].Type)
	require.Equal(t, kettle.ID.String(), feed[0].Sources[0].ID)
	eventually(t, "it is mailed", func() bool { return len(s.mails(t, dana.email)) == 1 })
	letter := s.mails(t, dana.email)[0]
	require.Contains(t, letter.Subject+letter.Text, "Copper Kettle")
	require.Contains(t, letter.Text, "$24.00")
	eventually(t, "it is heard", func() bool { return strings.Contains(heard(), alert.ID.String()) })
	require.Equal(t, 1, strings.Count(heard(), "event: alert.fired"))
	require.Equal(t, 1, strings.Count(heard(), "event: insight.created"))

	// What is computed anew leaves what was told where it is.
	dana.link()
	dana.waitForInsights()
	require.Contains(t, fmt.Sprint(decode[api.InsightList](dana.get("/api/insights?limit=100").want(200)).Items), feed[0].Title)

	s.look(t, tag, 3300)
	require.Equal(t, api.PriceAlertStatusDone, bob.alerts()[0].Status)
	warned := decode[api.InsightList](bob.get("/api/insights").want(200)).Items
	require.Len(t, warned, 1, "he asked for it himself: other alerts being off does not take it away")
	require.Equal(t, api.InsightTypeWarning, warned[0].Type)
	require.Equal(t, "Copper Kettle at Amazon is up to $33.00", warned[0].Title)
	eventually(t, "his mail has ended", func() bool { return s.count(t, "mails WHERE user_id = $1 AND status = 'dropped'", bob.user.ID) == 1 })
	require.Empty(t, s.mails(t, bob.email), "he wants no mails")
	require.NotContains(t, heard(), up.ID.String(), "hints are one's own")
	require.Equal(t, 2, s.count(t, "price_alert_firings"))
	require.Equal(t, 1, s.count(t, "mails WHERE user_id = $1 AND kind = 'price_alert'", dana.user.ID))
}

// An answer changes nothing: "set alert" is confirming what it proposes.
func TestAnAlertIsProposedAndSetByConfirming(t *testing.T) {
	t.Parallel()
	s, _, product := withKettle(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	product(dana)
	reply := dana.ask(dana.newChat("Prices"), "Tell me when the price of the copper kettle drops below $25")
	require.Contains(t, reply.Content, "$25.00 or below")
	require.Contains(t, reply.Content, "has not been at $25.00")
	require.Empty(t, dana.alerts())
	id := reply.ProposalID.MustGet()
	mallory.post(proposalPath(id)+"/confirm", nil).notFound()
	confirmed := decode[api.Proposal](dana.post(proposalPath(id)+"/confirm", nil).want(200))
	require.Equal(t, api.ProposalWrittenTypePriceAlert, confirmed.Written.MustGet().Type)
	alert := dana.alerts()[0]
	require.Equal(t, confirmed.Written.MustGet().ID, alert.ID.String())
	require.Equal(t, api.Money{Amount: 2500, Currency: "USD"}, alert.Target)
	require.Equal(t, api.AlertDirectionBelow, alert.Direction)
	dana.post(proposalPath(id)+"/undo", nil).want(200)
	require.Empty(t, dana.alerts())

	other := dana.ask(dana.newChat("More"), "Should I buy the copper kettle now or wait?").ProposalID.MustGet()
	dana.post(proposalPath(other)+"/confirm", nil).want(200)
	require.Equal(t, api.Money{Amount: 2700, Currency: "USD"}, dana.alerts()[0].Target, "a tenth less, where nothing better is known")
	dana.patch(alertPath(dana.alerts()[0]), object{"rearm": true}).want(200)
	dana.post(proposalPath(other)+"/undo", nil).refused(409, api.ProblemCodeConflict)
	require.Len(t, dana.alerts(), 1, "what was changed since is not undone")

	gone := dana.ask(dana.newChat("Gone"), "Tell me when the price of the copper kettle drops below $24").ProposalID.MustGet()
	dana.post(proposalPath(gone)+"/confirm", nil).want(200)
	dana.post("/api/price-alerts", alertBody(api.Product{ID: dana.alerts()[0].ProductID}, object{"threshold": object{"amount": 2400, "currency": "USD"}})).
		refused(409, api.ProblemCodeConflict) // it would be told twice
	dana.delete(alertPath(dana.alerts()[0])).want(204)
	dana.post(proposalPath(gone)+"/undo", nil).refused(409, api.ProblemCodeConflict)

	last := dana.ask(dana.newChat("Last"), "Should I buy the copper kettle now or wait?").ProposalID.MustGet()
	s.exec(t, "DELETE FROM price_observations")
	dana.post(proposalPath(last)+"/confirm", nil).refused(409, api.ProblemCodeConflict)
}
