package e2e

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, everyStatusWasSeen) }

// seen collects which statuses of which operation the tests of this run have met.
var seen = &recorder{answers: map[answer]bool{}}

type answer struct {
	operation string
	status    int
}

type recorder struct {
	mu      sync.Mutex
	answers map[answer]bool
}

func (r *recorder) note(operation string, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[answer{operation, status}] = true
}

// missing lists what the contract declares and nobody has met.
func (r *recorder) missing() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var missing []string
	for _, operation := range contract.operations {
		for _, status := range slices.Sorted(maps.Keys(operation.Responses.Map())) {
			number, err := strconv.Atoi(status)
			if err != nil || !r.answers[answer{operation.OperationID, number}] {
				missing = append(missing, fmt.Sprintf("%s %s %s", operation.OperationID, status, http.StatusText(number)))
			}
		}
	}
	return missing
}

// everyStatusWasSeen only judges a run of all tests: a declared status no test can bring about is either not tested or
// not true.
func everyStatusWasSeen() error {
	for _, name := range []string{"test.run", "test.skip"} {
		if set := flag.Lookup(name); set != nil && set.Value.String() != "" {
			return nil
		}
	}
	if missing := seen.missing(); len(missing) > 0 {
		return fmt.Errorf("e2e: the contract declares statuses that no test met:\n\t%s", strings.Join(missing, "\n\t"))
	}
	return nil
}
