package e2e

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/proposals"
)

func proposalPath(id uuid.UUID) string { return "/api/proposals/" + id.String() }

// proposed asks for a card and returns the proposal of the answer.
func (c *client) proposed(question string) (uuid.UUID, api.CardDrawer) {
	c.t.Helper()
	reply := c.say(c.newChat("Groceries"), question).AIMessage.MustGet()
	drawer, err := reply.DrawerData.MustGet().AsCardDrawer()
	require.NoError(c.t, err)
	return reply.ProposalID.MustGet(), drawer
}

// An answer changes nothing; confirming it does, once; undoing restores exactly what was there.
func TestACardIsChosenByConfirmingAndNotBefore(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	card := dana.addCard("Blue Cash Preferred")
	id, drawer := dana.proposed(cardQuestion)
	require.False(t, drawer.Recommended.Preferred)
	require.Zero(t, s.count(t, "card_choices"))
	open := decode[api.Proposal](dana.get(proposalPath(id)).want(200))
	require.Equal(t, api.ProposalStatusOpen, open.Status)
	require.Equal(t, today.Add(7*24*time.Hour), open.ExpiresAt)

	confirmed := decode[api.Proposal](dana.post(proposalPath(id)+"/confirm", nil).want(200))
	require.Equal(t, api.ProposalStatusConfirmed, confirmed.Status)
	require.Equal(t, dana.user.ID, confirmed.DecidedBy.MustGet())
	require.Equal(t, today.Add(proposals.UndoWindow), confirmed.UndoableUntil.MustGet())
	require.Equal(t, api.ProposalWritten{Type: api.ProposalWrittenTypeCardChoice, ID: card.ID.String()}, confirmed.Written.MustGet())
	require.Equal(t, confirmed, decode[api.Proposal](dana.post(proposalPath(id)+"/confirm", nil).want(200)), "confirming again changes nothing")
	require.Equal(t, 1, s.count(t, "card_choices WHERE user_id = $1 AND card_id = $2 AND scope = 'merchant:whole-foods'", dana.user.ID, card.ID))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'proposal.confirm' AND target_id = $1", id.String()))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'card.choose'"))

	_, next := dana.proposed(cardQuestion)
	require.True(t, next.Recommended.Preferred)
	_, elsewhere := dana.proposed("Which card should I use for $86 at Trader Joe's?")
	require.False(t, elsewhere.Recommended.Preferred)
	dana.post(proposalPath(id)+"/dismiss", nil).refused(409, api.ProblemCodeProposalClosed)

	undone := decode[api.Proposal](dana.post(proposalPath(id)+"/undo", nil).want(200))
	require.Equal(t, api.ProposalStatusUndone, undone.Status)
	require.True(t, undone.Written.IsNull())
	require.Equal(t, undone, decode[api.Proposal](dana.post(proposalPath(id)+"/undo", nil).want(200)), "undoing again changes nothing")
	require.Zero(t, s.count(t, "card_choices"))
	dana.post(proposalPath(id)+"/confirm", nil).refused(409, api.ProblemCodeProposalClosed)
	_, after := dana.proposed(cardQuestion)
	require.False(t, after.Recommended.Preferred)
}

// Why: undoing the second of two choices must bring back the first with the moment it was made, not just any state.
func TestUndoingRestoresTheChoiceBefore(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	first, _ := dana.proposed(cardQuestion)
	dana.post(proposalPath(first)+"/confirm", nil).want(200)
	before := s.rows(t)["public.card_choices"]
	s.clock.Advance(time.Minute)
	second, _ := dana.proposed(cardQuestion)
	dana.post(proposalPath(second)+"/confirm", nil).want(200)
	require.NotEqual(t, before, s.rows(t)["public.card_choices"])
	dana.post(proposalPath(second)+"/undo", nil).want(200)
	require.Equal(t, before, s.rows(t)["public.card_choices"])
	// The same card chosen again is another choice: undoing the first would take the second away.
	s.clock.Advance(time.Minute)
	third, _ := dana.proposed(cardQuestion)
	dana.post(proposalPath(third)+"/confirm", nil).want(200)
	dana.post(proposalPath(first)+"/undo", nil).refused(409, api.ProblemCodeConflict)
	dana.post(proposalPath(third)+"/undo", nil).want(200)
	// What others have changed since is not undone.
	other := dana.addCard("Double Cash")
	s.exec(t, "UPDATE card_choices SET card_id = $1", other.ID)
	dana.post(proposalPath(first)+"/undo", nil).refused(409, api.ProblemCodeConflict)
	s.exec(t, "DELETE FROM card_choices")
	dana.post(proposalPath(first)+"/undo", nil).refused(409, api.ProblemCodeConflict)
}

