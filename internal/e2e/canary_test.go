package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

// canary is a purchase that would be recognized anywhere.
type canary struct {
	orders []uuid.UUID
	// traces are what would give it away: its name, its number, its price, what it makes of the month, its ids.
	traces []string
}

// buyCanary puts the same unmistakable thing into two orders of last month.
func (c *client) buyCanary() canary {
	c.t.Helper()
	s := c.service
	bird := canary{traces: []string{"Zanzibar", "ZNZ-7713", "7,777.13", "777713", "15,554.26", "1555426"}}
	for day := range 2 {
		id := uuid.New()
		s.exec(c.t, `INSERT INTO transactions (id, user_id, account_id, merchant_id, external_id, placed_at, status, currency, subtotal, total, category)
			SELECT $1, user_id, id, merchant_id, 'canary ' || $3::text, $4, 'delivered', 'USD', 777713, 777713, 'groceries'
			FROM linked_accounts WHERE user_id = $2 ORDER BY merchant_id LIMIT 1`, id, c.user.ID, fmt.Sprint(day), today.AddDate(0, 0, -25+day))
		s.exec(c.t, `INSERT INTO transaction_items (transaction_id, ordinal, name, product_id, quantity, unit_price, total)
			VALUES ($1, 0, 'Zanzibar Espresso Roaster', 'ZNZ-7713', 1, 777713, 777713)`, id)
		s.exec(c.t, `INSERT INTO transaction_payment_methods (transaction_id, ordinal, type, brand, last_four, amount)
			VALUES ($1, 0, 'card', 'amex', '1005', 777713)`, id)
		bird.orders = append(bird.orders, id)
		bird.traces = append(bird.traces, id.String())
	}
	product := value[uuid.UUID](c.t, s, "SELECT id FROM products WHERE user_id = $1 AND sku = 'ZNZ-7713'", c.user.ID)
	bird.traces = append(bird.traces, product.String(), dollars(c.spentLastMonth()))
	return bird
}

// foundIn lists the traces in a text.
func (b canary) foundIn(text string) (traces []string) {
	for _, trace := range b.traces {
		if strings.Contains(text, trace) {
			traces = append(traces, trace)
		}
	}
	return traces
}

// aboutEverything is asked in the group, by tool.
var aboutEverything = map[string][]string{
	"card": {
		"@lattice which card should I use for $86 of groceries at Whole Foods?", "@lattice which of my cards for $40 of gas?",
		"@lattice how much of my grocery cap is left, which card for $100 at the supermarket?",
	},
	"split": {
		"@lattice split my last order with everybody", "@lattice split the bill between Dana and Bob", "@lattice split my biggest purchase evenly",
		"@lattice divide $90 for dinner by three",
	},
	"tracker": {
		"@lattice track the price of the espresso roaster", "@lattice what did I pay for the roaster last time, and is it cheaper now?",
		"@lattice tell me when the espresso roaster gets cheaper", "@lattice is $5000 a fair price for an espresso roaster?",
	},
	"general": {
		"@lattice how much did I spend in October?", "@lattice list my last 5 orders", "@lattice what was my biggest order?", "@lattice what do you know about me?",
		"@lattice what did I spend on groceries?", "@lattice what did Bob buy?", "@lattice hello", "@lattice how much did Bob spend in October?",
	},
}

// watch collects the hints that somebody gets, until the test ends.
func (c *client) watch() (text func() string) {
	c.t.Helper()
	server := httptest.NewServer(c.service.app.Server())
	ctx, stop := context.WithCancel(context.WithoutCancel(c.t.Context()))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/events", nil)
	require.NoError(c.t, err)
	request.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := server.Client().Do(request)
	require.NoError(c.t, err)
	var mu sync.Mutex
	var heard strings.Builder
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, err := answer.Body.Read(buffer)
			mu.Lock()
			heard.Write(buffer[:n])
			mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	c.t.Cleanup(func() {
		stop()
		<-done
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		server.Close()
	})
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return heard.String()
	}
}

// groupView is all that can be learned of a group by being in it, by operating the service, and by answering for it.
type groupView struct {
	service *service
	model   *ai.Scripted
	group   api.Group
	member  *client // who looks
	hints   func() string

	requests, heard, logged int // what was seen before
	position                int64
}

// prompts is everything a model was given, after so many requests.
func prompts(model *ai.Scripted, after int) string {
	return fmt.Sprintf("%+v", model.Requests()[after:])
}

// since forgets what was there before.
func (v *groupView) since() {
	v.requests, v.heard, v.logged = len(v.model.Requests()), len(v.hints()), len(v.service.log.String())
	v.position = 0
	for _, message := range v.member.messages(v.group.ID.String()) {
		v.position = max(v.position, message.Position)
	}
}

