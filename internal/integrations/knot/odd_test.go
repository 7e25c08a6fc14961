package knot_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
)

// Answers that come whole and are not what they should be.

// goodOrder is a transaction that is as it should be, and oddHead what an odd one begins with.
const (
	goodID    = "6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10"
	oddID     = "7a2b4c1d-0e3f-4a5b-8c6d-1f2e3d4c5b6a"
	goodOrder = `{"id":"` + goodID + `","datetime":"2026-01-14T19:05:00+00:00","order_status":"DELIVERED","price":{"total":"15.00"}}`
	oddHead   = `{"id":"` + oddID + `","datetime":"2026-01-14","order_status":"BILLED",`
)

func page(transactions ...string) string {
	return `{"transactions":[` + strings.Join(transactions, ",") + `],"next_cursor":null}`
}

// says answers every request with status 200 and what body tells for its path.
func says(body func(path string) string) watched {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body(r.URL.Path))), Request: r,
		}, nil
	}
}

func always(body string) watched { return says(func(string) string { return body }) }

func clientOf(t *testing.T, transport http.RoundTripper, patience live.Patience, log *slog.Logger) *live.Client {
	t.Helper()
	client, err := live.New(live.Config{
		BaseURL: "http://simulator.test", ClientID: clientID, Secret: secret, Environment: "development", Transport: transport,
		Patience: patience, Logger: log,
	}, clock.System{})
	require.NoError(t, err)
	return client
}

// read is the one order of a page of one.
func read(t *testing.T, transaction string) accounts.Order {
	t.Helper()
	got, err := clientOf(t, always(page(transaction)), live.Patience{}, nil).OrderPage(t.Context(), "u-1", 19, "")
	require.NoError(t, err)
	require.Len(t, got.Orders, 1)
	return got.Orders[0]
}

// Three for ten dollars have no price each: ten dollars, stored as the price of this product, would be a price rise, and the
// next honest price a drop to claim back. The same goes for what is weighed.
func TestThePriceOfALineIsNotThePriceOfOne(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]accounts.OrderItem{
		`"quantity":3,"price":{"sub_total":"10.00","total":"10.00","unit_price":"3.33"}`: {Name: "3 × Soap", Quantity: 1, UnitPrice: 1000, Total: 1000},
		`"quantity":1.25,"price":{"sub_total":"10.00"}`:                                  {Name: "1.25 × Soap", Quantity: 1, UnitPrice: 1000, Total: 1000},
		`"quantity":12345678901,"price":{"total":"10.00"}`:                               {Name: "12345678901 × Soap", Quantity: 1, UnitPrice: 1000, Total: 1000},
		`"quantity":4,"price":{"sub_total":"10.00"}`:                                     {Name: "Soap", ProductID: "p-9", Quantity: 4, UnitPrice: 250, Total: 1000},
		`"quantity":"4.0","price":{"unit_price":"2.50"}`:                                 {Name: "Soap", ProductID: "p-9", Quantity: 4, UnitPrice: 250, Total: 1000},
		`"quantity":0,"price":{"total":10}`:                                              {Name: "Soap", ProductID: "p-9", Quantity: 1, UnitPrice: 1000, Total: 1000},
		`"quantity":-2,"price":{"sub_total":"","total":"10.00"}`:                         {Name: "Soap", ProductID: "p-9", Quantity: 1, UnitPrice: 1000, Total: 1000},
	} {
		order := read(t, oddHead+`"price":{"total":"10.00"},"products":[{"external_id":"p-9","name":"Soap",`+line+`}]}`)
		require.NoError(t, order.Validate(), line)
		require.Equal(t, []accounts.OrderItem{want}, order.Items, line)
	}
}

