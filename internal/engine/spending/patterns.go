package spending

const (
	buying = `buy|bought|purchased?|order|ordered|shop|shopped`
	stores = `merchants?|stores?|shops?|places|retailers|restaurants`
)

// The patterns match folded text in which marks stand for what was understood already.
var (
	spendWord = either(
		`\b(?:spend|spends|spending|spent|expenses?|expenditures?|paid|pay|paying|charged?|charges|blow|blown|burn|dropped)\b`,
		`\b(?:buy|bought|purchased?|purchases|orders?|ordered|transactions?|shop|shopped|shopping|refund\w*|returns?|returned)\b`,
		`\b(?:cost me|did (?:\S+ ){1,5}cost|money (?:go|going|went|gone)|i put)\b`)
	// peakWord is the day, week or month that took most, in fewer words.
	peakWord = `\bmost expensive (?:day|week|month)\b|\b(?:which|what) (?:day|week|month) (?:was|is|has been) (?:the |my |our )?(?:most expensive|priciest|costliest)\b`
	// impliesSpending are questions without such a word that can be about nothing else.
	impliesSpending = either(`^(?:and )?how much (?:per|a|each|every) (?:day|week|month) (?:on average )?(?:on|at|for|in)\b`, `\b(?:categories|(?:my|the|which|what) (?:biggest|largest|top|main|smallest)? ?category|break ?down|when did i (?:last|first)|top (?:\d+ |two |three |four |five |ten )?(?:`+stores+`)|(?:my|the) total|cards? did i (?:use|pay))\b`,
		`\b(?:my|finances?|monthly?|weekly?) (?:\S+ ){0,2}?(?:summary|overview|recap|report|finances)\b`,
		`\b(?:summary|overview|recap) \|p`, peakWord,
		`\b(?:summary|overview|recap|report|short version) (?:of|for) (?:my |the )?(?:\S+ ){0,2}?(?:\|p|spending|finances|expenses|money)`,
		`^(?:tell me about|how was|how did i do|how am i doing|how are my finances)\b.*\|p`)
	asking = either(`^spend on\b`,
		`^(?:(?:my |total |all )?(?:spending|expenses|purchases|orders)|what|whats|where|when|which|who|how|why|show|list|tell|give)\b`,
		`^(?:compare|did|have|has|am|is|was|were|do|my|total|sum|breakdown|break|top|average|biggest|last|latest|on average|in which)\b`,
		`\b(?:how much|how many|how often|tell me|show me|give me|what did i|did i|have i|i want to know|can you|could you|please|when do i|do i)\b`)
	statement = match(`^(?:(?:just|so|today|yesterday|ok|and) )?(?:i|we|he|she|they|someone|\w+) (?:just |already )?` +
		`(?:spent|paid|bought|ordered|got|dropped|put)\b`)
	followUp = match(`^(?:compared to|compared with|and|what about|how about|or|ok and|also|same|same for|just|only|but|now)\b`)

	// kindForms are tried in this order; what none of them matches is a total when totalForm does.
	kindForms = []struct {
		kind    Kind
		pattern anyOf
	}{
		{KindMonth, either(`\b(?:summary|overview|recap|short version)\b`, `\bmy (?:\|p )?finances\b`, `\b(?:spending|expense) report\b`,
			`^(?:tell me about|how was|how did i do|how am i doing|how are my finances)\b.*\|p`)},
		{KindPeak, either(`\bmost (?:money )?(?:that )?(?:i|we) (?:have |had )?(?:ever )?(?:spend|spent|paid) (?:in|on) (?:a|one|any) (?:single |given )?(?:day|week|month)\b`,
			`\b(?:which|what) (?:day|week|month) (?:did|have) i (?:spend|spent) (?:the )?most\b`,
			peakWord)},
		{KindUsual, either(
			`\bthan (?:usual|normal|usually|average|before|ever|i (?:usually|normally) do|i do (?:usually|normally)|my (?:usual|average))\b`,
			`\bcompared? (?:to|with) (?:the |my )?(?:usual|normal|average|before)\b`, `\b(?:more|less) (?:\S+ )*than i (?:usually|normally)\b`)},
		{KindCompare, either(
			`\b(?:compare|compared|comparison|versus|vs)\b`,
			`\b(?:spending|expenses|spend) (?:\w+ )?(?:go|gone|going|went) (?:up|down)\b|\b(?:spending|expenses) (?:risen|rising|rise|increased?|increasing|decreased?|dropped|fallen)\b`,
			`\b(?:more|less|up|down|higher|lower)\b.*\bthan (?:[a-z]+ ){0,3}(?:\||last\b)`,
			`\b(?:more|less)\b.*\|p or (?:in |on )?\|p`, `\b(?:more|less) (?:\S+ )*\|[mc] or (?:\S+ ){0,2}?\|[mc]`)},
		{KindShare, either(`\b(?:percent|percentage|share|fraction|proportion|part|how much) of (?:my|the|all|all my|everything)\b`,
			`\b(?:what|which) (?:percent|percentage|share|fraction|proportion)\b`)},
		{KindTopCards, either(`\b(?:which|what|favou?rite|most used) (?:\w+ )?cards?\b`, `\b(?:by|per|each|every) (?:payment )?(?:cards?|method)\b`,
			`\bhow (?:do|did|have) i (?:usually |mostly )?(?:pay|paid)\b`)},
		{KindTopCategories, either(
			`\b(?:top|which|what|biggest|largest|main|most|by|list|per|each) (?:\d+ |two |three |four |five |ten |spending |my |expense )*categor(?:y|ies)\b`,
			`\bwhat (?:do|did|have|am) i (?:been )?(?:spend|spent|spending) (?:the )?most`,
			`\bmoney (?:go|going|went|gone)\b`, `\bbreak ?down\b`)},
		{KindTopMerchants, either(
			`\b(?:top|which|what|favou?rite|biggest) (?:\d+ |two |three |four |five |ten |my )*(?:`+stores+`)\b`, `\b(?:by|per|each) (?:`+stores+`)\b`,
			`\bwhere (?:do|did|have|am) i (?:been )?(?:spend|spent|spending|shop|shopping|shopped|order|ordered|buy)\b`)},
		{KindTrend, either(`\b(?:per|each|every|by|a) (?:month|week|day)\b`, `\b(?:monthly|weekly|daily)\b`, `\btypical (?:month|week|day)\b`,
			`\b(?:over time|trend|trends|trending|month by month|week by week|month over month)\b`)},
		{KindSmallest, either(`\b(?:smallest|cheapest|least expensive|lowest|tiniest)\b`)},
		{KindBiggest, either(`\b(?:biggest|largest|most expensive|highest|priciest|costliest|dearest)\b`)},
		{KindAverage, either(`\b(?:average|avg|typical|typically|on average|usually|normally)\b`)},
		{KindCount, either(
			`\bhow many (?:\S+ ){0,3}?(?:orders|purchases|transactions|times|charges)\b`, `\bhow often\b`,
			`\bnumber of (?:orders|purchases|transactions|times)\b`,
			`\bhow many\b.*\b(?:buy|bought|order|ordered|purchased?)\b`)},
		{KindFirstOrder, either(
			`\b(?:first|earliest|oldest) (?:\S+ ){0,3}?(?:order|purchase|transaction|time)\b`, `\bwhen did i first\b`)},
		{KindLastOrder, either(
			`\b(?:last|latest|most recent|newest|previous) (?:\S+ ){0,3}?(?:order|purchase|transaction)\b`,
			`\bwhen (?:did i (?:last )?|was the last time i )(?:order|buy|bought|shop|purchase|spend|spent|go|visit|pay|paid)`)},
		{KindList, either(
			`\b(?:list|show|give|see)\b.*\b(?:orders|purchases|transactions|charges)\b`,
			`\b(?:what|which things) (?:did|have|do) i (?:buy|bought|ordered|order|purchased?|get)\b`,
			`\b(?:what|which) (?:orders|purchases|transactions|charges)\b`,
			`\b(?:did|have) i (?:ever |\|p )?(?:`+buying+`)\b`, `\b(?:what was|was there) (?:the |that |a |an |my )?(?:\|m )?(?:charge|order|purchase|payment)\b`)},
	}
	totalForm = either(
		`^(?:my |total |all )?(?:spending|expenses)\b`, `\bhow much\b`,
		`\bwhat\b.*\b(?:spend|spent|spending|expenses|paid|cost me|burn|blow|total)\b`,
		`\b(?:my|total|show|tell|give|sum)\b.*\b(?:spend|spent|spending|expenses|paid)\b`,
		`\b(?:did|have) i (?:spend|spent|pay|paid)\b`)

	// wholeSum asks whether a sum was more or less than an amount, not for orders above or below it.
	wholeSum = match(`^(?:(?:and|so) )?(?:did|have|has|had) (?:i|we) (?:ever |already |\|p )?(?:spend|spent|pay|paid)\b`)
	oneOrder = match(`\b(?:orders?|purchases?|transactions?|charges?|anything|something|things?|items?|once|single|one|each)\b`)
	// orderUsual asks whether one order was more than usual, which only stretches of time are compared with.
	orderUsual = match(`\b(?:(?:last|latest|recent|first|biggest|this|that) (?:\S+ ){0,2}(?:order|purchase|transaction)\b|(?:order|purchase) \|p)`)

	measures = []struct {
		measure Measure
		pattern *matcher
	}{
		{MeasureRefund, match(`\b(?:refund\w*|money back|got back|get back|gotten back|returned|returns)\b`)},
		{MeasureFee, match(`\b(?:(?:delivery|service|shipping|booking) )?fees?\b|\bshipping(?: costs?| charges?)?\b|\bdelivery (?:costs?|charges?)\b`)},
		{MeasureTip, match(`\b(?:tips?|tipped|tipping)\b`)},
		{MeasureTax, match(`\b(?:sales )?tax(?:es)?\b`)},
		{MeasureDiscount, match(`\b(?:discounts?|coupons?|promo codes?|promotions?)\b`)},
	}

	topNumber = match(`\b(?:top|last|biggest|largest|latest|first|smallest|cheapest) (\d{1,2}|two|three|four|five|ten)\b` +
		`|\b(\d{1,2}|two|three|four|five|ten) (?:biggest|largest|most|latest|last|top|smallest|cheapest)\b`)
	without = match(`\b(?:except(?: for)?|excluding|besides|other than|apart from|aside from|not (?:counting|including)|without|minus)\b`)
)
