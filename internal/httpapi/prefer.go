package httpapi

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/chat"
)

// patience is how long a request waits for its reply: as the caller prefers, and no longer than a process that stops can.
func (s *Server) patience(prefer *string) chat.Patience {
	return chat.Patience{Limit: waitFrom(prefer, s.SendWait), Dismissed: s.dismissed}
}

// waitFrom reads the Prefer header (RFC 7240): `respond-async` does not wait, `wait=N` waits at most N seconds and never
// longer than limit. What it does not know, it ignores, as the RFC asks.
func waitFrom(header *string, limit time.Duration) time.Duration {
	if header == nil {
		return limit
	}
	for preference := range strings.SplitSeq(*header, ",") {
		token, _, _ := strings.Cut(preference, ";") // parameters of a preference mean nothing here
		name, value, _ := strings.Cut(token, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "respond-async":
			return 0
		case "wait":
			seconds, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`))
			if err == nil && seconds >= 0 && seconds <= int(limit/time.Second) { // not the other way round: it would overflow
				limit = time.Duration(seconds) * time.Second
			}
		}
	}
	return limit
}

func messagePath(chatID, messageID uuid.UUID) string {
	return "/api/chats/" + chatID.String() + "/messages/" + messageID.String()
}
