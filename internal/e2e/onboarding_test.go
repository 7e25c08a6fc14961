package e2e

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

const linkLifetime = 30 * time.Minute

func (c *client) startLink() api.OnboardingSession {
	c.t.Helper()
	return decode[api.OnboardingSession](c.post("/api/onboarding/start", nil).want(201))
}

func (c *client) completeLink(session api.OnboardingSession, claim string) *response {
	c.t.Helper()
	body := object{"sessionId": session.SessionID}
	if claim != "" {
		body["claimToken"] = claim
	}
	return c.post("/api/onboarding/complete", body)
}

func TestLinkingStoresAccountsWithTheirOrders(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	session := dana.startLink()
	require.True(t, session.ClaimToken.IsNull(), "who is signed in needs no token")
	require.True(t, session.Mock)
	require.Equal(t, today.Add(linkLifetime), session.ExpiresAt)
	result := decode[api.OnboardingResult](dana.completeLink(session, "").want(200))
	require.Equal(t, api.OnboardingResult{AccountsLinked: 4, OnboardingStatus: api.OnboardingStatusComplete}, result)
	accounts := decode[api.AccountList](dana.get("/api/accounts").want(200)).Items
	require.Len(t, accounts, 4)
	for i, account := range accounts {
		require.Equal(t, api.AccountStatusConnected, account.Status)
		require.True(t, account.Mock)
		require.True(t, account.Permissions.Transactions)
		require.Equal(t, today, account.LastSyncedAt.MustGet())
		require.True(t, i == 0 || accounts[i-1].Institution <= account.Institution, "by institution")
		require.Positive(t, s.count(t, "transactions WHERE account_id = $1", account.ID))
	}
	require.Equal(t, s.count(t, "transactions"), s.count(t, "transactions WHERE user_id = $1", dana.user.ID))
	require.Positive(t, s.count(t, "transaction_items"))
	require.Positive(t, s.count(t, "transaction_payment_methods"))
	require.Equal(t, api.OnboardingStatusComplete, decode[api.SessionAnswer](dana.get("/api/session").want(200)).User.OnboardingStatus)
	settings := decode[api.Settings](dana.get("/api/settings").want(200))
	require.Equal(t, 4, settings.ConnectedAccounts.Total)
	require.Len(t, settings.ConnectedAccounts.Names, 4)
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'onboarding.complete' AND user_id = $1", dana.user.ID))
}

func TestLinkingTwiceLinksNothingTwice(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	session := dana.startLink()
	first := decode[api.OnboardingResult](dana.completeLink(session, "").want(200))
	s.stop(t)
	s.clock.Advance(linkLifetime) // what is done stays done when the session is over
	dana.renew()
	s.staysAsItIs(t)
	require.Equal(t, first, decode[api.OnboardingResult](dana.completeLink(session, "").want(200)))
	require.Equal(t, first, decode[api.OnboardingResult](dana.completeLink(session, "").want(200)))
}

func TestOfManyCompletionsAtOnceOneLinks(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	session := dana.startLink()
	atOnce(t, 4, func(t *testing.T, _ int) { dana.in(t).completeLink(session, "").want(200) })
	require.Equal(t, 4, s.count(t, "linked_accounts"))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'onboarding.complete'"))
}

// A second session of the same person adds what is new and leaves what is there.
func TestASecondSessionLinksNothingTwice(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	before := dana.link()
	orders := s.count(t, "transactions")
	require.Equal(t, before, dana.link())
	require.Equal(t, orders, s.count(t, "transactions"))
}

func TestAnAnonymousSessionIsClaimedWithItsToken(t *testing.T) {
	t.Parallel()
	s := newService(t)
	nobody := s.anonymous(t)
	session := nobody.startLink()
	claim := session.ClaimToken.MustGet()
	require.Regexp(t, `^c1_[A-Za-z0-9_-]{43}$`, claim)
	require.NotContains(t, s.whole(t), claim, "what is stored is its hash")
	nobody.completeLink(session, claim).refused(401, api.ProblemCodeUnauthorized)

	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	dana.completeLink(session, "").notFound()
	mallory.completeLink(session, "c1_4Jx0mVQm3m8n2yVvS1o9c0bqkq7m2k9V").notFound()
	mallory.completeLink(session, nobody.startLink().ClaimToken.MustGet()).notFound() // a good token of another session
	require.Zero(t, s.count(t, "linked_accounts"))

	result := decode[api.OnboardingResult](dana.completeLink(session, claim).want(200))
	require.Equal(t, 4, result.AccountsLinked)
	require.Equal(t, 4, s.count(t, "linked_accounts WHERE user_id = $1", dana.user.ID))
	// Claimed is claimed, whoever else holds the token; its owner may repeat, with or without it.
	mallory.completeLink(session, claim).notFound()
	require.Equal(t, result, decode[api.OnboardingResult](dana.completeLink(session, claim).want(200)))
	require.Equal(t, result, decode[api.OnboardingResult](dana.completeLink(session, "").want(200)))
	require.Zero(t, s.count(t, "linked_accounts WHERE user_id = $1", mallory.user.ID))
}

