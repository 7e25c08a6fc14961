package e2e

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/lattice-money/lattice/gen/api"
)

// stage is a service with people in every relation to a group there can be. What a test needs is made anew for it, so that
// nothing it does is in the way of another.
type stage struct {
	*service

	owner, admin, member *client // of every group that is made here
	other                *client // of none
}

func newStage(t *testing.T, changes ...func(*setup)) *stage {
	t.Helper()
	s := newService(t, changes...)
	return &stage{
		service: s, owner: s.signUp(t, "Olivia Owner"), admin: s.signUp(t, "Adam Admin"), member: s.signUp(t, "Mia Member"),
		other: s.signUp(t, "Oscar Other"),
	}
}

// roles are the columns of the access matrix.
var roles = []string{"owner", "admin", "member", "other", "anonymous"}

func (s *stage) play(t *testing.T, role string) *client {
	t.Helper()
	if role == "anonymous" {
		return s.anonymous(t)
	}
	return map[string]*client{"owner": s.owner, "admin": s.admin, "member": s.member, "other": s.other}[role].in(t)
}

// scene is one call that is about to be made. What belongs to somebody in it belongs to the owner of the group.
type scene struct {
	*stage

	t      *testing.T
	caller *client
	op     operation
}

// request is what to send. The headers are names and values in turn.
type request struct {
	path    string
	body    any
	headers []string
}

// scene prepares the call of an operation by somebody. An operation without parameters in its path is called with the
// example of the contract; any other, and one whose example would not do, has a fixture.
func (s *stage) scene(t *testing.T, o operation, role string) (*scene, request) {
	t.Helper()
	sc := &scene{stage: s, t: t, caller: s.play(t, role), op: o}
	if fixture, found := fixtures[o.OperationID]; found {
		return sc, fixture(sc)
	}
	require.NotContains(t, o.path, "{", "%s needs a line in fixtures, which makes what its path names", o.OperationID)
	return sc, request{path: o.path, body: o.example()}
}

func (sc *scene) call(r request) *response {
	sc.t.Helper()
	return sc.caller.call(sc.op.method, r.path, r.body, r.headers...)
}

// fixtures make, for each operation that needs it, what it is called on, and say how it is called. They are the one place
// to extend when an operation is added; matrix.golden then says who may call it, and hints what others hear of it.
var fixtures = allOf(ownFixtures, groupFixtures, ledgerFixtures)

func allOf(some ...map[string]func(sc *scene) request) map[string]func(sc *scene) request {
	all := map[string]func(sc *scene) request{}
	for _, these := range some {
		maps.Copy(all, these)
	}
	return all
}

