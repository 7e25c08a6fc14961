"""What Schemathesis cannot know from the contract: who is signed in, which ids exist, how a stream is read to its end, and
which refusals of a well-formed request are meant.

Settings come from the environment: LATTICE_URL, and LATTICE_FUZZ_AS, `user` or `nobody`.
"""

import json
import os
import pathlib
import re
import threading
import tomllib
import uuid

import schemathesis
from schemathesis.core.failures import Failure

from world import Person

BASE = os.environ["LATTICE_URL"]
SIGNED_IN = os.environ["LATTICE_FUZZ_AS"] == "user"
RULES = tomllib.loads((pathlib.Path(__file__).parent / "rules.toml").read_text())["rule"]

# Operations that end, take away or use up what they are called on. Each has a user of its own, so that none spoils what
# another is tested with, and each request of theirs is about something made for it.
DESTRUCTIVE = {
    "logout", "refreshToken", "completeOnboarding", "deleteChat", "stopReply", "regenerateReply", "editMessage",
    "confirmProposal", "dismissProposal", "undoProposal", "updateGroup", "deleteGroup", "updateMember", "removeMember",
    "revokeInvite", "acceptInvite", "updateExpense", "deleteExpense", "restoreExpense", "confirmSettlement",
    "voidSettlement", "updateCard", "removeCard", "unlinkAccount", "updatePriceAlert", "deletePriceAlert", "updateSettings",
}  # fmt: skip
STREAMS = {"streamReply", "streamEvents"}

people = {}
lock = threading.RLock()


def operation_of(case) -> str:
    return case.operation.definition.raw["operationId"]


def is_positive(case) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


def is_linked(case) -> bool:
    """Whether links of the contract lead here: the ids are then somebody's already."""
    return case.meta is not None and case.meta.phase.name.value == "stateful"


def person_for(case) -> Person:
    name = "everybody"
    if operation_of(case) in DESTRUCTIVE and not is_linked(case):
        name = operation_of(case)
    with lock:
        if name not in people:
            people[name] = Person(BASE)
        return people[name]


