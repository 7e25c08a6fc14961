package e2e

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

func (c *client) patchCard(id uuid.UUID, body any, headers ...string) *response {
	c.t.Helper()
	return c.call(http.MethodPatch, "/api/cards/"+id.String(), body, headers...)
}

// Each field by itself: it takes the value, keeps it, can be cleared, and moves no other.
func TestEachFieldOfACardIsChangedAlone(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	card := decode[api.Card](dana.post("/api/cards", object{
		"productId": dana.product("Custom Cash").ID, "nickname": "Old", "lastFour": "1005", "pointValue": 120, "choices": []string{"gas"},
		"limit": object{"amount": 500000, "currency": "USD"}, "balance": object{"amount": 100, "currency": "USD"},
	}).want(201))
	require.EqualValues(t, 1, card.Version)
	usd := func(amount int64) object { return object{"amount": amount, "currency": "USD"} }
	for _, change := range []struct {
		name  string
		value any
		apply func(c *api.Card)
	}{
		{"nickname", " Gas card ", func(c *api.Card) { c.Nickname.Set("Gas card") }},
		{"nickname", nil, func(c *api.Card) { c.Nickname.SetNull() }},
		{"lastFour", "2210", func(c *api.Card) { c.LastFour.Set("2210") }},
		{"lastFour", nil, func(c *api.Card) { c.LastFour.SetNull() }},
		{"limit", usd(900000), func(c *api.Card) { c.Limit.Set(api.Money{Amount: 900000, Currency: "USD"}) }},
		{"limit", nil, func(c *api.Card) { c.Limit.SetNull() }},
		{"balance", usd(-50), func(c *api.Card) { c.Balance.Set(api.Money{Amount: -50, Currency: "USD"}) }},
		{"balance", nil, func(c *api.Card) { c.Balance.SetNull() }},
		{"pointValue", 180, func(c *api.Card) { c.PointValue.Set(180) }},
		{"pointValue", nil, func(c *api.Card) { c.PointValue.SetNull() }},
		{"choices", []string{"dining"}, func(c *api.Card) { c.Choices = []string{"dining"} }},
		{"choices", nil, func(c *api.Card) { c.Choices = []string{} }},
		{"productId", dana.product("Freedom Flex").ID, func(c *api.Card) { c.ProductID = dana.product("Freedom Flex").ID }},
		{"activations", []string{"2026-Q4", "2027-Q1"}, func(c *api.Card) { c.Activations = []string{"2026-Q4", "2027-Q1"} }},
		{"activations", nil, func(c *api.Card) { c.Activations = []string{} }},
	} {
		answer := dana.patchCard(card.ID, object{change.name: change.value}).want(200)
		change.apply(&card)
		card.Version++
		require.Equal(t, card, decode[api.Card](answer), "%s = %v", change.name, change.value)
		require.Equal(t, []api.Card{card}, decode[api.CardList](dana.get("/api/cards").want(200)).Items)
		require.Equal(t, s.tagOf(t, card.ID), answer.header.Get("ETag"))
	}
	require.Equal(t, int(card.Version)-1, s.count(t, "audit_events WHERE action = 'card.update' AND target_id = $1", card.ID.String()))
	before := card.Version
	require.Equal(t, before+1, decode[api.Card](dana.patchCard(card.ID, object{}).want(200)).Version, "an empty patch is a change of nothing")
}

func (s *service) tagOf(t *testing.T, card uuid.UUID) string {
	t.Helper()
	return value[string](t, s, `SELECT '"' || version || '"' FROM cards WHERE id = $1`, card)
}

