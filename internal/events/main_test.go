package events

import (
	"testing"

	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }
