package prices_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/prices"
	knot "github.com/lattice-money/lattice/internal/integrations/knot/mock"
	"github.com/lattice-money/lattice/internal/integrations/products/mock"
	"github.com/lattice-money/lattice/internal/money"
)

func long() bool { return os.Getenv("LATTICE_TEST_TIER") == "long" }

// product is a price path that nobody looked at while the engine was made.
type product struct {
	name string
	path []int64
}

// classes are what the back-test runs over: the classes of the mock feed, by keys that only this test uses, and every
// second article of the shops of the merchant mock, whose prices have a season, sales at random and a drift in one. The
// engine was made on other keys and the other articles.
func classes(each int) map[string][]product {
	all := map[string][]product{}
	for _, class := range mock.Classes() {
		for i := range each {
			key := fmt.Sprintf("back-test %d", i)
			base, ending := int64(1999+3700*i%90_000), int64(1)
			if i%2 == 0 && base > 5000 {
				ending = 100
			}
			all[string(class)] = append(all[string(class)], product{name: key, path: mock.Path(class, key, base, ending, backTestDays)})
		}
	}
	for i, article := range knot.Articles() {
		if i%2 == 0 {
			continue
		}
		p := product{name: article.Name, path: make([]int64, backTestDays)}
		for day := range p.path {
			p.path[day] = article.PriceOn(firstDay.AddDate(0, 0, day))
		}
		all["shops"] = append(all["shops"], p)
	}
	return all
}

const (
	// backTestDays is two years of history and what came after.
	backTestDays = 731 + prices.Horizon
	fromKnown    = 366 // days known at the first forecast
	everyDays    = 28
)

var firstDay = time.Date(2024, time.January, 1, 6, 0, 0, 0, time.UTC)

func observed(path []int64) []prices.Observation {
	list := make([]prices.Observation, len(path))
	for day, amount := range path {
		list[day] = prices.Observation{
			ID: "product", At: firstDay.AddDate(0, 0, day), Price: money.Money{Amount: amount, Currency: "USD"}, Source: prices.FromFeed,
		}
	}
	return list
}

// score is how a class did.
type score struct {
	forecasts    int
	missed, same float64 // mean absolute error, as parts of the price
	claims, hits int
	confidence   float64 // the sum of what was said
	brier        float64
	methods      map[prices.Method]int
	waits, saved int // advice to wait, and how often waiting was right
	buys, right  int // advice to buy, and how often nothing cheaper by two percent came
}

func (s *score) ratio() float64 {
	if s.same == 0 {
		return 1
	}
	return s.missed / s.same
}

// bin is what was said with about this confidence.
type bin struct {
	claims, hits int
	said         float64
}

func backTest(t *testing.T, products []product, bins []bin) score {
	t.Helper()
	s := score{methods: map[prices.Method]int{}}
	for _, p := range products {
		seen := observed(p.path)
		for known := fromKnown; known+prices.Horizon <= len(p.path); known += everyDays {
			o, err := prices.Analyze(seen[:known], "USD", seen[known-1].At)
			require.NoError(t, err)
			today := float64(p.path[known-1])
			require.Len(t, o.Forecast.Next, prices.Horizon)
			s.forecasts++
			s.methods[o.Forecast.Method]++
			low := math.Inf(1)
			for ahead, foreseen := range o.Forecast.Next {
				came := float64(p.path[known+ahead])
				low = math.Min(low, came)
				s.missed += math.Abs(float64(foreseen.Amount)-came) / today / prices.Horizon
				s.same += math.Abs(today-came) / today / prices.Horizon
			}
			switch o.Advice {
			case prices.Wait:
				s.waits++
				if low < today {
					s.saved++
				}
			case prices.BuyNow:
				s.buys++
				if low >= 0.98*today {
					s.right++
				}
			case prices.Unsure:
			}
			s.judge(o, p.path, known, bins)
		}
	}
	return s
}

// judge holds a predicted drop to what came.
func (s *score) judge(o prices.Outlook, path []int64, known int, bins []bin) {
	if o.Drop == nil {
		return
	}
	came := 0.0
	for day := known; day < len(path) && !firstDay.AddDate(0, 0, day).Truncate(24*time.Hour).After(o.Drop.By); day++ {
		// The claim in whole numbers: at least that many basis points below.
		if path[day]*money.BpsPerWhole <= path[known-1]*(money.BpsPerWhole-o.Drop.PercentBps) {
			came = 1
			s.hits++
			break
		}
	}
	s.claims++
	s.confidence += o.Drop.Confidence
	s.brier += (o.Drop.Confidence - came) * (o.Drop.Confidence - came)
	at := &bins[min(len(bins)-1, int(o.Drop.Confidence*float64(len(bins))))]
	at.claims++
	at.hits += int(came)
	at.said += o.Drop.Confidence
}

// Why: a forecast that does worse than "same as today" is worse than none, and a confidence that does not come true as
// often as it says is a lie. Neither products nor seeds here were used when the methods were chosen.
func TestEval_ForecastsBeatSameAsToday(t *testing.T) {
	t.Parallel()
	each := 8
	if long() {
		each = 150
	}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-12s %9s %9s %9s %7s %8s %14s %6s %16s %16s  %s\n", "class", "forecasts", "error", "same", "ratio", "drops", "came true/said",
		"brier", "wait right", "buy right", "methods")
	bins := make([]bin, 5)
	products := classes(each)
	for _, name := range append(names(), "shops") {
		s := backTest(t, products[name], bins)
		n, c := float64(s.forecasts), math.Max(1, float64(s.claims))
		fmt.Fprintf(&table, "%-12s %9d %8.2f%% %8.2f%% %7.3f %8d %7.2f / %4.2f %6.3f %6d of %6d %6d of %6d  %v\n", name, s.forecasts, 100*s.missed/n,
			100*s.same/n, s.ratio(), s.claims, float64(s.hits)/c, s.confidence/c, s.brier/c, s.saved, s.waits, s.right, s.buys, s.methods)
		if mock.Class(name).HasPattern() {
			require.Less(t, s.ratio(), 1.0, "%s has a pattern", name)
		} else {
			require.LessOrEqual(t, s.ratio(), 1.02, "%s has none, or one nobody knows", name)
		}
	}
	table.WriteString("\nconfidence   said  came true  drops\n")
	for i, b := range bins {
		if b.claims == 0 {
			continue
		}
		said, came := b.said/float64(b.claims), float64(b.hits)/float64(b.claims)
		fmt.Fprintf(&table, "%3d-%3d%%     %.2f       %.2f  %5d\n", 20*i, 20*(i+1), said, came, b.claims)
		// As far off as chance may take it: three standard deviations, and a tenth for what differs between products.
		allowed := 0.1 + 3*math.Sqrt(said*(1-said)/float64(b.claims))
		require.InDelta(t, said, came, allowed, "confidence of %d-%d%%", 20*i, 20*(i+1))
	}
	t.Log(table.String())
}

func names() []string {
	var list []string
	for _, class := range mock.Classes() {
		list = append(list, string(class))
	}
	return list
}
