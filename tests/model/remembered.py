"""What is read, decided and committed depends on little of a moment: each is worked out once and has a number from then on."""

from dataclasses import replace

from chalicelib.domain.orders.order import Order
from chalicelib.domain.sessions import Session, State
from chalicelib.services.changes import Ref
from tests.model.acts import Act, Decision, decide
from tests.model.laws import broken_commit, broken_state
from tests.model.rules import Rules
from tests.model.stored import Stored, commit, doomed, overtaken, written


class Remembered:
    """Stores and decisions by number, and what follows from them under the given rules."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.stores: list[Stored] = []
        self.decisions: list[Decision] = []
        self._numbers: dict[object, int] = {}
        self._decided: dict[tuple[int, Act, int, int | None], int | None] = {}
        self._committed: dict[tuple[int, int], int | None] = {}
        self._outrun: dict[tuple[int, int], int | None] = {}
        self._judged: dict[int, str | None] = {}
        self._judged_commits: dict[tuple[int, int, int, Act, int], str | None] = {}
        self._ended: dict[int, frozenset[str]] = {}

    def store(self, stored: Stored) -> int:
        """The number of what is stored."""
        identity = stored.identity
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

    def decide(self, store: int, act: Act, at: int, order_from: int | None = None) -> int | None:
        """What an act received at `at` decides on this store; its order was perhaps read from an earlier one. None: nothing."""
        key = (store, act, at, order_from)
        if key not in self._decided:
            order = None if order_from is None else self._order(store, act, order_from)
            decision = decide(self.rules, self.stores[store], act, at, order)
            self._decided[key] = None if decision is None else self.decision(decision)
        return self._decided[key]

    def _order(self, store: int, act: Act, order_from: int) -> Order | None:
        session = self.stores[store].entities.get(Ref(Session, act.subject))
        if session is None:
            return None
        ref = Ref(Order, session.order_id)
        order: Order = self.stores[order_from].entities[ref]
        return order if order == self.stores[store].entities[ref] else replace(order, version=-1)

    def commit(self, store: int, decision: int) -> int | None:
        """The store after a decision is committed; None: refused."""
        key = (store, decision)
        if key not in self._committed:
            stored = commit(self.stores[store], self.decisions[decision].changes, self.rules.fences)
            self._committed[key] = None if stored is None else self.store(stored)
        return self._committed[key]

    def outrun(self, decision: int, by: int) -> int | None:
        """What a decision has become when another was committed before it; None: it can only be refused now."""
        key = (decision, by)
        if key not in self._outrun:
            old = self.decisions[decision]
            changes = overtaken(old.changes, written(self.decisions[by].changes))
            hopeless = doomed(changes, self.rules.fences)
            self._outrun[key] = None if hopeless else self.decision(replace(old, changes=changes))
        return self._outrun[key]

    def judge(self, store: int) -> str | None:
        """The law that a store breaks."""
        if store not in self._judged:
            self._judged[store] = broken_state(self.stores[store])
        return self._judged[store]

    def judge_commit(self, before: int, after: int, decision: int, act: Act, at: int) -> str | None:
        """The law that a commit breaks."""
        key = (before, after, decision, act, at)
        if key not in self._judged_commits:
            made = self.decisions[decision]
            self._judged_commits[key] = broken_commit(self.stores[before], self.stores[after], act, made, at)
        return self._judged_commits[key]

    def ended(self, store: int) -> frozenset[str]:
        """The sessions that have ended."""
        if store not in self._ended:
            over = (s.id for s in self.stores[store].of(Session) if s.state is State.ENDED)
            self._ended[store] = frozenset(over)
        return self._ended[store]
