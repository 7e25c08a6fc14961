package chat

import (
	"time"

	"github.com/lattice-money/lattice/internal/engine/prices"
	"github.com/lattice-money/lattice/internal/money"
)

// The drawer as it is stored and sent: the JSON of TrackerDrawer in the contract. A test holds the two together.
type trackerDrawer struct {
	Kind          string        `json:"kind"`
	Product       drawerProduct `json:"product"`
	Current       money.Money   `json:"current"`
	History       []drawerPrice `json:"history"`
	Lowest        money.Money   `json:"lowest"`
	Highest       money.Money   `json:"highest"`
	Average       money.Money   `json:"average"`
	Percentile    money.Percent `json:"percentile"`
	PredictedDrop *drawerDrop   `json:"predictedDrop"`
	BestTimeToBuy *drawerDates  `json:"bestTimeToBuy"`
	Advice        string        `json:"advice"`
	Signals       []string      `json:"signals"`
}

type drawerProduct struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Merchant string  `json:"merchant"`
	URL      *string `json:"url"`
}

type drawerPrice struct {
	At    time.Time   `json:"at"`
	Price money.Money `json:"price"`
}

type drawerDrop struct {
	Percent    money.Percent `json:"percent"`
	By         string        `json:"by"`
	Confidence float64       `json:"confidence"`
}

type drawerDates struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func toTrackerDrawer(m meant) trackerDrawer {
	o := m.outlook
	drawer := trackerDrawer{
		Kind: "tracker",
		Product: drawerProduct{
			ID: m.history.Product.ID, Name: m.history.Product.Name, Merchant: m.history.Product.MerchantName, URL: orNil(m.history.Product.URL),
		},
		Current: o.Current.Price, History: toDrawerHistory(o.History),
		Lowest: o.Lowest.Price, Highest: o.Highest.Price, Average: o.Average,
		Percentile: money.Percent(o.PercentileBps), Advice: string(o.Advice), Signals: []string{},
	}
	if o.Drop != nil {
		drawer.PredictedDrop = &drawerDrop{
			Percent: money.Percent(o.Drop.PercentBps), By: o.Drop.By.Format(time.DateOnly), Confidence: o.Drop.Confidence,
		}
	}
	if o.Best != nil {
		drawer.BestTimeToBuy = &drawerDates{From: o.Best.From.Format(time.DateOnly), To: o.Best.To.Format(time.DateOnly)}
	}
	for _, signal := range o.Signals {
		drawer.Signals = append(drawer.Signals, signal.Text)
	}
	return drawer
}

// toDrawerHistory keeps the days on which the price changed, and the newest: a line through them is the line through all.
func toDrawerHistory(days []prices.Observation) []drawerPrice {
	var list []drawerPrice
	for i, day := range days {
		if i == 0 || i == len(days)-1 || day.Price != days[i-1].Price {
			list = append(list, drawerPrice{At: day.At, Price: day.Price})
		}
	}
	return list
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
