package chat

import (
	"encoding/json"

	"github.com/lattice-money/lattice/gen/db"
)

// Kinds of reply events. Every reply has one started, then stages, a drawer and deltas, then one end.
const (
	EventStarted  = "started"
	EventThinking = "thinking"
	EventDrawer   = "drawer"
	EventDelta    = "delta"
	EventEnd      = "end"
)

// Event is one event of a reply. Seq counts from 1 within the reply and never changes.
type Event struct {
	Seq  int
	Kind string
	Text string // of a stage or a delta
	// Drawer is set on EventDrawer; Message on EventEnd: the message as it ended, without later feedback.
	Drawer  json.RawMessage
	Message *Message
}

// How an ended reply remembers its events: a positive number is the bytes of a delta, the others are these.
const (
	cutStage  int32 = 0
	cutDrawer int32 = -1
)

// layout is the events of a reply between its start and its end, in order.
type layout []Event

func fromDBEvents(rows []queries.ReplyEventListAfterRow) layout {
	events := make(layout, len(rows))
	for i, row := range rows {
		events[i] = Event{Seq: int(row.Seq), Kind: row.Kind, Text: row.Text}
	}
	return events
}

// content is the deltas joined, stages the stages in order, cuts what it takes to make the events again from both.
func (l layout) content() string {
	var text []byte
	for _, event := range l {
		if event.Kind == EventDelta {
			text = append(text, event.Text...)
		}
	}
	return string(text)
}

func (l layout) stages() []string {
	stages := []string{}
	for _, event := range l {
		if event.Kind == EventThinking {
			stages = append(stages, event.Text)
		}
	}
	return stages
}

func (l layout) hasDrawer() bool {
	for _, event := range l {
		if event.Kind == EventDrawer {
			return true
		}
	}
	return false
}

func (l layout) cuts() []int32 {
	cuts := []int32{}
	for _, event := range l {
		switch event.Kind {
		case EventThinking:
			cuts = append(cuts, cutStage)
		case EventDrawer:
			cuts = append(cuts, cutDrawer)
		case EventDelta:
			cuts = append(cuts, int32(len(event.Text))) //nolint:gosec // a reply is far below 2 GiB
		}
	}
	return cuts
}

// rebuild makes the events of an ended reply again, the same as they were sent while it ran.
func rebuild(message Message, cuts []int32) []Event {
	if cuts == nil { // never streamed: told in the plainest order
		for range message.Thinking {
			cuts = append(cuts, cutStage)
		}
		if len(message.Drawer) > 0 {
			cuts = append(cuts, cutDrawer)
		}
		if message.Content != "" {
			cuts = append(cuts, int32(len(message.Content))) //nolint:gosec // a reply is far below 2 GiB
		}
	}
	events := make([]Event, 0, len(cuts)+2)
	add := func(event Event) {
		event.Seq = len(events) + 1
		events = append(events, event)
	}
	add(Event{Kind: EventStarted})
	content, stages := message.Content, message.Thinking
	for _, cut := range cuts {
		switch {
		case cut == cutStage && len(stages) > 0:
			add(Event{Kind: EventThinking, Text: stages[0]})
			stages = stages[1:]
		case cut == cutDrawer:
			add(Event{Kind: EventDrawer, Drawer: message.Drawer})
		case cut > 0 && int(cut) <= len(content):
			add(Event{Kind: EventDelta, Text: content[:cut]})
			content = content[cut:]
		}
	}
	ended := message
	ended.Feedback = nil
	add(Event{Kind: EventEnd, Message: &ended})
	return events
}
