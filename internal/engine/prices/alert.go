package prices

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/lattice-money/lattice/internal/money"
)

// Direction is the side of its target an alert waits for.
type Direction string

// The directions. A price that equals the target has reached it in both.
const (
	Below Direction = "below"
	Above Direction = "above"
)

// Rule is what an alert waits for. Threshold is in the currency of the listing; nothing is ever converted.
type Rule struct {
	Direction Direction
	// Threshold is the target, or else PercentBps says how far from Reference it is, the price when the alert was set.
	Threshold  *money.Money
	PercentBps int64
	Reference  money.Money
	// Rearm makes the alert fire again, once the price has gone back beyond the target by HysteresisBps of it; else it is
	// done when it has fired.
	Rearm         bool
	HysteresisBps int64
	ExpiresAt     time.Time // zero: never
	Quiet         Quiet
}

// Errors of rules.
var (
	ErrNoTarget      = errors.New("prices: an alert wants a threshold or a percentage, and not both")
	ErrTargetCrossed = errors.New("prices: a target is more than nothing")
	ErrDirection     = errors.New("prices: an alert waits for a price below or above")
)

// Validate checks that the rule has one target that a price can reach. Errors: ErrNoTarget, ErrTargetCrossed,
// ErrDirection.
func (r Rule) Validate() error {
	switch {
	case r.Direction != Below && r.Direction != Above:
		return ErrDirection
	case (r.Threshold == nil) == (r.PercentBps == 0):
		return ErrNoTarget
	case r.Threshold != nil && !believable(*r.Threshold):
		return ErrTargetCrossed
	case r.Threshold == nil && (r.PercentBps < 0 || r.PercentBps > maxPercentBps || !believable(r.Reference)):
		return ErrTargetCrossed
	case !believable(r.Target()):
		return ErrTargetCrossed
	}
	return nil
}

// maxPercentBps bounds a percentage: ten times the price.
const maxPercentBps = 10 * money.BpsPerWhole

// Target is the last price that counts as reached: the threshold, or the reference less (below) or plus (above) the
// percentage, rounded away from the reference, so that a cent short of ten percent is not ten percent.
func (r Rule) Target() money.Money {
	if r.Threshold != nil {
		return *r.Threshold
	}
	part := money.BpsPerWhole - r.PercentBps
	if r.Direction == Above {
		part = money.BpsPerWhole + r.PercentBps
	}
	whole, rest := new(big.Int).DivMod(
		new(big.Int).Mul(big.NewInt(r.Reference.Amount), big.NewInt(part)), big.NewInt(money.BpsPerWhole), new(big.Int),
	)
	if r.Direction == Above && rest.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return money.Money{Amount: whole.Int64(), Currency: r.Reference.Currency}
}

// reached reports whether a price is at the target or beyond it.
func (r Rule) reached(price money.Money) bool {
	if r.Direction == Below {
		return price.Amount <= r.Target().Amount
	}
	return price.Amount >= r.Target().Amount
}

// back reports whether a price has gone back from the target by the hysteresis.
func (r Rule) back(price money.Money) bool {
	if r.reached(price) {
		return false
	}
	left := new(big.Int).Mul(big.NewInt(price.Amount), big.NewInt(money.BpsPerWhole))
	if r.Direction == Below {
		return left.Cmp(new(big.Int).Mul(big.NewInt(r.Target().Amount), big.NewInt(money.BpsPerWhole+r.HysteresisBps))) >= 0
	}
	return left.Cmp(new(big.Int).Mul(big.NewInt(r.Target().Amount), big.NewInt(money.BpsPerWhole-r.HysteresisBps))) <= 0
}

func (r Rule) expired(at time.Time) bool { return !r.ExpiresAt.IsZero() && !at.Before(r.ExpiresAt) }

// Quiet are hours in which nobody is told anything, in the user's zone: from a minute of the day (0 is midnight) up to,
// and without, another. From after To runs over midnight; equal ones, and a nil Location, mean that there are none.
type Quiet struct {
	From, To int
	Location *time.Location
}

// At reports whether a moment is in the quiet hours.
func (q Quiet) At(at time.Time) bool {
	if q.Location == nil || q.From == q.To {
		return false
	}
	local := at.In(q.Location)
	minute := local.Hour()*60 + local.Minute()
	if q.From < q.To {
		return q.From <= minute && minute < q.To
	}
	return minute >= q.From || minute < q.To
}

// Phase is where an alert stands.
type Phase string

// The phases. A new alert is armed; done and expired are for ever.
const (
	Armed   Phase = "armed"
	Resting Phase = "resting" // has fired, and waits for the price to go back
	Done    Phase = "done"
	Expired Phase = "expired"
)

// Waiting is an alert as people are told of it.
type Waiting struct {
	Product   Product
	Direction Direction
	Target    money.Money
	Phase     Phase
}

// State is what an alert remembers between readings. The zero value, with the phase Armed, is a new alert.
type State struct {
	Phase   Phase
	At      time.Time // of the newest step
	SeenAt  time.Time // of the newest price; zero before the first
	FiredAt time.Time // zero before the first time
	Held    *Firing   // reached in quiet hours, to be told after them
}

// Reading is one look at the price. Without a Price it is a look that failed, or one at the clock alone: neither is a
// change.
type Reading struct {
	At     time.Time // of the look
	Price  *money.Money
	SeenAt time.Time // of the price
}

// Firing is what an alert tells.
type Firing struct {
	Cause  Cause       `json:"cause"`
	Price  money.Money `json:"price"`  // that reached the target
	SeenAt time.Time   `json:"seenAt"` // when it was seen
	Target money.Money `json:"target"`
}

