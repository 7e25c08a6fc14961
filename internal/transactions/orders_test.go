package transactions

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/engine/insights"
)

// Why: the rows come in whatever order the server found them, and an answer must not depend on that.
func TestFromDBOrders_PutsOrdersTogetherWhateverTheRowsOrder(t *testing.T) {
	t.Parallel()
	var rows []queries.TransactionListSinceRow
	want := []insights.Order{}
	account, at := uuid.New(), time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for i := range 4 {
		id := uuid.UUID{15: byte(i)} // of the last two, placed at once, the smaller id goes first
		placed := at.AddDate(0, 0, min(i, 2))
		order := insights.Order{
			ID: id.String(), AccountID: account.String(), MerchantID: 19, MerchantName: "DoorDash", MerchantSlug: "doordash", Category: "dining",
			PlacedAt: placed, Status: "completed", Currency: "USD", Subtotal: 1000, Total: 1100 + int64(i),
		}
		rows = append(rows, queries.TransactionListSinceRow{
			Part: partOrder, ID: id, AccountID: account, MerchantID: 19, PlacedAt: placed, Currency: "USD", Name: "DoorDash", Code: "doordash",
			Kind: "completed", Brand: "dining", Amount: 1000, Total: order.Total,
		})
		for n := range i {
			item := insights.Item{Name: fmt.Sprint("item ", n), ProductID: "p", Quantity: n + 1, UnitPrice: 5, Total: int64(5 * (n + 1))}
			adjustment := insights.Adjustment{Type: "fee", Label: fmt.Sprint("fee ", n), Amount: int64(n)}
			payment := insights.Payment{Type: "card", Brand: "visa", LastFour: "1005", Amount: int64(n)}
			order.Items, order.Adjustments = append(order.Items, item), append(order.Adjustments, adjustment)
			order.Payments = append(order.Payments, payment)
			part := queries.TransactionListSinceRow{ID: id, Ordinal: int32(n), AccountID: account, PlacedAt: placed}
			for kind := partItem; kind <= partPayment; kind++ {
				part.Part = kind
				switch kind {
				case partItem:
					part.Name, part.Code, part.Quantity, part.Amount, part.Total = item.Name, "p", int32(item.Quantity), 5, item.Total
				case partAdjustment:
					part.Name, part.Code, part.Kind, part.Amount, part.Total = adjustment.Label, "", "fee", adjustment.Amount, 0
				case partPayment:
					part.Name, part.Kind, part.Brand, part.Code, part.Amount = "", "card", "visa", "1005", payment.Amount
				}
				rows = append(rows, part)
			}
		}
		want = append(want, order)
	}
	for range 100 {
		rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		require.Equal(t, want, fromDBOrders(rows))
	}
	require.Equal(t, []insights.Order{}, fromDBOrders(nil))
}