// A patch is taken whole or not at all, and held to the product it leads to.
func TestAChangeOfACardIsHeldToItsProduct(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	card := decode[api.Card](dana.post("/api/cards", object{"productId": dana.product("Custom Cash").ID, "choices": []string{"gas"}}).want(201))
	flex := dana.product("Freedom Flex").ID
	s.staysAsItIs(t)
	for _, bad := range []struct {
		name     string
		body     object
		pointers []string
	}{
		{"UnknownProduct", object{"productId": uuid.NewString()}, []string{"/productId"}},
		{"ProductCannotBeCleared", object{"productId": nil}, []string{"/productId"}},
		{"ChoicesThatStay", object{"productId": flex}, []string{"/choices"}},
		{"ChoiceNotOffered", object{"nickname": "x", "choices": []string{"pets"}}, []string{"/choices"}},
		{"TooManyChoices", object{"choices": []string{"gas", "dining"}}, []string{"/choices"}},
		{"NothingToActivate", object{"activations": []string{"2026-Q4"}}, []string{"/activations"}},
		{"QuarterTwice", object{"productId": flex, "choices": nil, "activations": []string{"2026-Q4", "2026-Q4"}}, []string{"/activations"}},
		{"OtherCurrency", object{"limit": object{"amount": 1, "currency": "EUR"}, "balance": object{"amount": 1, "currency": "EUR"}}, []string{"/balance/currency", "/limit/currency"}},
		{"NegativeLimit", object{"limit": object{"amount": -1, "currency": "USD"}}, []string{"/limit/amount"}},
		{"BlankNickname", object{"nickname": " "}, []string{"/nickname"}},
		{"HardSpaces", object{"nickname": "\u00a0"}, []string{"/nickname"}},
		{"ShortLastFour", object{"lastFour": "12"}, []string{"/lastFour"}},
		{"Status", object{"status": "removed"}, []string{"/status"}},
		{"Version", object{"version": 7}, []string{"/version"}},
	} {
		t.Run(bad.name, func(t *testing.T) {
			t.Parallel()
			dana.in(t).patchCard(card.ID, bad.body).refused(422, api.ProblemCodeInvalidRequest, bad.pointers...)
		})
	}
}

func TestCardsAreChangedByVersion(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	added := dana.post("/api/cards", object{"productId": dana.product("Savor").ID}).want(201)
	card := decode[api.Card](added)
	first := added.header.Get("ETag")
	require.Equal(t, `"1"`, first)
	changed := dana.patchCard(card.ID, object{"nickname": "One"}, "If-Match", first).want(200)
	require.Equal(t, `"2"`, changed.header.Get("ETag"))
	for _, tag := range []string{first, `"other"`, "2", `"20"`} {
		dana.patchCard(card.ID, object{"nickname": "Two"}, "If-Match", tag).refused(412, api.ProblemCodePreconditionFailed)
		dana.call(http.MethodDelete, "/api/cards/"+card.ID.String(), nil, "If-Match", tag).refused(412, api.ProblemCodePreconditionFailed)
	}
	require.Equal(t, "One", decode[api.CardList](dana.get("/api/cards").want(200)).Items[0].Nickname.MustGet())
	dana.patchCard(card.ID, object{"nickname": "Three"}, "If-Match", "*").want(200)

	statuses := make([]int, 4)
	tag := s.tagOf(t, card.ID)
	atOnce(t, len(statuses), func(t *testing.T, i int) {
		statuses[i] = dana.in(t).patchCard(card.ID, object{"nickname": []string{"A", "B", "C", "D"}[i]}, "If-Match", tag).status
	})
	require.ElementsMatch(t, []int{http.StatusOK, 412, 412, 412}, statuses)
	dana.call(http.MethodDelete, "/api/cards/"+card.ID.String(), nil, "If-Match", s.tagOf(t, card.ID)).want(204)
}

// A removed card is gone from the lists and the advice, and nobody can bring it back by changing it.
func TestARemovedCardIsGone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dana := s.signUp(t, "Dana Kim")
	blue, double := dana.addCard("Blue Cash Preferred"), dana.addCard("Double Cash")
	chat := dana.newChat("Groceries")
	const question = "Which card should I use for $86 of groceries at Whole Foods?"
	before := dana.ask(chat, question)
	require.Equal(t, blue.ID, drawerOf(t, before).Recommended.CardID)

	require.Empty(t, dana.delete("/api/cards/"+blue.ID.String()).want(204).body)
	require.Equal(t, []api.Card{double}, decode[api.CardList](dana.get("/api/cards").want(200)).Items)
	require.Equal(t, double.ID, drawerOf(t, dana.ask(chat, question)).Recommended.CardID)
	require.Equal(t, before, decode[api.Message](dana.get("/api/chats/"+chat+"/messages/"+before.ID.String()).want(200)), "what was answered stays")
	dana.delete("/api/cards/" + blue.ID.String()).notFound()
	dana.patchCard(blue.ID, object{"nickname": "Back"}).notFound()
	require.Equal(t, 1, s.count(t, "audit_events WHERE action = 'card.remove' AND target_id = $1", blue.ID.String()))
	require.Equal(t, 1, s.count(t, "cards WHERE id = $1 AND status = 'removed'", blue.ID))
}

