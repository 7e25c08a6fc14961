// Package telemetry holds what ties log lines, problems and audit events of one request together.
package telemetry

import "context"

type requestIDKey struct{}

// WithRequestID puts the id of the request into ctx.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID returns the id of the request, empty outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