// An order that does not say what was charged is worked out of its parts where they are all told, and otherwise left out. In
// no case has it cost nothing.
func TestAnOrderWithoutATotalIsNotFree(t *testing.T) {
	t.Parallel()
	const soap = `,"products":[{"name":"Soap","quantity":1,"price":{"sub_total":"15.00"}}]`
	for _, test := range []struct {
		rest  string
		total int64 // zero where the order is refused
	}{
		{`"price":{"sub_total":"15.00","total":""}` + soap, 1500},
		{`"price":{"sub_total":"15.00","total":null}` + soap, 1500},
		{`"price":{"sub_total":"15.00"}` + soap, 1500},
		{`"price":{"sub_total":"17.00"}` + soap, 1700},
		{`"price":{"sub_total":"17.00"}`, 1700},
		{`"price":{"adjustments":[{"type":"TAX","amount":"1.20"},{"type":"DISCOUNT","amount":"-2.00"}]}` + soap, 1420},
		{`"price":null` + soap, 1500},
		{`"price":{}`, 0},
		{`"price":{"total":""}`, 0},
		{`"price":{},"products":[]`, 0},
		{`"price":{},"products":[{"name":"Soap","price":{"total":"3.00"}},{"name":"Towel"}]`, 0},
		{`"price":{"sub_total":"15.00","adjustments":[{"type":"TAX"}]}` + soap, 0},
		{`"price":{"sub_total":"15.00","adjustments":[null]}` + soap, 0},
	} {
		order := read(t, oddHead+test.rest+`}`)
		if test.total == 0 {
			require.Error(t, order.Validate(), test.rest)
			continue
		}
		require.NoError(t, order.Validate(), test.rest)
		require.Equal(t, test.total, order.Total, test.rest)
	}
	order := read(t, oddHead+`"price":{"total":"18.40","adjustments":[{"type":"TAX","label":"Tax"},{"type":"FEE","amount":"2.20"}]}`+soap+`}`)
	require.NoError(t, order.Validate())
	require.Equal(t, []accounts.OrderAdjustment{
		{Type: accounts.AdjustmentFee, Label: "Fee", Amount: 220}, {Type: accounts.AdjustmentOther, Label: "Not itemised", Amount: 120},
	}, order.Adjustments, "a tax that does not say how much is none")
}

// One odd order must not keep all others of the account from being read, for ever. What can be read in two ways is.
func TestOneOddOrderDoesNotSpoilThePage(t *testing.T) {
	t.Parallel()
	for odd, wants := range map[string]int{
		oddHead + `"price":{"total":"3.00"},"products":[{"name":"Apples","quantity":1.25,"price":{"total":"3.00"}}]}`: 2,
		oddHead + `"price":{"total":3.00}}`: 2,
		oddHead + `"price":{"total":"3.00"},"payment_methods":[{"type":"CARD","last_four":1111}]}`:                   2,
		oddHead + `"price":{"total":"3.00"},"products":{"name":"Apples"}}`:                                           1,
		oddHead + `"price":{"total":["3.00"]}}`:                                                                      1,
		oddHead + `"price":"3.00"}`:                                                                                  1,
		`{"id":"a\u0000b","datetime":"2026-01-14","order_status":"BILLED","price":{"total":"3.00"}}`:                 1,
		"{\"id\":\"a\xffb\",\"datetime\":\"2026-01-14\",\"order_status\":\"BILLED\",\"price\":{\"total\":\"3.00\"}}": 1,
		`{"id":"` + strings.Repeat("a", 3000) + `","datetime":"2026-01-14","price":{"total":"3.00"}}`:                1,
		`{"id":{"secret":"payload"}}`:                                                                                1,
		`"payload"`:                                                                                                  1,
		`17`:                                                                                                         1,
	} {
		var logged bytes.Buffer
		client := clientOf(t, always(page(odd, goodOrder)), live.Patience{}, slog.New(slog.NewTextHandler(&logged, nil)))
		got, err := client.OrderPage(t.Context(), "u-1", 19, "")
		require.NoError(t, err, odd)
		require.Len(t, got.Orders, wants, odd)
		for _, order := range got.Orders {
			require.NoError(t, order.Validate(), odd)
		}
		require.Equal(t, goodID, got.Orders[wants-1].VendorID)
		require.Equal(t, 2-wants, strings.Count(logged.String(), "order left out"), "it is said: %s", odd)
		require.NotContains(t, logged.String(), "3.00")
		require.NotContains(t, logged.String(), "payload")
	}
}

// An answer that came whole would come the same again: it is not asked for again, and says nothing of how the vendor is. One
// account with one page that cannot be read must not shut out everybody else.
func TestOneUnreadablePageDoesNotOpenTheBreakerForOthers(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`null`, `{}`, `[]`, `{"message":"Success"}`, `{"transactions":null}`, `{"transactions":{"0":` + goodOrder + `}}`,
		`{"transactions":[],"next_cursor":"a\u0000b"}`,
	} {
		asked := 0
		client := clientOf(t, says(func(path string) string {
			if path != "/transactions/sync" {
				return `[]`
			}
			asked++
			return body
		}), live.Patience{}, nil)
		for range 10 {
			_, err := client.OrderPage(t.Context(), "u-1", 19, "")
			require.Error(t, err, body)
		}
		require.Equal(t, 10, asked, body)
		_, err := client.LinkedAccounts(t.Context(), "somebody else")
		require.NoError(t, err, body)
	}
}

