"""Random writes of the shapes that a ledger makes, for comparing one DynamoDB with another.

Left out by construction, because ministack departs from AWS there: comparing two absent attributes (it calls them
equal), removing below an absent map or list (it does nothing), a SET, ADD or DELETE whose :value has a wrong type (it
cancels the transaction, AWS refuses the request), fractions that add up to trailing zeros, index keys of a wrong type
beside failed conditions (it hides the conditions), several REMOVEs in one list (it shifts in between), UPDATED_NEW of a
part of a list (it shows the whole list; DynamoDB Local the whole map, too).
"""

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from dynamo.tables import Table

Request = dict[str, Any]

UPDATES: dict[str, str] = {
    "debit": "SET available = available - :n, version = version + :one",
    "credit": "SET version = version + :one ADD available :n, fee :one",
    "open": "SET version = if_not_exists(version, :zero), available = if_not_exists(available, :zero) + :n",
    "lease": "SET busy = :session",
    "free": "REMOVE busy",
    "wake": "SET ph = :phase, wake_ms = :n",
    "rest": "REMOVE ph, wake_ms",
    "list": "SET #owner = :owner, owner_at = :at",
    "unlist": "REMOVE #owner, owner_at",
    "tag": "ADD tags :tags",
    "untag": "DELETE tags :tags",
    "note": "SET notes = list_append(if_not_exists(notes, :none), :note)",
    "first note": "SET notes[0] = :text",
    "profile": "SET profile = :profile",
    "move": "SET profile.city = :text, moved = available",
    "swap": "SET available = fee, fee = available",
}
CONDITIONS = (
    "attribute_exists(pk)",
    "attribute_not_exists(pk)",
    "version = :version",
    "version = :version AND attribute_not_exists(busy)",
    "available >= :n",
    "attribute_exists(pk) AND available >= :n",
    "(attribute_not_exists(busy) OR busy = :session) AND attribute_exists(version)",
    "busy = :session",
    "available BETWEEN :zero AND :n",
    "kind IN (:kind, :text)",
    "NOT kind = :kind",
    "kind <> :kind",
    "begins_with(kind, :letter)",
    "contains(tags, :text)",
    "tags = :tags",
    "size(notes) > :one",
    "attribute_type(profile, :map)",
    "profile.city = :text OR notes[0] = :text",
    "NOT (available < :n AND (fee > :one OR attribute_exists(ph)))",
)
NEEDS = {"first note": "attribute_exists(notes)", "move": "attribute_exists(profile) AND attribute_exists(available)"}
COUNTING_NEEDS = {
    "debit": "attribute_exists(available) AND attribute_exists(version)",
    "credit": "attribute_exists(version)",
    "swap": "attribute_exists(available) AND attribute_exists(fee)",
}
KINDS = ("account", "session", "order")


