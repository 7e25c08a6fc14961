package knot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"
)

func (s *Simulator) createSession(ctx context.Context, request requestBody) any {
	if request.Type == "card_switcher" && (request.CardID == nil || *request.CardID == "") {
		return refuse("INVALID_REQUEST", "INVALID_FIELD", "The card_id field is required when type = card_switcher.")
	}
	s.mu.Lock()
	opened := &session{
		id: uuid.NewString(), ref: request.ExternalUserID, kind: request.Type, cardID: request.CardID,
		expiresAt: s.config.Now().Add(sessionLifetime),
	}
	s.sessions[opened.id] = opened
	s.user(request.ExternalUserID)
	s.mu.Unlock()
	for _, merchantID := range s.config.AutoLogin {
		if err := s.Login(ctx, opened.id, merchantID); err != nil {
			break // a card switch is at one merchant
		}
		if request.Type == "card_switcher" {
			break
		}
	}
	return map[string]string{"session": opened.id}
}

// user is called under the lock.
func (s *Simulator) user(ref string) *user {
	known := s.users[ref]
	if known == nil {
		known = &user{ref: ref, accounts: map[int64]*account{}}
		s.users[ref] = known
	}
	return known
}

func (s *Simulator) extendSession(request requestBody) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.sessions[request.SessionID]
	if open == nil || !open.expiresAt.After(s.config.Now()) {
		return s.notThere("SESSION_ERROR", "SESSION_NOT_FOUND", "The session was not found.")
	}
	open.expiresAt = s.config.Now().Add(sessionLifetime)
	return map[string]string{"session": open.id}
}

type listedMerchant struct {
	ID            int64  `json:"id"`
	Name          string `json:"name"`
	Category      string `json:"category"`
	Logo          string `json:"logo"`
	MinSDKVersion string `json:"min_sdk_version,omitempty"`
	Region        string `json:"region,omitempty"` // a field nobody has documented
}

func (s *Simulator) listMerchants(request requestBody) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	listed := []listedMerchant{}
	for _, merchant := range s.merchants {
		named := strings.Contains(strings.ToLower(merchant.Name), strings.ToLower(request.Search))
		if merchant.Down || !named || !slices.Contains(merchant.Products, request.Type) {
			continue
		}
		entry := listedMerchant{ID: merchant.ID, Name: merchant.Name, Category: merchant.Category, Logo: logo(merchant.ID)}
		if request.Platform != "" {
			entry.MinSDKVersion = "1.0.2"
		}
		if s.config.Readings.StrangerFields {
			entry.Region = "US"
		}
		listed = append(listed, entry)
	}
	slices.SortFunc(listed, func(a, b listedMerchant) int { return cmp.Compare(a.ID, b.ID) })
	if s.config.Readings.WrappedMerchants {
		return map[string]any{"merchants": listed}
	}
	return listed
}

func (s *Simulator) getAccounts(ref string, merchantID int64) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.users[ref]
	if known == nil {
		return s.notThere("USER_ERROR", "USER_NOT_FOUND", "The user was not found. Please check the ID provided.")
	}
	if merchantID != 0 {
		linked := known.accounts[merchantID]
		if linked == nil {
			return s.noAccount()
		}
		return s.answerOf(linked)
	}
	all := []accountAnswer{}
	for _, linked := range known.accounts {
		all = append(all, s.answerOf(linked))
	}
	slices.SortFunc(all, func(a, b accountAnswer) int { return cmp.Compare(a.Merchant.ID, b.Merchant.ID) })
	return all
}

func (s *Simulator) answerOf(a *account) accountAnswer {
	told := accountAnswer{
		Merchant:   merchantRef{ID: a.merchant.ID, Name: a.merchant.Name, Logo: logo(a.merchant.ID)},
		Connection: connection{Status: "connected", Scopes: []scope{}},
	}
	if !a.connected {
		told.Connection.Status = "disconnected"
	} else if a.cards {
		told.Connection.Scopes = append(told.Connection.Scopes, scope{"update_card"})
	}
	if word := s.config.Readings.Lifecycle; word != "" {
		told.Lifecycle.Status, told.LastUserAction.Status = &word, &word
	}
	return told
}

func (s *Simulator) noAccount() *refusal {
	return s.notThere("MERCHANT_ACCOUNT_ERROR", "MERCHANT_ACCOUNT_NOT_FOUND", "The merchant account was not found.")
}

// find is called under the lock.
func (s *Simulator) find(ref string, merchantID int64) (*account, *refusal) {
	known := s.users[ref]
	if known == nil {
		return nil, s.notThere("USER_ERROR", "USER_NOT_FOUND", "The user was not found. Please check the ID provided.")
	}
	linked := known.accounts[merchantID]
	if linked == nil {
		return nil, s.noAccount()
	}
	return linked, nil
}

func (s *Simulator) unlink(request requestBody) any {
	s.mu.Lock()
	linked, refused := s.find(request.ExternalUserID, request.MerchantID)
	if refused == nil {
		delete(s.users[request.ExternalUserID].accounts, request.MerchantID)
	}
	s.mu.Unlock()
	if refused != nil {
		return refused
	}
	s.tellUnlinked(request.ExternalUserID, linked)
	return done
}

func (s *Simulator) deleteUser(request requestBody) any {
	s.mu.Lock()
	gone := s.users[request.ExternalUserID]
	delete(s.users, request.ExternalUserID)
	s.mu.Unlock()
	if gone == nil {
		return s.notThere("USER_ERROR", "USER_NOT_FOUND", "The user was not found. Please check the ID provided.")
	}
	for _, linked := range gone.accounts {
		s.tellUnlinked(gone.ref, linked)
	}
	return done
}

// tellUnlinked sends a webhook of an account that was unlinked, under the reading that has one.
func (s *Simulator) tellUnlinked(ref string, linked *account) {
	if s.config.Readings.TellUnlinks {
		s.Emit(loginRequired(ref, linked.merchant))
	}
}
