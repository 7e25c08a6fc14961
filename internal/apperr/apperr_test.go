package apperr_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
)

// Clients switch on the code: one that the contract does not know, or that nothing ever gives, misleads them.
func TestCodes_AreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "apperr.go", nil, 0)
	require.NoError(t, err)
	var codes []any
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			codes = append(codes, code)
		}
		return true
	})
	contract, err := api.GetSpec()
	require.NoError(t, err)
	require.ElementsMatch(t, contract.Components.Schemas["ProblemCode"].Value.Enum, codes)
}

func TestError_CarriesItsCauseForTheLogAlone(t *testing.T) {
	t.Parallel()
	wrapped := apperr.Wrap(context.Canceled, apperr.CodeUnavailable, "Try again later.")
	require.Equal(t, "unavailable: Try again later.: context canceled", wrapped.Error())
	require.NotContains(t, wrapped.Message, "canceled")
	require.ErrorIs(t, wrapped, context.Canceled)
	require.Equal(t, "not_found: There is nothing here, or it is not yours.", apperr.NotFound().Error())
	require.NoError(t, errors.Unwrap(apperr.NotFound()))
}

func TestFrom_FindsTheErrorInTheChainOrHidesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	known := apperr.New(apperr.CodeConflict, "Somebody was faster.")
	require.Same(t, known, apperr.From(fmt.Errorf("store: %w", known)))

	unknown := errors.New("pq: password authentication failed")
	hidden := apperr.From(unknown)
	require.Equal(t, apperr.CodeInternal, hidden.Code)
	require.NotContains(t, hidden.Message, "password")
	require.ErrorIs(t, hidden, unknown)
}

func TestIs_TellsTheCode(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("somewhere: %w", apperr.NotFound())
	require.True(t, apperr.Is(err, apperr.CodeNotFound))
	require.False(t, apperr.Is(err, apperr.CodeConflict))
	require.False(t, apperr.Is(nil, apperr.CodeNotFound))
	require.False(t, apperr.Is(errors.New("plain"), apperr.CodeInternal), "only what was said to be internal is")
}

func TestInvalid_SpeaksOfTheOneFieldOrOfSome(t *testing.T) {
	t.Parallel()
	email := apperr.Field{Pointer: "/email", Code: "format", Detail: "This is not an e-mail address."}
	require.Equal(t, email.Detail, apperr.Invalid(email).Message)
	both := apperr.Invalid(email, apperr.Field{Pointer: "/name"})
	require.Equal(t, "Some of what you sent is not valid.", both.Message)
	require.Len(t, both.Fields, 2)
	require.Equal(t, both.Message, apperr.Invalid(apperr.Field{Pointer: "/name"}).Message, "a field without words leaves the general ones")
	require.Equal(t, apperr.CodeInvalidRequest, both.Code)
}
