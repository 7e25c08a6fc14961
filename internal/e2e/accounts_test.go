package e2e

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func (c *client) accountsStatus() api.AccountsStatus {
	c.t.Helper()
	return decode[api.AccountsStatus](c.get("/api/accounts/status").want(200))
}

// sync has an account read and waits for the end.
func (c *client) sync(account uuid.UUID) {
	c.t.Helper()
	require.Equal(c.t, api.AccountStatusSyncing, decode[api.Account](c.post("/api/accounts/"+account.String()+"/sync", nil).want(202)).Status)
	eventually(c.t, "the account is read", func() bool { return c.accountsStatus().Syncing == 0 })
}

func TestTheStatusOfAllAccountsInOneAnswer(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	none := dana.accountsStatus()
	require.Empty(t, none.Accounts)
	require.False(t, none.Mock)
	require.True(t, none.LastSyncedAt.IsNull())
	accounts := dana.link()
	s.exec(t, "UPDATE linked_accounts SET status = 'revoked', reason = 'Taken back.', last_synced_at = last_synced_at - interval '1 day' WHERE id = $1", accounts[2].ID)
	s.exec(t, "UPDATE linked_accounts SET status = 'login_required' WHERE id = $1", accounts[1].ID)
	status := dana.accountsStatus()
	require.Equal(t, 4, status.Total)
	require.Equal(t, 2, status.Connected)
	require.Equal(t, 2, status.NeedsAttention)
	require.Zero(t, status.Syncing)
	require.True(t, status.Mock)
	require.Equal(t, today, status.LastSyncedAt.MustGet())
	for i, account := range status.Accounts {
		require.Equal(t, accounts[i].ID, account.ID)
		require.Equal(t, i == 1 || i == 2, !account.NextStep.IsNull())
	}
	require.Equal(t, "Link "+accounts[2].Institution+" again.", status.Accounts[2].NextStep.MustGet())
	require.Equal(t, "Taken back.", status.Accounts[2].Reason.MustGet())
	listed := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items
	require.Equal(t, status.Accounts[2].NextStep, listed[2].NextStep)
	s.exec(t, "UPDATE linked_accounts SET mock = false")
	require.False(t, dana.accountsStatus().Mock)
}

// A sync brings what is new, changes what the merchant tells otherwise, and leaves what the user made of it.
func TestSyncingBringsWhatIsNewAndKeepsWhatIsOnesOwn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0]
	orders := func() int { return s.count(t, "transactions WHERE account_id = $1", account.ID) }
	before := orders()
	mine := value[uuid.UUID](t, s, "SELECT id FROM transactions WHERE account_id = $1 ORDER BY placed_at LIMIT 1", account.ID)
	other := value[uuid.UUID](t, s, "SELECT id FROM transactions WHERE account_id = $1 ORDER BY placed_at OFFSET 1 LIMIT 1", account.ID)
	dana.patch(transactionPath(mine), object{"category": "pets", "note": "For the cat"}).want(200)
	wanted, wantedOther := dana.transaction(mine), dana.transaction(other)
	// As if the merchant had told these two otherwise before.
	s.exec(t, "UPDATE transactions SET status = 'ordered', total = 1, digest = '\\x00' WHERE id = ANY($1)", []uuid.UUID{mine, other})
	s.exec(t, "DELETE FROM transaction_items WHERE transaction_id = ANY($1)", []uuid.UUID{mine, other})

	dana.sync(account.ID)
	require.Equal(t, before, orders(), "nothing comes twice")
	require.Equal(t, wanted, dana.transaction(mine))
	require.Equal(t, wantedOther, dana.transaction(other))
	picture := value[string](t, s, "SELECT md5(string_agg(t::text, ' ' ORDER BY id)) FROM transactions t WHERE account_id = $1", account.ID)
	dana.sync(account.ID)
	require.Equal(t, picture, value[string](t, s, "SELECT md5(string_agg(t::text, ' ' ORDER BY id)) FROM transactions t WHERE account_id = $1", account.ID),
		"a sync without news changes nothing")

	s.clock.Advance(40 * 24 * time.Hour)
	dana.holds(decode[api.TokenAnswer](s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)))
	dana.sync(account.ID)
	require.Greater(t, orders(), before, "what was bought since is there")
	require.Equal(t, s.clock.Now(), decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0].LastSyncedAt.MustGet())
	require.Equal(t, wanted, dana.transaction(mine))
	require.Equal(t, 3, s.count(t, "audit_events WHERE action = 'account.sync' AND target_id = $1", account.ID.String()))
}

