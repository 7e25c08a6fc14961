package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/events"
)

// replyStream is the answer of streamReply. It implements the generated response interface, so that streaming stays
// within the contract.
type replyStream struct {
	server *Server
	ctx    context.Context //nolint:containedctx // the request's own, needed while the response is written
	ref    chat.ReplyRef
	after  int
	once   bool // ?wait=0: what exists, and no more
	wake   <-chan struct{}
	stop   func()

	pending []chat.Event // read, and not sent yet
	ended   bool         // the end is among them, or was before
}

// StreamReply implements the operation streamReply. What can be refused is refused before the stream begins.
func (s *Server) StreamReply(ctx context.Context, request api.StreamReplyRequestObject) (api.StreamReplyResponseObject, error) {
	stream := &replyStream{
		server: s, ctx: ctx, ref: replyRef(ctx, request.ChatID, request.MessageID),
		after: resumeAfter(request.Params.LastEventID, request.Params.After), once: request.Params.Wait != nil,
	}
	stream.wake, stream.stop = s.Chat.Listen(request.MessageID)
	if err := stream.read(); err != nil {
		stream.stop()
		return nil, err
	}
	return stream, nil
}

// resumeAfter is the number of the last event the reader has. A browser that reconnects repeats the address it was
// given, and says where it was by the header: so the header goes before the parameter.
func resumeAfter(lastEventID *string, after *int) int {
	if lastEventID != nil {
		if number, err := strconv.Atoi(*lastEventID); err == nil {
			return number
		}
	}
	return orEmpty(after)
}

// VisitStreamReplyResponse implements the generated response interface.
func (r *replyStream) VisitStreamReplyResponse(w http.ResponseWriter) error {
	defer r.stop()
	out, err := openSSE(w)
	if err != nil {
		return nil
	}
	heartbeat := time.NewTicker(r.server.Streams.heartbeat())
	defer heartbeat.Stop()
	for r.step(out) {
		if len(r.pending) == 0 && !r.wait(out, heartbeat.C) {
			return nil
		}
		if r.read() != nil {
			_ = out.reconnect() // too late for a status: the reader tries again and gets it then
			return nil
		}
	}
	if r.ended {
		// A reader that has the last event already would else take this for a cut, and come back for ever.
		out.comment("end")
		_ = out.flush()
	}
	return nil
}

// read gets what comes next. It is apart from the loop, and so is step: what stands on the stack there stands there for as
// long as the stream waits.
//
//go:noinline
func (r *replyStream) read() (err error) {
	r.pending, r.ended, err = r.server.Chat.EventsAfter(r.ctx, r.ref, r.after)
	return err
}

// step sends what there is, and reports whether more is to come.
//
//go:noinline
func (r *replyStream) step(out *sseStream) (goOn bool) {
	return r.send(out) == nil && !r.ended && (!r.once || len(r.pending) > 0)
}

func (r *replyStream) wait(out *sseStream, heartbeat <-chan time.Time) (goOn bool) {
	for {
		select {
		case <-r.wake:
			return true
		case <-heartbeat:
			out.comment("ping")
			if out.flush() != nil {
				return false
			}
		case <-r.server.stopping:
			_ = out.reconnect()
			return false
		case <-r.ctx.Done():
			return false
		}
	}
}

func (r *replyStream) send(out *sseStream) error {
	for _, event := range r.pending {
		if err := r.write(out, event); err != nil {
			return err
		}
		r.after = event.Seq
	}
	return out.flush()
}

func (r *replyStream) write(out *sseStream, event chat.Event) error {
	switch event.Kind {
	case chat.EventStarted:
		return out.event(
			event.Seq,
			"reply.started",
			api.ReplyStarted{Type: api.ReplyStartedTypeReplyStarted, ChatID: r.ref.ChatID, MessageID: r.ref.ReplyID},
		)
	case chat.EventThinking:
		return out.event(event.Seq, "reply.thinking", api.ReplyThinking{Type: api.ReplyThinkingTypeReplyThinking, Stage: event.Text})
	case chat.EventDelta:
		return out.event(event.Seq, "reply.delta", api.ReplyDelta{Type: api.ReplyDeltaTypeReplyDelta, Text: event.Text})
	case chat.EventDrawer:
		drawer := api.ReplyDrawer{Type: api.ReplyDrawerTypeReplyDrawer}
		if err := drawer.DrawerData.UnmarshalJSON(event.Drawer); err != nil {
			return fmt.Errorf("read drawer: %w", err)
		}
		return out.event(event.Seq, "reply.drawer", drawer)
	case chat.EventEnd:
		return r.writeEnd(out, event)
	default:
		return fmt.Errorf("unknown event kind %q", event.Kind)
	}
}

