package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// versionTag is the ETag of a resource: the version of what can be changed of it, and a hash of all that is shown. For
// caching the whole has to be the same; a change collides with another change alone.
func versionTag(version int64, body any) string {
	text, err := json.Marshal(body)
	if err != nil { // a plain struct of texts, numbers and times; what cannot be shown has no hash either
		text = nil
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf(`"%d-%s"`, version, hex.EncodeToString(sum[:8]))
}

// ifMatch says of a version whether it is one the caller saw, by the If-Match header; without one it is any. A weak tag
// matches none (RFC 9110, section 13.1.1).
func ifMatch(header *string) func(version int64) bool {
	return func(version int64) bool {
		return header == nil || tagMatches(*header, func(tag string) bool { return strings.HasPrefix(tag, fmt.Sprintf(`"%d-`, version)) })
	}
}

// isUnchanged says whether the caller has this already, by the If-None-Match header.
func isUnchanged(header *string, tag string) bool {
	return header != nil && tagMatches(*header, func(other string) bool { return strings.TrimPrefix(other, "W/") == tag })
}

// tagMatches reads If-Match and If-None-Match (RFC 9110, section 13.1): a list of tags, or `*`.
func tagMatches(header string, matches func(tag string) bool) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for tag := range strings.SplitSeq(header, ",") {
		if matches(strings.TrimSpace(tag)) {
			return true
		}
	}
	return false
}
