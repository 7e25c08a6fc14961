package e2e

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice"
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/contractform"
	"github.com/lattice-money/lattice/internal/httpapi"
)

func TestContractIsValidWithItsExamples(t *testing.T) {
	t.Parallel()
	require.NoError(t, contract.doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()))
}

func TestEveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	tags := map[string]bool{}
	for _, tag := range contract.doc.Tags {
		require.NotEmpty(t, tag.Description, tag.Name)
		tags[tag.Name] = true
	}
	eachOperation(t, anyOperation, func(t *testing.T, o operation) {
		require.Regexp(t, `^[a-z][a-zA-Z]+$`, o.OperationID)
		require.Len(t, o.Tags, 1)
		require.True(t, tags[o.Tags[0]], "the tag %s is declared", o.Tags[0])
		require.NotEmpty(t, o.Summary)
		require.NotEmpty(t, o.Description)
		require.Contains(t, []string{"public", "optional", "user", "member", "group-admin", "group-owner", "signature"}, o.access)
		require.NotContains(t, o.Responses.Map(), "default", "every status is spelled out")
		refusals := 0
		for status := range o.Responses.Map() {
			if strings.HasPrefix(status, "4") {
				refusals++
			}
		}
		require.Positive(t, refusals)
	})
}

// Swagger UI and the generated clients read who needs a token from security; the service reads x-access. They must say
// the same.
func TestSecuritySaysTheSameAsAccess(t *testing.T) {
	t.Parallel()
	eachOperation(t, anyOperation, func(t *testing.T, o operation) {
		security := contract.doc.Security
		if o.Security != nil {
			security = *o.Security
		}
		open, token := len(security) == 0, false
		for _, requirement := range security {
			if len(requirement) == 0 {
				open = true
			} else {
				token = true
			}
		}
		require.Equal(t, o.access == "public" || o.access == "optional", open, "may be called without a token")
		require.Equal(t, o.access != "public", token, "takes a token")
	})
}

func TestEveryBodyHasAnExample(t *testing.T) {
	t.Parallel()
	hasExample := func(media *openapi3.MediaType) bool { return media.Example != nil || len(media.Examples) > 0 }
	eachOperation(t, anyOperation, func(t *testing.T, o operation) {
		if o.RequestBody != nil {
			for name, media := range o.RequestBody.Value.Content {
				require.True(t, hasExample(media), name)
			}
		}
		for status, response := range o.Responses.Map() {
			for name, media := range response.Value.Content {
				require.True(t, hasExample(media), "%s %s", status, name)
			}
		}
	})
}

func TestEveryErrorIsAProblem(t *testing.T) {
	t.Parallel()
	eachOperation(t, anyOperation, func(t *testing.T, o operation) {
		for status, response := range o.Responses.Map() {
			number, err := strconv.Atoi(status)
			require.NoError(t, err)
			if number < http.StatusBadRequest {
				continue
			}
			require.NotEmpty(t, response.Ref, "%s is one of the shared answers", status)
			media := response.Value.Content.Get("application/problem+json")
			require.NotNil(t, media, status)
			require.Equal(t, "#/components/schemas/Problem", media.Schema.Ref)
			example, ok := media.Example.(map[string]any)
			require.True(t, ok)
			require.EqualValues(t, number, example["status"])
			require.Equal(t, http.StatusText(number), example["title"])
			require.Equal(t, fmt.Sprint("/problems/", example["code"]), example["type"])
		}
	})
}

// Objects that take anything would let a misspelt key pass unnoticed, in requests and in our own answers.
func TestEveryObjectIsClosed(t *testing.T) {
	t.Parallel()
	count := 0
	walkSchemas(t, func(pointer string, schema map[string]any) {
		if schema["properties"] == nil {
			return
		}
		count++
		require.Equal(t, false, schema["additionalProperties"], pointer)
	})
	require.Greater(t, count, 40)
}

func TestProblemCodesAreThoseOfTheService(t *testing.T) {
	t.Parallel()
	// The codes stand in the source alone, so it is read: a list beside it could itself be out of date.
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "../apperr/apperr.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var codes []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
			for _, expression := range spec.Values {
				text, err := strconv.Unquote(expression.(*ast.BasicLit).Value)
				require.NoError(t, err)
				codes = append(codes, text)
			}
		}
		return true
	})
	var declared []string
	for _, code := range contract.doc.Components.Schemas["ProblemCode"].Value.Enum {
		declared = append(declared, code.(string))
	}
	require.NotEmpty(t, codes)
	require.ElementsMatch(t, declared, codes)
}

// The golden files are read by people: a change to who may call what, or to what is secret, is to be seen in a diff.
func TestAccessOfEveryOperationIsPinned(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, o := range contract.operations {
		lines = append(lines, fmt.Sprintf("%-8s %-6s %s %s", o.access, o.method, o.path, o.OperationID))
	}
	slices.Sort(lines)
	golden(t, "access.golden", lines)
}

func TestSecretsAreMarkedAndPinned(t *testing.T) {
	t.Parallel()
	var pointers []string
	walkSchemas(t, func(pointer string, schema map[string]any) {
		if schema["x-redact"] != nil {
			require.Equal(t, true, schema["x-redact"], pointer)
			pointers = append(pointers, pointer)
		}
		// A property called so and not marked is more likely forgotten than harmless.
		properties, _ := schema["properties"].(map[string]any)
		for name, property := range properties {
			lower := strings.ToLower(name)
			inner, _ := property.(map[string]any)
			if lower == "token_type" || inner["type"] == "boolean" || inner["format"] == "date-time" || inner["type"] == "integer" {
				continue
			}
			if strings.Contains(lower, "password") || strings.Contains(lower, "token") || strings.Contains(lower, "secret") {
				require.True(t, inner["x-redact"] == true || inner["$ref"] == "#/components/schemas/Password", "%s/%s", pointer, name)
			}
		}
	})
	slices.Sort(pointers)
	golden(t, "redact.golden", pointers)
}

