package spending_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lattice-money/lattice/internal/engine/spending"
)

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, newYork)
}

func TestParsePeriods(t *testing.T) {
	t.Parallel()
	nowEnds := now.Add(1) // a running period includes this very moment
	for text, want := range map[string][2]time.Time{
		"":                                  {day(2026, 11, 1), nowEnds},
		"today":                             {day(2026, 11, 23), nowEnds},
		"yesterday":                         {day(2026, 11, 22), day(2026, 11, 23)},
		"this week":                         {day(2026, 11, 23), nowEnds},
		"last week":                         {day(2026, 11, 16), day(2026, 11, 23)},
		"this month":                        {day(2026, 11, 1), nowEnds},
		"last month":                        {day(2026, 10, 1), day(2026, 11, 1)},
		"so far this year":                  {day(2026, 1, 1), nowEnds},
		"last year":                         {day(2025, 1, 1), day(2026, 1, 1)},
		"last weekend":                      {day(2026, 11, 21), day(2026, 11, 23)},
		"in October":                        {day(2026, 10, 1), day(2026, 11, 1)},
		"in oct":                            {day(2026, 10, 1), day(2026, 11, 1)},
		"in November":                       {day(2026, 11, 1), nowEnds},
		"in December":                       {day(2025, 12, 1), day(2026, 1, 1)},
		"in May":                            {day(2026, 5, 1), day(2026, 6, 1)},
		"last November":                     {day(2025, 11, 1), day(2025, 12, 1)},
		"in October 2024":                   {day(2024, 10, 1), day(2024, 11, 1)},
		"in October of last year":           {day(2025, 10, 1), day(2025, 11, 1)},
		"in 2025":                           {day(2025, 1, 1), day(2026, 1, 1)},
		"in the last 30 days":               {day(2026, 10, 25), nowEnds},
		"over the past two weeks":           {day(2026, 11, 10), nowEnds},
		"in the past week":                  {day(2026, 11, 17), nowEnds},
		"for the last 3 months":             {day(2026, 8, 23), nowEnds},
		"in the last year and a bit":        {day(2025, 1, 1), day(2026, 1, 1)},
		"in the last 12 months":             {day(2025, 11, 23), nowEnds},
		"since 3 November":                  {day(2026, 11, 3), nowEnds},
		"since November 3rd":                {day(2026, 11, 3), nowEnds},
		"since October":                     {day(2026, 10, 1), nowEnds},
		"since last month":                  {day(2026, 10, 1), nowEnds},
		"since friday":                      {day(2026, 11, 20), nowEnds},
		"on 2026-11-03":                     {day(2026, 11, 3), day(2026, 11, 4)},
		"on the 3rd of November":            {day(2026, 11, 3), day(2026, 11, 4)},
		"on 24 December":                    {day(2025, 12, 24), day(2025, 12, 25)},
		"on Friday":                         {day(2026, 11, 20), day(2026, 11, 21)},
		"on Monday":                         {day(2026, 11, 23), nowEnds},
		"last Monday":                       {day(2026, 11, 16), day(2026, 11, 17)},
		"between 1 October and 15 October":  {day(2026, 10, 1), day(2026, 10, 16)},
		"from September to October":         {day(2026, 9, 1), day(2026, 11, 1)},
		"from 20 December to 3 January":     {day(2025, 12, 20), day(2026, 1, 4)},
		"from 1 October 2025 to 15 October": {day(2025, 10, 1), day(2025, 10, 16)},
		"from October 2025 to November":     {day(2025, 10, 1), day(2025, 12, 1)},
		"from December 1, 2025 until January the 3rd": {day(2025, 12, 1), day(2026, 1, 4)},
		"from 1 October 2025 to yesterday":            {day(2025, 10, 1), day(2026, 11, 23)},
		"between 3 November and yesterday":            {day(2026, 11, 3), day(2026, 11, 23)},
		"year to date":                                {day(2026, 1, 1), nowEnds},
		"of all time":                                 {{}, nowEnds},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			query, ok := spending.Parse("How much did I spend "+text+"?", setting())
			require.True(t, ok)
			require.Equal(t, want[0], query.Period.From)
			require.Equal(t, want[1], query.Period.To)
			require.Empty(t, query.Merchants)
			require.Empty(t, query.Categories)
		})
	}
}

