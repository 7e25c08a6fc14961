package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// devMail is a mail as /dev/mail gives it.
type devMail struct {
	To, ToName, Subject, Text string
}

// mails are those that were sent to somebody, newest first.
func (s *service) mails(t *testing.T, to string) (mails []devMail) {
	t.Helper()
	all := decode[struct{ Items []devMail }](s.anonymous(t).get("/dev/mail", "Accept", "application/json").want(200))
	for _, m := range all.Items {
		if strings.EqualFold(m.To, to) {
			mails = append(mails, m)
		}
	}
	return mails
}

var tokenInText = regexp.MustCompile(`i1_[A-Za-z0-9_-]+`)

// mailedToken waits for the invitation mailed to somebody and takes its token, as they would.
func (s *service) mailedToken(t *testing.T, to string) string {
	t.Helper()
	eventually(t, "the invitation is mailed", func() bool { return len(s.mails(t, to)) > 0 })
	token := tokenInText.FindString(s.mails(t, to)[0].Text)
	require.NotEmpty(t, token)
	s.log.hide(token)
	return token
}

// Somebody without an account gets a mail, signs up, and is in.
func TestAnInvitedPersonSignsUpAndJoins(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	email := fmt.Sprintf("Newcomer.%d@example.com", people.Add(1))
	group := dana.newGroup("Ski Trip", email)

	token := s.mailedToken(t, email)
	letter := s.mails(t, email)[0]
	require.Equal(t, "Dana Kim invites you to the group “Ski Trip” on Lattice", letter.Subject)
	require.Contains(t, letter.Text, "/invites/accept#"+token)
	require.Empty(t, letter.ToName)

	newcomer := s.anonymous(t)
	newcomer.email, newcomer.password = strings.ToLower(email), "correct horse battery"
	newcomer.holds(decode[api.TokenAnswer](newcomer.post("/api/auth/signup", object{"name": "New Comer", "email": newcomer.email, "password": newcomer.password}).want(201)))
	joined := decode[api.Group](newcomer.accept(token).want(200))
	require.Equal(t, group.ID, joined.ID)
	require.Len(t, joined.Members, 2, "the invitation has become a member")
	me := newcomer.among(joined)
	require.Equal(t, api.MemberRoleMember, me.Role)
	require.Equal(t, api.MemberStatusActive, me.Status)
	require.False(t, me.SharesPurchases, "nobody shares without saying so")
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'invite.accept' AND user_id = $1", newcomer.user.ID))
	require.Equal(t, []string{group.ID.String()}, newcomer.walk("/api/groups", 10))
	newcomer.accept(token).want(200) // a member already: nothing happens
	require.Equal(t, 2, s.count(t, "chat_members WHERE chat_id = $1", group.ID))
}

// Why: a link of one's own must not give back what the owner took away.
func TestWhoIsNoAdminAnyMoreHasNoLinks(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, carol := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Carol Diaz")
	group := dana.newGroup("Ski Trip")
	for _, person := range []*client{bob, carol} {
		person.join(dana, group)
		dana.patch(person.membership(group), object{"role": "admin"}).want(200)
	}
	bobs, carols := bob.invite(group, object{"role": "admin", "maxUses": 5}), carol.invite(group, object{"maxUses": 5})
	dana.patch(bob.membership(group), object{"role": "member"}).want(200)
	bob.delete(bob.membership(group)).want(204)
	bob.accept(*bobs.Token).notFound()
	carol.delete(carol.membership(group)).want(204)
	carol.accept(*carols.Token).notFound()
}

// N+1 people, N places: exactly N are in, whoever they are.
func TestAnInvitationLetsInAsManyAsItSays(t *testing.T) {
	t.Parallel()
	places, rounds := 5, 2
	if os.Getenv("LATTICE_TEST_TIER") == "long" {
		places, rounds = 25, 10
	}
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	friends := make([]*client, places+1)
	for i := range friends {
		friends[i] = s.signUp(t, "Friend")
	}
	for range rounds {
		group := dana.newGroup("Ski Trip")
		invite := dana.invite(group, object{"maxUses": places})
		statuses := make([]int, len(friends))
		atOnce(t, len(friends), func(t *testing.T, i int) { statuses[i] = friends[i].in(t).accept(*invite.Token).status })
		in := 0
		for i, status := range statuses {
			if status == http.StatusOK {
				in++
			} else {
				require.Equal(t, http.StatusNotFound, status)
				friends[i].get(groupPath(group)).notFound()
			}
		}
		require.Equal(t, places, in)
		require.Equal(t, places+1, s.count(t, "chat_members WHERE chat_id = $1", group.ID))
		listed := decode[api.InviteList](dana.get(groupPath(group) + "/invites").want(200)).Items
		require.Equal(t, places, listed[0].Uses)
		require.Equal(t, api.InviteStatusSpent, listed[0].Status)
	}

	// One person who presses the button many times takes one place.
	group := dana.newGroup("Ski Trip")
	invite := dana.invite(group, object{"maxUses": 2})
	atOnce(t, 4, func(t *testing.T, _ int) { friends[0].in(t).accept(*invite.Token).want(200) })
	require.Equal(t, 1, value[int](t, s, "SELECT uses FROM group_invites WHERE id = $1", invite.ID))
}

