package e2e

import (
	"github.com/google/uuid"

	"github.com/lattice-money/lattice/gen/api"
)

// groupFixtures are what groups, proposals, cards and prices are called on.
var groupFixtures = map[string]func(sc *scene) request{
	"updateChat": func(sc *scene) request {
		return request{path: "/api/chats/" + sc.group(), body: object{"title": "Ski Week"}}
	},
	"deleteChat": func(sc *scene) request { return request{path: "/api/chats/" + sc.group()} },
	"updateGroup": func(sc *scene) request {
		return request{path: "/api/groups/" + sc.group(), body: object{"name": "Ski Week"}}
	},
	"deleteGroup": func(sc *scene) request { return request{path: "/api/groups/" + sc.group()} },
	"updateMember": func(sc *scene) request {
		return request{path: "/api/groups/" + sc.group() + "/members/" + sc.member.user.ID.String(), body: object{"role": "admin"}}
	},
	"removeMember": func(sc *scene) request {
		return request{path: "/api/groups/" + sc.group() + "/members/" + sc.member.user.ID.String()}
	},
	"listInvites": func(sc *scene) request { return request{path: "/api/groups/" + sc.group() + "/invites"} },
	"createInvite": func(sc *scene) request {
		return request{path: "/api/groups/" + sc.group() + "/invites", body: object{}}
	},
	"revokeInvite": func(sc *scene) request {
		group, invite := sc.invited()
		return request{path: "/api/groups/" + group + "/invites/" + invite.ID.String()}
	},
	"acceptInvite": func(sc *scene) request {
		_, invite := sc.invited()
		return request{path: "/api/invites/accept", body: object{"token": *invite.Token}}
	},
	"getProposal":     func(sc *scene) request { return request{path: sc.proposal()} },
	"confirmProposal": func(sc *scene) request { return request{path: sc.proposal() + "/confirm"} },
	"dismissProposal": func(sc *scene) request { return request{path: sc.proposal() + "/dismiss"} },
	"undoProposal": func(sc *scene) request {
		path := sc.proposal()
		sc.owner.in(sc.t).post(path+"/confirm", nil).want(200)
		return request{path: path + "/undo"}
	},
	"updateCard": func(sc *scene) request {
		return request{path: sc.card(), body: object{"nickname": "Everyday"}}
	},
	"removeCard": func(sc *scene) request { return request{path: sc.card()} },
	"recommendCard": func(sc *scene) request {
		if sc.caller.token != "" { // everybody is told of their own cards
			sc.caller.addCard("Blue Cash Preferred")
		}
		return request{path: sc.op.path, body: sc.op.example()}
	},
	"createPriceAlert": func(sc *scene) request { return request{path: "/api/price-alerts", body: sc.alert()} },
	"updatePriceAlert": func(sc *scene) request { return request{path: sc.ownAlert(), body: object{"rearm": true}} },
	"deletePriceAlert": func(sc *scene) request { return request{path: sc.ownAlert()} },
	"getProductPrices": func(sc *scene) request { return request{path: "/api/products/" + sc.product().String() + "/prices"} },
}

// invited is a new group with an invitation that anybody may use.
func (sc *scene) invited() (group string, invite api.Invite) {
	group = sc.group()
	return group, sc.owner.in(sc.t).invite(api.Group{ID: uuid.MustParse(group)}, object{})
}

// proposal is what an answer to the owner offers in a new group, as a path.
func (sc *scene) proposal() string {
	owner := sc.owner.in(sc.t)
	if len(owner.walk("/api/cards", 1)) == 0 {
		owner.addCard("Blue Cash Preferred")
	}
	reply := owner.say(sc.group(), "@lattice "+cardQuestion).AIMessage.MustGet()
	return proposalPath(reply.ProposalID.MustGet())
}

// product is one the feed lists.
func (sc *scene) product() uuid.UUID {
	id := uuid.New()
	sc.exec(sc.t, `INSERT INTO products (id, merchant_id, sku, name, currency, availability, mock, created_at)
		SELECT $1, min(id), $2, 'Coffee', 'USD', 'in_stock', true, $3 FROM merchants`, id, id.String(), today)
	sc.exec(sc.t, `INSERT INTO price_observations (product_id, at, last_seen_at, amount, currency) VALUES ($1, $2, $2, 900, 'USD')`, id, today)
	return id
}

// card is one the owner holds, as a path.
func (sc *scene) card() string {
	return "/api/cards/" + sc.owner.in(sc.t).addCard("Blue Cash Preferred").ID.String()
}

// alert is what a price alert on a listed product is made of.
func (sc *scene) alert() object {
	return object{"productId": sc.product(), "direction": "below", "threshold": object{"amount": 500, "currency": "USD"}}
}

// ownAlert is an alert of the owner, as a path.
func (sc *scene) ownAlert() string {
	return "/api/price-alerts/" + decode[api.PriceAlert](sc.owner.in(sc.t).post("/api/price-alerts", sc.alert()).want(201)).ID.String()
}
