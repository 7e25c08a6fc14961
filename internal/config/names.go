package config

import (
	"regexp"
	"slices"
	"strings"
)

// ownPrefixes begin names that are ours alone: whatever else begins so in the environment is taken for a mistake. The
// prefixes that other programs use too (DATABASE_, DATA_, LOG_, POSTGRES_, PUBLIC_, REDIS_) are left out; names like
// those are only reported when they are a slip of the finger away from one of ours.
var ownPrefixes = []string{
	"AI_", "AUTO_", "CORS_", "FEATURE_", "HTTP_", "JWT_", "KNOT_", "LIMIT_", "METRICS_", "SEED_", "SEND_MESSAGE_", "SHUTDOWN_",
}

// foreignNames begin like ours but belong to others.
var foreignNames = []string{"HTTP_PROXY"}

// serviceLink is what container platforms put into the environment of a pod for every service beside it: one called
// "metrics" makes METRICS_SERVICE_HOST and METRICS_PORT=tcp://...
var (
	serviceLinkName  = regexp.MustCompile(`_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)`)
	serviceLinkValue = regexp.MustCompile(`^(tcp|udp|sctp)://`)
)

func isKnown(name string) bool {
	_, ok := settingByKey[name]
	return ok
}

// unknown says that name is no setting and which one was probably meant.
func unknown(name string) string {
	// Generous, since the name is known to be meant for us: a third of it may be wrong.
	if meant := closest(name, 1+len(name)/3); meant != "" {
		return "there is no such setting; did you mean " + meant + "?"
	}
	return "there is no such setting; .env.example lists them all"
}

// suspicious reports whether a name from the environment was meant to be a setting of ours, and what to say.
func suspicious(name, value string) (string, bool) {
	if slices.Contains(foreignNames, name) || serviceLinkName.MatchString(name) || serviceLinkValue.MatchString(value) {
		return "", false
	}
	for _, prefix := range ownPrefixes {
		if strings.HasPrefix(name, prefix) {
			return unknown(name), true
		}
	}
	slips := 1
	if len(name) >= 10 {
		slips = 2
	}
	if closest(name, slips) != "" {
		return unknown(name), true
	}
	return "", false
}

// closest finds the known name that is the fewest slips away from name, at most limit; "" when none is.
func closest(name string, limit int) string {
	best, fewest := "", limit+1
	consider := func(candidate string) {
		if d := slipsBetween(strings.ToUpper(name), candidate); d < fewest {
			best, fewest = candidate, d
		}
	}
	for _, s := range settings {
		consider(s.key)
	}
	consider(FileKey)
	return best
}

// slipsBetween counts the letters to insert, drop, change or swap with their neighbour to make b of a (the optimal
// string alignment distance).
func slipsBetween(a, b string) int {
	previous2, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], previous2[j-2]+1)
			}
		}
		previous2, previous, current = previous, current, previous2
	}
	return previous[len(b)]
}
