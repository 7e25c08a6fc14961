package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func TestAChatKeepsWhatIsSaid(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	created := decode[api.Chat](dana.post("/api/chats", object{"title": "  Groceries  "}).want(201))
	require.Equal(t, "Groceries", created.Title)
	require.Equal(t, api.ChatTypeSolo, created.Type)
	require.Equal(t, api.AIPolicyAlways, created.AIPolicy)
	require.Equal(t, 1, created.MemberCount)
	require.True(t, created.LastMessage.IsNull())
	require.Equal(t, 1, s.count(t, "chats WHERE id = $1 AND created_by = $2 AND title = 'Groceries'", created.ID, dana.user.ID))
	require.Equal(t, 1, s.count(t, "chat_members WHERE chat_id = $1 AND user_id = $2 AND role = 'owner'", created.ID, dana.user.ID))

	chat := created.ID.String()
	turn := dana.say(chat, "  Hello there\n")
	require.Equal(t, "Hello there", turn.UserMessage.Content)
	require.EqualValues(t, 1, turn.UserMessage.Position)
	reply := turn.AIMessage.MustGet()
	require.EqualValues(t, 2, reply.Position)
	require.True(t, reply.Sender.IsNull())
	require.Equal(t, []api.Message{reply, turn.UserMessage}, dana.messages(chat), "newest first")
	detail := decode[api.ChatDetail](dana.get("/api/chats/" + chat).want(200))
	require.Equal(t, []api.Message{turn.UserMessage, reply}, detail.Messages, "newest last")
	require.Equal(t, reply.ID, detail.LastMessage.MustGet().ID)
	require.EqualValues(t, 1, detail.UnreadCount, "the reply was not looked at yet")
	for _, message := range detail.Messages {
		require.Equal(t, message, decode[api.Message](dana.get("/api/chats/"+chat+"/messages/"+message.ID.String()).want(200)))
	}
	require.Equal(t, 1, s.count(t, "messages WHERE id = $1 AND sender_id = $2 AND content = 'Hello there'", turn.UserMessage.ID, dana.user.ID))
}

// The list of chats shows the newest activity first, and never a drawer.
func TestChatsAreListedByActivity(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	var ids []string
	for _, title := range []string{"Weekend Groceries", "Holiday 100%", "weekend trip"} {
		s.clock.Advance(time.Minute)
		ids = append(ids, dana.newChat(title))
	}
	require.Equal(t, []string{ids[2], ids[1], ids[0], dana.personalChat()}, dana.walk("/api/chats", 100))
	s.clock.Advance(time.Minute)
	reply := dana.ask(ids[0], "Which card should I use for $86 of groceries at Whole Foods?")
	require.False(t, reply.DrawerData.IsNull())
	first := decode[api.ChatList](dana.get("/api/chats").want(200)).Items[0]
	require.Equal(t, ids[0], first.ID.String())
	require.Equal(t, s.clock.Now(), first.UpdatedAt)
	require.Equal(t, reply.ID, first.LastMessage.MustGet().ID)
	last := first.LastMessage.MustGet()
	require.True(t, last.DrawerData.IsNull())
	require.Equal(t, []string{ids[0], ids[2]}, dana.walk("/api/chats?q=WEEKend", 100))
	require.Equal(t, []string{ids[1]}, dana.walk("/api/chats?q=%25", 100), "a percent sign is one, not a wildcard")
	require.Empty(t, dana.walk("/api/chats?q=_", 100))
}

// Both ways to say that one does not want to wait answer at once, with a place to look.
func TestNotWaitingForTheReply(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	for _, preference := range []string{"respond-async", "wait=0", "Respond-Async", "handling=lenient, respond-async; foo=bar", `wait="0"`, "wait=10, respond-async"} {
		r := dana.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}, "Prefer", preference).want(202)
		turn := decode[api.Turn](r)
		reply := turn.AIMessage.MustGet()
		require.Contains(t, []api.MessageStatus{api.MessageStatusPending, api.MessageStatusStreaming}, reply.Status, preference)
		require.Empty(t, reply.Content)
		require.Equal(t, "/api/chats/"+chat+"/messages/"+reply.ID.String(), r.header.Get("Location"))
		eventually(t, "the reply is completed", func() bool {
			reply = decode[api.Message](dana.get(r.header.Get("Location")).want(200))
			return reply.Status == api.MessageStatusCompleted
		})
		require.NotEmpty(t, reply.Content)
	}
}

