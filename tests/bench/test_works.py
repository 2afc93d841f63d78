"""What an order of work may cost (docs/bench.md)."""

from bench import works


def test_an_order_of_work_costs_no_more_than_its_ceiling_and_its_parts_add_up() -> None:
    *acts, together = works.acts()
    assert len(acts) == len(works.ACTS)
    assert sum(act.counted.transactional_units for act in acts) == together.counted.transactional_units
    assert all(act.holds for act in (*acts, together))


def test_an_order_of_files_costs_no_more_than_its_ceiling_however_long_their_names_are() -> None:
    (act,) = works.files()
    assert act.holds, act