// Whoever tries tokens learns nothing: not that one was good once, nor for whom.
func TestBadTokensCannotBeToldApart(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Mallory Reed")
	group, gone := dana.newGroup("Ski Trip"), dana.newGroup("Gone")
	spent := dana.invite(group, object{})
	bob.accept(*spent.Token).want(200)
	revoked, expired := dana.invite(group, object{"maxUses": 10}), dana.invite(group, object{"expiresAt": today.Add(time.Hour).Format(time.RFC3339)})
	dana.delete(groupPath(group) + "/invites/" + revoked.ID.String()).want(204)
	others := dana.invite(group, object{"email": "carol@example.com"})
	replaced := dana.invite(group, object{"email": mallory.email})
	dana.invite(group, object{"email": mallory.email})
	deleted := dana.invite(gone, object{})
	dana.delete(groupPath(gone)).want(204)
	s.clock.Advance(time.Hour)
	mallory.renew()
	s.staysAsItIs(t)
	bodies := map[string]bool{}
	for name, token := range map[string]string{
		"Unknown": "i1_" + strings.Repeat("x", 43), "Spent": *spent.Token, "Revoked": *revoked.Token, "Expired": *expired.Token, "Somebody else's": *others.Token,
		"Replaced": *replaced.Token, "Of a deleted group": *deleted.Token, "Empty": "", "Text": "let me in, please", "Unicode": strings.Repeat("ä", 128), "Id": spent.ID.String(),
	} {
		answer := mallory.accept(token)
		answer.notFound()
		problem := decode[api.Problem](answer)
		problem.RequestID = ""
		bodies[fmt.Sprint(problem)] = true
		require.Len(t, bodies, 1, name)
	}
	mallory.accept(strings.Repeat("x", 129)).refused(422, api.ProblemCodeInvalidRequest, "/token")
}

// A dump of the database lets nobody in.
func TestADumpHoldsNoUsableToken(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Mallory Reed")
	group := dana.newGroup("Ski Trip", mallory.email)
	link := dana.invite(group, object{"maxUses": 100}, "Idempotency-Key", "a-dump")
	tokens := []string{*link.Token, s.mailedToken(t, mallory.email)}
	eventually(t, "the mail has ended", func() bool { return s.count(t, "mails WHERE status = 'sent'") == 1 })

	dump := s.whole(t)
	require.Contains(t, dump, link.ID.String(), "the dump is one")
	for _, token := range tokens {
		secret, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, "i1_"))
		require.NoError(t, err)
		for _, form := range []string{token, strings.TrimPrefix(token, "i1_"), hex.EncodeToString(secret), base64.StdEncoding.EncodeToString(secret), hex.EncodeToString([]byte(token))} {
			require.NotContains(t, dump, form)
		}
	}
	require.Empty(t, tokenInText.FindAllString(dump, -1), "nothing that looks like one")
	rows, err := s.pool.Query(t.Context(), "SELECT token_hash FROM group_invite_tokens")
	require.NoError(t, err)
	hashes := 0
	for rows.Next() {
		var hash []byte
		require.NoError(t, rows.Scan(&hash))
		hashes++
		for _, guess := range []string{hex.EncodeToString(hash), base64.RawURLEncoding.EncodeToString(hash), "i1_" + base64.RawURLEncoding.EncodeToString(hash)} {
			mallory.accept(guess).notFound()
		}
	}
	require.NoError(t, rows.Err())
	require.Equal(t, 2, hashes)
	mallory.accept(tokens[1]).want(200)
}

func TestTheTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	group := dana.newGroup("Ski Trip")
	first := dana.post(groupPath(group)+"/invites", object{"maxUses": 3, "role": "admin"}, "Idempotency-Key", "once").want(201)
	again := dana.post(groupPath(group)+"/invites", object{"role": "admin", "maxUses": 3}, "Idempotency-Key", "once").want(201)
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	created, repeated := decode[api.Invite](first), decode[api.Invite](again)
	require.NotEmpty(t, *created.Token)
	require.Nil(t, repeated.Token)
	created.Token = nil
	require.Equal(t, created, repeated)
	require.Equal(t, []api.Invite{created}, decode[api.InviteList](dana.get(groupPath(group)+"/invites").want(200)).Items)
	require.NotContains(t, string(dana.get(groupPath(group)+"/invites").body), "token")
	require.Equal(t, 1, s.count(t, "group_invites WHERE chat_id = $1", group.ID))
	dana.post(groupPath(group)+"/invites", object{}, "Idempotency-Key", "once").refused(422, api.ProblemCodeIdempotencyKeyReused)
}

// An invitation to an address is for the person with that address: who gets the mail passed on stays outside.
func TestAnInvitationToAnAddressIsNotTransferable(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Mallory Reed")
	group := dana.newGroup("Ski Trip")
	invite := dana.invite(group, object{"email": strings.ToUpper(bob.email), "role": "admin"})
	require.Equal(t, strings.ToUpper(bob.email), invite.Email.MustGet())
	mallory.accept(*invite.Token).notFound()
	require.Equal(t, 0, value[int](t, s, "SELECT uses FROM group_invites WHERE id = $1", invite.ID), "trying uses nothing up")
	joined := decode[api.Group](bob.accept(*invite.Token).want(200))
	require.Equal(t, api.MemberRoleAdmin, bob.among(joined).Role)
	dana.post(groupPath(group)+"/invites", object{"email": bob.email}).refused(409, api.ProblemCodeConflict)
}

func TestInvitationsOfEveryKind(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	group := dana.newGroup("Ski Trip")
	link := dana.invite(group, object{})
	require.True(t, link.Email.IsNull())
	require.Equal(t, api.InviteRoleMember, link.Role)
	require.Equal(t, []int{1, 0}, []int{link.MaxUses, link.Uses})
	require.Equal(t, today.AddDate(0, 0, 14), link.ExpiresAt)
	require.Equal(t, api.InviteStatusOpen, link.Status)
	late := dana.invite(group, object{"expiresAt": "2027-02-21T10:00:00+01:00", "maxUses": 1000})
	require.Equal(t, today.AddDate(0, 0, 90), late.ExpiresAt)

	invites := groupPath(group) + "/invites"
	for name, bad := range map[string]struct {
		body    object
		pointer string
	}{
		"Past":        {object{"expiresAt": "2026-11-23T09:00:00Z"}, "/expiresAt"},
		"TooFar":      {object{"expiresAt": "2027-02-21T09:00:01Z"}, "/expiresAt"},
		"NoOffset":    {object{"expiresAt": "2026-11-24T09:00:00"}, "/expiresAt"},
		"NoUse":       {object{"maxUses": 0}, "/maxUses"},
		"ManyUses":    {object{"maxUses": 1001}, "/maxUses"},
		"TwoAtOne":    {object{"email": "carol@example.com", "maxUses": 2}, "/maxUses"},
		"BadAddress":  {object{"email": "carol"}, "/email"},
		"Header":      {object{"email": "carol@example.com\r\nBcc: all@example.com"}, "/email"},
		"OwnerByLink": {object{"role": "owner"}, "/role"},
	} {
		require.NotNil(t, dana.post(invites, bad.body).refused(422, api.ProblemCodeInvalidRequest, bad.pointer), name)
	}
	require.Equal(t, 2, s.count(t, "group_invites WHERE chat_id = $1", group.ID))
	require.Equal(t, 0, s.count(t, "mails"), "links are not mailed")

	dana.invite(group, object{"email": "carol@example.com"})
	again := dana.invite(group, object{"email": "Carol@example.com"})
	require.Equal(t, 2, s.count(t, "mails"))
	members := decode[api.Group](dana.get(groupPath(group)).want(200)).Members
	require.Len(t, members, 2, "an address stands there once")
	require.Equal(t, "Carol@example.com", members[1].Email)
	require.Equal(t, api.MemberStatusInvited, members[1].Status)
	statuses := map[api.InviteStatus]int{}
	for _, invite := range decode[api.InviteList](dana.get(invites).want(200)).Items {
		statuses[invite.Status]++
	}
	require.Equal(t, map[api.InviteStatus]int{api.InviteStatusOpen: 3, api.InviteStatusRevoked: 1}, statuses)

	// An invitation that has ended is nobody's any more.
	s.clock.Advance(14 * 24 * time.Hour)
	dana.signIn()
	require.Len(t, decode[api.Group](dana.get(groupPath(group)).want(200)).Members, 1)
	dana.delete(invites + "/" + again.ID.String()).want(204)
	dana.delete(invites + "/" + again.ID.String()).want(204)
	dana.delete(invites + "/" + uuid.NewString()).notFound()
	other := dana.newGroup("Other")
	dana.delete(groupPath(other) + "/invites/" + late.ID.String()).notFound()
}