// ownFixtures are those of what people have to themselves, and of what is said in chats.
var ownFixtures = map[string]func(sc *scene) request{
	"signup": func(*scene) request {
		return request{path: "/api/auth/signup", body: object{
			"name": "Nina New", "email": fmt.Sprintf("nina.%d@example.com", people.Add(1)), "password": "correct horse battery",
		}}
	},
	"login": func(sc *scene) request {
		return request{path: "/api/auth/login", body: object{"email": sc.owner.email, "password": sc.owner.password}}
	},
	"refreshToken": func(sc *scene) request {
		return request{path: "/api/auth/refresh", body: object{"refresh_token": sc.signIn(sc.owner).RefreshToken}}
	},
	"logout": func(sc *scene) request {
		if sc.caller.token != "" { // a session of its own: the others go on
			sc.caller.holds(sc.signIn(sc.caller))
		}
		return request{path: "/api/auth/logout"}
	},
	"startOnboarding": func(*scene) request { return request{path: "/api/onboarding/start", body: object{}} },
	"completeOnboarding": func(sc *scene) request {
		return request{path: "/api/onboarding/complete", body: object{"sessionId": sc.owner.in(sc.t).startLink().SessionID}}
	},
	"extendOnboarding": func(sc *scene) request {
		return request{path: "/api/onboarding/extend", body: object{"sessionId": sc.owner.in(sc.t).startLink().SessionID}}
	},
	"switchCard": func(sc *scene) request {
		account, task := sc.owner.in(sc.t).waitsForCard()
		return request{path: "/api/accounts/" + account.String() + "/card", body: object{"taskId": task, "jwe": mockJWE}}
	},
	"receiveKnotWebhook": func(sc *scene) request {
		return request{path: webhookPath, body: object{"event": "NEW_TRANSACTIONS_AVAILABLE", "external_user_id": sc.owner.user.ID}}
	},
	"getChat":      func(sc *scene) request { return request{path: "/api/chats/" + sc.group()} },
	"listMessages": func(sc *scene) request { return request{path: messagesPath(sc.group())} },
	"sendMessage": func(sc *scene) request {
		return request{path: messagesPath(sc.group()), body: object{"content": "See you at eight"}}
	},
	"getMessage": func(sc *scene) request { said, _ := sc.turn(); return request{path: said} },
	"editMessage": func(sc *scene) request {
		said, _ := sc.turn()
		return request{path: said, body: object{"content": "See you at nine"}}
	},
	"streamReply":     func(sc *scene) request { _, reply := sc.turn(); return request{path: reply + "/stream?wait=0"} },
	"stopReply":       func(sc *scene) request { _, reply := sc.turn(); return request{path: reply + "/stop"} },
	"regenerateReply": func(sc *scene) request { _, reply := sc.turn(); return request{path: reply + "/regenerate"} },
	"setFeedback": func(sc *scene) request {
		_, reply := sc.turn()
		return request{path: reply + "/feedback", body: object{"rating": "up"}}
	},
	"markRead": func(sc *scene) request {
		return request{path: "/api/chats/" + sc.group() + "/read", body: object{"position": 1}}
	},
	"streamEvents": func(*scene) request { return request{path: "/api/events?wait=0"} },
	"getGroup":     func(sc *scene) request { return request{path: "/api/groups/" + sc.group()} },
	"addCard": func(sc *scene) request {
		return request{path: "/api/cards", body: object{"productId": sc.owner.in(sc.t).product("Blue Cash Preferred").ID}}
	},
	"unlinkAccount": func(sc *scene) request { return request{path: "/api/accounts/" + sc.account().String()} },
	"syncAccount":   func(sc *scene) request { return request{path: "/api/accounts/" + sc.account().String() + "/sync"} },
	"getTransaction": func(sc *scene) request {
		return request{path: transactionPath(sc.owner.in(sc.t).buy(sc.account(), today, 1200))}
	},
	"updateTransaction": func(sc *scene) request {
		return request{path: transactionPath(sc.receipt()), body: object{"category": "pets"}}
	},
}

// signIn opens another session for somebody.
func (sc *scene) signIn(c *client) api.TokenAnswer {
	return decode[api.TokenAnswer](sc.anonymous(sc.t).post("/api/auth/login", object{"email": c.email, "password": c.password}).want(200))
}

// group is a new group of owner, admin and member, whose id is also that of its chat.
func (sc *scene) group() string {
	group := sc.owner.in(sc.t).newGroup("Ski Trip")
	for role, person := range map[string]*client{"admin": sc.admin, "member": sc.member} {
		sc.exec(sc.t, "INSERT INTO chat_members (chat_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)",
			group.ID, person.user.ID, role, today.Add(time.Minute))
	}
	return group.ID.String()
}

// turn is something the owner said in a new group, and the reply to it, as paths.
func (sc *scene) turn() (said, reply string) {
	group := sc.group()
	turn := sc.owner.in(sc.t).say(group, "@lattice hello")
	return messagesPath(group) + "/" + turn.UserMessage.ID.String(), messagesPath(group) + "/" + turn.AIMessage.MustGet().ID.String()
}

// account is a new linked account of the owner, at a merchant they have none of yet.
func (sc *scene) account() uuid.UUID {
	id := uuid.New()
	sc.exec(sc.t, `INSERT INTO linked_accounts (id, user_id, merchant_id, vendor_user_ref, account_name, status, can_transactions, can_cards, mock, created_at)
		SELECT $1, $2, id, $3, 'olivia', 'connected', true, false, true, $4 FROM merchants
		WHERE id NOT IN (SELECT merchant_id FROM linked_accounts WHERE user_id = $2) ORDER BY random() LIMIT 1
		ON CONFLICT DO NOTHING`, id, sc.owner.user.ID, sc.owner.user.ID.String(), today)
	if sc.count(sc.t, "linked_accounts WHERE id = $1", id) == 0 {
		return sc.account() // another scene was faster at this merchant
	}
	return id
}

// receipt is an order of the owner that a new group is shown.
func (sc *scene) receipt() uuid.UUID {
	id := sc.owner.in(sc.t).buy(sc.account(), today, 1200)
	sc.exec(sc.t, "INSERT INTO group_receipts (chat_id, transaction_id, shared_by, shared_at) VALUES ($1, $2, $3, $4)",
		sc.group(), id, sc.owner.user.ID, today)
	return id
}
