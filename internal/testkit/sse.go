package testkit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/api"
)

// Event is one server-sent event as it came over the wire.
type Event struct {
	ID   int // 0 where it had none
	Name string
	Data string
}

// Terminal reports whether the event is the one end of a reply.
func (e Event) Terminal() bool {
	return e.Name == "reply.completed" || e.Name == "reply.stopped" || e.Name == "reply.failed"
}

// EventReader reads a stream of server-sent events (WHATWG HTML, section 9.2) and holds each to the contract: its data to
// its schema, its name to its type, and the numbers of a reply's events to be without gaps and to end with one end. It is
// stricter than a browser: fields and forms that our server has no reason to send are faults.
//
// A fault is an error of Next, never the end of the test, so that a reader may run in any goroutine.
type EventReader struct {
	lines    *bufio.Reader
	schema   string
	numbered bool // the events of a reply
	last     int
	ended    bool
	comments []string
}

// NewReplyReader reads the events of streamReply that come after a number.
func NewReplyReader(stream io.Reader, after int) *EventReader {
	return &EventReader{lines: bufio.NewReader(stream), schema: "ReplyEvent", numbered: true, last: after}
}

// NewHintReader reads the events of streamEvents.
func NewHintReader(stream io.Reader) *EventReader {
	return &EventReader{lines: bufio.NewReader(stream), schema: "HintEvent"}
}

// Comments are the comments read so far.
func (r *EventReader) Comments() []string { return r.comments }

// Next returns the next event. At the end of the stream it returns io.EOF, and io.ErrUnexpectedEOF when the stream was cut
// inside an event, which is then lost, as it is to a browser. Comments are passed over.
func (r *EventReader) Next() (Event, error) {
	var event Event
	var seen [3]bool // id, event, data
	field := func(i int) error {
		if seen[i] {
			return fmt.Errorf("testkit: a field stands twice in the event after %d", r.last)
		}
		seen[i] = true
		return nil
	}
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			if errors.Is(err, io.EOF) && (line != "" || seen != [3]bool{}) {
				return Event{}, io.ErrUnexpectedEOF
			}
			return Event{}, err
		}
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && seen == [3]bool{}: // after a comment
			continue
		case line == "":
			return event, r.check(event)
		case strings.HasPrefix(line, ":"):
			r.comments = append(r.comments, strings.TrimPrefix(line, ": "))
		case name == "id":
			if event.ID, err = strconv.Atoi(value); err == nil {
				err = field(0)
			}
		case name == "event":
			event.Name, err = value, field(1)
		case name == "data":
			event.Data, err = value, field(2)
		default:
			err = fmt.Errorf("testkit: the line %q is none our server sends", line)
		}
		if err != nil {
			return Event{}, err
		}
	}
}

// All reads to the end of the stream.
func (r *EventReader) All() ([]Event, error) {
	var events []Event
	for {
		event, err := r.Next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events = append(events, event)
	}
}

func (r *EventReader) check(event Event) error {
	if r.ended {
		return fmt.Errorf("testkit: %s comes after the end of the reply", event.Name)
	}
	if err := checkEvent(r.schema, event); err != nil {
		return fmt.Errorf("testkit: event %d %s: %w\n%s", event.ID, event.Name, err, event.Data)
	}
	if !r.numbered || strings.HasPrefix(event.Name, "stream.") {
		if event.ID != 0 {
			return fmt.Errorf("testkit: %s has the number %d, but stands outside the numbering", event.Name, event.ID)
		}
		return nil
	}
	if event.ID != r.last+1 {
		return fmt.Errorf("testkit: %s has the number %d after %d", event.Name, event.ID, r.last)
	}
	if (event.ID == 1) != (event.Name == "reply.started") {
		return fmt.Errorf("testkit: event %d is %s", event.ID, event.Name)
	}
	r.last, r.ended = event.ID, event.Terminal()
	return nil
}

// checked are the events that were found to be right: most are read many times.
var checked sync.Map

func checkEvent(schema string, event Event) error {
	type key struct {
		schema string
		event  Event
	}
	if _, known := checked.Load(key{schema, event}); known {
		return nil
	}
	err := visitEvent(contract().Components.Schemas[schema].Value, event)
	if err == nil {
		checked.Store(key{schema, event}, true)
	}
	return err
}

func visitEvent(schema *openapi3.Schema, event Event) error {
	decoder := json.NewDecoder(strings.NewReader(event.Data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(event.Data)); err != nil || compact.String() != event.Data {
		return errors.New("the data is not compact JSON")
	}
	object, _ := value.(map[string]any)
	if object["type"] != event.Name {
		return fmt.Errorf("the type is %v", object["type"])
	}
	return schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse(), openapi3.WithStringFormatValidators(eventFormats))
}

var errFormat = errors.New("wrong format")

// eventFormats are those of the contract that events use; the library takes most formats on trust.
var eventFormats = map[string]openapi3.StringFormatValidator{
	"uuid": openapi3.NewCallbackValidator(func(text string) error {
		if _, err := uuid.Parse(text); err != nil || len(text) != 36 {
			return errFormat
		}
		return nil
	}),
	"date-time": openapi3.NewCallbackValidator(func(text string) error {
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			return errFormat
		}
		return nil
	}),
}

// contract is the embedded contract, read once.
var contract = sync.OnceValue(func() *openapi3.T {
	doc, err := api.GetSpec()
	if err == nil {
		err = doc.Validate(context.Background())
	}
	if err != nil {
		panic(err)
	}
	return doc
})
