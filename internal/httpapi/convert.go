package httpapi

import (
	"encoding/json"
	"time"

	"github.com/oapi-codegen/nullable"
	"github.com/oapi-codegen/runtime/types"

	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/auth"
	"github.com/lattice-money/lattice/internal/chat"
	"github.com/lattice-money/lattice/internal/features"
	"github.com/lattice-money/lattice/internal/groups"
	"github.com/lattice-money/lattice/internal/insights"
	"github.com/lattice-money/lattice/internal/members"
	"github.com/lattice-money/lattice/internal/money"
)

// orNull makes a nullable of a pointer: never the zero Nullable, which would not be written at all.
func orNull[T any](value *T) nullable.Nullable[T] {
	if value == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*value)
}

func orEmpty[T any](value *T) T {
	if value == nil {
		var empty T
		return empty
	}
	return *value
}

// mapSlice converts each item; the result is never nil, so that an empty list is [] and not null.
func mapSlice[T, U any](items []T, convert func(T) U) []U {
	result := make([]U, len(items))
	for i, item := range items {
		result[i] = convert(item)
	}
	return result
}

// percent turns basis points into a number with at most two decimals.
func percent(bps int64) float32 { return float32(float64(bps) / 100) }

func toAPIMoney(m money.Money) api.Money { return api.Money{Amount: m.Amount, Currency: m.Currency} }

func toAPIMoneyOrNull(m *money.Money) nullable.Nullable[api.Money] {
	if m == nil {
		return nullable.NewNullNullable[api.Money]()
	}
	return nullable.NewNullableWithValue(toAPIMoney(*m))
}

func fromAPIMoney(m *api.Money) *money.Money {
	if m == nil {
		return nil
	}
	return &money.Money{Amount: m.Amount, Currency: m.Currency}
}

func toAPIUser(u auth.User) api.User {
	return api.User{
		ID: u.ID, Name: u.Name, Email: u.Email, EmailVerified: u.EmailVerified,
		OnboardingStatus: api.OnboardingStatus(u.OnboardingStatus), CreatedAt: u.CreatedAt,
	}
}

func toAPISession(s auth.Session) api.Session {
	return api.Session{ID: s.ID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, Device: s.Device}
}

func toAPITokenAnswer(grant auth.Grant) api.TokenAnswer {
	return api.TokenAnswer{
		AccessToken: grant.AccessToken, TokenType: api.TokenAnswerTokenTypeBearer, ExpiresIn: int(auth.AccessTokenLifetime / time.Second),
		RefreshToken: grant.RefreshToken, User: toAPIUser(grant.User),
	}
}

func toAPIFeatures(integrations []features.Integration, providers []string) api.Features {
	answer := api.Features{Integrations: mapSlice(integrations, func(i features.Integration) api.Integration {
		return api.Integration{
			Name:   api.IntegrationName(i.Name),
			Mode:   api.IntegrationMode(i.Mode),
			Health: api.IntegrationHealth(i.Health),
			Since:  i.Since,
		}
	})}
	answer.AI.Providers = providers
	return answer
}

