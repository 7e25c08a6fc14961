package knot_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// question is one the vendor's documentation leaves open: those of its facts under their numbers, and what sources say
// differently under none.
type question struct {
	number int
	asks   string
	// does is what we do, so that the answer does not matter; or why it cannot matter to us.
	does     string
	readings []reading // each answer there may be; none where we never come near
	// check holds under every reading; without readings it holds that we never come near.
	check func(t *testing.T, readings simulated.Readings)
}

type reading struct {
	name   string
	played simulated.Readings
	check  func(t *testing.T) // in place of the question's, where the simulator has no part in the reading
}

// either plays a question's best guess and one other answer.
func either(guess, other string, played simulated.Readings) []reading {
	return []reading{{name: guess}, {name: other, played: played}}
}

var openQuestions = []question{
	{
		1, "What does a sync need after a last page without a cursor?",
		"The last cursor there was is kept, pages are stored by id, and one that is refused is begun anew.",
		[]reading{
			{name: "the last page has no cursor"},
			{name: "the last page has one, and an empty one follows", played: simulated.Readings{FinalCursor: true}},
			{name: "a cursor is refused when its walk is over", played: simulated.Readings{StaleCursors: true}},
			{name: "both", played: simulated.Readings{FinalCursor: true, StaleCursors: true}},
		},
		laterSyncsGoOn,
	},
	{
		2, "How long is a page that is asked for without a limit?", "The limit is always said.",
		either("100", "5", simulated.Readings{SmallLimit: true}), limitsAreSaid,
	},
	{
		3, "Is no transactions an empty list or an error?", "Both are no orders.",
		either("an empty list", "NO_TRANSACTIONS", simulated.Readings{EmptyIsAnError: true}), emptyIsEmpty,
	},
	{
		4, "What status has what is not there?", "Codes decide, statuses do not.",
		either("400", "404", simulated.Readings{NotFoundIs404: true}), codesDecide,
	},
	{
		5, "Does sync of a disconnected account fail?",
		"The state of the account is read first: a login is required, whatever sync would say, and what is stored stays.",
		either("it serves what is stored", "MERCHANT_ACCOUNT_DISCONNECTED", simulated.Readings{DisconnectedSync: true}), lostLoginsAreSeen,
	},
	{
		6, "Is the list of merchants wrapped?", "Both are read.",
		either("a bare list", `{"merchants":[...]}`, simulated.Readings{WrappedMerchants: true}), merchantsAreRead,
	},
	{
		7, "Is Encryption-Type sent as a header?", "Without it the one kind there is counts.",
		either("it is", "it is not", simulated.Readings{NoEncryptionType: true}), webhooksCount,
	},
	{
		8, "Has Content-Type a suffix?", "It is taken as it came, and without.",
		either("none", "a charset, which is signed", simulated.Readings{CharsetSuffix: true}), webhooksCount,
	},
	{
		9, "Which length is signed?",
		"Bytes. Were it characters, a webhook that is not plain ASCII would be refused, and what it told of found by reconciliation.",
		either("bytes", "characters", simulated.Readings{LengthInCharacters: true}), lengthsAreInBytes,
	},
	{
		10, "How is a session signed that is null or empty?", "As absent and as empty both count.",
		[]reading{
			{name: "there is none"},
			{name: "null, signed as absent", played: simulated.Readings{NullSession: true}},
			{name: "null, signed as empty", played: simulated.Readings{NullSession: true, EmptyIsSigned: true}},
		},
		webhooksCount,
	},
	{
		11, "Which session has AUTHENTICATED of an account linked for development?",
		"One that is not ours, or none, leads nowhere; the orders come all the same.",
		either("a generated one", "null", simulated.Readings{NullDevSession: true}), developmentLinksLeadNowhere,
	},
	{
		12, "What is the data of AUTHENTICATED for orders?", "All of it is optional; without send_card no card is wanted.",
		either("everything, with nulls", "an empty card_id and metadata alone", simulated.Readings{BareData: true}), noCardIsWanted,
	},
	{
		13, "Are timestamps in milliseconds?",
		"They are not read. The same body is the same webhook, so of two within a second one counts; reconciliation finds the rest.",
		either("milliseconds", "seconds", simulated.Readings{Seconds: true}), timestampsAreNotRead,
	},
	{
		14, "What comes with 429?", "Retry-After counts where there is one, our own backoff where not; the body is not read.",
		either("Retry-After and JSON", "neither", simulated.Readings{BareLimits: true}), limitsAreWaitedFor,
	},
	{
		15, "How far apart are the attempts of a webhook?", "The same body is nothing new for a week, and harmless after.",
		[]reading{
			{name: "minutes", check: func(t *testing.T) { lateAttemptsChangeNothing(t, 5*time.Minute, false) }},
			{name: "hours", check: func(t *testing.T) { lateAttemptsChangeNothing(t, 50*time.Hour, false) }},
			{name: "minutes, with another timestamp", check: func(t *testing.T) { lateAttemptsChangeNothing(t, 5*time.Minute, true) }},
			{name: "more than a week", check: func(t *testing.T) { lateAttemptsChangeNothing(t, 8*24*time.Hour, true) }},
		},
		nil,
	},
	{
		16, "Does a URL that fails hold up the others?",
		"There is one. If nothing came through it any more, reconciliation would be enough.",
		nil, func(t *testing.T, _ simulated.Readings) { lostWebhooksAreFound(t, 3) },
	},
	{
		17, "Which host takes cards in clear?", "None of ours: a card only ever goes to the one host there is, encrypted.",
		nil, func(t *testing.T, _ simulated.Readings) { cardsGoEncrypted(t) },
	},
	{
		18, "What does a card for a late or unknown task lead to?",
		"A refusal is told at once. Taken, the outcome is the webhook's; without one it stays with what was sent.",
		[]reading{
			{name: "a late one is taken and fails by webhook, an unknown one is refused"},
			{name: "both are refused", played: simulated.Readings{LateTask400: true}},
			{name: "both are taken", played: simulated.Readings{UnknownTaskTaken: true}},
		},
		tasksMayBeOver,
	},
	{
		19, "What does detected_accounts/get answer?", "Nobody asks: Detect is another product.",
		nil, func(t *testing.T, _ simulated.Readings) { detectIsNotAsked(t) },
	},
	{
		20, "Which words has lifecycle.status?", "It is not read: connection.status decides.",
		[]reading{
			{name: "null"},
			{name: "a word of the old eight", played: simulated.Readings{Lifecycle: "failed"}},
			{name: "another of them", played: simulated.Readings{Lifecycle: "not enrolled"}},
			{name: "one nobody has heard", played: simulated.Readings{Lifecycle: "TELEPORTED"}},
		},
		lifecyclesAreNotRead,
	},
	{
		21, "What shape has loyalty?", "It is not read.",
		[]reading{
			{name: "there is none"},
			{name: "an object", played: simulated.Readings{Loyalty: map[string]any{"id": 7, "tier": nil, "points": "1200"}}},
			{name: "a list", played: simulated.Readings{Loyalty: []string{"gold"}}},
			{name: "a text", played: simulated.Readings{Loyalty: "gold"}},
		},
		loyaltyIsNotRead,
	},
	{
		22, "Do unlinking and deleting send webhooks?", "One of an account that is gone leads nowhere.",
		either("none", "ACCOUNT_LOGIN_REQUIRED", simulated.Readings{TellUnlinks: true}), goneIsGone,
	},
	{
		23, "Are unknown fields of requests refused?", "None are sent.",
		either("ignored", "refused", simulated.Readings{StrictFields: true}), everyCallIsTaken,
	},
	{
		24, "How often does the vendor look at merchants?",
		"Nothing rests on it: every webhook has the account read, and without any it is read once a period.",
		[]reading{
			{name: "never", check: func(t *testing.T) { lostWebhooksAreFound(t, 7) }},
			{name: "at every order", check: everyOrderIsTold},
		},
		nil,
	},
	{
		0, "Have times an offset?", "Without one they are UTC.",
		either("they have", "they have none", simulated.Readings{NoOffset: true}), laterSyncsGoOn,
	},
	{
		0, "What will be added without notice?", "Fields nobody knows are let be.",
		either("nothing", "fields of orders and merchants", simulated.Readings{StrangerFields: true}), everyCallIsTaken,
	},
}

