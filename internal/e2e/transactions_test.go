package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func transactionPath(id uuid.UUID) string { return "/api/transactions/" + id.String() }

func (c *client) transaction(id uuid.UUID) api.Transaction {
	c.t.Helper()
	return decode[api.Transaction](c.get(transactionPath(id)).want(200))
}

// buy puts an order into the database, as a sync would.
func (c *client) buy(account uuid.UUID, at time.Time, cents int64) uuid.UUID {
	c.t.Helper()
	id := uuid.New()
	c.service.exec(c.t, `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
		SELECT $1, user_id, id, merchant_id, 'bought ' || $3, $4, 'delivered', 'USD', $5::bigint, $5, 'groceries' FROM linked_accounts WHERE id = $2`,
		id, account, id.String(), at, cents)
	return id
}

func TestOrdersAreListedWhole(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	require.Empty(t, decode[api.TransactionList](dana.get("/api/transactions").want(200)).Items)
	dana.link()
	var all []api.Transaction
	next := ""
	for {
		page := decode[api.TransactionList](dana.get("/api/transactions?limit=100" + next).want(200))
		all = append(all, page.Items...)
		if page.NextCursor.IsNull() {
			break
		}
		next = "&cursor=" + page.NextCursor.MustGet()
	}
	require.Len(t, all, s.count(t, "transactions"))
	items, adjustments, payments := 0, 0, 0
	for i, order := range all {
		require.True(t, i == 0 || !order.PlacedAt.After(all[i-1].PlacedAt), "newest first")
		require.NotEmpty(t, order.Merchant.Name)
		sum, paid := order.Subtotal.Amount, int64(0)
		lines := int64(0)
		for _, item := range order.Items {
			require.Equal(t, item.Total.Amount, int64(item.Quantity)*item.UnitPrice.Amount)
			lines += item.Total.Amount
		}
		for _, adjustment := range order.Adjustments {
			sum += adjustment.Amount.Amount
		}
		for _, payment := range order.PaymentMethods {
			paid += payment.Amount.Amount
			require.Equal(t, order.Total.Currency, payment.Amount.Currency)
		}
		require.Equal(t, order.Subtotal.Amount, lines, "an order is told with all its parts")
		require.Equal(t, order.Total.Amount, sum)
		require.Equal(t, order.Total.Amount, paid)
		items, adjustments, payments = items+len(order.Items), adjustments+len(order.Adjustments), payments+len(order.PaymentMethods)
	}
	require.Equal(t, s.count(t, "transaction_items"), items)
	require.Equal(t, s.count(t, "transaction_adjustments"), adjustments)
	require.Equal(t, s.count(t, "transaction_payment_methods"), payments)
	require.Equal(t, all[0], dana.transaction(all[0].ID))
	ids := dana.walk("/api/transactions", 7)
	require.Len(t, ids, len(all))
	for i, id := range ids {
		require.Equal(t, all[i].ID.String(), id)
	}
}

func TestOrdersAreFilteredByMerchantAndTime(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	accounts := dana.link()
	merchant := accounts[1].MerchantID
	list := func(query url.Values) []string { return dana.walk("/api/transactions?"+query.Encode(), 13) }
	in := func(where string, arguments ...any) []string {
		rows, err := s.pool.Query(t.Context(), "SELECT id::text FROM transactions WHERE "+where+" ORDER BY placed_at DESC, id DESC", arguments...)
		require.NoError(t, err)
		var ids []string
		for rows.Next() {
			var id string
			require.NoError(t, rows.Scan(&id))
			ids = append(ids, id)
		}
		require.NotEmpty(t, ids)
		return ids
	}
	boundary := value[time.Time](t, s, "SELECT placed_at FROM transactions WHERE merchant_id = $1 ORDER BY placed_at OFFSET 3 LIMIT 1", merchant)
	later := value[time.Time](t, s, "SELECT placed_at FROM transactions WHERE merchant_id = $1 ORDER BY placed_at DESC OFFSET 2 LIMIT 1", merchant)
	from, to := boundary.UTC().Format(time.RFC3339Nano), later.In(time.FixedZone("", 5*3600+45*60)).Format(time.RFC3339Nano)
	of := fmt.Sprint(merchant)
	require.Equal(t, in("merchant_id = $1", merchant), list(url.Values{"merchantId": {of}}))
	require.Equal(t, in("placed_at >= $1", boundary), list(url.Values{"from": {from}}), "from is in it")
	require.Equal(t, in("placed_at < $1", later), list(url.Values{"to": {to}}), "to is not")
	require.Equal(t, in("placed_at >= $1 AND placed_at < $2 AND merchant_id = $3", boundary, later, merchant),
		list(url.Values{"from": {from}, "to": {to}, "merchantId": {of}}))
	require.Empty(t, list(url.Values{"merchantId": {"1"}}), "an unknown merchant has none")
	require.Empty(t, list(url.Values{"from": {"2030-01-01T00:00:00Z"}}))
	require.Empty(t, list(url.Values{"to": {"0001-01-02T00:00:00Z"}}))
	for name, bad := range map[string]struct{ query, pointer, code string }{
		"NoOffset":  {"from=2026-11-01T00:00:00", "from", "format"},
		"DateOnly":  {"to=2026-11-01", "to", "format"},
		"NoSuchDay": {"to=2026-02-30T00:00:00Z", "to", "format"},
		"Words":     {"merchantId=uber", "merchantId", "type"},
		"Zero":      {"merchantId=0", "merchantId", "minimum"},
		"Backwards": {"from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", "to", "order"},
		"Nothing":   {"from=2026-11-02T00:00:00Z&to=2026-11-02T00:00:00Z", "to", "order"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problem := dana.in(t).get("/api/transactions?"+bad.query).refused(422, api.ProblemCodeInvalidRequest, bad.pointer)
			require.Equal(t, bad.code, problem.Errors[0].Code)
		})
	}
}

