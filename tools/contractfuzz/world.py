"""People of the service under test, and what they own.

A generated request for /api/cards/{cardId} with a made-up id only ever meets a 404. A Person makes the real thing behind
every id the contract's paths and bodies name, through the public API alone.
"""

import json
import time
import urllib.error
import urllib.request
import uuid

PASSWORD = "correct horse battery"
TOKEN_SECONDS = 300  # a third of what an access token lives; a long run outlasts many


class Person:
    """Somebody who signed up just now. Knows how to make whatever an operation is called on."""

    def __init__(self, base: str):
        self.base = base
        self.email = f"fuzz.{uuid.uuid4().hex}@example.com"
        self._token, self._signed_in_at = None, 0.0
        answer = self.call("POST", "/api/auth/signup", {"name": "Robin Fuzz", "email": self.email, "password": PASSWORD})
        self._token, self._signed_in_at = answer["access_token"], time.monotonic()
        self.id = answer["user"]["id"]
        self._friend = None
        self._known = {}
        self._alerts = 0

    @property
    def token(self) -> str | None:
        """An access token that is good for a while; None before the person has signed up."""
        if self._token is not None and time.monotonic() - self._signed_in_at > TOKEN_SECONDS:
            self._token = None  # signing in takes none
            self._token, self._signed_in_at = self.session()["access_token"], time.monotonic()
        return self._token

    def call(self, method: str, path: str, body=None):
        """Make a request that has to succeed; answers the decoded body."""
        request = urllib.request.Request(self.base + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token := self.token:
            request.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path} answered {error.code}: {error.read().decode()}") from error
        return json.loads(text) if text else None

    def session(self) -> dict:
        """Another session of the same person, as login answers it."""
        return self.call("POST", "/api/auth/login", {"email": self.email, "password": PASSWORD})

    def friend(self) -> "Person":
        if self._friend is None:
            self._friend = Person(self.base)
        return self._friend

    def kept(self, name: str, make):
        """What was made under this name before, or a new one."""
        if name not in self._known:
            self._known[name] = make()
        return self._known[name]

    # What there is one of for everybody.

    def card_product(self) -> str:
        return self.kept("card_product", lambda: self.call("GET", "/api/card-products?q=double+cash")["items"][0]["id"])

    def product(self) -> str:
        return self.kept("product", lambda: self.call("GET", "/api/products")["items"][0]["id"])

    # What is made anew with every call.

    def link(self) -> str:
        return self.call("POST", "/api/onboarding/start", {})["sessionId"]

    def account(self) -> str:
        self.call("POST", "/api/onboarding/complete", {"sessionId": self.link()})
        return self.call("GET", "/api/accounts")["items"][0]["id"]

    def transaction(self) -> str:
        self.kept("account", self.account)
        return self.call("GET", "/api/transactions?limit=1")["items"][0]["id"]

    def card(self) -> str:
        return self.call("POST", "/api/cards", {"productId": self.card_product()})["id"]

    def alert(self) -> str:
        self._alerts += 1  # the same alert cannot be set twice
        threshold = {"amount": 100 + self._alerts, "currency": "USD"}
        body = {"productId": self.product(), "direction": "below", "threshold": threshold}
        return self.call("POST", "/api/price-alerts", body)["id"]

    def chat(self) -> str:
        return self.call("POST", "/api/chats", {"title": "Groceries"})["id"]

    def turn(self) -> dict:
        """A question and its finished reply, with something the reply proposes."""
        self.kept("card", self.card)
        chat = self.chat()
        body = {"content": "Which card should I use for $86 of groceries at Whole Foods?"}
        turn = self.call("POST", f"/api/chats/{chat}/messages", body)
        reply = turn["aiMessage"]
        return {"chatId": chat, "said": turn["userMessage"]["id"], "reply": reply["id"], "proposalId": reply["proposalId"]}

    def invite(self, group: str) -> dict:
        return self.call("POST", f"/api/groups/{group}/invites", {})

    def group(self) -> str:
        """A group of two: this person, who owns it, and their friend."""
        group = self.call("POST", "/api/groups", {"name": "Ski Trip", "members": []})["id"]
        self.friend().call("POST", "/api/invites/accept", {"token": self.invite(group)["token"]})
        return group

    def expense(self, group: str) -> str:
        total = {"amount": 9000, "currency": "USD"}
        body = {"description": "Dinner", "total": total, "method": "equal", "paidBy": [{"userId": self.id, "amount": total}]}
        return self.call("POST", f"/api/groups/{group}/expenses", body)["id"]

    def settlement(self, group: str) -> str:
        body = {"to": self.id, "amount": {"amount": 100, "currency": "USD"}}
        return self.friend().call("POST", f"/api/groups/{group}/settlements", body)["id"]
