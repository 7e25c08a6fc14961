package intent_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// bounds are what a labelled set must reach. Those of the test half are the product's promise; the others only keep what
// was reached. slots are shares of the entries that are labelled with one.
var bounds = []struct {
	set                string
	macroF1, addressed float64
	slots              map[string]float64
}{
	{"test.yaml", 0.95, 0.97, map[string]float64{
		"amounts": 0.9, "target": 0.8, "merchant": 0.95, "category": 0.95, "people": 0.9, "product": 0.85, "method": 0.82,
		"dates": 0.85, "language": 0.98,
	}},
	{"dev.yaml", 0.98, 0.98, map[string]float64{
		"amounts": 0.95, "target": 0.95, "merchant": 0.98, "category": 0.98, "people": 0.95, "product": 0.92, "method": 0.95,
		"dates": 0.93, "language": 0.98,
	}},
	{"more.yaml", 0.97, 0.97, map[string]float64{"language": 0.95}},
}

var classes = []string{"card", "split", "tracker", "general"}

// TestEval_ReadsIntents prints how well the reader does on the labelled sets (make eval shows it) and holds the bounds. The entries of
// the test half are never printed: whoever tunes must not see them.
func TestEval_ReadsIntents(t *testing.T) {
	t.Parallel()
	merchants := seedMerchants(t)
	for _, bound := range bounds {
		t.Run(bound.set, func(t *testing.T) {
			t.Parallel()
			result := evaluate(labelledHalf(t, bound.set), merchants)
			t.Logf("%s\n%s", bound.set, result.report())
			require.GreaterOrEqual(t, result.macroF1(), bound.macroF1, "macro-F1")
			require.GreaterOrEqual(t, result.addressed.share(), bound.addressed, "addressed in groups")
			for slot, least := range bound.slots {
				require.GreaterOrEqual(t, result.slots[slot].share(), least, slot)
			}
		})
	}
}

// tally counts how many of some were right.
type tally struct{ right, all int }

func (c tally) share() float64 {
	if c.all == 0 {
		return 1
	}
	return float64(c.right) / float64(c.all)
}

func (c tally) add(right bool) tally {
	c.all++
	if right {
		c.right++
	}
	return c
}

// result is what a set came to.
type result struct {
	matrix    map[string]map[string]int // by what is right, then by what was read
	addressed tally
	slots     map[string]tally
}

func evaluate(set []labelled, merchants spending.Lexicon) result {
	r := result{matrix: map[string]map[string]int{}, slots: map[string]tally{}}
	for _, class := range classes {
		r.matrix[class] = map[string]int{}
	}
	for _, entry := range set {
		reading := intent.Read(intent.Message{Text: entry.Text, ChatType: entry.Chat, History: entry.History}, merchants)
		read := string(reading.Intent)
		if reading.Intent == intent.None {
			read = "general" // the labels know talk among people as general and not addressed
		}
		r.matrix[entry.Intent][read]++
		if entry.Addressed != nil {
			r.addressed = r.addressed.add(*entry.Addressed == reading.Addressed)
		}
		for slot, right := range slotsOf(entry, reading) {
			r.slots[slot] = r.slots[slot].add(right)
		}
	}
	return r
}

// slotsOf says which of the labelled slots of an entry were read rightly. Sums, places, methods and people must be the
// very same; of the words of a product and a date two thirds must be shared.
func slotsOf(entry labelled, reading intent.Reading) map[string]bool {
	slots := map[string]bool{"language": entry.Lang == reading.Language}
	if len(entry.Amounts) > 0 {
		var sums []labelledAmount
		for _, sum := range reading.Amounts {
			sums = append(sums, labelledAmount{sum.Amount, sum.Currency})
		}
		slots["amounts"] = slices.Equal(entry.Amounts, sums)
	}
	if entry.Target != nil {
		slots["target"] = reading.Target != nil && *entry.Target == labelledAmount{reading.Target.Amount, reading.Target.Currency}
	}
	if entry.Merchant != "" {
		slots["merchant"] = entry.Merchant == reading.MerchantSlug
	}
	if entry.Category != "" {
		slots["category"] = string(entry.Category) == reading.Category
	}
	if len(entry.People) > 0 {
		// A speaker who gives a name is among the labelled people, and apart in the reading.
		wanted := slices.DeleteFunc(slices.Clone(entry.People), func(name string) bool { return strings.EqualFold(name, reading.Speaker) })
		slots["people"] = slices.EqualFunc(wanted, reading.People, strings.EqualFold)
	}
	if entry.Product != "" && entry.Intent == "tracker" {
		slots["product"] = sameWords(entry.Product, reading.Product)
	}
	if entry.Method != "" {
		slots["method"] = entry.Method == reading.Method
	}
	if entry.Dates != "" {
		slots["dates"] = sameWords(entry.Dates, reading.Dates)
	}
	return slots
}

