package streamtest

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// buysTwice writes two orders of some days ago that look like one charged twice.
func (p *person) buysTwice() {
	p.t.Helper()
	account := uuid.New()
	p.exec(`INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
		SELECT $1, $2, id, 'ref', 'mine', 'connected', true, false, true, now() FROM merchants WHERE slug = 'instacart'`, account, p.id)
	for i := range 2 {
		p.exec(`INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
			SELECT gen_random_uuid(), $1, id, merchant_id, $3::integer::text, $4, 'delivered', 'USD', 8600, 8600, 'groceries' FROM linked_accounts WHERE id = $2`,
			p.id, account, i, time.Now().AddDate(0, 0, -3).Add(time.Duration(i)*time.Minute))
	}
}

// Something new in somebody's feed is told on all of their devices, by whichever process they are connected to, and to
// nobody else; once.
func TestNewFindingsAreHinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.start(), w.start()
	alice := first.person("Alice")
	elsewhere, bob := alice.at(second), second.person("Bob")
	here, there, others := alice.hints(), elsewhere.hints(), bob.hints()
	alice.buysTwice()
	feed := func() api.InsightList {
		return as[api.InsightList](t, alice.do(200, http.MethodGet, "/api/insights", nil))
	}
	require.True(t, feed().Stale) // and so it is computed anew
	hinted := as[api.InsightCreated](t, answer{body: []byte(here.until("insight.created").Data)})
	require.Equal(t, hinted, as[api.InsightCreated](t, answer{body: []byte(there.until("insight.created").Data)}))
	items := feed().Items
	require.Len(t, items, 1)
	require.Equal(t, items[0].ID, hinted.InsightID)

	// What is computed again is nothing new. The hint of a message shows that none was on its way before.
	alice.exec("UPDATE transactions SET note = 'looked at' WHERE user_id = $1", alice.id)
	require.Eventually(t, func() bool { return !feed().Stale }, patience, 10*time.Millisecond)
	bobs := bob.openChat()
	bob.say(bobs, "hello")
	chatID := alice.openChat()
	alice.say(chatID, "hello")
	for _, s := range []*stream{here, there, others} {
		before := len(s.seen)
		s.until("message.created")
		require.NotContains(t, names(s.seen[before:]), "insight.created")
	}
}
