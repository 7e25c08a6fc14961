package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func TestAGroupIsChangedByItsOwnerAndAdmins(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, eve, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Eve Moss"), s.signUp(t, "Mallory Reed")
	group := dana.newGroup("Ski Trip")
	for _, friend := range []*client{bob, eve} {
		friend.join(dana, group)
	}
	dana.patch(bob.membership(group), object{"role": "admin"}).want(200)
	s.clock.Advance(time.Minute)

	changed := decode[api.Group](bob.patch(groupPath(group), object{"name": "  Sun Trip ", "aiPolicy": "mention", "currency": "EUR"}).want(200))
	require.Equal(t, "Sun Trip", changed.Name)
	require.Equal(t, api.AIPolicyMention, changed.AIPolicy)
	require.Equal(t, api.Money{Currency: "EUR"}, changed.TotalSpend)
	require.Equal(t, s.clock.Now(), changed.LastActivityAt)
	require.True(t, changed.DeletedAt.IsNull())
	require.Equal(t, changed, decode[api.Group](eve.get(groupPath(group)).want(200)))
	require.Equal(t, "Sun Trip", decode[api.ChatDetail](eve.get("/api/chats/"+group.ID.String()).want(200)).Title, "a group and its chat are one")
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'group.update' AND user_id = $1", bob.user.ID))

	s.staysAsItIs(t)
	eve.patch(groupPath(group), object{"name": "Mine"}).refused(403, api.ProblemCodeForbidden)
	mallory.patch(groupPath(group), object{"name": "Mine"}).notFound()
	dana.patch("/api/groups/"+dana.personalChat(), object{"name": "No group"}).notFound()
	for pointer, body := range map[string]object{
		"/name": {"name": " \u00a0 "}, "/currency": {"currency": "XXQ"}, "/aiPolicy": {"aiPolicy": "never"}, "/deletedAt": {"deletedAt": "2026-11-23T09:00:00Z"},
		"/context": {"context": "Mine"},
	} {
		dana.patch(groupPath(group), body).refused(422, api.ProblemCodeInvalidRequest, pointer)
	}
	dana.patch(groupPath(group), object{"name": nil}).refused(422, api.ProblemCodeInvalidRequest, "/name")
	// What changes nothing writes nothing.
	for _, body := range []object{{}, {"name": "Sun Trip"}, {"deletedAt": nil}, {"currency": "EUR", "aiPolicy": "mention"}} {
		require.Equal(t, changed, decode[api.Group](dana.patch(groupPath(group), body).want(200)))
	}
}

// What was spent in another currency is not converted by calling it the main one.
func TestAnotherCurrencyConvertsNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	group := dana.newGroup("Ski Trip")
	dana.link()
	dana.shares(group, true)
	order := dana.oneOrder()
	s.exec(t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) VALUES ($1, $2, $3, $4)", group.ID, order, dana.user.ID, today)
	total := value[int64](t, s, "SELECT total FROM transactions WHERE id = $1", order)
	require.Equal(t, api.Money{Amount: total, Currency: "USD"}, decode[api.Group](dana.get(groupPath(group)).want(200)).TotalSpend)
	changed := decode[api.Group](dana.patch(groupPath(group), object{"currency": "JPY"}).want(200))
	require.Equal(t, api.Money{Amount: 0, Currency: "JPY"}, changed.TotalSpend)
	require.Equal(t, []api.Money{{Amount: total, Currency: "USD"}}, changed.OtherTotals)
}

func TestGroupsAndChatsAreReadAndChangedByVersion(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	group := dana.newGroup("Ski Trip")
	solo := "/api/chats/" + dana.newChat("Groceries")
	for target, change := range map[string]func(i int) object{
		groupPath(group):                  func(i int) object { return object{"name": string(rune('A' + i))} },
		"/api/chats/" + group.ID.String(): func(i int) object { return object{"title": string(rune('a' + i))} },
		solo:                              func(i int) object { return object{"title": string(rune('A' + i))} },
	} {
		first := dana.get(target).want(200).header.Get("ETag")
		require.Regexp(t, `^"[^"]+"$`, first)
		unchanged := dana.get(target, "If-None-Match", `"other", `+first).want(304)
		require.Empty(t, unchanged.body)
		require.Equal(t, first, unchanged.header.Get("ETag"))

		second := dana.patch(target, change(1), "If-Match", first).want(200).header.Get("ETag")
		require.NotEqual(t, first, second)
		dana.get(target, "If-None-Match", first).want(200)
		for _, tags := range []string{first, `"other"`} {
			dana.patch(target, change(2), "If-Match", tags).refused(412, api.ProblemCodePreconditionFailed)
		}
		// What others say meanwhile is part of what is shown, but nothing a change could collide with.
		dana.say(group.ID.String(), "Who is bringing the skis?")
		dana.say(solo[len("/api/chats/"):], "Hello there")
		dana.patch(target, change(3), "If-Match", second).want(200)
		dana.patch(target, change(4), "If-Match", "*").want(200)

		tag := dana.get(target).want(200).header.Get("ETag")
		statuses := make([]int, 4)
		atOnce(t, len(statuses), func(t *testing.T, i int) { statuses[i] = dana.in(t).patch(target, change(5+i), "If-Match", tag).status })
		require.ElementsMatch(t, []int{200, 412, 412, 412}, statuses, target)
	}
}

