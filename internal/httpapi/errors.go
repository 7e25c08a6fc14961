package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/ledger"
	"github.com/lattice-money/lattice/internal/telemetry"
)

// statusByCode is the one place where a code gets its HTTP status.
var statusByCode = map[apperr.Code]int{ //nolint:gochecknoglobals // a constant table
	apperr.CodeMalformedRequest:     http.StatusBadRequest,
	apperr.CodeUnauthorized:         http.StatusUnauthorized,
	apperr.CodeInvalidCredentials:   http.StatusUnauthorized,
	apperr.CodeInvalidSignature:     http.StatusUnauthorized,
	apperr.CodeForbidden:            http.StatusForbidden,
	apperr.CodeNotFound:             http.StatusNotFound,
	apperr.CodeMethodNotAllowed:     http.StatusMethodNotAllowed,
	apperr.CodeNotAcceptable:        http.StatusNotAcceptable,
	apperr.CodeConflict:             http.StatusConflict,
	apperr.CodeEmailTaken:           http.StatusConflict,
	apperr.CodeUnsettledBalance:     http.StatusConflict,
	apperr.CodeRequestInProgress:    http.StatusConflict,
	apperr.CodeProposalExpired:      http.StatusConflict,
	apperr.CodeProposalClosed:       http.StatusConflict,
	apperr.CodePreconditionFailed:   http.StatusPreconditionFailed,
	apperr.CodePayloadTooLarge:      http.StatusRequestEntityTooLarge,
	apperr.CodeUnsupportedMediaType: http.StatusUnsupportedMediaType,
	apperr.CodeInvalidRequest:       http.StatusUnprocessableEntity,
	apperr.CodeIdempotencyKeyReused: http.StatusUnprocessableEntity,
	apperr.CodeSplitMismatch:        http.StatusUnprocessableEntity,
	apperr.CodeRateLimited:          http.StatusTooManyRequests,
	apperr.CodeInternal:             http.StatusInternalServerError,
	apperr.CodeUnavailable:          http.StatusServiceUnavailable,
}

// statusCallerLeft is nginx's name for it. Only the log ever sees it: there is nobody to answer any more.
const statusCallerLeft = 499

// errorHandler turns every error into a problem. Echo can call it twice for one request, and a stream can fail after its
// first byte: once something was sent there is nothing to add.
func errorHandler(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		e := toAppError(err)
		status := statusByCode[e.Code]
		ctx := c.Request().Context()
		if status >= http.StatusInternalServerError && ctx.Err() != nil { // failed because the caller left, which is no fault of ours
			log.InfoContext(ctx, "caller left", "error", err, "request_id", telemetry.RequestID(ctx), "operation", operationOf(c))
			_ = c.NoContent(statusCallerLeft)
			return
		}
		if status >= http.StatusInternalServerError {
			log.ErrorContext(ctx, "request failed", "error", err, "request_id", telemetry.RequestID(ctx), "operation", operationOf(c))
		}
		if status == http.StatusUnauthorized {
			c.Response().Header().Set(echo.HeaderWWWAuthenticate, "Bearer")
		}
		problem := toAPIProblem(e, status, c)
		if mismatch, ok := errors.AsType[*ledger.MismatchError](err); ok {
			addMismatch(&problem, mismatch)
		}
		body, err := json.Marshal(problem)
		if err != nil {
			log.ErrorContext(ctx, "problem not written", "error", err)
			return
		}
		if err := c.Blob(status, "application/problem+json", body); err != nil {
			log.DebugContext(ctx, "client left", "error", err)
		}
	}
}

func toAPIProblem(e *apperr.Error, status int, c echo.Context) api.Problem {
	problem := api.Problem{
		Type: "/problems/" + string(e.Code), Title: http.StatusText(status), Status: status, Detail: e.Message,
		Instance: c.Request().URL.Path, Code: api.ProblemCode(e.Code), RequestID: telemetry.RequestID(c.Request().Context()),
	}
	if status >= http.StatusInternalServerError && e.Code == apperr.CodeInternal {
		problem.Detail = "Something went wrong on our side."
	}
	for _, field := range e.Fields {
		problem.Errors = append(problem.Errors, api.FieldError{Pointer: field.Pointer, Code: field.Code, Detail: field.Detail})
	}
	return problem
}

func toAppError(err error) *apperr.Error {
	if e, ok := errors.AsType[*apperr.Error](err); ok {
		return e
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return apperr.Wrap(err, apperr.CodePayloadTooLarge, "The body is larger than 1 MiB.")
	}
	if httpError, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch httpError.Code {
		case http.StatusNotFound:
			return apperr.Wrap(err, apperr.CodeNotFound, "There is nothing at this address.")
		case http.StatusMethodNotAllowed:
			return apperr.Wrap(err, apperr.CodeMethodNotAllowed, "This address does not take that method.")
		case http.StatusUnsupportedMediaType:
			return apperr.Wrap(err, apperr.CodeUnsupportedMediaType, "Send the body as application/json.")
		case http.StatusBadRequest:
			return apperr.Wrap(err, apperr.CodeMalformedRequest, "The request is not valid.")
		}
	}
	return apperr.From(err)
}

