package accounts

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/postgres"
)

// ForgetUser queues, in tx, the deletion of everything the vendor has of a user, under every reference it knows them by. It
// must come before the rows that hold those go. While the vendor is switched off the deletion waits until it is back.
func (s *Service) ForgetUser(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error {
	if err := s.forgetRefs(ctx, tx, userID, s.linker.Mock()); err != nil {
		return err
	}
	if !s.linker.Mock() {
		return nil // of what is made up nobody holds anything
	}
	return s.forgetRefs(ctx, tx, userID, false)
}

func (s *Service) forgetRefs(ctx context.Context, tx pgx.Tx, userID uuid.UUID, mock bool) error {
	refs, err := s.q.VendorRefsOfUser(ctx, tx, queries.VendorRefsOfUserParams{UserID: userID, Mock: mock})
	if err != nil {
		return fmt.Errorf("list references at the vendor: %w", err)
	}
	reachable := mock == s.linker.Mock()
	for _, ref := range refs {
		inserted, err := s.q.VendorDeletionInsert(ctx, tx, queries.VendorDeletionInsertParams{
			Vendor: vendorName, VendorUserRef: ref, Mock: mock, Queued: reachable, AskedAt: s.clock.Now(),
		})
		if err != nil {
			return fmt.Errorf("insert deletion at the vendor: %w", err)
		}
		if inserted == 0 || !reachable {
			continue
		}
		if err := s.queue.EnqueueVendorDeletion(ctx, tx, ref); err != nil {
			return fmt.Errorf("enqueue deletion at the vendor: %w", err)
		}
	}
	return nil
}

// ForgetAtVendor has the vendor delete a person. It may run twice; one who is not there any more is deleted. What was queued
// for a vendor that is switched off by now waits until it is back.
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
		err = s.q.VendorDeletionPostpone(ctx, tx, queries.VendorDeletionPostponeParams{Vendor: vendorName, VendorUserRef: ref, Mock: mock})
		if err != nil {
			return fmt.Errorf("postpone deletion: %w", err)
		}
		return finish(ctx, tx)
	})
}

// RefreshMerchants reads from the vendor which merchants can be linked for what, and replaces what was known of it. Where
// nothing is real the catalogue counts, and nothing is read. Deletions that waited for the vendor are queued with it.
func (s *Service) RefreshMerchants(ctx context.Context) error {
	if err := s.resumeDeletions(ctx); err != nil {
		return err
	}
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

// resumeDeletions queues the deletions that were asked for while the vendor was switched off.
func (s *Service) resumeDeletions(ctx context.Context) error {
	return postgres.WithTx(ctx, s.pool, func(ctx context.Context, tx pgx.Tx) error {
		refs, err := s.q.VendorDeletionsResume(ctx, tx, queries.VendorDeletionsResumeParams{Vendor: vendorName, Mock: s.linker.Mock()})
		if err != nil {
			return fmt.Errorf("list deletions that wait: %w", err)
		}
		for _, ref := range refs {
			if err := s.queue.EnqueueVendorDeletion(ctx, tx, ref); err != nil {
				return fmt.Errorf("enqueue deletion at the vendor: %w", err)
			}
		}
		return nil
	})
}
