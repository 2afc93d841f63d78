"""A walk of an order of work through its state machine: every step ends when the execution sleeps again, or has ended."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from chalicelib.domain.orders.deadlines import wakes_ms
from chalicelib.gateways.workflows import StepFunctions
from chalicelib.handlers.workflows import mend, task
from chalicelib.services.changes import Ref
from chalicelib.services.workflows import Executions, Machine, Waiting
from tests.support.house import House
from tests.support.interpreter import Interpreter
from tests.support.works import DAYS, PRICE, Job

PATIENCE_S = 20.0


class MachineHouse(House):
    """The service, its executions in an interpreter of the real definition."""

    def __init__(self, interpreter: Interpreter, machine_arn: str) -> None:
        super().__init__()
        self.interpreter, self.machine_arn = interpreter, machine_arn
        self.settings.machines["order"] = machine_arn

    def executions(self, machine: Machine) -> Executions:
        """Those of the interpreter."""
        return StepFunctions(lambda: self.interpreter.client, self.settings.machines[machine])


class Walk:
    """One order, from the moment at which it is placed."""

    def __init__(self, interpreter: Interpreter, machine_arn: str, *, days: int = DAYS) -> None:
        self.interpreter = interpreter
        self.house = MachineHouse(interpreter, machine_arn)
        self.calls: list[str] = []
        """What the machine has asked of its function."""
        interpreter.function = self.called
        with interpreter.turn:
            self.job = Job(self.house, days=days)
        self.settle()

    def called(self, event: dict[str, Any]) -> Any:
        """The function of the machine."""
        self.calls.append(event["do"])
        return task(self.house, event)

    @property
    def entered(self) -> list[str]:
        """The states that the order's first execution has entered."""
        return self.interpreter.entered(self._arn(self.job.order_id))

    @property
    def waiting(self) -> Waiting | None:
        """Who waits for the next act."""
        with self.interpreter.turn:
            return self.house.store.get(Ref(Waiting, self.job.order_id))

    @property
    def token(self) -> str:
        """By which the execution is woken."""
        found = self.waiting
        assert found is not None
        return found.token

    def go(self, *steps: str) -> "Walk":
        """Does one step after the other."""
        for step in steps:
            getattr(self, step)()
            self.settle()
        return self

    def act(self, act: Callable[..., Any], **given: Any) -> Any:
        """Somebody acts."""
        with self.interpreter.turn:
            return act(**given)

    def settle(self) -> None:
        """Until the newest execution knows how the order stands and sleeps, or has ended."""
        self.until(self._is_settled)

    def until(self, so: Callable[[], bool]) -> None:
        """Waits for something that the interpreter's threads do."""
        deadline = time.monotonic() + PATIENCE_S
        while not so():
            assert time.monotonic() < deadline, f"{self.status()}: {self.calls}"
            time.sleep(0.002)

    def _is_settled(self) -> bool:
        waiting = self.waiting
        if waiting is None or waiting.token not in self.interpreter.timeouts:
            return waiting is not None and self.status(waiting.execution) != "RUNNING"
        return waiting.known == self.job.order.version

    def status(self, name: str = "") -> str:
        """Of an execution of this name, or of the first."""
        return self.interpreter.status(self._arn(name or self.job.order_id))

    def _arn(self, name: str) -> str:
        return f"{self.house.machine_arn.replace(':stateMachine:', ':execution:')}:{name}"

    # Steps

    def start(self) -> None:
        """The performer starts."""
        self.act(self.job.start)

    def refuse(self) -> None:
        """The performer refuses."""
        self.act(self.job.refuse)

    def deliver(self) -> None:
        """The performer delivers."""
        self.act(self.job.deliver, key=self._key())

    def rework(self) -> None:
        """The customer returns it."""
        self.act(self.job.rework, key=self._key())

    def accept(self) -> None:
        """The customer accepts."""
        self.act(self.job.accept)

    def cancel(self) -> None:
        """The customer cancels."""
        self.act(self.job.cancel)

    def propose_split(self) -> None:
        """The customer offers half of the price."""
        works, job = self.house.works, self.job
        self.act(partial(works.propose_split, job.vera.id, job.order_id, PRICE // 2, "Half", key=self._key()))

    def propose_days(self) -> None:
        """The customer offers five days more."""
        works, job = self.house.works, self.job
        self.act(partial(works.propose_days, job.vera.id, job.order_id, 5, "Take your time", key=self._key()))

    def agree(self) -> None:
        """The performer agrees to the split."""
        self._answer(self.house.works.agree)

    def extend(self) -> None:
        """The performer agrees to the days."""
        self._answer(self.house.works.extend)

    def decline(self) -> None:
        """The performer declines."""
        self._answer(self.house.works.decline)

    def silence(self) -> None:
        """Nobody acts until the order's next reminder or end of a term, and the token times out."""
        with self.interpreter.turn:
            at_ms = wakes_ms(self.job.order)
            assert at_ms is not None
            slept_s = self.interpreter.timeouts[self.token]
            assert 0 <= self.house.hands.at_ms + slept_s * 1000 - at_ms < 2000, "it sleeps for another time"
            self.house.hands.at_ms = max(at_ms, self.house.hands.at_ms)
            self.interpreter.let_pass(self.token)
        before = len(self.calls)
        self.until(lambda: len(self.calls) > before)

    def stop(self) -> None:
        """Somebody stops the newest execution by hand."""
        found = self.waiting
        assert found is not None
        self.interpreter.client.stop_execution(executionArn=self._arn(found.execution))
        self.interpreter.let_pass(found.token)  # moto looks whether it was stopped when a wait is over
        self.until(lambda: self.status(found.execution) != "RUNNING")

    def mend(self) -> None:
        """The function of the queue of repairs sees to the order."""
        with self.interpreter.turn:
            mend(self.house, {"of": "order", "subject": self.job.order_id})

    def _answer(self, answer: Callable[..., Any]) -> None:
        number = self.job.body.proposals
        self.act(partial(answer, self.job.pavel.id, self.job.order_id, number, key=self._key()))

    def _key(self) -> str:
        return f"key-{self.job.order.version}"