func TestParseReadsWhatIsAskedAbout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       string
		kind       spending.Kind
		merchants  []string
		categories []string
		item       string
	}{
		{"How much did I spend at Whole Foods?", spending.KindTotal, []string{"whole-foods"}, nil, ""},
		{"how much have i spent with UBER EATS this week", spending.KindTotal, []string{"uber-eats"}, nil, ""},
		{"how much did I spend on Uber", spending.KindTotal, []string{"uber"}, nil, ""},
		{"how much did I spend at Amazon and Best Buy", spending.KindTotal, []string{"amazon", "best-buy"}, nil, ""},
		{"did I spend more at Amazon than at Best Buy?", spending.KindVersus, []string{"amazon", "best-buy"}, nil, ""},
		{"how much did I spend on groceries at Target", spending.KindTotal, []string{"target"}, []string{"groceries"}, ""},
		{"how much did I spend on food", spending.KindTotal, nil, []string{"groceries", "dining", "delivery"}, ""},
		{"how much did I spend on take-out?", spending.KindTotal, nil, []string{"delivery"}, ""},
		{"how much did I spend on travel in October", spending.KindTotal, nil, []string{"travel", "flights", "hotels"}, ""},
		{"how much did the USB-C cable cost me", spending.KindTotal, nil, nil, "usb c cable"},
		{"how much did my new desk cost?", spending.KindTotal, nil, nil, "new desk"},
		{"how often did I buy bagels this month?", spending.KindCount, nil, nil, "bagels"},
		{"how many DoorDash orders did I place last month", spending.KindCount, []string{"doordash"}, nil, ""},
		{"what is my average grocery order", spending.KindAverage, nil, []string{"groceries"}, ""},
		{"my most expensive purchase ever", spending.KindBiggest, nil, nil, ""},
		{"list my orders from last week", spending.KindList, nil, nil, ""},
		{"when did I last buy bagels", spending.KindLastOrder, nil, nil, "bagels"},
		{"what was my last whole foods order", spending.KindLastOrder, []string{"whole-foods"}, nil, ""},
		{"where did I spend the most last month", spending.KindTopMerchants, nil, nil, ""},
		{"what are my top spending categories", spending.KindTopCategories, nil, nil, ""},
		{"break down my spending", spending.KindTopCategories, nil, nil, ""},
		{"compare my groceries this month with last month", spending.KindCompare, nil, []string{"groceries"}, ""},
		{"how much did I tip this month", spending.KindTotal, nil, nil, ""},
		{"Whole Foods last month?", spending.KindTotal, []string{"whole-foods"}, nil, ""},
		{"Hey @lattice, groceries last month?", spending.KindTotal, nil, []string{"groceries"}, ""},
		{"my spending this week", spending.KindTotal, nil, nil, ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			query, ok := spending.Parse(c.text, setting())
			require.True(t, ok)
			require.Equal(t, c.kind, query.Kind)
			var slugs []string
			for _, merchant := range query.Merchants {
				slugs = append(slugs, merchant.Slug)
			}
			require.Equal(t, c.merchants, slugs)
			require.Equal(t, c.categories, query.Categories)
			require.Equal(t, c.item, query.Item)
			require.Positive(t, query.Limit)
			require.True(t, spending.IsQuestion(c.text, lexicon()))
		})
	}
}

func TestParseTakesAnUnknownShopByItsName(t *testing.T) {
	t.Parallel()
	query, ok := spending.Parse("how much did I spend at the corner shop of Zoë", setting())
	require.True(t, ok)
	require.Empty(t, query.Categories)
	query, ok = spending.Parse("how much did I spend at Joe's Pizza last month?", setting())
	require.True(t, ok)
	require.Equal(t, []spending.Merchant{{Name: "joes pizza"}}, query.Merchants)
}

func TestParseLeavesOtherTextsAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "hello", "I spent $86 at Whole Foods", "what's the weather?", "How much did Bob spend?", "how much does my wife spend",
		"how much will I spend on groceries", "how much can I spend this week?", "How much do I owe Bob?", "who owes me", "Is Best Buy cheaper?",
		"how much is the Switch at Amazon", "which card should I use at Target", "groceries",
		"I bought milk", "my target price is $50", "Split the groceries from last week",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, ok := spending.Parse(text, setting())
			require.False(t, ok)
		})
	}
}

func TestParseComparesLikeWithLike(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][4]time.Time{
		"am I spending more than last month":               {day(2026, 11, 1), now.Add(1), day(2026, 10, 1), day(2026, 10, 24)},
		"compare this week with last week":                 {day(2026, 11, 23), now.Add(1), day(2026, 11, 16), day(2026, 11, 17)},
		"compare September and October":                    {day(2026, 10, 1), day(2026, 11, 1), day(2026, 9, 1), day(2026, 10, 1)},
		"did I spend more this year than last year":        {day(2026, 1, 1), now.Add(1), day(2025, 1, 1), day(2025, 11, 24)},
		"how does my spending today compare to yesterday":  {day(2026, 11, 23), now.Add(1), day(2026, 11, 22), day(2026, 11, 23)},
		"compare my spending to last October":              {day(2026, 11, 1), now.Add(1), day(2026, 10, 1), day(2026, 10, 24)},
		"did my spending go up from September to October":  {day(2026, 10, 1), day(2026, 11, 1), day(2026, 9, 1), day(2026, 10, 1)},
		"did I spend more in September or in October":      {day(2026, 10, 1), day(2026, 11, 1), day(2026, 9, 1), day(2026, 10, 1)},
		"compare what I spent in the last 30 days, please": {day(2026, 10, 25), now.Add(1), day(2026, 9, 25), day(2026, 10, 25)},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			query, ok := spending.Parse(text, setting())
			require.True(t, ok)
			require.Equal(t, spending.KindCompare, query.Kind)
			require.Equal(t, want, [4]time.Time{query.Period.From, query.Period.To, query.Against.From, query.Against.To})
		})
	}
}

func TestRefineReadsAFollowUp(t *testing.T) {
	t.Parallel()
	first, ok := spending.Parse("How much did I spend on groceries this month?", setting())
	require.True(t, ok)

	query, ok := first.Refine("and last month?", setting())
	require.True(t, ok)
	require.Equal(t, []string{"groceries"}, query.Categories)
	require.Equal(t, day(2026, 10, 1), query.Period.From)

	query, ok = first.Refine("what about Amazon", setting())
	require.True(t, ok)
	require.Empty(t, query.Categories)
	require.Equal(t, "amazon", query.Merchants[0].Slug)
	require.Equal(t, first.Period, query.Period)

	query, ok = first.Refine("last month", setting())
	require.True(t, ok)
	require.Equal(t, day(2026, 10, 1), query.Period.From)

	for _, text := range []string{"and?", "and so on", "thanks", "nice"} {
		_, ok = first.Refine(text, setting())
		require.False(t, ok, text)
	}
}

func TestParseTurnFollowsAConversation(t *testing.T) {
	t.Parallel()
	history := []string{"and last month?", "How much did I spend on groceries this month?", "thanks", "and last month?"}
	query, ok := spending.ParseTurn("what about Amazon?", history, setting())
	require.True(t, ok)
	require.Equal(t, "amazon", query.Merchants[0].Slug)
	require.Equal(t, day(2026, 10, 1), query.Period.From)

	_, ok = spending.ParseTurn("nice", history, setting())
	require.False(t, ok)
	_, ok = spending.ParseTurn("and last month?", nil, setting())
	require.False(t, ok)
	require.Equal(t, "thanks", history[2])
}

