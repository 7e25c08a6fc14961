package knot_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/accounts"
	"github.com/lattice-money/lattice/internal/integrations/knot/live"
	simulated "github.com/lattice-money/lattice/internal/simulators/knot"
)

// Six calls that fail one after another, whatever way they do, are over within half a minute, without a restart.
func TestSixFailedCallsHealWithinHalfAMinute(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulated.Fault{
		"errors":       {Status: 500},
		"overload":     {Status: 429, RetryAfter: 1},
		"no JSON":      {Body: simulated.BodyMalformed},
		"half answers": {Body: simulated.BodyHalf},
		"lost answers": {Body: simulated.BodyLost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, simulated.Readings{})
			v.Link("u-1", 19)
			fault.Times = 6
			v.Fail(fault)
			begun := time.Now()
			var err error
			for range 3 { // as a job that is tried again
				if _, err = v.client.LinkedAccounts(t.Context(), "u-1"); err == nil {
					break
				}
			}
			require.NoError(t, err)
			require.Less(t, time.Since(begun), 30*time.Second)
			require.Equal(t, 7, v.Calls("getAccounts"))
		})
	}
}

// A vendor that stays away is left alone for a while, so that nobody waits for it in vain, and is asked again then.
func TestAVendorThatStaysAwayIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	v.Link("u-1", 19)
	v.Fail(simulated.Fault{Status: 503, Times: 1000})
	for range 3 {
		_, err := v.client.LinkedAccounts(t.Context(), "u-1")
		require.Error(t, err)
	}
	asked := v.Calls("getAccounts")
	require.Equal(t, 8, asked, "and no more")
	_, err := v.client.LinkedAccounts(t.Context(), "u-1")
	require.ErrorContains(t, err, "not asked")
	v.Heal()
	require.Eventually(t, func() bool {
		_, err := v.client.LinkedAccounts(t.Context(), "u-1")
		return err == nil
	}, 30*time.Second, 100*time.Millisecond)
}

// A refusal is an answer: it is not asked for again.
func TestRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	for code, status := range map[string]int{"INVALID_FIELD": 400, "NO_ACCESS": 403, "SOMETHING_NEW": 400, "INVALID_API_KEYS": 401} {
		before := v.Calls("getAccounts")
		v.Fail(simulated.Fault{Status: status, Code: code})
		_, err := v.client.LinkedAccounts(t.Context(), "u-1")
		refusal, ok := errors.AsType[*live.Error](err)
		require.True(t, ok, "%v", err)
		require.Equal(t, code, refusal.Code)
		require.Equal(t, status, refusal.Status)
		require.Equal(t, before+1, v.Calls("getAccounts"))
	}
}

// A card is sent once, whatever happens: whether the vendor took it is not known after a failure.
func TestACardIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	for _, fault := range []simulated.Fault{{Status: 500}, {Body: simulated.BodyLost}, {Status: 429, RetryAfter: 1}} {
		before := v.Calls("sendCard")
		v.Fail(fault)
		_, err := v.client.SendCard(t.Context(), "u-1", "90412", "a.b.c.d.e")
		require.Error(t, err)
		require.NotErrorIs(t, err, accounts.ErrCardRefused)
		require.Equal(t, before+1, v.Calls("sendCard"))
	}
}

// A vendor that wants us to wait longer than anybody here does is taken at its word.
func TestALongPauseIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	v.Fail(simulated.Fault{Status: 429, RetryAfter: 3600})
	_, err := v.client.LinkedAccounts(t.Context(), "u-1")
	refusal, ok := errors.AsType[*live.Error](err)
	require.True(t, ok)
	require.Equal(t, time.Hour, refusal.RetryAfter)
	require.Equal(t, 1, v.Calls("getAccounts"))
}

func TestACallEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	v.Fail(simulated.Fault{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := v.client.LinkedAccounts(ctx, "u-1")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// The wrong keys are said to be wrong, and neither they nor the answer stand in the error.
func TestWrongKeysAreRefused(t *testing.T) {
	t.Parallel()
	v := newVendor(t, simulated.Readings{})
	stranger, err := live.New(live.Config{BaseURL: v.url, ClientID: "client-1", Secret: "another-secret", Environment: "development"}, v.clock)
	require.NoError(t, err)
	_, err = stranger.LinkedAccounts(t.Context(), "u-1")
	refusal, ok := errors.AsType[*live.Error](err)
	require.True(t, ok)
	require.Equal(t, http.StatusUnauthorized, refusal.Status)
	require.NotContains(t, err.Error(), "another-secret")
}

// The questions the vendor's documentation leaves open are answered both ways; the client lives with either.
func TestBothReadingsOfEveryOpenQuestion(t *testing.T) {
	t.Parallel()
	for name, readings := range map[string]simulated.Readings{
		"best guesses":                     {},
		"U1 the last page has a cursor":    {FinalCursor: true},
		"U3 empty is an error":             {EmptyIsAnError: true, FinalCursor: true},
		"U4 what is not there is 404":      {NotFoundIs404: true},
		"U6 merchants are wrapped":         {WrappedMerchants: true},
		"times without an offset":          {NoOffset: true},
		"fields nobody has documented yet": {StrangerFields: true},
		"U18 an unknown task is refused":   {UnknownTask400: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, readings)
			v.Link("u-1", 19)
			made := simulated.Made("u-1", 19, v.clock.Now(), 0, 150)
			v.Add("u-1", 19, made...)
			s := subject{linker: v.client, clock: v.clock, userRef: "u-1"}
			var ids []string
			for cursor := ""; ; {
				page, err := v.client.OrderPage(t.Context(), "u-1", 19, cursor)
				require.NoError(t, err)
				for _, order := range page.Orders {
					require.NoError(t, order.Validate())
					ids = append(ids, order.VendorID)
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			require.Len(t, ids, len(made))
			for i, id := range ids {
				require.Equal(t, made[i].ID, id)
			}
			merchantsAreListed(t, s)
			_, err := v.client.OrderPage(t.Context(), "u-1", 45, "")
			require.ErrorIs(t, err, accounts.ErrNotLinked)
			_, err = v.client.LinkedAccounts(t.Context(), "nobody")
			require.ErrorIs(t, err, accounts.ErrUserUnknown)
			require.NoError(t, v.client.Unlink(t.Context(), "u-1", 45))
			require.NoError(t, v.client.DeleteUser(t.Context(), "nobody"))
			_, err = v.client.Order(t.Context(), "u-1", 19, "6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10")
			require.ErrorIs(t, err, accounts.ErrOrderUnknown)
			_, err = v.client.ExtendSession(t.Context(), "u-1001", "6f1f3f0c-6a1f-4f0e-9d0b-2f7d3c1f9a10")
			require.ErrorIs(t, err, accounts.ErrSessionOver)
			v.Disconnect("u-1", 19)
			linked, err := v.client.LinkedAccounts(t.Context(), "u-1")
			require.NoError(t, err)
			require.True(t, linked[0].LoginLost)
		})
	}
	t.Run("U5 sync of a disconnected account", func(t *testing.T) {
		t.Parallel()
		for _, fails := range []bool{false, true} {
			v := newVendor(t, simulated.Readings{DisconnectedSync: fails})
			v.Link("u-1", 19)
			v.Add("u-1", 19, simulated.Made("u-1", 19, v.clock.Now(), 0, 3)...)
			v.Disconnect("u-1", 19)
			page, err := v.client.OrderPage(t.Context(), "u-1", 19, "")
			if fails {
				require.ErrorIs(t, err, accounts.ErrLoginRequired)
				continue
			}
			require.NoError(t, err)
			require.Len(t, page.Orders, 3)
		}
	})
	t.Run("U14 too many without Retry-After", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, simulated.Readings{BareLimits: true})
		v.Link("u-1", 19)
		v.Fail(simulated.Fault{Status: 429, RetryAfter: 1, Times: 2})
		_, err := v.client.LinkedAccounts(t.Context(), "u-1")
		require.NoError(t, err)
	})
}
