package accounts

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// ForgetUser queues, in tx, the deletion of everything the vendor has of a user, under every reference it knows them by. It
// must come before the rows that hold those go. While the vendor is switched off the deletion waits until it is back.
func (s *Service) ForgetUser(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error {
	places := []bool{false}
	if s.linker.Mock() {
		places = []bool{true, false}
	}
	for _, mock := range places {
		refs, err := s.q.VendorRefsOfUser(ctx, tx, queries.VendorRefsOfUserParams{UserID: userID, Mock: mock})
		if err != nil {
			return fmt.Errorf("list references at the vendor: %w", err)
		}
		if err := s.forgetRefs(ctx, tx, refs, mock); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) forgetRefs(ctx context.Context, tx pgx.Tx, refs []string, mock bool) error {
	for _, ref := range refs {
		inserted, err := s.q.VendorDeletionInsert(ctx, tx, queries.VendorDeletionInsertParams{
			Vendor: vendorName, VendorUserRef: ref, Mock: mock, AskedAt: s.clock.Now(),
		})
		if err != nil {
			return fmt.Errorf("insert deletion at the vendor: %w", err)
		}
		if inserted == 0 || mock != s.linker.Mock() { // AskDeletionsAgain queues it when the vendor is back
			continue
		}
		if err := s.queue.EnqueueVendorDeletion(ctx, tx, ref); err != nil {
			return fmt.Errorf("enqueue deletion at the vendor: %w", err)
		}
	}
	return nil
}

const (
	// unclaimedAfter is how long after its end a session that nobody claimed is kept.
	unclaimedAfter = time.Hour
	// deletionsAtOnce bounds one look at what the vendor has not deleted yet.
	deletionsAtOnce = 1000
)

// ForgetUnclaimed deletes link sessions of strangers that nobody claimed in time, with what the vendor has of them. It returns
// how many.
func (s *Service) ForgetUnclaimed(ctx context.Context) (deleted int64, err error) {
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (int64, error) {
		mock := s.linker.Mock()
		refs, err := s.q.OnboardingSessionDeleteUnclaimed(ctx, tx, queries.OnboardingSessionDeleteUnclaimedParams{
			Mock: mock, Before: s.clock.Now().Add(-unclaimedAfter),
		})
		if err != nil {
			return 0, fmt.Errorf("delete unclaimed link sessions: %w", err)
		}
		return int64(len(refs)), s.forgetRefs(ctx, tx, refs, mock)
	})
}

// AskDeletionsAgain queues what the vendor was asked to delete and has not: because the jobs for it have given up, or because
// the vendor was switched off. It returns how many are still open.
func (s *Service) AskDeletionsAgain(ctx context.Context) (open int64, err error) {
	return postgres.WithTxV(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) (int64, error) {
		refs, err := s.q.VendorDeletionListOpen(ctx, tx, queries.VendorDeletionListOpenParams{
			Vendor: vendorName, Mock: s.linker.Mock(), Before: s.clock.Now().Add(-time.Hour), RowLimit: deletionsAtOnce,
		})
		if err != nil {
			return 0, fmt.Errorf("list deletions at the vendor: %w", err)
		}
		for _, ref := range refs {
			if err := s.queue.EnqueueVendorDeletion(ctx, tx, ref); err != nil { // nothing new where one waits
				return 0, fmt.Errorf("enqueue deletion at the vendor: %w", err)
			}
		}
		return int64(len(refs)), nil
	})
}

// ForgetAtVendor has the vendor delete a person. It may run twice; one who is not there any more is deleted. What was queued
// for a vendor that is switched off by now stays open until it is back.
func (s *Service) ForgetAtVendor(ctx context.Context, ref string, finish func(ctx context.Context, tx pgx.Tx) error) error {
	mock := s.linker.Mock()
	open, err := s.q.VendorDeletionOpen(ctx, s.pool, queries.VendorDeletionOpenParams{Vendor: vendorName, VendorUserRef: ref, Mock: mock})
	if err != nil {
		return fmt.Errorf("look for deletion: %w", err)
	}
	if open {
		if err := s.linker.DeleteUser(ctx, ref); err != nil {
			return fmt.Errorf("delete at the vendor: %w", err)
		}
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		now := s.clock.Now()
		err := s.q.VendorDeletionDone(ctx, tx, queries.VendorDeletionDoneParams{Vendor: vendorName, VendorUserRef: ref, Mock: mock, Now: &now})
		if err != nil {
			return fmt.Errorf("mark deletion: %w", err)
		}
		return finish(ctx, tx)
	})
}

// RefreshMerchants reads from the vendor which merchants can be linked for what, and replaces what was known of it. Where
// nothing is real the catalogue counts, and nothing is read.
func (s *Service) RefreshMerchants(ctx context.Context) error {
	listed := map[string][]VendorMerchant{}
	if !s.linker.Mock() {
		for _, product := range []string{ProductTransactions, ProductCardSwitcher} {
			merchants, err := s.linker.Merchants(ctx, product)
			if err != nil {
				return fmt.Errorf("list merchants for %s: %w", product, err)
			}
			listed[product] = merchants
		}
	}
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := s.q.MerchantOfferDeleteAll(ctx, tx); err != nil {
			return fmt.Errorf("delete offers: %w", err)
		}
		for product, merchants := range listed {
			ids := make([]int64, len(merchants))
			for i, merchant := range merchants {
				ids[i] = merchant.ID
				err := s.q.MerchantInsertUnknown(ctx, tx, queries.MerchantInsertUnknownParams{
					ID: merchant.ID, Name: merchant.Name, LogoURL: merchant.LogoURL,
				})
				if err != nil {
					return fmt.Errorf("store merchant %d: %w", merchant.ID, err)
				}
			}
			err := s.q.MerchantOfferInsert(ctx, tx, queries.MerchantOfferInsertParams{
				MerchantIds: ids, Product: product, ListedAt: s.clock.Now(),
			})
			if err != nil {
				return fmt.Errorf("store offers: %w", err)
			}
		}
		return nil
	})
}
