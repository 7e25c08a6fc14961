package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func TestNewSettingsAreTheDefaults(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	settings := decode[api.Settings](dana.get("/api/settings").want(200))
	require.Equal(t, "Dana Kim", settings.Account.Name)
	require.Equal(t, dana.email, settings.Account.Email)
	require.False(t, settings.Account.EmailVerified)
	require.Empty(t, settings.ConnectedAccounts.Names)
	require.Equal(t, today, settings.Security.LastPasswordChangeAt)
	require.Equal(t, 1, settings.Security.ActiveSessions)
	p := settings.Preferences
	require.True(t, p.Notifications.Email)
	require.False(t, p.Notifications.Push)
	require.False(t, p.Privacy.Analytics, "nobody is measured without asking")
	require.Equal(t, api.Theme("system"), p.Display.Theme)
	require.Equal(t, "USD", p.Display.Currency)
	require.Equal(t, "UTC", p.Display.TimeZone)
}

// Each preference by itself: it takes the value, keeps it, and moves no other.
func TestEachPreferenceIsSetAlone(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	current := decode[api.Settings](dana.get("/api/settings").want(200)).Preferences
	for _, change := range []struct {
		part, name, column string
		value              any
		apply              func(p *api.Preferences)
	}{
		{"notifications", "email", "notify_email", false, func(p *api.Preferences) { p.Notifications.Email = false }},
		{"notifications", "push", "notify_push", false, func(*api.Preferences) {}},
		{"notifications", "spendingAlerts", "spending_alerts", false, func(p *api.Preferences) { p.Notifications.SpendingAlerts = false }},
		{"notifications", "rewardReminders", "reward_reminders", false, func(p *api.Preferences) { p.Notifications.RewardReminders = false }},
		{"privacy", "shareSpendingData", "share_spending_data", false, func(p *api.Preferences) { p.Privacy.ShareSpendingData = false }},
		{"privacy", "analytics", "analytics", true, func(p *api.Preferences) { p.Privacy.Analytics = true }},
		{"ai", "enabled", "ai_enabled", false, func(p *api.Preferences) { p.AI.Enabled = false }},
		{"ai", "autoSuggestions", "auto_suggestions", false, func(p *api.Preferences) { p.AI.AutoSuggestions = false }},
		{"ai", "showThinking", "show_thinking", false, func(p *api.Preferences) { p.AI.ShowThinking = false }},
		{"display", "theme", "theme", "dark", func(p *api.Preferences) { p.Display.Theme = "dark" }},
		{"display", "currency", "currency", "JPY", func(p *api.Preferences) { p.Display.Currency = "JPY" }},
		{"display", "dateFormat", "date_format", "YYYY-MM-DD", func(p *api.Preferences) { p.Display.DateFormat = "YYYY-MM-DD" }},
		{"display", "timeZone", "time_zone", "Asia/Tokyo", func(p *api.Preferences) { p.Display.TimeZone = "Asia/Tokyo" }},
	} {
		body := object{"preferences": object{change.part: object{change.name: change.value}}}
		answer := decode[api.Settings](dana.patchSettings(body).want(200))
		change.apply(&current)
		require.Equal(t, current, answer.Preferences, change.name)
		require.Equal(t, current, decode[api.Settings](dana.get("/api/settings").want(200)).Preferences, change.name)
		require.Equal(t, 1, s.count(t, "settings WHERE user_id = $1 AND "+change.column+" = $2", dana.user.ID, change.value), change.name)
	}
}

