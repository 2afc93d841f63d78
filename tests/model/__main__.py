"""Prints what was explored, and the shortest trace of every seeded fault: `python -m tests.model`."""

from collections.abc import Callable
from typing import Any

from tests.model.engine.explorer import Outcome
from tests.model.metering import faults as metering_faults
from tests.model.metering import protocol as metering
from tests.model.metering import worlds as metering_worlds
from tests.model.orders import faults as order_faults
from tests.model.orders import protocol as orders
from tests.model.orders import shop
from tests.model.orders import worlds as order_worlds
from tests.model.report import figures, table


def main() -> None:
    """The traces and the table, one protocol after the other."""
    explored = (
        *_explored(metering_worlds.worlds(), metering_faults.faults(), metering.explored),
        *_explored(order_worlds.worlds(), order_faults.faults(), orders.explored),
        *_explored(shop.worlds(), shop.faults(), orders.explored),
    )
    print("", *table(explored), sep="\n")


def _explored(worlds: dict[str, Any], faults: tuple[Any, ...], explore: Callable[..., Outcome]) -> list[dict[str, Any]]:
    found = [figures(explore(world)) for world in worlds.values()]
    for fault in faults:
        outcome = explore(worlds[fault.world], fault.rules)
        found.append(figures(outcome, fault.name))
        print(f"\n{fault.name} ({outcome.states} states of {fault.world!r})")
        for said in outcome.trace:
            print(f"    {said}")
        print(f"    -> {outcome.broken or 'NOT CAUGHT'}")
    return found


if __name__ == "__main__":
    main()