func TestAskingForASyncTwiceQueuesItOnce(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0]
	path := "/api/accounts/" + account.ID.String() + "/sync"
	atOnce(t, 5, func(t *testing.T, _ int) {
		require.Equal(t, api.AccountStatusSyncing, decode[api.Account](dana.in(t).post(path, nil).want(202)).Status)
	})
	require.Equal(t, 1, s.count(t, "river.river_job WHERE kind = 'account_sync'"))
	require.Equal(t, 1, dana.accountsStatus().Syncing)
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'account.sync'"))
	s.start(t)
	eventually(t, "it is done", func() bool { return dana.accountsStatus().Syncing == 0 })
	dana.post(path, nil).want(202) // and can be asked for again at once
	eventually(t, "it is done again", func() bool { return dana.accountsStatus().Syncing == 0 })
	require.Equal(t, 2, s.count(t, "river.river_job WHERE kind = 'account_sync'"))
}

// An account whose link is lost says so and what to do; doing it brings it back with its orders.
func TestALostLinkIsToldAndLinkedAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0]
	// At the vendor nobody of this name has linked anything.
	s.exec(t, "UPDATE linked_accounts SET merchant_id = (SELECT id FROM merchants WHERE id NOT IN (SELECT merchant_id FROM linked_accounts) LIMIT 1) WHERE id = $1", account.ID)
	dana.sync(account.ID)
	var lost api.AccountState
	for _, state := range dana.accountsStatus().Accounts {
		if state.ID == account.ID {
			lost = state
		}
	}
	require.Equal(t, api.AccountStateStatusDisconnected, lost.Status)
	require.Contains(t, lost.Reason.MustGet(), "no longer")
	require.Contains(t, lost.NextStep.MustGet(), "again")
	dana.post("/api/accounts/"+account.ID.String()+"/sync", nil).refused(409, api.ProblemCodeConflict)
	require.Positive(t, s.count(t, "transactions WHERE account_id = $1", account.ID), "its orders stay")

	s.exec(t, "UPDATE linked_accounts SET merchant_id = $2 WHERE id = $1", account.ID, account.MerchantID)
	dana.completeLink(dana.startLink(), "").want(200)
	back := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items[0]
	require.Equal(t, account.ID, back.ID)
	require.Equal(t, api.AccountStatusConnected, back.Status)
	require.True(t, back.NextStep.IsNull())
}

func TestMerchantsThatCanBeLinked(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody, dana := s.anonymous(t), s.signUp(t, "Dana Kim")
	all := decode[api.MerchantList](nobody.get("/api/merchants?limit=100").want(200)).Items
	require.Len(t, all, s.count(t, "merchants WHERE linkable"))
	require.Equal(t, all, decode[api.MerchantList](dana.get("/api/merchants?limit=100").want(200)).Items)
	for i, merchant := range all {
		require.True(t, i == 0 || all[i-1].Name < merchant.Name, "by name")
		require.NotEmpty(t, merchant.Products, merchant.Name)
		require.Equal(t, 1, s.count(t, "merchants WHERE id = $1 AND slug = $2 AND category = $3 AND linkable", merchant.ID, merchant.Slug, merchant.Category))
	}
	var walked []int64
	cursor := ""
	for {
		page := decode[api.MerchantList](nobody.get("/api/merchants?limit=3" + cursor).want(200))
		for _, merchant := range page.Items {
			walked = append(walked, merchant.ID)
		}
		if page.NextCursor.IsNull() {
			break
		}
		cursor = "&cursor=" + page.NextCursor.MustGet()
	}
	require.Len(t, walked, len(all))
	found := decode[api.MerchantList](nobody.get("/api/merchants?q=DOOR").want(200)).Items
	require.Len(t, found, 1)
	require.Equal(t, "DoorDash", found[0].Name)
	require.Empty(t, decode[api.MerchantList](nobody.get("/api/merchants?q=%25").want(200)).Items, "no wildcards")
	nobody.get("/api/merchants", "Authorization", "Bearer abc").refused(401, api.ProblemCodeUnauthorized)
	nobody.get("/api/merchants?cursor=x").refused(422, api.ProblemCodeInvalidRequest, "cursor")
}
