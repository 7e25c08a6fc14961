package crashtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// trial is one course of things: what was asked of the service, what it said, and what was read while it died.
type trial struct {
	kill kill
	lane *lane

	mu    sync.Mutex
	posts []*post
	tapes map[uuid.UUID]*tape
	again *again
	halt  *halt
	cut   int // readers that had begun and not finished when the process died
}

// post is a message that was sent, and the answer unless the connection broke before.
type post struct {
	chatID  uuid.UUID
	content string
	key     string
	wait    bool
	answer  *turn
}

// again is the newest turn made over: asked again, or edited. first is the reply that loses its place.
type again struct {
	of     *post
	first  message
	edit   bool
	key    string
	answer *message
}

// halt is a stop on its way to a reply.
type halt struct {
	chatID, replyID uuid.UUID
	answer          *message
}

var (
	ask    = course{name: "ask", chats: 1, drive: askAll(1, false)}
	wait   = course{name: "wait", chats: 1, drive: askAll(1, true)}
	queue  = course{name: "queue", chats: 1, drive: askAll(3, false)}
	many   = course{name: "many chats", chats: 4, drive: askAll(1, false)}
	stop   = course{name: "stop", chats: 1, drive: askAndStop, retryStop: true}
	leave  = course{name: "stop and leave", chats: 1, drive: askAndStop}
	late   = course{name: "stop afterwards", chats: 1, drive: askAll(1, false), retryStop: true}
	repeat = course{name: "ask again", chats: 1, drive: askAgain(false)}
	edit   = course{name: "edit", chats: 1, drive: askAgain(true)}
	end    = course{name: "end the process", chats: 1, drive: askAndTerminate}
)

func (t *trial) newPost(chatID uuid.UUID, content string, wait bool) *post {
	p := &post{chatID: chatID, content: content, key: uuid.NewString(), wait: wait}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.posts = append(t.posts, p)
	return p
}

func (t *trial) tapeOf(reply message) *tape {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tapes[reply.ID] == nil {
		t.tapes[reply.ID] = newTape(reply.ChatID, reply.ID)
	}
	return t.tapes[reply.ID]
}

func (t *trial) allTapes() []*tape {
	t.mu.Lock()
	defer t.mu.Unlock()
	tapes := make([]*tape, 0, len(t.tapes))
	for _, one := range t.tapes {
		tapes = append(tapes, one)
	}
	return tapes
}

// post sends a message, for the first time or again.
func (t *trial) post(ctx context.Context, c client, p *post) error {
	_, err := p.send(ctx, c)
	return err
}

func (p *post) send(ctx context.Context, c client) (replayed bool, err error) {
	with := headers{"Idempotency-Key": p.key}
	if !p.wait {
		with["Prefer"] = "respond-async"
	}
	var answer turn
	replayed, err = c.call(ctx, http.MethodPost, chatPath(p.chatID), with, map[string]string{"content": p.content}, &answer)
	if err != nil {
		return false, err
	}
	if answer.AIMessage == nil || answer.UserMessage.Content != p.content {
		return false, fmt.Errorf("sendMessage answered %+v", answer)
	}
	if p.wait && answer.AIMessage.open() {
		return false, fmt.Errorf("sendMessage waited and answered a reply that is %s", answer.AIMessage.Status)
	}
	if p.answer != nil && (p.answer.UserMessage.ID != answer.UserMessage.ID || p.answer.AIMessage.ID != answer.AIMessage.ID) {
		return false, fmt.Errorf("message %s was accepted as %s and then as %s", p.key, p.answer.UserMessage.ID, answer.UserMessage.ID)
	}
	p.answer = &answer
	return replayed, nil
}

func (a *again) send(ctx context.Context, c client) (replayed bool, err error) {
	with := headers{"Prefer": "respond-async"}
	if a.edit {
		var answer turn
		_, err = c.call(ctx, http.MethodPatch, messagePath(a.of.chatID, *a.first.ReplyTo), with, map[string]string{"content": edited}, &answer)
		if err == nil {
			a.answer = answer.AIMessage
		}
		return false, err
	}
	with["Idempotency-Key"] = a.key
	var answer message
	replayed, err = c.call(ctx, http.MethodPost, messagePath(a.of.chatID, a.first.ID)+"/regenerate", with, nil, &answer)
	if err == nil {
		if a.answer != nil && a.answer.ID != answer.ID {
			return false, fmt.Errorf("reply %s was asked for again twice: %s and %s", a.first.ID, a.answer.ID, answer.ID)
		}
		a.answer = &answer
	}
	return replayed, err
}

