package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// linkedAccount is an account as the vendor tells of it, with its orders where they could be read at once.
type linkedAccount struct {
	VendorAccount

	orders []Order
	cursor string // where the next sync goes on; empty at the beginning
	read   bool   // orders is all there is
}

// readTogether bounds how long the orders of all accounts together may take to read while somebody waits. What takes longer
// a sync reads in the background.
const readTogether = 10 * time.Second

// reading is what the vendor says somebody has linked, and how often they had unlinked an account before it was asked.
type reading struct {
	linked  []linkedAccount
	unlinks int64
}

// errUnlinkedMeanwhile means that something was unlinked since it was read what is linked: to store that would undo it.
var errUnlinkedMeanwhile = errors.New("accounts: an account was unlinked meanwhile")

// readLinked reads which accounts somebody has linked under a reference, without their orders.
func (s *Service) readLinked(ctx context.Context, userID uuid.UUID, ref string) (found reading, err error) {
	found.unlinks, err = s.q.UnlinkCount(ctx, s.pool, userID)
	if err != nil {
		return reading{}, fmt.Errorf("count unlinks: %w", err)
	}
	vendorAccounts, err := s.linker.LinkedAccounts(ctx, ref)
	if errors.Is(err, ErrUserUnknown) {
		return found, nil // who has never got as far as a merchant
	}
	if err != nil {
		return reading{}, fmt.Errorf("read linked accounts: %w", err)
	}
	found.linked = make([]linkedAccount, len(vendorAccounts))
	for i, account := range vendorAccounts {
		found.linked[i] = linkedAccount{VendorAccount: account, read: !account.Transactions}
	}
	return found, nil
}

// readAllOrders reads the orders of the accounts that were found. Where that does not work now they come later.
func (s *Service) readAllOrders(ctx context.Context, ref string, linked []linkedAccount) {
	together, cancel := context.WithTimeout(ctx, readTogether)
	defer cancel()
	for i, account := range linked {
		if account.LoginLost || !account.Transactions {
			continue
		}
		orders, cursor, err := s.readOrders(together, ref, account.MerchantID)
		if err != nil {
			s.log.WarnContext(ctx, "orders are read later", "merchant_id", account.MerchantID, "error", err)
			continue
		}
		linked[i].orders, linked[i].cursor, linked[i].read = orders, cursor, true
	}
}

// readOrders reads all there is, and where the next sync goes on.
func (s *Service) readOrders(ctx context.Context, ref string, merchantID int64) (all []Order, cursor string, err error) {
	for range mostPages {
		page, err := s.linker.OrderPage(ctx, ref, merchantID, cursor)
		if err != nil {
			return nil, "", err
		}
		all = append(all, page.Orders...)
		if page.Next == "" || page.Next == cursor {
			return all, cursor, nil
		}
		cursor = page.Next
	}
	return nil, "", errEndless
}