func TestProposalsHaveTheirTime(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	undone, _ := dana.proposed(cardQuestion)
	expired, _ := dana.proposed(cardQuestion)
	dismissed, _ := dana.proposed(cardQuestion)
	dana.post(proposalPath(undone)+"/undo", nil).refused(409, api.ProblemCodeProposalClosed)
	dana.post(proposalPath(undone)+"/confirm", nil).want(200)
	closed := decode[api.Proposal](dana.post(proposalPath(dismissed)+"/dismiss", nil).want(200))
	require.Equal(t, api.ProposalStatusDismissed, closed.Status)
	require.Equal(t, closed, decode[api.Proposal](dana.post(proposalPath(dismissed)+"/dismiss", nil).want(200)))
	dana.post(proposalPath(dismissed)+"/confirm", nil).refused(409, api.ProblemCodeProposalClosed)

	s.clock.Advance(proposals.UndoWindow + time.Microsecond)
	dana.post(proposalPath(undone)+"/undo", nil).refused(409, api.ProblemCodeProposalClosed)

	s.clock.Advance(7 * 24 * time.Hour)
	dana.renew()
	require.Equal(t, api.ProposalStatusExpired, decode[api.Proposal](dana.get(proposalPath(expired)).want(200)).Status)
	dana.post(proposalPath(expired)+"/confirm", nil).refused(409, api.ProblemCodeProposalExpired)
	dana.post(proposalPath(expired)+"/dismiss", nil).refused(409, api.ProblemCodeProposalExpired)
}

// A card is a matter of the person who asked; others of the chat may look.
func TestOnlyTheAskerDecidesOnACard(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, eve, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Eve Moss"), s.signUp(t, "Mallory Reed")
	dana.addCard("Blue Cash Preferred")
	group := dana.newGroup("Trip")
	s.exec(t, "INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES ($1, $2, 'member', now())", group.ID, eve.user.ID)
	reply := dana.say(group.ID.String(), cardQuestion).AIMessage.MustGet()
	path := proposalPath(reply.ProposalID.MustGet())
	require.Equal(t, api.ProposalStatusOpen, decode[api.Proposal](eve.get(path).want(200)).Status)
	eve.post(path+"/confirm", nil).refused(403, api.ProblemCodeForbidden)
	eve.post(path+"/dismiss", nil).refused(403, api.ProblemCodeForbidden)
	dana.post(path+"/confirm", nil).want(200)
	eve.post(path+"/undo", nil).refused(403, api.ProblemCodeForbidden)
	for _, attempt := range []string{"", "/confirm", "/dismiss", "/undo"} {
		if attempt == "" {
			mallory.get(path).notFound()
			continue
		}
		mallory.post(path+attempt, nil).notFound()
		mallory.post(proposalPath(uuid.New())+attempt, nil).notFound()
	}
}

func TestAReplacedAnswerOffersNothingAnyMore(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	card := dana.addCard("Blue Cash Preferred")
	chat := dana.newChat("Groceries")
	old := dana.say(chat, cardQuestion).AIMessage.MustGet()
	again := decode[api.Message](dana.post(messagesPath(chat)+"/"+old.ID.String()+"/regenerate", nil).want(201))
	dana.post(proposalPath(old.ProposalID.MustGet())+"/confirm", nil).refused(409, api.ProblemCodeProposalClosed)
	s.exec(t, "UPDATE cards SET status = 'removed' WHERE id = $1", card.ID)
	dana.post(proposalPath(again.ProposalID.MustGet())+"/confirm", nil).refused(409, api.ProblemCodeConflict)
	require.Equal(t, api.ProposalStatusOpen, decode[api.Proposal](dana.get(proposalPath(again.ProposalID.MustGet())).want(200)).Status)
}

// Twenty at once: one choice, one audit record, the same answer for all.
func TestConfirmingAtOnceConfirmsOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	dana.addCard("Blue Cash Preferred")
	id, _ := dana.proposed(cardQuestion)
	answers := make([]api.Proposal, 20)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i] = decode[api.Proposal](dana.post(proposalPath(id)+"/confirm", nil).want(200)) })
	}
	group.Wait()
	for _, answer := range answers {
		require.Equal(t, answers[0], answer)
	}
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'proposal.confirm'"))
}