// mostQuestions is the last number in the vendor's facts.
const mostQuestions = 24

// The questions the vendor's documentation leaves open are answered every way; we live with each.
func TestBothReadingsOfEveryOpenQuestion(t *testing.T) {
	t.Parallel()
	for _, q := range openQuestions {
		t.Run(fmt.Sprintf("U%d %s", q.number, q.asks), func(t *testing.T) {
			t.Parallel()
			if len(q.readings) == 0 {
				q.check(t, simulated.Readings{})
			}
			for _, r := range q.readings {
				t.Run(r.name, func(t *testing.T) {
					t.Parallel()
					if r.check != nil {
						r.check(t)
						return
					}
					q.check(t, r.played)
				})
			}
		})
	}
}

// No question is left out, and none is asked with one answer.
func TestEveryOpenQuestionIsAsked(t *testing.T) {
	t.Parallel()
	asked := map[int]int{}
	for _, q := range openQuestions {
		asked[q.number]++
		require.NotEmpty(t, q.does)
		for _, r := range q.readings {
			require.True(t, q.check != nil || r.check != nil, r.name)
		}
		require.NotEqual(t, 1, len(q.readings), q.asks)
	}
	for number := 1; number <= mostQuestions; number++ {
		require.Equal(t, 1, asked[number], "U%d", number)
	}
}