func TestADeletedGroupIsGoneAndCanBeBroughtBack(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip", "carol@example.com")
	bob.join(dana, group)
	bob.shares(group, true)
	dana.patch(bob.membership(group), object{"role": "admin"}).want(200)
	chat := group.ID.String()
	dana.say(chat, "Who is bringing the skis?")
	link := dana.invite(group, object{"maxUses": 10})
	before := decode[api.Group](dana.get(groupPath(group)).want(200))

	bob.delete(groupPath(group)).refused(403, api.ProblemCodeForbidden)
	bob.delete("/api/chats/"+chat).refused(403, api.ProblemCodeForbidden)
	s.clock.Advance(time.Minute)
	dana.delete(groupPath(group)).want(204)
	deletedAt := s.clock.Now()

	for _, person := range []*client{dana, bob} {
		for _, target := range []string{groupPath(group), "/api/chats/" + chat, "/api/chats/" + chat + "/messages", groupPath(group) + "/invites"} {
			person.get(target).notFound()
		}
		person.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}).notFound()
		person.delete(groupPath(group)).notFound()
		person.patch(groupPath(group), object{"name": "Still here"}).notFound()
		person.patch(person.membership(group), object{"sharesPurchases": true}).notFound()
		require.Empty(t, person.walk("/api/groups", 10))
		require.NotContains(t, person.walk("/api/chats", 10), chat)
	}
	s.signUp(t, "Eve Moss").accept(*link.Token).notFound()
	require.Empty(t, bob.walk("/api/groups?deleted=true", 10))
	bob.patch(groupPath(group), object{"deletedAt": nil}).notFound()

	listed := decode[api.GroupList](dana.get("/api/groups?deleted=true").want(200)).Items
	require.Len(t, listed, 1)
	require.Equal(t, deletedAt, listed[0].DeletedAt.MustGet())
	require.Equal(t, "Ski Trip", listed[0].Name)

	s.clock.Advance(29 * 24 * time.Hour)
	dana.signIn()
	bob.signIn()
	restored := decode[api.Group](dana.patch(groupPath(group), object{"deletedAt": nil, "name": "Sun Trip"}).want(200))
	require.True(t, restored.DeletedAt.IsNull())
	require.Equal(t, "Sun Trip", restored.Name)
	require.Equal(t, before.Members[:2], restored.Members, "everybody is what they were; the invitation has ended meanwhile")
	require.Len(t, bob.messages(chat), 1)
	require.True(t, bob.among(decode[api.Group](bob.get(groupPath(group)).want(200))).SharesPurchases)
	for _, action := range []string{"group.delete", "group.restore"} {
		require.Equal(t, 1, s.count(t, "audit_events WHERE action = $1 AND target_id = $2", action, chat), action)
	}

	// By its chat it is the same, and after the time of grace there is nothing to bring back.
	dana.delete("/api/chats/" + chat).want(204)
	s.clock.Advance(30 * 24 * time.Hour)
	dana.signIn()
	dana.patch(groupPath(group), object{"deletedAt": nil}).notFound()
	require.Empty(t, dana.walk("/api/groups?deleted=true", 10))
}

func TestSoloChatsAreTheirUsersToChange(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	chat := dana.newChat("Groceries")
	dana.say(chat, "Hello there")
	target := "/api/chats/" + chat
	changed := decode[api.Chat](dana.patch(target, object{"title": " Food, card 4111 1111 1111 1111 ", "aiPolicy": "off"}).want(200))
	require.Contains(t, changed.Title, "Food")
	require.NotContains(t, changed.Title, "4111 1111")
	require.Equal(t, api.AIPolicyOff, changed.AIPolicy)
	require.NotNil(t, changed.LastMessage)
	require.True(t, dana.say(chat, "Hello again").AIMessage.IsNull(), "the policy holds")
	require.Equal(t, changed.Title, decode[api.ChatList](dana.get("/api/chats?q=food").want(200)).Items[0].Title)

	dana.patch(target, object{"title": " \u2003 "}).refused(422, api.ProblemCodeInvalidRequest, "/title")
	mallory.patch(target, object{"title": "Mine"}).notFound()
	mallory.delete(target).notFound()
	dana.delete(target).want(204)
	dana.delete(target).notFound()
	dana.get(target).notFound()
	require.Zero(t, s.count(t, "messages WHERE chat_id = $1", chat), "for good")
	for _, action := range []string{"chat.update", "chat.delete"} {
		require.Equal(t, 1, s.count(t, "audit_events WHERE action = $1 AND target_id = $2", action, chat), action)
	}
}

