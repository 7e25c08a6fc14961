package mail_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	integration "github.com/lattice-money/lattice/internal/integrations/mail"
	"github.com/lattice-money/lattice/internal/integrations/mail/live"
	"github.com/lattice-money/lattice/internal/integrations/mail/mock"
)

func TestSelect(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))

	selected, err := integration.Select(t.Context(), integration.Config{}, logger)
	require.NoError(t, err)
	require.Same(t, selected.Outbox, selected.Sender, "the mock is what nobody asked for")
	require.Contains(t, log.String(), "integration=email mode=mock")

	server := live.Config{Host: "mail.example", Port: 587, TLS: live.TLSStart, Username: "lattice", Password: "s3cret horse", From: "no-reply@lattice.example"}
	selected, err = integration.Select(t.Context(), integration.Config{Enabled: true, Server: server}, logger)
	require.NoError(t, err)
	require.Nil(t, selected.Outbox, "what is really sent is kept nowhere")
	require.IsType(t, &live.Client{}, selected.Sender)
	require.Contains(t, log.String(), "integration=email mode=live")
	require.NotContains(t, log.String(), "s3cret horse")

	_, err = integration.Select(t.Context(), integration.Config{Enabled: true}, logger)
	require.Error(t, err)
	_, err = integration.Select(t.Context(), integration.Config{}, nil)
	require.Error(t, err)
}

func TestMock_KeepsTheNewestAndEachOnce(t *testing.T) {
	t.Parallel()
	outbox := mock.New()
	first := aMessage()
	require.NoError(t, outbox.Send(t.Context(), first))
	require.NoError(t, outbox.Send(t.Context(), first))
	require.Len(t, outbox.Messages(), 1, "the same mail again")
	var last uuid.UUID
	for range mock.Capacity {
		message := aMessage()
		last = message.ID
		require.NoError(t, outbox.Send(t.Context(), message))
	}
	messages := outbox.Messages()
	require.Len(t, messages, mock.Capacity)
	require.Equal(t, last, messages[0].ID, "newest first")
	for _, message := range messages {
		require.NotEqual(t, first.ID, message.ID)
	}
}
