package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
)

// Every preference that is not for the client alone changes what the service does; here is one test for each.

func (c *client) prefers(part, name string, value any) {
	c.t.Helper()
	c.patchSettings(object{"preferences": object{part: object{name: value}}}).want(200)
}

const cardQuestion = "Which card should I use for $86 of groceries at Whole Foods?"

// Whoever switches the co-pilot off is not answered, anywhere; what they say is stored, and the others are answered.
func TestAIEnabledOffLeavesWhatIsSaidUnanswered(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	dana.addCard("Blue Cash Preferred")
	chat := dana.personalChat()
	group := dana.newGroup("Ski Trip", bob.email)
	bob.join(dana, group)
	asked := dana.say(chat, cardQuestion)
	inGroup := dana.say(group.ID.String(), "@lattice "+cardQuestion)

	dana.prefers("ai", "enabled", false)
	jobs := s.count(t, "river.river_job WHERE kind = 'reply'")
	again := dana.say(chat, cardQuestion)
	require.True(t, again.AIMessage.IsNull())
	require.Equal(t, cardQuestion, dana.messages(chat)[0].Content, "it is stored")
	require.True(t, dana.say(group.ID.String(), "@lattice "+cardQuestion).AIMessage.IsNull())
	require.Equal(t, jobs, s.count(t, "river.river_job WHERE kind = 'reply'"), "and nothing is computed")
	require.Equal(t, "switched_off", value[string](t, s, "SELECT ai_decision FROM messages WHERE id = $1", again.UserMessage.ID))
	changed := decode[api.Turn](dana.call(http.MethodPatch, messagesPath(chat)+"/"+again.UserMessage.ID.String(), object{"content": "Hello"}).want(200))
	require.True(t, changed.AIMessage.IsNull())

	bob.ask(group.ID.String(), "@lattice "+cardQuestion)
	dana.prefers("ai", "enabled", true)
	dana.ask(chat, cardQuestion)

	// Neither can an answer that is there be asked for again, by nobody.
	latest := dana.say(group.ID.String(), "@lattice "+cardQuestion).AIMessage.MustGet()
	dana.prefers("ai", "enabled", false)
	path := messagesPath(group.ID.String()) + "/" + latest.ID.String() + "/regenerate"
	require.Contains(t, dana.post(path, nil).refused(409, api.ProblemCodeConflict).Detail, "switched off")
	bob.post(path, nil).refused(409, api.ProblemCodeConflict)
	dana.prefers("ai", "enabled", true)
	bob.prefers("ai", "enabled", false)
	bob.post(path, nil).refused(409, api.ProblemCodeConflict)
	bob.prefers("ai", "enabled", true)
	bob.post(path, nil).want(201)

	// What was said before stays as it was.
	for _, turn := range []api.Turn{asked, inGroup} {
		reply := turn.AIMessage.MustGet()
		require.Equal(t, reply, decode[api.Message](dana.get(messagesPath(reply.ChatID.String())+"/"+reply.ID.String()).want(200)))
	}
}

func TestAutoSuggestionsOffMakesTheCoPilotWaitToBeAddressed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	group := dana.newGroup("Ski Trip", bob.email)
	bob.join(dana, group)
	chat := group.ID.String()
	dana.ask(chat, cardQuestion) // plainly asked for
	dana.prefers("ai", "autoSuggestions", false)
	quiet := dana.say(chat, cardQuestion)
	require.True(t, quiet.AIMessage.IsNull())
	require.Equal(t, "no_suggestions", value[string](t, s, "SELECT ai_decision FROM messages WHERE id = $1", quiet.UserMessage.ID))
	dana.ask(chat, "@lattice "+cardQuestion)
	dana.ask(dana.personalChat(), cardQuestion) // a chat of one's own is not auto
	bob.ask(chat, cardQuestion)                 // and what others want is theirs
	dana.prefers("ai", "autoSuggestions", true)
	dana.ask(chat, cardQuestion)
}

