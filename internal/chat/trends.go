package chat

import (
	"context"
	"regexp"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/spending"
	"github.com/lattice-money/lattice/internal/money"
)

// Trends knows what people talk about. It is asked only where a message asks for that.
type Trends interface {
	// About says how much a subject is talked about; found is false where nothing is known of it.
	About(ctx context.Context, subject string) (trend Trend, found bool, err error)
}

// Trend is how many posts spoke of a subject in the seven days up to AsOf, and in the seven before.
type Trend struct {
	Subject string
	Posts   int64
	Before  int64
	AsOf    time.Time
	Mock    bool // made up, because no live source is connected
}

// asksForTrends are words over folded text, English and Spanish, with which people ask what others talk about.
var asksForTrends = regexp.MustCompile(`\b(?:trend|trends|trending|trendy|popular|viral|hype|hyped|buzz|in demand|` +
	`talking about|everyone (?:is )?(?:buying|getting)|de moda|tendencia|tendencias|se habla)\b`)

// trendSubject is what the message wants to know the trend of; empty where it does not ask for one.
func (q *question) trendSubject() string {
	if !asksForTrends.MatchString(spending.Fold(q.text)) {
		return ""
	}
	if q.reading.MerchantName != "" {
		return q.reading.MerchantName
	}
	if q.reading.Category != "" {
		return insights.Label(q.reading.Category)
	}
	return ""
}

// sayTrend tells what people talk about. Figures of a mock are called what they are.
func (w *wording) sayTrend(trend Trend) {
	printer := message.NewPrinter(language.English)
	w.say(" People wrote %s posts about %s in the last week", printer.Sprint(trend.Posts), trend.Subject)
	switch change := insights.ChangeBps(trend.Posts, trend.Before); {
	case change == nil:
		w.say(", none the week before.")
	case *change == 0:
		w.say(", as many as the week before.")
	case *change < 0:
		w.say(", %s less than the week before.", money.FormatBps(-*change))
	default:
		w.say(", %s more than the week before.", money.FormatBps(*change))
	}
	if trend.Mock {
		w.say(" These are sample figures: no live source of trends is connected.")
	}
}
