package mock

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/accounts"
)

var someDay = time.Date(2026, 11, 23, 4, 19, 0, 0, time.UTC)

// everywhere gives a user an account at every merchant, so that any of them can be asked for.
var everywhere = func() Persona {
	var persona Persona
	for _, m := range Merchants() {
		persona.Merchants = append(persona.Merchants, m.ID)
	}
	return persona
}()

func drawMerchant(t *rapid.T) int64 {
	return rapid.SampledFrom(everywhere.Merchants).Draw(t, "merchant")
}

func drawUser(t *rapid.T) string { return rapid.StringMatching(`[a-z0-9-]{1,36}`).Draw(t, "userRef") }

func drawTime(t *rapid.T) time.Time {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return from.Add(time.Duration(rapid.IntRange(0, 3*366*24*60*60).Draw(t, "second")) * time.Second)
}

func since(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month()-HistoryMonths, 1, 0, 0, 0, 0, time.UTC)
}

func TestOrdersOfThePastNeverChange(t *testing.T) {
	t.Parallel()
	t.Run("thirty days later", func(t *testing.T) {
		t.Parallel()
		later := someDay.AddDate(0, 0, 30)
		fresh := 0
		for _, merchantID := range everywhere.Merchants {
			before, after := Orders("u-1001", everywhere, merchantID, someDay), Orders("u-1001", everywhere, merchantID, later)
			requireSamePast(t, before, after, someDay, later)
			for _, order := range after {
				if order.PlacedAt.After(someDay) {
					fresh++
				}
			}
		}
		require.Greater(t, fresh, 20, "and there are new ones")
	})
	t.Run("for any user, merchant and two moments", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			userRef, merchantID, now := drawUser(t), drawMerchant(t), drawTime(t)
			later := now.Add(time.Duration(rapid.IntRange(0, 100*24*60*60).Draw(t, "later")) * time.Second)
			requireSamePast(t, Orders(userRef, everywhere, merchantID, now), Orders(userRef, everywhere, merchantID, later), now, later)
		})
	})
}

// requireSamePast compares all that both moments look back on.
func requireSamePast(t require.TestingT, before, after []accounts.Order, now, later time.Time) {
	before = slices.DeleteFunc(slices.Clone(before), func(o accounts.Order) bool { return o.PlacedAt.Before(since(later)) })
	after = slices.DeleteFunc(slices.Clone(after), func(o accounts.Order) bool { return o.PlacedAt.After(now) })
	require.NotEmpty(t, before)
	require.Equal(t, before, after)
}

func TestOrdersAddUpAndAreNeverFromTheFuture(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := drawTime(t)
		persona := everywhere
		persona.CadencePercent = rapid.IntRange(0, 500).Draw(t, "cadence")
		ids := map[string]bool{}
		for _, order := range Orders(drawUser(t), persona, drawMerchant(t), now) {
			require.NoError(t, order.Validate())
			require.False(t, order.PlacedAt.After(now))
			require.False(t, order.PlacedAt.Before(since(now)))
			require.GreaterOrEqual(t, order.Total, int64(0))
			require.False(t, ids[order.ExternalID])
			ids[order.ExternalID] = true
			if order.Status == accounts.OrderCancelled || order.Status == accounts.OrderRefunded {
				require.Zero(t, order.Total)
			} else {
				require.Positive(t, order.Total)
			}
		}
	})
}

func TestEveryOneOfEightWholeMonthsHasOrders(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		userRef, merchantID, now := drawUser(t), drawMerchant(t), drawTime(t)
		persona := everywhere
		persona.CadencePercent = rapid.IntRange(1, 500).Draw(t, "cadence") // however seldom somebody shops
		local := newCustomer(userRef, persona, merchantByID(merchantID)).behindUTC
		months := map[string]bool{}
		for _, order := range Orders(userRef, persona, merchantID, now) {
			months[order.PlacedAt.Add(-local).Format("2006-01")] = true
		}
		for back := range HistoryMonths {
			if back == 0 && now.Day() == 1 {
				continue // where the user lives, last month is perhaps not over
			}
			require.Contains(t, months, time.Date(now.Year(), now.Month()-time.Month(back+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
		}
	})
}

func TestHistoryReachesBackSixMonthsAndMore(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		for _, merchantID := range everywhere.Merchants {
			oldest := Orders(fmt.Sprintf("u-%d", i), everywhere, merchantID, someDay)[0].PlacedAt
			require.True(t, oldest.Before(someDay.AddDate(0, -6, 0)), "merchant %d begins at %s", merchantID, oldest)
		}
	}
}

func TestUsersDiffer(t *testing.T) {
	t.Parallel()
	for _, merchantID := range everywhere.Merchants {
		ids := map[string]bool{}
		baskets := map[string]bool{}
		var shared, all int
		for i := range 6 {
			for _, order := range Orders(fmt.Sprintf("u-%d", i), everywhere, merchantID, someDay) {
				require.False(t, ids[order.ExternalID], "two users share an order")
				ids[order.ExternalID] = true
				key := fmt.Sprint(order.PlacedAt.Format(time.DateOnly), order.Items)
				all++
				if baskets[key] {
					shared++
				}
				baskets[key] = true
			}
		}
		require.Less(t, shared*20, all, "merchant %d: the same things on the same days", merchantID)
	}
	require.NotEqual(t, newCustomer("u-1", everywhere, merchantByID(19)).cards, newCustomer("u-2", everywhere, merchantByID(19)).cards)
}

