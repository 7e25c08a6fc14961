package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
)

// letIn takes any token.
type letIn struct{}

func (letIn) Authenticate(context.Context, string) (auth.Principal, error) {
	return auth.Principal{}, nil
}

// doctored is the contract with one operation changed.
func doctored(t *testing.T, id string, change func(o *openapi3.Operation)) *openapi3.T {
	t.Helper()
	doc, err := api.GetSpec()
	require.NoError(t, err)
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.OperationID == id {
				if operation.Extensions == nil {
					operation.Extensions = map[string]any{}
				}
				change(operation)
				return doc
			}
		}
	}
	t.Fatalf("there is no operation %s", id)
	return nil
}

// A client learns from every answer, also from one that refuses it, how long an operation stays (RFC 9745, RFC 8594).
func TestLifecycle_DeprecatedOperationsSayWhenTheyGo(t *testing.T) {
	t.Parallel()
	doc := doctored(t, "getSession", func(o *openapi3.Operation) {
		o.Deprecated = true
		o.Extensions["x-deprecated-since"] = "2026-12-01"
		o.Extensions["x-sunset"] = "2027-06-01"
	})
	operations, err := operationsOf(doc)
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	router := echo.New()
	router.HTTPErrorHandler = errorHandler(log)
	guards := newGate(letIn{}, nil, &limits{log: log}, []byte("key")).guards(operations)
	for _, id := range []string{"getSession", "getSettings"} {
		router.GET(operations[id].Path, func(c echo.Context) error { return c.NoContent(http.StatusOK) }, guards[id]...)
	}
	ask := func(path, token string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		request.Header.Set("Authorization", token)
		recorder := httptest.NewRecorder()
		router.ServeHTTP(recorder, request)
		return recorder
	}
	for token, status := range map[string]int{"Bearer good": http.StatusOK, "": http.StatusUnauthorized} {
		answer := ask("/api/session", token)
		require.Equal(t, status, answer.Code)
		require.Equal(t, "@1796083200", answer.Header().Get("Deprecation"), "2026-12-01T00:00:00Z")
		require.Equal(t, "Tue, 01 Jun 2027 00:00:00 GMT", answer.Header().Get("Sunset"))
	}
	other := ask("/api/settings", "Bearer good")
	require.Equal(t, http.StatusOK, other.Code)
	require.NotContains(t, other.Header(), "Deprecation")
	require.NotContains(t, other.Header(), "Sunset")
}

// A process that would tell clients half of it does not start.
func TestLifecycle_HalfOfItIsAnError(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(o *openapi3.Operation){
		"NoDays":    func(o *openapi3.Operation) { o.Deprecated = true },
		"NoSunset":  func(o *openapi3.Operation) { o.Deprecated, o.Extensions["x-deprecated-since"] = true, "2026-12-01" },
		"NotMarked": func(o *openapi3.Operation) { o.Extensions["x-sunset"] = "2027-06-01" },
		"NoDay":     func(o *openapi3.Operation) { o.Deprecated, o.Extensions["x-sunset"] = true, "soon" },
		"WrongWay": func(o *openapi3.Operation) {
			o.Deprecated, o.Extensions["x-deprecated-since"], o.Extensions["x-sunset"] = true, "2027-06-01", "2026-12-01"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := operationsOf(doctored(t, "getSession", change))
			require.ErrorIs(t, err, errLifecycle)
		})
	}
}
