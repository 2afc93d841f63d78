"""The real use cases at a desk of their own: what they read is one stored state, and their first commit is not made but answered."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

from chalicelib.domain.terms import TermSettings
from chalicelib.services.attachments import Attachments
from chalicelib.services.changes import Change, CommitRefused, Insert, Put, Ref, Save
from chalicelib.services.disputes.acting import DisputeActing
from chalicelib.services.disputes.arbitration import Arbitration
from chalicelib.services.disputes.disputes import Disputes, Opening
from chalicelib.services.disputes.evidence import Evidence
from chalicelib.services.disputes.following import Following
from chalicelib.services.disputes.terms import DisputeTerms
from chalicelib.services.disputes.timing import TimedDisputes
from chalicelib.services.notices.disputes import DisputeNotices
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.acting import Acting
from chalicelib.services.orders.files import FilesOrders
from chalicelib.services.orders.placing import Placing
from chalicelib.services.orders.refunds import Refunds
from chalicelib.services.orders.terms import OrderTerms
from chalicelib.services.orders.timing import TimedOrders
from chalicelib.services.orders.works import Works
from chalicelib.services.people.performers import Performers
from chalicelib.services.people.ratings import Ratings
from chalicelib.services.ports import Page, Snapshot
from chalicelib.services.workflows import (
    Machine,
    Phase,
    Subjects,
    Timekeeping,
    Wake,
    Workflows,
    subject_of,
)
from tests.model.orders.stored import Execution, Stage, Stored, commit, decided_by, executed, ref, saved

BPS = 1500
TICK_MS = 1_000
"""Of a machine's sleep no part of a second is told."""
TERMS = TermSettings(
    day_ms=TICK_MS,
    start_days=2,
    start_reminder_days=1,
    delivery_reminder_days=1,
    rework_days_at_most=1,
    overdue_days=1,
    proposal_days=1,
    more_days_at_most=2,
    acceptance_days=2,
    acceptance_reminder_days=1,
    waiver_days=1,
    window_days=1,
    answer_days=1,
    answer_reminder_days=1,
    arbitration_days=1,
    escalation_days=1,
    admin_days=1,
)
"""A day is a tick."""


class Interrupted(BaseException):
    """Enough is known: what comes next is decided when it is read again."""


@dataclass
class Draft:
    """See services.ports.Store, Clock, services.workflows.Executions and Repairs. Of what is committed here the first is kept, and what
    follows reads it; whatever has an effect after that is left to a later step."""

    stored: Stored
    at: int
    changes: tuple[Change, ...] | None = None
    wakes: list[tuple[Machine, Wake]] = field(default_factory=list)
    more: bool = False
    """There was something to do that was left to a later step."""
    answer: Any = None
    """Of the use case, if it came to one."""
    _over: dict[Ref[Any], Any] = field(default_factory=dict)

    def now_ms(self) -> int:
        """Of the tick."""
        return self.at * TICK_MS

    def new(self) -> str:
        """An id of something that is left out here."""
        return ""

    def get(self, ref: Ref[Any]) -> Any:
        """As it is stored, and would be."""
        return self._over[ref] if ref in self._over else self.stored.get(ref)

    def read(self, *refs: Ref[Any]) -> Snapshot:
        """Likewise."""
        return Snapshot({ref: found for ref in refs if (found := self.get(ref)) is not None})

    def page(self, *_: Any, **__: Any) -> Page[Any]:
        """There is nothing to list."""
        return Page(())

    def commit(self, *changes: Change) -> None:
        """Kept, if it is the first."""
        decided = decided_by(changes)
        if not decided:
            return
        if self.changes is not None:
            self._later()
        self.changes = decided
        for change in self.changes:
            if isinstance(change, Insert | Put | Save):
                entity = saved(change.entity) if isinstance(change, Save) else change.entity
                self._over[ref(entity)] = entity

    def moved(self, machine: Machine, wake: Wake) -> None:
        """Somebody will tell an execution."""
        self.wakes.append((machine, wake))

    def start(self, name: str, wake: Wake) -> bool:
        """Later."""
        return self._later()

    def signal(self, token: str, wake: Wake) -> bool:
        """Later."""
        return self._later()

    def running(self, name: str) -> bool:
        """As it is stored."""
        found = self.stored.executions.get(name)
        return found is not None and found.stage is not Stage.OVER

    def ask(self, *_: Any, **__: Any) -> None:
        """A repair comes at any time, asked for or not."""

    def _later(self) -> bool:
        self.more = True
        raise Interrupted


