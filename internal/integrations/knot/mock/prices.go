package mock

import "time"

const basisPoints = 10_000

// priceOn is what an item costs on a day, the same for everybody: it drifts a little every few weeks, follows its season
// and is on sale in some weeks. Each day is computed on its own, so that the clock moving on changes no past price.
func (m *merchant) priceOn(it *item, at time.Time) int64 {
	day := int(at.Unix() / (24 * 60 * 60))
	price := it.Price * int64(basisPoints+m.drift(it, day)+it.Season.at(at)) / basisPoints
	if it.SaleChancePercent > 0 {
		// A sale begins on a Thursday, the first day of the Unix epoch.
		if sale := newDraw("sale", m.ID, it.SKU, day/7); sale.hits(it.SaleChancePercent) {
			price = price * int64(100-pick(sale, []int{10, 15, 20, 20, 25})) / 100
		}
	}
	return m.Pricing.round(price)
}

// drift is in basis points. The level holds for some weeks; the mean of three levels keeps the next one near.
func (m *merchant) drift(it *item, day int) int {
	if m.Pricing.DriftPercent == 0 {
		return 0
	}
	rhythm := newDraw("rhythm", m.ID, it.SKU)
	length := rhythm.between(28, 56)
	step := (day + rhythm.below(length)) / length
	most := m.Pricing.DriftPercent * basisPoints / 100
	sum := 0
	for back := range 3 {
		sum += newDraw("drift", m.ID, it.SKU, step-back).between(-most, most)
	}
	return sum / 3
}

// at is in basis points: minus half the swing in the cheapest month, plus half of it six months away, a line between.
func (s season) at(day time.Time) int {
	if s.SwingPercent == 0 {
		return 0
	}
	away := (int(day.Month()) - s.CheapestMonth + 12) % 12
	away = min(away, 12-away)
	return s.SwingPercent * basisPoints / 100 * (away - 3) / 6
}

// round gives a price the ending of this merchant's prices.
func (p pricing) round(price int64) int64 {
	return max(p.Step, (price+p.Step/2)/p.Step*p.Step) + p.Offset
}

// of is a part of an amount in basis points, rounded half up; both must not be negative.
func of(amount, rate int64) int64 { return (amount*rate + basisPoints/2) / basisPoints }

// Article is what a merchant sells to everybody at the same price.
type Article struct {
	MerchantID int64
	SKU        string
	Name       string
	// PriceOn is the price of one on a day, in cents: the very one it is rung up at.
	PriceOn func(at time.Time) int64
}

// Articles lists what the shops sell whose prices are the same for everybody: not rides, and no dishes.
func Articles() []Article {
	var list []Article
	for _, m := range catalogue() {
		if m.Pricing.SpreadPercent > 0 || (m.Kind != KindGroceries && m.Kind != KindShopping) {
			continue
		}
		for i := range m.Shelves {
			for j := range m.Shelves[i].Items {
				it := &m.Shelves[i].Items[j]
				list = append(list, Article{
					MerchantID: m.ID, SKU: it.SKU, Name: it.Name, PriceOn: func(at time.Time) int64 { return m.priceOn(it, at) },
				})
			}
		}
	}
	return list
}
