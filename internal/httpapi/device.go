package httpapi

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/mileusna/useragent"
)

type deviceKey struct{}

// device notes what browser asks, for the operations that keep it.
func device(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		noteDevice(c)
		return next(c)
	}
}

func noteDevice(c echo.Context) {
	request := c.Request()
	c.SetRequest(request.WithContext(context.WithValue(request.Context(), deviceKey{}, request.UserAgent())))
}

// deviceFrom says what browser asks, for the list of sessions. Only browser and system are kept, never the whole header.
func deviceFrom(ctx context.Context) string {
	header, _ := ctx.Value(deviceKey{}).(string)
	return describeDevice(header)
}

const (
	maxUserAgent   = 512
	maxBrowserName = 80
)

func describeDevice(header string) string {
	if len(header) > maxUserAgent {
		header = header[:maxUserAgent]
	}
	// The caller makes this text up, and it is stored and shown: nothing but visible characters.
	header = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, header)
	agent := useragent.Parse(header)
	if len(agent.Name) > maxBrowserName { // no browser is called so
		return "Unknown device"
	}
	switch {
	case agent.Name == "":
		return "Unknown device"
	case agent.OS == "":
		return agent.Name
	default:
		return agent.Name + " on " + agent.OS
	}
}
