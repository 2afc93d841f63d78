"""What is read, decided and committed depends on little of a moment: each is worked out once and has a number from then on."""

from collections.abc import Hashable
from typing import Generic

from tests.model.engine.model import A, Decision, Model, S


class Memo(Generic[S, A]):
    """Stores and decisions by number, and what follows from them under the given model."""

    def __init__(self, model: Model[S, A]) -> None:
        self.model = model
        self.stores: list[S] = []
        self.decisions: list[Decision] = []
        self._numbers: dict[Hashable, int] = {}
        self._decided: dict[tuple[int, A, int, int | None], int | None] = {}
        self._committed: dict[tuple[int, int], int | None] = {}
        self._outrun: dict[tuple[int, int], int | None] = {}
        self._judged: dict[int, str | None] = {}
        self._judged_commits: dict[tuple[int, int, int, A, int], str | None] = {}
        self._due: dict[tuple[int, str], int | None] = {}
        self._over: dict[int, frozenset[str]] = {}

    def store(self, stored: S) -> int:
        """The number of what is stored."""
        identity = self.model.identity(stored)
        if identity not in self._numbers:
            self._numbers[identity] = len(self.stores)
            self.stores.append(stored)
        return self._numbers[identity]

    def decision(self, decision: Decision) -> int:
        """The number of a decision."""
        if decision not in self._numbers:
            self._numbers[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._numbers[decision]

    def decide(self, store: int, act: A, at: int, earlier: int | None = None) -> int | None:
        """What an act received at `at` decides on this store; a part was perhaps read from an earlier one. None: nothing."""
        key = (store, act, at, earlier)
        if key not in self._decided:
            torn = None if earlier is None else self.stores[earlier]
            decision = self.model.decide(self.stores[store], act, at, torn)
            self._decided[key] = None if decision is None else self.decision(decision)
        return self._decided[key]

    def commit(self, store: int, decision: int) -> int | None:
        """The store after a decision is committed; None: refused."""
        key = (store, decision)
        if key not in self._committed:
            stored = self.model.commit(self.stores[store], self.decisions[decision])
            self._committed[key] = None if stored is None else self.store(stored)
        return self._committed[key]

    def outrun(self, decision: int, by: int) -> int | None:
        """What a decision has become when another was committed before it; None: it can only be refused now."""
        key = (decision, by)
        if key not in self._outrun:
            left = self.model.outrun(self.decisions[decision], self.decisions[by])
            self._outrun[key] = None if left is None else self.decision(left)
        return self._outrun[key]

    def judge(self, store: int) -> str | None:
        """The invariant that a store breaks."""
        if store not in self._judged:
            self._judged[store] = self.model.broken_state(self.stores[store])
        return self._judged[store]

    def judge_commit(self, before: int, after: int, decision: int, act: A, at: int) -> str | None:
        """The invariant that a commit breaks."""
        key = (before, after, decision, act, at)
        if key not in self._judged_commits:
            made, was, now = self.decisions[decision], self.stores[before], self.stores[after]
            self._judged_commits[key] = self.model.broken_commit(was, now, act, made, at)
        return self._judged_commits[key]

    def due(self, store: int, subject: str) -> int | None:
        """When a worker has something to do for this subject."""
        key = (store, subject)
        if key not in self._due:
            self._due[key] = self.model.due(self.stores[store], subject)
        return self._due[key]

    def over(self, store: int) -> frozenset[str]:
        """The subjects to which nothing can be done any more."""
        if store not in self._over:
            self._over[store] = self.model.over(self.stores[store])
        return self._over[store]
