package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/mail"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice"
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/testkit"
)

// contract is openapi.yaml as people wrote it, read without the help of the code under test.
var contract = readContract()

type specification struct {
	doc        *openapi3.T
	router     routers.Router
	operations []operation // by operationId
}

type operation struct {
	*openapi3.Operation

	path   string
	method string
	access string
	params openapi3.Parameters // those of the path included
}

func readContract() specification {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(lattice.Contract)
	if err != nil {
		panic(err)
	}
	// The router takes the document by its servers; ours is relative, and the requests of the tests have no host.
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation())
	if err != nil {
		panic(err)
	}
	spec := specification{doc: doc, router: router}
	for path, item := range doc.Paths.Map() {
		for method, declared := range item.Operations() {
			access, _ := declared.Extensions["x-access"].(string)
			spec.operations = append(spec.operations, operation{
				Operation: declared, path: path, method: method, access: access, params: slices.Concat(item.Parameters, declared.Parameters),
			})
		}
	}
	slices.SortFunc(spec.operations, func(a, b operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return spec
}

// eachOperation runs check for every operation that fits, as subtests side by side.
func eachOperation(t *testing.T, fits func(operation) bool, check func(t *testing.T, o operation)) {
	t.Helper()
	count := 0
	for _, o := range contract.operations {
		if fits(o) {
			count++
			t.Run(o.OperationID, func(t *testing.T) {
				t.Parallel()
				check(t, o)
			})
		}
	}
	require.Positive(t, count, "a check of nothing proves nothing")
}

func anyOperation(operation) bool { return true }

func takesBody(o operation) bool { return o.RequestBody != nil }

// takesClientsBody leaves out what a vendor signs: what cannot be read cannot be signed, and what is unknown is let pass.
func takesClientsBody(o operation) bool { return takesBody(o) && o.access != "signature" }

// somewhere is the operation's path with ids in it that nobody has.
func (o operation) somewhere() string {
	path := o.path
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + uuid.NewString() + path[to+1:]
	}
	return path
}

// example is the JSON body the contract shows; nil where the operation takes none.
func (o operation) example() any {
	if o.RequestBody == nil {
		return nil
	}
	media := o.RequestBody.Value.Content.Get("application/json")
	if media.Example != nil {
		return media.Example
	}
	for _, example := range media.Examples {
		return example.Value.Value
	}
	panic(o.OperationID + " has no example of its body")
}

// strictFormats check in answers what the validation library takes on trust, and what our conventions ask beyond it.
func strictFormats() openapi3.SchemaValidationOption {
	check := openapi3.NewCallbackValidator[string]
	return openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid": check(func(text string) error {
			if len(text) != 36 || strings.ToLower(text) != text {
				return errors.New("ids are written in lower case with dashes")
			}
			return uuid.Validate(text)
		}),
		"date": check(func(text string) error {
			_, err := time.Parse(time.DateOnly, text)
			return err
		}),
		"date-time": check(func(text string) error {
			if !strings.HasSuffix(text, "Z") {
				return errors.New("times are written in UTC")
			}
			_, err := time.Parse(time.RFC3339Nano, text)
			return err
		}),
		"email": check(func(text string) error {
			_, err := mail.ParseAddress(text)
			return err
		}),
	})
}

