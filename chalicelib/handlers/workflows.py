"""What the state machines ask of their function, and what lies in the queue of repairs."""

from dataclasses import asdict
from typing import Any

from chalicelib.services.workflows import Machine, subject_of
from chalicelib.wiring import Wiring

Event = dict[str, Any]


def task(w: Wiring, event: Event) -> dict[str, Any]:
    """A task of a definition in statemachines: `await` leaves its token and answers nothing that counts, `due` answers how its subject
    stands."""
    keeper = w.timekeeping(Machine(event["of"]))
    if event["do"] == "await":
        keeper.wait(event["token"], event["execution"], event["subject"], int(event["version"]))
        return {}
    if event["do"] == "due":
        return asdict(keeper.due(event["subject"]))
    raise ValueError(f"no definition asks to {event['do']}")


def mend(w: Wiring, body: Event) -> None:
    """A subject that the acts or the sweep name, or the one whose execution has ended badly, as EventBridge tells it."""
    if "detail" in body:
        machine_arn, execution = body["detail"]["stateMachineArn"], body["detail"]["name"]
        of = next(of for of, arn in w.settings.machines.items() if arn == machine_arn)
        return w.timekeeping(Machine(of)).mend(subject_of(execution))
    return w.timekeeping(Machine(body["of"])).mend(body["subject"])
