package seed

import (
	"bytes"
	"fmt"
	"io/fs"

	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"

	"github.com/lattice-money/lattice/internal/integrations/knot/mock"
)

// demoFile is db/seed/demo.yaml.
type demoFile struct {
	Password string       `yaml:"password"`
	People   []demoPerson `yaml:"people"`
	Chats    []demoChat   `yaml:"chats"`
	Groups   []demoGroup  `yaml:"groups"`
}

type demoPerson struct {
	ID            uuid.UUID    `yaml:"id"` // fixed: the merchant vendor's mock makes orders from it
	Name          string       `yaml:"name"`
	Email         string       `yaml:"email"`
	JoinedDaysAgo int          `yaml:"joinedDaysAgo"`
	TimeZone      string       `yaml:"timeZone"`
	Persona       mock.Persona `yaml:"persona"`
	Cards         []demoCard   `yaml:"cards"`
}

type demoCard struct {
	Product  string `yaml:"product"`
	Nickname string `yaml:"nickname"`
	LastFour string `yaml:"lastFour"`
	Limit    *int64 `yaml:"limit"`
	Balance  *int64 `yaml:"balance"`
}

type demoChat struct {
	Title    string        `yaml:"title"`
	Owner    string        `yaml:"owner"`
	Messages []demoMessage `yaml:"messages"`
}

type demoGroup struct {
	Name           string        `yaml:"name"`
	Owner          string        `yaml:"owner"`
	Currency       string        `yaml:"currency"`
	CreatedDaysAgo int           `yaml:"createdDaysAgo"`
	OwnerShares    bool          `yaml:"ownerShares"`
	Members        []demoMember  `yaml:"members"`
	Invited        []string      `yaml:"invited"`
	Receipts       []demoReceipt `yaml:"receipts"`
	Expenses       []demoExpense `yaml:"expenses"`
	Messages       []demoMessage `yaml:"messages"`
}

type demoMember struct {
	Email           string `yaml:"email"`
	Role            string `yaml:"role"`
	SharesPurchases bool   `yaml:"sharesPurchases"`
}

// demoReceipt puts a person's newest orders at a merchant before the group.
type demoReceipt struct {
	By       string `yaml:"by"`
	Merchant int64  `yaml:"merchant"`
	Newest   int32  `yaml:"newest"`
}

// demoExpense is what one member paid for the group.
type demoExpense struct {
	By          string           `yaml:"by"`
	DaysAgo     int              `yaml:"daysAgo"`
	At          string           `yaml:"at"` // hour and minute in the payer's time zone
	Description string           `yaml:"description"`
	Category    string           `yaml:"category"`
	Total       int64            `yaml:"total"`  // minor units of the group's currency
	Shares      map[string]int64 `yaml:"shares"` // weights by e-mail; equal among the members where there are none
}

type demoMessage struct {
	From    string `yaml:"from"`
	DaysAgo int    `yaml:"daysAgo"`
	At      string `yaml:"at"` // hour and minute in the sender's time zone
	Text    string `yaml:"text"`
}

func readDemo(files fs.FS) (demoFile, error) {
	content, err := fs.ReadFile(files, "demo.yaml")
	if err != nil {
		return demoFile{}, fmt.Errorf("read demo: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var demo demoFile
	if err := decoder.Decode(&demo); err != nil {
		return demoFile{}, fmt.Errorf("read demo: %w", err)
	}
	return demo, nil
}

// Personas returns how the demo people shop, by the name the merchant vendor knows them by.
func Personas(files fs.FS) (map[string]mock.Persona, error) {
	demo, err := readDemo(files)
	if err != nil {
		return nil, err
	}
	personas := map[string]mock.Persona{}
	for _, person := range demo.People {
		if len(person.Persona.Merchants) > 0 {
			personas[person.ID.String()] = person.persona()
		}
	}
	return personas, nil
}

func (p demoPerson) persona() mock.Persona {
	persona := p.Persona
	persona.AccountName = p.Email
	return persona
}
