package figuretest

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/money"
)

// checkers work out the figures of an answer from its evidence, by the answer's action; "" is a general answer.
var checkers = map[string]func(c *check){
	"":        checkGeneral,
	"card":    checkCard,
	"split":   checkSplit,
	"tracker": checkTracker,
}

// check is one answer being checked. A checker says, from c.evidence alone, what figures a text may hold (explain, money)
// and what each number of the drawer has to be (claim); the rest is compared afterwards.
type check struct {
	*testing.T

	person   *person
	question questionCase
	message  api.Message
	evidence *evidence

	explained map[string]bool
	claims    map[string]*big.Rat
}

// explain lets a figure stand in the texts.
func (c *check) explain(figures ...string) {
	for _, figure := range figures {
		c.explained[figure] = true
	}
}

// money is an amount as texts write it, which may now stand in them.
func (c *check) money(amount int64, currency string) string {
	text := money.Money{Amount: amount, Currency: currency}.Format()
	c.explain(text)
	return text
}

// counted is a number with its noun, which may now stand in the texts.
func (c *check) counted(number int, noun string) string {
	text := fmt.Sprintf("%d %ss", number, noun)
	if number == 1 {
		text = "1 " + noun
	}
	c.explain(text)
	return text
}

// percent writes basis points, which may now stand in the texts: "61.71%".
func (c *check) percent(bps int64) string {
	text := percentText(bps) + "%"
	c.explain(text)
	return text
}

func percentText(bps int64) string {
	text := fmt.Sprintf("%d.%02d", bps/100, bps%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// claim says what a number of the drawer has to be, by its JSON pointer.
func (c *check) claim(pointer string, value int64) { c.claims[pointer] = new(big.Rat).SetInt64(value) }

// claimPercent is claim for a percentage given in basis points.
func (c *check) claimPercent(pointer string, bps int64) { c.claims[pointer] = big.NewRat(bps, 100) }

// figureForms are amounts, percentages and counts as texts write them.
var figureForms = regexp.MustCompile(`[$¥€£]\d+(?:,\d{3})*(?:\.\d+)?|\d+(?:,\d{3})*(?:\.\d+)? (?:KWD|EUR)|\d+(?:\.\d+)?%|` +
	`\b\d+ (?:more items?|orders?|pieces?|full (?:days?|weeks?|months?)|months?|cards?)\b`)

// texts are what the answer says: the text, and the sentences of the drawer.
func (c *check) texts() []string {
	texts := []string{c.message.Content}
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, inner := range value {
				if key == "reasons" || key == "warnings" || key == "signals" {
					for _, sentence := range inner.([]any) {
						texts = append(texts, sentence.(string))
					}
					continue
				}
				walk(inner)
			}
		case []any:
			for _, inner := range value {
				walk(inner)
			}
		}
	}
	walk(c.drawer())
	return texts
}

// drawer is the drawer as JSON; nil without one.
func (c *check) drawer() any {
	if c.message.DrawerData.IsNull() {
		return nil
	}
	content, err := json.Marshal(c.message.DrawerData.MustGet())
	require.NoError(c, err)
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.UseNumber()
	var value any
	require.NoError(c, decoder.Decode(&value))
	return value
}

// verdict compares what the answer shows with what was worked out.
func (c *check) verdict() {
	for _, text := range c.texts() {
		for _, figure := range figureForms.FindAllString(c.withoutNames(text), -1) {
			require.True(c, c.explained[figure], "%q does not follow from what is cited, in: %s", figure, text)
		}
	}
	numbers := map[string]string{}
	numbersIn("", c.drawer(), numbers)
	for pointer, text := range numbers {
		claimed, known := c.claims[pointer]
		require.True(c, known, "nothing works out the number at %s", pointer)
		shown, ok := new(big.Rat).SetString(text)
		require.True(c, ok)
		require.Zero(c, shown.Cmp(claimed), "%s shows %s, worked out is %s", pointer, text, claimed.FloatString(4))
	}
	for pointer := range c.claims {
		_, shown := numbers[pointer]
		require.True(c, shown, "the drawer has no number at %s", pointer)
	}
}

// withoutNames leaves out the names of the items of what is cited: "Building Brick Set, 700 pieces" says no figure.
func (c *check) withoutNames(text string) string {
	for _, order := range c.evidence.orders {
		for _, item := range order.items {
			text = strings.ReplaceAll(text, item.Name, "")
		}
	}
	return text
}

// numbersIn collects the numbers of a JSON value by their pointers.
func numbersIn(pointer string, value any, numbers map[string]string) {
	switch value := value.(type) {
	case json.Number:
		numbers[pointer] = value.String()
	case map[string]any:
		for key, inner := range value {
			numbersIn(pointer+"/"+key, inner, numbers)
		}
	case []any:
		for i, inner := range value {
			numbersIn(pointer+"/"+strconv.Itoa(i), inner, numbers)
		}
	}
}

// half is a quotient rounded half away from zero.
func half(numerator, denominator *big.Int) int64 {
	text := new(big.Rat).SetFrac(numerator, denominator).FloatString(0)
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err) // figures are small
	}
	return value
}

func divide(numerator, denominator int64) int64 {
	return half(big.NewInt(numerator), big.NewInt(denominator))
}

// Why: a checker that lets everything pass shows nothing. Each kind of wrong number has to be found.
func TestVerdict_FindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	right := func(t *testing.T) *check {
		c := &check{T: t, evidence: &evidence{}, explained: map[string]bool{}, claims: map[string]*big.Rat{}}
		c.message.Content = "You spent $12.00 over 3 orders, 7.5% more."
		require.NoError(t, c.message.DrawerData.UnmarshalJSON([]byte(`{"a":{"amount":5},"b":[{"p":1.25}],"reasons":["$4.00 left"]}`)))
		c.money(1200, "USD")
		c.money(400, "USD")
		c.counted(3, "order")
		c.percent(750)
		c.claim("/a/amount", 5)
		c.claimPercent("/b/0/p", 125)
		return c
	}
	fails := func(change func(c *check)) bool {
		inner := &testing.T{}
		done := make(chan struct{})
		go func() { // FailNow ends the goroutine it is called in
			defer close(done)
			c := right(t)
			c.T = inner
			change(c)
			c.verdict()
		}()
		<-done
		return inner.Failed()
	}
	require.False(t, fails(func(*check) {}))
	for name, change := range map[string]func(c *check){
		"an amount in the text":    func(c *check) { c.message.Content = "You spent $12.01 over 3 orders." },
		"a count in the text":      func(c *check) { c.message.Content = "4 orders" },
		"a percentage":             func(c *check) { c.message.Content = "75%" },
		"an amount in a reason":    func(c *check) { delete(c.explained, "$4.00") },
		"a number in the drawer":   func(c *check) { c.claim("/a/amount", 6) },
		"a number nobody claims":   func(c *check) { delete(c.claims, "/b/0/p") },
		"a claim without a number": func(c *check) { c.claim("/c", 1) },
	} {
		require.True(t, fails(change), name)
	}
	require.True(t, slices.Contains(figureForms.FindAllString("1,234.50 EUR", -1), "1,234.50 EUR"))
}
