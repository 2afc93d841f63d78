"""State machines that wait for people: what the emulator lacks for executions that sleep for days and outlive it."""

import contextvars
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from ministack import app
from ministack.core.responses import json_response
from ministack.services import stepfunctions

WAITS = ".waitForTaskToken"
_machine: contextvars.ContextVar[str] = contextvars.ContextVar("machine", default="")
_token: contextvars.ContextVar[str] = contextvars.ContextVar("token", default="")


def patch() -> None:
    """All of them."""
    _evaluate_timeouts_and_mark_tokens()
    _fail_with_the_function()
    _start_once()
    _begin_again()


def machine_of(token: str) -> str | None:
    """The ARN of the machine whose task a token stands for, as in AWS it can be read from the token; None if it is none of ours."""
    try:
        found = urlsafe_b64decode(token.partition(".")[0]).decode()
    except ValueError:
        return None
    return found if ":stateMachine:" in found else None


def _evaluate_timeouts_and_mark_tokens() -> None:
    """TimeoutSecondsPath, which the emulator takes for 99,999 seconds; and tokens that say whose they are: rights go by the machine."""
    execute, uuid = stepfunctions._execute_task, stepfunctions.new_uuid

    def executed(state: dict[str, Any], given: Any, execution: dict[str, Any], context: Any) -> Any:
        path = state.get("TimeoutSecondsPath")
        if path is not None:
            state = {**state, "TimeoutSeconds": stepfunctions._resolve_path_or_ctx(path, given, context)}
        waits = WAITS in state.get("Resource", "")
        held = _machine.set(execution["stateMachineArn"] if waits else "")
        try:
            return execute(state, given, execution, context)
        finally:
            _machine.reset(held)

    def marked() -> str:
        machine = _machine.get()
        made: str = uuid()
        return f"{urlsafe_b64encode(machine.encode()).decode()}.{made}" if machine else made

    stepfunctions._execute_task, stepfunctions.new_uuid = executed, marked


def _fail_with_the_function() -> None:
    """A function that fails fails its task, so that Retry and Catch see it: the emulator would sleep on until the timeout."""
    invoke, call = stepfunctions._invoke_with_callback, stepfunctions._call_lambda

    def invoked(resource: str, given: Any, token: str, state: Any) -> Any:
        held = _token.set(token)
        try:
            return invoke(resource, given, token, state)
        finally:
            _token.reset(held)

    def called(function: Any, event: Any) -> Any:
        token = _token.get()
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as failed:
            waiting = stepfunctions._task_tokens.get(token) if token else None
            if waiting is not None and not waiting["event"].is_set():
                waiting["error"] = {"Error": failed.error, "Cause": failed.cause}
                waiting["event"].set()
            raise

    stepfunctions._invoke_with_callback, stepfunctions._call_lambda = invoked, called


def _start_once() -> None:
    """To start what runs, on the same input, is no error."""
    start = stepfunctions._start_execution

    def started(asked: dict[str, Any]) -> Any:
        machine = stepfunctions._state_machines.get(asked.get("stateMachineArn", ""))
        name = asked.get("name")
        if machine is not None and name:
            arn = machine["stateMachineArn"].replace(":stateMachine:", ":execution:")
            found = stepfunctions._executions.get(f"{arn}:{name}")
            if found is not None and found["status"] == "RUNNING" and found["input"] == asked.get("input", "{}"):
                return json_response({"executionArn": found["executionArn"], "startDate": found["startDate"]})
        return start(asked)

    stepfunctions._start_execution = started


def _begin_again() -> None:
    """What ran when the process ended begins again under its own name: in AWS it would not have ended. It must be re-entrant, and its old
    token is worth nothing. It waits until the functions are there."""
    restore, ready = stepfunctions._restore_state, app._run_ready_scripts
    again: list[str] = []

    def restored(kept: Any) -> None:
        executions = kept.get("executions") if kept else None
        running = (
            [it["executionArn"] for it in executions.all_values() if it["status"] == "RUNNING"] if executions else []
        )
        restore(kept)
        for execution in stepfunctions._executions.all_values():
            if execution["executionArn"] in running:
                execution.update(status="RUNNING", stopDate=None)
                execution.pop("error", None)
                execution.pop("cause", None)
                again.append(execution["executionArn"])

    async def then_begin_again() -> None:
        for arn in again:
            context = contextvars.copy_context()
            threading.Thread(target=context.run, args=(stepfunctions._run_execution, arn), daemon=True).start()
        await ready()

    stepfunctions._restore_state, app._run_ready_scripts = restored, then_begin_again
