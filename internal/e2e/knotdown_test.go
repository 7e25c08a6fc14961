package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// linked signs somebody up who has linked DoorDash, with all its orders.
func (s *liveService) linked(t *testing.T) (dana *client, account api.Account) {
	t.Helper()
	dana = s.signUp(t, "Dana Kim")
	session := dana.startLink()
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	dana.completeLink(session, "").want(200)
	// A webhook may have come first, and is then who reads them.
	eventually(t, "all orders are there", func() bool { return s.bought(t, dana) == 40 })
	return dana, decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
}

// With the vendor down, however it is down, every screen answers from what is stored and says how old it is; and what needs
// the vendor is refused in words, with nothing half done.
func TestWithTheVendorDownEveryScreenAnswers(t *testing.T) {
	t.Parallel()
	for name, goDown := range map[string]func(s *liveService){
		"it answers that it cannot": func(s *liveService) { s.vendor.Fail(simulated.Fault{Status: 503, Times: 1_000_000}) },
		"it takes no connections":   func(s *liveService) { s.front.CloseClientConnections(); s.front.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newLiveService(t, simulated.Readings{}, fails)
			dana, account := s.linked(t)
			eventually(t, "no webhook waits", func() bool { return s.count(t, "vendor_webhooks WHERE worked_at IS NULL") == 0 })
			open := dana.startLink()
			goDown(s)
			s.exec(t, "UPDATE linked_accounts SET last_synced_at = last_synced_at - interval '1 day'")

			old := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
			require.Less(t, old.LastSyncedAt.MustGet(), time.Now().Add(-23*time.Hour))
			require.Less(t, dana.accountsStatus().LastSyncedAt.MustGet(), time.Now().Add(-23*time.Hour))
			require.Len(t, dana.walk("/api/transactions", 50), 40)
			for _, screen := range []string{
				"/api/insights", "/api/insights/summary", "/api/chats", "/api/settings", "/api/merchants", "/api/session", "/api/features",
				"/api/products", "/api/price-alerts", "/api/groups", "/api/cards", transactionPath(dana.newestOrder().ID),
			} {
				dana.get(screen).want(200)
			}
			require.Contains(t, dana.ask(dana.personalChat(), "What was my last order?").Content, "DoorDash")
			// Somebody looks in the background, and says that it did not work.
			eventually(t, "the account says so", func() bool { return !dana.accountNow(account.ID).Reason.IsNull() })
			require.Contains(t, dana.accountNow(account.ID).Reason.MustGet(), "could not be read")
			require.Equal(t, api.AccountStatusConnected, dana.accountNow(account.ID).Status)
			require.Less(t, dana.accountNow(account.ID).LastSyncedAt.MustGet(), time.Now().Add(-23*time.Hour), "it is as old as it was")

			picture := `SELECT concat_ws(' ', (SELECT string_agg((id, merchant_id, vendor_user_ref)::text, ' ' ORDER BY id) FROM linked_accounts),
				(SELECT md5(string_agg(t::text, ' ' ORDER BY id)) FROM transactions t), (SELECT md5(string_agg(o::text, ' ' ORDER BY id)) FROM onboarding_sessions o),
				(SELECT md5(string_agg(e::text, ' ' ORDER BY id)) FROM audit_events e))`
			before := value[string](t, s.service, picture)
			for _, refused := range []*response{
				dana.delete("/api/accounts/" + account.ID.String()),
				dana.post("/api/onboarding/start", nil),
				s.anonymous(t).post("/api/onboarding/start", nil),
				dana.post("/api/onboarding/extend", object{"sessionId": open.SessionID}),
				dana.completeLink(open, ""),
				dana.get("/api/accounts/card-key"),
			} {
				require.Contains(t, refused.refused(503, api.ProblemCodeUnavailable).Detail, "Nothing was changed", refused.asked)
			}
			require.Equal(t, before, value[string](t, s.service, picture))
			for _, integration := range decode[api.Features](dana.get("/api/features").want(200)).Integrations {
				require.Equal(t, integration.Name == "knot", integration.Health == api.IntegrationHealthDown, integration.Name)
			}
		})
	}
}

// What could not be done with the vendor down can be done when it is back, without a restart.
func TestUnlinkingWaitsForTheVendor(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{}, fails)
	dana, account := s.linked(t)
	s.vendor.Fail(simulated.Fault{Operation: "unlinkAccount", Status: 500, Times: 4})
	path := "/api/accounts/" + account.ID.String()
	dana.delete(path).refused(503, api.ProblemCodeUnavailable)
	require.Equal(t, 40, s.bought(t, dana))
	require.Zero(t, s.count(t, "audit_events WHERE action = 'account.unlink'"))
	dana.delete(path).want(204)
	require.Zero(t, s.bought(t, dana))
	// One the vendor has unlinked already, after which our half failed, is unlinked by asking again.
	session := dana.startLink()
	require.NoError(t, s.vendor.Login(t.Context(), session.SessionID.String(), 19))
	dana.completeLink(session, "").want(200)
	again := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
	s.vendor.Fail(simulated.Fault{Operation: "unlinkAccount", Body: simulated.BodyLost, Times: 4})
	dana.delete("/api/accounts/"+again.ID.String()).refused(503, api.ProblemCodeUnavailable)
	dana.delete("/api/accounts/" + again.ID.String()).want(204)
}

// The list never asks the vendor itself: what is older than a quarter of an hour is queued to be read, once, and what is not
// is left alone.
func TestTheListOfAccountsQueuesWhatIsOldAndAsksNobody(t *testing.T) {
	t.Parallel()
	s := newLiveService(t, simulated.Readings{}, idle)
	dana, _ := s.linked(t)
	queued := func() int { return s.count(t, "river.river_job WHERE kind = 'account_sync'") }
	before, asked := queued(), s.count(t, "vendor_calls")
	aged := func(by string) {
		s.exec(t, "UPDATE linked_accounts SET last_synced_at = now() - $1::interval", by)
		dana.get("/api/accounts").want(200)
		dana.get("/api/accounts").want(200)
	}
	aged("14 minutes")
	require.Equal(t, before, queued())
	aged("16 minutes")
	require.Equal(t, before+1, queued())
	require.Equal(t, asked, s.count(t, "vendor_calls"))
	s.exec(t, "DELETE FROM river.river_job")
	s.exec(t, "UPDATE linked_accounts SET status = 'login_required'")
	aged("1 day")
	require.Zero(t, queued(), "only its user can bring it back")
}
