package crashtest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/lattice-money/lattice/internal/testkit"
)

const (
	// recovery is how long after a death everything has to be as if it had not been.
	recovery = 60 * time.Second
	// patience bounds every other wait for something that is to happen. A test that needs it all fails.
	patience = 30 * time.Second
)

func long() bool { return os.Getenv("LATTICE_TEST_TIER") == "long" }

var buildDir string

func TestMain(m *testing.M) {
	testkit.Main(m, func() error { return os.RemoveAll(buildDir) }) // a failed run keeps the binary for a closer look
}

// binary is the program under test, built once: with its marks, and without the race detector, as it is shipped.
var binary = sync.OnceValues(func() (string, error) {
	var err error
	if buildDir, err = os.MkdirTemp("", "lattice-crash-*"); err != nil {
		return "", err
	}
	path := filepath.Join(buildDir, "lattice")
	build := exec.Command("go", "build", "-buildvcs=false", "-tags", "crashpoints", "-o", path, "../../cmd/lattice")
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, said)
	}
	return path, nil
})