// conform holds one answer to the contract and returns the id of the operation that gave it, empty for an address the
// contract does not know.
func (s specification) conform(ctx context.Context, request *http.Request, status int, header http.Header, body []byte) (string, error) {
	if ids := header.Values("X-Request-Id"); len(ids) != 1 || ids[0] == "" {
		return "", fmt.Errorf("X-Request-Id is %q", ids)
	}
	if status >= http.StatusBadRequest {
		if err := s.conformProblem(request, status, header, body); err != nil {
			return "", err
		}
	}
	asked := request.Clone(ctx)
	asked.Body = http.NoBody
	route, params, err := s.router.FindRoute(asked)
	// The library's router takes a path with nothing where a parameter should be, or with a slash too many.
	// And it takes one path for a more general one: what answers 405 is no operation, whatever it found.
	strict := err == nil && !strings.HasSuffix(asked.URL.Path, "/") && !slices.Contains(slices.Collect(maps.Values(params)), "") &&
		status != http.StatusMethodNotAllowed
	if !strict {
		return "", nil // not an operation; that its errors are problems was checked above
	}
	id := route.Operation.OperationID
	declared := route.Operation.Responses.Status(status)
	if declared == nil {
		return id, fmt.Errorf("%s does not declare status %d", id, status)
	}
	if len(declared.Value.Content) == 0 && (len(body) > 0 || header.Get("Content-Type") != "") {
		return id, fmt.Errorf("%s declares no body for status %d", id, status)
	}
	if declared.Value.Content.Get("text/event-stream") != nil && status == http.StatusOK {
		return id, conformEvents(id, header, body)
	}
	err = openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route},
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{strictFormats()},
		},
	})
	if err != nil {
		return id, fmt.Errorf("%s: %w", id, err)
	}
	return id, checkNumbers(body)
}

// conformEvents holds every event of a stream to its schema; the numbers are those of a stream from the beginning.
func conformEvents(id string, header http.Header, body []byte) error {
	if media := header.Get("Content-Type"); media != "text/event-stream" {
		return fmt.Errorf("a stream is text/event-stream, not %q", media)
	}
	reader := testkit.NewHintReader(bytes.NewReader(body))
	if id == "streamReply" {
		reader = testkit.NewReplyReader(bytes.NewReader(body), 0)
	}
	_, err := reader.All()
	return err
}

func (s specification) conformProblem(request *http.Request, status int, header http.Header, body []byte) error {
	if media := header.Get("Content-Type"); media != "application/problem+json" {
		return fmt.Errorf("an error is a problem, not %q", media)
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return fmt.Errorf("read problem: %w", err)
	}
	if err := s.doc.Components.Schemas["Problem"].Value.VisitJSON(tree, openapi3.MultiErrors()); err != nil {
		return err
	}
	var problem api.Problem
	if err := json.Unmarshal(body, &problem); err != nil {
		return fmt.Errorf("read problem: %w", err)
	}
	want := api.Problem{
		Type: "/problems/" + string(problem.Code), Title: http.StatusText(status), Status: status, Instance: strings.ToValidUTF8(request.URL.Path, "\ufffd"),
		RequestID: header.Get("X-Request-Id"),
		Code:      problem.Code, Detail: problem.Detail, Errors: problem.Errors,
		Sum: problem.Sum, Difference: problem.Difference, SuggestedShares: problem.SuggestedShares, SuggestedPaidBy: problem.SuggestedPaidBy,
	}
	if problem.Code != api.ProblemCodeSplitMismatch && (problem.Sum != nil || problem.Difference != nil || problem.SuggestedShares != nil || problem.SuggestedPaidBy != nil) {
		return fmt.Errorf("a proposal belongs to a split that does not add up: %+v", problem)
	}
	if !reflect.DeepEqual(problem, want) {
		return fmt.Errorf("the problem is %+v, want %+v", problem, want)
	}
	if status == http.StatusUnauthorized && header.Get("WWW-Authenticate") == "" {
		return errors.New("a 401 says how to sign in (RFC 9110, section 15.5.2)")
	}
	return nil
}

// checkNumbers holds the convention that a number in an answer is whole or has at most two decimals.
func checkNumbers(body []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		number, ok := token.(json.Number)
		if !ok {
			continue
		}
		exact, ok := new(big.Rat).SetString(number.String())
		if !ok || !exact.Mul(exact, big.NewRat(100, 1)).IsInt() {
			return fmt.Errorf("the number %s has more than two decimals", number)
		}
	}
}