// Cause says why a step did what it did, stable and for programs.
type Cause string

// The causes. An alert fires with one of the first three.
const (
	CauseReached        Cause = "reached"         // the price came to the target
	CauseAlreadyReached Cause = "already_reached" // the first price seen was there
	CauseReachedAgain   Cause = "reached_again"   // it had gone back in between
	CauseNotReached     Cause = "not_reached"
	CauseResting        Cause = "resting"     // told before, and not gone back far enough since
	CauseRearmed        Cause = "rearmed"     // gone back: the next time counts
	CauseQuiet          Cause = "quiet_hours" // reached; told after the quiet hours
	CauseGone           Cause = "gone"        // reached in quiet hours, and gone back in them: not told
	CauseReadFailed     Cause = "read_failed" // no price
	CauseNoNews         Cause = "no_news"     // a price that is not newer than the last
	CauseOtherCurrency  Cause = "other_currency"
	CauseDone           Cause = "done"
	CauseExpired        Cause = "expired"
)

// Step takes one reading. The same rule, state and reading always lead to the same state; a firing is returned once.
// Readings have to come in order: an earlier one than the last changes nothing.
func Step(rule Rule, state State, reading Reading) (State, Cause, *Firing) {
	switch {
	case state.Phase == Done:
		return state, CauseDone, nil
	case state.Phase == Expired:
		return state, CauseExpired, nil
	case reading.At.Before(state.At):
		return state, CauseNoNews, nil
	}
	state.At = reading.At
	price, cause := news(rule, state, reading)
	first := state.SeenAt.IsZero()
	if price != nil {
		state.SeenAt = reading.SeenAt
	}
	expired := rule.expired(reading.At)
	if state.Phase == Resting {
		return rest(rule, state, price, cause, expired)
	}
	switch {
	case price == nil:
	case !rule.reached(*price):
		cause = CauseNotReached
		if state.Held != nil {
			state.Held, cause = nil, CauseGone
		}
	case state.Held != nil:
		state.Held = &Firing{Cause: state.Held.Cause, Price: *price, SeenAt: reading.SeenAt, Target: rule.Target()}
	case !expired:
		state.Held = &Firing{Cause: why(state, first), Price: *price, SeenAt: reading.SeenAt, Target: rule.Target()}
	}
	switch {
	case state.Held == nil && expired:
		state.Phase = Expired
		return state, CauseExpired, nil
	case state.Held == nil:
		return state, cause, nil
	case rule.Quiet.At(reading.At):
		return state, CauseQuiet, nil
	}
	firing := state.Held
	state.Held, state.FiredAt, state.Phase = nil, reading.At, Done
	if rule.Rearm {
		state.Phase = Resting
	}
	return state, firing.Cause, firing
}

// rest takes a reading of an alert that has fired and may do so again.
func rest(rule Rule, state State, price *money.Money, cause Cause, expired bool) (State, Cause, *Firing) {
	switch {
	case expired:
		state.Phase = Expired
		return state, CauseExpired, nil
	case price == nil:
		return state, cause, nil
	case rule.back(*price):
		state.Phase = Armed
		return state, CauseRearmed, nil
	}
	return state, CauseResting, nil
}

// news is the price of a reading if it says anything new.
func news(rule Rule, state State, reading Reading) (*money.Money, Cause) {
	switch {
	case reading.Price == nil || !believable(*reading.Price):
		return nil, CauseReadFailed
	case reading.Price.Currency != rule.Target().Currency:
		return nil, CauseOtherCurrency
	case !reading.SeenAt.After(state.SeenAt):
		return nil, CauseNoNews
	}
	return reading.Price, ""
}

func why(state State, first bool) Cause {
	switch {
	case !state.FiredAt.IsZero():
		return CauseReachedAgain
	case first:
		return CauseAlreadyReached
	}
	return CauseReached
}

// Hint is a word on a target before it is reached.
type Hint struct {
	Code    string // never_reached
	Nearest Observation
	Text    string
}

// NeverReached says so when no price of the window ever was at the target, and how near the nearest came.
func NeverReached(rule Rule, observations []Observation, now time.Time) (Hint, bool) {
	target := rule.Target()
	days, _ := Daily(observations, target.Currency, now)
	if len(days) == 0 {
		return Hint{}, false
	}
	days = within(days, now.Add(-Window))
	lowest, highest := extremes(days)
	nearest, word := lowest, "lowest"
	if rule.Direction == Above {
		nearest, word = highest, "highest"
	}
	if rule.reached(nearest.Price) {
		return Hint{}, false
	}
	return Hint{Code: "never_reached", Nearest: nearest, Text: fmt.Sprintf(
		"The price has not been at %s in the last %d days; the %s was %s on %s.",
		target.Format(), dayOf(now)-dayOf(days[0].At)+1, word, nearest.Price.Format(), nearest.At.Format("2 January 2006"),
	)}, true
}

// Text says in a sentence why an alert fired.
func (f Firing) Text(rule Rule) string {
	verb := "come down to"
	if rule.Direction == Above {
		verb = "gone up to"
	}
	text := fmt.Sprintf("The price has %s %s", verb, f.Price.Format())
	if rule.Threshold != nil {
		return fmt.Sprintf("%s; you waited for %s.", text, f.Target.Format())
	}
	return fmt.Sprintf("%s, %s %s the %s it was when you set the alert.", text, money.FormatBps(rule.PercentBps)+" or more", rule.Direction,
		rule.Reference.Format())
}
