package seed

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lattice-money/lattice/internal/chat"
)

// answerDelay is how long after a question its reply is dated.
const answerDelay = 2 * time.Second

// compose dates all messages and computes the replies of the co-pilot as of their day.
func (d *demo) compose(ctx context.Context) ([]conversation, error) {
	var conversations []conversation
	for _, solo := range d.Chats {
		owner := d.people[solo.Owner]
		talk := conversation{
			id: uuid.Must(uuid.NewV7()), chatType: chat.TypeSolo, title: solo.Title, policy: chat.PolicyAlways, owner: owner,
			created: d.now.AddDate(0, 0, -owner.JoinedDaysAgo),
		}
		if err := d.talk(ctx, &talk, solo.Messages); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", solo.Title, solo.Owner, err)
		}
		conversations = append(conversations, talk)
	}
	for i := range d.Groups {
		group := &d.Groups[i]
		talk := conversation{
			id: uuid.Must(uuid.NewV7()), chatType: chat.TypeGroup, title: group.Name, policy: chat.PolicyAuto,
			owner: d.people[group.Owner], created: d.now.AddDate(0, 0, -group.CreatedDaysAgo), group: group,
		}
		if err := d.talk(ctx, &talk, group.Messages); err != nil {
			return nil, fmt.Errorf("%s: %w", group.Name, err)
		}
		conversations = append(conversations, talk)
	}
	return conversations, nil
}

func (d *demo) talk(ctx context.Context, talk *conversation, said []demoMessage) error {
	if talk.chatType == chat.TypeSolo {
		talk.add(chat.Message{SenderType: chat.SenderAI, Content: chat.Greeting(talk.owner.Name)}, talk.created)
	}
	history := map[string][]string{}
	for _, message := range said {
		person := d.people[message.From]
		at, err := d.moment(talk.owner, person, message.DaysAgo, message.At)
		if err != nil {
			return err
		}
		question := talk.add(chat.Message{
			SenderType: chat.SenderUser, Sender: &chat.Sender{ID: person.ID, Name: person.Name}, Content: message.Text,
		}, at)
		answers, err := d.Composer.Answers(ctx, talk.policy, message.Text)
		if err != nil {
			return err
		}
		if answers {
			plan, err := d.Composer.Compose(ctx, chat.Ask{
				UserID: person.ID, ChatType: talk.chatType, Text: message.Text, History: history[message.From], At: at,
				SharesPurchases: talk.shares(message.From), Members: d.members(talk), GroupCurrency: talk.currency(),
				Turn: uint64(len(talk.messages) / 2),
			})
			if err != nil {
				return fmt.Errorf("answer %q: %w", message.Text, err)
			}
			reply := talk.add(chat.Message{
				SenderType: chat.SenderAI, Content: plan.Text(), Thinking: plan.Thinking, Action: plan.Action, Drawer: plan.Drawer,
				Sources: plan.Sources, ReplyTo: &question,
			}, at.Add(answerDelay))
			talk.propose(reply, plan)
		}
		history[message.From] = append(history[message.From], message.Text)
	}
	return nil
}

// add completes a message with what follows from its place in the talk, and returns its id.
func (t *conversation) add(message chat.Message, at time.Time) uuid.UUID {
	message.ID, message.ChatID, message.Position = uuid.Must(uuid.NewV7()), t.id, int64(len(t.messages)+1)
	message.Status, message.CreatedAt, message.CompletedAt = chat.StatusCompleted, at, &at
	t.messages = append(t.messages, message)
	return message.ID
}

// propose keeps what the newest message offers to do.
func (t *conversation) propose(messageID uuid.UUID, plan chat.Plan) {
	if plan.Proposal == nil {
		return
	}
	message := &t.messages[len(t.messages)-1]
	row := plan.Proposal.Row(t.id, messageID, *plan.Action, message.CreatedAt)
	message.ProposalID = &row.ID
	t.proposals = append(t.proposals, *row)
}

// members are the people of a talk, the owner first.
func (d *demo) members(t *conversation) []chat.Sender {
	list := []chat.Sender{{ID: t.owner.ID, Name: t.owner.Name}}
	if t.group == nil {
		return list
	}
	for _, member := range t.group.Members {
		person := d.people[member.Email]
		list = append(list, chat.Sender{ID: person.ID, Name: person.Name})
	}
	return list
}

// currency is that of a group's amounts.
func (t *conversation) currency() string {
	if t.group == nil {
		return ""
	}
	return t.group.Currency
}

func (t *conversation) shares(email string) bool {
	if t.group == nil {
		return false
	}
	if email == t.owner.Email {
		return t.group.OwnerShares
	}
	for _, member := range t.group.Members {
		if member.Email == email {
			return member.SharesPurchases
		}
	}
	return false
}

// moment is when somebody of the demo did something, by their own clock: some days before today, at an hour of their day.
// Which day is today is the owner's to say for the whole talk: where it is tomorrow for some only, an answer would come before
// its question.
func (d *demo) moment(owner, person demoPerson, daysAgo int, clock string) (time.Time, error) {
	home, err := time.LoadLocation(owner.TimeZone)
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone of %s: %w", owner.Email, err)
	}
	location, err := time.LoadLocation(person.TimeZone)
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone of %s: %w", person.Email, err)
	}
	hour, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}, fmt.Errorf("hour of %s: %w", person.Email, err)
	}
	year, month, day := d.now.In(home).AddDate(0, 0, -daysAgo).Date()
	return time.Date(year, month, day, hour.Hour(), hour.Minute(), 0, 0, location), nil
}
