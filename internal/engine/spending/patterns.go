package spending

import (
	"regexp"
	"strings"
)

// The patterns match folded text; a bar stands where a merchant or a period was.
var (
	// someoneElse asks about another person's spending, planned about the future: neither is in the orders.
	someoneElse = regexp.MustCompile(
		`\b(?:did|does|has|have|had|do) (?:my )?(\w+) (?:ever |already |just )?(?:spend|spent|pay|paid|buy|bought|order|ordered|owe)\b`)
	planned = either(
		`\b(?:will|would|should|could|can|shall|might) (?:i|we) (?:\w+ )?(?:spend|pay|buy|afford|save|earn|owe|order|get)\b`,
		`\bowes?\b`, `\bbudget for\b`)
	// filtered asks only for orders above or below an amount, which is not understood yet.
	filtered = regexp.MustCompile(`\b(?:over|above|under|below|than|at least|at most|exceeding) \d`)

	spendWord = either(
		`\b(?:spend|spends|spending|spent|expenses?|expenditures?|paid|pay|paying|charged?|charges|blow|blown|dropped)\b`,
		`\b(?:buy|bought|purchased?|purchases|orders?|ordered|transactions?|shop|shopped|shopping)\b`,
		`\b(?:cost me|did (?:\S+ ){1,5}cost|money (?:go|going|went|gone))\b`)
	// impliesSpending are questions without such a word that can be about nothing else.
	impliesSpending = regexp.MustCompile(`\b(?:categories|break ?down|when did i last|top (?:\d+ )?(?:merchants|stores|shops))\b`)
	asking          = either(
		`^(?:(?:my |total |all )?(?:spending|expenses|purchases|orders)|what|whats|where|when|which|how|show|list|tell|give)\b`,
		`^(?:compare|did|have|am|is|was|my|total|sum|breakdown|break|top|average|biggest|last|latest)\b`,
		`\b(?:how much|how many|how often|tell me|show me|give me|what did i|did i|have i|i want to know|can you|could you|please)\b`)
	followUp = regexp.MustCompile(`^(?:and|what about|how about|or|ok and|also)\b`)

	// kindForms are tried in this order; what none of them matches is a total when totalForm does.
	kindForms = []struct {
		kind    Kind
		pattern *regexp.Regexp
	}{
		{KindCompare, either(
			`\b(?:compare|compared|comparison|versus|vs)\b`,
			`\b(?:more|less|up|down|higher|lower)\b.*\bthan (?:[a-z]+ ){0,3}(?:\||last\b)`)},
		{KindTopCategories, either(
			`\b(?:top|which|what|biggest|largest|most|by|list|per) (?:\d+ |spending |my |expense )*categor(?:y|ies)\b`,
			`\bwhat (?:do|did|have|am) i (?:been )?(?:spend|spent|spending) (?:the )?most`,
			`\bmoney (?:go|going|went|gone)\b`, `\bbreak ?down\b`)},
		{KindTopMerchants, either(
			`\b(?:top|which|what|favou?rite) (?:\d+ |my )*(?:merchants?|stores?|shops?|places|retailers)\b`,
			`\bwhere (?:do|did|have|am) i (?:been )?(?:spend|spent|spending|shop|shopping|shopped|order|ordered|buy)\b`)},
		{KindBiggest, either(`\b(?:biggest|largest|most expensive|highest|priciest|costliest)\b`)},
		{KindAverage, either(`\b(?:average|avg|typical|typically)\b`)},
		{KindCount, either(
			`\bhow many (?:\S+ ){0,3}?(?:orders|purchases|transactions|times)\b`, `\bhow often\b`,
			`\bnumber of (?:orders|purchases|transactions|times)\b`,
			`\bhow many\b.*\b(?:buy|bought|order|ordered|purchased?)\b`)},
		{KindLastOrder, either(
			`\b(?:last|latest|most recent|newest|previous) (?:\S+ ){0,3}?(?:order|purchase|transaction)\b`,
			`\bwhen (?:did i (?:last )?|was the last time i )(?:order|buy|bought|shop|purchase|spend|spent|go|visit)`)},
		{KindList, either(
			`\b(?:list|show|give|see)\b.*\b(?:orders|purchases|transactions)\b`,
			`\b(?:what|which things) (?:did|have|do) i (?:buy|bought|ordered|order|purchased?|get)\b`,
			`\b(?:what|which) (?:orders|purchases|transactions)\b`)},
	}
	totalForm = either(
		`^(?:my |total |all )?(?:spending|expenses)\b`, `\bhow much\b`,
		`\bwhat\b.*\b(?:spend|spent|spending|expenses|paid|cost me)\b`,
		`\b(?:my|total|show|tell|give|sum)\b.*\b(?:spend|spent|spending|expenses|paid)\b`,
		`\b(?:did|have) i (?:spend|spent|pay|paid)\b`)

	adjustments = []struct {
		kind    string
		pattern *regexp.Regexp
	}{
		{"fee", regexp.MustCompile(`\b(?:(?:delivery|service|shipping|booking) )?fees?\b`)},
		{"tip", regexp.MustCompile(`\b(?:tips?|tipped|tipping)\b`)},
		{"tax", regexp.MustCompile(`\btax(?:es)?\b`)},
		{"discount", regexp.MustCompile(`\b(?:discounts?|coupons?|promo codes?)\b`)},
	}

	topNumber = regexp.MustCompile(`\b(?:top|last|biggest|largest|latest) (\d{1,2}|two|three|four|five|ten)\b` +
		`|\b(\d{1,2}|two|three|four|five|ten) (?:biggest|largest|most|latest|last|top)\b`)
)

// either matches where any of the patterns does.
func either(patterns ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?:` + strings.Join(patterns, `|`) + `)`)
}
