package e2e

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/testkit"
)

// hint is what an operation tells: a type of streamEvents, and who hears it. Either one of those or, in none, why nobody
// needs to be told.
type hint struct {
	tells  string
	member bool   // the other members of the group hear it too; else the caller alone, on whatever else they look
	by     string // who calls; the owner where empty
	none   string
}

// hints has every operation that changes something. An operation that is added fails here until it says what others hear
// of it; its fixture makes what it is called on.
var hints = map[string]hint{
	"addCard":            {none: "cards are one's own, and no list of hints has them"},
	"acceptInvite":       {tells: "member.joined", member: true, by: "other"},
	"completeOnboarding": {tells: "account.updated"},
	"confirmProposal":    {tells: "chat.updated", member: true},
	"createPriceAlert":   {none: "alerts are one's own, and are read when they are shown"},
	"deletePriceAlert":   {none: "alerts are one's own, and are read when they are shown"},
	"updatePriceAlert":   {none: "alerts are one's own, and are read when they are shown"},
	"createInvite":       {tells: "chat.updated", member: true},
	"deleteChat":         {tells: "chat.updated", member: true},
	"deleteGroup":        {tells: "chat.updated", member: true},
	"dismissProposal":    {tells: "chat.updated", member: true},
	"removeMember":       {tells: "chat.updated", member: true},
	"revokeInvite":       {tells: "chat.updated", member: true},
	"undoProposal":       {tells: "chat.updated", member: true},
	"updateChat":         {tells: "chat.updated", member: true},
	"updateGroup":        {tells: "chat.updated", member: true},
	"updateMember":       {tells: "chat.updated", member: true},
	"createChat":         {tells: "chat.updated"},
	"createGroup":        {tells: "chat.updated"},
	"editMessage":        {tells: "chat.updated", member: true},
	"login":              {none: "a session is seen in the settings alone"},
	"logout":             {none: "a session is seen in the settings alone"},
	"markRead":           {none: "how far somebody has read is their own"},
	"refreshToken":       {none: "a token is nobody else's"},
	"recommendCard":      {none: "it only computes"},
	"removeCard":         {none: "cards are one's own, and no list of hints has them"},
	"updateCard":         {none: "cards are one's own, and no list of hints has them"},
	"regenerateReply":    {tells: "reply.completed", member: true},
	"sendMessage":        {tells: "message.created", member: true},
	"setFeedback":        {none: "what somebody thinks of a reply is their own"},
	"signup":             {none: "nobody knows the new user yet"},
	"startOnboarding":    {none: "nothing is linked before the end"},
	"extendOnboarding":   {none: "nothing is linked before the end"},
	"receiveKnotWebhook": {none: "it leads to work, which tells when it is done"},
	"switchCard":         {tells: "account.updated"},
	"stopReply":          {none: "of a reply that has ended nothing changes; for an open one see TestStoppingAnOpenReplyIsHeard"},
	"syncAccount":        {tells: "account.updated"},
	"unlinkAccount":      {tells: "account.updated"},
	"updateSettings":     {none: "settings are one's own, and are read when they are shown"},
	"updateTransaction":  {tells: "chat.updated", member: true},
	"createExpense":      {tells: "chat.updated", member: true},
	"updateExpense":      {tells: "chat.updated", member: true},
	"deleteExpense":      {tells: "chat.updated", member: true},
	"restoreExpense":     {tells: "chat.updated", member: true},
	"setShareStatus":     {tells: "chat.updated", member: true},
	"createSettlement":   {tells: "chat.updated", member: true},
	"confirmSettlement":  {tells: "chat.updated", member: true},
	"voidSettlement":     {tells: "chat.updated", member: true},
}

func changes(o operation) bool { return o.method != http.MethodGet }

