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
// must come before the rows that hold those go.
func (s *Service) ForgetUser(ctx context.Context, tx pgx.Tx, userID uuid.UUID) error {
	refs, err := s.q.VendorRefsOfUser(ctx, tx, queries.VendorRefsOfUserParams{UserID: userID, Mock: s.linker.Mock()})
	if err != nil {
		return fmt.Errorf("list references at the vendor: %w", err)
	}
	for _, ref := range refs {
		inserted, err := s.q.VendorDeletionInsert(ctx, tx, queries.VendorDeletionInsertParams{
			Vendor: vendorName, VendorUserRef: ref, AskedAt: s.clock.Now(),
		})
		if err != nil {
			return fmt.Errorf("insert deletion at the vendor: %w", err)
		}
		if inserted == 0 {
			continue
		}
		if err := s.queue.EnqueueVendorDeletion(ctx, tx, ref); err != nil {
			return fmt.Errorf("enqueue deletion at the vendor: %w", err)
		}
	}
	return nil
}

// ForgetAtVendor has the vendor delete a person. It may run twice; one who is not there any more is deleted.
func (s *Service) ForgetAtVendor(ctx context.Context, ref string, finish func(ctx context.Context, tx pgx.Tx) error) error {
	open, err := s.q.VendorDeletionOpen(ctx, s.pool, queries.VendorDeletionOpenParams{Vendor: vendorName, VendorUserRef: ref})
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
		err := s.q.VendorDeletionDone(ctx, tx, queries.VendorDeletionDoneParams{Vendor: vendorName, VendorUserRef: ref, Now: &now})
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