func TestAGroupHasSoManyOpenInvitations(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	group := dana.newGroup("Crowd", addresses(50)...)
	s.exec(t, `INSERT INTO group_invites (id, chat_id, role, created_at, expires_at) SELECT gen_random_uuid(), $1, 'member', $2, $3 FROM generate_series(1, 50)`,
		group.ID, today, today.Add(time.Hour))
	dana.post(groupPath(group)+"/invites", object{}).refused(409, api.ProblemCodeConflict)
	dana.invite(group, object{"email": "friend.3@example.com"}) // takes the place of one
	require.Len(t, dana.walk(groupPath(group)+"/invites", 7), 101)
}

// Who was shown the door does not come back by a link they kept, nor under another name by one they made.
func TestWhoWasRemovedStaysOutside(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, puppet := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Sock Puppet")
	group := dana.newGroup("Ski Trip")
	kept := dana.invite(group, object{"maxUses": 10, "role": "admin"})
	bob.accept(*kept.Token).want(200)
	made := bob.invite(group, object{"maxUses": 10})
	s.clock.Advance(time.Minute)
	dana.delete(bob.membership(group)).want(204)

	bob.accept(*kept.Token).notFound()
	bob.accept(*made.Token).notFound()
	puppet.accept(*made.Token).notFound()
	puppet.accept(*kept.Token).want(200) // the owner's own link is good for others
	s.clock.Advance(time.Minute)
	bob.join(dana, group) // a new invitation is a change of mind
	// Who left by themselves may think again.
	puppet.delete(puppet.membership(group)).want(204)
	puppet.accept(*kept.Token).want(200)
}

func TestInvitationsAreForOwnersAndAdmins(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob, mallory := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane"), s.signUp(t, "Mallory Reed")
	group := dana.newGroup("Ski Trip")
	bob.join(dana, group)
	invite := dana.invite(group, object{})
	invites := groupPath(group) + "/invites"
	for person, want := range map[*client]func(*response){
		bob:     func(r *response) { t.Helper(); r.refused(403, api.ProblemCodeForbidden) },
		mallory: func(r *response) { t.Helper(); r.notFound() },
	} {
		want(person.post(invites, object{}))
		want(person.get(invites))
		want(person.delete(invites + "/" + invite.ID.String()))
	}
	dana.patch(bob.membership(group), object{"role": "admin"}).want(200)
	bob.invite(group, object{})
	require.Len(t, bob.walk(invites, 10), 3)
	bob.delete(invites + "/" + invite.ID.String()).want(204)
	for _, action := range []string{"invite.create", "invite.revoke", "invite.accept", "member.set_role"} {
		require.Positive(t, s.count(t, "audit_events WHERE action = $1", action), action)
	}
	dana.get("/api/groups/" + dana.personalChat() + "/invites").notFound()
}

// The page is for developers: what stands in it lets people into groups.
func TestMailsThatWereNotSentAreShownToDevelopersOnly(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	s.exec(t, "UPDATE users SET name = '<b>Dana</b>'")
	dana.newGroup("<script>alert(1)</script>", "carol@example.com")
	s.mailedToken(t, "carol@example.com")
	page := s.anonymous(t).get("/dev/mail").want(200)
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	require.Contains(t, string(page.body), "carol@example.com")
	require.NotContains(t, string(page.body), "<script>")
	require.NotContains(t, string(page.body), "<b>")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	require.Equal(t, "no-store", page.header.Get("Cache-Control"))
	s.anonymous(t).post("/dev/mail", nil).want(405)

	production := newService(t, idle, with("ENVIRONMENT=production"))
	production.anonymous(t).get("/dev/mail").want(404)
}