// sameWords compares two phrases by the Dice coefficient of their words, small ones apart.
func sameWords(a, b string) bool {
	const enough = 2.0 / 3
	first, second := bagOf(a), bagOf(b)
	shared := 0
	for word := range first {
		if second[word] {
			shared++
		}
	}
	return 2*float64(shared) >= enough*float64(len(first)+len(second))
}

func bagOf(phrase string) map[string]bool {
	bag := map[string]bool{}
	for word := range strings.FieldsSeq(spending.Fold(phrase)) {
		bag[word] = true
	}
	for small := range strings.FieldsSeq("the a an in on at of for from el la los las de en") {
		delete(bag, small)
	}
	return bag
}

// scoresOf are precision, recall and their harmonic mean for one class.
func (r result) scoresOf(class string) (precision, recall, f1 float64) {
	right := r.matrix[class][class]
	read, labelled := 0, 0
	for _, other := range classes {
		read += r.matrix[other][class]
		labelled += r.matrix[class][other]
	}
	precision, recall = tally{right, read}.share(), tally{right, labelled}.share()
	if right == 0 {
		return precision, recall, 0
	}
	return precision, recall, 2 * precision * recall / (precision + recall)
}

func (r result) macroF1() float64 {
	sum := 0.0
	for _, class := range classes {
		_, _, f1 := r.scoresOf(class)
		sum += f1
	}
	return sum / float64(len(classes))
}

func (r result) report() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%-10s", "right\\read")
	for _, class := range classes {
		fmt.Fprintf(&text, " %8s", class)
	}
	fmt.Fprintf(&text, " %10s %8s %8s\n", "precision", "recall", "F1")
	for _, class := range classes {
		fmt.Fprintf(&text, "%-10s", class)
		for _, other := range classes {
			fmt.Fprintf(&text, " %8d", r.matrix[class][other])
		}
		precision, recall, f1 := r.scoresOf(class)
		fmt.Fprintf(&text, " %10.3f %8.3f %8.3f\n", precision, recall, f1)
	}
	fmt.Fprintf(&text, "macro-F1 %.4f\naddressed in groups %d/%d %.3f\n", r.macroF1(), r.addressed.right, r.addressed.all, r.addressed.share())
	for _, slot := range []string{"amounts", "target", "merchant", "category", "people", "product", "method", "dates", "language"} {
		if count := r.slots[slot]; count.all > 0 {
			fmt.Fprintf(&text, "%-10s %d/%d %.3f\n", slot, count.right, count.all, count.share())
		}
	}
	return text.String()
}

// seedMerchants are the merchants the product knows.
func seedMerchants(tb testing.TB) spending.Lexicon {
	tb.Helper()
	raw, err := os.ReadFile("../../../db/seed/merchants.yaml")
	require.NoError(tb, err)
	var seed struct {
		Merchants []struct {
			Slug     string   `yaml:"slug"`
			Name     string   `yaml:"name"`
			Category string   `yaml:"category"`
			Aliases  []string `yaml:"aliases"`
		} `yaml:"merchants"`
	}
	require.NoError(tb, yaml.Unmarshal(raw, &seed))
	require.NotEmpty(tb, seed.Merchants)
	known := make([]spending.Merchant, 0, len(seed.Merchants))
	for _, m := range seed.Merchants {
		known = append(known, spending.Merchant{Slug: m.Slug, Name: m.Name, Category: m.Category, Aliases: m.Aliases})
	}
	return spending.NewLexicon(known)
}