// One order that cannot be read again is as good as none, so that those behind it have their turn.
func TestAnUnreadableOrderIsNoneToRead(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`null`, `{}`, `[]`, `"x"`, goodOrder, oddHead + `"price":{"total":["3.00"]}}`} {
		asked := 0
		client := clientOf(t, says(func(string) string {
			asked++
			return body
		}), live.Patience{}, nil)
		_, err := client.Order(t.Context(), "u-1", 19, oddID)
		require.ErrorIs(t, err, accounts.ErrOrderUnknown, body)
		require.Equal(t, 1, asked, body)
	}
	// What is cut off is asked for again.
	_, err := clientOf(t, always(goodOrder[:40]), live.Patience{Attempts: 1}, nil).Order(t.Context(), "u-1", 19, goodID)
	require.Error(t, err)
	require.NotErrorIs(t, err, accounts.ErrOrderUnknown)
}

// What is no list of accounts must not read as "no accounts": every account would be told lost.
func TestWhatIsNoListOfAccountsIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	const good = `{"merchant":{"id":19,"name":"DoorDash"},"connection":{"status":"connected"}}`
	for _, body := range []string{`null`, `{}`, `{"message":"Success"}`, `[null]`, `[{}]`, `[` + good + `,{}]`, `[{"merchant":{"id":0}}]`, `"x"`} {
		got, err := clientOf(t, always(body), live.Patience{}, nil).LinkedAccounts(t.Context(), "u-1")
		require.Error(t, err, "%s: %v", body, got)
		_, err = clientOf(t, always(body), live.Patience{}, nil).Merchants(t.Context(), accounts.ProductTransactions)
		if !strings.Contains(body, good) {
			require.Error(t, err, body)
		}
	}
	for body, wants := range map[string]int{
		`[]`: 0, good: 1, `[` + good + `]`: 1, `[{"merchant":{"id":"19"},"connection":null}]`: 1,
	} {
		got, err := clientOf(t, always(body), live.Patience{}, nil).LinkedAccounts(t.Context(), "u-1")
		require.NoError(t, err, body)
		require.Len(t, got, wants, body)
	}
	for _, body := range []string{`{"merchants":null}`, `{"merchants":[{}]}`} {
		_, err := clientOf(t, always(body), live.Patience{}, nil).Merchants(t.Context(), accounts.ProductTransactions)
		require.Error(t, err, body)
	}
	for _, body := range []string{`[]`, `{"merchants":[]}`} {
		got, err := clientOf(t, always(body), live.Patience{}, nil).Merchants(t.Context(), accounts.ProductTransactions)
		require.NoError(t, err, body)
		require.Empty(t, got)
	}
	_, err := clientOf(t, always(`{}`), live.Patience{}, nil).StartSession(t.Context(), "u-1", accounts.ProductTransactions, "")
	require.Error(t, err, "no session is none")
}

// ISO 8601 has more than one way to write a time.
func TestTimesAreReadWhateverTheirOffsetLooksLike(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-14T19:05:00+00:00": "2026-01-14T19:05:00Z", "2026-01-14T19:05:00+0000": "2026-01-14T19:05:00Z",
		"2026-01-14T19:05:00.088421-0130": "2026-01-14T20:35:00.088421Z", "2026-01-14 19:05:00 +0000": "",
		"2026-01-14 19:05:00.5+01": "2026-01-14T18:05:00.5Z", "2026-01-14T19:05:00Z": "2026-01-14T19:05:00Z",
		"2026-01-14 19:05:00": "2026-01-14T19:05:00Z", "2026-01-14T19:05:00.1234567": "2026-01-14T19:05:00.123456Z",
		"2026-01-14": "2026-01-14T00:00:00Z", "2026-01-14T19:05:00+": "", "14.01.2026": "", "": "",
	} {
		order := read(t, `{"id":"`+oddID+`","datetime":"`+text+`","order_status":"BILLED","price":{"total":"3.00"}}`)
		if want == "" {
			require.True(t, order.PlacedAt.IsZero(), text)
			continue
		}
		require.Equal(t, want, order.PlacedAt.Format(time.RFC3339Nano), text)
	}
}
