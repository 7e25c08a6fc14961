package config

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with the settings.
type Problem struct {
	Key    string // the setting, or the name nobody knows; empty when a whole source cannot be read
	Source string // where it was set; empty for a default or something missing
	Detail string // what is wrong and what to do; never holds the value of a secret
}

// String reads as one line: "HTTP_ADDR (from the environment): want host:port".
func (p Problem) String() string {
	switch {
	case p.Key == "":
		return fmt.Sprintf("%s: %s", p.Source, p.Detail)
	case p.Source == "":
		return fmt.Sprintf("%s: %s", p.Key, p.Detail)
	default:
		return fmt.Sprintf("%s (from %s): %s", p.Key, p.Source, p.Detail)
	}
}

// Error lists everything that is wrong, so that an operator mends it in one go.
type Error struct{ Problems []Problem }

// Error implements error, one problem a line.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "configuration: %d problem", len(e.Problems))
	if len(e.Problems) != 1 {
		text.WriteString("s")
	}
	for _, p := range e.Problems {
		text.WriteString("\n  " + p.String())
	}
	return text.String()
}

// asError is nil when there are no problems.
func asError(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	return &Error{Problems: problems}
}