func TestAPatchOfSeveralSetsAllOrNone(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana, bob := s.signUp(t, "Dana Kim"), s.signUp(t, "Bob Lane")
	bobs := decode[api.Settings](bob.get("/api/settings").want(200))
	dana.patchSettings(object{"preferences": object{
		"display": object{"theme": "dark", "currency": "XXQ"}, "notifications": object{"email": false},
	}}).refused(422, api.ProblemCodeInvalidRequest, "/preferences/display/currency")
	before := decode[api.Settings](dana.get("/api/settings").want(200))
	require.Equal(t, api.Theme("system"), before.Preferences.Display.Theme)
	after := decode[api.Settings](dana.patchSettings(object{"preferences": object{
		"display": object{"theme": "dark", "currency": "EUR"}, "notifications": object{"email": false},
	}}).want(200))
	require.Equal(t, api.Theme("dark"), after.Preferences.Display.Theme)
	require.Equal(t, "EUR", after.Preferences.Display.Currency)
	require.False(t, after.Preferences.Notifications.Email)
	require.Equal(t, bobs, decode[api.Settings](bob.get("/api/settings").want(200)), "nobody else's")
}

func TestSettingsAreReadAndChangedByVersion(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	dark, light := object{"preferences": object{"display": object{"theme": "dark"}}}, object{"preferences": object{"display": object{"theme": "light"}}}
	first := dana.get("/api/settings").want(200).header.Get("ETag")
	require.Regexp(t, `^"[^"]+"$`, first)
	require.Equal(t, first, dana.get("/api/settings").want(200).header.Get("ETag"))
	for _, tags := range []string{first, `"other", ` + first, "W/" + first, "*"} {
		unchanged := dana.get("/api/settings", "If-None-Match", tags).want(304)
		require.Empty(t, unchanged.body)
		require.Equal(t, first, unchanged.header.Get("ETag"), "a 304 carries the tag of the 200 (RFC 9110, section 15.4.5)")
	}
	dana.get("/api/settings", "If-None-Match", `"other"`).want(200)

	changed := dana.patchSettings(dark, "If-Match", first).want(200)
	second := changed.header.Get("ETag")
	require.NotEqual(t, first, second)
	require.Equal(t, second, dana.get("/api/settings", "If-None-Match", first).want(200).header.Get("ETag"))
	for _, tags := range []string{first, `"other"`, `"other", ` + first, "other"} {
		dana.patchSettings(light, "If-Match", tags).refused(412, api.ProblemCodePreconditionFailed)
	}
	require.Equal(t, api.Theme("dark"), decode[api.Settings](dana.get("/api/settings").want(200)).Preferences.Display.Theme)
	dana.patchSettings(light, "If-Match", "*").want(200)
	dana.patchSettings(dark).want(200)

	// What stands beside the preferences is part of the tag too: a page that shows it is out of date.
	tag := dana.get("/api/settings").want(200).header.Get("ETag")
	s.anonymous(t).post("/api/auth/login", object{"email": dana.email, "password": dana.password}).want(200)
	dana.get("/api/settings", "If-None-Match", tag).want(200)
	dana.patchSettings(light, "If-Match", tag).want(200) // but it is nothing a change could collide with
}

// Two open pages that save at once: one of them has to look again.
func TestOfTwoChangesOfOneVersionOneIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	tag := dana.get("/api/settings").want(200).header.Get("ETag")
	statuses := make([]int, 4)
	atOnce(t, len(statuses), func(t *testing.T, i int) {
		theme := []string{"dark", "light"}[i%2]
		statuses[i] = dana.in(t).patchSettings(object{"preferences": object{"display": object{"theme": theme}}}, "If-Match", tag).status
	})
	require.ElementsMatch(t, []int{http.StatusOK, 412, 412, 412}, statuses)
}

func TestAnEmptyPatchChangesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	before := decode[api.Settings](dana.get("/api/settings").want(200))
	for _, body := range []object{{}, {"preferences": object{}}, {"preferences": object{"display": object{}}}} {
		require.Equal(t, before, decode[api.Settings](dana.patchSettings(body).want(200)))
	}
	long := strings.Repeat("A", 65)
	dana.patchSettings(object{"preferences": object{"display": object{"timeZone": long}}}).
		refused(422, api.ProblemCodeInvalidRequest, "/preferences/display/timeZone")
}
