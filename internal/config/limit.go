package config

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// Rate is how often something may happen; the zero Rate is no limit. It is written count/period: 10/1m.
type Rate struct {
	Count  int
	Period time.Duration // whole seconds
}

// Count is how many of something there may be at a time; zero is no limit.
type Count int

// Bounds of the limits: a period is what a header can say, a count what can be counted.
const (
	mostCount   = 1_000_000
	leastPeriod = time.Second
	mostPeriod  = 24 * time.Hour
)

// String writes the rate as it is read, off for none.
func (r Rate) String() string {
	if r == (Rate{}) {
		return "off"
	}
	period := r.Period.String() // 1h0m0s
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(period, zero) {
			period = strings.TrimSuffix(period, zero[1:])
		}
	}
	return fmt.Sprintf("%d/%s", r.Count, period)
}

// LogValue is String.
func (r Rate) LogValue() slog.Value { return slog.StringValue(r.String()) }

func parseRate(text string) (Rate, error) {
	if isOff(text) {
		return Rate{}, nil
	}
	count, period, _ := strings.Cut(text, "/")
	rate := Rate{}
	var countErr, periodErr error
	rate.Count, countErr = strconv.Atoi(strings.TrimSpace(count))
	rate.Period, periodErr = time.ParseDuration(strings.TrimSpace(period))
	switch {
	case countErr != nil || periodErr != nil:
		return Rate{}, fmt.Errorf("%q is no rate; write count/period, such as 10/1m, or off", text)
	case rate.Count < 1 || rate.Count > mostCount:
		return Rate{}, fmt.Errorf("the count of %q is out of range; want 1 to %d", text, mostCount)
	case rate.Period < leastPeriod || rate.Period > mostPeriod || rate.Period%time.Second != 0:
		return Rate{}, fmt.Errorf("the period of %q is out of range; want whole seconds, 1s to 24h", text)
	}
	return rate, nil
}

func parseCount(text string) (Count, error) {
	if isOff(text) {
		return 0, nil
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > mostCount {
		return 0, fmt.Errorf("%q is no count; want 1 to %d, or off", text, mostCount)
	}
	return Count(count), nil
}
