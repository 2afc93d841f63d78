"""Prints what was explored, and the shortest trace of every seeded fault: `python -m tests.model`."""

from tests.model.metering.faults import faults
from tests.model.metering.protocol import explored
from tests.model.metering.worlds import worlds
from tests.model.report import figures, table


def main() -> None:
    """The traces and the table."""
    made = worlds()
    found = [figures(explored(world)) for world in made.values()]
    for fault in faults():
        outcome = explored(made[fault.world], fault.rules)
        found.append(figures(outcome, fault.name))
        print(f"\n{fault.name} ({outcome.states} states of {fault.world!r})")
        for said in outcome.trace:
            print(f"    {said}")
        print(f"    -> {outcome.broken or 'NOT CAUGHT'}")
    print("", *table(found), sep="\n")


if __name__ == "__main__":
    main()
