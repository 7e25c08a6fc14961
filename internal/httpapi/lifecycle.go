package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

const (
	headerAPIVersion  = "X-Api-Version"
	headerDeprecation = "Deprecation"
	headerSunset      = "Sunset"
)

var errLifecycle = errors.New("x-deprecated-since and x-sunset are days in this order, on deprecated operations both, else neither")

// Lifecycle is when an operation came out of use and when it goes away. Zero for one that is to stay.
type Lifecycle struct {
	Deprecated time.Time // the day it was deprecated, from midnight in UTC
	Sunset     time.Time // the first day it may be gone
}

// readLifecycle reads the days of a deprecated operation. Half a lifecycle is an error: clients are told both or nothing.
func readLifecycle(operation *openapi3.Operation) (Lifecycle, error) {
	since, err := day(operation.Extensions["x-deprecated-since"])
	if err != nil {
		return Lifecycle{}, err
	}
	sunset, err := day(operation.Extensions["x-sunset"])
	if err != nil {
		return Lifecycle{}, err
	}
	if since.IsZero() != !operation.Deprecated || sunset.IsZero() != !operation.Deprecated || sunset.Before(since) {
		return Lifecycle{}, errLifecycle
	}
	return Lifecycle{Deprecated: since, Sunset: sunset}, nil
}

func day(written any) (time.Time, error) {
	if written == nil {
		return time.Time{}, nil
	}
	text, _ := written.(string)
	parsed, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%v is no day: %w", written, errLifecycle)
	}
	return parsed, nil
}

// tell adds the headers of RFC 9745 and RFC 8594 to every answer of a deprecated operation, refusals too.
func (l Lifecycle) tell(header http.Header) {
	if l.Deprecated.IsZero() {
		return
	}
	header.Set(headerDeprecation, "@"+strconv.FormatInt(l.Deprecated.Unix(), 10))
	header.Set(headerSunset, l.Sunset.Format(http.TimeFormat))
}

// apiVersion names on every answer the version of the contract it keeps.
func apiVersion(version string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set(headerAPIVersion, version)
			return next(c)
		}
	}
}
