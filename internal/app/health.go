package app

import (
	"context"
	"errors"
	"io"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/features"
)

// The vendors stand behind these, which tell getFeatures how the calls went. That a caller left, or that nothing is linked,
// is no fault of a vendor.

type watchedLinker struct {
	accounts.Linker

	features *features.Service
}

func (w watchedLinker) report(err error) {
	if !errors.Is(err, accounts.ErrNotLinked) && !errors.Is(err, context.Canceled) {
		w.features.Report("knot", err)
	}
}

// StartSession implements accounts.Linker.
func (w watchedLinker) StartSession(ctx context.Context, userRef, product string) (accounts.LinkSession, error) {
	session, err := w.Linker.StartSession(ctx, userRef, product)
	w.report(err)
	return session, err //nolint:wrapcheck // the linker's own
}

// LinkedAccounts implements accounts.Linker.
func (w watchedLinker) LinkedAccounts(ctx context.Context, userRef string) ([]accounts.VendorAccount, error) {
	linked, err := w.Linker.LinkedAccounts(ctx, userRef)
	w.report(err)
	return linked, err //nolint:wrapcheck // the linker's own
}

// Orders implements accounts.Linker.
func (w watchedLinker) Orders(ctx context.Context, userRef string, merchantID int64) ([]accounts.Order, error) {
	orders, err := w.Linker.Orders(ctx, userRef, merchantID)
	w.report(err)
	return orders, err //nolint:wrapcheck // the linker's own
}

// Unlink implements accounts.Linker.
func (w watchedLinker) Unlink(ctx context.Context, userRef string, merchantID int64) error {
	err := w.Linker.Unlink(ctx, userRef, merchantID)
	w.report(err)
	return err //nolint:wrapcheck // the linker's own
}

type watchedWording struct {
	chat.Wording

	features *features.Service
}

// Word implements chat.Wording.
func (w watchedWording) Word(ctx context.Context, request chat.WordingRequest) (chat.WordingStream, error) {
	stream, err := w.Wording.Word(ctx, request)
	if err != nil {
		w.report(ctx, err)
		return nil, err //nolint:wrapcheck // the provider's own
	}
	return &watchedStream{WordingStream: stream, ctx: ctx, watched: w}, nil
}

func (w watchedWording) report(ctx context.Context, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) { // a reply that was stopped; one that took too long counts
		w.features.Report("ai", err)
	}
}

// watchedStream reports the end of a text.
type watchedStream struct {
	chat.WordingStream

	ctx     context.Context //nolint:containedctx // the life of a stream is that of the call that opened it
	watched watchedWording
}

// Next implements chat.WordingStream.
func (s *watchedStream) Next() (string, error) {
	piece, err := s.WordingStream.Next()
	switch {
	case errors.Is(err, io.EOF):
		s.watched.report(s.ctx, nil)
	case err != nil:
		s.watched.report(s.ctx, err)
	}
	return piece, err //nolint:wrapcheck // the provider's own
}
