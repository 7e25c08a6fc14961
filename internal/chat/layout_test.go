package chat

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// layouts draws what attempts may have shown: stages, at most one drawer, and pieces of text, in any order.
func layouts(t *rapid.T) (events layout, drawer json.RawMessage) {
	for range rapid.IntRange(0, 30).Draw(t, "events") {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			events = append(events, Event{Kind: EventThinking, Text: rapid.String().Draw(t, "stage")})
		case 1:
			if drawer == nil {
				drawer = json.RawMessage(`{"kind":"card"}`)
				events = append(events, Event{Kind: EventDrawer})
			}
		default:
			events = append(events, Event{Kind: EventDelta, Text: rapid.StringN(1, 12, -1).Draw(t, "text")})
		}
	}
	return events, drawer
}

// Why: the rows of a reply's events go with its end; what is rebuilt has to be what was sent.
func TestRebuild_MakesTheEventsThatWereSent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shown, drawer := layouts(t)
		message := Message{Content: shown.content(), Thinking: shown.stages(), Drawer: drawer, Status: StatusCompleted, Feedback: &Feedback{Rating: "up"}}
		events := rebuild(message, shown.cuts())
		require.Len(t, events, len(shown)+2)
		for i, event := range events {
			require.Equal(t, i+1, event.Seq)
		}
		require.Equal(t, Event{Seq: 1, Kind: EventStarted}, events[0])
		for i, want := range shown {
			got := events[i+1]
			require.Equal(t, want.Kind, got.Kind)
			require.Equal(t, want.Text, got.Text)
			require.Equal(t, want.Kind == EventDrawer, got.Drawer != nil)
		}
		end := events[len(events)-1]
		require.Equal(t, EventEnd, end.Kind)
		require.Nil(t, end.Message.Feedback, "what is said of it later is not in it")
		require.Equal(t, message.Content, end.Message.Content)
		require.Equal(t, drawer != nil, shown.hasDrawer())
	})
}

// Why: the greeting, and what a demo was seeded with, was never streamed and can be watched all the same.
func TestRebuild_TellsWhatWasNeverStreamedInThePlainestOrder(t *testing.T) {
	t.Parallel()
	message := Message{Content: "All of it.", Thinking: []string{"one", "two"}, Drawer: json.RawMessage(`{}`), Status: StatusCompleted}
	var kinds []string
	for _, event := range rebuild(message, nil) {
		kinds = append(kinds, event.Kind)
	}
	require.Equal(t, []string{EventStarted, EventThinking, EventThinking, EventDrawer, EventDelta, EventEnd}, kinds)
	require.Len(t, rebuild(Message{}, nil), 2)
	require.Len(t, rebuild(Message{}, []int32{}), 2)
}

// Why: cuts that do not fit their text would be a fault of ours; they must not take the reader's request down.
func TestRebuild_SurvivesCutsThatDoNotFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cuts := rapid.SliceOf(rapid.Int32()).Draw(t, "cuts")
		message := Message{Content: rapid.String().Draw(t, "content"), Thinking: rapid.SliceOf(rapid.String()).Draw(t, "stages")}
		events := rebuild(message, cuts)
		require.Equal(t, EventEnd, events[len(events)-1].Kind)
	})
}
