package httpapi

import (
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/prices"
)

func toAPIProduct(p prices.Product) api.Product {
	return api.Product{
		ID: p.ID, Name: p.Name, Merchant: p.Merchant, URL: orNull(p.URL), Current: toAPIMoney(p.Current), SeenAt: p.SeenAt,
		Availability: api.ProductAvailability(p.Availability), Source: api.PriceSource(p.Source), Mock: p.Mock,
	}
}

func toAPIPrice(p prices.Price) api.ProductPrice {
	return api.ProductPrice{
		At: p.At, Price: toAPIMoney(p.Price), LastSeenAt: p.LastSeenAt, Source: api.PriceSource(p.Source), TransactionID: orNull(p.TransactionID),
	}
}

func toAPIPriceAlert(a prices.Alert) api.PriceAlert {
	alert := api.PriceAlert{
		ID: a.ID, ProductID: a.ProductID, Direction: api.AlertDirection(a.Direction), Threshold: toAPIMoneyOrNull(a.Threshold),
		Percent: nullable.NewNullNullable[float32](), Target: toAPIMoney(a.Target), Rearm: a.Rearm,
		QuietHours: nullable.NewNullNullable[api.QuietHours](), ExpiresAt: orNull(a.ExpiresAt), Status: api.PriceAlertStatus(a.Phase),
		LastFiredAt: orNull(a.LastFiredAt), Hint: orNull(a.Hint), CreatedAt: a.CreatedAt,
	}
	if a.PercentBps != nil {
		alert.Percent = nullable.NewNullableWithValue(percent(*a.PercentBps))
	}
	if a.Quiet != nil {
		alert.QuietHours = nullable.NewNullableWithValue(api.QuietHours{From: timeOfDay(a.Quiet.From), To: timeOfDay(a.Quiet.To)})
	}
	return alert
}

const minutesPerHour = 60

func timeOfDay(minute int) string {
	return fmt.Sprintf("%02d:%02d", minute/minutesPerHour, minute%minutesPerHour)
}

// minuteOf reads a time of day, which the contract's pattern holds to the form.
func minuteOf(clock string) int {
	hour, minute := 0, 0
	_, _ = fmt.Sscanf(clock, "%d:%d", &hour, &minute)
	return hour*minutesPerHour + minute
}

func fromAPIQuietHours(hours nullable.Nullable[api.QuietHours]) *prices.QuietHours {
	if !hours.IsSpecified() || hours.IsNull() {
		return nil
	}
	value := hours.MustGet()
	return &prices.QuietHours{From: minuteOf(value.From), To: minuteOf(value.To)}
}

func fromAPITime(at nullable.Nullable[time.Time]) *time.Time {
	if !at.IsSpecified() || at.IsNull() {
		return nil
	}
	value := at.MustGet()
	return &value
}

// fromAPIPercent turns a number with at most two decimals into basis points.
func fromAPIPercent(value *float32) (*int64, error) {
	if value == nil {
		return nil, nil //nolint:nilnil // absent is no error
	}
	hundredths := float64(*value) * 100
	bps := math.Round(hundredths)
	if math.Abs(hundredths-bps) > decimalsApart*math.Max(1, bps) {
		return nil, apperr.Invalid(apperr.Field{Pointer: "/percent", Code: "multiple_of", Detail: "A percentage has at most two decimals."})
	}
	exact := int64(bps)
	return &exact, nil
}

// decimalsApart is above what the nearest float is off, and far below a third decimal.
const decimalsApart = 1e-6

func fromAPICreatePriceAlert(userID uuid.UUID, body *api.CreatePriceAlertRequest) (prices.CreateAlertParams, error) {
	percent, err := fromAPIPercent(body.Percent)
	params := prices.CreateAlertParams{
		UserID: userID, ProductID: body.ProductID, Direction: prices.Direction(body.Direction), Threshold: fromAPIMoney(body.Threshold),
		PercentBps: percent, Rearm: orEmpty(body.Rearm), Quiet: fromAPIQuietHours(body.QuietHours), ExpiresAt: fromAPITime(body.ExpiresAt),
	}
	if !body.QuietHours.IsSpecified() {
		params.Quiet = prices.DefaultQuietHours()
	}
	return params, err
}

func fromAPIUpdatePriceAlert(userID uuid.UUID, request api.UpdatePriceAlertRequestObject) (prices.UpdateAlertParams, error) {
	body := request.Body
	percent, err := fromAPIPercent(body.Percent)
	return prices.UpdateAlertParams{
		UserID: userID, AlertID: request.AlertID, Direction: (*prices.Direction)(body.Direction), Threshold: fromAPIMoney(body.Threshold),
		PercentBps: percent, Rearm: body.Rearm, SetQuiet: body.QuietHours.IsSpecified(), Quiet: fromAPIQuietHours(body.QuietHours),
		SetExpiry: body.ExpiresAt.IsSpecified(), ExpiresAt: fromAPITime(body.ExpiresAt), Accepts: ifMatch(request.Params.IfMatch),
	}, err
}