// golden compares lines with a file of testdata. To accept a change, copy what the failure shows into the file.
func golden(t *testing.T, name string, lines []string) {
	t.Helper()
	want, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.Equal(t, string(want), strings.Join(lines, "\n")+"\n")
}

func goldenLines(t *testing.T, name string) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

// walkSchemas visits every schema of the contract, by its JSON pointer, as it is written.
func walkSchemas(t *testing.T, visit func(pointer string, schema map[string]any)) {
	t.Helper()
	encoded, err := contract.doc.MarshalJSON()
	require.NoError(t, err)
	var tree map[string]any
	require.NoError(t, json.Unmarshal(encoded, &tree))
	var walk func(pointer string, value any)
	walk = func(pointer string, value any) {
		switch value := value.(type) {
		case map[string]any:
			if strings.Contains(pointer, "/example") {
				return
			}
			visit(pointer, value)
			for _, key := range slices.Sorted(maps.Keys(value)) {
				walk(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key), value[key])
			}
		case []any:
			for i, inner := range value {
				walk(fmt.Sprint(pointer, "/", i), inner)
			}
		}
	}
	walk("#", tree)
}

// The build carries the contract twice: as people wrote it, and as the generator understood it, which is told of
// references that may be null in its own way.
func TestGeneratedContractIsTheWrittenOne(t *testing.T) {
	t.Parallel()
	generated, err := api.GetSpec()
	require.NoError(t, err)
	form, err := contractform.ForGenerator(lattice.Contract)
	require.NoError(t, err)
	written, err := openapi3.NewLoader().LoadFromData(form)
	require.NoError(t, err)
	ours, err := json.Marshal(written)
	require.NoError(t, err)
	theirs, err := json.Marshal(generated)
	require.NoError(t, err)
	require.JSONEq(t, string(ours), string(theirs))
}

// The document in OpenAPI 3.1 says the same as the written one: the same operations, and the same values are valid.
func TestTheContractIsServedInOpenAPI31(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	answer := s.anonymous(t).get("/openapi-3.1.json").want(200)
	require.Equal(t, "application/json", answer.header.Get("Content-Type"))
	upgraded, err := contractform.Upgraded(lattice.Contract)
	require.NoError(t, err)
	require.JSONEq(t, string(upgraded), string(answer.body), "make generate was run")
	var root struct {
		OpenAPI string `json:"openapi"`
	}
	require.NoError(t, json.Unmarshal(answer.body, &root))
	require.Regexp(t, `^3\.1\.\d$`, root.OpenAPI)
	require.NotContains(t, string(answer.body), `"nullable"`, "3.1 knows no such word, and would take no null")
	doc, err := openapi3.NewLoader().LoadFromData(answer.body)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context(), openapi3.EnableExamplesValidation()))
	for path, item := range contract.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			same := doc.Paths.Value(path).GetOperation(method)
			require.Equal(t, operation.OperationID, same.OperationID)
			require.Len(t, same.Responses.Map(), len(operation.Responses.Map()))
		}
	}
}

// A client can tell from any answer, also from one to an address that does not exist, which contract it was made by.
func TestEveryAnswerNamesTheVersionOfTheContract(t *testing.T) {
	t.Parallel()
	nobody := newService(t, idle).anonymous(t)
	for path, status := range map[string]int{"/health": 200, "/api/session": 401, "/api/nowhere": 404, "/openapi.yaml": 200, "/docs/": 200} {
		require.Equal(t, contract.doc.Info.Version, nobody.get(path).want(status).header.Get("X-Api-Version"), path)
	}
}

func TestContractAndDocumentationAreServed(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody := s.anonymous(t)
	written, err := os.ReadFile("../../openapi.yaml")
	require.NoError(t, err)
	require.Equal(t, string(written), string(nobody.get("/openapi.yaml").want(200).body))
	loaded, err := openapi3.NewLoader().LoadFromData(nobody.get("/openapi.json").want(200).body)
	require.NoError(t, err)
	ours, err := json.Marshal(contract.doc)
	require.NoError(t, err)
	theirs, err := json.Marshal(loaded)
	require.NoError(t, err)
	require.JSONEq(t, string(ours), string(theirs))
	page := nobody.get("/docs/").want(200)
	require.Contains(t, page.header.Get("Content-Type"), "text/html")
	require.NotContains(t, string(page.body), "https://", "the page asks nobody else")
}

// The generated router guards an operation under its id; one whose middleware is missing would run unguarded. A query
// parameter that exists nowhere is refused by the guard alone, so its refusal shows that route and guard are there.
func TestEveryOperationIsRoutedAndGuarded(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	eachOperation(t, anyOperation, func(t *testing.T, o operation) {
		dana := dana.in(t)
		problem := dana.call(o.method, o.somewhere()+"?surprise=1", o.example()).refused(422, api.ProblemCodeInvalidRequest, "surprise")
		require.Equal(t, "unknown", problem.Errors[0].Code)
	})
	known, err := httpapi.LoadContract()
	require.NoError(t, err)
	require.Len(t, known.Operations, len(contract.operations))
}
