package app

import (
	"github.com/lattice-money/lattice/internal/clock"
	"github.com/lattice-money/lattice/internal/config"
	"github.com/lattice-money/lattice/internal/httpapi"
	"github.com/lattice-money/lattice/internal/ratelimit"
)

// limits makes what counts callers, in this process; a class that is off gets nothing.
func (a *App) limits(clk clock.Clock) (httpapi.LimitConfig, error) {
	limits := httpapi.LimitConfig{Rates: map[httpapi.LimitClass]httpapi.RateLimit{}, TrustedProxies: a.config.TrustedProxies}
	for class, wanted := range map[httpapi.LimitClass]config.Rate{
		httpapi.LimitAuth: a.config.LimitAuth, httpapi.LimitAI: a.config.LimitAI,
		httpapi.LimitWrites: a.config.LimitWrites, httpapi.LimitReads: a.config.LimitReads,
	} {
		if wanted == (config.Rate{}) {
			continue
		}
		rate := ratelimit.Rate{Count: wanted.Count, Period: wanted.Period}
		limiter, err := ratelimit.NewMemory(rate, ratelimit.MemoryKeys, clk)
		if err != nil {
			return limits, err
		}
		limits.Rates[class] = httpapi.RateLimit{Rate: rate, Limiter: limiter}
	}
	if a.config.LimitStreams > 0 {
		slots, err := ratelimit.NewMemorySlots(int(a.config.LimitStreams))
		if err != nil {
			return limits, err
		}
		limits.MostStreams, limits.Streams = int(a.config.LimitStreams), slots
	}
	return limits, nil
}