func TestTheChatOfAGroupIsChangedByRole(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip")
	bob.join(dana, group)
	target := "/api/chats/" + group.ID.String()
	bob.patch(target, object{"title": "Mine"}).refused(403, api.ProblemCodeForbidden)
	dana.patch(target, object{"title": "Sun Trip"}).want(200)
	require.Equal(t, "Sun Trip", decode[api.Group](bob.get(groupPath(group)).want(200)).Name)
}

// A chat that goes while its reply is made takes the reply along; nobody trips over it.
func TestDeletingAChatEndsItsReply(t *testing.T) {
	t.Parallel()
	s := newService(t, realTime, stalling)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	for range 2 { // one that is made, one that waits for its turn
		dana.post(messagesPath(chat), object{"content": "Hello there"}, "Prefer", "respond-async").want(202)
	}
	eventually(t, "the reply is begun", func() bool { return s.count(t, "messages WHERE status = 'streaming'") == 1 })
	dana.delete("/api/chats/" + chat).want(204)
	require.Zero(t, s.count(t, "messages WHERE chat_id = $1", chat))
	eventually(t, "no job is left", func() bool {
		return s.count(t, "river.river_job WHERE kind = 'reply' AND finalized_at IS NULL") == 0
	})
}

func TestRolesAreGivenByThoseWhoMay(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, eve, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Eve Moss"), s.signUp(t, "Mallory Reed")
	group := dana.newGroup("Ski Trip")
	for _, friend := range []*client{bob, eve} {
		friend.join(dana, group)
	}
	role := func(by, of *client, name string) *response {
		return by.in(t).patch(of.membership(group), object{"role": name})
	}
	forbidden := func(r *response) { t.Helper(); r.refused(403, api.ProblemCodeForbidden) }

	forbidden(role(eve, bob, "admin"))
	forbidden(role(eve, eve, "admin"))
	role(mallory, bob, "admin").notFound()
	role(dana, mallory, "admin").notFound()
	require.Equal(t, api.MemberRoleAdmin, decode[api.Member](role(dana, bob, "admin").want(200)).Role)
	require.Equal(t, api.MemberRoleAdmin, decode[api.Member](role(bob, eve, "admin").want(200)).Role)
	require.Equal(t, api.MemberRoleMember, decode[api.Member](role(bob, eve, "member").want(200)).Role)
	forbidden(role(bob, dana, "member"))
	forbidden(role(bob, eve, "owner"))
	forbidden(role(bob, bob, "owner"))
	role(dana, dana, "admin").refused(409, api.ProblemCodeConflict)
	role(dana, dana, "owner").want(200)
	role(bob, eve, "boss").refused(422, api.ProblemCodeInvalidRequest, "/role")

	// Handing over: one owner before and after.
	require.Equal(t, api.MemberRoleOwner, decode[api.Member](role(dana, eve, "owner").want(200)).Role)
	roles := map[string]api.MemberRole{}
	for _, member := range decode[api.Group](dana.get(groupPath(group)).want(200)).Members {
		roles[member.Name.MustGet()] = member.Role
	}
	require.Equal(t, map[string]api.MemberRole{"Dana Kim": "admin", "Bob Lane": "admin", "Eve Moss": "owner"}, roles)
	forbidden(role(dana, bob, "owner"))
	dana.delete(groupPath(group)).refused(403, api.ProblemCodeForbidden)
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'group.hand_over' AND user_id = $1", dana.user.ID))
	role(eve, dana, "owner").want(200)
	require.Equal(t, 1, s.count(t, "chat_members WHERE chat_id = $1 AND role = 'owner'", group.ID))
}

// Two people cannot both become the owner, however close together it is said.
func TestThereIsOneOwnerAtAnyTime(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	group := dana.newGroup("Ski Trip")
	friends := make([]*client, 4)
	for i := range friends {
		friends[i] = s.signUp(t, "Friend")
		friends[i].join(dana, group)
	}
	handed := make([]int, len(friends))
	atOnce(t, len(friends), func(t *testing.T, i int) {
		handed[i] = dana.in(t).patch(friends[i].membership(group), object{"role": "owner"}).status
	})
	require.ElementsMatch(t, []int{200, 403, 403, 403}, handed)
	require.Equal(t, 1, s.count(t, "chat_members WHERE chat_id = $1 AND role = 'owner'", group.ID))
}

