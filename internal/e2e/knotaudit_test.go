package e2e

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// vendorCall is a row of what is kept of the calls to vendors. It has no other column: whoever adds one says here what
// may stand in it.
type vendorCall struct {
	ID         uuid.UUID
	Vendor     string
	Operation  string
	Subject    *string
	RequestID  string
	Outcome    string
	DurationMs int64
	At         time.Time
}

func (s *service) vendorCalls(t *testing.T) []vendorCall {
	t.Helper()
	const columns = "id, vendor, operation, subject, request_id, outcome, duration_ms, at"
	require.Equal(t, columns, value[string](t, s, `SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns
		WHERE table_name = 'vendor_calls'`))
	rows, err := s.pool.Query(t.Context(), "SELECT "+columns+" FROM vendor_calls ORDER BY id")
	require.NoError(t, err)
	calls, err := pgx.CollectRows(rows, pgx.RowToStructByName[vendorCall])
	require.NoError(t, err)
	return calls
}

// asked are the vendor's names of what we call it for, by ours.
var asked = map[string]string{
	"start_session": "createSession", "extend_session": "extendSession", "list_merchants": "listMerchants", "list_accounts": "getAccounts",
	"unlink": "unlinkAccount", "delete_user": "deleteUser", "read_orders": "syncTransactions", "read_order": "getTransaction",
	"card_key": "getKey", "send_card": "sendCard",
}

// ofNobody are the calls that are about no person.
var ofNobody = []string{"list_merchants", "card_key"}

