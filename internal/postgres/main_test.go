package postgres_test

import (
	"log/slog"
	"testing"

	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