// fromValidation turns the tree of errors of the validation library into one error with all fields. What it says never
// repeats the value: it may be a password.
func fromValidation(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	var fields []apperr.Field
	for _, single := range flatten(err) {
		var requestError *openapi3filter.RequestError
		if !errors.As(single, &requestError) {
			return apperr.Wrap(err, apperr.CodeMalformedRequest, "The request is not valid.")
		}
		if requestError.Parameter != nil {
			fields = append(fields, parameterFields(requestError)...)
			continue
		}
		var parseError *openapi3filter.ParseError
		switch {
		case strings.HasPrefix(requestError.Reason, "header Content-Type"):
			return apperr.Wrap(err, apperr.CodeUnsupportedMediaType, "Send the body as application/json.")
		case errors.Is(requestError.Err, openapi3filter.ErrInvalidRequired):
			return apperr.Wrap(err, apperr.CodeMalformedRequest, "The request needs a body.")
		case errors.As(requestError.Err, &parseError):
			return apperr.Wrap(err, apperr.CodeMalformedRequest, malformedDetail(parseError))
		default:
			fields = append(fields, schemaFields(requestError.Err, "")...)
		}
	}
	slices.SortStableFunc(fields, func(a, b apperr.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	// One complaint about a value is enough: an empty text is too short, and then breaks its pattern as well.
	invalid := apperr.Invalid(slices.CompactFunc(fields, func(a, b apperr.Field) bool { return a.Pointer == b.Pointer })...)
	if len(invalid.Fields) == 1 {
		invalid.Message = "Some of what you sent is not valid."
	}
	return invalid
}

func malformedDetail(err error) string {
	for _, known := range []error{errJSONDuplicateKey, errJSONTrailing, errJSONDepth, errNotText, errFormRepeated} {
		if errors.Is(err, known) {
			return "The body is not valid: " + known.Error() + "."
		}
	}
	return "The body is not valid JSON."
}

func flatten(err error) []error {
	var many openapi3.MultiError
	if !errors.As(err, &many) {
		return []error{err}
	}
	var result []error
	for _, single := range many {
		// RequestError wraps further MultiErrors; it is the level that tells body from parameter, so stop there.
		if _, ok := errors.AsType[*openapi3filter.RequestError](single); ok {
			result = append(result, single)
			continue
		}
		result = append(result, flatten(single)...)
	}
	return result
}

func parameterFields(e *openapi3filter.RequestError) []apperr.Field {
	name := e.Parameter.Name
	if _, ok := errors.AsType[*openapi3filter.ParseError](e.Err); ok {
		return []apperr.Field{{Pointer: name, Code: "type", Detail: "The value has the wrong type."}}
	}
	fields := schemaFields(e.Err, name)
	if len(fields) == 0 {
		return []apperr.Field{{Pointer: name, Code: "required", Detail: "The parameter is missing or empty."}}
	}
	return fields
}

var quotedName = regexp.MustCompile(`property "((?:[^"\\]|\\.)*)"`)

// schemaFields lists the leaves of a schema error. base is the name of the parameter, empty for a body.
func schemaFields(err error, base string) []apperr.Field {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		var fields []apperr.Field
		for _, single := range many {
			fields = append(fields, schemaFields(single, base)...)
		}
		return fields
	}
	var schemaError *openapi3.SchemaError
	if !errors.As(err, &schemaError) {
		return nil
	}
	// Of allOf and oneOf the useful errors are inside, with full paths.
	var inner openapi3.MultiError
	if schemaError.Origin != nil && errors.As(schemaError.Origin, &inner) {
		return schemaFields(inner, base)
	}
	path := schemaError.JSONPointer()
	code, detail := describeKeyword(schemaError)
	if name := quotedName.FindStringSubmatch(schemaError.Reason); name != nil && (code == "required" || code == "unknown") {
		if len(path) == 0 || path[len(path)-1] != name[1] { // unknown properties are reported at their parent
			path = append(slices.Clone(path), name[1])
		}
	}
	pointer := base
	for _, part := range path {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(part)
	}
	if base != "" {
		pointer = base
	}
	return []apperr.Field{{Pointer: pointer, Code: code, Detail: detail}}
}

var camelHump = regexp.MustCompile(`([a-z])([A-Z])`)

// describeKeyword names the broken rule and says it in a sentence that never holds the value.
func describeKeyword(e *openapi3.SchemaError) (code, detail string) {
	code = strings.ToLower(camelHump.ReplaceAllString(e.SchemaField, "${1}_${2}"))
	switch code {
	case "required":
		return code, "This is missing."
	case "properties", "additional_properties":
		return "unknown", "There is no such property."
	case "type", "nullable":
		return "type", "The value has the wrong type."
	case "format":
		return code, "The value has the wrong format."
	case "pattern":
		return code, "The value does not have the form asked for."
	case "enum":
		return code, "The value is not one of those allowed."
	}
	if code == "" {
		return "invalid", "The value is not valid."
	}
	// Reasons such as "minimum string length is 1" hold the rule only.
	return code, strings.ToUpper(e.Reason[:1]) + e.Reason[1:] + "."
}

// bindValidated copies the validated tree into the handler's type. Absent optional bodies are io.EOF, as the generated
// code expects. It goes by way of JSON because the runtime's BindJSONValue cannot fill a json.Number; names that differ in case
// alone do not get this far, as the contract closes every body.
func bindValidated(target any, body io.ReadCloser) error {
	validated, ok := body.(interface{ ValidatedValue() any })
	if !ok {
		return io.EOF
	}
	data, err := json.Marshal(validated.ValidatedValue())
	if err != nil {
		return err
	}
	err = json.Unmarshal(data, target)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return apperr.Invalid(apperr.Field{
			Pointer: "/" + strings.ReplaceAll(wrong.Field, ".", "/"), Code: "type",
			Detail: "This has the right form but cannot be taken, such as a number that is too large.",
		})
	}
	return err
}
