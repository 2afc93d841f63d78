"""Virtual time and true concurrency: actors are greenlets, and at each of their calls the seeded kernel picks who goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

Act = Callable[[], Any]
NEVER_MS = 2**62


class Crash(BaseException):
    """The process dies here. Not an Exception: no service code may survive it."""


@dataclass(eq=False)
class Actor:
    """A handler on its way, or a person's script. `dies_ms` is when its time limit kills it; `skew_ms` how wrong its clock is."""

    name: str
    done: Callable[[bool], None] | None = None
    """Told once, whether it came to its end; False: it crashed. None: nobody waits for it."""
    dies_ms: int = NEVER_MS
    skew_ms: int = 0
    handles: bool = True
    """A handler of ours, which faults can befall; False: a person."""
    parked: bool = field(default=False, compare=False)


class Signal:
    """Something that people wait for."""

    def __init__(self) -> None:
        self.waiting: list[Act] = []

    def fire(self) -> None:
        """Wakes all who wait."""
        waiting, self.waiting = self.waiting, []
        for wake in waiting:
            wake()


class Kernel:
    """What happens next: by time, and at one time by chance."""

    def __init__(self, seed: int, start_ms: int) -> None:
        self.rng = Random(seed)
        self.time_ms = start_ms
        self._heap: list[tuple[int, float, int, Act]] = []
        self._number = 0
        self._until_ms = start_ms
        self._hub = getcurrent()
        self._actors: dict[greenlet, Actor] = {}
        self._free: list[greenlet] = []
        """Bodies whose actors are through: the next actors get them, because a new one costs more than most actors do."""
        self.stopped = False

    def at(self, at_ms: int, act: Act) -> None:
        """Does it then; what is due at one instant comes in random order."""
        self._number += 1
        now_ms = self.time_ms
        heappush(self._heap, (at_ms if at_ms > now_ms else now_ms, self.rng.random(), self._number, act))

    def after(self, delay_ms: int, act: Act) -> None:
        """Does it after so long."""
        self._number += 1
        at_ms = self.time_ms + (delay_ms if delay_ms > 0 else 0)
        heappush(self._heap, (at_ms, self.rng.random(), self._number, act))

    def run(self, until_ms: int) -> None:
        """Lets everything happen that is due before `until_ms`, unless it is stopped."""
        heap, self._until_ms = self._heap, until_ms
        while heap and not self.stopped and heap[0][0] < until_ms:
            self.time_ms, _, _, act = heappop(heap)
            act()
        self.time_ms = max(self.time_ms, until_ms)

    def spawn(self, actor: Actor, act: Act) -> None:
        """Starts an actor now."""
        self.after(0, lambda: self._begin(actor, act))

    def _begin(self, actor: Actor, act: Act) -> None:
        body = self._free.pop() if self._free else greenlet(self._live, self._hub)
        self._actors[body] = actor
        body.switch(actor, act)

    def _live(self, actor: Actor, act: Act) -> None:
        """One actor after another, in one body. What an actor raises ends the body and the run."""
        me = getcurrent()
        while True:
            whole = False
            try:
                act()
                whole = True
            except Crash:
                pass
            finally:
                del self._actors[me]
            if actor.done is not None:
                self.after(0, partial(actor.done, whole))
            self._free.append(me)
            actor, act = self._hub.switch()

    def close(self) -> None:
        """Nobody else begins: the bodies that are free end."""
        while self._free:
            self._free.pop().throw()

    @property
    def actor(self) -> Actor | None:
        """Who is at work now; None for the kernel itself."""
        return self._actors.get(getcurrent())

    def wait(self, delay_ms: int) -> Actor | None:
        """The actor at work waits, and others go on meanwhile. Answers who it is. Raises Crash when its time limit comes first."""
        me = getcurrent()
        actor = self._actors.get(me)
        if actor is None:
            return None
        until_ms = self.time_ms + delay_ms
        if until_ms >= actor.dies_ms:
            self._sleep(me, actor.dies_ms)
            raise Crash
        self._sleep(me, until_ms)
        return actor

    def _sleep(self, me: greenlet, until_ms: int) -> None:
        """Whoever would be picked next anyway goes on at once."""
        heap, now_ms = self._heap, self.time_ms
        if until_ms <= now_ms:
            until_ms = now_ms
            if not (heap and heap[0][0] <= until_ms):
                return
        self._number += 1
        turn = (until_ms, self.rng.random(), self._number, me.switch)
        if (not heap or heap[0] > turn) and until_ms < self._until_ms and not self.stopped:
            self.time_ms = until_ms
            return
        heappush(heap, turn)
        self._hub.switch()

    def wait_for(self, signal: Signal, timeout_ms: int) -> None:
        """A person waits until the signal fires or the time is over."""
        me, woken = getcurrent(), [False]

        def wake() -> None:
            if not woken[0]:
                woken[0] = True
                me.switch()

        signal.waiting.append(lambda: self.after(0, wake))
        self.after(timeout_ms, wake)
        self._hub.switch()
