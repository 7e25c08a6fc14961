package e2e

import (
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// mockJWE has the shape of a card that is encrypted for the mock, which can see no more of it.
var mockJWE = func() string {
	parts := []string{`{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"lattice-mock"}`, "key", "iv", "text", "tag"}
	for i, part := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(part))
	}
	return strings.Join(parts, ".")
}()

// chooses has somebody confirm a card for a merchant, as a confirmed proposal does.
func (c *client) chooses(cardID uuid.UUID, merchantID int64) {
	c.t.Helper()
	c.service.exec(c.t, `INSERT INTO card_choices (user_id, scope, card_id, chosen_at) SELECT $1, 'merchant:' || slug, $2, $3 FROM merchants WHERE id = $4
		ON CONFLICT (user_id, scope) DO UPDATE SET card_id = excluded.card_id`, c.user.ID, cardID, today, merchantID)
}

// switching starts a card switch with a card of somebody's own and links what there is; the first account that offers it
// waits for the card then.
func (c *client) switching(cardID uuid.UUID) api.Account {
	c.t.Helper()
	session := decode[api.OnboardingSession](c.post("/api/onboarding/start", object{"product": "card_switcher", "cardId": cardID}).want(201))
	c.completeLink(session, "").want(200)
	for _, account := range decode[api.AccountList](c.get("/api/accounts?limit=100").want(200)).Items {
		if !account.CardSwitch.IsNull() && account.CardSwitch.MustGet().Status == api.CardSwitchStatusRequested {
			return account
		}
	}
	require.FailNow(c.t, "no account waits for a card")
	return api.Account{}
}

// waitsForCard is an account of somebody's that waits for a card they have confirmed there, and its task.
func (c *client) waitsForCard() (account uuid.UUID, task string) {
	c.t.Helper()
	card := c.addCard("Blue Cash Preferred")
	waiting := c.switching(card.ID)
	c.chooses(card.ID, waiting.MerchantID)
	return waiting.ID, waiting.CardSwitch.MustGet().TaskID
}

func (c *client) accountNow(id uuid.UUID) api.Account {
	c.t.Helper()
	for _, account := range decode[api.AccountList](c.get("/api/accounts?limit=100").want(200)).Items {
		if account.ID == id {
			return account
		}
	}
	require.FailNow(c.t, "no such account")
	return api.Account{}
}

func TestACardIsSwitchedOnceAndOnlyWhenConfirmed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	key := decode[api.CardKey](dana.get("/api/accounts/card-key").want(200))
	require.Equal(t, "lattice-mock", key.Kid)
	require.Equal(t, key, decode[api.CardKey](dana.get("/api/accounts/card-key").want(200)))

	card := dana.addCard("Blue Cash Preferred")
	waiting := dana.switching(card.ID)
	task := waiting.CardSwitch.MustGet()
	require.Equal(t, today.Add(15*time.Second), task.ExpiresAt.MustGet())
	path := "/api/accounts/" + waiting.ID.String() + "/card"
	body := object{"taskId": task.TaskID, "jwe": mockJWE}
	require.Contains(t, dana.post(path, body).refused(409, api.ProblemCodeConflict).Detail, "Confirm")
	dana.chooses(dana.addCard("Savor").ID, waiting.MerchantID)
	dana.post(path, body).refused(409, api.ProblemCodeConflict) // another card was confirmed
	dana.chooses(card.ID, waiting.MerchantID)
	dana.post(path, object{"taskId": "1", "jwe": mockJWE}).notFound()
	dana.post(path, object{"taskId": task.TaskID, "jwe": "a.b.c.d.e"}).refused(422, api.ProblemCodeInvalidRequest, "/jwe")
	require.Equal(t, api.CardSwitchStatusRequested, dana.accountNow(waiting.ID).CardSwitch.MustGet().Status, "there is time to try again")
	for _, wrong := range []object{{"taskId": task.TaskID, "jwe": "4242424242424242"}, {"taskId": task.TaskID, "jwe": "a.b.c"}} {
		dana.post(path, wrong).refused(422, api.ProblemCodeInvalidRequest, "/jwe")
	}
	account := decode[api.Account](dana.post(path, body).want(202))
	require.Equal(t, api.CardSwitchStatusUpdated, account.CardSwitch.MustGet().Status)
	dana.post(path, body).refused(409, api.ProblemCodeConflict)
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'card.switch' AND user_id = $1", dana.user.ID)-1, "tried twice, taken once")
	require.NotContains(t, s.whole(t), mockJWE, "what was sent is not kept")
	require.Equal(t, 1, s.count(t, "vendor_calls WHERE operation = 'send_card' AND outcome = 'ok' AND subject = $1", dana.user.ID.String()))
}

