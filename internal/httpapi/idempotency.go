package httpapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/idempotency"
)

const idempotencyHeader = "Idempotency-Key"

// takeIdempotencyKey puts the request's key into the context where the operation takes one and somebody is signed in.
// What was asked is kept as an HMAC over method, address and the validated body, so that spaces and the order of keys
// make no difference.
func (o *Operation) takeIdempotencyKey(c echo.Context, digestKey []byte) {
	header := c.Request().Header.Get(idempotencyHeader)
	principal, signedIn := auth.PrincipalFrom(c.Request().Context())
	if header == "" || !signedIn || o.route.Operation.Parameters.GetByInAndName(openapi3.ParameterInHeader, idempotencyHeader) == nil {
		return
	}
	digest := hmac.New(sha256.New, digestKey)
	digest.Write([]byte(c.Request().Method + " " + c.Request().URL.EscapedPath() + "\n"))
	if body, ok := c.Request().Body.(interface{ ValidatedValue() any }); ok {
		text, err := json.Marshal(body.ValidatedValue())
		if err != nil { // it was just decoded from JSON
			panic(err)
		}
		digest.Write(text)
	}
	key := &idempotency.Key{UserID: principal.User.ID, Operation: o.ID, Key: header, Digest: digest.Sum(nil)}
	c.SetRequest(c.Request().WithContext(idempotency.WithKey(c.Request().Context(), key)))
}

// replayed is the value of the Idempotency-Replayed header: absent unless the answer repeats an earlier one.
func replayed(ctx context.Context) *string {
	if !idempotency.Replayed(ctx) {
		return nil
	}
	yes := "true"
	return &yes
}
