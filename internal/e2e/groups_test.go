package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func TestCreatingAGroup(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := decode[api.Group](dana.post("/api/groups", object{
		"name":    " Ski Trip ",
		"members": []string{bob.email, "carol@example.com", strings.ToUpper(bob.email), dana.email, "CAROL@example.com"}, "currency": "EUR",
	}).want(201))
	require.Equal(t, "Ski Trip", group.Name)
	require.Equal(t, "EUR", group.Currency)
	require.Equal(t, api.AIPolicyAuto, group.AIPolicy)
	require.Equal(t, "Nothing shared yet", group.Context)
	require.Equal(t, api.Money{Amount: 0, Currency: "EUR"}, group.TotalSpend)
	require.Empty(t, group.OtherTotals)
	require.Len(t, group.Members, 3, "the owner, and each address once")
	owner := group.Members[0]
	require.Equal(t, dana.user.ID, owner.UserID.MustGet())
	require.Equal(t, api.MemberRoleOwner, owner.Role)
	require.False(t, owner.SharesPurchases, "nobody shares without saying so")
	require.Equal(t, 1, s.count(t, "chats WHERE id = $1 AND type = 'group' AND created_by = $2", group.ID, dana.user.ID))
	require.Equal(t, 1, s.count(t, "chat_members WHERE chat_id = $1", group.ID), "nobody joins without accepting")
	require.Equal(t, 2, s.count(t, "group_invites WHERE chat_id = $1 AND expires_at = $2", group.ID, today.AddDate(0, 0, 14)))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'group.create' AND target_id = $1", group.ID.String()))

	require.Equal(t, group, decode[api.Group](dana.get("/api/groups/"+group.ID.String()).want(200)))
	require.Equal(t, []api.Group{group}, decode[api.GroupList](dana.get("/api/groups").want(200)).Items)
	chat := decode[api.ChatDetail](dana.get("/api/chats/" + group.ID.String()).want(200))
	require.Equal(t, api.ChatTypeGroup, chat.Type)
	require.Equal(t, group.Members, chat.Members)
	require.Equal(t, 1, chat.MemberCount)
	require.Empty(t, decode[api.GroupList](bob.get("/api/groups").want(200)).Items, "invited is not joined")
	bob.get("/api/groups/" + group.ID.String()).notFound()
	bob.get("/api/chats/" + group.ID.String()).notFound()
}

// The answer does not tell whether an address has an account: a group would be a way to find out.
func TestInvitationsDoNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	shape := func(email string) api.Member {
		members := dana.newGroup("Ski Trip", email).Members
		require.Len(t, members, 2)
		invited := members[1]
		require.Equal(t, email, invited.Email)
		invited.Email = ""
		return invited
	}
	known, unknown := shape(bob.email), shape("nobody@example.com")
	require.Equal(t, unknown, known)
	require.True(t, known.UserID.IsNull() && known.Name.IsNull() && known.JoinedAt.IsNull())
	require.Equal(t, api.MemberStatusInvited, known.Status)
	require.False(t, known.SharesPurchases)
}

func TestAGroupTakesTheCurrencyOfItsOwner(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	require.Equal(t, "USD", dana.newGroup("Ski Trip").Currency)
	dana.patchSettings(object{"preferences": object{"display": object{"currency": "JPY"}}}).want(200)
	require.Equal(t, "JPY", dana.newGroup("Sushi").Currency)
	require.Len(t, dana.newGroup("Crowd", addresses(50)...).Members, 51)
}

func addresses(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("friend.%d@example.com", i))
	}
	return list
}

// Friends talk among themselves; the co-pilot speaks when it is spoken to, or when it is plainly asked.
func TestInAGroupTheCoPilotSpeaksWhenItIsAsked(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	group := dana.newGroup("Ski Trip").ID.String()
	for _, talk := range []string{
		"Who is bringing the skis?", "lol same", "I paid for dinner yesterday", "See you at 8", "lattice work on the porch looks great", "How much did I spend in October?",
	} {
		before := s.count(t, "river.river_job")
		turn := dana.say(group, talk)
		require.True(t, turn.AIMessage.IsNull(), "%q is not for the co-pilot", talk)
		require.Equal(t, before, s.count(t, "river.river_job"), "and nothing is computed")
	}
	require.Equal(t, api.ActionCard, dana.ask(group, "@lattice which card for $86 of groceries at Whole Foods?").Action.MustGet())
	require.EqualValues(t, 516, drawerOf(t, dana.ask(group, "Which card should I use for $86 of groceries at Whole Foods?")).Recommended.Reward.Amount)
	require.NotEmpty(t, dana.ask(group, "@Lattice hello").Content)
	positions := dana.messages(group)
	for i, message := range positions {
		require.EqualValues(t, len(positions)-i, message.Position)
	}
}

