package testkit

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	startedEvent = "id: 1\nevent: reply.started\n" +
		`data: {"chatId":"019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f","messageId":"019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60","type":"reply.started"}` + "\n\n"
	deltaEvent  = "id: 2\nevent: reply.delta\ndata: {\"text\":\"a\",\"type\":\"reply.delta\"}\n\n"
	failedEvent = "id: 3\nevent: reply.failed\n" +
		`data: {"problem":{"type":"/problems/internal","title":"Internal Server Error","status":500,"detail":"x","instance":"/x","code":"internal",` +
		`"requestId":"019ab0c8-7c1f-7d20-8a44-1f0c2b3d4e60"},"type":"reply.failed"}` + "\n\n"
	resyncEvent = "event: stream.resync\ndata: {\"type\":\"stream.resync\"}\n\n"
)

func TestReplyReader_ReadsWhatKeepsTheContract(t *testing.T) {
	t.Parallel()
	reader := NewReplyReader(strings.NewReader(": open\n\n"+startedEvent+resyncEvent+": ping\n\n"+deltaEvent+failedEvent), 0)
	events, err := reader.All()
	require.NoError(t, err)
	require.Len(t, events, 4)
	require.Equal(t, Event{ID: 2, Name: "reply.delta", Data: `{"text":"a","type":"reply.delta"}`}, events[2])
	require.True(t, events[3].Terminal())
	require.Equal(t, []string{"open", "ping"}, reader.Comments())
	_, err = NewReplyReader(strings.NewReader(deltaEvent), 1).All()
	require.NoError(t, err)
}

// Why: a check nobody has seen fail may check nothing.
func TestReplyReader_FindsEveryFault(t *testing.T) {
	t.Parallel()
	for name, stream := range map[string]string{
		"Gap":             startedEvent + strings.Replace(deltaEvent, "id: 2", "id: 3", 1),
		"Twice":           startedEvent + startedEvent,
		"NoNumber":        startedEvent + strings.Replace(deltaEvent, "id: 2\n", "", 1),
		"NumberedResync":  startedEvent + "id: 2\n" + resyncEvent,
		"NoBeginning":     strings.Replace(deltaEvent, "id: 2", "id: 1", 1),
		"AfterTheEnd":     startedEvent + deltaEvent + failedEvent + strings.Replace(deltaEvent, "id: 2", "id: 4", 1),
		"ResyncAfterEnd":  startedEvent + deltaEvent + failedEvent + resyncEvent,
		"OtherName":       startedEvent + strings.Replace(deltaEvent, "event: reply.delta", "event: reply.thinking", 1),
		"UnknownField":    startedEvent + strings.Replace(deltaEvent, `"text"`, `"more":1,"text"`, 1),
		"MissingField":    startedEvent + strings.Replace(deltaEvent, `"text":"a",`, "", 1),
		"WrongType":       startedEvent + strings.Replace(deltaEvent, `"a"`, "1", 1),
		"WrongFormat":     strings.Replace(startedEvent, "019ab0c7-", "019ab0c7", 1),
		"UnknownType":     "id: 1\nevent: reply.new\ndata: {\"type\":\"reply.new\"}\n\n",
		"HintAmongThem":   "event: chat.updated\ndata: {\"type\":\"chat.updated\",\"chatId\":\"019ab0c7-7c1e-7d20-8a44-1f0c2b3d4e5f\"}\n\n",
		"NoJSON":          startedEvent + "id: 2\nevent: reply.delta\ndata: text\n\n",
		"LooseJSON":       startedEvent + strings.Replace(deltaEvent, ",", ", ", 1),
		"TwoLinesOfData":  startedEvent + "id: 2\nevent: reply.delta\ndata: {\"text\":\ndata: \"a\"}\n\n",
		"UnknownSSEField": "retry: 5\n\n",
		"WindowsLines":    strings.ReplaceAll(startedEvent, "\n", "\r\n"),
	} {
		_, err := NewReplyReader(strings.NewReader(stream), 0).All()
		require.Error(t, err, name)
		require.NotErrorIs(t, err, io.ErrUnexpectedEOF, name)
	}
}

func TestReplyReader_KnowsAStreamThatWasCut(t *testing.T) {
	t.Parallel()
	for cut := 1; cut < len(deltaEvent); cut++ {
		events, err := NewReplyReader(strings.NewReader(startedEvent+deltaEvent[:cut]), 0).All()
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Len(t, events, 1, "half an event is none")
	}
}

func TestHintReader_HoldsHintsToTheirSchema(t *testing.T) {
	t.Parallel()
	events, err := NewHintReader(strings.NewReader(resyncEvent + strings.TrimPrefix(startedEvent, "id: 1\n"))).All()
	require.NoError(t, err)
	require.Len(t, events, 2)
	for _, stream := range []string{startedEvent, strings.TrimPrefix(deltaEvent, "id: 2\n")} {
		_, err := NewHintReader(strings.NewReader(stream)).All()
		require.Error(t, err)
	}
}
