package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/settings"
)

// GetSettings implements the operation getSettings.
func (s *Server) GetSettings(ctx context.Context, request api.GetSettingsRequestObject) (api.GetSettingsResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	current, err := s.Settings.Get(ctx, principal.User.ID)
	if err != nil {
		return nil, err
	}
	body, tag := toAPISettings(principal.User, current)
	if request.Params.IfNoneMatch != nil && tagMatches(*request.Params.IfNoneMatch, func(other string) bool { return other == tag }) {
		return api.GetSettings304Response{Headers: api.GetSettings304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetSettings200JSONResponse{Body: body, Headers: api.GetSettings200ResponseHeaders{ETag: tag}}, nil
}

// UpdateSettings implements the operation updateSettings.
func (s *Server) UpdateSettings(ctx context.Context, request api.UpdateSettingsRequestObject) (api.UpdateSettingsResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	changed, err := s.Settings.Update(ctx, principal.User.ID, fromAPISettingsPatch(request.Body.Preferences), func(version int64) bool {
		// Only the preferences can be changed, so only their version has to be the one that was seen.
		return request.Params.IfMatch == nil || tagMatches(*request.Params.IfMatch, func(tag string) bool {
			return strings.HasPrefix(tag, fmt.Sprintf(`"%d-`, version))
		})
	})
	if err != nil {
		return nil, err
	}
	body, tag := toAPISettings(principal.User, changed)
	return api.UpdateSettings200JSONResponse{Body: body, Headers: api.UpdateSettings200ResponseHeaders{ETag: tag}}, nil
}

// tagMatches reads If-Match and If-None-Match (RFC 9110, section 13.1): a list of tags, or `*`.
func tagMatches(header string, matches func(tag string) bool) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for tag := range strings.SplitSeq(header, ",") {
		if matches(strings.TrimPrefix(strings.TrimSpace(tag), "W/")) {
			return true
		}
	}
	return false
}

// toAPISettings makes the body and its tag: the version of the preferences, and a hash of what stands beside them.
func toAPISettings(user auth.User, s settings.Settings) (body api.Settings, tag string) {
	body.Account.Name, body.Account.Email = user.Name, user.Email
	body.Account.EmailVerified, body.Account.OnboardingStatus = user.EmailVerified, api.OnboardingStatus(user.OnboardingStatus)
	body.ConnectedAccounts.Names, body.ConnectedAccounts.Total = s.ConnectedAccounts, len(s.ConnectedAccounts)
	p := &body.Preferences
	p.Notifications.Email, p.Notifications.Push = s.NotifyEmail, s.NotifyPush
	p.Notifications.SpendingAlerts, p.Notifications.RewardReminders = s.SpendingAlerts, s.RewardReminders
	p.Privacy.ShareSpendingData, p.Privacy.Analytics = s.ShareSpendingData, s.Analytics
	p.AI.Enabled, p.AI.AutoSuggestions, p.AI.ShowThinking = s.AIEnabled, s.AutoSuggestions, s.ShowThinking
	p.Display.Theme, p.Display.Currency = api.Theme(s.Theme), s.Currency
	p.Display.DateFormat, p.Display.TimeZone = api.DateFormat(s.DateFormat), s.TimeZone
	body.Security.LastPasswordChangeAt, body.Security.ActiveSessions = s.LastPasswordChangeAt, s.ActiveSessions
	text, err := json.Marshal(body)
	if err != nil { // a plain struct of texts, numbers and times
		panic(err)
	}
	sum := sha256.Sum256(text)
	return body, fmt.Sprintf(`"%d-%s"`, s.Version, hex.EncodeToString(sum[:8]))
}

func fromAPISettingsPatch(p *api.PreferencesPatch) settings.Patch {
	var patch settings.Patch
	if p == nil {
		return patch
	}
	if n := p.Notifications; n != nil {
		patch.NotifyEmail, patch.NotifyPush = n.Email, n.Push
		patch.SpendingAlerts, patch.RewardReminders = n.SpendingAlerts, n.RewardReminders
	}
	if n := p.Privacy; n != nil {
		patch.ShareSpendingData, patch.Analytics = n.ShareSpendingData, n.Analytics
	}
	if n := p.AI; n != nil {
		patch.AIEnabled, patch.AutoSuggestions, patch.ShowThinking = n.Enabled, n.AutoSuggestions, n.ShowThinking
	}
	if d := p.Display; d != nil {
		patch.Theme, patch.DateFormat = (*string)(d.Theme), (*string)(d.DateFormat)
		patch.Currency, patch.TimeZone = d.Currency, d.TimeZone
	}
	return patch
}
