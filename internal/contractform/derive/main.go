// Command derive writes the forms of the contract that are kept in gen/contract, and the one for the Go generator to the
// file it is told.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/lattice-money/lattice/internal/contractform"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "derive:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 3 {
		return fmt.Errorf("want the contract, a file for the generator's form, and a folder for the others; got %q", arguments)
	}
	contract, err := os.ReadFile(arguments[0])
	if err != nil {
		return err
	}
	for file, derive := range map[string]func([]byte) ([]byte, error){
		arguments[1]: contractform.ForGenerator,
		filepath.Join(arguments[2], "openapi.json"):     contractform.JSON,
		filepath.Join(arguments[2], "openapi-3.1.json"): contractform.Upgraded,
	} {
		derived, err := derive(contract)
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, derived, 0o644); err != nil {
			return err
		}
	}
	return nil
}
