"""Nobody waits for ever: when every message is lost and nobody acts any more, the tick alone leads everything to its end."""

from typing import Generic

from tests.model.engine.memo import Memo
from tests.model.engine.model import A, Decision, S

Ticked = tuple[int, int, str, str | None]
"""The store and the instant that follow, what was done, and the invariant that it broke."""


class Liveness(Generic[S, A]):
    """The tick, alone with what is stored."""

    def __init__(self, memo: Memo[S, A]) -> None:
        self._memo = memo
        self._ends: dict[tuple[int, int], str | None] = {}

    def broken(self, store: int, now: int) -> str | None:
        """The invariant that breaks on the way to the end of everything, or that there is no such end."""
        path: list[tuple[int, int]] = []
        invariant: str | None = None
        store = self._first(store, now)
        while invariant is None and (store, now) not in self._ends:
            path.append((store, now))
            ticked = self._tick(store, now)
            if ticked is None:
                invariant = self._memo.model.stuck(self._memo.stores[store])
                break
            store, now, _, invariant = ticked
        invariant = invariant or self._ends.get((store, now))
        self._ends.update(dict.fromkeys(path, invariant))
        return invariant

    def trace(self, store: int, now: int) -> list[str]:
        """What the tick does alone, up to the end or to the invariant that breaks."""
        trace: list[str] = []
        invariant = self._memo.judge(store)
        store = self._first(store, now)
        while invariant is None and (ticked := self._tick(store, now)) is not None:
            store, now, said, invariant = ticked
            trace.append(said)
        return trace

    def _first(self, store: int, now: int) -> int:
        """The store after a tick has come again, if an outage lasts: it moves the watermark, whatever it finds."""
        decision = self._memo.decide(store, self._memo.model.tick, now)
        after = None if decision is None else self._memo.commit(store, decision)
        return store if after is None else after

    def _tick(self, store: int, now: int) -> Ticked | None:
        """The first thing that the tick finds to do, when it is due; None: nothing, ever."""
        memo = self._memo
        for due_at, act in memo.model.found(memo.stores[store]):
            at = max(now, due_at)
            decision = memo.decide(store, act, at)
            after = None if decision is None else memo.commit(store, decision)
            if decision is None or after is None or after == store:
                continue
            invariant = memo.judge_commit(store, after, decision, act, at) or memo.judge(after)
            made = memo.decisions[decision]
            if made.then and invariant is None:
                after, invariant = self._follow(after, memo.decision(Decision(made.then)), act, at)
            return after, at, f"at {at} the tick: {made.event} of {act.subject}", invariant
        return None

    def _follow(self, store: int, decision: int, act: A, at: int) -> tuple[int, str | None]:
        """What follows a commit on its own, when nothing comes between."""
        after = self._memo.commit(store, decision)
        if after is None:
            return store, None
        invariant = self._memo.judge_commit(store, after, decision, act, at)
        return after, invariant or self._memo.judge(after)
