package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
	"github.com/lattice-money/lattice/internal/auth"
)

// Access is who may call an operation: the value of its x-access in the contract.
type Access string

// The access rules this build knows. Operations of members, admins and owners let every signed-in user in; that the chat or
// group is theirs is checked by the query that loads it, and their role under its lock, so that it cannot change in between.
const (
	AccessPublic     Access = "public"
	AccessOptional   Access = "optional"
	AccessUser       Access = "user"
	AccessMember     Access = "member"
	AccessGroupAdmin Access = "group-admin"
	AccessGroupOwner Access = "group-owner"
	AccessSignature  Access = "signature" // a vendor, by its signature over the body
)

// Authenticator turns a bearer token into who makes the request.
type Authenticator interface {
	Authenticate(ctx context.Context, accessToken string) (auth.Principal, error)
}

// Operation is one operation of the contract with its access rule and its limit.
type Operation struct {
	ID      string
	Method  string
	Path    string
	Access  Access
	Limit   LimitClass
	Streams bool // answers a stream of events

	lifecycle Lifecycle

	route    *routers.Route
	takesNil bool // has no request body
}

// Contract is what the service takes from the contract this build keeps.
type Contract struct {
	Version    string
	Operations map[string]Operation // by id
}

// LoadContract reads the embedded contract, once, since it is long: it is shared and not to be changed. A missing
// operationId and an unknown access rule or limit are errors: the process must not start with a route nobody guards.
func LoadContract() (*Contract, error) { return contract() }

var contract = sync.OnceValues(readContract)

func readContract() (*Contract, error) {
	doc, err := api.GetSpec()
	if err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate contract: %w", err)
	}
	operations, err := operationsOf(doc)
	if err != nil {
		return nil, err
	}
	return &Contract{Version: doc.Info.Version, Operations: operations}, nil
}

func operationsOf(doc *openapi3.T) (map[string]Operation, error) {
	operations := map[string]Operation{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			access, _ := operation.Extensions["x-access"].(string)
			switch Access(access) {
			case AccessPublic, AccessOptional, AccessUser, AccessMember, AccessGroupAdmin, AccessGroupOwner, AccessSignature:
			default:
				return nil, fmt.Errorf("%s %s: x-access %q is not a known access rule", method, path, access)
			}
			if operation.OperationID == "" {
				return nil, fmt.Errorf("%s %s: no operationId", method, path)
			}
			limit, err := limitClass(method, Access(access), operation)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			lifecycle, err := readLifecycle(operation)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			// Who may call is decided here, by x-access; the validator is left the rest of the operation.
			bare := *operation
			bare.Security = openapi3.NewSecurityRequirements()
			operations[operation.OperationID] = Operation{
				ID: operation.OperationID, Method: method, Path: path, Access: Access(access), Limit: limit, Streams: streams(operation),
				lifecycle: lifecycle,
				route:     &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: &bare},
				takesNil:  operation.RequestBody == nil,
			}
		}
	}
	return operations, nil
}

// gate is what every operation is guarded with.
type gate struct {
	authenticator Authenticator
	webhooks      Webhooks
	limits        *limits
	digestKey     []byte
	options       *openapi3filter.Options
}

func newGate(authenticator Authenticator, webhooks Webhooks, limits *limits, digestKey []byte) *gate {
	return &gate{authenticator: authenticator, webhooks: webhooks, limits: limits, digestKey: digestKey, options: &openapi3filter.Options{
		MultiError: true, KeepValidatedValue: true,
		AuthenticationFunc:      openapi3filter.NoopAuthenticationFunc,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.DisableSchemaErrorDetails(), formats()},
	}}
}

// guards makes the middleware of each operation: first who, then how often, then what. It is keyed by the raw operation
// id, which is what the generated router looks up; a test holds that every operation is really guarded.
func (g *gate) guards(operations map[string]Operation) map[string][]echo.MiddlewareFunc {
	result := make(map[string][]echo.MiddlewareFunc, len(operations))
	for id, operation := range operations {
		result[id] = []echo.MiddlewareFunc{
			func(next echo.HandlerFunc) echo.HandlerFunc {
				return func(c echo.Context) error {
					if err := g.admit(c, &operation); err != nil {
						return err
					}
					return next(c)
				}
			},
		}
		if operation.Streams {
			result[id] = append(result[id], g.limits.hold)
		}
	}
	return result
}