func TestCadenceSuitsTheMerchant(t *testing.T) {
	t.Parallel()
	tests := []struct {
		merchantID  int64
		least, most int // orders in the eight whole months, 35 weeks
	}{
		{19, 70, 105}, // two or three a week
		{36, 60, 95},
		{40, 28, 45}, // about weekly
		{45, 24, 42},
		{165, 16, 32}, // two or three a month
		{12, 8, 26},   // one or two a month, more before Christmas
		{44, 10, 28},
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range tests {
		t.Run(merchantByID(tt.merchantID).Name, func(t *testing.T) {
			t.Parallel()
			for i := range 10 {
				count := len(Orders(fmt.Sprintf("u-%d", i), everywhere, tt.merchantID, now))
				require.GreaterOrEqual(t, count, tt.least)
				require.LessOrEqual(t, count, tt.most)
			}
		})
	}
}

// What one pays on a day the other pays too; only then are orders a price history.
func TestPricesAreTheSameForEverybodyAndMoveSlowly(t *testing.T) {
	t.Parallel()
	for _, m := range catalogue() {
		if m.Pricing.SpreadPercent > 0 {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			prices := map[string]map[string]int64{}
			for i := range 4 {
				for _, order := range Orders(fmt.Sprintf("u-%d", i), everywhere, m.ID, someDay) {
					day := order.PlacedAt.Format(time.DateOnly)
					for _, it := range order.Items {
						if prices[it.ProductID] == nil {
							prices[it.ProductID] = map[string]int64{}
						}
						if price, known := prices[it.ProductID][day]; known {
							require.Equal(t, price, it.UnitPrice)
						}
						prices[it.ProductID][day] = it.UnitPrice
					}
				}
			}
			repeated, moved := 0, 0
			for _, s := range m.Shelves {
				for _, it := range s.Items {
					for day, price := range prices[it.SKU] {
						require.InDelta(t, it.Price, price, float64(it.Price)*0.45+float64(m.Pricing.Step), "%s on %s", it.Name, day)
					}
					if len(prices[it.SKU]) > 1 {
						repeated++
					}
					if distinct(prices[it.SKU]) > 1 {
						moved++
					}
				}
			}
			require.Greater(t, repeated, 10, "the same products come back")
			require.Greater(t, moved*2, repeated, "and most of their prices have moved")
		})
	}
}

func distinct(prices map[string]int64) int {
	seen := map[int64]bool{}
	for _, price := range prices {
		seen[price] = true
	}
	return len(seen)
}

func TestOrdersShowEverythingThatHappensToOrders(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i := range 8 {
		for _, merchantID := range everywhere.Merchants {
			for _, order := range Orders(fmt.Sprintf("u-%d", i), everywhere, merchantID, someDay) {
				seen["orders"]++
				seen[order.Status]++
				for _, adjustment := range order.Adjustments {
					seen[adjustment.Type]++
				}
				for _, payment := range order.Payments {
					seen[payment.Type]++
				}
				if len(order.Payments) > 1 {
					seen["divided"]++
				}
			}
		}
	}
	for _, what := range []string{
		accounts.OrderDelivered, accounts.OrderPickedUp, accounts.OrderCompleted, accounts.OrderRefunded, accounts.OrderCancelled,
		accounts.AdjustmentDiscount, accounts.AdjustmentTax, accounts.AdjustmentTip, accounts.AdjustmentFee, accounts.AdjustmentRefund,
		accounts.PaymentCard, accounts.PaymentApplePay, accounts.PaymentPayPal, accounts.PaymentGiftCard, "divided",
	} {
		require.Positive(t, seen[what], what)
	}
	require.Less(t, (seen[accounts.OrderRefunded]+seen[accounts.OrderCancelled])*10, seen["orders"], "most orders go well")
}

func TestAMerchantNobodyKnowsHasNoOrders(t *testing.T) {
	t.Parallel()
	require.Empty(t, Orders("u-1", everywhere, 999_999, someDay))
	require.Empty(t, Orders("u-1", Persona{Merchants: []int64{19}}, 36, someDay), "nor one the persona does not use")
}

func BenchmarkOrders(b *testing.B) {
	for b.Loop() {
		Orders("u-1001", everywhere, 19, someDay)
	}
}

// Why: a price drop after a purchase is told from the two; they have to be of one world.
func TestArticles_CostWhatOrdersSay(t *testing.T) {
	t.Parallel()
	articles := map[string]Article{}
	for _, article := range Articles() {
		articles[fmt.Sprint(article.MerchantID, article.SKU)] = article
	}
	require.Greater(t, len(articles), 100)
	compared := 0
	for _, merchant := range Merchants() {
		for _, order := range Orders("user", everywhere, merchant.ID, someDay) {
			for _, item := range order.Items {
				article, listed := articles[fmt.Sprint(merchant.ID, item.ProductID)]
				if !listed {
					require.Contains(t, []string{KindRides, KindDelivery}, merchant.Kind)
					continue
				}
				compared++
				require.Equal(t, item.UnitPrice, article.PriceOn(order.PlacedAt), item.Name)
			}
		}
	}
	require.Positive(t, compared)
}
