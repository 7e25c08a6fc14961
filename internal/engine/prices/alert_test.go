package prices_test

import (
	"flag"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

var update = flag.Bool("update", false, "write what the reference says into testdata/alerts.txt")

const walksFile = "testdata/alerts.txt"

// walkStart is +0h of every walk: seven in the morning in New York.
var walkStart = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// walk is an alert and what it reads, one after the other.
type walk struct {
	name  string
	rule  string
	steps []walkStep
}

type walkStep struct {
	at    string // +5h, +90m
	price string // 249.99, EUR 249.99, fail, or = for the price before once more, or clock for none
	want  string // the cause, and the price of the firing
}

// Why: an alert that fires twice, or not at all, or at night, is worse than none. The file is written to be read by people;
// engine and reference were made apart, and both have to say what it says.
func TestStep_GoldenWalks(t *testing.T) {
	t.Parallel()
	walks := readWalks(t)
	require.GreaterOrEqual(t, len(walks), 100)
	if *update {
		writeWalks(t, walks)
	}
	names := map[string]bool{}
	for _, w := range walks {
		require.False(t, names[w.name], "%s twice", w.name)
		names[w.name] = true
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			rule, readings := w.read(t)
			require.NoError(t, rule.Validate())
			wanted := make([]string, len(w.steps))
			for i, step := range w.steps {
				wanted[i] = step.want
			}
			require.Equal(t, wanted, engineWalk(rule, readings), "the engine")
			require.Equal(t, wanted, referenceWalk(rule, readings), "the reference")
		})
	}
}

func TestStep_GeneratedWalks(t *testing.T) {
	t.Parallel()
	rounds := 3 // of a hundred
	if long() {
		rounds = 300
	}
	for range rounds {
		rapid.Check(t, func(t *rapid.T) {
			rule, readings := drawRule(t), drawReadings(t)
			require.Equal(t, referenceWalk(rule, readings), engineWalk(rule, readings))
		})
	}
}

func engineWalk(rule prices.Rule, readings []prices.Reading) []string {
	state := prices.State{Phase: prices.Armed}
	said := make([]string, len(readings))
	for i, reading := range readings {
		var cause prices.Cause
		var firing *prices.Firing
		state, cause, firing = prices.Step(rule, state, reading)
		said[i] = string(cause)
		if firing != nil {
			said[i] += " " + decimal(firing.Price)
		}
	}
	return said
}

// referenceWalk says the same by looking, at each reading, at all readings so far, and by exact fractions. It keeps no
// state but what it has said.
func referenceWalk(rule prices.Rule, readings []prices.Reading) []string {
	said := make([]string, 0, len(readings))
	for i := range readings {
		said = append(said, referenceStep(rule, readings[:i+1], said))
	}
	return said
}

func referenceStep(rule prices.Rule, readings []prices.Reading, said []string) string {
	now := len(readings) - 1
	lastFired, ended := -1, ""
	for i, word := range said {
		cause, price, _ := strings.Cut(word, " ")
		if price != "" {
			lastFired = i
		}
		if cause == "expired" {
			ended = "expired"
		}
	}
	switch {
	case ended != "":
		return ended
	case lastFired >= 0 && !rule.Rearm:
		return "done"
	}
	for _, earlier := range readings[:now] {
		if readings[now].At.Before(earlier.At) {
			return "no_news"
		}
	}
	target := new(big.Rat)
	var currency string
	if rule.Threshold != nil {
		target.SetInt64(rule.Threshold.Amount)
		currency = rule.Threshold.Currency
	} else {
		part := big.NewRat(rule.PercentBps, 10_000)
		if rule.Direction == prices.Below {
			part.Neg(part)
		}
		target.Mul(big.NewRat(rule.Reference.Amount, 1), part.Add(part, big.NewRat(1, 1)))
		currency = rule.Reference.Currency
	}
	side := func(price money.Money) int { // -1 on the side waited for, 0 at the target
		if rule.Direction == prices.Above {
			return target.Cmp(big.NewRat(price.Amount, 1))
		}
		return big.NewRat(price.Amount, 1).Cmp(target)
	}
	// The readings that say something new, in a list of their own.
	type seen struct {
		index int
		price money.Money
	}
	var list []seen
	var newest time.Time
	why := "read_failed"
	for i, reading := range readings {
		late := false
		for _, earlier := range readings[:i] {
			late = late || reading.At.Before(earlier.At)
		}
		switch {
		case late:
			continue
		case reading.Price == nil || reading.Price.Amount <= 0:
			why = "read_failed"
		case reading.Price.Currency != currency:
			why = "other_currency"
		case !reading.SeenAt.After(newest):
			why = "no_news"
		default:
			why = ""
			newest = reading.SeenAt
			list = append(list, seen{i, *reading.Price})
		}
	}
	at := readings[now].At
	over := !rule.ExpiresAt.IsZero() && !at.Before(rule.ExpiresAt)

	armedFrom := 0
	if lastFired >= 0 {
		armedFrom = len(readings)
		// A percent-derived target is a price that exists: the band is counted from that one.
		whole := wholeTarget(rule, target)
		band := new(big.Rat).Mul(whole, big.NewRat(rule.HysteresisBps, 10_000))
		if rule.Direction == prices.Above {
			band.Neg(band)
		}
		edge := band.Add(band, whole)
		for _, s := range list {
			price := big.NewRat(s.price.Amount, 1)
			beyond := price.Cmp(edge) >= 0
			if rule.Direction == prices.Above {
				beyond = price.Cmp(edge) <= 0
			}
			if s.index > lastFired && side(s.price) > 0 && beyond {
				armedFrom = s.index
				break
			}
		}
		switch {
		case over && armedFrom >= now:
			return "expired"
		case armedFrom == now:
			return "rearmed"
		case armedFrom > now:
			if why != "" {
				return why
			}
			return "resting"
		}
	}
	// The run of prices at the target that lasts until now, and whether one has just ended.
	var run []seen
	broken := false
	for _, s := range list {
		if s.index < armedFrom {
			continue
		}
		if side(s.price) <= 0 {
			expired := !rule.ExpiresAt.IsZero() && !readings[s.index].At.Before(rule.ExpiresAt)
			if len(run) > 0 || !expired {
				run = append(run, s)
			}
			continue
		}
		broken = len(run) > 0 && s.index == now
		run = nil
	}
	switch {
	case len(run) == 0 && over:
		return "expired"
	case len(run) == 0 && broken:
		return "gone"
	case len(run) == 0 && why != "":
		return why
	case len(run) == 0:
		return "not_reached"
	case quiet(rule, at):
		return "quiet_hours"
	}
	cause := "reached"
	switch {
	case lastFired >= 0:
		cause = "reached_again"
	case run[0].index == list[0].index:
		cause = "already_reached"
	}
	return cause + " " + decimal(run[len(run)-1].price)
}

