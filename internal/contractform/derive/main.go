// Command derive writes the forms of openapi.yaml that are kept in gen/contract, and the one for the Go generator to its
// output. It is run at the top of the tree, by make generate.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/lattice-money/lattice/internal/contractform"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "derive:", err)
		os.Exit(1)
	}
}

func run(stdout io.Writer) error {
	contract, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return err
	}
	for file, derive := range map[string]func([]byte) ([]byte, error){
		"gen/contract/openapi.json":     contractform.JSON,
		"gen/contract/openapi-3.1.json": contractform.Upgraded,
	} {
		derived, err := derive(contract)
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, derived, 0o600); err != nil {
			return err
		}
	}
	form, err := contractform.ForGenerator(contract)
	if err != nil {
		return err
	}
	_, err = stdout.Write(form)
	return err
}
