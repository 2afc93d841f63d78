"""Nobody waits for ever: when every message is lost and nobody acts any more, the tick alone leads every session to its end."""

from chalicelib.billing import boundaries
from chalicelib.domain.sessions import Session, State
from tests.model.acts import Act, Kind
from tests.model.remembered import Remembered
from tests.model.rules import TINY

Told = tuple[int, int, str, str | None]
"""The store and the instant that follow, what was done, and the law that it broke."""


class Alone:
    """The tick, alone with what is stored."""

    def __init__(self, known: Remembered) -> None:
        self._known = known
        self._ends: dict[tuple[int, int], str | None] = {}

    def broken(self, store: int, now: int) -> str | None:
        """The law that breaks on the way to the end of every session, or that there is no such end."""
        path: list[tuple[int, int]] = []
        law: str | None = None
        store = self._first(store, now)
        while law is None and (store, now) not in self._ends:
            path.append((store, now))
            ticked = self._tick(store, now)
            if ticked is None:
                law = self._for_ever(store)
                break
            store, now, _, law = ticked
        law = law or self._ends.get((store, now))
        self._ends.update(dict.fromkeys(path, law))
        return law

    def story(self, store: int, now: int) -> list[str]:
        """What the tick does alone, up to the end or to the law that breaks."""
        told: list[str] = []
        law = self._known.judge(store)
        store = self._first(store, now)
        while law is None and (ticked := self._tick(store, now)) is not None:
            store, now, said, law = ticked
            told.append(said)
        return told

    def _first(self, store: int, now: int) -> int:
        """The store after a tick has come again, if an outage lasts: it moves the watermark, whatever it finds."""
        decision = self._known.decide(store, Act(Kind.TICK, "0"), now)
        after = None if decision is None else self._known.commit(store, decision)
        return store if after is None else after

    def _tick(self, store: int, now: int) -> Told | None:
        """The first thing that the tick finds to do, when it is due; None: nothing, ever."""
        known = self._known
        found = [s for s in known.stores[store].of(Session) if known.rules.found(s)]
        due = [(at, s.id) for s in found if (at := boundaries.next_due_ms(s, TINY)) is not None]
        for due_at, ident in sorted(due):
            act, at = Act(Kind.WORK, ident), max(now, due_at)
            decision = known.decide(store, act, at)
            after = None if decision is None else known.commit(store, decision)
            if decision is None or after is None or after == store:
                continue
            law = known.judge_commit(store, after, decision, act, at) or known.judge(after)
            return after, at, f"at {at} the tick: {known.decisions[decision].event} of {ident}", law
        return None

    def _for_ever(self, store: int) -> str | None:
        alive = [s for s in self._known.stores[store].of(Session) if s.state is not State.ENDED]
        return f"{alive[0].id} is {alive[0].state} for ever" if alive else None
