"""Changes to DynamoDB writes: one write a change, with the condition that guards it."""

from collections.abc import Sequence
from typing import Any, assert_never

from chalicelib.billing.ledger import Entry, Kind, user
from chalicelib.domain.accounts import Account
from chalicelib.domain.durations import Durations
from chalicelib.services.changes import (
    AccountChange,
    Change,
    Insert,
    Join,
    Put,
    Record,
    Ref,
    Remove,
    Require,
    RequireAbsent,
    RequireShort,
    Save,
)
from chalicelib.storage.codec import Item, encode
from chalicelib.storage.keys import JOURNAL, Place, entry_key, place_of

Operation = dict[str, dict[str, Any]]
"""An element of TransactItems: {"Put": {...}}, {"Update": {...}}, {"Delete": {...}} or {"ConditionCheck": {...}}."""
ABSENT = "attribute_not_exists(pk)"


class Operations:
    """Knows the tables' names and the durations that the time index depends on."""

    def __init__(self, tables: dict[str, str], durations: Durations) -> None:
        self.tables = tables
        self.durations = durations

    def key(self, ref: Ref[Any]) -> Item:
        """The primary key that a reference names."""
        pk, sk = place_of(ref.kind).pk_sk(*ref.key)
        return {"pk": {"S": pk}, "sk": {"S": sk}}

    def place(self, ref: Ref[Any]) -> tuple[str, str, str]:
        """The name of the table and the primary key that a reference names."""
        place = place_of(ref.kind)
        return self.tables[place.table], *place.pk_sk(*ref.key)

    def table(self, kind: type[Any]) -> str:
        """The name of the table of a class of entities."""
        return self.tables[place_of(kind).table]

    def item(self, entity: Any) -> Item:
        """The whole item of an entity: key, fields, index attributes."""
        place = place_of(type(entity))
        indexed = place.attributes(entity, self.durations)
        values = {k: {"N": str(v)} if isinstance(v, int) else {"S": v} for k, v in indexed.items()}
        return {**_entity_key(place, entity), **encode(entity), **values}

    def operations(self, changes: Sequence[Change]) -> list[Operation]:
        """The writes of one commit. Raises ValueError for a debt that no verdict of the same commit makes (D25)."""
        judged = {c.entry.account for c in changes if isinstance(c, Record) and c.entry.kind is Kind.CLAWBACK}
        for change in changes:
            if isinstance(change, AccountChange) and change.into_debt and user(change.user_id) not in judged:
                raise ValueError(f"no verdict takes from {change.user_id}")
        return [self.operation(change) for change in changes]

    def operation(self, change: Change) -> Operation:
        """The write that carries out a change, or fails as the change promises."""
        match change:
            case Insert(entity):
                return self._put(entity, ConditionExpression=ABSENT)
            case Save(entity):
                put = self._put(entity, **_version_guard(entity))
                put["Put"]["Item"]["version"] = {"N": str(entity.version + 1)}
                return put
            case Put(entity):
                return self._put(entity)
            case Remove(entity):
                guard = (
                    _version_guard(entity)
                    if hasattr(entity, "version")
                    else {"ConditionExpression": "attribute_exists(pk)"}
                )
                return {"Delete": {**self._at(entity), **guard}}
            case Require(entity):
                return {"ConditionCheck": {**self._at(entity), **_version_guard(entity)}}
            case RequireAbsent(ref):
                at = {"TableName": self.table(ref.kind), "Key": self.key(ref)}
                return {"ConditionCheck": {**at, "ConditionExpression": ABSENT}}
            case AccountChange():
                return {"Update": {**self._account(change.user_id), **_account_update(change)}}
            case RequireShort(user_id, below_minor):
                return {
                    "ConditionCheck": {
                        **self._account(user_id),
                        "ConditionExpression": "available_minor < :below",
                        "ExpressionAttributeValues": {":below": {"N": str(below_minor)}},
                    }
                }
            case Join(connection, session_id):
                return {"Update": {**self._at(connection), **_joining(session_id)}}
            case Record(entry):
                return self._record(entry)
            case _:
                assert_never(change)

    def _put(self, entity: Any, **guard: Any) -> Operation:
        if place_of(type(entity)).table == JOURNAL and guard.get("ConditionExpression") != ABSENT:
            raise ValueError("the journal is append-only")
        return {"Put": {"TableName": self.table(type(entity)), "Item": self.item(entity), **guard}}

    def _record(self, entry: Entry) -> Operation:
        """The one put of journal entries, always conditional: IAM cannot forbid an overwrite by PutItem (docs/adr/0003)."""
        pk, sk = entry_key(entry)
        item = {"pk": {"S": pk}, "sk": {"S": sk}, **encode(entry)}
        return {"Put": {"TableName": self.tables[JOURNAL], "Item": item, "ConditionExpression": ABSENT}}

    def _at(self, entity: Any) -> dict[str, Any]:
        place = place_of(type(entity))
        return {"TableName": self.tables[place.table], "Key": _entity_key(place, entity)}

    def _account(self, user_id: str) -> dict[str, Any]:
        return {"TableName": self.table(Account), "Key": self.key(Ref(Account, user_id))}


def _entity_key(place: Place, entity: Any) -> Item:
    pk, sk = place.pk_sk(*(str(getattr(entity, part)) for part in place.parts))
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _version_guard(entity: Any) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(entity.version)}},
    }


def _joining(session_id: str) -> dict[str, Any]:
    return {
        "UpdateExpression": "ADD session_ids :session, version :one",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":session": {"SS": [session_id]}, ":one": {"N": "1"}},
    }


def _account_update(change: AccountChange) -> dict[str, Any]:
    """Additions, so that they commute; credits too demand that the account exists, or they would bring an erased one back."""
    sets, guards, clauses = ["version = version + :one"], ["attribute_exists(pk)"], ""
    values: Item = {":one": {"N": "1"}}
    if change.available_delta_minor:
        sets.append("available_minor = available_minor + :delta")
        values[":delta"] = {"N": str(change.available_delta_minor)}
    if change.available_delta_minor < 0 and not change.into_debt:
        guards.append("available_minor >= :price")
        values[":price"] = {"N": str(-change.available_delta_minor)}
    if change.seen_minor is not None:
        guards.append("available_minor = :seen")
        values[":seen"] = {"N": str(change.seen_minor)}
    if change.fee_delta_minor:
        sets.append("fee_minor = fee_minor + :fee")
        values[":fee"] = {"N": str(change.fee_delta_minor)}
    if change.take is not None:
        sets.append("busy = :session")
        guards.append("(attribute_not_exists(busy) OR busy = :session)")
        values[":session"] = {"S": change.take}
    if change.free is not None:
        clauses = " REMOVE busy"
        guards.append("busy = :session")
        values[":session"] = {"S": change.free}
    if change.sessions_held:
        clauses += " ADD sessions_held :held"
        values[":held"] = {"N": str(change.sessions_held)}
    return {
        "UpdateExpression": f"SET {', '.join(sets)}{clauses}",
        "ConditionExpression": " AND ".join(guards),
        "ExpressionAttributeValues": values,
    }
