package bench

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lattice-money/lattice/internal/testkit"
)

// patience bounds every wait. A run that needs it all fails.
const patience = time.Minute

func TestMain(m *testing.M) {
	testkit.Main(m, func() error {
		_, err := fmt.Fprint(os.Stdout, table.String())
		return err
	})
}

// table is what the measurements say to people; what they report as metrics is for machines.
var table strings.Builder

// tellf adds a line to the table.
func tellf(format string, values ...any) { fmt.Fprintf(&table, format+"\n", values...) }

// times are how long the same thing took, again and again.
type times []time.Duration

// at is the time within which that many percent of all were done, in milliseconds.
func (t times) at(percent int) float64 {
	sorted := slices.Sorted(slices.Values(t))
	return float64(sorted[min(len(sorted)-1, len(sorted)*percent/100)].Microseconds()) / 1000
}