if SIGNED_IN:

    @schemathesis.auth(refresh_interval=None)
    class SignedIn:
        def get(self, case, ctx):
            person = person_for(case)
            if operation_of(case) == "logout":
                return person.session()["access_token"]
            return person.token

        def set(self, case, data, ctx):
            case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Tell how the contract describes streams: its schema is that of the data of one event, as JSON (and the generators of
    clients read it so), where Schemathesis expects the schema of the event with its fields."""
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict):
                continue
            for response in operation["responses"].values():
                media = response.get("content", {}).get("text/event-stream")
                if media is not None:
                    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": media["schema"]}
                    media["schema"] = {
                        "type": "object",
                        "required": ["data", "event"],
                        "properties": {"data": data, "event": {"type": "string"}, "id": {"type": "string"}},
                        "additionalProperties": False,
                    }


@schemathesis.hook
def map_query(context, query):
    """A stream that waits for more would never end."""
    if context.operation.definition.raw["operationId"] in STREAMS:
        return {**(query or {}), "wait": 0}
    return query


@schemathesis.hook
def before_call(context, case, kwargs):
    """Give what is well formed something real to be about. Half of the requests keep their made-up ids."""
    headers = case.headers or {}
    if is_positive(case) and "Idempotency-Key" in headers and case.id[-1] not in "0123456789":
        headers["Idempotency-Key"] = uuid.uuid4().hex  # else the key of the example stands for its first request for ever
    if is_linked(case):  # a link through a null leads nowhere
        case.path_parameters = {
            name: str(uuid.uuid4()) if value is None else value for name, value in (case.path_parameters or {}).items()
        }
        return
    if not SIGNED_IN or not is_positive(case) or case.id[0].islower():
        return
    person = person_for(case)
    with lock:
        if case.path_parameters:
            case.path_parameters = {**case.path_parameters, **real_ids(person, case)}
        if isinstance(case.body, dict):
            case.body = real_body(person, operation_of(case), case.body, case)


def real_ids(person: Person, case) -> dict:
    operation, names = operation_of(case), set(case.path_parameters)

    def thing(name, make):
        return make() if operation in DESTRUCTIVE else person.kept(name, make)

    if "proposalId" in names:
        proposal = thing("turn", person.turn)["proposalId"]
        if operation == "undoProposal":
            person.call("POST", f"/api/proposals/{proposal}/confirm")
        return {"proposalId": proposal}
    if "messageId" in names:
        turn = thing("turn", person.turn)
        return {"chatId": turn["chatId"], "messageId": turn["said" if operation == "editMessage" else "reply"]}
    if "chatId" in names:
        return {"chatId": thing("chat", person.chat)}
    if "groupId" in names:
        consumes_group = operation in {"updateGroup", "deleteGroup", "removeMember"}
        group = person.group() if consumes_group else person.kept("group", person.group)
        ids = {"groupId": group}
        if "inviteId" in names:
            ids["inviteId"] = person.invite(group)["id"]
        if "expenseId" in names:
            ids["expenseId"] = thing("expense", lambda: person.expense(group))
            if operation == "restoreExpense":
                person.call("DELETE", f"/api/groups/{group}/expenses/{ids['expenseId']}")
        if "settlementId" in names:
            ids["settlementId"] = person.settlement(group)
        if "userId" in names:
            ids["userId"] = person.id if operation == "setShareStatus" else person.friend().id
        return ids
    makers = {
        "cardId": ("card", person.card), "accountId": ("account", person.account), "alertId": ("alert", person.alert),
        "transactionId": ("transaction", person.transaction), "productId": ("product", person.product),
    }  # fmt: skip
    return {name: thing(*makers[name]) for name in names}


def real_body(person: Person, operation: str, body: dict, case) -> dict:
    body = json.loads(json.dumps(body))
    makers = {
        "refresh_token": lambda: person.session()["refresh_token"],
        "sessionId": person.link,
        "token": lambda: person.friend().invite(person.friend().kept("group", person.friend().group))["token"],
        "productId": person.product if "price" in case.path else person.card_product,
        "cardId": lambda: person.kept("card", person.card),
        "to": lambda: person.friend().id,
        "from": lambda: person.id,
        "transactionId": lambda: person.kept("transaction", person.transaction),
    }
    for name, make in makers.items():
        if isinstance(body.get(name), str):
            body[name] = make()
    members = [person.id, person.friend().id] if "/groups/" in case.path else []
    for name in ("paidBy", "shares"):  # nobody stands twice in either
        if members and isinstance(body.get(name), list):
            body[name] = [{**entry, "userId": member} for entry, member in zip(body[name], members)]
    return body


class MeaninglessRefusal(Failure):
    """A well-formed request was refused for a reason that rules.toml does not name."""

    __slots__ = ()

    @property
    def _unique_key(self) -> str:
        return self.message  # every reason is told, not the first of each operation alone


@schemathesis.check
def refusals_are_named(ctx, response, case):
    """A 409, 412 or 422 to a well-formed request is by a rule a schema cannot say, and rules.toml names each. The statuses
    of a rule are allowed to its operations; this holds every single refusal to code and field as well."""
    if response.status_code not in (409, 412, 422) or not is_positive(case):
        return
    operation, problem = operation_of(case), json.loads(response.content)
    faults = [(error["code"], error["pointer"]) for error in problem.get("errors", [])] or [(problem["code"], "")]
    for code, pointer in faults:
        if not any(covers(rule, operation, response.status_code, code, pointer) for rule in RULES):
            raise MeaninglessRefusal(
                operation=case.operation.label,
                title="Refusal that no rule names",
                message=f"{operation} {response.status_code} {code} {pointer}: {problem['detail']}",
                case_id=case.id,
            )


def covers(rule: dict, operation: str, status: int, code: str, pointer: str) -> bool:
    return (
        operation in rule["operations"]
        and status == rule["status"]
        and code in rule["codes"]
        and re.fullmatch(rule.get("pointer", ""), pointer) is not None
    )
