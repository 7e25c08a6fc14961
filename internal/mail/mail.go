// Package mail writes the mails of the service and sends each once, as far as SMTP allows. Whoever has something to tell
// queues a Mail in the transaction that makes it due; a job sends it afterwards, again and again until it is taken. All
// mails are plain text; nothing in them tells us whether they were read.
//
// A mail says what it is about by its Content. To add a kind, add a type with its template and name it in contents.
package mail

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/money"
)

// Mail is one mail to one person.
type Mail struct {
	To      Recipient
	Content Content
	// Once names what the mail is about, in the sender's own words such as "price_alert:<id>:<day>". A second mail about
	// the same is not sent, not even long after the first. Empty where every mail is a new one.
	Once string
}

// Recipient is a user, whose address and wishes are read when the mail is sent, or an address that may be nobody's.
type Recipient struct {
	userID  *uuid.UUID
	address *string
}

// ToUser is a user, by id. Mails to users respect their settings: notifications.email, and for some kinds one more.
func ToUser(id uuid.UUID) Recipient { return Recipient{userID: &id} }

// ToAddress is a bare address, for people who may have no account.
func ToAddress(address string) Recipient { return Recipient{address: &address} }

// Content is what a mail says: one of the types of this package.
type Content interface {
	// kind is the stable name the content is stored under.
	kind() string
	// write gives subject and body; d is what is known only when the mail is sent.
	write(d delivery) (subject, body string)
	// wanted says whether a user wants mails of this kind.
	wanted(w Wishes) bool
}

// Wishes are the settings of a user that decide about mail.
type Wishes struct {
	Email           bool // notifications.email: any mail at all
	SpendingAlerts  bool // notifications.spendingAlerts
	RewardReminders bool // notifications.rewardReminders
}

// Invite asks somebody into a group. The token is made while the mail is sent and stands nowhere else.
type Invite struct {
	InviteID  uuid.UUID `json:"inviteId"`
	Group     string    `json:"group"`
	InvitedBy string    `json:"invitedBy"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// PriceAlert tells that a product has reached the price somebody waited for.
type PriceAlert struct {
	Product  string      `json:"product"`
	Merchant string      `json:"merchant"`
	URL      string      `json:"url"` // of the product; empty where there is none
	Price    money.Money `json:"price"`
	Reason   string      `json:"reason"` // a sentence: "It fell below the $90.00 you set."
}

// SpendingAlert tells of something unusual in somebody's spending, in the words of the feed.
type SpendingAlert struct {
	Title string `json:"title"` // a few words, without a stop
	Text  string `json:"text"`  // sentences
	// Advice is what could be done, a sentence; empty where there is nothing.
	Advice string `json:"advice"`
}

// RewardReminder tells of a reward somebody is about to miss, in the words of the feed.
type RewardReminder struct {
	Title  string `json:"title"` // a few words, without a stop
	Text   string `json:"text"`  // sentences
	Advice string `json:"advice"`
}

// contents makes an empty value of each kind, to read a stored one into.
var contents = map[string]func() Content{
	Invite{}.kind():         func() Content { return &Invite{} },
	PriceAlert{}.kind():     func() Content { return &PriceAlert{} },
	SpendingAlert{}.kind():  func() Content { return &SpendingAlert{} },
	RewardReminder{}.kind(): func() Content { return &RewardReminder{} },
}

func (Invite) kind() string         { return "invite" }
func (PriceAlert) kind() string     { return "price_alert" }
func (SpendingAlert) kind() string  { return "spending_alert" }
func (RewardReminder) kind() string { return "reward_reminder" }

func (Invite) wanted(w Wishes) bool         { return w.Email }
func (PriceAlert) wanted(w Wishes) bool     { return w.Email }
func (SpendingAlert) wanted(w Wishes) bool  { return w.Email && w.SpendingAlerts }
func (RewardReminder) wanted(w Wishes) bool { return w.Email && w.RewardReminders }

// Message is a mail as it goes out: plain text in UTF-8 to one address.
type Message struct {
	// ID is the same for every attempt at the same mail, so that a server that gets one twice can tell.
	ID      uuid.UUID
	To      Address
	Subject string // one line
	Text    string // lines end in \n
	At      time.Time
}

// Address is a mailbox and, where known, whose it is.
type Address struct {
	Name  string
	Email string
}

// Errors of sending.
var (
	// ErrRefused means that the server will never take this mail: the address does not exist, or the content is refused.
	ErrRefused = errors.New("mail: refused for good")
	// ErrBusy means that another attempt at this mail is under way.
	ErrBusy = errors.New("mail: being sent by another attempt")
)
