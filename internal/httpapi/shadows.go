package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// closeShadows refuses methods that a path does not take but a more general one does: a DELETE of /api/accounts/status is
// not that of an account called status, though the router would take it for one. OPTIONS then names what is left.
func closeShadows(router *echo.Echo, operations map[string]Operation) {
	methods := map[string]map[string]bool{} // by path
	for _, operation := range operations {
		if methods[operation.Path] == nil {
			methods[operation.Path] = map[string]bool{}
		}
		methods[operation.Path][operation.Method] = true
	}
	for path, own := range methods {
		allowed := strings.Join(append([]string{http.MethodOptions}, slices.Sorted(maps.Keys(own))...), ", ")
		shadowed := false
		for general, others := range methods {
			if !covers(general, path) {
				continue
			}
			for method := range others {
				if own[method] {
					continue
				}
				shadowed = true
				router.Add(method, echoPath(path), func(c echo.Context) error {
					c.Response().Header().Set(echo.HeaderAllow, allowed)
					return echo.ErrMethodNotAllowed
				})
			}
		}
		if shadowed { // the router's own answer would name the refused methods too
			router.OPTIONS(echoPath(path), func(c echo.Context) error {
				c.Response().Header().Set(echo.HeaderAllow, allowed)
				return c.NoContent(http.StatusNoContent)
			})
		}
	}
}

// covers reports whether every address of path is one of the more general path too.
func covers(general, path string) bool {
	generals, parts := strings.Split(general, "/"), strings.Split(path, "/")
	if general == path || len(generals) != len(parts) {
		return false
	}
	for i, part := range generals {
		if !strings.HasPrefix(part, "{") && part != parts[i] {
			return false
		}
	}
	return true
}

// echoPath is a path of the contract as the router spells it.
func echoPath(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }
