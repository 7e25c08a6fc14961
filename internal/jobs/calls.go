package jobs

import (
	"context"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Workers are called by our own notifier, after the commit, and not by River's NOTIFY inside the transaction. That one
// makes all transactions of the server that queue a job commit one after another; and River leaves it out for a while
// after each, so that of two jobs queued at the same moment one would wait for the next look.

// silentDriver inserts jobs without a NOTIFY.
type silentDriver struct{ *riverpgxv5.Driver }

// SupportsListenNotify implements riverdriver.Driver.
func (silentDriver) SupportsListenNotify() bool { return false }

// callableDriver lets a channel call the workers of a client as a NOTIFY would. What else River tells over Postgres it
// hears as before.
type callableDriver struct {
	*riverpgxv5.Driver

	calls <-chan struct{}
}

// GetListener implements riverdriver.Driver.
func (d callableDriver) GetListener(params *riverdriver.GetListenenerParams) riverdriver.Listener {
	return &callableListener{Listener: d.Driver.GetListener(params), calls: d.calls}
}

// jobInserted is what River tells itself when a reply job is inserted.
var jobInserted = riverdriver.Notification{Topic: "river_insert", Payload: `{"queue": "` + queueReplies + `"}`}

// callableListener is only ever used by one goroutine at a time, River's notifier.
type callableListener struct {
	riverdriver.Listener

	calls  <-chan struct{}
	called bool // there was a call that has not been passed on
}

// WaitForNotification implements riverdriver.Listener.
func (l *callableListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	if !l.called {
		notification, err := l.waitForEither(ctx)
		if !l.called || err == nil || ctx.Err() != nil {
			return notification, err
		}
	}
	l.called = false
	call := jobInserted
	return &call, nil
}

// waitForEither returns when Postgres tells something, or with called set and an error when there is a call. The wait is
// cancelled then, which a connection survives: River does the same to change what it listens to.
func (l *callableListener) waitForEither(ctx context.Context) (*riverdriver.Notification, error) {
	ctx, cancel := context.WithCancel(ctx)
	called := make(chan bool, 1)
	go func() {
		select {
		case <-l.calls:
			called <- true
			cancel()
		case <-ctx.Done():
			called <- false
		}
	}()
	notification, err := l.Listener.WaitForNotification(ctx)
	cancel()
	l.called = <-called
	return notification, err
}