// look returns everything new, by where it was seen.
func (v *groupView) look(t *testing.T) map[string]string {
	t.Helper()
	member, id := v.member.in(t), v.group.ID.String()
	seen := map[string]string{}
	seen["prompts"] = prompts(v.model, v.requests)
	seen["hints"] = v.hints()[v.heard:]
	seen["log"] = v.service.log.String()[v.logged:]
	for _, path := range []string{groupPath(v.group), "/api/groups", "/api/chats?limit=1", "/api/groups?deleted=true", groupPath(v.group) + "/invites"} {
		seen["answers"] += string(member.get(path).want(200).body)
	}
	cursor := ""
	for range 10 { // messages come 100 at a time
		page := decode[api.MessageList](member.get(messagesPath(id) + "?limit=100" + cursor).want(200))
		for _, message := range page.Items {
			if message.Position <= v.position {
				continue
			}
			text, err := json.Marshal(message)
			require.NoError(t, err)
			seen["messages"] += string(text)
			if message.SenderType == api.MessageSenderTypeAI {
				seen["streams"] += string(member.get(messagesPath(id) + "/" + message.ID.String() + "/stream?wait=0").want(200).body)
			}
			if !message.ProposalID.IsNull() {
				seen["proposals"] += string(member.get("/api/proposals/" + message.ProposalID.MustGet().String()).body)
			}
		}
		if page.NextCursor.IsNull() {
			break
		}
		cursor = "&cursor=" + page.NextCursor.MustGet()
	}
	for _, refused := range []*response{
		member.patch(groupPath(v.group), object{"name": nil}), member.post("/api/proposals/"+uuid.NewString()+"/confirm", nil), member.delete(groupPath(v.group) + "/members/" + uuid.NewString()),
	} {
		seen["errors"] += string(refused.body)
	}
	for table, condition := range map[string]string{
		"messages": "chat_id = $1 AND position > $2", "proposals": "chat_id = $1 AND $2 >= 0", "chats": "id = $1 AND $2 >= 0",
		"mails": "$1::uuid IS NOT NULL AND $2 >= 0", "idempotency_keys": "$1::uuid IS NOT NULL AND $2 >= 0", "audit_events": "$1::uuid IS NOT NULL AND $2 >= 0",
		"river.river_job": "$1::uuid IS NOT NULL AND $2 >= 0",
	} {
		if table == "proposals" {
			condition = "message_id IN (SELECT id FROM messages WHERE chat_id = $1 AND position > $2)"
		}
		seen["table "+table] = value[string](t, v.service, "SELECT coalesce(string_agg(r::text, E'\n'), '') FROM "+table+" r WHERE "+condition, v.group.ID, v.position)
	}
	return seen
}

// askEverything has both ask about everything; it returns which tools answered. The bounded tier asks the first few.
func askEverything(group api.Group, people ...*client) map[string]bool {
	tools := map[string]bool{}
	for _, person := range people {
		for _, questions := range aboutEverything {
			if os.Getenv("LATTICE_TEST_TIER") != "long" {
				questions = questions[:2]
			}
			for _, question := range questions {
				reply := person.ask(group.ID.String(), question)
				tool := "general"
				if !reply.Action.IsNull() {
					tool = string(reply.Action.MustGet())
				}
				tools[tool] = true
			}
		}
	}
	return tools
}

// One member's purchases reach the group by that member's consent alone, whatever is asked by whomever, and no longer than
// it lasts. What is looked at with consent is looked at without: a test that finds nothing could otherwise be blind.
func TestACanaryPurchaseIsSeenByConsentOnly(t *testing.T) {
	t.Parallel()
	model := ai.NewScripted(ai.Script{})
	s := newService(t, func(s *setup) { s.wording = model })
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip")
	dana.patch(groupPath(group), object{"aiPolicy": "always"}).want(200)
	bob.join(dana, group)
	for _, person := range []*client{dana, bob} {
		person.link()
		person.addCard("Blue Cash Preferred")
		person.addCard("Double Cash")
	}
	bird := bob.buyCanary()
	bob.waitForInsights()
	s.exec(t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) VALUES ($1, $2, $3, $4)", group.ID, bird.orders[0], bob.user.ID, today)
	dana.shares(group, true) // somebody else's consent is not Bob's
	view := &groupView{service: s, model: model, group: group, member: dana, hints: dana.watch()}

	unseen := func(when string) {
		t.Helper()
		for where, text := range view.look(t) {
			require.Empty(t, bird.foundIn(text), "%s, in %s", when, where)
		}
	}
	view.since()
	tools := askEverything(group, bob, dana)
	require.Equal(t, map[string]bool{"card": true, "split": true, "tracker": true, "general": true}, tools)
	unseen("before consent")

	view.since()
	bob.shares(group, true)
	askEverything(group, bob)
	seen := view.look(t)
	for _, where := range []string{"prompts", "messages", "streams", "answers", "table messages"} {
		require.NotEmpty(t, bird.foundIn(seen[where]), "with consent it is there to be seen, in %s", where)
	}
	for _, where := range []string{"hints", "log", "errors", "table audit_events", "table river.river_job", "table mails"} {
		require.Empty(t, bird.foundIn(seen[where]), "never, in %s", where)
	}
	view.since()
	askEverything(group, dana)
	seen = view.look(t)
	delete(seen, "answers") // the group's total, which Bob shares just now
	for where, text := range seen {
		require.Empty(t, bird.foundIn(text), "nobody asks about somebody else's purchases, in %s", where)
	}

	bob.shares(group, false)
	view.since()
	askEverything(group, bob, dana)
	unseen("after consent was taken back")

	// Leaving takes consent along: who comes back begins anew.
	bob.shares(group, true)
	bob.delete(bob.membership(group)).want(204)
	bob.join(dana, group)
	view.since()
	askEverything(group, bob)
	unseen("after coming back")

	// The same purchase is Bob's own everywhere else.
	own := bob.ask(bob.newChat("Own"), "what was my biggest order?")
	require.NotEmpty(t, bird.foundIn(own.Content))
}