func TestTheOtherPolicies(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	const plain, addressed = "Which card should I use for $86 of groceries at Whole Foods?", "@lattice hello"
	for policy, want := range map[string][2]bool{"always": {true, true}, "mention": {false, true}, "off": {false, false}} {
		group := dana.newGroup("Ski Trip").ID.String()
		dana.patch("/api/groups/"+group, object{"aiPolicy": policy}).want(200)
		for i, text := range []string{plain, addressed} {
			answered := !dana.say(group, text).AIMessage.IsNull()
			require.Equal(t, want[i], answered, "%s: %s", policy, text)
		}
	}
}

// Purchases reach a group only through their owner's consent. The one who did not give it gets no figure of their own
// there, and nobody else gets one of theirs.
func TestPurchasesReachAGroupByConsentOnly(t *testing.T) {
	t.Parallel()
	s := newService(t)
	sharer, keeper := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := sharer.newGroup("Ski Trip", keeper.email)
	keeper.join(sharer, group)
	sharer.shares(group, true)
	chat := group.ID.String()
	for _, person := range []*client{sharer, keeper} {
		person.link()
		person.addCard("Blue Cash Preferred")
	}
	const question = "@lattice How much did I spend in October?"

	open := sharer.ask(chat, question)
	require.Contains(t, open.Content, dollars(sharer.spentLastMonth()))
	require.NotEmpty(t, open.Sources)

	for _, question := range []string{
		question, "@lattice what did I spend on groceries?", "@lattice list my last 5 orders", "@lattice what was my biggest order?",
		"@lattice split the bill with Dana", "@lattice hello", "@lattice what do you know about me?",
	} {
		closed := keeper.ask(chat, question)
		said := closed.Content + strings.Join(closed.Thinking, " ")
		require.NotContains(t, said, "$", question)
		require.Empty(t, closed.Sources)
		require.True(t, closed.DrawerData.IsNull())
		for _, institution := range institutions(keeper) {
			require.NotContains(t, said, institution, question)
		}
	}
	// A card can still be recommended; what is left of its cap would tell what was bought, which is one big order.
	order := keeper.oneOrder()
	s.exec(t, "DELETE FROM transaction_payment_methods WHERE transaction_id IN (SELECT id FROM transactions WHERE user_id = $1)", keeper.user.ID)
	s.exec(t, `UPDATE transactions SET total = 500000, subtotal = 500000, category = 'groceries',
		merchant_id = (SELECT id FROM merchants WHERE slug = 'whole-foods') WHERE id = $1`, order)
	s.exec(t, `INSERT INTO transaction_payment_methods (transaction_id, ordinal, type, brand, last_four, amount)
		VALUES ($1, 0, 'card', 'amex', '1005', 500000)`, order)
	card := drawerOf(t, keeper.ask(chat, "@lattice which card should I use for $86 of groceries at Whole Foods?"))
	require.EqualValues(t, 516, card.Recommended.Reward.Amount)
	require.True(t, card.Recommended.CapLeft.IsNull())
	require.True(t, card.Utilization.IsNull())
	// In a chat of their own it counts, of course.
	own := drawerOf(t, keeper.ask(keeper.newChat("Own"), "Which card should I use for $86 of groceries at Whole Foods?"))
	require.EqualValues(t, 100000, own.Recommended.CapLeft.MustGet().Amount)

	// Consent can be given and taken back; the next answer knows.
	keeper.shares(group, true)
	sharer.shares(group, false)
	require.Contains(t, keeper.ask(chat, question).Content, dollars(keeper.spentLastMonth()))
	require.NotContains(t, sharer.ask(chat, question).Content, "$")
}

func institutions(c *client) (names []string) {
	c.t.Helper()
	for _, account := range decode[api.AccountList](c.get("/api/accounts").want(200)).Items {
		names = append(names, account.Institution)
	}
	return names
}

// What one member said before does not answer another member's follow-up.
func TestAFollowUpInAGroupIsItsAskersOwn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip", bob.email)
	bob.join(dana, group)
	bob.shares(group, true)
	dana.addCard("Blue Cash Preferred")
	bob.addCard("Double Cash")
	chat := group.ID.String()
	dana.ask(chat, "@lattice which card should I use for $86 of groceries at Whole Foods?")
	followUp := bob.ask(chat, "@lattice and for $200?")
	require.True(t, followUp.DrawerData.IsNull())
	require.NotContains(t, followUp.Content, "Blue Cash Preferred")
}

