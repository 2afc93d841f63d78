"""Plays the beginning of a world under the real rules, one act after the other."""

from dataclasses import dataclass, field, replace

from chalicelib.billing import ledger
from chalicelib.domain.accounts import Account
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat
from chalicelib.services.calls.watermarks import Watermark
from chalicelib.services.changes import AccountChange, Change, Insert, Put, Record, Ref
from tests.model.metering.acts import PRICE, Act, Kind, decide, open_place, place
from tests.model.metering.rules import Rules
from tests.model.metering.stored import Fences, Stored, commit


@dataclass
class Opening:
    """What is stored so far."""

    stored: Stored = field(default_factory=lambda: Stored({}, {}))

    def account(self, user_id: str, blocks: int = 0) -> "Opening":
        """A user with money for so many blocks."""
        self._do(Insert(Account(user_id, "RUB")))
        if blocks:
            entry = ledger.top_up(
                user_id=user_id, provider="bank", amount_minor=blocks * PRICE, top_up_id=f"of {user_id}", at_ms=0
            )
            self._do(AccountChange(user_id, blocks * PRICE), Record(entry))
        return self

    def order(self, order_id: str, customer_id: str, performer_id: str, mode: Mode = Mode.VIDEO) -> "Opening":
        """An order with its prepaid block."""
        order = place(order_id, customer_id, performer_id, 0, mode)
        entry = ledger.order(customer_id=customer_id, order_id=order_id, price_minor=PRICE, at_ms=0)
        self._do(Insert(order), Insert(open_place(order)), AccountChange(customer_id, -PRICE), Record(entry))
        return self

    def unheard(self, session_id: str, side: Side, since: int) -> "Opening":
        """A side whose line is half-open: nothing has come of it since then."""
        known: Heartbeat = self.stored.entities[Ref(Heartbeat, session_id, side)]
        self._do(Put(replace(known, at_ms=since)))
        return self

    def mark(self, moved: int) -> "Opening":
        """The tick's watermark, which stands still from then on."""
        self._do(Insert(Watermark("0", 0, 0, moved_ms=moved)))
        return self

    def play(self, *acts: tuple[int, Act]) -> "Opening":
        """Acts at their instants, each to its end."""
        for at, act in acts:
            while decision := decide(Rules(), self.stored, act, at):
                self._do(*decision.changes)
                self._do(*decision.then)
                if not decision.again:
                    break
        return self

    def _do(self, *changes: Change) -> None:
        stored = commit(self.stored, changes, Fences())
        assert stored is not None, changes
        self.stored = stored


def call(session_id: str, at: int) -> list[tuple[int, Act]]:
    """A call up to its answer."""
    return [(at, Act(Kind.CALL, session_id.rpartition("-")[0])), (at, Act(Kind.ANSWER, session_id, Side.PERFORMER))]


def talk(session_id: str, at: int) -> list[tuple[int, Act]]:
    """A call up to its clock."""
    marks = [Act(Kind.START, session_id, Side.PERFORMER), Act(Kind.MEDIA, session_id)]
    return [*call(session_id, at), *((at, mark) for mark in marks)]


def heard(session_id: str, at: int) -> list[tuple[int, Act]]:
    """Both sides report."""
    return [(at, Act(Kind.REPORT, session_id, side)) for side in Side]