func TestTwoPeopleWithOneClaimTokenGetOneSession(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	session := s.anonymous(t).startLink()
	rivals := []*client{s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")}
	statuses := make([]int, 2)
	atOnce(t, 2, func(t *testing.T, i int) {
		statuses[i] = rivals[i].in(t).completeLink(session, session.ClaimToken.MustGet()).status
	})
	require.ElementsMatch(t, []int{200, 404}, statuses)
	require.Equal(t, 1, value[int](t, s, "SELECT count(DISTINCT user_id) FROM linked_accounts"))
}

func TestAnExpiredSessionIsNotThere(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	own, anonymous := dana.startLink(), s.anonymous(t).startLink()
	s.clock.Advance(linkLifetime)
	dana.renew()
	s.staysAsItIs(t)
	dana.completeLink(own, "").notFound()
	dana.completeLink(anonymous, anonymous.ClaimToken.MustGet()).notFound()
	dana.completeLink(api.OnboardingSession{SessionID: uuid.New()}, "").notFound()
}

func TestTheCardSwitcherIsForOnesOwnCard(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	card := dana.addCard("Blue Cash Preferred")
	dana.post("/api/onboarding/start", object{"product": "card_switcher", "cardId": card.ID}).want(201)
	s.stop(t)
	require.Equal(t, 1, s.count(t, "onboarding_sessions WHERE product = 'card_switcher' AND card_id = $1 AND user_id = $2", card.ID, dana.user.ID))
	s.staysAsItIs(t)
	body := object{"product": "card_switcher", "cardId": card.ID}
	mallory.post("/api/onboarding/start", body).refused(422, api.ProblemCodeInvalidRequest, "/cardId")
	s.anonymous(t).post("/api/onboarding/start", body).refused(422, api.ProblemCodeInvalidRequest, "/cardId")
}

func TestUnlinkingDeletesTheOrdersAndChangesTheInsights(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	accounts := dana.link()
	bob.link()
	order := dana.buyTwice(98765) // so that there is a finding that will have to go
	before := dana.waitForInsights()
	bobs := s.count(t, "transactions WHERE user_id = $1", bob.user.ID)
	gone := value[uuid.UUID](t, s, "SELECT account_id FROM transactions WHERE id = $1", order)
	was := dana.summary(lastMonth)
	lost := value[int64](t, s, `SELECT coalesce(sum(total), 0) FROM transactions WHERE account_id = $1 AND placed_at >= '2026-10-01 00:00Z'
		AND placed_at < '2026-11-01 00:00Z' AND `+counts, gone)

	dana.delete("/api/accounts/" + gone.String()).want(204)
	require.NotContains(t, dana.walk("/api/accounts", 100), gone.String())
	require.Zero(t, s.count(t, "linked_accounts WHERE id = $1", gone))
	require.Zero(t, s.count(t, "transactions WHERE account_id = $1", gone))
	require.Zero(t, s.count(t, "transaction_items WHERE transaction_id NOT IN (SELECT id FROM transactions)"))
	require.Equal(t, bobs, s.count(t, "transactions WHERE user_id = $1", bob.user.ID))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'account.unlink' AND target_id = $1", gone.String()))

	after := dana.waitForInsights()
	require.True(t, tells(before, order))
	for _, insight := range after.Items {
		for _, source := range insight.Sources {
			require.Equal(t, 1, s.count(t, "transactions WHERE id = $1", source.ID), "no finding rests on an order that is gone")
		}
	}
	require.Equal(t, was.TotalSpend.Amount-lost, dana.summary(lastMonth).TotalSpend.Amount)
	dana.delete("/api/accounts/" + gone.String()).notFound()

	// It can be linked again, and has its orders again.
	require.Len(t, dana.link(), len(accounts))
	dana.waitForInsights()
	require.Equal(t, was.TotalSpend, dana.summary(lastMonth).TotalSpend)
}

func TestOfTwoUnlinksAtOnceOneFindsNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	account := dana.link()[0].ID.String()
	statuses := make([]int, 3)
	atOnce(t, len(statuses), func(t *testing.T, i int) { statuses[i] = dana.in(t).delete("/api/accounts/" + account).status })
	require.ElementsMatch(t, []int{204, 404, 404}, statuses)
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'account.unlink'"))
}

// An order whose account is gone must not stand in any list of sources.
func TestUnlinkingEverythingLeavesNoFigures(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	for _, account := range dana.link() {
		dana.delete("/api/accounts/" + account.ID.String()).want(204)
	}
	feed := dana.waitForInsights()
	for _, insight := range feed.Items {
		require.Empty(t, insight.Sources)
	}
	require.Zero(t, dana.summary(lastMonth).TotalSpend.Amount)
	require.Zero(t, dana.summary("").OrderCount)
	require.Contains(t, dana.ask(dana.personalChat(), "How much did I spend in October?").Content, "cannot see any purchases")
}
