package knot_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
)

// Order.Validate is the judge of the conformance suite; this holds that it does judge.
func TestAnOrderThatDoesNotAgreeIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*accounts.Order)
		wants  string // empty: valid
	}{
		{"an order that agrees", func(*accounts.Order) {}, ""},
		{"a full refund", func(o *accounts.Order) {
			o.Adjustments = append(o.Adjustments, accounts.OrderAdjustment{Type: accounts.AdjustmentRefund, Label: "Refund", Amount: -1840})
			o.Total, o.Payments[0].Amount = 0, 0
		}, ""},
		{"an item", func(o *accounts.Order) { o.Items[0].Total++ }, "item 0 totals"},
		{"a quantity of none", func(o *accounts.Order) { o.Items[0].Quantity = 0 }, "quantity"},
		{"a quantity beyond 32 bits", func(o *accounts.Order) { o.Items[0].Quantity = 1 << 33 }, "quantity"},
		{"an item that would overflow", func(o *accounts.Order) { o.Items[0].UnitPrice = math.MaxInt64 }, "out of bounds"},
		{"an adjustment that would overflow", func(o *accounts.Order) { o.Adjustments[0].Amount = math.MinInt64 }, "out of bounds"},
		{"a payment that would overflow", func(o *accounts.Order) { o.Payments[0].Amount = math.MaxInt64 }, "out of bounds"},
		{"the subtotal", func(o *accounts.Order) { o.Subtotal++ }, "subtotal"},
		{"the total", func(o *accounts.Order) { o.Total++ }, "total is"},
		{"the payments", func(o *accounts.Order) { o.Payments[0].Amount-- }, "payments make"},
		{"no id of the vendor's", func(o *accounts.Order) { o.VendorID = "" }, "vendor's id"},
		{"no external id", func(o *accounts.Order) { o.ExternalID = "" }, "external id"},
		{"no time", func(o *accounts.Order) { o.PlacedAt = time.Time{} }, "without a time"},
		{"a year that cannot be", func(o *accounts.Order) { o.PlacedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "of the year"},
		{"a year before our era", func(o *accounts.Order) { o.PlacedAt = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) }, "of the year"},
		{"a whole card number", func(o *accounts.Order) { o.Payments[0].LastFour = "4111111111111111" }, "four digits"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			order := accounts.Order{
				VendorID: "6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10", ExternalID: "dd-77120", PlacedAt: time.Date(2026, 1, 14, 19, 5, 0, 0, time.UTC), Status: accounts.OrderDelivered,
				Currency: "USD", Subtotal: 1500, Total: 1840,
				Items: []accounts.OrderItem{{Name: "Noodle bowl", Quantity: 2, UnitPrice: 750, Total: 1500}},
				Adjustments: []accounts.OrderAdjustment{
					{Type: accounts.AdjustmentTax, Label: "Tax", Amount: 120}, {Type: accounts.AdjustmentFee, Label: "Delivery", Amount: 220},
				},
				Payments: []accounts.OrderPayment{{Type: accounts.PaymentCard, Brand: accounts.BrandVisa, LastFour: "1111", Amount: 1840}},
			}
			tt.change(&order)
			err := order.Validate()
			if tt.wants == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.wants)
			require.NotContains(t, err.Error(), "4111")
		})
	}
}