// Without showThinking no stage exists at all: not in the answer, not in the stream, not in the database.
func TestShowThinkingOffKeepsNoStages(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	chat := dana.personalChat()
	shown := dana.ask(chat, cardQuestion)
	require.NotEmpty(t, shown.Thinking)
	dana.prefers("ai", "showThinking", false)
	hidden := dana.ask(chat, cardQuestion)
	require.Empty(t, hidden.Thinking)
	require.Equal(t, shown.Content, hidden.Content)
	require.Equal(t, shown.DrawerData, hidden.DrawerData)
	stream := string(dana.get(messagesPath(chat) + "/" + hidden.ID.String() + "/stream").want(200).body)
	require.NotContains(t, stream, "reply.thinking")
	require.Contains(t, stream, "reply.drawer")
	stored := value[string](t, s, "SELECT m::text FROM messages m WHERE id = $1", hidden.ID)
	for _, stage := range shown.Thinking {
		require.NotContains(t, stored, stage)
	}
	require.Contains(t, value[string](t, s, "SELECT m::text FROM messages m WHERE id = $1", shown.ID), shown.Thinking[0])
}

// Whoever words replies is outside. Without shareSpendingData nothing that was computed from purchases gets there, and the
// answer is as good: our own engine says it.
func TestShareSpendingDataOffKeepsPurchasesFromProviders(t *testing.T) {
	t.Parallel()
	const canary = "Canary Umbrellas 98765"
	provider := ai.NewScripted(ai.Script{Opening: "Well! "})
	s := newService(t, func(s *setup) { s.wording = provider })
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	dana.link()
	dana.buyTwice(98765)
	s.exec(t, `INSERT INTO transaction_items (transaction_id, ordinal, name, quantity, unit_price, total)
		SELECT id, 0, $1, 1, 98765, 98765 FROM transactions WHERE total = 98765`, canary)
	chat := dana.personalChat()
	requests := func() string {
		text, err := json.Marshal(provider.Requests()) //nolint:musttag // to look for what must not be in it
		require.NoError(t, err)
		return string(text)
	}
	questions := []string{
		"How much did I spend in October?", "What was my biggest order?", "List my last 5 orders", cardQuestion,
		"Which merchant do I use most?", "Split $40 between me and Bob", "Is $100 a good price for an umbrella?", "and in September?",
	}
	dana.prefers("privacy", "shareSpendingData", false)
	var withheld []api.Message
	for _, question := range questions {
		reply := dana.ask(chat, question)
		require.False(t, reply.Degraded, "as it was wanted: %s", question)
		require.NotContains(t, reply.Content, "Well! ")
		withheld = append(withheld, reply)
	}
	require.Empty(t, provider.Requests(), "for %s", requests())
	require.Contains(t, withheld[0].Content, dollars(dana.spentLastMonth()))
	require.Contains(t, withheld[1].Content, canary)
	require.EqualValues(t, "card", withheld[3].Action.MustGet())

	// A greeting rests on nothing, so it may be worded outside.
	require.Contains(t, dana.ask(chat, "Hello there").Content, "Well! ")
	require.Len(t, provider.Requests(), 1)
	require.NotContains(t, requests(), canary)
	require.NotContains(t, requests(), "$")

	// And where it is shared it is: the test above looked for something that is really there.
	dana.prefers("privacy", "shareSpendingData", true)
	require.Contains(t, dana.ask(chat, "What was my biggest order?").Content, "Well! ")
	require.Contains(t, requests(), canary)
}

// The choice is the asker's also in a group that may see the purchases.
func TestShareSpendingDataOffHoldsInGroups(t *testing.T) {
	t.Parallel()
	provider := ai.NewScripted(ai.Script{})
	s := newService(t, func(s *setup) { s.wording = provider })
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	group := dana.newGroup("Ski Trip")
	dana.shares(group, true)
	dana.prefers("privacy", "shareSpendingData", false)
	require.Contains(t, dana.ask(group.ID.String(), "@lattice How much did I spend in October?").Content, dollars(dana.spentLastMonth()))
	require.Empty(t, provider.Requests())
}

