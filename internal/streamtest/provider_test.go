package streamtest

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/ai"
	"github.com/lattice-money/lattice/internal/chat"
)

// ownWording asks the question about cards, has the engine word the answer, and returns the reply: what a provider that
// fails falls back to.
func ownWording(alice *person) api.Message {
	alice.t.Helper()
	alice.scripted.Follow(ai.Script{Count: 1})
	_, reply := alice.ask(alice.openChat(), cardQuestion)
	require.Equal(alice.t, api.MessageStatus("completed"), reply.Status)
	require.False(alice.t, reply.Degraded)
	return reply
}

// words are what the providers of these tests say; the engine would say something else.
var words = []string{"I would take the one at hand: {{f1}}", ", since", " it"}

// Why: whatever goes wrong with whoever words an answer, there is one, and its figures are the engine's.
func TestProviderThatFailsLeavesTheEnginesWording(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	alice.addCard()
	own := ownWording(alice)
	require.Contains(t, own.Content, "$86.00")
	for name, test := range map[string]struct {
		script   ai.Script
		content  string
		degraded bool
	}{
		"AtOnce":       {ai.Script{Pieces: words, FailAfter: -1}, own.Content, true},
		"InOtherWords": {ai.Script{Pieces: words, FailAfter: 2}, "I would take the one at hand: Everyday, since\n\n" + own.Content, true},
		// What was shown is the beginning of the engine's own words, which then simply go on.
		"InTheEnginesWords": {ai.Script{Count: 12, FailAfter: 5}, own.Content, false},
		"SaysNothing":       {ai.Script{Pieces: []string{}}, own.Content, true},
	} {
		// One after another: all share the provider.
		s.scripted.Follow(test.script)
		_, reply := alice.ask(alice.openChat(), cardQuestion)
		require.Equal(t, api.MessageStatus("completed"), reply.Status, name)
		require.Equal(t, test.content, reply.Content, name)
		require.Equal(t, test.degraded, reply.Degraded, name)
		require.Equal(t, figures(t, own), figures(t, reply), name)
		require.Equal(t, reply.Content, shown(t, alice.watch(reply, 0).rest()), name)
	}
}

// Why: a bubble that thinks for ever is the second loudest complaint. A reply has its time and ends with it, two seconds of
// which are kept for saying the rest.
func TestProviderThatStallsLeavesTheEnginesWordingInTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script   ai.Script
		before   string // what was said before the stall in other words than the engine's
		degraded bool
	}{
		"AtOnce":            {ai.Script{Pieces: words, StallAfter: -1}, "", true},
		"InOtherWords":      {ai.Script{Pieces: words, StallAfter: 2}, "I would take the one at hand: Everyday, since\n\n", true},
		"InTheEnginesWords": {ai.Script{Count: 12, StallAfter: 5}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			usual := w.start()
			alice := usual.person("Alice")
			alice.addCard()
			own := ownWording(alice)
			usual.close()
			// A machine that is busy with much else may need all of a short time for what comes before the stall.
			for _, timeout := range []time.Duration{3 * time.Second, 10 * time.Second, time.Minute} {
				s := w.start(func(s *setup) { s.timeout, s.wait = timeout.String(), "2m" })
				s.scripted.Follow(test.script)
				alice = alice.at(s)
				_, reply := alice.ask(alice.openChat(), cardQuestion)
				require.Equal(t, api.MessageStatus("completed"), reply.Status)
				require.Equal(t, figures(t, own), figures(t, reply))
				require.Equal(t, reply.Content, shown(t, alice.watch(reply, 0).rest()))
				if reply.Content == test.before+own.Content && reply.Degraded == test.degraded {
					took := reply.CompletedAt.MustGet().Sub(reply.CreatedAt)
					require.Greater(t, took, timeout-3*time.Second)
					return
				}
				t.Logf("in %s the provider had no time to say %q: %q, degraded %t", timeout, test.before, reply.Content, reply.Degraded)
				s.close()
			}
			require.Fail(t, "no reply was finished as it should")
		})
	}
}

// figures are what the drawer of a reply says, which has to name the same whatever the words are.
func figures(t *testing.T, reply api.Message) api.CardDrawer {
	t.Helper()
	data, err := reply.DrawerData.Get()
	require.NoError(t, err)
	drawer, err := data.AsCardDrawer()
	require.NoError(t, err)
	drawer.RuleVersion = ""
	return drawer
}

