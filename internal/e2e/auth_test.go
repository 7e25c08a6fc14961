package e2e

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/clock"
)

const (
	accessLifetime  = 15 * time.Minute
	refreshOverlap  = 30 * time.Second
	sessionLifetime = 30 * 24 * time.Hour
)

func TestSignupMakesAUserWithEverythingTheyNeed(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	nobody := s.anonymous(t)
	answer := decode[api.TokenAnswer](nobody.post("/api/auth/signup",
		object{"name": "  Dana Kim ", "email": "Dana.Kim@Example.com", "password": "plum carrot lantern"}).want(201))
	require.Equal(t, 900, answer.ExpiresIn)
	require.Equal(t, "Dana Kim", answer.User.Name)
	require.Equal(t, "Dana.Kim@Example.com", answer.User.Email)
	require.Equal(t, api.OnboardingStatusIncomplete, answer.User.OnboardingStatus)
	require.False(t, answer.User.EmailVerified)
	require.Equal(t, today, answer.User.CreatedAt)
	nobody.holds(answer)

	require.Equal(t, 1, s.count(t, "users WHERE email_key = 'dana.kim@example.com' AND id = $1", answer.User.ID))
	hash := value[string](t, s, "SELECT password_hash FROM users")
	require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), hash)
	require.Equal(t, 1, s.count(t, "settings"))
	require.Equal(t, 1, s.count(t, "sessions WHERE revoked_at IS NULL"))
	require.Equal(t, 1, s.count(t, "refresh_tokens WHERE used_at IS NULL"))
	require.Equal(t, "auth.signup", value[string](t, s, "SELECT action FROM audit_events"))

	chats := decode[api.ChatList](nobody.get("/api/chats").want(200)).Items
	require.Len(t, chats, 1)
	require.Equal(t, "Personal", chats[0].Title)
	require.Equal(t, api.ChatTypeSolo, chats[0].Type)
	require.EqualValues(t, 1, chats[0].UnreadCount)
	greeting := chats[0].LastMessage.MustGet()
	require.Equal(t, api.MessageSenderTypeAI, greeting.SenderType)
	require.Contains(t, greeting.Content, "Hi Dana,")
	detail := decode[api.ChatDetail](nobody.get("/api/chats/" + chats[0].ID.String()).want(200))
	require.Len(t, detail.Messages, 1)
	require.Len(t, detail.Members, 1)
	require.Equal(t, answer.User.ID, detail.Members[0].UserID.MustGet())

	whole := s.whole(t)
	for _, secret := range []string{"plum carrot lantern", answer.AccessToken, answer.RefreshToken} {
		require.NotContains(t, whole, secret)
	}
	require.Contains(t, whole, "Dana.Kim@Example.com", "the search searches")
}

func TestAnAddressHasOneAccount(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.staysAsItIs(t)
	for _, address := range []string{dana.email, strings.ToUpper(dana.email), strings.Replace(dana.email, "dana", "dAnA", 1)} {
		problem := s.anonymous(t).post("/api/auth/signup", object{"name": "Mallory", "email": address, "password": "another good secret"}).
			refused(409, api.ProblemCodeEmailTaken, "/email")
		require.Equal(t, "taken", problem.Errors[0].Code)
	}
}

// Two browsers that sign up at once with one address: the database decides, not a look beforehand.
func TestOfManySignupsAtOnceOneIsFirst(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	statuses := make([]int, 6)
	atOnce(t, len(statuses), func(t *testing.T, i int) {
		address := []string{"dana@example.com", "DANA@example.com"}[i%2]
		statuses[i] = s.anonymous(t).post("/api/auth/signup", object{"name": "Dana", "email": address, "password": "plum carrot lantern"}).status
	})
	slices.Sort(statuses)
	require.Equal(t, []int{201, 409, 409, 409, 409, 409}, statuses)
	for _, table := range []string{"users", "settings", "sessions", "chats", "audit_events"} {
		require.Equal(t, 1, s.count(t, table), table)
	}
}