// Every call the live client makes leaves a row that says who, what for, how it ended and how long it took; and nothing of
// what was said: no name, no order, no secret, no card.
func TestEveryCallToTheVendorIsAudited(t *testing.T) {
	t.Parallel()
	began := time.Now().Add(-time.Second)
	s := newLiveService(t, simulated.Readings{}, fails)
	dana := s.signUp(t, "Dana Canary")
	ref := dana.user.ID.String()
	canaries := []string{
		"Zanzibar", "ZNZ-7713", "7777.13", "777713", "Dana", "Canary", dana.email, knotSecret, "DoorDash", "4242", "https", "SESSION_NOT_FOUND",
	}

	// Every operation there is, once at least.
	session := dana.startLink()
	dana.post("/api/onboarding/extend", object{"sessionId": session.SessionID}).want(200)
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	s.vendor.Add(ref, 19, zanzibar(ref)...)
	dana.completeLink(session, "").want(200)
	eventually(t, "all orders are there", func() bool { return s.bought(t, dana) == 41 })
	account := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
	vendorID := value[string](t, s.service, `SELECT vendor_id FROM transactions JOIN transaction_items item ON item.transaction_id = transactions.id
		WHERE item.name LIKE 'Zanzibar%'`)
	canaries = append(canaries, vendorID, session.SessionID.String())
	s.vendor.EmitUpdated(ref, 19, vendorID)
	card := dana.addCard("Blue Cash Preferred")
	dana.chooses(card.ID, 19)
	switching := decode[api.OnboardingSession](dana.post("/api/onboarding/start", object{"product": "card_switcher", "cardId": card.ID}).want(201))
	require.NoError(t, s.vendor.Login(t.Context(), switching.SessionID.String(), 19))
	eventually(t, "the task is known", func() bool { return !dana.accountNow(account.ID).CardSwitch.IsNull() })
	sealed := dana.encrypts("123")
	dana.post("/api/accounts/"+account.ID.String()+"/card", object{"taskId": dana.accountNow(account.ID).CardSwitch.MustGet().TaskID, "jwe": sealed}).want(202)
	canaries = append(canaries, sealed, sealed[:40])
	dana.completeLink(switching, "").want(200)
	eventually(t, "the changed order and the merchants are read", func() bool {
		return s.vendor.Calls("getTransaction") > 0 && s.count(t, "merchant_offers") > 0
	})
	asking := "audit-unlink-1"
	dana.call("DELETE", "/api/accounts/"+account.ID.String(), nil, "X-Request-Id", asking).want(204)
	s.exec(t, "INSERT INTO vendor_deletions (vendor, vendor_user_ref, asked_at, mock) VALUES ('knot', $1, now(), false)", ref)
	s.exec(t, `INSERT INTO river.river_job (args, kind, max_attempts, queue) VALUES (jsonb_build_object('user_ref', $1::text), 'vendor_deletion', 3, 'default')`, ref)
	eventually(t, "the vendor has forgotten", func() bool { return s.count(t, "vendor_deletions WHERE done_at IS NULL") == 0 })

	// As many rows as calls, by operation.
	rows := func() map[string]int {
		counts := map[string]int{}
		for _, call := range s.vendorCalls(t) {
			counts[call.Operation]++
		}
		return counts
	}
	eventually(t, "all is quiet", func() bool {
		return s.count(t, "river.river_job WHERE kind IN ('account_sync', 'vendor_webhook', 'merchants_refresh') AND finalized_at IS NULL") == 0
	})
	calls := map[string]int{}
	for ours, theirs := range asked {
		calls[ours] = s.vendor.Calls(theirs)
		require.Positive(t, calls[ours], ours)
	}
	require.Equal(t, calls, rows(), "a row for each call")

	// Refusals and failures have their names; a call that was tried again is one.
	counted := rows()
	for _, fault := range []simulated.Fault{
		{Operation: "extendSession", Status: 400, Code: "SESSION_NOT_FOUND"}, {Operation: "extendSession", Status: 500, Times: 4},
	} {
		s.vendor.Fail(fault)
		other := dana.startLink()
		extended := dana.post("/api/onboarding/extend", object{"sessionId": other.SessionID})
		require.Contains(t, []int{404, 503}, extended.status)
	}
	require.Equal(t, counted["extend_session"]+2, rows()["extend_session"])
	outcomes := map[string][]string{}
	for _, call := range s.vendorCalls(t) {
		outcomes[call.Operation] = append(outcomes[call.Operation], call.Outcome)
	}
	require.Equal(t, []string{"ok", "session_over", "failed"}, outcomes["extend_session"])

	// What a row may say.
	for _, call := range s.vendorCalls(t) {
		require.Equal(t, "knot", call.Vendor)
		require.Contains(t, slices.Collect(maps.Keys(asked)), call.Operation)
		require.Regexp(t, `^[a-z_]{2,20}$`, call.Outcome)
		require.Regexp(t, `^$|^[A-Za-z0-9._-]{8,128}$`, call.RequestID)
		require.GreaterOrEqual(t, call.DurationMs, int64(0))
		require.WithinRange(t, call.At, began, time.Now().Add(time.Second))
		if slices.Contains(ofNobody, call.Operation) {
			require.Nil(t, call.Subject, call.Operation)
		} else {
			require.Equal(t, ref, *call.Subject, call.Operation)
		}
	}
	require.Equal(t, 1, s.count(t, "vendor_calls WHERE operation = 'unlink' AND request_id = $1", asking), "who asked can be found")
	text := value[string](t, s.service, "SELECT string_agg(c::text, E'\n') FROM vendor_calls c")
	for _, canary := range canaries {
		require.NotContains(t, text, canary)
	}
}

// zanzibar is an order that would be recognized anywhere.
func zanzibar(ref string) []simulated.Transaction {
	order := simulated.Made(ref, 19, time.Now(), 900, 1)[0]
	id, price, number := "ZNZ-7713", "7777.13", 1
	order.ExternalID = &id
	order.Products = []simulated.Product{{
		ExternalID: &id, Name: "Zanzibar Espresso Roaster", Quantity: &number, Eligibility: []string{},
		Price: &simulated.ProductPrice{SubTotal: &price, Total: &price, UnitPrice: &price},
	}}
	order.Price.SubTotal, order.Price.Total, order.Price.Adjustments = &price, price, []simulated.Adjustment{}
	order.PaymentMethods[0].TransactionAmount = &price
	return []simulated.Transaction{order}
}