// Why: what a model sends is not ours to trust. No figure of its own, no half placeholder and no byte that the database
// or a browser refuses may reach the reader.
func TestProviderThatSendsGarbage(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	alice.addCard()
	own := ownWording(alice)
	for name, test := range map[string]struct {
		pieces []string
		want   string
	}{
		"PlaceholderCutOverPieces":    {[]string{"Take {{f", "1}} for {", "{f3}", "}."}, "Take Everyday for $86.00."},
		"PlaceholderCutEverywhere":    {strings.Split("Take {{f1}} now", ""), "Take Everyday now"},
		"PlaceholderWithSpaces":       {[]string{"Take {{ f1 }} for {{f3", " }}."}, "Take Everyday for $86.00."},
		"UnknownPlaceholder":          {[]string{"Take {{f99}}{{nope}} it."}, "Take  it."},
		"UnendedPlaceholder":          {[]string{"Take {{f1}}, {{f2"}, "Take Everyday, "},
		"PlaceholderOfNoFact":         {[]string{"Take {{the best card there is}} now"}, "Take  now"},
		"BracesThatAreNone":           {[]string{"a { b } {c}} {", "x} {"}, "a { b } {c}} {x} {"},
		"LetterCutOverPieces":         {[]string{"caf\xc3", "\xa9 \xe2\x82", "\xac \xf0\x9f", "\x98\x80"}, "café € 😀"},
		"BytesThatAreNoLetters":       {[]string{"a\xff\xfe b\xc3"}, "a\uFFFD\uFFFD b\uFFFD"},
		"NUL":                         {[]string{"a\x00b", "\x00", "{{f\x001}}"}, "abEveryday"},
		"EmptyPieces":                 {[]string{"", "a", "", "", "b", ""}, "ab"},
		"EventStreamInDisguise":       {[]string{"x\n\ndata: {}\n\nevent: reply.completed\n\n"}, "x\n\ndata: {}\n\nevent: reply.completed\n\n"},
		"PlaceholderMadeByAFillIn":    {[]string{"{{f", "{{f1}}", "1}}"}, "{{fEveryday1}}"},
		"ManyBracesBeforePlaceholder": {[]string{"{{", "{{{", "f1}}"}, "{{{Everyday"},
	} {
		s.scripted.Follow(ai.Script{Pieces: test.pieces})
		_, reply := alice.ask(alice.openChat(), cardQuestion)
		require.Equal(t, api.MessageStatus("completed"), reply.Status, name)
		require.Equal(t, test.want, reply.Content, name)
		require.Equal(t, figures(t, own), figures(t, reply), name)
		require.Equal(t, reply.Content, shown(t, alice.watch(reply, 0).rest()), name)
	}
}

// Why: the provider gets facts with ids, so that it has no figure to get wrong.
func TestProviderIsGivenFactsAndNoFigures(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	alice.addCard()
	alice.ask(alice.openChat(), cardQuestion)
	requests := s.scripted.Requests()
	require.Len(t, requests, 1)
	require.Equal(t, "card", requests[0].Action)
	require.NotRegexp(t, `\d`, regexp.MustCompile(`\{\{f\d+\}\}`).ReplaceAllString(requests[0].Template, ""))
	texts := map[string]bool{}
	for _, fact := range requests[0].Facts {
		texts[fact.Text] = true
	}
	require.True(t, texts["$86.00"])
}

// Why: a fault of ours must not hold up the chat for ever, and what is asked next deserves its answer.
func TestReplyThatCannotBePlannedFailsAndTheNextIsAnswered(t *testing.T) {
	t.Parallel()
	s := newWorld(t).start()
	alice := s.person("Alice")
	chatID := alice.openChat()
	reply := alice.sayInVain(chatID)
	_, next := alice.say(chatID, "hello")
	events := alice.watch(reply, 0).rest()
	require.Equal(t, "reply.failed", events[len(events)-1].Name)
	problem := as[api.ReplyFailed](t, answer{body: []byte(events[len(events)-1].Data)}).Problem
	require.Equal(t, 500, problem.Status)
	require.NotContains(t, events[len(events)-1].Data, "rows", "the cause is for the log alone")
	failed := alice.message(chatID, reply.ID)
	require.Equal(t, api.MessageStatus("failed"), failed.Status)
	require.NotEmpty(t, failed.Content, "the reader is told")
	require.Equal(t, failed.Content, shown(t, events))
	require.Equal(t, int32(2), row[int32](s.world, `SELECT attempts FROM messages WHERE id = $1`, reply.ID), "attempts before the last")

	require.Equal(t, api.MessageStatus("completed"), alice.ended(next).Status)
	// A failed reply can be asked for again once it is the newest.
	_, last := alice.ask(chatID, "thanks")
	require.Equal(t, api.MessageStatus("completed"), last.Status)
}

// sayInVain sends a message whose reply cannot be made: who asked is gone when it begins. It waits for its turn until then.
func (p *person) sayInVain(chatID uuid.UUID) (reply api.Message) {
	p.t.Helper()
	asked := len(p.scripted.Requests())
	p.scripted.Follow(ai.Script{StallAfter: -1})
	_, before := p.say(chatID, "hello")
	eventually(p.t, "the provider was asked", func() bool { return len(p.scripted.Requests()) > asked })
	p.scripted.Follow(ai.Script{Count: 1})
	said, reply := p.say(chatID, "How much did I spend this month?")
	p.exec(`UPDATE messages SET sender_id = NULL WHERE id = $1`, said.ID)
	p.stopReply(before)
	return reply
}

// wordings answers each question by who asked for it: the first fact or the template tells.
type wordings func(request chat.WordingRequest) (chat.WordingStream, error)

// Word implements chat.Wording.
func (w wordings) Word(_ context.Context, request chat.WordingRequest) (chat.WordingStream, error) {
	return w(request)
}

// panics is a stream that panics.
type panics struct{}

func (panics) Next() (string, error) { panic("a provider's own fault") }

// Why: one provider's fault, however bad, must not take down the replies of everybody else.
func TestProviderThatPanicsLeavesTheEnginesWording(t *testing.T) {
	t.Parallel()
	for name, wording := range map[string]wordings{
		"AtOnce":    func(chat.WordingRequest) (chat.WordingStream, error) { panic("a provider's own fault") },
		"InBetween": func(chat.WordingRequest) (chat.WordingStream, error) { return panics{}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newWorld(t).start(func(s *setup) { s.wording = wording })
			alice := s.person("Alice")
			_, reply := alice.ask(alice.openChat(), "hello")
			require.Equal(t, api.MessageStatus("completed"), reply.Status)
			require.True(t, reply.Degraded)
			require.True(t, strings.HasPrefix(reply.Content, "Hello!"))
			require.NotEqual(t, uuid.Nil, reply.ID)
		})
	}
}
