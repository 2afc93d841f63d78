"""Prints what was explored, and the shortest story of every seeded fault: `python -m tests.model`."""

from tests.model.explorer import explore
from tests.model.faults import faults
from tests.model.worlds import worlds


def main() -> None:
    """The table and the stories."""
    made = worlds()
    print(f"{'world':24}{'states':>10}{'edges':>10}{'stores':>8}{'seconds':>9}")
    outcomes = [explore(world) for world in made.values()]
    for outcome in outcomes:
        counted = f"{outcome.states:10}{outcome.edges:10}{outcome.stores:8}{outcome.seconds:9.1f}"
        print(f"{outcome.world:24}{counted}  {outcome.broken or 'all laws hold'}")
    caught = [(fault, explore(made[fault.world], fault.rules)) for fault in faults()]
    for fault, outcome in caught:
        print(f"\n{fault.name} ({outcome.states} states of {fault.world!r})")
        for said in outcome.story:
            print(f"    {said}")
        print(f"    -> {outcome.broken or 'NOT CAUGHT'}")
    found = sum(outcome.broken is not None for _, outcome in caught)
    seconds = sum(outcome.seconds for outcome in [*outcomes, *(outcome for _, outcome in caught)])
    states, edges = sum(o.states for o in outcomes), sum(o.edges for o in outcomes)
    print(f"\n{states} states, {edges} edges, {found} of {len(caught)} faults caught, {seconds:.1f} s")


if __name__ == "__main__":
    main()
