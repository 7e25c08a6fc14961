package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/crashpoint"
)

// word asks for a text and shows it piece by piece. A text that was begun by an earlier attempt, or that fails, is
// finished in the engine's own wording.
func (a *attempt) word(ctx, speaking context.Context) (degraded bool, err error) {
	if a.shown.content() != "" || speaking.Err() != nil { // the end of the time is no failure
		return a.finishOurselves(), nil //nolint:nilerr // what is left is said in our own words
	}
	if a.plan.Withheld {
		a.say(a.plan.Text())
		return false, nil // as it was wanted
	}
	err = a.stream(ctx, speaking)
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, errTakenOver), errors.Is(err, errConsentWithdrawn), ctx.Err() != nil:
		return false, errors.Join(err, context.Cause(ctx))
	}
	if _, ok := errors.AsType[*wordingError](err); !ok {
		return false, err
	}
	a.o.Logger.WarnContext(ctx, "wording failed, finished in our own", "reply_id", a.reply.ID, "error", err)
	return a.finishOurselves(), nil
}

// wordingError is a failure of whoever words, not of ours.
type wordingError struct{ cause error }

func (e *wordingError) Error() string { return "wording: " + e.cause.Error() }
func (e *wordingError) Unwrap() error { return e.cause }

// piece is what the wording stream gave: a text, or how it ended.
type piece struct {
	text string
	err  error
}

// errSilent is the failure of a provider that says nothing.
var errSilent = errors.New("chat: the text is empty")

func (a *attempt) stream(ctx, speaking context.Context) error {
	request := WordingRequest{Template: a.plan.Template, Facts: a.plan.Facts}
	if a.plan.Action != nil {
		request.Action = *a.plan.Action
	}
	wording, cancel := context.WithCancel(speaking) // not for what we write: the end of the time would cut off a commit
	defer cancel()
	pieces := make(chan piece)
	go pump(wording, a.o.Wording, request, pieces)
	// What is known before the first word is shown without waiting for it; from then on a flush is followed by a pause,
	// and what comes after the pause is shown at once.
	pause := time.NewTimer(mergeWait)
	defer pause.Stop()
	pausing := true
	for {
		select {
		case next := <-pieces:
			if errors.Is(next.err, io.EOF) {
				a.say(a.filler.rest())
				if strings.TrimSpace(a.said()) == "" {
					return &wordingError{cause: errSilent}
				}
				return nil
			}
			if next.err != nil {
				return &wordingError{cause: next.err}
			}
			a.say(a.filler.fill(next.text))
			crashpoint.Reach("reply.heard")
		case <-pause.C:
			pausing = false
		case <-wording.Done():
			return &wordingError{cause: wording.Err()}
		}
		if pausing || len(a.queued) == 0 {
			continue
		}
		if err := a.flush(ctx); err != nil {
			return err
		}
		pausing = true
		pause.Reset(flushInterval)
	}
}

// pump has the reply worded and brings the pieces to a channel until the text or ctx ends.
func pump(ctx context.Context, wording Wording, request WordingRequest, pieces chan<- piece) {
	give := func(next piece) error {
		select {
		case pieces <- next:
			return next.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := guarded(func() error {
		stream, err := wording.Word(ctx, request)
		for err == nil {
			var text string
			if text, err = stream.Next(); err == nil {
				err = give(piece{text: text})
			}
		}
		return err
	})
	_ = give(piece{err: err})
}

// guarded makes a panic an error: what is wrong with one reply must not take those of others down.
func guarded(work func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return work()
}

// finishOurselves says in the engine's own wording what is left to say. It reports whether readers can tell: not where
// what they have seen is the beginning of that wording.
func (a *attempt) finishOurselves() (degraded bool) {
	seen, own := a.said(), a.plan.Text()
	if rest, ok := strings.CutPrefix(own, seen); ok {
		a.say(rest)
		return seen == ""
	}
	a.say("\n\n" + own)
	return true
}

// said is the text so far, shown or not.
func (a *attempt) said() string { return a.shown.content() + a.queued.content() }

func (a *attempt) say(text string) {
	if text != "" {
		a.queue(Event{Kind: EventDelta, Text: text})
	}
}
