package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/apperr"
)

// Webhooks takes what a vendor tells by itself.
type Webhooks interface {
	// Verify reports whether the vendor signed this body, byte for byte.
	Verify(header http.Header, body []byte) bool
	// Receive keeps a signed body and reports whether it was new.
	Receive(ctx context.Context, body []byte) (fresh bool, err error)
}

// maxWebhookBytes is more than any vendor has to tell.
const maxWebhookBytes = 64 << 10

var errNotSigned = apperr.New(apperr.CodeInvalidSignature, "The signature does not fit what was sent.")

type signedBodyKey struct{}

// checkSignature reads a body as it was sent and lets it in when the vendor signed it. The handler gets the same bytes:
// one that is decoded and written again is another.
func checkSignature(c echo.Context, webhooks Webhooks) error {
	request := c.Request()
	if length := request.ContentLength; length > maxWebhookBytes {
		return &http.MaxBytesError{Limit: maxWebhookBytes}
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), request.Body, maxWebhookBytes))
	if err != nil {
		return fmt.Errorf("read webhook: %w", err)
	}
	if !webhooks.Verify(request.Header, body) {
		return errNotSigned
	}
	request = request.WithContext(context.WithValue(request.Context(), signedBodyKey{}, body))
	request.Body = io.NopCloser(bytes.NewReader(body))
	c.SetRequest(request)
	return nil
}

// ReceiveKnotWebhook implements the operation receiveKnotWebhook.
func (s *Server) ReceiveKnotWebhook(
	ctx context.Context,
	_ api.ReceiveKnotWebhookRequestObject,
) (api.ReceiveKnotWebhookResponseObject, error) {
	body, _ := ctx.Value(signedBodyKey{}).([]byte)
	if _, err := s.Webhooks.Receive(ctx, body); err != nil {
		return nil, err
	}
	return api.ReceiveKnotWebhook200JSONResponse{Received: true}, nil
}