func wholeTarget(rule prices.Rule, target *big.Rat) *big.Rat {
	whole := new(big.Int).Quo(target.Num(), target.Denom())
	if rule.Direction == prices.Above && !target.IsInt() {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).SetInt(whole)
}

func quiet(rule prices.Rule, at time.Time) bool {
	q := rule.Quiet
	if q.Location == nil || q.From == q.To {
		return false
	}
	clock := at.In(q.Location).Format("15:04")
	from, to := fmt.Sprintf("%02d:%02d", q.From/60, q.From%60), fmt.Sprintf("%02d:%02d", q.To/60, q.To%60)
	if from < to {
		return from <= clock && clock < to
	}
	return clock >= from || clock < to
}

func decimal(m money.Money) string { return fmt.Sprintf("%d.%02d", m.Amount/100, m.Amount%100) }

func drawRule(t *rapid.T) prices.Rule {
	rule := prices.Rule{Direction: rapid.SampledFrom([]prices.Direction{prices.Below, prices.Above}).Draw(t, "direction")}
	if rapid.Bool().Draw(t, "threshold") {
		rule.Threshold = &money.Money{Amount: rapid.Int64Range(95, 105).Draw(t, "target"), Currency: "USD"}
	} else {
		rule.PercentBps = rapid.Int64Range(1, 900).Draw(t, "percent")
		rule.Reference = money.Money{Amount: rapid.Int64Range(95, 105).Draw(t, "reference"), Currency: "USD"}
	}
	rule.Rearm = rapid.Bool().Draw(t, "rearm")
	rule.HysteresisBps = rapid.SampledFrom([]int64{0, 100, 250, 500}).Draw(t, "hysteresis")
	if rapid.Bool().Draw(t, "expires") {
		rule.ExpiresAt = walkStart.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
	}
	if rapid.Bool().Draw(t, "quiet") {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "America/New_York", "Asia/Kathmandu"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		rule.Quiet = prices.Quiet{
			From: rapid.IntRange(0, 1439).Draw(t, "from"), To: rapid.IntRange(0, 1439).Draw(t, "to"), Location: zone,
		}
	}
	return rule
}

func drawReadings(t *rapid.T) []prices.Reading {
	at := walkStart
	seenAt := walkStart.Add(-time.Hour)
	readings := make([]prices.Reading, rapid.IntRange(1, 30).Draw(t, "count"))
	for i := range readings {
		at = at.Add(time.Duration(rapid.IntRange(-30, 400).Draw(t, "minutes")) * time.Minute)
		readings[i] = prices.Reading{At: at}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0: // failed
		case 1:
			readings[i].Price, readings[i].SeenAt = &money.Money{Amount: rapid.Int64Range(85, 115).Draw(t, "euros"), Currency: "EUR"}, at
		case 2:
			readings[i].Price, readings[i].SeenAt = &money.Money{Amount: rapid.Int64Range(85, 115).Draw(t, "old"), Currency: "USD"}, seenAt
		case 3:
			readings[i].Price, readings[i].SeenAt = &money.Money{Amount: rapid.Int64Range(-1, 0).Draw(t, "nothing"), Currency: "USD"}, at
		default:
			seenAt = at
			readings[i].Price, readings[i].SeenAt = &money.Money{Amount: rapid.Int64Range(85, 115).Draw(t, "price"), Currency: "USD"}, at
		}
	}
	return readings
}

