package e2e

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lattice-money/lattice/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m, everyStatusWasSeen) }

// seen collects which statuses of which operation the tests of this run have met.
var seen = &recorder{answers: map[answer]string{}}

type answer struct {
	operation string
	status    int
}

type recorder struct {
	mu      sync.Mutex
	answers map[answer]string // the test that met it; of several, the first by name, so that runs can be compared
}

func (r *recorder) note(operation string, status int, test string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, found := r.answers[answer{operation, status}]
	if !found || test < known {
		r.answers[answer{operation, status}] = test
	}
}

// report is a table of what the contract declares and which test met it.
func (r *recorder) report() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var table strings.Builder
	table.WriteString("| operation | status | test |\n|---|---|---|\n")
	for _, operation := range contract.operations {
		for _, status := range slices.Sorted(maps.Keys(operation.Responses.Map())) {
			number, _ := strconv.Atoi(status) // what is no number has no test either
			test := r.answers[answer{operation.OperationID, number}]
			if test == "" {
				test = "**none**"
			}
			fmt.Fprintf(&table, "| %s | %s | %s |\n", operation.OperationID, status, test)
		}
	}
	return table.String()
}

// missing lists what the contract declares and nobody has met.
func (r *recorder) missing() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var missing []string
	for _, operation := range contract.operations {
		for _, status := range slices.Sorted(maps.Keys(operation.Responses.Map())) {
			number, err := strconv.Atoi(status)
			if err != nil || r.answers[answer{operation.OperationID, number}] == "" {
				missing = append(missing, fmt.Sprintf("%s %s %s", operation.OperationID, status, http.StatusText(number)))
			}
		}
	}
	return missing
}

// reportFile is where a run of all tests writes which test met what, seen from this package.
const reportFile = "../../coverage/statuses.md"

// everyStatusWasSeen only judges a run of all tests: a declared status no test can bring about is either not tested or
// not true. The report is written in either case.
func everyStatusWasSeen() error {
	for _, name := range []string{"test.run", "test.skip"} {
		if set := flag.Lookup(name); set != nil && set.Value.String() != "" {
			return nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(reportFile), 0o750); err != nil {
		return fmt.Errorf("e2e: write report: %w", err)
	}
	if err := os.WriteFile(reportFile, []byte(seen.report()), 0o600); err != nil {
		return fmt.Errorf("e2e: write report: %w", err)
	}
	if missing := seen.missing(); len(missing) > 0 {
		return fmt.Errorf("e2e: the contract declares statuses that no test met:\n\t%s", strings.Join(missing, "\n\t"))
	}
	return nil
}
