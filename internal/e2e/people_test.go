package e2e

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// What people do in these tests, in their words.

func (c *client) newChat(title string) (id string) {
	c.t.Helper()
	return decode[api.Chat](c.post("/api/chats", object{"title": title}).want(201)).ID.String()
}

// personalChat is the one everybody finds on their first visit.
func (c *client) personalChat() (id string) {
	c.t.Helper()
	chats := decode[api.ChatList](c.get("/api/chats?q=Personal").want(200))
	require.Len(c.t, chats.Items, 1)
	return chats.Items[0].ID.String()
}

func (c *client) newGroup(name string, members ...string) api.Group {
	c.t.Helper()
	if members == nil {
		members = []string{}
	}
	return decode[api.Group](c.post("/api/groups", object{"name": name, "members": members}).want(201))
}

// groupPath is where a group is.
func groupPath(group api.Group) string { return "/api/groups/" + group.ID.String() }

// membership is where the client's own membership of a group is.
func (c *client) membership(group api.Group) string {
	return groupPath(group) + "/members/" + c.user.ID.String()
}

// among is the client as a member of a group.
func (c *client) among(group api.Group) api.Member {
	c.t.Helper()
	for _, member := range group.Members {
		if !member.UserID.IsNull() && member.UserID.MustGet() == c.user.ID {
			return member
		}
	}
	require.FailNow(c.t, "no member of the group")
	return api.Member{}
}

// invite makes an invitation; body says for whom.
func (c *client) invite(group api.Group, body object, headers ...string) api.Invite {
	c.t.Helper()
	return decode[api.Invite](c.post(groupPath(group)+"/invites", body, headers...).want(201))
}

func (c *client) accept(token string) *response {
	c.t.Helper()
	return c.post("/api/invites/accept", object{"token": token})
}

// join makes the client a member, invited by one who may.
func (c *client) join(by *client, group api.Group) {
	c.t.Helper()
	invite := by.in(c.t).invite(group, object{"email": c.email})
	require.Equal(c.t, group.ID, decode[api.Group](c.accept(*invite.Token).want(200)).ID)
}

// shares gives or takes back the client's consent to show their purchases to a group.
func (c *client) shares(group api.Group, yes bool) {
	c.t.Helper()
	member := decode[api.Member](c.patch(c.membership(group), object{"sharesPurchases": yes}).want(200))
	require.Equal(c.t, yes, member.SharesPurchases)
}

// say sends a message and returns the turn; the reply, where one is due, is there.
func (c *client) say(chat, text string) api.Turn {
	c.t.Helper()
	return decode[api.Turn](c.post("/api/chats/"+chat+"/messages", object{"content": text}).want(201))
}

// ask sends a question and returns the completed reply.
func (c *client) ask(chat, question string) api.Message {
	c.t.Helper()
	turn := c.say(chat, question)
	require.False(c.t, turn.AIMessage.IsNull(), "%q is answered", question)
	reply := turn.AIMessage.MustGet()
	require.Equal(c.t, api.MessageStatusCompleted, reply.Status)
	require.Equal(c.t, turn.UserMessage.ID, reply.ReplyTo.MustGet())
	require.NotEmpty(c.t, reply.Content)
	return reply
}

func (c *client) messages(chat string) []api.Message {
	c.t.Helper()
	return decode[api.MessageList](c.get("/api/chats/" + chat + "/messages?limit=100").want(200)).Items
}

// product finds a card product by its name.
func (c *client) product(name string) api.CardProduct {
	c.t.Helper()
	found := decode[api.CardProductList](c.get("/api/card-products?limit=100&q=" + url.QueryEscape(name)).want(200)).Items
	for _, product := range found {
		if product.Name == name {
			return product
		}
	}
	require.FailNow(c.t, "no card product is called "+name)
	return api.CardProduct{}
}

func (c *client) addCard(product string) api.Card {
	c.t.Helper()
	return decode[api.Card](c.post("/api/cards", object{"productId": c.product(product).ID, "lastFour": "1005"}).want(201))
}

// link onboards the client: after it there are accounts with orders.
func (c *client) link() []api.Account {
	c.t.Helper()
	session := decode[api.OnboardingSession](c.post("/api/onboarding/start", nil).want(201))
	result := decode[api.OnboardingResult](c.post("/api/onboarding/complete", object{"sessionId": session.SessionID}).want(200))
	require.Equal(c.t, api.OnboardingStatusComplete, result.OnboardingStatus)
	accounts := decode[api.AccountList](c.get("/api/accounts?limit=100").want(200)).Items
	require.Len(c.t, accounts, result.AccountsLinked)
	require.NotEmpty(c.t, accounts)
	return accounts
}

func drawerOf(t *testing.T, message api.Message) api.CardDrawer {
	t.Helper()
	require.False(t, message.DrawerData.IsNull(), "the reply has a drawer: %s", message.Content)
	data := message.DrawerData.MustGet()
	kind, err := data.Discriminator()
	require.NoError(t, err)
	require.Equal(t, string(message.Action.MustGet()), kind)
	drawer, err := data.AsCardDrawer()
	require.NoError(t, err)
	return drawer
}

// page is the shape all lists share.
type page struct {
	Items      []json.RawMessage `json:"items"`
	NextCursor *string           `json:"nextCursor"`
}

func cursorOf(r *response) *string {
	r.t.Helper()
	return decode[page](r.want(200)).NextCursor
}

func encodeCursor(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// walk reads a list page by page and returns the ids of its items.
func (c *client) walk(target string, limit int) (ids []string) {
	c.t.Helper()
	address, err := url.Parse(target)
	require.NoError(c.t, err)
	query := address.Query()
	query.Set("limit", strconv.Itoa(limit))
	met := map[string]bool{}
	for {
		address.RawQuery = query.Encode()
		got := decode[page](c.get(address.String()).want(200))
		require.LessOrEqual(c.t, len(got.Items), limit)
		for _, item := range got.Items {
			var named struct {
				ID string `json:"id"`
			}
			require.NoError(c.t, json.Unmarshal(item, &named))
			require.False(c.t, met[named.ID], "%s comes twice", named.ID)
			met[named.ID] = true
			ids = append(ids, named.ID)
		}
		if got.NextCursor == nil {
			return ids
		}
		require.Len(c.t, got.Items, limit, "only the last page is short")
		query.Set("cursor", *got.NextCursor)
	}
}
