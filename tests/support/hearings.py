"""A dispute on its way through its state machine: every step ends when its execution and its order's sleep again, or have ended."""

import time
from collections.abc import Callable
from typing import Any

from chalicelib.domain.disputes.dispute import Phase, wakes_ms
from chalicelib.gateways.workflows import StepFunctions
from chalicelib.handlers.workflows import mend, task
from chalicelib.services.changes import Ref
from chalicelib.services.workflows import Executions, Machine, Waiting
from tests.support.courts import Court
from tests.support.house import House
from tests.support.interpreter import Interpreter
from tests.support.works import PRICE

PATIENCE_S = 20.0


class TwoMachines(House):
    """The service, with the executions of its orders and its disputes in an interpreter of the real definitions."""

    def __init__(self, interpreter: Interpreter, arns: dict[Machine, str]) -> None:
        super().__init__()
        self.interpreter = interpreter
        self.settings.machines.update({str(machine): arn for machine, arn in arns.items()})

    def executions(self, machine: Machine) -> Executions:
        """Those of the interpreter."""
        return StepFunctions(lambda: self.interpreter.client, self.settings.machines[machine])


class Hearing:
    """One dispute, from the moment at which Vera opens it about work that is under way."""

    def __init__(self, interpreter: Interpreter, arns: dict[Machine, str]) -> None:
        self.interpreter, self.arns = interpreter, arns
        self.house = TwoMachines(interpreter, arns)
        self.calls: list[str] = []
        """What the dispute's machine has asked of its function."""
        interpreter.function = self.called
        with interpreter.turn:
            self.court = Court(self.house)
        self.settle_order()
        self._act(self.court.job.start)
        self.settle_order()
        self._act(self.court.open)
        self.settle()

    def called(self, event: dict[str, Any]) -> Any:
        """The function of both machines."""
        if event["of"] == Machine.DISPUTE:
            self.calls.append(event["do"])
        return task(self.house, event)

    def go(self, *steps: str) -> "Hearing":
        """Does one step after the other."""
        for step in steps:
            getattr(self, step)()
            self.settle()
        return self

    def status(self, of: Machine = Machine.DISPUTE, name: str = "") -> str:
        """Of an execution of this name, or of the first."""
        subject = self.court.dispute_id if of is Machine.DISPUTE else self.court.job.order_id
        return self.interpreter.status(f"{self.arns[of].replace(':stateMachine:', ':execution:')}:{name or subject}")

    def sleeps_s(self, subject: str) -> float:
        """For how long an execution sleeps."""
        waiting = self.waiting(subject)
        assert waiting is not None
        return self.interpreter.timeouts[waiting.token]

    def waiting(self, subject: str) -> Waiting | None:
        """Who waits for the next act."""
        with self.interpreter.turn:
            return self.house.store.get(Ref(Waiting, subject))

    def settle(self) -> None:
        """Until both know how what they keep the time of stands, and sleep, or have ended."""
        self.settle_order()
        self.until(lambda: self._is_settled(Machine.DISPUTE, self.court.dispute_id, lambda: self.court.dispute.version))

    def settle_order(self) -> None:
        """Until the order's does."""
        job = self.court.job
        self.until(lambda: self._is_settled(Machine.ORDER, job.order_id, lambda: job.order.version))

    def until(self, so: Callable[[], bool]) -> None:
        """Waits for something that the interpreter's threads do."""
        deadline = time.monotonic() + PATIENCE_S
        while not so():
            assert time.monotonic() < deadline, self.calls
            time.sleep(0.002)

    def _is_settled(self, of: Machine, subject: str, version: Callable[[], int]) -> bool:
        waiting = self.waiting(subject)
        if waiting is None or waiting.token not in self.interpreter.timeouts:
            return waiting is not None and self.status(of, waiting.execution) != "RUNNING"
        with self.interpreter.turn:
            return waiting.known == version()

    def _act(self, act: Callable[..., Any], *given: Any) -> None:
        with self.interpreter.turn:
            act(*given)

    # Steps

    def answer(self) -> None:
        """Pavel answers."""
        self._act(self.court.answer)

    def say(self) -> None:
        """Vera, who may at any time, writes."""
        self._act(self.court.say, self.court.vera)

    def withdraw(self) -> None:
        """Vera withdraws it."""
        self._act(self.court.withdraw)

    def propose(self) -> None:
        """Vera offers a split."""
        self._act(self.court.propose, self.court.vera)

    def agree(self) -> None:
        """Pavel agrees to it."""
        self._act(self.court.agree, self.court.pavel, self._number)

    def decline(self) -> None:
        """Or does not."""
        self._act(self.court.decline, self.court.pavel, self._number)

    def assign(self) -> None:
        """Nina takes it."""
        self._act(self.court.assign, self.court.nina)

    def hand_over(self) -> None:
        """And gives it back."""
        self._act(self.court.hand_over, self.court.nina)

    def question(self) -> None:
        """Whose turn it is asks."""
        self._act(self.court.ask, self._judge)

    def rule(self) -> None:
        """Whose turn it is decides."""
        self._act(self.court.rule, self._judge, PRICE - 1, 1)

    def silence(self) -> None:
        """Nobody acts until its next reminder or the end of its term, and the token times out."""
        with self.interpreter.turn:
            at_ms, waiting = wakes_ms(self.court.dispute), self.house.store.get(Ref(Waiting, self.court.dispute_id))
            assert at_ms is not None
            assert waiting is not None
            slept_s = self.interpreter.timeouts[waiting.token]
            assert 0 <= self.house.hands.at_ms + slept_s * 1000 - at_ms < 2000, "it sleeps for another time"
            self.house.hands.at_ms = max(at_ms, self.house.hands.at_ms)
            self.interpreter.let_pass(waiting.token)
        before = len(self.calls)
        self.until(lambda: len(self.calls) > before)

    def stop(self) -> None:
        """Somebody stops its newest execution by hand."""
        found = self.waiting(self.court.dispute_id)
        assert found is not None
        arn = f"{self.arns[Machine.DISPUTE].replace(':stateMachine:', ':execution:')}:{found.execution}"
        self.interpreter.client.stop_execution(executionArn=arn)
        self.interpreter.let_pass(found.token)  # moto looks whether it was stopped when a wait is over
        self.until(lambda: self.status(name=found.execution) != "RUNNING")

    def mend(self) -> None:
        """The function of the queue of repairs sees to it."""
        self._act(mend, self.house, {"of": "dispute", "subject": self.court.dispute_id})

    @property
    def _number(self) -> int:
        with self.interpreter.turn:
            proposal = self.court.dispute.proposal
        assert proposal is not None
        return proposal.serial

    @property
    def _judge(self) -> Any:
        with self.interpreter.turn:
            admins = self.court.dispute.phase is Phase.ADMIN
        return self.court.anna if admins else self.court.nina
