package redact_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/redact"
)

func TestAttrReplacesSecretsByKeyWhateverTheCase(t *testing.T) {
	t.Parallel()
	keys := map[string]struct{}{"Password": {}, "ACCESS_TOKEN": {}, "taskId": {}, "Card": {}}
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: redact.Attr(keys)}))
	keys["later"] = struct{}{} // the set was copied

	logger.Info("signed in",
		"password", "hunter2", "access_token", "eyJ", "taskid", "t-987654", "later", "shown", "user", "alice",
		slog.Group("request", slog.String("password", "hunter2"), slog.String("path", "/login")),
		slog.Group("card", slog.String("number", "4111111111111111"), slog.Group("holder", slog.String("name", "Alice"))),
	)
	line := out.String()
	for _, secret := range []string{"hunter2", "eyJ", "987654", "4111111111111111", "Alice"} {
		require.NotContains(t, line, secret)
	}
	for _, visible := range []string{
		"password=[redacted]", "access_token=[redacted]", "taskid=[redacted]", "later=shown", "user=alice", "request.password=[redacted]", "request.path=/login",
		"card.number=[redacted]", "card.holder.name=[redacted]", `msg="signed in"`,
	} {
		require.Contains(t, line, visible)
	}
}

func TestAttrMatchesKeysInUpperCaseToo(t *testing.T) {
	t.Parallel()
	replace := redact.Attr(map[string]struct{}{"password": {}})
	for _, key := range []string{"password", "Password", "PASSWORD"} {
		require.Equal(t, redact.Placeholder, replace(nil, slog.String(key, "hunter2")).Value.String())
		require.Equal(t, redact.Placeholder, replace([]string{"request", key}, slog.String("plain", "hunter2")).Value.String())
	}
}

func TestAttrWithoutKeysChangesNothing(t *testing.T) {
	t.Parallel()
	replace := redact.Attr(nil)
	attribute := slog.String("password", "x")
	require.Equal(t, attribute, replace(nil, attribute))
}
