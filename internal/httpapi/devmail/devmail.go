// Package devmail shows a developer the mails that were not really sent: a page for people, JSON for programs.
package devmail

import (
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/lattice-money/lattice/internal/mail"
)

// Path is where the page lives. The same as JSON comes where Accept asks for it.
const Path = "/dev/mail"

// contentPolicy lets the page load and send nothing: mails hold what others typed.
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed page.html
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// Outbox is where mails are that were not sent, newest first.
type Outbox interface {
	Messages() []mail.Message
}

// entry is a mail as JSON.
type entry struct {
	ID      string    `json:"id"`
	To      string    `json:"to"`
	ToName  string    `json:"toName"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// Handler answers GET with the mails of an outbox, newest first.
func Handler(outbox Outbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		messages := outbox.Messages()
		entries := make([]entry, len(messages))
		for i, m := range messages {
			entries[i] = entry{ID: m.ID.String(), To: m.To.Email, ToName: m.To.Name, Subject: m.Subject, Text: m.Text, At: m.At}
		}
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Vary", "Accept")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Content-Security-Policy", contentPolicy)
		if strings.Contains(r.Header.Get("Accept"), "application/json") {
			header.Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"items": entries}) // whoever asked may have left
			return
		}
		header.Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, entries)
	})
}
