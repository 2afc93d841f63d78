"""The rows of the contract and their proofs."""

from tools.requirements import contract, marks, unproven


def test_a_row_is_proven_by_a_test_or_says_what_it_lacks() -> None:
    assert unproven() == []


def test_every_row_of_what_the_owner_asked_for_is_proven() -> None:
    rows, missing = contract()
    assert {f"R{number}" for number in range(1, 86)} <= {row for row, _ in marks()} & rows.keys()
    assert not [row for row in missing if row not in rows or row[0] == "R"]
