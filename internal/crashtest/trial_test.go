package crashtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

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

// course is what is asked of the service while it is going to die. It ends by itself when the connection breaks.
type course struct {
	name  string
	chats int
	drive func(ctx context.Context, t *trial, c client, chats []uuid.UUID) error
	// retryStop stops again, or for the first time, as soon as the service is back.
	retryStop bool
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