func (r *replyStream) writeEnd(out *sseStream, event chat.Event) error {
	message := toAPIMessage(*event.Message)
	switch event.Message.Status {
	case chat.StatusStopped:
		return out.event(event.Seq, "reply.stopped", api.ReplyStopped{Type: api.ReplyStoppedTypeReplyStopped, Message: message})
	case chat.StatusFailed:
		// The same bytes whenever it is read, so nothing of this request is in it.
		problem := api.Problem{
			Type: "/problems/" + string(apperr.CodeInternal), Title: http.StatusText(http.StatusInternalServerError),
			Status: http.StatusInternalServerError, Detail: "Something went wrong on our side.",
			Instance: messagePath(r.ref.ChatID, r.ref.ReplyID), Code: api.ProblemCode(apperr.CodeInternal), RequestID: r.ref.ReplyID.String(),
		}
		return out.event(event.Seq, "reply.failed", api.ReplyFailed{Type: api.ReplyFailedTypeReplyFailed, Problem: problem})
	default:
		return out.event(event.Seq, "reply.completed", api.ReplyCompleted{Type: api.ReplyCompletedTypeReplyCompleted, Message: message})
	}
}

// hintStream is the answer of streamEvents.
type hintStream struct {
	server       *Server
	ctx          context.Context //nolint:containedctx // the request's own, needed while the response is written
	once         bool
	subscription *events.Subscription
	stop         func()
}

// StreamEvents implements the operation streamEvents.
func (s *Server) StreamEvents(ctx context.Context, request api.StreamEventsRequestObject) (api.StreamEventsResponseObject, error) {
	stream := &hintStream{server: s, ctx: ctx, once: request.Params.Wait != nil}
	stream.subscription, stream.stop = s.Streams.Hub.Subscribe(auth.UserID(ctx))
	return stream, nil
}

// VisitStreamEventsResponse implements the generated response interface.
func (h *hintStream) VisitStreamEventsResponse(w http.ResponseWriter) error {
	defer h.stop()
	out, err := openSSE(w)
	if err == nil {
		err = out.resync() // what happened before is not told: the client reads what it shows
	}
	heartbeat := time.NewTicker(h.server.Streams.heartbeat())
	defer heartbeat.Stop()
	for err == nil {
		if err = out.flush(); err != nil || h.once {
			return nil
		}
		select {
		case hint := <-h.subscription.Hints():
			err = writeHint(out, hint)
		case <-h.subscription.Lost():
			err = out.resync()
		case <-heartbeat.C:
			out.comment("ping")
		case <-h.server.stopping:
			_ = out.reconnect()
			return nil
		case <-h.ctx.Done():
			return nil
		}
	}
	return nil
}

// writeHint takes a pointer because a copy would stand on the stack of every stream that waits.
func writeHint(out *sseStream, hint *events.Hint) error {
	switch hint.Type {
	case events.MessageCreated:
		return out.event(
			0,
			hint.Type,
			api.MessageCreated{Type: api.MessageCreatedTypeMessageCreated, ChatID: hint.ChatID, MessageID: hint.MessageID},
		)
	case events.ReplyStarted:
		return out.event(0, hint.Type, api.ReplyStarted{Type: api.ReplyStartedTypeReplyStarted, ChatID: hint.ChatID, MessageID: hint.MessageID})
	case events.ReplyCompleted:
		return out.event(0, hint.Type, api.ReplyEnded{
			Type: api.ReplyEndedTypeReplyCompleted, ChatID: hint.ChatID, MessageID: hint.MessageID, Status: api.ReplyEndedStatus(hint.Status),
		})
	case events.ChatUpdated:
		return out.event(0, hint.Type, api.ChatUpdated{Type: api.ChatUpdatedTypeChatUpdated, ChatID: hint.ChatID})
	case events.MemberJoined:
		return out.event(0, hint.Type, api.MemberJoined{Type: api.MemberJoinedTypeMemberJoined, ChatID: hint.ChatID, UserID: hint.UserID})
	case events.AlertFired:
		return out.event(0, hint.Type, api.AlertFired{Type: api.AlertFiredTypeAlertFired, AlertID: hint.AlertID})
	case events.InsightCreated:
		return out.event(0, hint.Type, api.InsightCreated{Type: api.InsightCreatedTypeInsightCreated, InsightID: hint.InsightID})
	case events.AccountUpdated:
		return out.event(0, hint.Type, api.AccountUpdated{Type: api.AccountUpdatedTypeAccountUpdated, AccountID: hint.AccountID})
	case events.CardSwitchRequested:
		return out.event(0, hint.Type, api.CardSwitchRequested{
			Type: api.CardSwitchRequestedTypeCardSwitchRequested, AccountID: hint.AccountID, TaskID: hint.TaskID, ExpiresAt: hint.ExpiresAt,
		})
	default:
		return nil // of a newer process: this one's contract has no such event
	}
}