func TestEverybodyDecidesForThemselvesWhatTheyShare(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group, other := dana.newGroup("Ski Trip"), dana.newGroup("Other")
	bob.join(dana, group)
	bob.join(dana, other)
	for _, body := range []object{{"sharesPurchases": true}, {"sharesPurchases": false}, {"sharesPurchases": true, "role": "admin"}} {
		dana.patch(bob.membership(group), body).refused(403, api.ProblemCodeForbidden)
		bob.patch(dana.membership(group), body).refused(403, api.ProblemCodeForbidden)
	}
	require.Equal(t, 0, s.count(t, "chat_members WHERE shares_purchases OR role = 'admin'"), "nothing of it was done")
	bob.shares(group, true)
	require.Equal(t, 1, s.count(t, "chat_members WHERE shares_purchases AND chat_id = $1 AND user_id = $2", group.ID, bob.user.ID), "in this group alone")
	bob.shares(group, true)
	bob.shares(group, false)
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'member.share_purchases'"))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'member.keep_purchases'"))
	bob.patch(bob.membership(group), object{"sharesPurchases": nil}).refused(422, api.ProblemCodeInvalidRequest, "/sharesPurchases")
	// Consent ends with the membership.
	bob.shares(group, true)
	bob.delete(bob.membership(group)).want(204)
	bob.join(dana, group)
	require.Equal(t, 0, s.count(t, "chat_members WHERE shares_purchases"))
}

func TestLeavingAndRemoving(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, admin, bob, eve := s.signUp(t, "Dana Kim"), s.signUp(t, "Admin Ann"), s.signUp(t, "Bob Lane"), s.signUp(t, "Eve Moss")
	group := dana.newGroup("Ski Trip")
	for _, friend := range []*client{admin, bob, eve} {
		friend.join(dana, group)
	}
	dana.patch(admin.membership(group), object{"role": "admin"}).want(200)

	bob.delete(eve.membership(group)).refused(403, api.ProblemCodeForbidden)
	admin.delete(dana.membership(group)).refused(403, api.ProblemCodeForbidden)
	dana.delete(dana.membership(group)).refused(409, api.ProblemCodeConflict)
	dana.delete(groupPath(group) + "/members/" + uuid.NewString()).notFound()
	s.signUp(t, "Mallory Reed").delete(bob.membership(group)).notFound()

	bob.delete(bob.membership(group)).want(204) // leaves
	bob.get(groupPath(group)).notFound()
	bob.delete(bob.membership(group)).notFound()
	admin.delete(eve.membership(group)).want(204) // is removed
	eve.get("/api/chats/" + group.ID.String()).notFound()
	dana.patch(admin.membership(group), object{"role": "owner"}).want(200)
	dana.delete(dana.membership(group)).want(204) // may go, now that there is another owner
	require.Len(t, decode[api.Group](admin.get(groupPath(group)).want(200)).Members, 1)
	require.Equal(t, 2, s.count(t, "audit_events WHERE action = 'member.leave'"))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'member.remove' AND user_id = $1", admin.user.ID))
	admin.delete(admin.membership(group)+"?acknowledgeUnsettled=perhaps").refused(422, api.ProblemCodeInvalidRequest, "acknowledgeUnsettled")
}

// Somebody who is removed while they write, and somebody who is promoted while they are removed: one of them is first.
func TestMembershipChangesDoNotCross(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	for range 3 {
		group := dana.newGroup("Ski Trip")
		bob.join(dana, group)
		statuses := make([]int, 3)
		atOnce(t, 3, func(t *testing.T, i int) {
			switch i {
			case 0:
				statuses[i] = dana.in(t).patch(bob.membership(group), object{"role": "owner"}).status
			case 1:
				statuses[i] = bob.in(t).delete(bob.membership(group)).status
			default:
				statuses[i] = dana.in(t).delete(groupPath(group)).status
			}
		})
		for _, status := range statuses {
			require.Contains(t, []int{http.StatusOK, http.StatusNoContent, http.StatusForbidden, http.StatusNotFound, http.StatusConflict}, status)
		}
		owners := s.count(t, "chat_members WHERE chat_id = $1 AND role = 'owner'", group.ID) +
			s.count(t, "deleted_group_members WHERE chat_id = $1 AND role = 'owner'", group.ID)
		require.Equal(t, 1, owners)
	}
}
