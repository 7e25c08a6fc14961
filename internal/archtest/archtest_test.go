// Package archtest holds the rules of the architecture that no linter can see. The rest of them stand in .golangci.yml.
package archtest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/lattice-money/lattice"

// root is the top of the repository, seen from this package.
const root = "../.."

// exactPackages count money: every figure in them is an integer or an exact fraction (math/big.Rat).
var exactPackages = []string{"internal/money", "internal/engine/rewards", "internal/engine/split"}

// integerBound matches what package math has for integers; all else in it computes with floats.
var integerBound = regexp.MustCompile(`^(MaxInt|MinInt|MaxUint)(8|16|32|64)?$`)

// Why: 0.1 + 0.2 is not 0.3, so one float anywhere on the way makes a sum that is a cent off, on some days only.
func TestExactPackages_UseNoFloats(t *testing.T) {
	t.Parallel()
	for _, folder := range exactPackages {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			eachFile(t, folder, func(t *testing.T, path string, files *token.FileSet, file *ast.File) {
				t.Helper()
				for _, fault := range floats(files, file) {
					t.Errorf("%s: %s", path, fault)
				}
			})
		})
	}
}

// Why: a rule nobody has seen fail may hold nothing at all.
func TestFloats_FindsEveryWayToMakeOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source string
		want   int
	}{
		"Type":           {"var x float64", 1},
		"SmallType":      {"func f(x float32) {}", 1},
		"Complex":        {"var x complex128", 1},
		"Literal":        {"var x = 0.5", 1},
		"LiteralInt":     {"var x = 1e3", 1},
		"Imaginary":      {"var x = 2i", 1},
		"Conversion":     {"func f(x int) { _ = float64(x) }", 1},
		"Math":           {"import \"math\"\nvar x = math.Round(y)", 1},
		"MathMax":        {"import \"math\"\nvar x = math.Max(y, z)", 1},
		"MathRenamed":    {"import m \"math\"\nvar x = m.Pi", 1},
		"Parse":          {"import \"strconv\"\nvar x, _ = strconv.ParseFloat(y, 64)", 1},
		"BigFloat":       {"import \"math/big\"\nvar x big.Float", 1},
		"RatAsFloat":     {"func f(r R) { r.Float64() }", 1},
		"Integers":       {"import \"math\"\nvar x int64 = math.MaxInt64", 0},
		"ExactFractions": {"import \"math/big\"\nvar x = big.NewRat(1, 3)", 0},
		"Comment":        {"// never a float64, not even 0.5\nvar x = 1", 0},
		"String":         {"var x = \"0.5\"", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, "x.go", "package x\n"+test.source, parser.SkipObjectResolution)
			require.NoError(t, err)
			require.Len(t, floats(files, file), test.want)
		})
	}
}

// Why: the contract and the queries are written first; code they generate that needed ours could not be generated.
func TestGeneratedCode_ImportsNothingOfOurs(t *testing.T) {
	t.Parallel()
	eachFile(t, "gen", func(t *testing.T, path string, _ *token.FileSet, file *ast.File) {
		t.Helper()
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if strings.HasPrefix(imported, module) && !strings.HasPrefix(imported, module+"/gen/") {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	})
}

// floats lists every place where a file makes or names a floating-point number. It reads the source alone, so a float
// that another package hands over unnamed is not seen; the engines' own imports leave none that could.
func floats(files *token.FileSet, file *ast.File) []string {
	var faults []string
	report := func(node ast.Node, what string) {
		faults = append(faults, fmt.Sprintf("line %d: %s", files.Position(node.Pos()).Line, what))
	}
	mathName := "math"
	for _, spec := range file.Imports {
		if spec.Path.Value == `"math"` && spec.Name != nil {
			mathName = spec.Name.Name
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.BasicLit:
			if node.Kind == token.FLOAT || node.Kind == token.IMAG {
				report(node, "the literal "+node.Value)
			}
		case *ast.Ident:
			switch node.Name {
			case "float32", "float64", "complex64", "complex128":
				report(node, node.Name)
			}
		case *ast.SelectorExpr:
			name := node.Sel.Name
			from, _ := node.X.(*ast.Ident)
			switch {
			case from != nil && from.Name == mathName && !integerBound.MatchString(name),
				name == "ParseFloat", name == "FormatFloat", name == "Float", name == "NewFloat",
				name == "Float32", name == "Float64", name == "SetFloat64", name == "InexactFloat64":
				report(node, "the use of "+name)
			}
		}
		return true
	})
	return faults
}

// eachFile parses every Go file below a folder of the repository; a folder that does not exist yet has none.
func eachFile(t *testing.T, folder string, check func(*testing.T, string, *token.FileSet, *ast.File)) {
	t.Helper()
	top := filepath.Join(root, folder)
	if _, err := os.Stat(top); os.IsNotExist(err) {
		return
	}
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse: %w", err)
		}
		check(t, strings.TrimPrefix(path, root+"/"), files, file)
		return nil
	})
	require.NoError(t, err)
}
