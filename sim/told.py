"""What pages were told, held against what was written: a frame may be lost, but it never says what is not so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.billing import ledger
from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import State
from sim.books import Books


@dataclass
class Told:
    """Every frame on its way to a page is looked at when it is sent; ends are compared once more when all is over."""

    books: Books
    pushes_hold: Callable[[], bool]
    """Whether no push to an open page was answered as if the page were gone."""
    ends: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: set[tuple[str, str, str, int]] = field(default_factory=set)

    def frame(self, user_id: str, frame: dict[str, Any]) -> None:
        """Looks at a frame for a user."""
        session = self.books.sessions.get(frame.get("session_id", ""))
        if session is None:
            return
        self.facts.add((user_id, frame["type"], session.id, frame.get("block", frame.get("boundary_ms", 0))))
        require = self.books.require
        self.books.require(user_id in (session.customer_id, session.performer_id), "told a stranger", user_id, frame)
        match frame["type"]:
            case "call.answered":
                require(session.state is not State.RINGING, "told of an answer that was not given", frame)
            case "session.started":
                require(session.clock_started_ms == frame["t0_ms"], "told of a clock that does not run", frame, session)
                self._amount(user_id, frame, 0)
            case "session.charged":
                paid = (session.id, frame["block"]) in self.books.debited
                require(paid, "told of a debit that is not in the journal", frame)
                if paid:
                    self._amount(user_id, frame, frame["block"])
            case "session.low_balance":
                # What the customer's account lacks tells what it holds, and that is nobody else's business.
                theirs = user_id == session.customer_id
                require(("missing_minor" in frame) is theirs, "told what an account lacks", user_id, frame)
                require(frame.get("missing_minor", 1) in range(1, session.price_minor + 1), "told a wrong sum", frame)
            case "session.limited":
                ends_ms = session.clock_started_ms and frame.get("limit_blocks") and frame.get("limit_ms")
                block_ms, begun_ms = self.books.durations.block_ms, session.clock_started_ms or 0
                right = not ends_ms or ends_ms == begun_ms + frame["limit_blocks"] * block_ms
                require(right, "told a wrong end of a limit", frame, session)
            case "session.interrupted" | "session.resumed":
                lost = frame["lost"] if frame["type"] == "session.resumed" else frame["sides"]
                by_line = set(lost) - set(frame["media_awaited"])
                back = frame["type"] == "session.resumed" and "re" in frame and frame["side"] in by_line
                require(set(frame["media_awaited"]) <= set(lost), "media of a side is awaited that is here", frame)
                require(not frame["media_awaited"] or session.mode is Mode.VIDEO, "media is awaited in text", frame)
                require(
                    not (back and self.pushes_hold()), "a side came back and is told that it is lost", frame, session
                )
                require(frame["epoch"] <= session.epoch, "told of a pause that was not written", frame, session)
            case "call.ended":
                over = session.state is State.ENDED and session.reason == frame["reason"]
                require(over, "told of an end that was not written", frame, session)
            case "session.ended":
                over = session.state in (State.ENDED, State.CLOSING)
                require(over, "told of an end that was not begun", frame, session)
                known = self.ends.setdefault(session.id, frame)
                same = {**known, "re": None} == {**frame, "re": None}
                require(same, "told two ends of one session", known, frame)

    def of(self, user_id: str, kind: str, session_id: str, number: int = 0) -> bool:
        """Whether a page of this user was told such a frame: of which block, or of which boundary."""
        return (user_id, kind, session_id, number) in self.facts

    def _amount(self, user_id: str, frame: dict[str, Any], k: int) -> None:
        entry = self.books.debited.get((frame["session_id"], k))
        moved_minor = entry.of(ledger.user(user_id)) if entry else 0
        settled_later = k == 0 and frame["type"] == "session.started" and frame.get("voidable_until_ms") is not None
        same = frame["amount_minor"] == (0 if settled_later else moved_minor)
        self.books.require(same, "told a wrong amount", frame, entry)

    def close(self) -> None:
        """Every end that was told is the end that stands."""
        for ident, frame in self.ends.items():
            session = self.books.sessions[ident]
            facts = {
                "reason": session.reason,
                "ended_ms": session.ended_ms,
                "billed_blocks": session.billed_blocks,
                "billed_minor": session.billed_blocks * session.price_minor,
                "returned_blocks": session.returned_blocks,
                "returned_minor": session.returned_blocks * session.price_minor,
                "by": [Side(side) for side in session.ended_by],
            }
            for name, value in facts.items():
                self.books.require(frame[name] == value, "told an end that does not stand", name, frame, session)