func TestCurrencyIsThatOfOnesFigures(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	order := dana.oneOrder()
	s.exec(t, "UPDATE transactions SET currency = 'EUR', total = 4200000, subtotal = 4200000 WHERE id = $1", order)
	require.Equal(t, "USD", dana.summary(lastMonth).TotalSpend.Currency)
	before := dana.ask(dana.personalChat(), "How much did I spend in October?").Content
	require.Less(t, strings.Index(before, "$"), strings.Index(before, "42,000.00"), before)
	dana.prefers("display", "currency", "EUR")
	dana.waitForInsights()
	require.Equal(t, api.Money{Amount: 4200000, Currency: "EUR"}, dana.summary(lastMonth).TotalSpend)
	after := dana.ask(dana.personalChat(), "How much did I spend in October?").Content
	require.Less(t, strings.Index(after, "42,000.00"), strings.Index(after, "$"), after)
	require.Equal(t, "EUR", dana.newGroup("Berlin").Currency)
}

// Days are written in the form one chose, wherever the service writes one, also in what was computed before.
func TestDateFormatIsHowDaysAreWritten(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	dana.buyTwice(98765)
	s.exec(t, "UPDATE transactions SET placed_at = '2026-11-09 10:00Z' WHERE total = 98765 AND placed_at = (SELECT max(placed_at) FROM transactions WHERE total = 98765)")
	dana.waitForInsights()
	chat := dana.personalChat()
	for _, form := range []struct{ format, day, first, last, elsewhere string }{
		{"MM/DD/YYYY", "11/09/2026", "10/01/2026", "10/31/2026", `\b\d\d/\d\d/2026\b`},
		{"DD/MM/YYYY", "09/11/2026", "01/10/2026", "31/10/2026", `\b\d\d/\d\d/2026\b`},
		{"YYYY-MM-DD", "2026-11-09", "2026-10-01", "2026-10-31", `\b2026-\d\d-\d\d\b`},
	} {
		dana.prefers("display", "dateFormat", form.format)
		reply := dana.ask(chat, "What was my biggest order this month?")
		require.Contains(t, reply.Content, "on "+form.day)
		asked := dana.ask(chat, "How much did I spend in October?")
		require.Contains(t, strings.Join(asked.Thinking, "\n"), "from "+form.first+" to "+form.last)
		for _, message := range []api.Message{reply, asked} {
			require.NotRegexp(t, `\d{1,2} (October|November)`, message.Content+strings.Join(message.Thinking, "\n"))
		}
		var texts strings.Builder
		for _, insight := range decode[api.InsightList](dana.get("/api/insights?limit=100").want(200)).Items {
			texts.WriteString(insight.Title + "\n" + insight.Description + "\n")
		}
		require.Regexp(t, form.elsewhere, texts.String())
		require.NotRegexp(t, `\b\d{1,2} (September|October|November)`, texts.String())
	}
}

// Where a day begins decides what happened on it.
func TestTimeZoneIsWhereDaysBegin(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.link()
	s.exec(t, "UPDATE transactions SET placed_at = placed_at - interval '30 days' WHERE placed_at > $1::timestamptz - interval '3 days'", today)
	order := dana.oneOrder()
	// Nine in the morning in London is eleven in the evening before in Honolulu; this was bought eight hours earlier.
	s.exec(t, "UPDATE transactions SET placed_at = $2, total = 98765, subtotal = 98765 WHERE id = $1", order, today.Add(-8*time.Hour))
	spent := func(day string) bool {
		content := dana.ask(dana.personalChat(), "How much did I spend "+day+"?").Content
		return strings.Contains(content, "spent $987.65")
	}
	dana.prefers("display", "timeZone", "Europe/London")
	require.True(t, spent("today"))
	require.False(t, spent("yesterday"))
	dana.prefers("display", "timeZone", "Pacific/Honolulu")
	require.True(t, spent("today"), "there it is still the evening of that day")
	require.False(t, spent("yesterday"))
	dana.prefers("display", "timeZone", "Pacific/Kiritimati")
	require.True(t, spent("today"))
	s.clock.Advance(2 * time.Hour) // past midnight there, fourteen hours ahead
	dana.renew()
	require.False(t, spent("today"))
	require.True(t, spent("yesterday"))
}
