package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/audit"
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/features"
	"github.com/lattice-money/lattice/internal/integrations/knot"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/integrations/knot/webhook"
)

// knot is how merchant accounts are to be linked.
func (a *App) knot(personas map[string]mock.Persona) knot.Config {
	return knot.Config{
		Enabled: a.config.FeatureKnot, Personas: personas, Faults: uint64(a.config.KnotMockFaults), //nolint:gosec // validated
		Live: live.Config{
			BaseURL: a.config.KnotURL(), ClientID: a.config.KnotClientID, Secret: a.config.KnotSecret.Reveal(),
			Environment: a.config.KnotEnvironment,
		},
	}
}

// knotWebhooks takes the vendor's webhooks.
type knotWebhooks struct {
	*webhook.Verifier

	accounts *accounts.Service
}

// Verify implements httpapi.Webhooks.
func (k knotWebhooks) Verify(header http.Header, body []byte) bool {
	return k.Verifier.Verify(webhook.Headers{
		Signature: header.Get("Knot-Signature"), ContentType: header.Get("Content-Type"), EncryptionType: header.Get("Encryption-Type"),
	}, body)
}

// Receive implements httpapi.Webhooks.
func (k knotWebhooks) Receive(ctx context.Context, body []byte) (fresh bool, err error) {
	event, err := webhook.Parse(body)
	if err != nil {
		return false, apperr.Wrap(err, apperr.CodeInvalidRequest, "This is no webhook.")
	}
	digest := sha256.Sum256(body)
	return k.accounts.ReceiveWebhook(ctx, event, digest[:])
}

// vendorCalls records each call to a vendor: who, what for, how it ended and how long it took, never what was said.
type vendorCalls struct {
	pool  *pgxpool.Pool
	log   *audit.Log
	clock clock.Clock
	slog  *slog.Logger
}

// recordTimeout bounds the recording of a call, which nobody waits longer for.
const recordTimeout = 5 * time.Second

func (v vendorCalls) record(ctx context.Context, call audit.VendorCall) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	if err := v.log.RecordCall(ctx, v.pool, call); err != nil {
		v.slog.WarnContext(ctx, "call to a vendor not recorded", "operation", call.Operation, "error", err)
	}
}

// watchedLinker stands before the vendor of linked accounts. It tells getFeatures how the calls went and records each one.
type watchedLinker struct {
	linker   accounts.Linker
	features *features.Service
	calls    vendorCalls
}

var _ accounts.Linker = watchedLinker{}

// answers are what a vendor that is well may say no with.
var answers = map[string]error{
	"not_linked": accounts.ErrNotLinked, "login_required": accounts.ErrLoginRequired, "user_unknown": accounts.ErrUserUnknown,
	"cursor_refused": accounts.ErrCursorRefused, "no_access": accounts.ErrNoAccess, "order_unknown": accounts.ErrOrderUnknown,
	"session_over": accounts.ErrSessionOver, "card_refused": accounts.ErrCardRefused, "task_over": accounts.ErrTaskOver,
}

// outcomeCancelled is that of a call whose caller left or ran out of time, which says nothing of the vendor.
const outcomeCancelled = "cancelled"

// outcomeOf names how a call ended, and reports whether that is a fault of the vendor's. One that was not made, since the
// vendor did not answer well just before, has a name of its own.
func outcomeOf(ctx context.Context, err error) (outcome string, fault bool) {
	switch {
	case err == nil:
		return "ok", false
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		return outcomeCancelled, false
	}
	for name, answer := range answers {
		if errors.Is(err, answer) {
			return name, false
		}
	}
	if errors.Is(err, live.ErrMisfit) { // it answers, and well; only nobody here can use it
		return "unreadable", false
	}
	if _, is := errors.AsType[*live.NotAskedError](err); is {
		return "not_asked", true
	}
	return "failed", true
}

