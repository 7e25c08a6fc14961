package httpapi

import (
	"context"

	"github.com/labstack/echo/v4"
	"github.com/mileusna/useragent"
)

type deviceKey struct{}

// device notes what browser asks, for the list of sessions. Only browser and system are kept, never the whole header.
func device(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := context.WithValue(c.Request().Context(), deviceKey{}, describeDevice(c.Request().UserAgent()))
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

func deviceFrom(ctx context.Context) string {
	text, _ := ctx.Value(deviceKey{}).(string)
	return text
}

func describeDevice(header string) string {
	if len(header) > 512 {
		header = header[:512]
	}
	agent := useragent.Parse(header)
	switch {
	case agent.Name == "":
		return "Unknown device"
	case agent.OS == "":
		return agent.Name
	default:
		return agent.Name + " on " + agent.OS
	}
}
