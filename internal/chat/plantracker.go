package chat

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// planTracker says what a product has cost, what it will probably cost, and whether to buy it now.
func planTracker(q question, reading intent.Reading) (Plan, error) {
	action := string(intent.Tracker)
	plan := Plan{Action: &action}
	var words wording
	t := q.tracked
	if q.asksOwnAlerts() && !q.missing[partPrices] {
		return q.planAlerts(plan), nil
	}
	if len(t.words) == 0 && !q.missing[partPrices] {
		plan.thinkf("Read the question: a price, but of what it does not say")
		words.say("Which product do you mean? With its name I can tell what it has cost, and whether to wait.")
		return plan.worded(words), nil
	}
	plan.thinkf("Read the question: the price of %s", quoted(t.asked))
	switch {
	case q.missing[partPrices]:
		words.say("I could not read the prices just now, so I cannot tell. Please ask again in a moment.")
		plan.thinkf("Could not read %s in time", missingWords[partPrices])
		plan.Degraded = true
		return plan.worded(words), nil
	case len(t.nearest) > 0:
		plan.thinkf("Looked for it among the listed products%s: only a part of the name was found", andBought(q))
		words.say("I know no price of %s. The nearest I know is %s at %s; ask for it by that name if you mean it.", quoted(t.asked),
			t.nearest[0].Product.Name, t.nearest[0].Product.MerchantName)
		return plan.worded(words), nil
	case len(t.meant) == 0:
		plan.thinkf("Looked for it among the listed products%s: found none with a price", andBought(q))
		words.say("I know no price of %s. I know those of listed products%s.", quoted(t.asked), andBought(q))
		return plan.worded(words), nil
	case len(t.names()) > 1:
		plan.thinkf("Looked for it among the listed products%s: %s may be meant", andBought(q), insights.Count(len(t.names()), "product"))
		askWhich(&words, t)
		return plan.worded(words), nil
	}
	chosen := t.meant[0]
	plan.thinkf("Found %s among the listed products%s", chosen.name(), andBought(q))
	plan.thinkf("Read %s%s", insights.Count(len(chosen.outlook.History), "daily price"), andPurchases(chosen))
	thinkForecast(&plan, chosen.outlook)
	plan.thinkf("Weighed it: %s", adviceWords[chosen.outlook.Advice])
	asked := alertOf(reading, chosen.outlook)
	sayTracker(&words, q, reading, t, asked)
	plan = plan.worded(words)
	plan.Sources = trackerSources(t, q.now)
	var err error
	if plan.Proposal, err = q.proposeAlert(chosen, asked); err != nil {
		return Plan{}, err
	}
	if plan.Drawer, err = json.Marshal(toTrackerDrawer(chosen)); err != nil {
		return Plan{}, fmt.Errorf("write drawer: %w", err)
	}
	return plan, nil
}

func quoted(words string) string { return `"` + words + `"` }

func andBought(q question) string {
	if q.private {
		return " and what you bought"
	}
	return ""
}

func andPurchases(m meant) string {
	if len(m.history.Purchases) == 0 {
		return ""
	}
	return " and " + insights.Count(len(m.history.Purchases), "purchase") + " of yours"
}

var adviceWords = map[prices.Advice]string{ //nolint:gochecknoglobals // a constant table
	prices.BuyNow: "buy now", prices.Wait: "wait", prices.Unsure: "neither buying nor waiting is clearly better",
}

var methodWords = map[prices.Method]string{ //nolint:gochecknoglobals // a constant table
	prices.Usual: "its usual level", prices.Trend: "its trend", prices.Season: "the time of the year", prices.Sales: "the rhythm of its sales",
}

func thinkForecast(plan *Plan, o prices.Outlook) {
	f := o.Forecast
	switch {
	case len(f.Next) == 0:
		plan.thinkf("Too few prices to foresee anything")
	case f.Method == prices.NoChange:
		plan.thinkf("Tried to foresee the next four weeks from its past: nothing did better than \"same as today\"")
	default:
		plan.thinkf("Tried the forecast on %d days of its past: by %s it missed by %s, by \"same as today\" by %s",
			f.Trials, methodWords[f.Method], money.FormatBps(f.MissedBps), money.FormatBps(f.UnchangedBps))
	}
}