func TestMembersSeeEachOtherAndStrangersSeeNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Mallory Reed")
	group := dana.newGroup("Ski Trip", bob.email, "carol@example.com")
	s.clock.Advance(time.Minute)
	bob.join(dana, group)
	chat := group.ID.String()
	dana.say(chat, "Who is bringing the skis?")
	require.Len(t, bob.messages(chat), 1)
	seen := decode[api.Group](bob.get("/api/groups/" + chat).want(200))
	require.Len(t, seen.Members, 3)
	require.Equal(t, "Dana Kim", seen.Members[0].Name.MustGet())
	require.Equal(t, "carol@example.com", seen.Members[2].Email)
	require.EqualValues(t, 1, decode[api.ChatDetail](bob.get("/api/chats/"+chat).want(200)).UnreadCount)
	require.EqualValues(t, 0, decode[api.ChatDetail](dana.get("/api/chats/"+chat).want(200)).UnreadCount)
	for _, path := range []string{"/api/groups/" + chat, "/api/chats/" + chat, "/api/chats/" + chat + "/messages"} {
		mallory.get(path).notFound()
	}
	mallory.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}).notFound()
	require.Empty(t, mallory.walk("/api/groups", 100))

	// Who leaves has left, at once.
	bob.delete(bob.membership(group)).want(204)
	bob.get("/api/groups/" + chat).notFound()
	bob.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}).notFound()
}

// The totals of a group are of the receipts its members put before it, while they share; other currencies stand apart.
func TestTheTotalsOfAGroupAreOfSharedReceipts(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip", bob.email)
	bob.join(dana, group)
	bob.shares(group, true)
	bob.link()
	order := bob.oneOrder()
	s.exec(t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) VALUES ($1, $2, $3, $4)", group.ID, order, bob.user.ID, today)
	total := value[int64](t, s, "SELECT total FROM transactions WHERE id = $1", order)
	look := func() api.Group { return decode[api.Group](dana.get("/api/groups/" + group.ID.String()).want(200)) }
	require.Equal(t, api.Money{Amount: total, Currency: "USD"}, look().TotalSpend)
	require.Contains(t, look().Context, "1 shared receipt,")
	s.exec(t, "UPDATE transactions SET currency = 'EUR' WHERE id = $1", order)
	require.Equal(t, []api.Money{{Amount: total, Currency: "EUR"}}, look().OtherTotals)
	require.Zero(t, look().TotalSpend.Amount)
	bob.shares(group, false)
	require.Equal(t, "Nothing shared yet", look().Context)
	require.Empty(t, look().OtherTotals)
}

func TestEveryListIsPagedCompletely(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	for i := range int64(4) {
		dana.buyTwice(90000 + 1000*i)
	}
	dana.waitForInsights()
	chat := dana.newChat("Groceries")
	for i := range 6 {
		if i%3 == 0 {
			s.clock.Advance(time.Minute) // some share their moment: the id then decides, on both sides of a page
		}
		dana.newChat(fmt.Sprintf("Chat %d", i))
		dana.invite(dana.newGroup(fmt.Sprintf("Group %d", i)), object{})
		dana.addCard("Double Cash")
		dana.say(chat, "Hello")
	}
	for list, least := range map[string]int{
		"/api/chats": 14, "/api/chats?q=chat": 6, "/api/chats/" + chat + "/messages": 12, "/api/groups": 6, "/api/card-products": 15,
		"/api/card-products?q=c": 5, "/api/cards": 6, "/api/accounts": 4, "/api/insights": 3,
	} {
		t.Run(list, func(t *testing.T) {
			t.Parallel()
			dana := dana.in(t)
			whole := dana.walk(list, 100)
			require.GreaterOrEqual(t, len(whole), least)
			require.Equal(t, whole, dana.walk(list, 1))
			require.Equal(t, whole, dana.walk(list, 2))
			require.Equal(t, whole, dana.walk(list, len(whole)), "a last page that is full ends the list")
			require.Equal(t, whole[:min(20, len(whole))], dana.first(list))
		})
	}
}

// first is one page of a list, as long as it comes.
func (c *client) first(list string) (ids []string) {
	c.t.Helper()
	for _, item := range decode[struct {
		Items []struct {
			ID uuid.UUID `json:"id"`
		} `json:"items"`
	}](c.get(list).want(200)).Items {
		ids = append(ids, item.ID.String())
	}
	return ids
}

// The cursor names a place, not a number: what arrives while somebody pages moves nothing they have yet to see.
func TestAPageGoesOnWhereTheLastEnded(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	for range 3 {
		dana.say(chat, "Hello")
	}
	list := "/api/chats/" + chat + "/messages?limit=2"
	whole := dana.walk(list, 100)
	cursor := *cursorOf(dana.get(list))
	dana.say(chat, "And another")
	require.Equal(t, whole[2:4], dana.first(list+"&cursor="+cursor))

	detail := decode[api.ChatDetail](dana.get("/api/chats/" + chat).want(200))
	require.True(t, detail.NextCursor.IsNull(), "eight messages fit")
	for range 22 {
		dana.say(chat, "Hello")
	}
	detail = decode[api.ChatDetail](dana.get("/api/chats/" + chat).want(200))
	require.Len(t, detail.Messages, 50)
	dana.say(chat, "Hello")
	detail = decode[api.ChatDetail](dana.get("/api/chats/" + chat).want(200))
	older := decode[api.MessageList](dana.get("/api/chats/" + chat + "/messages?cursor=" + detail.NextCursor.MustGet()).want(200)).Items
	require.Equal(t, detail.Messages[0].Position-1, older[0].Position, "older messages go on where the chat began")
}
