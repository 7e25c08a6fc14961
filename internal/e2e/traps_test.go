package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// What the tools around the contract get wrong where it is written in another way. internal/archtest lists all traps with
// the test that holds each.

// The validation library compiles the schemas of a 3.1 document anew with every request, and its errors name no field.
func TestTheContractIsWrittenInOpenAPI30(t *testing.T) {
	t.Parallel()
	require.Equal(t, "3.0.3", contract.doc.OpenAPI)
}

// The generator follows references to other hosts; a contract that needs the network to be read is none.
func TestTheContractRefersToItselfAlone(t *testing.T) {
	t.Parallel()
	count := 0
	walkSchemas(t, func(pointer string, schema map[string]any) {
		if reference, ok := schema["$ref"].(string); ok {
			count++
			require.True(t, strings.HasPrefix(reference, "#/"), "%s: %s", pointer, reference)
		}
	})
	require.Greater(t, count, 500)
}

// Null is allowed beside a type alone: next to a reference, or without a type, some readers take it and some do not, and
// the upgrade to 3.1 loses it. An enum with more than a null makes a constant called <nil>.
func TestNullsAreWrittenSoThatEverybodyReadsThem(t *testing.T) {
	t.Parallel()
	count := 0
	walkSchemas(t, func(pointer string, schema map[string]any) {
		if schema["nullable"] != true {
			return
		}
		count++
		require.NotEmpty(t, schema["type"], pointer)
		require.NotContains(t, schema, "allOf", pointer)
		if enum, ok := schema["enum"].([]any); ok && slices.Contains(enum, nil) {
			require.Len(t, enum, 1, pointer)
		}
	})
	require.Greater(t, count, 50)
	generated, err := os.ReadFile("../../gen/api/api.gen.go")
	require.NoError(t, err)
	require.NotContains(t, string(generated), `"<nil>"`)
}

// TypeScript tells the branches of a union apart by a property that has one value in each.
func TestEveryBranchOfAUnionNamesItself(t *testing.T) {
	t.Parallel()
	unions := 0
	for name, schema := range contract.doc.Components.Schemas {
		if schema.Value.Discriminator == nil {
			continue
		}
		unions++
		property := schema.Value.Discriminator.PropertyName
		require.Len(t, schema.Value.Discriminator.Mapping, len(schema.Value.OneOf), name)
		for _, branch := range schema.Value.OneOf {
			require.Contains(t, branch.Value.Required, property, branch.Ref)
			values := branch.Value.Properties[property].Value.Enum
			require.Len(t, values, 1, branch.Ref)
			require.Equal(t, branch.Ref, schema.Value.Discriminator.Mapping[values[0].(string)].Ref)
		}
	}
	require.Positive(t, unions)
}

// A header that is not required is a pointer a handler forgets, and a declared Set-Cookie wipes the cookies set before.
func TestHeadersAreDeclaredSoThatNoneIsForgotten(t *testing.T) {
	t.Parallel()
	locations := 0
	eachOperationOnce(func(o operation) {
		for status, response := range o.Responses.Map() {
			for name, header := range response.Value.Headers {
				require.NotEqual(t, "Set-Cookie", name, "%s %s", o.OperationID, status)
				if name == "Location" || name == "ETag" || name == "Retry-After" {
					locations++
					require.True(t, header.Value.Required, "%s %s %s", o.OperationID, status, name)
				}
			}
		}
	})
	require.Greater(t, locations, 20)
}

// The generator leaves an empty list out where it is optional, so a list that is always there is required. These are the
// ones that are absent by meaning.
func TestListsInAnswersAreRequired(t *testing.T) {
	t.Parallel()
	var optional []string
	visited := map[*openapi3.Schema]bool{}
	var walk func(name string, reference *openapi3.SchemaRef)
	walk = func(name string, reference *openapi3.SchemaRef) {
		if reference == nil || visited[reference.Value] {
			return
		}
		visited[reference.Value] = true
		if reference.Ref != "" {
			name = reference.Ref[strings.LastIndex(reference.Ref, "/")+1:]
		}
		for property, inner := range reference.Value.Properties {
			if inner.Value.Type.Is(openapi3.TypeArray) && !slices.Contains(reference.Value.Required, property) {
				optional = append(optional, name+"."+property)
			}
			walk(name+"."+property, inner)
		}
		walk(name, reference.Value.Items)
		for _, branch := range slices.Concat(reference.Value.AllOf, reference.Value.AnyOf, reference.Value.OneOf) {
			walk(name, branch)
		}
	}
	eachOperationOnce(func(o operation) {
		for _, response := range o.Responses.Map() {
			for _, media := range response.Value.Content {
				walk(o.OperationID, media.Schema)
			}
		}
	})
	slices.Sort(optional)
	require.Equal(t, []string{"CardDrawer.sources", "Problem.errors", "Problem.suggestedPaidBy", "Problem.suggestedShares"}, optional)
}

func eachOperationOnce(visit func(o operation)) {
	for _, o := range contract.operations {
		visit(o)
	}
}