// What the service does not know of, it ignores, as RFC 7240 asks; and nobody can make it wait longer than it will.
func TestWaitingForTheReply(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	for _, preference := range []string{"", "wait=10", "wait=99999999999999999999", "wait=-1", "wait=soon", "wait", "return=minimal", ",;=,"} {
		dana.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}, "Prefer", preference).want(201)
	}
}

// The reply that does not come in time goes on; its message is there all the same.
func TestTheWaitForAReplyEnds(t *testing.T) {
	t.Parallel()
	s := newService(t, idle, with("SEND_MESSAGE_WAIT=50ms"))
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	for _, preference := range []string{"", "wait=60"} {
		dana.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}, "Prefer", preference).want(202)
	}
	never := newService(t, idle, with("SEND_MESSAGE_WAIT=0s"))
	bob := never.signUp(t, "Bob Lane")
	bob.post("/api/chats/"+bob.personalChat()+"/messages", object{"content": "Hello"}).want(202)
	s.start(t)
	eventually(t, "all is answered", func() bool { return s.count(t, "messages WHERE chat_id = $1 AND status = 'completed'", chat) == 4 })
}

// Ten messages in a row are stored at once and answered one after another.
func TestRepliesOfAChatComeInOrder(t *testing.T) {
	t.Parallel()
	s := newService(t, realTime)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	chat := dana.newChat("Groceries")
	const number = 10
	var questions []api.Message
	for i := range number {
		turn := decode[api.Turn](dana.post("/api/chats/"+chat+"/messages",
			object{"content": fmt.Sprintf("How much did I spend in the last %d days?", i+2)}, "Prefer", "respond-async").want(202))
		questions = append(questions, turn.UserMessage)
	}
	eventually(t, "all is answered", func() bool {
		ended := s.count(t, "messages WHERE chat_id = $1 AND sender_type = 'ai' AND status = 'completed'", chat)
		// While they are made, no reply has ended before one that stands above it.
		require.Zero(t, s.count(t, `messages later JOIN messages earlier ON earlier.chat_id = later.chat_id AND earlier.position < later.position
			WHERE later.chat_id = $1 AND later.sender_type = 'ai' AND later.status = 'completed' AND earlier.status <> 'completed'`, chat))
		return ended == number
	})
	messages := dana.messages(chat)
	require.Len(t, messages, 2*number)
	var before time.Time
	for i, question := range questions {
		reply := messages[len(messages)-2*i-2]
		require.Equal(t, question.ID, messages[len(messages)-2*i-1].ID)
		require.EqualValues(t, 2*i+1, question.Position)
		require.EqualValues(t, 2*i+2, reply.Position)
		require.Equal(t, question.ID, reply.ReplyTo.MustGet())
		require.Contains(t, reply.Thinking[0], "from", "it answers its own question")
		require.False(t, reply.CompletedAt.MustGet().Before(before), "in order of position")
		before = reply.CompletedAt.MustGet()
	}
}

// Several devices at once: positions are unique and without gaps, and every question has its reply right below it.
func TestManyMessagesAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	const number = 12
	atOnce(t, number, func(t *testing.T, i int) {
		turn := dana.in(t).say(chat, fmt.Sprintf("Hello number %d", i))
		reply := turn.AIMessage.MustGet()
		require.Equal(t, turn.UserMessage.Position+1, reply.Position)
	})
	messages := dana.messages(chat)
	require.Len(t, messages, 2*number)
	for i, message := range messages {
		require.EqualValues(t, 2*number-i, message.Position)
		require.Equal(t, api.MessageStatusCompleted, message.Status)
	}
	require.Equal(t, number, s.count(t, "river.river_job WHERE kind = 'reply' AND state = 'completed'"), "one job per reply")
}

// A follow-up is understood from what the same person said before, and only from that.
func TestAFollowUpRefersToWhatWasSaidBefore(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	dana.link()
	chat := dana.newChat("Groceries")
	dana.ask(chat, "How much did I spend this month?")
	require.Contains(t, dana.ask(chat, "and in October?").Content, dollars(dana.spentLastMonth()))
	dana.ask(chat, "Which card should I use for $86 of groceries at Whole Foods?")
	require.EqualValues(t, 1200, drawerOf(t, dana.ask(chat, "and for $200?")).Recommended.Reward.Amount)
	elsewhere := dana.ask(dana.newChat("Elsewhere"), "and for $200?")
	require.True(t, elsewhere.DrawerData.IsNull(), "another chat is another conversation")
}

