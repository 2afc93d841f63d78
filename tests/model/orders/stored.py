"""What is stored, and the executions of the state machines, as one immutable value; a commit is a pure function of it."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from chalicelib.billing.ledger import Entry
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.disputes.dispute import Dispute
from chalicelib.domain.orders.editions import Edition
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.order import Order
from chalicelib.domain.orders.refunds import Refund
from chalicelib.domain.orders.work import Work
from chalicelib.domain.parties import Party
from chalicelib.services.changes import (
    AccountChange,
    Change,
    Insert,
    Put,
    Record,
    Ref,
    Require,
    Save,
)
from chalicelib.services.workflows import Machine, Waiting, number_of

JournalKey = tuple[str, int, str, int]


class Stage(StrEnum):
    """Where an execution is in its definition."""

    CALLED = "called"
    """In `Await`: its function has not left the token yet, or has not looked again since."""
    ASLEEP = "asleep"
    """In `Await`: its function is done."""
    DUE = "due"
    """In `Due`, after the timeout."""
    OVER = "over"
    """It has ended, whether by itself or by an operator's hand."""


@dataclass(frozen=True)
class Execution:
    """One execution. A task's token is the execution's name and the number of its turn."""

    name: str
    machine: Machine
    version: int
    """Of its subject, as it was told."""
    until: int
    """The tick of its timeout."""
    turn: int = 1
    stage: Stage = Stage.CALLED

    @property
    def token(self) -> str:
        """The token of this turn."""
        return f"{self.name}/{self.turn}"

    def turned(self, version: int, until: int) -> "Execution":
        """It goes to sleep once more."""
        return replace(self, version=version, until=until, turn=self.turn + 1, stage=Stage.CALLED)


@dataclass(frozen=True)
class Fences:
    """The guards of a commit. A seeded fault removes one."""

    versions: bool = True
    """What is saved is as it was read."""
    inserts: bool = True
    """What is new is not there yet."""
    journal: bool = True
    """A journal key is taken once."""
    funds: bool = True
    """Nobody's account goes below zero but by a verdict."""


@dataclass(frozen=True)
class Stored:
    """Never changed once made. `numbers`: of the entities, by what they say."""

    entities: Mapping[Ref[Any], Any]
    journal: Mapping[JournalKey, Entry]
    executions: Mapping[str, Execution]
    numbers: Mapping[Ref[Any], int]
    owed: frozenset[tuple[str, int]] = frozenset()
    """Subjects, with the version, of which an execution is still to be told, or never will be because the teller died; with the version
    LATE, a token was left by a function that is overtaken."""

    @property
    def identity(self) -> Hashable:
        """Equal for equal contents."""
        journal = frozenset(self.journal)
        return frozenset(self.numbers.items()), journal, frozenset(self.executions.values()), self.owed

    def get(self, ref: Ref[Any]) -> Any:
        """One entity, or None."""
        return self.entities.get(ref)

    def available_minor(self, user_id: str) -> int:
        """What an account holds."""
        return int(self.entities[Ref(Account, user_id)].available_minor)

    def of(self, kind: type[Any]) -> list[Any]:
        """All entities of a class."""
        return [entity for ref, entity in self.entities.items() if ref.kind is kind]


LATE = -1
NOTHING = Stored({}, {}, {}, {})
LEFT_OUT = ("Reader", "RefusalRecord", "ErasureJob", "StaffAct")
"""Nothing here is decided by these."""
_numbers: dict[Hashable, int] = {}


def number(value: Any) -> int:
    """The number of a value: equal ones have the same."""
    return _numbers.setdefault(_plain(value), len(_numbers))


def _plain(value: Any) -> Hashable:
    if is_dataclass(value):
        return (type(value), *(_plain(getattr(value, f.name)) for f in fields(value)))
    if isinstance(value, Mapping):
        return tuple(sorted((str(name), _plain(kept)) for name, kept in value.items()))
    if isinstance(value, tuple | list):
        return tuple(_plain(one) for one in value)
    return value  # type: ignore[no-any-return]


def ref(entity: Any) -> Ref[Any]:
    """The reference that names an entity."""
    match entity:
        case OrderEvent():
            return Ref(OrderEvent, entity.thread_id, entity.act_key)
        case Waiting():
            return Ref(Waiting, entity.subject)
        case Account() | Profile():
            return Ref(type(entity), entity.user_id)
        case Edition():
            return Ref(Edition, entity.twip_id, entity.digest)
        case Refund():
            return Ref(Refund, entity.order_id, entity.id)
        case _:
            return Ref(type(entity), entity.id)