func readWalks(t *testing.T) []walk {
	t.Helper()
	content, err := os.ReadFile(walksFile)
	require.NoError(t, err)
	var walks []walk
	for block := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if strings.HasPrefix(lines[0], "##") {
			continue
		}
		require.GreaterOrEqual(t, len(lines), 3, block)
		w := walk{name: strings.TrimPrefix(lines[0], "# "), rule: lines[1]}
		for _, line := range lines[2:] {
			fields := strings.Fields(line)
			step := walkStep{at: fields[0], price: fields[1]}
			rest := fields[2:]
			if step.price == "EUR" {
				step.price, rest = "EUR "+rest[0], rest[1:]
			}
			step.want = strings.Join(rest, " ")
			w.steps = append(w.steps, step)
		}
		walks = append(walks, w)
	}
	return walks
}

func writeWalks(t *testing.T, walks []walk) {
	t.Helper()
	content, err := os.ReadFile(walksFile)
	require.NoError(t, err)
	head, _, _ := strings.Cut(string(content), "\n\n")
	var text strings.Builder
	text.WriteString(head + "\n")
	for i := range walks {
		rule, readings := walks[i].read(t)
		fmt.Fprintf(&text, "\n# %s\n%s\n", walks[i].name, walks[i].rule)
		for j, want := range referenceWalk(rule, readings) {
			walks[i].steps[j].want = want
			fmt.Fprintf(&text, "%-6s %-11s %s\n", walks[i].steps[j].at, walks[i].steps[j].price, want)
		}
	}
	require.NoError(t, os.WriteFile(walksFile, []byte(text.String()), 0o644))
}

// read understands the words of a walk.
func (w walk) read(t *testing.T) (prices.Rule, []prices.Reading) {
	t.Helper()
	fields := strings.Fields(w.rule)
	rule := prices.Rule{Direction: prices.Direction(fields[0])}
	next := func() string {
		word := fields[0]
		fields = fields[1:]
		return word
	}
	next()
	if percent, ok := strings.CutSuffix(fields[0], "%"); ok {
		next()
		rule.PercentBps = hundredths(t, percent)
		require.Equal(t, "of", next())
		rule.Reference = money.Money{Amount: hundredths(t, next()), Currency: next()}
	} else {
		rule.Threshold = &money.Money{Amount: hundredths(t, next()), Currency: next()}
	}
	for len(fields) > 0 {
		switch option := next(); option {
		case "rearm":
			rule.Rearm = true
			rule.HysteresisBps = hundredths(t, strings.TrimSuffix(next(), "%"))
		case "until":
			rule.ExpiresAt = walkStart.Add(after(t, next()))
		case "quiet":
			from, to, _ := strings.Cut(next(), "-")
			zone, err := time.LoadLocation(next())
			require.NoError(t, err)
			rule.Quiet = prices.Quiet{From: minutes(t, from), To: minutes(t, to), Location: zone}
		default:
			t.Fatalf("%s: what is %q?", w.name, option)
		}
	}
	readings := make([]prices.Reading, len(w.steps))
	var last prices.Reading
	for i, step := range w.steps {
		readings[i].At = walkStart.Add(after(t, step.at))
		switch amount, euros := strings.CutPrefix(step.price, "EUR "); {
		case step.price == "fail" || step.price == "clock":
		case step.price == "=":
			readings[i].Price, readings[i].SeenAt = last.Price, last.SeenAt
		case euros:
			readings[i].Price, readings[i].SeenAt = &money.Money{Amount: hundredths(t, amount), Currency: "EUR"}, readings[i].At
		default:
			readings[i].Price, readings[i].SeenAt = &money.Money{Amount: hundredths(t, step.price), Currency: "USD"}, readings[i].At
			last = readings[i]
		}
	}
	return rule, readings
}

func after(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(strings.TrimPrefix(text, "+"))
	require.NoError(t, err)
	return d
}

func hundredths(t *testing.T, text string) int64 {
	t.Helper()
	whole, cents, found := strings.Cut(text, ".")
	if !found {
		cents = "00"
	}
	require.Len(t, cents, 2, text)
	number, err := strconv.ParseInt(whole+cents, 10, 64)
	require.NoError(t, err)
	return number
}

func minutes(t *testing.T, text string) int {
	t.Helper()
	clock, err := time.Parse("15:04", text)
	require.NoError(t, err)
	return clock.Hour()*60 + clock.Minute()
}