// What is not built yet is said to be so; figures are never made up.
func TestPricesAreNotGuessedAt(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Trip")
	tracker := dana.ask(chat, "Is $299 a good price for AirPods Pro?")
	require.Equal(t, api.ActionTracker, tracker.Action.MustGet())
	require.True(t, tracker.DrawerData.IsNull())
}

// A text is stored and shown as it was written, whatever it holds; it is data to every layer below.
func TestAnyTextIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("'; DROP TABLE users; --")
	for _, text := range []string{
		"'; DROP TABLE messages; --", `<script>alert(1)</script>`, "{{f1}} {{.Secret}} ${jndi:ldap://x}", "\u65e5\u672c\u8a9e \u0627\u0644 \U0001f9fe\U0001f469\u200d\U0001f469\u200d\U0001f467", "a\tb\nc\r\nd",
		`\u0000 \x00 \\`, "%s %d %!v(MISSING)", strings.Repeat("ä", 8000), "\u202eabc",
	} {
		turn := dana.say(chat, text)
		require.Equal(t, text, turn.UserMessage.Content)
		stored := decode[api.Message](dana.get("/api/chats/" + chat + "/messages/" + turn.UserMessage.ID.String()).want(200))
		require.Equal(t, text, stored.Content)
	}
	require.Equal(t, "'; DROP TABLE users; --", decode[api.ChatDetail](dana.get("/api/chats/"+chat).want(200)).Title)
}

// cardNumbers are written the ways people write them, each with its last four digits.
var cardNumbers = []struct{ written, lastFour string }{
	{"4111111111111111", "1111"},
	{"4111 1111 1111 1111", "1111"},
	{"4111-1111-1111-1111", "1111"},
	{"4111.1111.1111.1111", "1111"},
	{"4111\u00a01111\u00a01111\u00a01111", "1111"},
	{"4111–1111–1111–1111", "1111"},
	{"5555 5555 5555 4444", "4444"},
	{"3782 822463 10005", "0005"},
	{"378282246310005", "0005"},
	{"6011 1111 1111 1117", "1117"},
	{"4222222222222", "2222"},       // 13 digits
	{"6304000000000000000", "0000"}, // 19 digits
	{"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "1111"},
}

// A card number that somebody types is masked before anything is stored, in every table there is: messages, the
// arguments of jobs, the audit log.
func TestCardNumbersAreNeverStored(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	chat, group := dana.newChat("Groceries"), dana.newGroup("Ski Trip").ID.String()
	digits := func(text string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text)
	}
	for _, number := range cardNumbers {
		text := fmt.Sprintf("My card is %s, cvv 739, exp 12/29. Which card should I use for $86 of groceries at Whole Foods?", number.written)
		said := dana.say(chat, text).UserMessage.Content
		require.NotContains(t, said, number.written)
		require.Contains(t, said, "•••• "+number.lastFour)
		require.NotContains(t, said, "739", "nor the code beside it")
		require.Contains(t, said, "$86", "the rest stays")
		require.NotContains(t, dana.say(group, "@lattice "+text).UserMessage.Content, number.written)
		require.NotContains(t, decode[api.Chat](dana.post("/api/chats", object{"title": number.written}).want(201)).Title, number.written)
		require.NotContains(t, dana.newGroup("Trip "+number.written).Name, number.written)
	}
	whole := s.whole(t)
	for _, number := range cardNumbers {
		require.NotContains(t, whole, number.written)
		require.NotContains(t, whole, digits(number.written))
	}
	require.Zero(t, s.count(t, "messages WHERE content LIKE '%739%'"))
	require.Contains(t, whole, "•••• 1111", "the search searches")
	require.Positive(t, s.count(t, "river.river_job WHERE kind = 'reply'"))
}

// Numbers that are no card numbers are none of our business: order numbers, telephones, sums.
func TestOtherNumbersStay(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	for _, text := range []string{
		"Order 112-3456789-1234567 came", "Call +1 415 555 0132", "On 2026-11-23 I paid 1,234.56", "4111 1111 1111 1112 fails its check", "cvv 123 alone",
	} {
		require.Equal(t, text, dana.say(chat, text).UserMessage.Content)
	}
}