func (g *gate) admit(c echo.Context, o *Operation) error {
	c.Set(operationKey, o.ID)
	o.lifecycle.tell(c.Response().Header())
	if o.Access == AccessSignature {
		if err := checkSignature(c, g.webhooks); err != nil {
			return err
		}
	} else if err := o.authenticate(c, g.authenticator); err != nil {
		return g.limits.refuse(c, o.Limit, err)
	}
	if err := g.limits.take(c, o.Limit); err != nil {
		return err
	}
	if err := o.validate(c, g.options); err != nil {
		return err
	}
	o.takeIdempotencyKey(c, g.digestKey)
	return nil
}

func (o *Operation) authenticate(c echo.Context, authenticator Authenticator) error {
	header := c.Request().Header.Get(echo.HeaderAuthorization)
	if o.Access == AccessPublic || (o.Access == AccessOptional && header == "") {
		return nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return auth.ErrSignedOut
	}
	principal, err := authenticator.Authenticate(c.Request().Context(), strings.TrimSpace(token))
	if err != nil {
		return err
	}
	c.SetRequest(c.Request().WithContext(auth.WithPrincipal(c.Request().Context(), principal)))
	return nil
}

func (o *Operation) validate(c echo.Context, options *openapi3filter.Options) error {
	request := c.Request()
	params, err := pathParams(c)
	if err != nil {
		return err
	}
	query, err := o.checkQuery(request)
	if err != nil {
		return err
	}
	normalizeContentType(request)
	if o.takesNil {
		request.Body = http.NoBody // whatever was sent has no meaning here
	}
	err = openapi3filter.ValidateRequest(request.Context(), &openapi3filter.RequestValidationInput{
		Request: request, PathParams: params, QueryParams: query, Route: o.route, Options: options,
	})
	return fromValidation(err)
}

// pathParams takes the match of Echo's router, the only one here: two routers could pick different operations for one
// address, and then the wrong rule would guard it.
func pathParams(c echo.Context) (map[string]string, error) {
	params := make(map[string]string, len(c.ParamNames()))
	for i, name := range c.ParamNames() {
		value := c.ParamValues()[i]
		if c.Request().URL.RawPath != "" {
			var err error
			if value, err = url.PathUnescape(value); err != nil {
				return nil, apperr.Wrap(err, apperr.CodeInvalidRequest, "The address is not valid.")
			}
		}
		params[name] = value
	}
	return params, nil
}

// checkQuery refuses parameters the operation does not know, which the validation library would let pass, repeated ones,
// of which it would take the first, empty numbers, which it would take for absent, and texts the database could not take.
func (o *Operation) checkQuery(request *http.Request) (url.Values, error) {
	query, err := url.ParseQuery(request.URL.RawQuery)
	if err != nil {
		return nil, apperr.Wrap(err, apperr.CodeInvalidRequest, "The query of the address is not valid.")
	}
	var fields []apperr.Field
	for name, values := range query {
		parameter := o.route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		if parameter == nil {
			parameter = o.route.PathItem.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
		}
		switch {
		case parameter == nil:
			fields = append(fields, apperr.Field{Pointer: name, Code: "unknown", Detail: "There is no such parameter."})
		case len(values) > 1:
			fields = append(fields, apperr.Field{Pointer: name, Code: "repeated", Detail: "This parameter may stand once."})
		case values[0] == "" && !parameter.Schema.Value.Type.Is(openapi3.TypeString):
			fields = append(fields, apperr.Field{Pointer: name, Code: "type", Detail: "The value has the wrong type."})
		case !storable(values[0]):
			fields = append(fields, apperr.Field{Pointer: name, Code: "format", Detail: "The value has the wrong format."})
		}
	}
	if len(fields) > 0 {
		slices.SortFunc(fields, func(a, b apperr.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
		return nil, apperr.Invalid(fields...)
	}
	return query, nil
}

// normalizeContentType lower-cases the media type, by whose letters the generated code picks the body's shape, and
// takes merge-patch as the alias the contract promises.
func normalizeContentType(request *http.Request) {
	media, params, found := strings.Cut(request.Header.Get(echo.HeaderContentType), ";")
	media = strings.ToLower(strings.TrimSpace(media))
	if media == "application/merge-patch+json" && request.Method == http.MethodPatch {
		media = echo.MIMEApplicationJSON
	}
	if found {
		media += ";" + params
	}
	if media != "" {
		request.Header.Set(echo.HeaderContentType, media)
	}
}

// binder gives the handler exactly the value that was validated. Decoding the body a second time would match keys
// without regard to case, so that EMAIL could replace the email that was checked.
type binder struct{}

func (binder) Bind(target any, c echo.Context) error {
	return bindValidated(target, c.Request().Body)
}