def kept(entity: Any) -> Any:
    """What of an entity something is decided by."""
    match entity:
        case OrderEvent():
            thread, key, asked = entity.thread_id, entity.act_key, entity.fingerprint
            return OrderEvent(thread, key, "", Party.SERVICE, 0, 0, "", asked)
        case Waiting():
            return replace(entity, turns=0, began_ms=0, expires_ms=0)
        case Order():
            body = replace(entity.body, delivered_ms=None) if isinstance(entity.body, Work) else entity.body
            return replace(entity, act_key=None, body=body)
        case Dispute():
            return replace(entity, act_key=None, created_ms=0)
        case _:
            return entity


def decided_by(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that something is decided by."""
    return tuple(_reduced(change) for change in changes if type(getattr(change, "entity", 0)).__name__ not in LEFT_OUT)


def _reduced(change: Change) -> Change:
    if isinstance(change, Insert | Put | Save | Require):
        return replace(change, entity=kept(change.entity))
    return change


def saved(entity: Any) -> Any:
    """As it is stored by a Save."""
    return replace(entity, version=entity.version + 1)


def commit(stored: Stored, changes: Iterable[Change], fences: Fences = Fences()) -> Stored | None:
    """The store after one transaction, or None when it is refused."""
    entities, journal, numbers = dict(stored.entities), dict(stored.journal), dict(stored.numbers)
    for change in changes:
        if not _met(stored, change, fences):
            return None
        match change:
            case Insert(entity) | Put(entity) | Save(entity):
                new = saved(entity) if isinstance(change, Save) else entity
                entities[ref(new)], numbers[ref(new)] = new, number(new)
            case AccountChange():
                account = _changed(entities[Ref(Account, change.user_id)], change)
                entities[ref(account)], numbers[ref(account)] = account, number(account)
            case Record(entry):
                journal[_journal_key(entry)] = entry
            case _:
                continue
    return replace(stored, entities=entities, journal=journal, numbers=numbers)


def _met(stored: Stored, change: Change, fences: Fences) -> bool:
    match change:
        case Insert(entity):
            return stored.get(ref(entity)) is None or not fences.inserts
        case Save(entity) | Require(entity):
            now = stored.get(ref(entity))
            return now is not None and (now.version == entity.version or not fences.versions)
        case AccountChange():
            left_minor = stored.get(Ref(Account, change.user_id)).available_minor + change.available_delta_minor
            free = change.into_debt or change.available_delta_minor >= 0 or not fences.funds
            return free or left_minor >= 0
        case Record(entry):
            return _journal_key(entry) not in stored.journal or not fences.journal
        case Put():
            return True
        case _:
            raise TypeError(change)


def _journal_key(entry: Entry) -> JournalKey:
    return entry.account, entry.at_ms, entry.subject, entry.k


def _changed(account: Account, change: AccountChange) -> Account:
    return replace(
        account,
        available_minor=account.available_minor + change.available_delta_minor,
        fee_minor=account.fee_minor + change.fee_delta_minor,
    )


def rests_on(changes: Iterable[Change]) -> frozenset[Ref[Any]]:
    """The entities that must be as they were read."""
    return frozenset(ref(change.entity) for change in changes if isinstance(change, Save | Insert | Require))


def writes(changes: Iterable[Change]) -> frozenset[Ref[Any]]:
    """The entities that are not as they were afterwards."""
    return frozenset(ref(change.entity) for change in changes if isinstance(change, Save | Insert))


def executed(stored: Stored, execution: Execution) -> Stored:
    """With an execution as it is now. What it was to be told and knows is owed no more."""
    subject = execution.name.partition("--")[0]
    owed = frozenset(one for one in stored.owed if one[0] != subject or one[1] > execution.version or one[1] == LATE)
    return replace(stored, executions={**stored.executions, execution.name: execution}, owed=owed)


def newest(stored: Stored, subject: str) -> Execution | None:
    """The last execution of a subject."""
    found = [one for one in stored.executions.values() if one.name.partition("--")[0] == subject]
    return max(found, key=lambda one: number_of(one.name), default=None)