// atOnce runs work n times at once, as one test that waits for all.
func atOnce(t *testing.T, n int, work func(t *testing.T, i int)) {
	t.Helper()
	var group sync.WaitGroup
	for i := range n {
		// A failed requirement ends only this goroutine and marks the test as failed.
		group.Go(func() { work(t, i) })
	}
	group.Wait()
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	nobody := s.anonymous(t)
	form := url.Values{"grant_type": {"password"}, "username": {dana.email}, "password": {dana.password}, "scope": {""}, "client_id": {"x"}, "client_secret": {"y"}}
	for name, r := range map[string]*response{
		"JSON":          nobody.post("/api/auth/login", object{"email": dana.email, "password": dana.password}),
		"UpperCase":     nobody.post("/api/auth/login", object{"email": strings.ToUpper(dana.email), "password": dana.password}),
		"SpaceAround":   nobody.post("/api/auth/login", object{"email": " " + dana.email + " ", "password": dana.password}),
		"Form":          nobody.post("/api/auth/login", form),
		"ShortForm":     nobody.post("/api/auth/login", url.Values{"username": {dana.email}, "password": {dana.password}}),
		"BasicHeader":   nobody.post("/api/auth/login", form, "Authorization", "Basic eDp5"), // Swagger UI sends its client so
		"ExpiredBearer": nobody.post("/api/auth/login", form, "Authorization", "Bearer expired"),
	} {
		answer := decode[api.TokenAnswer](r.want(200))
		require.Equal(t, dana.user, answer.User, name)
		require.Equal(t, "no-store", r.header.Get("Cache-Control"))
		signedIn := s.anonymous(t)
		signedIn.holds(answer)
		signedIn.get("/api/session").want(200)
	}
	settings := decode[api.Settings](dana.get("/api/settings").want(200))
	require.Equal(t, 8, settings.Security.ActiveSessions)
	require.Equal(t, 7, s.count(t, "audit_events WHERE action = 'auth.login'"))
}

// The form of OAuth 2 is refused in our words, not in those of RFC 6749: a client of the API has one kind of error.
func TestFormLoginIsRefusedWithProblemsToo(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	nobody := s.anonymous(t)
	s.staysAsItIs(t)
	form := func(body string) *response {
		return nobody.post("/api/auth/login", raw(body), "Content-Type", "application/x-www-form-urlencoded")
	}
	form("username="+url.QueryEscape(dana.email)+"&password=not+the+password").refused(401, api.ProblemCodeInvalidCredentials)
	form("username=nobody%40example.com&password=not+the+password").refused(401, api.ProblemCodeInvalidCredentials)
	form("username=a&username=b&password=c").refused(400, api.ProblemCodeMalformedRequest)
	form("username=%zz&password=c").refused(400, api.ProblemCodeMalformedRequest)
	form("username=a%00b&password=c").refused(400, api.ProblemCodeMalformedRequest)
	form("username=%ff&password=c").refused(400, api.ProblemCodeMalformedRequest)
	form("username=a;password=c").refused(400, api.ProblemCodeMalformedRequest)
	form("").refused(400, api.ProblemCodeMalformedRequest)
	form("grant_type=password").refused(422, api.ProblemCodeInvalidRequest, "/password", "/username")
	form("username=a&password="+strings.Repeat("x", 129)).refused(422, api.ProblemCodeInvalidRequest, "/password")
	form("username=a&password="+strings.Repeat("x", mebibyte)).refused(413, api.ProblemCodePayloadTooLarge)
	form(`{"email": "a", "password": "b"}`).want(422)
}

// A hash made with weaker parameters is made anew when its owner shows the password.
func TestLoginRenewsAnOldHash(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	const old = "$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
	s.exec(t, "UPDATE users SET password_hash = $1", weakHash(t, dana.password))
	require.True(t, strings.HasPrefix(value[string](t, s, "SELECT password_hash FROM users"), old[:30]))
	s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)
	require.True(t, strings.HasPrefix(value[string](t, s, "SELECT password_hash FROM users"), "$argon2id$v=19$m=19456,t=2,p=1$"))
	s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)
}