func toAPIChat(c chat.Chat) api.Chat {
	return api.Chat{
		ID: c.ID, Type: api.ChatType(c.Type), Title: c.Title, MemberCount: c.MemberCount, LastMessage: toAPIMessageOrNull(c.LastMessage),
		UnreadCount: c.UnreadCount, AIPolicy: api.AIPolicy(c.AIPolicy), CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
}

func toAPIChatDetail(d chat.Detail) api.ChatDetail {
	return api.ChatDetail{
		ID: d.ID, Type: api.ChatType(d.Type), Title: d.Title, MemberCount: d.MemberCount, LastMessage: toAPIMessageOrNull(d.LastMessage),
		UnreadCount: d.UnreadCount, AIPolicy: api.AIPolicy(d.AIPolicy), CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		Members: mapSlice(d.Members, toAPIMember), Messages: mapSlice(d.Messages, toAPIMessage), NextCursor: toAPICursor(d.NextBefore),
	}
}

func toAPIMember(m members.Member) api.Member {
	return api.Member{
		UserID: orNull(m.UserID), Name: orNull(m.Name), Email: m.Email, Role: api.MemberRole(m.Role), Status: api.MemberStatus(m.Status),
		SharesPurchases: m.SharesPurchases, JoinedAt: orNull(m.JoinedAt),
	}
}

func toAPITurn(t chat.Turn) api.Turn {
	return api.Turn{UserMessage: toAPIMessage(t.UserMessage), AIMessage: toAPIMessageOrNull(t.AIMessage)}
}

func toAPIMessageOrNull(m *chat.Message) nullable.Nullable[api.Message] {
	if m == nil {
		return nullable.NewNullNullable[api.Message]()
	}
	return nullable.NewNullableWithValue(toAPIMessage(*m))
}

func toAPIMessage(m chat.Message) api.Message {
	message := api.Message{
		ID: m.ID, ChatID: m.ChatID, Position: m.Position, SenderType: api.MessageSenderType(m.SenderType),
		Sender: nullable.NewNullNullable[api.Sender](), Content: m.Content, Thinking: mapSlice(m.Thinking, func(s string) string { return s }),
		Action: nullable.NewNullNullable[api.Action](), DrawerData: toAPIDrawer(m.Drawer),
		Status: api.MessageStatus(m.Status), ReplyTo: orNull(m.ReplyTo), Versions: mapSlice(m.Versions, toAPIVersion),
		ProposalID: orNull(m.ProposalID), Degraded: m.Degraded, Sources: mapSlice(m.Sources, toAPISource),
		Usage: nullable.NewNullNullable[api.Usage](), Feedback: nullable.NewNullNullable[api.Feedback](),
		CreatedAt: m.CreatedAt, CompletedAt: orNull(m.CompletedAt),
	}
	if m.Sender != nil {
		message.Sender = nullable.NewNullableWithValue(api.Sender{ID: m.Sender.ID, Name: m.Sender.Name})
	}
	if m.Feedback != nil {
		message.Feedback = nullable.NewNullableWithValue(toAPIFeedback(*m.Feedback))
	}
	if m.Action != nil {
		message.Action = nullable.NewNullableWithValue(api.Action(*m.Action))
	}
	return message
}

func toAPIDrawer(stored json.RawMessage) nullable.Nullable[api.DrawerData] {
	var drawer api.DrawerData
	if len(stored) == 0 || drawer.UnmarshalJSON(stored) != nil { // it only keeps the bytes, which we wrote ourselves
		return nullable.NewNullNullable[api.DrawerData]()
	}
	return nullable.NewNullableWithValue(drawer)
}

func toAPIVersion(v chat.Version) api.MessageVersion {
	return api.MessageVersion{MessageID: v.MessageID, Content: v.Content, At: v.At}
}

func toAPIFeedback(f chat.Feedback) api.Feedback {
	return api.Feedback{Rating: api.Rating(f.Rating), Comment: orNull(f.Comment), At: f.At}
}

func toAPISource(s chat.Source) api.Source {
	return api.Source{Type: api.SourceType(s.Type), ID: s.ID, AsOf: s.AsOf}
}

func toAPIGroup(g groups.Group) api.Group {
	return api.Group{
		ID: g.ID, Name: g.Name, Context: g.Context, TotalSpend: toAPIMoney(g.TotalSpend), OtherTotals: mapSlice(g.OtherTotals, toAPIMoney),
		LastActivityAt: g.LastActivityAt, Members: mapSlice(g.Members, toAPIMember), AIPolicy: api.AIPolicy(g.AIPolicy), Currency: g.Currency,
		DeletedAt: orNull(g.DeletedAt),
	}
}

func toAPIInsight(i insights.Insight) api.Insight {
	return api.Insight{
		ID: i.ID, Type: api.InsightType(i.Type), Title: i.Title, Description: i.Description, Impact: i.Impact,
		Amount: toAPIMoneyOrNull(i.Amount), Action: orNull(i.Action), Date: types.Date{Time: i.Date},
		Sources: toAPIInsightSources(i.Sources, i.AsOf), AsOf: i.AsOf,
	}
}

func toAPIInsightSources(sources []insights.Source, asOf time.Time) []api.Source {
	return mapSlice(sources, func(s insights.Source) api.Source {
		return api.Source{Type: api.SourceType(s.Type), ID: s.ID, AsOf: asOf}
	})
}

func toAPISummary(s insights.Summary) api.Summary {
	answer := api.Summary{
		Month: s.Month, Summary: s.Text, TotalSpend: toAPIMoney(s.TotalSpend), OtherTotals: mapSlice(s.OtherTotals, toAPIMoney),
		RewardsEarned: toAPIMoney(s.RewardsEarned), TopCategory: orNull(s.TopCategory), OrderCount: s.OrderCount, AsOf: s.AsOf, Stale: s.Stale,
		Sources:    toAPIInsightSources(s.Sources, s.AsOf),
		ByCategory: make([]api.CategorySpend, len(s.ByCategory)),
	}
	for i, row := range s.ByCategory {
		answer.ByCategory[i] = api.CategorySpend{
			Category:      row.Category,
			Amount:        toAPIMoney(row.Amount),
			ChangePercent: nullable.NewNullNullable[float32](),
		}
		if row.ChangeBps != nil {
			answer.ByCategory[i].ChangePercent = nullable.NewNullableWithValue(percent(*row.ChangeBps))
		}
	}
	return answer
}