// A full number or a security code is refused in whichever field of whichever request about cards it comes, and nothing of
// it stays: not in a table, not in a line of the log.
func TestNoRequestAboutCardsTakesACardNumber(t *testing.T) {
	t.Parallel()
	s := newService(t, idle)
	dana := s.signUp(t, "Dana Kim")
	product := dana.product("Custom Cash").ID
	card := dana.addCard("Custom Cash")
	usd := func(amount any) object { return object{"amount": amount, "currency": "USD"} }
	add := func(name string, value any) object { return object{"productId": product, name: value} }
	s.staysAsItIs(t)
	const plain, spaced, code = "4012888888881881", "4012 8888 8888 1881", "my cvv is 987"
	number := int64(4012888888881881)
	for _, attempt := range []struct {
		name    string
		body    object
		pointer string
	}{
		{"nickname", object{"nickname": "my " + spaced}, "/nickname"},
		{"nickname with a code", object{"nickname": code}, "/nickname"},
		{"lastFour", object{"lastFour": plain}, "/lastFour"},
		{"choices", object{"choices": []string{"gas", plain}}, "/choices/1"},
		{"choices with spaces", object{"choices": []string{spaced}}, "/choices/0"},
		{"activations", object{"activations": []string{plain}}, "/activations/0"},
		{"limit", object{"limit": usd(number)}, "/limit/amount"},
		{"limit as text", object{"limit": usd(plain)}, "/limit/amount"},
		{"limit currency", object{"limit": object{"amount": 1, "currency": plain}}, "/limit/currency"},
		{"balance", object{"balance": usd(-number)}, "/balance/amount"},
		{"pointValue", object{"pointValue": number}, "/pointValue"},
		{"productId", object{"productId": plain}, "/productId"},
		{"a field of its own", object{"number": plain}, "/number"},
		{"a field for the code", object{"cvv": "987"}, "/cvv"},
	} {
		name, body := singleKey(attempt.body), attempt.body
		if name != "productId" {
			body = add(name, attempt.body[name])
		}
		dana.post("/api/cards", body).refused(422, api.ProblemCodeInvalidRequest, attempt.pointer)
		dana.patchCard(card.ID, attempt.body).refused(422, api.ProblemCodeInvalidRequest, attempt.pointer)
	}
	ask := func(name string, value any) object {
		body := object{"amount": usd(100), "category": "gas"}
		body[name] = value
		return body
	}
	for _, attempt := range []struct {
		name    string
		value   any
		pointer string
	}{
		{"merchant", "Costco " + spaced, "/merchant"},
		{"merchant", code, "/merchant"},
		{"category", plain, "/category"},
		{"amount", usd(number), "/amount/amount"},
		{"date", plain, "/date"},
		{"abroad", plain, "/abroad"},
		{"ruleVersion", plain, "/ruleVersion"},
		{"ruleVersion", "r2-" + plain + "00000000", "/ruleVersion"},
		{"card", plain, "/card"},
	} {
		dana.post("/api/cards/recommendation", ask(attempt.name, attempt.value)).refused(422, api.ProblemCodeInvalidRequest, attempt.pointer)
	}
	dana.get("/api/card-products?q="+plain).refused(422, api.ProblemCodeInvalidRequest, "q")
	dana.patchCard(card.ID, object{"nickname": "Fine"}, "If-Match", plain).refused(412, api.ProblemCodePreconditionFailed)

	database, log := s.whole(t), s.log.String()
	require.Contains(t, database, card.ID.String(), "the dump is of this database")
	require.Contains(t, log, "operation=updateCard", "the log is of these requests")
	for _, secret := range []string{plain, spaced, code} {
		require.NotContains(t, database, secret)
		require.NotContains(t, log, secret)
	}
}

func singleKey(body object) string {
	for name := range body {
		return name
	}
	return ""
}
