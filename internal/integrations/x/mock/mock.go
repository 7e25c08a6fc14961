// Package mock makes up how much people talk about things: from nothing but the subject and the day, so that the same
// question on the same day has the same answer in every process. Every answer says that it is made up.
package mock

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/clock"
)

// Trends implements chat.Trends.
type Trends struct{ clock clock.Clock }

var _ chat.Trends = Trends{}

// New makes trends for which it is now what clk says.
func New(clk clock.Clock) Trends { return Trends{clock: clk} }

const (
	day = 24 * time.Hour
	// week is how many days a figure covers.
	week = 7
	// base and spread bound the posts of one day about one subject.
	base   = 40
	spread = 400
)

// About implements chat.Trends. A subject of nothing but space is not known.
func (t Trends) About(ctx context.Context, subject string) (chat.Trend, bool, error) {
	if err := ctx.Err(); err != nil {
		return chat.Trend{}, false, err
	}
	key := strings.ToLower(strings.TrimSpace(subject))
	if key == "" {
		return chat.Trend{}, false, nil
	}
	asOf := t.clock.Now().UTC().Truncate(day)
	trend := chat.Trend{Subject: strings.TrimSpace(subject), AsOf: asOf, Mock: true}
	for i := range week {
		trend.Posts += posts(key, asOf.AddDate(0, 0, -i))
		trend.Before += posts(key, asOf.AddDate(0, 0, -i-week))
	}
	return trend, true, nil
}

// posts of one day about one subject: some subjects are spoken of more than others, and every day is different.
func posts(key string, on time.Time) int64 {
	share := func(parts string, below uint64) int64 {
		sum := sha256.Sum256([]byte(parts))
		return int64(binary.BigEndian.Uint64(sum[:]) % below) //nolint:gosec // below is small
	}
	usual := base + share(key, spread)
	return usual + share(key+on.Format(time.DateOnly), uint64(usual)) //nolint:gosec // above zero
}
