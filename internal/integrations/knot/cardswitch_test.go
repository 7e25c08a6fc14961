package knot_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
	"github.com/lattice-money/lattice/internal/testkit"
)

// addCard gives the user a card that nobody has confirmed for anything.
func (w *world) addCard() uuid.UUID {
	w.t.Helper()
	product, card := uuid.New(), uuid.New()
	w.exec(`INSERT INTO card_products (id, slug, issuer, name, network, currency, annual_fee, foreign_fee_bps, program, point_value, rule_version, source, as_of, illustrative)
		VALUES ($1, $2, 'Blue Bank', 'Blue', 'visa', 'USD', 0, 0, 'cash', 0, '1', 'example', '2026-01-01', true)`, product, product.String())
	w.exec("INSERT INTO cards (id, user_id, product_id, currency, created_at) VALUES ($1, $2, $3, 'USD', '2026-01-01')", card, w.user, product)
	return card
}

func (w *world) chooses(scope string, card uuid.UUID) {
	w.t.Helper()
	w.exec("INSERT INTO card_choices (user_id, scope, card_id, chosen_at) VALUES ($1, $2, $3, '2026-01-01')", w.user, scope, card)
}

// switches starts a card switch with a card that is confirmed for the merchant, and returns its session.
func (w *world) switches() uuid.UUID {
	w.t.Helper()
	card := w.addCard()
	w.chooses("merchant:doordash", card)
	started, err := w.Start(w.t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductCardSwitcher, CardID: &card})
	require.NoError(w.t, err)
	return started.ID
}

// authenticated signs in to the merchant in a session, and returns what the vendor sends of it.
func (w *world) authenticated(session uuid.UUID) simulated.Delivery {
	w.t.Helper()
	require.NoError(w.t, w.vendor.Login(w.t.Context(), session.String(), 19))
	sent := w.vendor.Sent()
	return sent[len(sent)-1]
}

// sendCard sends a card for the only task there is.
func (w *world) sendCard() (accounts.Account, error) {
	w.t.Helper()
	key, err := w.CardKey(w.t.Context())
	require.NoError(w.t, err)
	return w.SwitchCard(w.t.Context(), accounts.SwitchCardParams{
		UserID: w.user, AccountID: w.account, TaskID: one[string](w, "SELECT task_id FROM card_switches"), JWE: seal(w.t, key),
	})
}

func (w *world) switchNow() string {
	w.t.Helper()
	return one[string](w, "SELECT status || coalesce(': ' || reason, '') FROM card_switches")
}

// Who began without an account of ours is known to the vendor by another name than their own, and stays so.
func TestWhoBeganAnonymouslyCanSwitchACard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.vendor.Link("anonymous", 19)
	w.exec("UPDATE linked_accounts SET vendor_user_ref = 'anonymous'")
	w.deliver(w.authenticated(w.switches()))
	w.workHooks()
	require.Equal(t, "anonymous", one[string](w, "SELECT vendor_user_ref FROM onboarding_sessions"))
	require.Equal(t, "requested", w.switchNow())
	_, err := w.sendCard()
	require.NoError(t, err)
	w.deliverAll(0)
	require.Equal(t, "updated", w.switchNow())
}

// A session of before has another reference than the account; the switch goes by the session's.
func TestACardIsSwitchedUnderTheReferenceOfItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	session := w.switches()
	w.exec("UPDATE linked_accounts SET vendor_user_ref = 'anonymous'")
	w.deliver(w.authenticated(session))
	w.workHooks()
	require.Equal(t, "requested", w.switchNow())
	_, err := w.sendCard()
	require.NoError(t, err)
	w.deliverAll(0)
	require.Equal(t, "updated", w.switchNow())
}

// An anonymous session that was claimed, but linked nothing, names its user too.
func TestAReferenceOutlivesItsAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.exec("DELETE FROM linked_accounts")
	insert := `INSERT INTO onboarding_sessions (id, user_id, product, vendor_user_ref, mock, created_at, expires_at, completed_at)
		VALUES ($1, $2, 'transactions', $3, $4, $5, $5, $6)`
	w.exec(insert, uuid.New(), w.user, "claimed", false, w.clock.Now(), w.clock.Now())
	w.exec(insert, uuid.New(), w.user, "left open", false, w.clock.Now().Add(time.Hour), nil)
	w.exec(insert, uuid.New(), w.user, "made up", true, w.clock.Now().Add(time.Hour), w.clock.Now())
	started, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductTransactions})
	require.NoError(t, err)
	require.Equal(t, "claimed", one[string](w, "SELECT vendor_user_ref FROM onboarding_sessions WHERE id = $1", started.ID))
}

