package httpapi

import (
	"context"

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
	if isUnchanged(request.Params.IfNoneMatch, tag) {
		return api.GetSettings304Response{Headers: api.GetSettings304ResponseHeaders{ETag: tag}}, nil
	}
	return api.GetSettings200JSONResponse{Body: body, Headers: api.GetSettings200ResponseHeaders{ETag: tag}}, nil
}

// UpdateSettings implements the operation updateSettings.
func (s *Server) UpdateSettings(ctx context.Context, request api.UpdateSettingsRequestObject) (api.UpdateSettingsResponseObject, error) {
	principal, _ := auth.PrincipalFrom(ctx)
	// Only the preferences can be changed, so only their version has to be the one that was seen.
	accepts := ifMatch(request.Params.IfMatch)
	changed, err := s.Settings.Update(ctx, principal.User.ID, fromAPISettingsPatch(request.Body.Preferences), accepts)
	if err != nil {
		return nil, err
	}
	body, tag := toAPISettings(principal.User, changed)
	return api.UpdateSettings200JSONResponse{Body: body, Headers: api.UpdateSettings200ResponseHeaders{ETag: tag}}, nil
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
	return body, versionTag(s.Version, body)
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
