package contractform_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/internal/contractform"
)

const small = `
openapi: 3.0.3
info: {title: Small, version: '1'}
paths: {}
components:
  schemas:
    Money: {type: object, required: [amount], properties: {amount: {type: integer}}}
    Card:
      type: object
      required: [limit, name]
      properties:
        limit:
          description: Null where it is not known.
          anyOf: [{$ref: '#/components/schemas/Money'}, {type: object, nullable: true, enum: [null]}]
        name: {type: string, nullable: true}
`

func load(t *testing.T, text []byte) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(text)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	return doc
}

// A reference that may be null takes the thing and null, in every form, and nothing else.
func TestNullableReferences_MeanTheSameInEveryForm(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]func([]byte) ([]byte, error){
		"AsWritten": func(text []byte) ([]byte, error) { return text, nil },
		"ForGo":     contractform.ForGenerator,
		"JSON":      contractform.JSON,
		"Upgraded":  contractform.Upgraded,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := form([]byte(small))
			require.NoError(t, err)
			doc := load(t, text)
			card := doc.Components.Schemas["Card"].Value
			var options []openapi3.SchemaValidationOption
			if strings.HasPrefix(doc.OpenAPI, "3.1") {
				options = append(options, openapi3.EnableJSONSchema2020())
			}
			for body, valid := range map[string]bool{
				`{"limit": null, "name": null}`:          true,
				`{"limit": {"amount": 5}, "name": "a"}`:  true,
				`{"limit": {"amount": "5"}, "name": ""}`: false,
				`{"limit": {}, "name": "a"}`:             false,
				`{"limit": 5, "name": "a"}`:              false,
				`{"name": "a"}`:                          false,
			} {
				var value any
				require.NoError(t, json.Unmarshal([]byte(body), &value))
				require.Equal(t, valid, card.VisitJSON(value, options...) == nil, body)
			}
		})
	}
}

// The generator of Go makes one type with a null of such a reference, and would make a union of any other form.
func TestForGenerator_FoldsAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	text, err := contractform.ForGenerator([]byte(small))
	require.NoError(t, err)
	limit := load(t, text).Components.Schemas["Card"].Value.Properties["limit"].Value
	require.Equal(t, "#/components/schemas/Money", limit.AllOf[0].Ref)
	require.True(t, limit.Nullable && limit.Type.Is("object") && len(limit.AnyOf) == 0)
	require.Equal(t, "Null where it is not known.", limit.Description)
	for _, other := range []string{
		strings.Replace(small, "enum: [null]", "enum: [1]", 1),
		strings.Replace(small, ", {type: object, nullable: true, enum: [null]}", "", 1),
		strings.Replace(small, "{$ref: '#/components/schemas/Money'}, ", "{type: string}, ", 1),
	} {
		_, err := contractform.ForGenerator([]byte(other))
		require.ErrorContains(t, err, "a nullable reference is written")
	}
}

// What 3.1 calls by other names is not left behind, where it would mean nothing.
func TestUpgraded_SpeaksOpenAPI31(t *testing.T) {
	t.Parallel()
	text, err := contractform.Upgraded([]byte(small))
	require.NoError(t, err)
	require.Contains(t, string(text), `"openapi": "3.1.1"`)
	require.NotContains(t, string(text), "nullable")
	require.Contains(t, string(text), `"type": "null"`)
}
