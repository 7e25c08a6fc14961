package redact

import (
	"log/slog"
	"strings"
)

// Placeholder is what stands in a log record for a secret.
const Placeholder = "[redacted]"

// Attr returns a slog.HandlerOptions.ReplaceAttr function that writes Placeholder for every attribute whose key is one
// of keys, in upper or lower case, and for everything inside a group of such a name. The keys are copied.
//
// It sees the keys of the record only: a struct logged whole keeps its fields, so log the fields or give the type a
// LogValue method. The set comes from the properties that the contract marks x-redact.
func Attr(keys map[string]struct{}) func(groups []string, attribute slog.Attr) slog.Attr {
	secret := make(map[string]struct{}, len(keys))
	for key := range keys {
		secret[strings.ToLower(key)] = struct{}{}
	}
	isSecret := func(key string) bool {
		_, ok := secret[strings.ToLower(key)]
		return ok
	}
	return func(groups []string, attribute slog.Attr) slog.Attr {
		redacted := isSecret(attribute.Key)
		for _, group := range groups {
			redacted = redacted || isSecret(group)
		}
		if !redacted {
			return attribute
		}
		return slog.String(attribute.Key, Placeholder)
	}
}
