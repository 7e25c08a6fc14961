package streamtest

import (
	"flag"
	"os"
	"testing"

	"github.com/lattice-money/lattice/internal/testkit"
)

// parallelTests is how many tests run at once. They wait more than they work, so there may be more than processors.
const parallelTests = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", parallelTests); err != nil {
			panic(err)
		}
	}
	testkit.Main(m)
}

// long reports whether the full counts are asked for.
func long() bool { return os.Getenv("LATTICE_TEST_TIER") == "long" }

// rounds is how often to do something: a few times, or the full count.
func rounds(bounded, full int) int {
	if long() {
		return full
	}
	return bounded
}