// Neither the answer nor the time it takes tells whether an address has an account.
func TestWrongPasswordAndUnknownAddressAreAlike(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	nobody := s.anonymous(t)
	s.staysAsItIs(t)
	try := func(email, password string) (api.Problem, time.Duration) {
		start := clock.System{}.Now()
		problem := nobody.post("/api/auth/login", object{"email": email, "password": password}).refused(401, api.ProblemCodeInvalidCredentials)
		problem.RequestID = ""
		return problem, clock.System{}.Now().Sub(start)
	}
	var wrong, unknown []time.Duration
	for range 7 { // in turns, so that both see the same weather
		first, took := try(dana.email, "not the password")
		wrong = append(wrong, took)
		second, took := try("nobody@example.com", "not the password")
		unknown = append(unknown, took)
		require.Equal(t, first, second)
	}
	slices.Sort(wrong)
	slices.Sort(unknown)
	// Without the work an unknown address would take a hundredth of the time; half leaves room for a busy machine.
	require.Greater(t, 2*unknown[3], wrong[3])
	require.Greater(t, 2*wrong[3], unknown[3])
}

func TestRefreshTurnsTokensOver(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	first := dana.refresh
	s.clock.Advance(accessLifetime + time.Second)
	dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized)
	r := s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": dana.refresh})
	require.Equal(t, "no-store", r.header.Get("Cache-Control"))
	dana.holds(decode[api.TokenAnswer](r.want(200)))
	require.NotEqual(t, first, dana.refresh)
	session := decode[api.SessionAnswer](dana.get("/api/session").want(200)).Session
	require.Equal(t, today.Add(sessionLifetime), session.ExpiresAt, "a session does not grow by being used")
	require.Equal(t, 1, s.count(t, "sessions"))
	require.Equal(t, 1, s.count(t, "refresh_tokens WHERE used_at IS NOT NULL"))
	dana.renew()
	dana.get("/api/session").want(200)
}

// Only a thief or a broken client uses a token twice; which of the two holds the newer one cannot be known.
func TestASpentRefreshTokenEndsItsSession(t *testing.T) {
	t.Parallel()
	for name, misuse := range map[string]func(s *service, dana *client, spent string) string{
		"Late": func(s *service, _ *client, spent string) string {
			s.clock.Advance(refreshOverlap)
			return spent
		},
		// A second lost answer does not make the time longer.
		"LateAfterALostAnswer": func(s *service, dana *client, spent string) string {
			s.clock.Advance(refreshOverlap - time.Second)
			dana.refresh = spent
			dana.renew()
			s.clock.Advance(time.Second)
			return spent
		},
		"AfterItsSuccessorWasUsed": func(_ *service, dana *client, spent string) string {
			dana.renew()
			return spent
		},
		// Of two holders each got an answer: the second took the place of the first.
		"Replaced": func(_ *service, dana *client, spent string) string {
			replaced := dana.refresh
			dana.refresh = spent
			dana.renew()
			return replaced
		},
		"ReplacedAndUsedByItsHolder": func(_ *service, dana *client, spent string) string {
			replaced := dana.refresh
			dana.refresh = spent
			dana.renew()
			dana.renew()
			return replaced
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, idle)
			dana := s.signUp(t, "Dana Kim")
			other := s.anonymous(t)
			other.holds(decode[api.TokenAnswer](other.post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)))
			spent := dana.refresh
			dana.renew()
			twice := misuse(s, dana, spent)
			dana.get("/api/session").want(200)
			require.NotContains(t, s.log.String(), "refresh token used twice")
			s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": twice}).refused(401, api.ProblemCodeUnauthorized)
			dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized)
			s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": dana.refresh}).refused(401, api.ProblemCodeUnauthorized)
			other.get("/api/session").want(200)
			require.Contains(t, s.log.String(), "refresh token used twice")
		})
	}
}

