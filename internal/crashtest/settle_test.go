package crashtest_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// settle repeats what was sent and reads every reply to its end, each also from the beginning.
func (t *trial) settle(ctx context.Context, c client) (fresh map[uuid.UUID]*tape, err error) {
	if t.kill.course.retryStop {
		if err := t.stopAgain(ctx, c); err != nil {
			return nil, err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, chatID := range t.chats() {
		group.Go(func() error { return t.sendAgain(ctx, c, chatID) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return t.readAll(context.WithoutCancel(ctx), c)
}

// stopAgain stops the first reply, unless the message never arrived.
func (t *trial) stopAgain(ctx context.Context, c client) error {
	p := t.posts[0]
	if p.answer == nil {
		return nil
	}
	before, err := c.message(ctx, p.chatID, p.answer.AIMessage.ID)
	if err != nil {
		return err
	}
	if err := t.stop(ctx, c, *p.answer.AIMessage); err != nil {
		return err
	}
	if !before.open() && before.Status != t.halt.answer.Status {
		return fmt.Errorf("a late stop made %s of a reply that was %s", t.halt.answer.Status, before.Status)
	}
	return nil
}

// sendAgain repeats the messages of a chat one after another: each is there with its reply, or not at all, and then it is
// once it was sent again.
func (t *trial) sendAgain(ctx context.Context, c client, chatID uuid.UUID) error {
	for _, p := range t.posts {
		if p.chatID != chatID {
			continue
		}
		if t.again != nil {
			return t.makeOverAgain(ctx, c)
		}
		listed, err := c.messages(ctx, chatID)
		if err != nil {
			return err
		}
		stored, err := turnOf(listed, p.content)
		if err != nil {
			return err
		}
		if stored == nil && p.answer != nil {
			return fmt.Errorf("message %s was accepted and is lost", p.answer.UserMessage.ID)
		}
		replayed, err := p.send(ctx, c)
		if err != nil {
			return err
		}
		if replayed != (stored != nil) {
			return fmt.Errorf("message %s was stored: %t, replayed: %t", p.key, stored != nil, replayed)
		}
		if stored != nil && (stored.UserMessage.ID != p.answer.UserMessage.ID || stored.AIMessage.ID != p.answer.AIMessage.ID) {
			return fmt.Errorf("message %s was stored as %s and answered as %s", p.key, stored.UserMessage.ID, p.answer.UserMessage.ID)
		}
	}
	return nil
}

// turnOf finds a message and its reply in a list; nil where there is none.
func turnOf(listed []message, content string) (*turn, error) {
	var found *turn
	for _, said := range listed {
		if said.SenderType != "user" || said.Content != content {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("message %q stands there twice", content)
		}
		found = &turn{UserMessage: said}
		for _, reply := range listed {
			if reply.ReplyTo == nil || *reply.ReplyTo != said.ID {
				continue
			}
			if found.AIMessage != nil {
				return nil, fmt.Errorf("message %s has two replies", said.ID)
			}
			found.AIMessage = &reply
		}
		if found.AIMessage == nil {
			return nil, fmt.Errorf("message %s has no reply", said.ID)
		}
	}
	return found, nil
}

// makeOverAgain repeats the making over of the newest turn. An edit has no key: it is repeated only where it was lost.
func (t *trial) makeOverAgain(ctx context.Context, c client) error {
	a := t.again
	listed, err := c.messages(ctx, a.of.chatID)
	if err != nil {
		return err
	}
	done := len(listed) == 2 && listed[0].ID != a.first.ID
	content := a.of.content
	if a.edit && done {
		content = edited
	}
	stored, err := turnOf(listed, content)
	if err != nil {
		return err
	}
	if stored == nil || len(listed) != 2 || (a.answer != nil && stored.AIMessage.ID != a.answer.ID) {
		return fmt.Errorf("after another try at %s the chat holds %+v", a.first.ID, listed)
	}
	if done && a.edit {
		a.answer = stored.AIMessage
		return nil
	}
	replayed, err := a.send(ctx, c)
	if err != nil {
		return err
	}
	if replayed != done || (done && a.answer.ID != stored.AIMessage.ID) {
		return fmt.Errorf("another try at %s was stored: %t, replayed: %t", a.first.ID, done, replayed)
	}
	return nil
}

// readAll reads on where each reader was cut off, and beside it each reply from the beginning.
func (t *trial) readAll(ctx context.Context, c client) (fresh map[uuid.UUID]*tape, err error) {
	fresh = map[uuid.UUID]*tape{}
	group, ctx := errgroup.WithContext(ctx)
	for _, chatID := range t.chats() {
		listed, err := c.messages(ctx, chatID)
		if err != nil {
			return nil, err
		}
		for _, reply := range listed {
			if reply.SenderType == "ai" {
				t.tapeOf(reply)
			}
		}
	}
	for _, one := range t.allTapes() {
		other := newTape(one.chatID, one.replyID)
		fresh[one.replyID] = other
		group.Go(func() error { return one.recordToEnd(ctx, c) })
		group.Go(func() error { return other.recordToEnd(ctx, c) })
	}
	return fresh, group.Wait()
}

// compare holds every reader's tape against the stream as it is for ever, and against the message.
func (t *trial) compare(ctx context.Context, c client, fresh map[uuid.UUID]*tape) error {
	for _, one := range t.allTapes() {
		final := newTape(one.chatID, one.replyID)
		if err := final.recordToEnd(ctx, c); err != nil {
			return err
		}
		if !bytes.Equal(final.raw, one.raw) {
			return fmt.Errorf("what the reader of %s had differs from the final stream:\n%s\n--- final ---\n%s", one.replyID, one.raw, final.raw)
		}
		if !bytes.Equal(final.raw, fresh[one.replyID].raw) {
			return fmt.Errorf("reply %s read during its rescue differs from the final stream:\n%s\n--- final ---\n%s", one.replyID, fresh[one.replyID].raw, final.raw)
		}
		stored, err := c.message(ctx, one.chatID, one.replyID)
		if err != nil {
			return err
		}
		if stored.Content != final.text.String() {
			return fmt.Errorf("reply %s is %q, but its deltas are %q", one.replyID, stored.Content, final.text.String())
		}
		if err := t.checkReply(stored); err != nil {
			return err
		}
	}
	return nil
}

// checkReply knows how a reply has to have ended.
func (t *trial) checkReply(reply message) error {
	fault := func(what string) error {
		return fmt.Errorf("reply %s is %s: %+v\nstop: %+v", reply.ID, what, reply, t.halt)
	}
	if t.halt == nil || t.halt.replyID != reply.ID {
		if reply.Status != "completed" {
			return fault("not completed")
		}
	} else {
		want := []string{"stopped", "completed"}
		point := t.kill.last().point
		switch {
		case t.halt.answer != nil:
			want = []string{t.halt.answer.Status}
		case point == "stop.committed":
			want = []string{"stopped"}
		case strings.HasPrefix(point, "stop."):
			want = []string{"completed"}
		}
		if !slices.Contains(want, reply.Status) {
			return fault("not " + strings.Join(want, " or "))
		}
		if t.halt.answer != nil && t.halt.answer.Content != reply.Content {
			return fault("another than stopReply answered")
		}
	}
	// Only words that are not the engine's can be cut off so that a reader notices.
	if reply.Degraded != (t.kill.opening() && reply.Status == "completed" && strings.Contains(reply.Content, "\n\n")) {
		return fault("degraded or not, wrongly")
	}
	return nil
}
