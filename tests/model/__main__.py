"""Prints what was explored, and the shortest story of every seeded fault: `python -m tests.model`."""

from tests.model.explorer import explore
from tests.model.faults import faults
from tests.model.report import figures, table
from tests.model.worlds import worlds


def main() -> None:
    """The stories and the table."""
    made = worlds()
    explored = [figures(explore(world)) for world in made.values()]
    for fault in faults():
        outcome = explore(made[fault.world], fault.rules)
        explored.append(figures(outcome, fault))
        print(f"\n{fault.name} ({outcome.states} states of {fault.world!r})")
        for said in outcome.story:
            print(f"    {said}")
        print(f"    -> {outcome.broken or 'NOT CAUGHT'}")
    print("", *table(explored), sep="\n")


if __name__ == "__main__":
    main()