// Whoever reloads a page, or leaves a tunnel, may never see the answer of a refresh that was carried out.
func TestARefreshWhoseAnswerWasLostIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	sent := dana.refresh
	for range 3 {
		dana.refresh = sent
		dana.renew()
		s.clock.Advance(refreshOverlap / 4)
		require.Equal(t, 1, s.count(t, "refresh_tokens WHERE used_at IS NULL AND replaced_at IS NULL"))
	}
	dana.get("/api/session").want(200)
	dana.renew()
	dana.get("/api/session").want(200)
	require.Equal(t, 1, s.count(t, "sessions WHERE revoked_at IS NULL"))
}

func TestRefreshesAtOnceLeaveOneTokenThatCanBeUsed(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	statuses := make([]int, 4)
	atOnce(t, len(statuses), func(t *testing.T, i int) {
		statuses[i] = s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": dana.refresh}).status
	})
	require.Equal(t, []int{200, 200, 200, 200}, statuses)
	dana.get("/api/session").want(200)
	require.Equal(t, 1, s.count(t, "refresh_tokens WHERE used_at IS NULL AND replaced_at IS NULL"))
}

// Two hold tokens of one session, and use them at the same moment: the first is answered, the second ends the session.
func TestARefreshTokenAndItsSuccessorAtOnceEndTheSession(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	tokens := []string{dana.refresh, ""}
	dana.renew()
	tokens[1] = dana.refresh
	statuses := make([]int, 2)
	atOnce(t, 2, func(t *testing.T, i int) {
		statuses[i] = s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": tokens[i]}).status
	})
	slices.Sort(statuses)
	require.Equal(t, []int{200, 401}, statuses)
	dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized)
}

func TestRefreshTokensThatAreNone(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	claim := decode[api.OnboardingSession](s.anonymous(t).post("/api/onboarding/start", nil).want(201)).ClaimToken.MustGet()
	s.staysAsItIs(t)
	for name, token := range map[string]string{
		"MadeUp": "r1_4Jx0mVQm3m8n2yVvS1o9c0bqkq7m2k9V", "OtherPrefix": strings.Replace(dana.refresh, "r1_", "c1_", 1),
		"Cut": dana.refresh[:len(dana.refresh)-1], "ClaimToken": claim, "Space": dana.refresh + " ", "OtherCase": strings.ToUpper(dana.refresh),
	} {
		s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": token}).refused(401, api.ProblemCodeUnauthorized)
		require.NotEmpty(t, name)
	}
	s.anonymous(t).get("/api/session", "Authorization", "Bearer "+dana.refresh).refused(401, api.ProblemCodeUnauthorized)
}

func TestASessionEndsByItself(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.clock.Advance(sessionLifetime - time.Minute)
	dana.renew()
	dana.get("/api/session").want(200)
	s.clock.Advance(time.Minute)
	dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized) // the token itself would live on
	s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": dana.refresh}).refused(401, api.ProblemCodeUnauthorized)
}

func TestLogoutEndsTheSessionAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	other := s.anonymous(t)
	other.holds(decode[api.TokenAnswer](other.post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)))
	dana.post("/api/auth/logout", nil).want(204)
	dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized)
	dana.post("/api/auth/logout", nil).refused(401, api.ProblemCodeUnauthorized)
	s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": dana.refresh}).refused(401, api.ProblemCodeUnauthorized)
	other.get("/api/session").want(200)
	require.Equal(t, 1, s.count(t, "sessions WHERE revoked_at = $1", today))
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'auth.logout'"))
}

func TestTheTokensOfADeletedUserAreWorthNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	s.exec(t, "DELETE FROM users")
	dana.get("/api/session").refused(401, api.ProblemCodeUnauthorized)
	s.anonymous(t).post("/api/auth/refresh", object{"refresh_token": dana.refresh}).refused(401, api.ProblemCodeUnauthorized)
	require.Zero(t, s.count(t, "sessions"))
}