func TestACardThatComesTooLateIsNotSent(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	account, task := dana.waitsForCard()
	s.clock.Advance(15 * time.Second)
	dana.post("/api/accounts/"+account.String()+"/card", object{"taskId": task, "jwe": mockJWE}).refused(409, api.ProblemCodeConflict)
	late := dana.accountNow(account).CardSwitch.MustGet()
	require.Equal(t, api.CardSwitchStatusFailed, late.Status)
	require.Contains(t, late.Reason.MustGet(), "in time")
	require.Zero(t, s.count(t, "vendor_calls WHERE operation = 'send_card'"))
}

// An outcome that is never told does not leave a switch under way for ever; one that is told late counts.
func TestACardSwitchNobodyHearsOfEnds(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	account, _ := dana.waitsForCard()
	now := func() api.CardSwitch {
		dana.signIn()
		return dana.accountNow(account).CardSwitch.MustGet()
	}
	s.exec(t, "UPDATE card_switches SET status = 'sent' WHERE account_id = $1", account)
	s.clock.Advance(59 * time.Minute)
	require.Equal(t, api.CardSwitchStatusSent, now().Status)
	s.clock.Advance(2 * time.Minute)
	require.Equal(t, api.CardSwitchStatusFailed, now().Status)
	require.Contains(t, now().Reason.MustGet(), "not heard")
	s.exec(t, "UPDATE card_switches SET status = 'updated' WHERE account_id = $1 AND status = 'sent'", account)
	require.Equal(t, api.CardSwitchStatusUpdated, now().Status)
}

func TestTheCardSwitcherWantsACard(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	for _, c := range []*client{dana, s.anonymous(t)} {
		c.post("/api/onboarding/start", object{"product": "card_switcher"}).refused(422, api.ProblemCodeInvalidRequest, "/cardId")
	}
}

// Whoever connects after the hint finds the same in the account; whoever was there hears it.
func TestACardSwitchIsHeardAndSeen(t *testing.T) {
	t.Parallel()
	s := newService(t)
	server := httptest.NewServer(s.app.Server())
	t.Cleanup(server.Close)
	dana := s.signUp(t, "Dana Kim")
	hearer := listen(t, server, dana)
	account, task := dana.waitsForCard()
	hearer.hears("card_switch.requested")
	require.Equal(t, task, dana.accountNow(account).CardSwitch.MustGet().TaskID)
}

func TestASessionIsExtendedByWhoeverMayCompleteIt(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, nobody := s.signUp(t, "Dana Kim"), s.anonymous(t)
	own, anonymous := dana.startLink(), nobody.startLink()
	s.clock.Advance(20 * time.Minute)
	dana.renew()
	extend := func(c *client, session api.OnboardingSession, claim string) *response {
		body := object{"sessionId": session.SessionID}
		if claim != "" {
			body["claimToken"] = claim
		}
		return c.post("/api/onboarding/extend", body)
	}
	want := api.OnboardingExtension{SessionID: own.SessionID, ExpiresAt: s.clock.Now().Add(linkLifetime)}
	require.Equal(t, want, decode[api.OnboardingExtension](extend(dana, own, "").want(200)))
	want.SessionID = anonymous.SessionID
	require.Equal(t, want, decode[api.OnboardingExtension](extend(nobody, anonymous, anonymous.ClaimToken.MustGet()).want(200)))
	extend(nobody, own, "").notFound()
	extend(nobody, anonymous, "").notFound()
	extend(nobody, anonymous, "c1_guessed").notFound()
	s.clock.Advance(20 * time.Minute) // beyond the first half hour
	dana.renew()
	dana.completeLink(own, "").want(200)
	extend(dana, own, "").notFound() // it is completed
	s.clock.Advance(linkLifetime)
	dana.renew()
	extend(nobody, anonymous, anonymous.ClaimToken.MustGet()).notFound()
}