// Somebody has a merchant linked under two references; unlinked is unlinked under both.
func TestWhatIsUnlinkedDoesNotComeBackUnderAnotherReference(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.vendor.Link("anonymous", 19) // beside w.ref, as after a card switch
	w.exec("UPDATE linked_accounts SET vendor_user_ref = 'anonymous'")
	for i, ref := range []string{"anonymous", w.ref} {
		at := w.clock.Now().Add(time.Duration(i) * time.Minute)
		w.exec(`INSERT INTO onboarding_sessions (id, user_id, product, vendor_user_ref, mock, created_at, expires_at, completed_at)
			VALUES ($1, $2, 'transactions', $3, false, $4, $4, $4)`, uuid.New(), w.user, ref, at)
	}
	require.NoError(t, w.Unlink(t.Context(), w.user, w.account))
	session, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductTransactions})
	require.NoError(t, err)
	require.Equal(t, w.ref, one[string](w, "SELECT vendor_user_ref FROM onboarding_sessions WHERE id = $1", session.ID))
	_, err = w.Complete(t.Context(), accounts.CompleteParams{UserID: w.user, SessionID: session.ID}) // whatever it was for
	require.NoError(t, err)
	require.Zero(t, one[int](w, "SELECT count(*) FROM linked_accounts"))
}

// The answer to a card is lost; the vendor has taken it and says so.
func TestACardThatWasTakenAfterALostAnswerIsUpdated(t *testing.T) {
	t.Parallel()
	for _, fault := range []simulated.Fault{{Operation: "sendCard", Body: simulated.BodyLost}, {Operation: "sendCard", Status: 502}} {
		w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
		w.deliver(w.authenticated(w.switches()))
		w.workHooks()
		w.vendor.Fail(fault)
		account, err := w.sendCard()
		require.NoError(t, err)
		require.Equal(t, accounts.SwitchSent, account.CardSwitch.Status)
		_, err = w.sendCard()
		require.ErrorIs(t, err, accounts.ErrSwitchOver, "it is not sent twice")
		if fault.Body != simulated.BodyLost {
			continue
		}
		sent := w.vendor.Sent()
		require.Contains(t, string(sent[len(sent)-1].Body), "CARD_UPDATED", "the card is on file")
		w.deliver(sent[len(sent)-1])
		w.workHooks()
		require.Equal(t, "updated", w.switchNow())
	}
}

// The vendor has said itself that it did not take the card: nothing is to come.
func TestACardThatWasTurnedAwayIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
	w.deliver(w.authenticated(w.switches()))
	w.workHooks()
	w.vendor.Fail(simulated.Fault{Operation: "sendCard", Status: 429})
	account, err := w.sendCard()
	require.NoError(t, err)
	require.Equal(t, accounts.SwitchFailed, account.CardSwitch.Status)
	require.Contains(t, *account.CardSwitch.Reason, "handed over")
}

// A captured AUTHENTICATED with another task, which its signature allows, opens nothing, once the true task has run out or
// failed either.
func TestAForgedTaskIsNotOpened(t *testing.T) {
	t.Parallel()
	for _, fails := range []bool{false, true} {
		w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
		captured := w.authenticated(w.switches())
		w.deliver(captured)
		w.workHooks()
		require.Equal(t, "requested", w.switchNow())
		if fails {
			w.exec("UPDATE card_switches SET status = 'failed'")
		} else {
			w.clock.Advance(20 * time.Second)
		}
		forged := bytes.Replace(captured.Body, []byte(`"task_id":90`), []byte(`"task_id":91`), 1)
		require.NotEqual(t, string(captured.Body), string(forged))
		captured.Body = forged
		w.deliver(captured)
		w.workHooks()
		require.Equal(t, 1, one[int](w, "SELECT count(*) FROM card_switches"))
		require.Zero(t, one[int](w, "SELECT count(*) FROM card_switches WHERE task_id LIKE '91%'"))
	}
}

// The task has 15 seconds to live, and a sync has time for the orders.
func TestATaskIsToldBeforeOrdersAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testkit.DB(t), simulated.Readings{}, 10)
	w.vendor.Add(w.ref, 19, simulated.Made(w.ref, 19, w.clock.Now(), 0, 25)...)
	w.exec("DELETE FROM linked_accounts")
	w.queued = nil
	w.deliver(w.authenticated(w.switches()))
	w.workHooks()
	require.Equal(t, "requested", w.switchNow())
	require.Zero(t, w.vendor.Calls("syncTransactions"))
	require.Equal(t, "syncing", one[string](w, "SELECT status FROM linked_accounts"))
	w.account = one[uuid.UUID](w, "SELECT id FROM linked_accounts")
	require.Equal(t, []uuid.UUID{w.account}, w.queued)
	w.syncs(1)
	require.Equal(t, w.model(), w.picture())
}

// A card confirmed for the merchant counts before one that is confirmed for what it sells.
func TestTheMerchantsCardCountsBeforeTheCategorys(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []bool{false, true} {
		w := newWorld(t, testkit.DB(t), simulated.Readings{}, 100)
		card := w.addCard()
		w.chooses("category:delivery", card)
		if elsewhere {
			w.chooses("merchant:doordash", w.addCard())
		}
		started, err := w.Start(t.Context(), accounts.StartParams{UserID: &w.user, Product: accounts.ProductCardSwitcher, CardID: &card})
		require.NoError(t, err)
		w.deliver(w.authenticated(started.ID))
		w.workHooks()
		_, err = w.sendCard()
		if elsewhere {
			require.ErrorIs(t, err, accounts.ErrCardUnconfirmed)
		} else {
			require.NoError(t, err)
		}
	}
}