@dataclass
class Live:
    """The same ports, and everything is done at once. `writes`: whether commits are; else they were made before."""

    stored: Stored
    at: int
    writes: bool = True

    def now_ms(self) -> int:
        """Of the tick."""
        return self.at * TICK_MS

    def get(self, ref: Ref[Any]) -> Any:
        """As it is stored."""
        return self.stored.get(ref)

    def read(self, *refs: Ref[Any]) -> Snapshot:
        """Likewise."""
        return Snapshot({ref: found for ref in refs if (found := self.stored.get(ref)) is not None})

    def commit(self, *changes: Change) -> None:
        """One transaction."""
        if not self.writes:
            return
        after = commit(self.stored, decided_by(changes))
        if after is None:
            raise CommitRefused(changes)
        self.stored = after

    def start(self, name: str, wake: Wake) -> bool:
        """Begins one, unless its name is taken."""
        if name in self.stored.executions:
            return False
        self.stored = executed(self.stored, Execution(name, machine_of(name), wake.version, self._until(wake)))
        return True

    def signal(self, token: str, wake: Wake) -> bool:
        """Wakes the one that sleeps under this token."""
        asleep = (Stage.CALLED, Stage.ASLEEP)
        found = [one for one in self.stored.executions.values() if one.token == token and one.stage in asleep]
        for execution in found:
            self.stored = executed(self.stored, self.woken(execution, wake))
        return bool(found)

    def woken(self, execution: Execution, wake: Wake) -> Execution:
        """An execution that has been told how its subject stands."""
        if wake.phase is Phase.CLOSED:
            return replace(execution, version=wake.version, stage=Stage.OVER)
        return execution.turned(wake.version, self._until(wake))

    def running(self, name: str) -> bool:
        """Whether it has not ended."""
        found = self.stored.executions.get(name)
        return found is not None and found.stage is not Stage.OVER

    def ask(self, *_: Any, **__: Any) -> None:
        """A repair comes at any time, asked for or not."""

    def _until(self, wake: Wake) -> int:
        return self.at + wake.due_s


def machine_of(name: str) -> Machine:
    """Which keeps the time of whatever an execution is named after."""
    return Machine.DISPUTE if "-d" in name else Machine.ORDER


class Silent(Notices):
    """Nobody is told anything: that comes after a commit, and changes nothing."""

    def order_changed(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    account_changed = order_acted = refunded = order_changed


class SilentAboutDisputes(DisputeNotices):
    """Likewise."""

    def opened(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    reminded = acted = order_changed = opened


class Unheard:
    """See services.ports.Index: what is found does not matter here."""

    def touch_performer(self, *_: Any, **__: Any) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Noting(Workflows):
    """Notes who is to be told what."""

    noted: Draft | None = None

    def moved(self, wake: Wake | None) -> None:
        """Noted."""
        if wake is not None and self.noted is not None:
            self.noted.moved(self.machine, wake)

    begin = moved


class Desk:
    """The use cases, over a draft or what is really stored."""

    def __init__(self, ports: Draft | Live) -> None:
        self.ports = port = cast(Any, ports)
        nobody = cast(Any, None)
        silent = Silent(port, nobody, nobody, "")
        attachments = Attachments(port, port, nobody, nobody, nobody, nobody, nobody)
        orders = self.workflows(Machine.ORDER, port)
        acting = Acting(port, port, silent, orders, Ratings(port, Performers(port, cast(Any, Unheard()))))
        self.order_terms = OrderTerms(port, port, acting, silent)
        self.works = Works(port, nobody, acting, attachments, TERMS)
        self.files = FilesOrders(port, Placing(port, port, silent, orders, "RUB", BPS), TERMS)
        self.refunds = Refunds(port, port, silent)
        following = Following(
            port, port, SilentAboutDisputes(port, nobody, silent, ""), self.workflows(Machine.DISPUTE, port), orders
        )
        dispute_terms = DisputeTerms(port, port, Evidence(port, nobody), following)
        acting_in_disputes = DisputeActing(port, port, port, attachments, dispute_terms, following)
        self.opening = Opening(port, port, attachments, self.order_terms, nobody, following, TERMS)
        self.disputes = Disputes(acting_in_disputes)
        self.arbitration = Arbitration(acting_in_disputes)
        self._timed: dict[Machine, Subjects] = {
            Machine.ORDER: TimedOrders(port, port, self.order_terms),
            Machine.DISPUTE: TimedDisputes(port, port, dispute_terms),
        }

    def workflows(self, machine: Machine, port: Any) -> Workflows:
        """Those who are told after an act."""
        if isinstance(self.ports, Draft):
            return Noting(port, machine, port, port, self.ports)
        return Workflows(port, machine, port, port)

    def timekeeping(self, name: str) -> Timekeeping:
        """What the machine asks of us, for an execution of this name."""
        return Timekeeping(self.ports, self.ports, self.ports, self._timed[machine_of(subject_of(name))])