// Years of orders, many placed in the same moment, and more that come while somebody pages: what was there when the paging
// began comes exactly once and in order.
func TestPagingIsCompleteWhileOrdersCome(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0].ID
	for i := range 60 {
		at := today.AddDate(0, -i, 0)
		for range 3 {
			dana.buy(account, at, 100)
		}
	}
	before := dana.walk("/api/transactions", 100)
	known := make(map[string]bool, len(before))
	for _, id := range before {
		known[id] = true
	}
	var stop atomic.Bool
	added := make(chan []string)
	go func() {
		var ids []string
		for i := 0; !stop.Load() && i < 3000; i++ {
			at := today.AddDate(0, -(i*7)%60, -i%28).Add(time.Duration(i%5) * time.Hour)
			id := uuid.New()
			_, err := s.pool.Exec(t.Context(), `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
				SELECT $1, user_id, id, merchant_id, 'bought ' || $3, $4, 'delivered', 'USD', 1, 1, 'groceries' FROM linked_accounts WHERE id = $2`, id, account, id.String(), at)
			if err != nil {
				t.Error(err)
				break
			}
			ids = append(ids, id.String())
		}
		added <- ids
	}()
	for range 3 {
		var seen []string
		for _, id := range dana.walk("/api/transactions", 17) { // walk fails on an id that comes twice
			if known[id] {
				seen = append(seen, id)
			}
		}
		require.Equal(t, before, seen)
	}
	stop.Store(true)
	require.NotEmpty(t, <-added)
}

func TestAnOrderIsFiledAndNoted(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	order := dana.transaction(dana.oneOrder())
	require.True(t, order.Note.IsNull())
	path := transactionPath(order.ID)
	dana.waitForInsights()

	filed := decode[api.Transaction](dana.patch(path, object{"category": "pets"}).want(200))
	require.Equal(t, "pets", filed.Category)
	filed.Category = order.Category
	require.Equal(t, order, filed, "nothing else is changed")
	dana.waitForInsights()
	byCategory := dana.summary(lastMonth).ByCategory
	require.True(t, slices.ContainsFunc(byCategory, func(c api.CategorySpend) bool { return c.Category == "pets" && c.Amount == order.Total }),
		"it counts from then on: %v", byCategory)

	noted := decode[api.Transaction](dana.patch(path, object{"note": "  For the office  "}).want(200))
	require.Equal(t, "For the office", noted.Note.MustGet())
	require.Equal(t, "pets", noted.Category, "what is not named stays")
	require.Equal(t, noted, dana.transaction(order.ID))

	cleared := decode[api.Transaction](dana.patch(path, object{"note": nil, "category": nil}).want(200))
	require.Equal(t, order, cleared, "null takes one's own away")
	require.Equal(t, 3, s.count(t, "audit_events WHERE action = 'transaction.update' AND target_id = $1", order.ID.String()))

	for name, bad := range map[string]struct {
		body          object
		pointer, code string
	}{
		"UnknownCategory": {object{"category": "yachts"}, "/category", "unknown"},
		"CategoryOfCase":  {object{"category": "Groceries"}, "/category", "unknown"},
		"EmptyCategory":   {object{"category": ""}, "/category", "min_length"},
		"NumberAsNote":    {object{"note": 7}, "/note", "type"},
		"EmptyNote":       {object{"note": ""}, "/note", "min_length"},
		"BlankNote":       {object{"note": " \u00a0 "}, "/note", "min_length"},
		"LongNote":        {object{"note": fmt.Sprintf("%501d", 1)}, "/note", "max_length"},
		"SecurityCode":    {object{"note": "cvv 123"}, "/note", "security_code"},
		"CardNumber":      {object{"note": "paid with 4111 1111 1111 1111"}, "/note", "card_number"},
		"TotalOfOnesOwn":  {object{"total": 1}, "/total", "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problem := dana.in(t).patch(path, bad.body).refused(422, api.ProblemCodeInvalidRequest, bad.pointer)
			require.Equal(t, bad.code, problem.Errors[0].Code)
		})
	}
}

func TestOrdersAreReadAndChangedByVersion(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	path := transactionPath(dana.oneOrder())
	first := dana.get(path).want(200).header.Get("ETag")
	require.Regexp(t, `^"[^"]+"$`, first)
	require.Empty(t, dana.get(path, "If-None-Match", `"other", `+first).want(304).body)
	second := dana.patch(path, object{"note": "One"}, "If-Match", first).want(200).header.Get("ETag")
	require.NotEqual(t, first, second)
	dana.get(path, "If-None-Match", first).want(200)
	dana.patch(path, object{"note": "Two"}, "If-Match", first).refused(412, api.ProblemCodePreconditionFailed)
	require.Equal(t, second, dana.patch(path, object{}, "If-Match", second).want(200).header.Get("ETag"), "changing nothing is no change")
	require.Equal(t, second, dana.patch(path, object{"note": "One"}).want(200).header.Get("ETag"))
	statuses := make([]int, 6)
	atOnce(t, len(statuses), func(t *testing.T, i int) {
		statuses[i] = dana.in(t).patch(path, object{"note": fmt.Sprint("Note ", i)}, "If-Match", second).status
	})
	require.ElementsMatch(t, []int{200, 412, 412, 412, 412, 412}, statuses)
}