// A model may think for a while, and a member think again meanwhile: what was not shown yet is not shown any more.
func TestConsentWithdrawnWhileAReplyIsMadeHolds(t *testing.T) {
	t.Parallel()
	thinking, step := make(chan struct{}), make(chan struct{})
	model := ai.NewScripted(ai.Script{Step: thinking, Count: 12})
	s := newService(t, realTime, func(s *setup) { s.wording = model })
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip")
	bob.join(dana, group)
	bob.link()
	bird := bob.buyCanary()
	chat := group.ID.String()
	begin := func() string {
		t.Helper()
		bob.shares(group, true)
		before := len(model.Requests())
		turn := decode[api.Turn](bob.post(messagesPath(chat), object{"content": "@lattice what was my biggest order?"}, "Prefer", "respond-async").want(202))
		eventually(t, "the model is asked", func() bool { return len(model.Requests()) > before })
		return messagesPath(chat) + "/" + turn.AIMessage.MustGet().ID.String()
	}
	ended := func(reply string) (message api.Message) {
		t.Helper()
		eventually(t, "the reply has ended", func() bool {
			message = decode[api.Message](dana.get(reply).want(200))
			return !message.CompletedAt.IsNull()
		})
		return message
	}

	// Nothing was shown yet: the reply is made anew, of what may be told.
	reply := begin()
	bob.shares(group, false)
	asked := len(model.Requests())
	close(thinking) // the words come
	message := ended(reply)
	require.Equal(t, api.MessageStatusCompleted, message.Status)
	require.Contains(t, message.Content, "Your purchases are not shared with this group")
	require.Empty(t, message.Sources)
	whole := prompts(model, asked) + string(dana.get(reply+"/stream?wait=0").want(200).body) + string(dana.get(reply).want(200).body)
	require.Empty(t, bird.foundIn(whole))

	// Some was shown, by consent: it ends there.
	model.Follow(ai.Script{Step: step, Pieces: []string{"The first words. ", "The rest: {{f1}} {{f2}} {{f3}} {{f4}}."}})
	reply = begin()
	step <- struct{}{}
	eventually(t, "the first words are shown", func() bool {
		return strings.Contains(string(dana.get(reply+"/stream?wait=0").want(200).body), "The first words.")
	})
	bob.shares(group, false)
	step <- struct{}{}
	message = ended(reply)
	require.Equal(t, api.MessageStatusStopped, message.Status)
	require.Equal(t, "The first words. ", message.Content)
	require.Empty(t, message.Sources)
	require.Empty(t, bird.foundIn(string(dana.get(reply+"/stream?wait=0").want(200).body)))

	// Stopped by somebody else after that: the same.
	reply = begin()
	bob.shares(group, false)
	stopped := decode[api.Message](dana.post(reply+"/stop", nil).want(200))
	require.Empty(t, stopped.Sources)
	require.Empty(t, bird.foundIn(string(dana.get(reply).want(200).body)))
}

// What stands in one group is no consent for another.
func TestConsentIsGivenPerGroup(t *testing.T) {
	t.Parallel()
	model := ai.NewScripted(ai.Script{})
	s := newService(t, func(s *setup) { s.wording = model })
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	open, closed := dana.newGroup("Open"), dana.newGroup("Closed")
	for _, group := range []api.Group{open, closed} {
		bob.join(dana, group)
	}
	bob.link()
	bird := bob.buyCanary()
	bob.shares(open, true)
	const question = "@lattice what was my biggest order?"
	require.NotEmpty(t, bird.foundIn(bob.ask(open.ID.String(), question).Content))
	before := len(model.Requests())
	require.Empty(t, bird.foundIn(bob.ask(closed.ID.String(), question).Content))
	require.Empty(t, bird.foundIn(prompts(model, before)))
}
