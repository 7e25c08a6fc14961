package chat

import (
	"regexp"
	"strings"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
)

// warningSort is one sort of warning that can be asked for: how it is asked for in folded text, the keys of its findings,
// and what it is called where there is none.
type warningSort struct {
	asked *regexp.Regexp
	key   string
	none  string
}

// warningSorts are in the order in which they are told.
var warningSorts = []warningSort{
	{
		regexp.MustCompile(`\b(?:charged|billed|paid|pay) (?:\w+ ){0,3}(?:twice|double)\b|\bdouble (?:charg\w+|bill\w+)\b|\bduplicates?\b` +
			`|\bcobr\w+ (?:\w+ ){0,2}dos veces\b`),
		"duplicate:", "two orders of the same amount at one merchant within a day, in the last 90 days",
	},
	{
		regexp.MustCompile(`\b(?:anything|something|things|stuff|items|what) (?:that )?i (?:\w+ )?(?:buy|order|bought)\b.*` +
			`\b(?:more expensive|pricier|dearer|gone up|go up|went up|risen|increased?)\b` +
			`|\bprice (?:increases?|rises?|hikes?) (?:on|of|for|in) (?:what|things|stuff|anything|my)\b`),
		"price:", "a repeated item that got more expensive",
	},
	{
		regexp.MustCompile(`\b(?:anything|something|nothing|any|an) (?:\w+ ){0,2}(?:unusual|odd|strange|weird|suspicious|out of the ordinary)\b` +
			`|\bunusual (?:orders?|purchases?|charges?|spending|activity)\b|\balgo (?:raro|extrano|inusual)\b`),
		"unusual:", "an unusually large order in the last 30 days",
	},
}

// wantsWarnings are the sorts of warnings that the message asks for.
func (q question) wantsWarnings() []warningSort {
	text := spending.Fold(q.text)
	var wanted []warningSort
	for _, sort := range warningSorts {
		if sort.asked.MatchString(text) {
			wanted = append(wanted, sort)
		}
	}
	if len(wanted) == 1 && wanted[0].key == "unusual:" { // whatever is worth a look
		return warningSorts
	}
	return wanted
}

// planWarnings says what in the asker's orders is worth a look: the findings that their insights show too, computed anew.
func (q question) planWarnings(wanted []warningSort) Plan {
	plan := Plan{Thinking: []string{"Read the question: what in your orders is worth a look"}}
	var words wording
	found := insights.Compute(q.orders, q.now, q.location, q.currency, insights.Rewards{}, insights.TypeWarning)
	plan.thinkf("Looked through %s", insights.Count(len(insights.Spending(q.orders)), "order"))
	var none []string
	for _, sort := range wanted {
		told := 0
		for _, finding := range found {
			if !strings.HasPrefix(finding.Key, sort.key) {
				continue
			}
			told++
			words.say(" %s: %s", finding.Title, finding.Description)
			for _, source := range finding.Sources {
				plan.Sources = append(plan.Sources, Source{Type: source.Type, ID: source.ID, AsOf: q.now})
			}
		}
		if told == 0 {
			none = append(none, sort.none)
		}
	}
	plan.Sources = once(plan.Sources)
	plan.thinkf("Found %s", insights.Count(len(found), "warning"))
	if len(none) > 0 {
		words.say(" I see no sign of %s.", strings.Join(none, ", nor of "))
	}
	words.template = strings.TrimSpace(words.template)
	return plan.worded(words)
}
