package mail

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// delivery is what a template knows beyond its content.
type delivery struct {
	name    string // of the recipient; empty for a bare address
	baseURL string // of the service, without a slash at its end
	token   string // of an invitation
}

// AcceptPath is the page of the web client on which an invitation is accepted. The token stands behind a #, which
// browsers send to nobody: it gets into no log and no Referer.
const AcceptPath = "/invites/accept"

// How long things of others may be in a subject and in a line.
const (
	subjectLimit = 150
	nameLimit    = 80
)

func (m Invite) write(d delivery) (subject, body string) {
	by, group := own(m.InvitedBy, "Somebody"), own(m.Group, "a group")
	if group != "a group" {
		group = "the group “" + group + "”"
	}
	return by + " invites you to " + group + " on Lattice", letter(d,
		by+" invites you to "+group+" on Lattice, where friends share what they spend and ask a money co-pilot.",
		"Accept it here:\n"+d.baseURL+AcceptPath+"#"+d.token,
		"Or sign in and give this code:\n"+d.token,
		"The invitation is for this address: it can be accepted until "+m.ExpiresAt.UTC().Format("2 January 2006, 15:04 UTC")+
			" by whoever has an account with it. If you have none yet, sign up with this address first.",
		"If you do not want this, do nothing: nobody joins a group without accepting, and nobody is told.",
	)
}

func (m PriceAlert) write(d delivery) (subject, body string) {
	product := shorten(oneLine(m.Product), nameLimit)
	now := product + " is now " + m.Price.Format()
	at := ""
	if m.Merchant != "" {
		at = " at " + oneLine(m.Merchant)
	}
	link := ""
	if m.URL != "" {
		link = "Look at it here:\n" + oneLine(m.URL)
	}
	return now, letter(d, now+at+".\n"+oneLine(m.Reason), link,
		"You get this mail because you set a price alert in Lattice. Delete the alert, or turn mails off in your settings, and there "+
			"will be no more.")
}

func (m SpendingAlert) write(d delivery) (subject, body string) {
	return oneLine(m.Title), letter(d, m.Text, m.Advice, becauseOf("spending alerts"))
}

func (m RewardReminder) write(d delivery) (subject, body string) {
	return oneLine(m.Title), letter(d, m.Text, m.Advice, becauseOf("reward reminders"))
}

func becauseOf(preference string) string {
	return "You get this mail because " + preference + " are on in your settings of Lattice; turn them off there and there will be no more."
}

// letter puts a greeting before paragraphs, of which empty ones are left out.
func letter(d delivery, paragraphs ...string) string {
	greeting := "Hello,"
	if d.name != "" {
		greeting = "Hello " + oneLine(d.name) + ","
	}
	var text strings.Builder
	text.WriteString(greeting)
	for _, paragraph := range paragraphs {
		if paragraph != "" {
			text.WriteString("\n\n" + paragraph)
		}
	}
	text.WriteString("\n\nLattice\n")
	return text.String()
}

// looksLikeALink is any name that a mail program could make a link of.
var looksLikeALink = regexp.MustCompile(`(?i)://|www\.|[\pL\pN-]\.\pL{2,}|@`)

// own is a name that a user chose, as it may stand in a mail to somebody who does not know them: one short line that holds
// no link. We shall not carry other people's advertising.
func own(name, fallback string) string {
	name = shorten(oneLine(name), nameLimit)
	if name == "" || looksLikeALink.MatchString(name) {
		return fallback
	}
	return name
}

// oneLine makes a line of any text: what is not printable, line breaks above all, becomes a space. Nothing that somebody
// typed can begin a header or a paragraph of its own.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// shorten cuts a text to so many letters.
func shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit-1])) + "…"
}