func TestLexiconFindsTheLongestNameAsWholeWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"an uber eats order": "uber-eats", "an UBER": "uber", "uberous": "", "Door  Dash!": "doordash", "whole-foods market": "whole-foods",
		"Whóle Foods’s bagels": "whole-foods", "wholefoods": "whole-foods", "my target price": "", "at target": "target", "the Target run": "target",
		"target": "target", "Target price?": "", "": "", "amazon's deal": "amazon",
	} {
		merchant, ok := lexicon().Find(text)
		require.Equal(t, want, merchant.Slug, text)
		require.Equal(t, want != "", ok)
	}
	first := spending.NewLexicon([]spending.Merchant{{Slug: "a", Name: "Acme"}, {Slug: "b", Name: "Bcme", Aliases: []string{"acme", "…"}}})
	merchant, _ := first.Find("acme")
	require.Equal(t, "a", merchant.Slug)
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Trader Joe's": "trader joes", "Prêt à Manger": "pret a manger", "Pre\u0302t": "pret", "H&M": "h m", "  7-Eleven ": "7 eleven",
		"STRAẞE": "strase", "Ωmega 2026": "ωmega 2026", "": "",
	} {
		require.Equal(t, want, spending.Fold(text), text)
	}
}

// Whatever is typed, a question that is read has a period that is not empty and can be answered.
func TestParseIsTotalAndDeterministic(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{
		"how much", "did I spend", "on", "at", "Whole Foods", "groceries", "since", "between", "31", "February", "and", "last", "3", "months",
		"compare", "this week", "than", "average", "orders", "biggest", "what", "?", "2026-02-30", "oat", "milk", "fees", "ever", "may", "in", "2099",
	})
	rapid.Check(t, func(t *rapid.T) {
		var text string
		for _, w := range rapid.SliceOfN(word, 0, 12).Draw(t, "words") {
			text += w + " "
		}
		text += rapid.StringN(0, 10, -1).Draw(t, "tail")
		moment := now.Add(time.Duration(rapid.Int64Range(-3*365*24, 3*365*24).Draw(t, "hours")) * time.Hour)
		at := setting()
		at.Now = moment
		query, ok := spending.Parse(text, at)
		if !ok {
			return
		}
		require.True(t, query.Period.From.Before(query.Period.To))
		require.False(t, query.Period.To.After(moment.Add(1)))
		if query.Kind == spending.KindCompare {
			require.True(t, query.Against.From.Before(query.Against.To))
			require.True(t, query.Against.From.Before(query.Period.From))
		}
		again, _ := spending.Parse(text, at)
		require.Equal(t, query, again)
		require.NotEmpty(t, spending.Answer(query, autumn(), at).Text())
	})
}

// Why: the second stretch of time was taken for the name of a thing, or for the only one.
func TestParse_ComparesWithWhatIsOnlyHinted(t *testing.T) {
	t.Parallel()
	at := goldenCase{}.setting(t)
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, at.Location) }
	for _, text := range []string{"¿gasté más este mes que el pasado?", "did my spending go up?", "has my spending gone up this month?"} {
		query, ok := spending.Parse(text, at)
		require.True(t, ok, text)
		require.Equal(t, spending.KindCompare, query.Kind, text)
		require.Equal(t, day(time.November, 1), query.Period.From, text)
		require.Equal(t, day(time.October, 1), query.Against.From, text)
	}
	query, ok := spending.Parse("¿gasté más este año que el pasado?", at)
	require.True(t, ok)
	require.Equal(t, day(time.January, 1), query.Period.From)
	require.Equal(t, day(time.January, 1).AddDate(-1, 0, 0), query.Against.From)
	query, ok = spending.ParseTurn("and compared to August?", []string{"how much more did I spend in October than in September?"}, at)
	require.True(t, ok)
	require.Equal(t, spending.KindCompare, query.Kind)
	require.Equal(t, day(time.October, 1), query.Period.From)
	require.Equal(t, day(time.August, 1), query.Against.From)
	query, ok = spending.ParseTurn("and in August?", []string{"how much more did I spend in October than in September?"}, at)
	require.True(t, ok)
	require.Equal(t, spending.KindTotal, query.Kind)
}