func (t *trial) stop(ctx context.Context, c client, reply message) error {
	if t.halt == nil {
		t.halt = &halt{chatID: reply.ChatID, replyID: reply.ID}
	}
	answer, err := c.stop(ctx, t.halt.chatID, t.halt.replyID)
	if err != nil {
		return err
	}
	if answer.open() {
		return fmt.Errorf("stopReply answered a reply that is %s", answer.Status)
	}
	t.halt.answer = &answer
	return nil
}

// run dies as often as it is told to, starts the service again and checks everything. It returns how long the last recovery
// took.
func (t *trial) run(ctx context.Context) (recovered time.Duration, err error) {
	var died time.Time
	for i := range t.kill.deaths {
		if died, err = t.die(ctx, i); err != nil {
			return 0, fmt.Errorf("death %d at %s: %w", i+1, t.kill.deaths[i], err)
		}
		for _, one := range t.allTapes() {
			if last, ended := one.state(); last > 0 && !ended {
				t.cut++
			}
		}
	}
	ctx, cancel := context.WithDeadline(ctx, died.Add(recovery))
	defer cancel()
	p, c, err := t.lane.start(ctx, nil, t.kill)
	if err != nil {
		return 0, err
	}
	defer p.discard()
	alive, stop := whileAlive(ctx, p)
	defer stop()
	if err := t.lane.signIn(alive, &c); err != nil {
		return 0, err
	}
	fresh, err := t.settle(alive, c)
	if err != nil {
		return 0, fmt.Errorf("settle: %w\n%s", err, p.log)
	}
	recovered = time.Since(died)
	if err := t.compare(alive, c, fresh); err != nil {
		return 0, err
	}
	if err := t.lane.checkWhileRunning(alive, t.chats()); err != nil {
		return 0, err
	}
	if err := p.end(ctx); err != nil {
		return 0, err
	}
	return recovered, t.lane.checkAtRest(ctx, t.chats())
}

// die starts the service and waits for its death: the first time on the course, later while it rescues.
func (t *trial) die(ctx context.Context, i int) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	p, c, err := t.lane.start(ctx, &t.kill.deaths[i], t.kill)
	if err != nil {
		return time.Time{}, err
	}
	defer p.discard()
	alive, stop := whileAlive(ctx, p)
	defer stop()
	var group errgroup.Group
	if i == 0 {
		group.Go(func() error { return t.begin(alive, c) })
	} else {
		c.token = t.lane.token
		for _, one := range t.allTapes() {
			group.Go(func() error { return one.record(alive, c) })
		}
	}
	over := make(chan error, 1)
	go func() { over <- group.Wait() }()
	select {
	case <-p.ended:
		return p.endedAt, errors.Join(p.diedAtMark(), <-over)
	case err = <-over: // everything is said and read, so the mark is reached in a moment, or never
	case <-ctx.Done():
		return time.Time{}, errors.Join(p.notReached(), ctx.Err())
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.ended:
		return p.endedAt, errors.Join(p.diedAtMark(), err)
	case <-timer.C:
		return time.Time{}, errors.Join(p.notReached(), err)
	}
}

func (t *trial) begin(ctx context.Context, c client) error {
	if err := t.lane.signIn(ctx, &c); err != nil {
		return err
	}
	chats := make([]uuid.UUID, t.kill.course.chats)
	for i := range chats {
		var err error
		if chats[i], err = c.createChat(ctx); err != nil {
			return err
		}
	}
	err := t.kill.course.drive(ctx, t, c, chats)
	if err != nil {
		return fmt.Errorf("course: %w", err)
	}
	return nil
}

// whileAlive ends the context when the process ends.
func whileAlive(ctx context.Context, p *process) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-p.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (t *trial) chats() []uuid.UUID {
	t.mu.Lock()
	defer t.mu.Unlock()
	var chats []uuid.UUID
	seen := map[uuid.UUID]bool{}
	for _, p := range t.posts {
		if !seen[p.chatID] {
			chats, seen[p.chatID] = append(chats, p.chatID), true
		}
	}
	return chats
}
