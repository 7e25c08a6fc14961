package chat

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/engine/insights"
	"github.com/lattice-money/lattice/internal/engine/intent"
)

func bought(id, merchant, category string, placedAt time.Time, total int64) insights.Order {
	return insights.Order{
		ID: id, MerchantSlug: merchant, MerchantName: merchant, Category: category, PlacedAt: placedAt, Status: "delivered", Currency: "USD",
		Total: total, Payments: []insights.Payment{{LastFour: "1005", Amount: total}},
	}
}

func november(day int) time.Time { return time.Date(2026, time.November, day, 9, 0, 0, 0, time.UTC) }

// Why: a date in figures that was read as parts of something got the figures of another time.
func TestPlan_ReadsDatesInFiguresByTheAskersForm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ form, text, want string }{
		{"MM/DD/YYYY", "how much did I spend from 11/03 to 11/05?", "You spent $30.00 from 3 November to 5 November, over 1 order."},
		{"DD/MM/YYYY", "how much did I spend from 03/11 to 05/11?", "You spent $30.00 from 3 November to 5 November, over 1 order."},
		{"DD/MM/YYYY", "how much did I spend on 03/11/2026?", "You spent $30.00 on 3 November, over 1 order."},
		{"MM/DD/YYYY", "how much cash back did I earn from 11/03 to 11/05?", "Your cards earned $0.60 from 3 November to 5 November, on 1 order."},
		{"MM/DD/YYYY", "how much cash back did I earn on 13/45?", "I am not sure which dates you mean"},
		{"MM/DD/YYYY", "how much cash back did I earn from 11/05 to 11/03?", "The second date of this question comes before the first"},
		{"DD/MM/YYYY", "how much did I spend from 11/13 to 11/15?", "I am not sure which dates you mean"},
	} {
		q := asked(test.text)
		q.chosen.DateFormat, q.wallet = test.form, walletOfTwo()[1:]
		q.orders = []insights.Order{
			bought("o-1", "corner", "groceries", november(1), 1_000), bought("o-2", "corner", "groceries", november(4), 3_000),
		}
		if test.text == "how much did I spend on 03/11/2026?" {
			q.orders[1].PlacedAt = november(3)
		}
		q.read()
		plan, err := q.plan()
		require.NoError(t, err)
		require.Contains(t, plan.Text(), test.want, test.text)
	}
}

func TestRead_LeavesPartsAndNumbersAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Split $90 with Bob, 1/3 and 2/3", "my share of 12/3", "I pay 1/3 and Bob 2/3", "how much do I pay with 1/3 of $90?", "Ben ordered 1/2 pizza", "which card for 5/3?"} {
		q := asked(text)
		q.chosen.DateFormat = "MM/DD/YYYY"
		q.read()
		require.Equal(t, text, q.text)
	}
	q := asked("and on 10/3?", "how much did I spend on 10/5?")
	q.chosen.DateFormat = "DD/MM/YYYY"
	q.read()
	require.Equal(t, []string{"how much did I spend on 10 May?"}, q.history)
	require.Equal(t, intent.General, q.reading.Intent)
}

// Why: what cards earn is in their own currency, whatever the asker sees figures in.
func TestPlanRewards_AnswersInTheCurrencyOfTheCards(t *testing.T) {
	t.Parallel()
	q := asked("How much cash back did I earn this month?")
	q.currency, q.wallet = "EUR", walletOfTwo()[1:]
	q.orders = []insights.Order{bought("o-1", "corner", "groceries", november(1), 1_000)}
	q.read()
	plan, err := q.plan()
	require.NoError(t, err)
	require.Equal(t, "Your cards earned $0.20 from 1 November to 20 November, on 1 order.", plan.Text())
}
