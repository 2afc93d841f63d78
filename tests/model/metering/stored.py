"""The three tables as one immutable value, and a commit as a pure function of it: all of its changes, or what was refused."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, assert_never

from chalicelib.billing.ledger import Entry
from chalicelib.domain.accounts import Account
from chalicelib.domain.orders.consultation import OpenOrder
from chalicelib.domain.orders.order import Order
from chalicelib.domain.sessions import Heartbeat, Session
from chalicelib.services.calls.watermarks import MARK, Watermark
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

Entities = dict[Ref[Any], Any]
JournalKey = tuple[str, int, str, int]
RENUMBERED = (Session, Order)
"""Their versions are only ever compared with one that was read, so the stored one is always 0 and one that was overtaken is -1: else
every interleaving would be a state of its own. Signs of life keep their numbers, because an unconditional put starts them anew. No
rule reads a session's epoch, so it stays 0 too."""


@dataclass(frozen=True)
class Fences:
    """The guards of a commit. A seeded fault removes one."""

    sessions: bool = True
    """The session's version."""
    orders: bool = True
    """The order's version."""
    lines: bool = True
    """A side's sign of life is the one that was read."""
    journal: bool = True
    """A journal key is taken once."""
    funds: bool = True
    """Nobody's account goes below zero."""
    seen: bool = True
    """An account is as it was read, where that is demanded."""
    addition: bool = True
    """Accounts are changed by addition; without, what was read is added up and written back."""
    leases: bool = True
    """A performer is busy with one session."""
    short: bool = True
    """A cut demands that the account is still short."""

    def version(self, kind: type[Any]) -> bool:
        """Whether versions of this class are compared."""
        return {Session: self.sessions, Order: self.orders, Heartbeat: self.lines, Watermark: True}[kind]


class Stored:
    """What is stored, by reference; the journal by its key. Never changed once made."""

    def __init__(self, entities: Entities, journal: dict[JournalKey, Entry]) -> None:
        self.entities = entities
        self.journal = journal

    @property
    def identity(self) -> object:
        """Equal for equal contents."""
        return frozenset(self.entities.items()), frozenset(self.journal.items())

    def of(self, kind: type[Any]) -> list[Any]:
        """All entities of a class."""
        return [entity for ref, entity in self.entities.items() if ref.kind is kind]


def ref(entity: Any) -> Ref[Any]:
    """The reference that names an entity."""
    match entity:
        case Session() | Order():
            return Ref(type(entity), entity.id)
        case Heartbeat():
            return Ref(Heartbeat, entity.session_id, entity.side)
        case OpenOrder():
            return Ref(OpenOrder, entity.customer_id, entity.twip_id, entity.mode)
        case Account():
            return Ref(Account, entity.user_id)
        case Watermark():
            return MARK
        case _:
            raise TypeError(entity)


def journal_key(entry: Entry) -> JournalKey:
    """The key under which an entry exists once."""
    return entry.account, entry.at_ms, entry.subject, entry.k


def commit(stored: Stored, changes: Iterable[Change], fences: Fences) -> Stored | None:
    """The store after one transaction, or None when it is refused."""
    entities, journal = dict(stored.entities), dict(stored.journal)
    for change in changes:
        if not _met(stored, change, fences):
            return None
        _write(entities, journal, change, fences)
    return Stored(entities, journal)


def _met(stored: Stored, change: Change, fences: Fences) -> bool:
    found = stored.entities
    match change:
        case Insert(entity):
            return ref(entity) not in found
        case Save(entity) | Require(entity):
            now = found.get(ref(entity))
            return now is not None and (now.version == entity.version or not fences.version(type(entity)))
        case Remove(entity):
            return ref(entity) in found
        case RequireAbsent(wanted):
            return wanted not in found or not fences.lines
        case RequireShort(user_id, below_minor):
            return found[Ref(Account, user_id)].available_minor < below_minor or not fences.short
        case AccountChange():
            return _account_met(found[Ref(Account, change.user_id)], change, fences)
        case Record(entry):
            return journal_key(entry) not in stored.journal or not fences.journal
        case Put() | Join():
            return True
        case _:
            assert_never(change)


def _account_met(account: Account, change: AccountChange, fences: Fences) -> bool:
    delta_minor = change.available_delta_minor
    if fences.funds and delta_minor < 0 and not change.into_debt and account.available_minor < -delta_minor:
        return False
    if fences.seen and change.seen_minor is not None and account.available_minor != change.seen_minor:
        return False
    if fences.leases and change.take is not None and account.busy not in (None, change.take):
        return False
    return not fences.leases or change.free is None or account.busy == change.free


def _write(entities: Entities, journal: dict[JournalKey, Entry], change: Change, fences: Fences) -> None:
    match change:
        case Insert(entity) | Put(entity):
            entities[ref(entity)] = entity
        case Save(entity):
            entities[ref(entity)] = _renumbered(entity)
        case Remove(entity):
            del entities[ref(entity)]
        case AccountChange():
            account = entities[Ref(Account, change.user_id)]
            entities[Ref(Account, change.user_id)] = _changed(account, change, fences)
        case Record(entry):
            journal[journal_key(entry)] = entry
        case Require() | RequireAbsent() | RequireShort() | Join():
            return
        case _:
            assert_never(change)


def _renumbered(entity: Any) -> Any:
    match entity:
        case Session():
            return replace(entity, version=0, epoch=0)
        case Order():
            return replace(entity, version=0)
        case _:
            return replace(entity, version=entity.version + 1)


def _changed(account: Account, change: AccountChange, fences: Fences) -> Account:
    base_minor = account.available_minor
    if not fences.addition and change.seen_minor is not None:
        base_minor = change.seen_minor
    busy = change.take or (None if change.free else account.busy)
    return replace(
        account,
        available_minor=base_minor + change.available_delta_minor,
        fee_minor=account.fee_minor + change.fee_delta_minor,
        busy=busy,
    )


def written(changes: Iterable[Change]) -> frozenset[Ref[Any]]:
    """The renumbered entities that a commit of these changes writes: whoever read them before has been overtaken."""
    saved = (change.entity for change in changes if isinstance(change, Save | Insert))
    return frozenset(ref(entity) for entity in saved if isinstance(entity, RENUMBERED))


def overtaken(changes: tuple[Change, ...], refs: frozenset[Ref[Any]]) -> tuple[Change, ...]:
    """A decision, once these entities have changed under it: the versions that it read are no longer the stored ones."""
    return tuple(_overtaken(change, refs) for change in changes)


def _overtaken(change: Change, refs: frozenset[Ref[Any]]) -> Change:
    if isinstance(change, Save | Require) and isinstance(change.entity, RENUMBERED) and ref(change.entity) in refs:
        return replace(change, entity=replace(change.entity, version=-1))
    return change


def doomed(changes: tuple[Change, ...], fences: Fences) -> bool:
    """Whether a decision can only be refused: a version that was overtaken never comes back."""
    return any(
        isinstance(change, Save | Require) and change.entity.version == -1 and fences.version(type(change.entity))
        for change in changes
    )