// mostOffered is how many products one is asked to choose among.
const mostOffered = 4

func askWhich(words *wording, t tracked) {
	words.say("Which one do you mean:")
	seen := map[string]bool{}
	for _, m := range t.meant {
		if seen[m.name()] || len(seen) == mostOffered {
			continue
		}
		if len(seen) > 0 {
			words.say(",")
		}
		seen[m.name()] = true
		words.say(" %s (%s)", m.name(), m.outlook.Current.Price.Format())
	}
	words.say("?")
}

func sayTracker(words *wording, q question, reading intent.Reading, t tracked, asked wantedAlert) {
	chosen := t.meant[0]
	o := chosen.outlook
	if named := namedPrice(q.text, reading, chosen.history.Product.Name); named != nil {
		sayRating(words, o, *named)
	}
	if comparison, ok := prices.Compare(chosen.history.Purchases, &o.Current); ok && ownPurchase.MatchString(spending.Fold(q.text)) {
		sayComparison(words, chosen, comparison, q)
	}
	words.say("%s costs %s", chosen.name(), o.Current.Price.Format())
	if chosen.history.Product.Own {
		words.say(", when you last bought it on %s", day(o.Current.At, q))
	}
	words.say(".")
	if !asked.byAsker && !rollingYear.MatchString(spending.Fold(q.text)) {
		sayStretch(words, o, q)
	}
	if len(o.History) > 1 {
		words.say(" In the last %s it was between %s and %s, on average %s.", insights.Count(o.Days(), "day"),
			o.Lowest.Price.Format(), o.Highest.Price.Format(), o.Average.Format())
	}
	if !asked.byAsker || !asksToBeTold.MatchString(spending.Fold(q.text)) {
		sayAdvice(words, o)
	}
	sayElsewhere(words, t)
	sayChances(words, chosen, q)
	sayAlert(words, chosen, asked)
}

// rollingYear is a year up to now, which is told of anyway; of orders it means the last of the calendar.
var rollingYear = regexp.MustCompile(`\b(?:over|in|during|for|within|of) (?:the |this )?(?:last|past|previous) year\b|\bultimo ano\b`)

// sayStretch tells what the price was in the time that was asked about.
func sayStretch(words *wording, o prices.Outlook, q question) {
	period, named := spending.FindPeriod(q.text, q.now, q.location)
	stretch, ok := o.During(period.From, period.To)
	if !named || period.From.IsZero() || !ok {
		return
	}
	words.say(" From %s to %s it was between %s and %s, on average %s.", day(stretch.First.At, q), day(stretch.Last.At, q),
		stretch.Lowest.Price.Format(), stretch.Highest.Price.Format(), stretch.Average.Format())
}

func day(at time.Time, q question) string { return insights.DayName(at, q.now, q.location) }

func sayRating(words *wording, o prices.Outlook, named money.Money) {
	rating, ok := o.Rate(named)
	if !ok {
		words.say("The prices I know are in %s, so I cannot judge %s. ", o.Current.Price.Currency, named.Format())
		return
	}
	words.say("%s is ", named.Format())
	switch {
	case rating.Verdict == prices.Good && named.Amount < o.Lowest.Price.Amount:
		words.say("lower than I have ever seen it. ")
	case rating.Verdict == prices.Good:
		words.say("a good price: it was cheaper on only %s of the days. ", money.FormatBps(rating.PercentileBps))
	case rating.Verdict == prices.High && named.Amount > o.Highest.Price.Amount:
		words.say("more than I have ever seen it cost. ")
	case rating.Verdict == prices.High:
		words.say("a high price: it was cheaper on %s of the days. ", money.FormatBps(rating.PercentileBps))
	default:
		words.say("a fair price: it was cheaper on %s of the days. ", money.FormatBps(rating.PercentileBps))
	}
}