// watch makes a call for somebody, who is empty where it is for nobody in particular.
func watch[T any](ctx context.Context, w watchedLinker, operation, who string, call func() (T, error)) (T, error) {
	began := w.calls.clock.Now()
	result, err := call()
	outcome, fault := outcomeOf(ctx, err)
	switch {
	case fault:
		w.features.Report("knot", err)
	case outcome != outcomeCancelled:
		w.features.Report("knot", nil)
	}
	w.calls.record(ctx, audit.VendorCall{
		Vendor: "knot", Operation: operation, Subject: who, Outcome: outcome, Took: w.calls.clock.Now().Sub(began),
	})
	return result, err
}

func watchError(ctx context.Context, w watchedLinker, operation, who string, call func() error) error {
	_, err := watch(ctx, w, operation, who, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

// Mock implements accounts.Links.
func (w watchedLinker) Mock() bool { return w.linker.Mock() }

// StartSession implements accounts.Sessions.
func (w watchedLinker) StartSession(ctx context.Context, userRef, product, cardID string) (accounts.LinkSession, error) {
	return watch(ctx, w, "start_session", userRef, func() (accounts.LinkSession, error) {
		return w.linker.StartSession(ctx, userRef, product, cardID)
	})
}

// ExtendSession implements accounts.Sessions.
func (w watchedLinker) ExtendSession(ctx context.Context, userRef, sessionID string) (time.Time, error) {
	return watch(ctx, w, "extend_session", userRef, func() (time.Time, error) { return w.linker.ExtendSession(ctx, userRef, sessionID) })
}

// Merchants implements accounts.Sessions.
func (w watchedLinker) Merchants(ctx context.Context, product string) ([]accounts.VendorMerchant, error) {
	return watch(ctx, w, "list_merchants", "", func() ([]accounts.VendorMerchant, error) { return w.linker.Merchants(ctx, product) })
}

// LinkedAccounts implements accounts.Links.
func (w watchedLinker) LinkedAccounts(ctx context.Context, userRef string) ([]accounts.VendorAccount, error) {
	return watch(ctx, w, "list_accounts", userRef, func() ([]accounts.VendorAccount, error) { return w.linker.LinkedAccounts(ctx, userRef) })
}

// Unlink implements accounts.Links.
func (w watchedLinker) Unlink(ctx context.Context, userRef string, merchantID int64) error {
	return watchError(ctx, w, "unlink", userRef, func() error { return w.linker.Unlink(ctx, userRef, merchantID) })
}

// DeleteUser implements accounts.Links.
func (w watchedLinker) DeleteUser(ctx context.Context, userRef string) error {
	return watchError(ctx, w, "delete_user", userRef, func() error { return w.linker.DeleteUser(ctx, userRef) })
}

// OrderPage implements accounts.OrderReader.
func (w watchedLinker) OrderPage(ctx context.Context, userRef string, merchantID int64, cursor string) (accounts.OrderPage, error) {
	return watch(ctx, w, "read_orders", userRef, func() (accounts.OrderPage, error) {
		return w.linker.OrderPage(ctx, userRef, merchantID, cursor)
	})
}

// Order implements accounts.OrderReader.
func (w watchedLinker) Order(ctx context.Context, userRef string, merchantID int64, vendorID string) (accounts.Order, error) {
	return watch(ctx, w, "read_order", userRef, func() (accounts.Order, error) {
		return w.linker.Order(ctx, userRef, merchantID, vendorID)
	})
}

// CardKey implements accounts.CardSender.
func (w watchedLinker) CardKey(ctx context.Context) (accounts.CardKey, error) {
	return watch(ctx, w, "card_key", "", func() (accounts.CardKey, error) { return w.linker.CardKey(ctx) })
}

// SendCard implements accounts.CardSender.
func (w watchedLinker) SendCard(ctx context.Context, userRef, taskID, jwe string) (string, error) {
	return watch(ctx, w, "send_card", userRef, func() (string, error) { return w.linker.SendCard(ctx, userRef, taskID, jwe) })
}
