package crashtest_test

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// questions are asked in turn. The first has a long answer, the second a drawer.
var questions = []string{
	"How much did I spend this year?",
	"Which card should I use for $120 at Whole Foods?",
	"How much did I spend on groceries last month?",
	"How much did I spend on food delivery this year?",
}

// edited is what an edit makes of a question.
const edited = "How much did I spend last month?"

// course is what is asked of the service while it is going to die. It ends by itself when the connection breaks.
type course struct {
	name  string
	chats int
	drive func(ctx context.Context, t *trial, c client, chats []uuid.UUID) error
	// retryStop stops again, or for the first time, as soon as the service is back.
	retryStop bool
}

// askAll sends the same number of messages to every chat and reads all replies.
func askAll(messages int, wait bool) func(context.Context, *trial, client, []uuid.UUID) error {
	return func(ctx context.Context, t *trial, c client, chats []uuid.UUID) error {
		var group errgroup.Group
		for i, chatID := range chats {
			for n := range messages {
				p := t.newPost(chatID, questions[(i+n+t.kill.number)%len(questions)], wait)
				if wait {
					group.Go(func() error { return t.watch(ctx, c, chatID) })
				}
				if err := t.post(ctx, c, p); err != nil {
					return errors.Join(cutIsFine(err), group.Wait())
				}
				group.Go(func() error { return t.tapeOf(*p.answer.AIMessage).record(ctx, c) })
			}
		}
		return group.Wait()
	}
}

// watch reads the reply that is made while its sender waits, which only lists can tell of.
func (t *trial) watch(ctx context.Context, c client, chatID uuid.UUID) error {
	for {
		listed, err := c.messages(ctx, chatID)
		if err != nil {
			return cutIsFine(err)
		}
		for _, one := range listed {
			if one.SenderType == "ai" {
				return t.tapeOf(one).record(ctx, c)
			}
		}
	}
}

func askAndStop(ctx context.Context, t *trial, c client, chats []uuid.UUID) error {
	p := t.newPost(chats[0], questions[t.kill.number%2], false)
	if err := t.post(ctx, c, p); err != nil {
		return cutIsFine(err)
	}
	tape := t.tapeOf(*p.answer.AIMessage)
	var group errgroup.Group
	group.Go(func() error { return tape.record(ctx, c) })
	select {
	case <-tape.seen(2):
		group.Go(func() error { return cutIsFine(t.stop(ctx, c, *p.answer.AIMessage)) })
	case <-ctx.Done():
	}
	return group.Wait()
}

func askAndTerminate(ctx context.Context, t *trial, c client, chats []uuid.UUID) error {
	p := t.newPost(chats[0], questions[t.kill.number%2], false)
	if err := t.post(ctx, c, p); err != nil {
		return cutIsFine(err)
	}
	tape := t.tapeOf(*p.answer.AIMessage)
	var group errgroup.Group
	group.Go(func() error { return tape.record(ctx, c) })
	select {
	case <-tape.seen(1):
		t.lane.current().terminate()
	case <-ctx.Done():
	}
	return group.Wait()
}

func askAgain(edit bool) func(context.Context, *trial, client, []uuid.UUID) error {
	return func(ctx context.Context, t *trial, c client, chats []uuid.UUID) error {
		p := t.newPost(chats[0], questions[t.kill.number%2], false)
		if err := t.post(ctx, c, p); err != nil {
			return cutIsFine(err)
		}
		tape := t.tapeOf(*p.answer.AIMessage)
		if err := tape.record(ctx, c); err != nil {
			return err
		}
		if _, ended := tape.state(); !ended {
			return errors.New("the first reply was cut off; the mark is in the wrong place")
		}
		t.again = &again{of: p, first: *p.answer.AIMessage, edit: edit, key: uuid.NewString()}
		if _, err := t.again.send(ctx, c); err != nil {
			return cutIsFine(err)
		}
		return t.tapeOf(*t.again.answer).record(ctx, c)
	}
}

func cutIsFine(err error) error {
	if errors.Is(err, errCut) {
		return nil
	}
	return err
}
