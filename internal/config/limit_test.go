package config_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/config"
)

func TestLimits_AreCountPerPeriod(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want config.Rate
	}{
		{"10/1m", config.Rate{Count: 10, Period: time.Minute}},
		{"1/1s", config.Rate{Count: 1, Period: time.Second}},
		{" 5 / 90s ", config.Rate{Count: 5, Period: 90 * time.Second}},
		{"1000000/24h", config.Rate{Count: 1_000_000, Period: 24 * time.Hour}},
		{"off", config.Rate{}},
		{"OFF", config.Rate{}},
	} {
		cfg, err := setup(t).load("LIMIT_AI=" + test.text)
		require.NoError(t, err, test.text)
		require.Equal(t, test.want, cfg.LimitAI, test.text)
	}
	for _, text := range []string{"10", "10/", "/1m", "10/m", "0/1m", "-1/1m", "1000001/1m", "10/0s", "10/25h", "10/1500ms", "10/1m/1m", "1.5/1m", "true"} {
		_, err := setup(t).load("LIMIT_AI=" + text)
		require.ErrorContains(t, err, "LIMIT_AI (from the environment): ", text)
		require.ErrorContains(t, err, "1 problem\n", text)
	}
	for _, text := range []string{"0", "-1", "1000001", "1.5", "32/1m"} {
		_, err := setup(t).load("LIMIT_STREAMS=" + text)
		require.ErrorContains(t, err, "LIMIT_STREAMS (from the environment): ", text)
	}
}

func TestLimits_AreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"10/1m", "1/1s", "5/1m30s", "7/1h", "7/1h10m", "7/10h", "7/1h0m10s", "off"} {
		cfg, err := setup(t).load("LIMIT_AI=" + text)
		require.NoError(t, err)
		require.Equal(t, text, cfg.LimitAI.String())
	}
}

// Tests do in a second what people do in an hour; nobody else goes without limits by not mentioning them.
func TestLimits_AreOffByDefaultInTestsAlone(t *testing.T) {
	t.Parallel()
	cfg, err := setup(t).load("ENVIRONMENT=test", "LIMIT_AI=3/1m")
	require.NoError(t, err)
	require.Zero(t, cfg.LimitAuth)
	require.Zero(t, cfg.LimitWrites)
	require.Zero(t, cfg.LimitReads)
	require.Zero(t, cfg.LimitStreams)
	require.Equal(t, config.Rate{Count: 3, Period: time.Minute}, cfg.LimitAI)
	for _, environment := range []string{"development", ""} {
		cfg, err := setup(t).load("ENVIRONMENT=" + environment)
		require.NoError(t, err)
		for _, rate := range []config.Rate{cfg.LimitAuth, cfg.LimitAI, cfg.LimitWrites, cfg.LimitReads} {
			require.Positive(t, rate.Count)
		}
		require.Positive(t, cfg.LimitStreams)
	}
}

func TestTrustedProxies_AreAddressesAndRanges(t *testing.T) {
	t.Parallel()
	cfg, err := setup(t).load("TRUSTED_PROXIES=10.0.0.1/8, 192.0.2.7,2001:db8::/32,::1")
	require.NoError(t, err)
	require.Equal(t, []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"),
		netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("::1/128"),
	}, cfg.TrustedProxies)
	for _, text := range []string{"10.0.0.0/33", "proxy.example.com", "fe80::1%eth0", "10.0.0", "*"} {
		_, err := setup(t).load("TRUSTED_PROXIES=" + text)
		require.ErrorContains(t, err, "TRUSTED_PROXIES (from the environment): ", text)
	}
}