func sayComparison(words *wording, m meant, c prices.Comparison, q question) {
	switch {
	case c.Count == 1:
		words.say("You bought %s once, for %s on %s. ", m.history.Product.Name, c.Last.UnitPrice.Format(), day(c.Last.At, q))
	case c.LastBps == 0:
		words.say("No: you paid %s for %s on %s and as much on %s. ", c.Last.UnitPrice.Format(), m.history.Product.Name, day(c.First.At, q),
			day(c.Last.At, q))
	default:
		words.say("You paid %s for %s on %s and %s on %s, ", c.First.UnitPrice.Format(), m.history.Product.Name, day(c.First.At, q),
			c.Last.UnitPrice.Format(), day(c.Last.At, q))
		sayChange(words, c.LastBps)
		words.say(". ")
	}
	if c.NowBps != nil && *c.NowBps != 0 {
		words.say("Now it is ")
		sayChange(words, *c.NowBps)
		words.say(" than when you last bought it. ")
	}
}

func sayChange(words *wording, bps int64) {
	if bps > 0 {
		words.say("%s more", money.FormatBps(bps))
		return
	}
	words.say("%s less", money.FormatBps(-bps))
}

func sayAdvice(words *wording, o prices.Outlook) {
	switch {
	case o.Advice == prices.Wait:
		words.say(" I would wait: it will probably be at least %s cheaper, %s, by %s (%s sure).", money.FormatBps(o.Drop.PercentBps),
			o.Drop.Price.Format(), calendarDay(o.Drop.By, o.Now), sureness(o.Drop.Confidence))
		if o.Best != nil {
			words.say(" The best time looks like %s.", dates(*o.Best, o.Now))
		}
	case o.Advice == prices.BuyNow && o.Best != nil:
		words.say(" I would buy it by %s: then it is likely to go up.", calendarDay(o.Best.To, o.Now))
	case o.Advice == prices.BuyNow:
		words.say(" I would buy it now: nothing speaks for a lower price soon.")
	case o.Drop != nil:
		words.say(" I am not sure it is worth waiting: it may be %s cheaper by %s, but I am only %s sure.", money.FormatBps(o.Drop.PercentBps),
			calendarDay(o.Drop.By, o.Now), sureness(o.Drop.Confidence))
	default:
		words.say(" I cannot say whether it will get cheaper.")
	}
	if len(o.Signals) > 0 {
		words.say(" %s.", o.Signals[0].Text)
	}
}

func sureness(confidence float64) string {
	const percents = 100
	return fmt.Sprintf("%d%%", int(confidence*percents+0.5)) //nolint:mnd // rounded half up
}

// calendarDay is a day of a forecast, whose days are those of UTC.
func calendarDay(day, now time.Time) string { return insights.DayName(day, now.UTC(), time.UTC) }

func dates(d prices.DateRange, now time.Time) string {
	if d.From.Equal(d.To) {
		return calendarDay(d.From, now)
	}
	return calendarDay(d.From, now) + " to " + calendarDay(d.To, now)
}

// sayElsewhere names what the same product costs at other merchants.
func sayElsewhere(words *wording, t tracked) {
	for _, m := range t.meant[1:] {
		words.say(" At %s it costs %s.", m.history.Product.MerchantName, m.outlook.Current.Price.Format())
	}
}

// sayChances tells of money that could come back.
func sayChances(words *wording, m meant, q question) {
	if m.history.ReturnDays == 0 || m.history.Product.Own {
		return
	}
	chances := prices.Chances(m.history.Purchases, m.outlook.Current, m.history.ReturnDays, q.now)
	if len(chances) == 0 {
		return
	}
	chance := chances[0]
	words.say(" You paid %s on %s: it is %s cheaper now, and %s takes returns until %s.", chance.Purchase.UnitPrice.Format(),
		day(chance.Purchase.At, q), chance.Difference.Format(), m.history.Product.MerchantName, day(chance.Until, q))
}

// trackerSources are the product and its like at other merchants, whose prices anybody can read, and the orders that tell
// of others.
func trackerSources(t tracked, now time.Time) []Source {
	var sources []Source
	for _, m := range t.meant {
		sources = append(sources, Source{Type: "product", ID: m.history.Product.ID, AsOf: m.outlook.Current.At})
	}
	for _, purchase := range t.meant[0].history.Purchases {
		sources = append(sources, Source{Type: "transaction", ID: purchase.TransactionID, AsOf: now})
	}
	return once(sources)
}