// A process that dies leaves replies open: never begun, or begun and not ended. The next start takes them up.
func TestAbandonedRepliesAreTakenUpAtTheStart(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	never, dead, both := dana.newChat("Never begun"), dana.newChat("Died half-way"), dana.newChat("Two of them")
	const question = "Which card should I use for $86 of groceries at Whole Foods?"
	for _, chat := range []string{never, dead, both, both} {
		dana.post("/api/chats/"+chat+"/messages", object{"content": question}, "Prefer", "respond-async").want(202)
	}
	s.exec(t, "DELETE FROM river.river_job")
	s.exec(t, "UPDATE messages SET lease_until = NULL WHERE status = 'pending'")
	s.exec(t, `UPDATE messages SET status = 'streaming', fence = 3, lease_until = clock_timestamp() - interval '1 second'
		WHERE chat_id = $1 AND status = 'pending'`, dead)
	s.exec(t, `UPDATE messages SET status = 'streaming', fence = 1, lease_until = clock_timestamp() - interval '1 hour'
		WHERE id = (SELECT id FROM messages WHERE chat_id = $1 AND status = 'pending' ORDER BY position LIMIT 1)`, both)
	s.start(t)
	for _, chat := range []string{never, dead, both} {
		var messages []api.Message
		eventually(t, "the abandoned replies end", func() bool {
			messages = dana.messages(chat)
			for _, message := range messages {
				if message.Status != api.MessageStatusCompleted {
					return false
				}
			}
			return true
		})
		for _, message := range messages {
			if message.SenderType == api.MessageSenderTypeAI {
				require.EqualValues(t, 516, drawerOf(t, message).Recommended.Reward.Amount)
			}
		}
	}
	require.Contains(t, s.log.String(), "abandoned replies queued again")
}

// The attempt that was only slow wakes up after another has taken over: it must not write.
func TestALateAttemptCannotWrite(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	turn := decode[api.Turn](dana.post("/api/chats/"+chat+"/messages", object{"content": "Hello"}, "Prefer", "respond-async").want(202))
	s.exec(t, "UPDATE messages SET status = 'streaming', fence = 7, lease_until = clock_timestamp() + interval '1 hour' WHERE status = 'pending'")
	s.start(t) // its job runs and finds the reply held by somebody who lives
	eventually(t, "the job has run", func() bool { return s.count(t, "river.river_job WHERE kind = 'reply' AND state = 'completed'") == 1 })
	reply := decode[api.Message](dana.get("/api/chats/" + chat + "/messages/" + turn.AIMessage.MustGet().ID.String()).want(200))
	require.Equal(t, api.MessageStatusStreaming, reply.Status)
	require.EqualValues(t, 7, value[int64](t, s, "SELECT fence FROM messages WHERE id = $1", reply.ID))
}

// A reply that cannot be made ends as failed, says so in constant words, and lets the next one have its turn.
func TestAReplyThatCannotBeMadeFails(t *testing.T) {
	t.Parallel()
	s := newService(t, fails, idle)
	dana := s.signUp(t, "Dana Kim")
	chat := dana.newChat("Groceries")
	question := object{"content": "Which card should I use for $86 of groceries at Whole Foods?"}
	turn := decode[api.Turn](dana.post(messagesPath(chat), question, "Prefer", "respond-async").want(202))
	s.exec(t, "ALTER TABLE settings RENAME TO broken_settings") // without the time zone no figure would be right
	s.start(t)
	var reply api.Message
	eventually(t, "the reply has failed", func() bool {
		reply = decode[api.Message](dana.get(messagesPath(chat) + "/" + turn.AIMessage.MustGet().ID.String()).want(200))
		return reply.Status == api.MessageStatusFailed
	})
	require.Contains(t, reply.Content, "Something went wrong on our side")
	require.NotContains(t, reply.Content, "relation")
	require.True(t, reply.DrawerData.IsNull())
	require.False(t, reply.CompletedAt.IsNull())
	require.Contains(t, s.log.String(), "reply attempt failed")
	s.exec(t, "ALTER TABLE broken_settings RENAME TO settings")
	require.Equal(t, api.MessageStatusCompleted, dana.ask(chat, "Hello").Status)
}

// Stopping the service lets the replies that are being made end.
func TestStoppingWaitsForReplies(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	chat := dana.newChat("Groceries")
	for range 5 {
		dana.post("/api/chats/"+chat+"/messages", object{"content": "How much did I spend this month?"}, "Prefer", "respond-async").want(http.StatusAccepted)
	}
	s.stop(t)
	for _, message := range dana.messages(chat) {
		require.NotEqual(t, api.MessageStatusStreaming, message.Status, "ended, or not begun")
	}
}