class Scribe:
    """Writes over a few items, so that they meet each other's traces; all chance comes from `random`."""

    def __init__(self, random: Random, run: str, for_dynamodb_local: bool = False) -> None:
        """`run` tells request tokens of one run from another's. DynamoDB Local departs from AWS in more: it refuses a
        transaction whose update cannot be made, instead of cancelling it, and allows a check and a write of one item.
        """
        self.random = random
        self.run = run
        self.doubles = not for_dynamodb_local
        self.needs = {**NEEDS, **(COUNTING_NEEDS if for_dynamodb_local else {})}
        self.tokens: list[Request] = []

    def write(self) -> tuple[str, Request]:
        """An operation of the client with its arguments."""
        dice = self.random.random()
        if dice < 0.03 and self.tokens:
            return "transact_write_items", self.repeated()
        if dice < 0.25:
            return self.single()
        actions = [self.action() for _ in range(self.random.choice((1, 1, 2, 2, 3, 5)))]
        request: Request = {"TransactItems": self.distinct(actions)}
        if dice > 0.97:
            request["ClientRequestToken"] = f"{self.run}-{len(self.tokens)}"
            self.tokens.append(request)
        return "transact_write_items", request

    def repeated(self) -> Request:
        request = self.random.choice(self.tokens)
        if self.random.random() < 0.5:
            return request
        return {**request, "TransactItems": [self.action()]}

    def distinct(self, actions: list[Request]) -> list[Request]:
        """Mostly one action an item; at times two, which DynamoDB refuses."""
        if self.random.random() < 0.05 and self.doubles:
            return actions
        by_place = {}
        for action in actions:
            ((_, request),) = action.items()
            key = request.get("Key") or request["Item"]
            by_place[request["TableName"], key["pk"]["S"], key["sk"]["S"]] = action
        return list(by_place.values())

    def single(self) -> tuple[str, Request]:
        ((act, request),) = self.action().items()
        if act == "ConditionCheck":
            return "transact_write_items", {"TransactItems": [{act: request}]}
        answers = ["NONE", "ALL_OLD"]
        if act == "Update":
            answers.append("ALL_NEW")
        if act == "Update" and not re.search(r"notes\[|profile\.", request["UpdateExpression"]):
            answers.append("UPDATED_NEW")
        return f"{act.lower()}_item", {**request, "ReturnValues": self.random.choice(answers)}

    def listing(self, tables: Mapping[str, Table]) -> tuple[str, str | None, str, bool]:
        """A table, one of its indexes or none, a partition in it, and a direction."""
        table = self.random.choice(("market", "market", "journal"))
        index = self.random.choice((None, *tables[table].indexes))
        partition = {
            None: f"A#{self.random.randrange(6)}",
            "phase": f"{self.random.randrange(3):02d}#0",
            "by_owner": f"O#{self.random.randrange(3)}",
            "by_other": "nobody",
            "payee": f"A#{self.random.randrange(3)}",
        }[index]
        return table, index, partition, self.random.random() < 0.5

    def action(self) -> Request:
        place = self.random.random()
        if place < 0.2:
            return {"Put": {"TableName": "journal", **self.entry()}}
        shape = self.random.choice(("Put", "Put", "Update", "Update", "Update", "Update", "Delete", "ConditionCheck"))
        if shape == "Put":
            return {"Put": self.guarded({"TableName": "market", "Item": self.account()}, None)}
        at = {"TableName": "market", "Key": self.key()}
        if shape == "Update":
            name = self.random.choice(list(UPDATES))
            return {"Update": self.guarded({**at, "UpdateExpression": UPDATES[name]}, self.needs.get(name))}
        if shape == "Delete":
            return {"Delete": self.guarded(at, None)}
        return {"ConditionCheck": self.guarded(at, self.random.choice(CONDITIONS))}

    def guarded(self, request: Request, condition: str | None) -> Request:
        """With a condition half the time, and just the names and values that the expressions mention."""
        if condition is None and self.random.random() < 0.5:
            condition = self.random.choice(CONDITIONS)
        guard = {} if condition is None else {"ConditionExpression": condition}
        text = f"{request.get('UpdateExpression', '')} {condition or ''} "
        values = {ref: value for ref, value in self.values().items() if mentions(text, ref)}
        shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if self.random.random() < 0.4 else {}
        return {
            **request,
            **guard,
            **shown,
            **({"ExpressionAttributeValues": values} if values else {}),
            **({"ExpressionAttributeNames": {"#owner": "owner"}} if "#owner" in text else {}),
        }

    def values(self) -> dict[str, Any]:
        pick = self.random.choice
        return {
            ":n": number(pick((1, 5, 20, 900, 10**20))),
            ":one": number(1),
            ":zero": number(0),
            ":version": number(self.random.randrange(4)),
            ":session": text(f"S{self.random.randrange(2)}"),
            ":phase": text(f"{self.random.randrange(3):02d}#0"),
            ":owner": text(f"O#{self.random.randrange(3)}"),
            ":at": text(f"{self.random.randrange(4):03d}"),
            ":tags": {"SS": self.random.sample(["a", "b", "c", "Ж"], self.random.randint(1, 3))},
            ":none": {"L": []},
            ":note": {"L": [text(pick("ab"))]},
            ":text": text(pick(("a", "b", "order"))),
            ":profile": {"M": {"city": text(pick("ab")), "rates": {"L": [number(5), {"BOOL": True}, {"NULL": True}]}}},
            ":kind": text(pick(KINDS)),
            ":letter": text(pick("aso")),
            ":map": text("M"),
        }

    def key(self) -> Request:
        return {"pk": text(f"A#{self.random.randrange(6)}"), "sk": text(pick_sort(self.random))}

    def account(self) -> Request:
        """A whole item, with index attributes at times."""
        values = self.values()
        chosen: Request = {
            "version": values[":version"],
            "available": values[":n"],
            "fee": number(self.random.randrange(3)),
            "busy": values[":session"],
            "ph": values[":phase"],
            "wake_ms": values[":n"],
            "owner": values[":owner"],
            "owner_at": values[":at"],
            "tags": values[":tags"],
            "notes": {"L": [values[":text"]]},
            "profile": values[":profile"],
            "long": text("x" * self.random.randrange(3000)),
        }
        present = {name: value for name, value in chosen.items() if self.random.random() < 0.6}
        return {**self.key(), "kind": values[":kind"], **present}

    def entry(self) -> Request:
        number_of = self.random.randrange(900)
        item: Request = {
            "pk": text(f"A#{number_of % 6}"),
            "sk": text(f"S#J#{number_of:06d}"),
            "payee": text(f"A#{number_of % 3}"),
            "postings": {"L": [{"L": [text("a"), number(-5)]}, {"L": [text("b"), number(5)]}]},
        }
        if self.random.random() < 0.3:
            del item["payee"]
        return {"Item": item, "ConditionExpression": "attribute_not_exists(pk)"}


def mentions(expression: str, ref: str) -> bool:
    return any(expression.startswith(ref, at) for at in range(len(expression)) if ends(expression, at + len(ref)))


def ends(expression: str, at: int) -> bool:
    return at < len(expression) and not (expression[at].isalnum() or expression[at] == "_")


def pick_sort(random: Random) -> str:
    return random.choice(("-", "-", "x"))


def text(value: str) -> Request:
    return {"S": value}


def number(value: int) -> Request:
    return {"N": str(value)}