func TestEveryChangeSaysWhatOthersHearOfIt(t *testing.T) {
	t.Parallel()
	eachOperation(t, changes, func(t *testing.T, o operation) {
		wanted, found := hints[o.OperationID]
		require.True(t, found, "%s needs a line in hints", o.OperationID)
		require.NotEqual(t, wanted.tells == "", wanted.none == "", "a hint, or why there is none")
	})
	for id := range hints {
		require.True(t, slices.ContainsFunc(contract.operations, func(o operation) bool { return o.OperationID == id && changes(o) }), id)
	}
}

// listener is somebody who looks at their chats.
type listener struct {
	t      *testing.T
	name   string
	events chan testkit.Event
}

// listen opens streamEvents for somebody, from now on.
func listen(t *testing.T, server *httptest.Server, c *client) *listener {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/events", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := server.Client().Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	require.Equal(t, 200, answer.StatusCode)
	reader := testkit.NewHintReader(answer.Body)
	first, err := reader.Next()
	require.NoError(t, err)
	require.Equal(t, "stream.resync", first.Name)
	l := &listener{t: t, name: c.user.Name, events: make(chan testkit.Event, 256)}
	go func() {
		defer close(l.events)
		for {
			event, err := reader.Next()
			if err != nil {
				return
			}
			l.events <- event
		}
	}()
	return l
}

// hears waits for a hint and returns how long that took.
func (l *listener) hears(kind string) time.Duration {
	l.t.Helper()
	start := time.Now()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case event, open := <-l.events:
			require.True(l.t, open, "the stream of %s ended", l.name)
			if event.Name == kind {
				return time.Since(start)
			}
		case <-deadline.C:
			require.FailNow(l.t, l.name+" never heard "+kind)
		}
	}
}

// heard is what has come so far.
func (l *listener) heard() (events []testkit.Event) {
	for {
		select {
		case event := <-l.events:
			events = append(events, event)
		default:
			return events
		}
	}
}

// What somebody else can see is told to them, and how they hear of it is by streamEvents. The long tier holds that it takes
// no longer than a second from the answer; here it only has to come, since the machine may be busy with other things.
//
//nolint:paralleltest,tparallel // one after another, else somebody hears of another operation
func TestEveryChangeIsHeard(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	server := httptest.NewServer(s.app.Server())
	t.Cleanup(server.Close)
	eve := s.signUp(t, "Eve Moss")
	bystander := listen(t, server, eve)
	for _, o := range contract.operations {
		wanted := hints[o.OperationID]
		if wanted.tells == "" {
			continue
		}
		t.Run(o.OperationID, func(t *testing.T) {
			scene, request := s.scene(t, o, cmp.Or(wanted.by, "owner"))
			hearers := []*listener{listen(t, server, scene.caller)} // on another device
			if wanted.member {
				hearers = append(hearers, listen(t, server, s.admin), listen(t, server, s.member))
			}
			answer := scene.call(request)
			require.Less(t, answer.status, 300, "%s", answer.body)
			for _, hearer := range hearers {
				took := hearer.hears(wanted.tells)
				if os.Getenv("LATTICE_TEST_TIER") == "long" {
					require.LessOrEqual(t, took, time.Second)
				}
			}
		})
	}
	// Who belongs to none of it heard of their own chat at most.
	personal := eve.personalChat()
	for _, event := range bystander.heard() {
		require.Contains(t, event.Data, personal, event.Name)
	}
	eve.say(personal, "Hello")
	bystander.hears("message.created")
}

func TestStoppingAnOpenReplyIsHeard(t *testing.T) {
	t.Parallel()
	s := newStage(t, realTime, stalling)
	server := httptest.NewServer(s.app.Server())
	t.Cleanup(server.Close)
	sc := &scene{stage: s, t: t}
	group := sc.group()
	turn := s.owner.in(t).post(messagesPath(group), object{"content": "@lattice hello"}, "Prefer", "respond-async").want(202)
	hearer := listen(t, server, s.member)
	s.owner.in(t).post(turn.header.Get("Location")+"/stop", nil).want(200)
	hearer.hears("reply.completed")
}
