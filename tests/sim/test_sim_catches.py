"""The simulation can fail: each fence taken out of the real code is noticed within so many seeds, and for the right reason."""

from collections.abc import Callable

import pytest

from sim.world import play
from tests.sim import sabotage

SEEDS = 80
Sabotage = Callable[[pytest.MonkeyPatch], None]
EXPECTED: dict[Sabotage, tuple[str, ...]] = {
    sabotage.no_version_guard: ("a session was overwritten unseen", "an illegal transition"),
    sabotage.limits_are_forgotten: ("a block beyond the limit that stood at its boundary",),
    sabotage.no_money_guard: ("an account is overdrawn",),
    sabotage.read_modify_write: ("an account is not its postings",),
    sabotage.no_journal_condition: ("a journal entry was put without its condition",),
    sabotage.no_audit: ("a boundary was debited late", "a session never ended"),
    sabotage.no_look_ahead: ("a boundary was debited late",),
    sabotage.deaf_rules: ("debited outside running, or while paused",),
    sabotage.dead_lines_pay: ("a debit for a dead line",),
    sabotage.answering_is_media: ("a silent side is back without media",),
    sabotage.a_line_is_media: ("media is believed though its bytes have not grown",),
    sabotage.bytes_count_anew: ("media is believed though its bytes have not grown",),
    sabotage.no_pause_fence: ("paused a side that was heard",),
    sabotage.no_cut_fence: ("cut though the account covers the block",),
    sabotage.no_lease: ("busy and the session disagree",),
    sabotage.lease_for_ever: ("busy and the session disagree", "a lease outlives its session"),
    sabotage.told_before_written: ("told of a debit that is not in the journal",),
    sabotage.any_line_is_the_line: ("paused a side whose line is open",),
    sabotage.each_pause_anew: ("paused for longer than its time to return",),
    sabotage.clocks_against_the_unheard: ("a clock against a side that was not heard from",),
    sabotage.drifting_boundaries: ("a block under a wrong time", "the end and the billed blocks disagree"),
    sabotage.hang_ups_lose_their_boundary: ("the end and the billed blocks disagree",),
    sabotage.no_wake_for_the_returned: ("a boundary was debited late",),
    sabotage.nothing_comes_back: ("the last block and what came back differ",),
    sabotage.the_performer_pays: ("what came back was not the platform's", "a session never ended"),
    sabotage.outages_are_nobodys: ("our own outage ended it",),
    sabotage.any_loss_is_ours: ("no outage of ours ended it",),
    sabotage.questions_are_free: ("an unpaid call does not count",),
    sabotage.hang_ups_are_free: ("an unpaid call does not count",),
    sabotage.unpaid_calls_go_on: ("more unpaid calls than a day allows",),
    sabotage.one_session_a_line: ("a closed line is not lost to its session",),
    sabotage.returns_miss_pauses: ("a side came back and is told that it is lost",),
    sabotage.entities_are_changed: ("an entity was changed in memory",),
}


LATE: dict[Sabotage, int] = {
    sabotage.any_loss_is_ours: 2,
    sabotage.read_modify_write: 2,
    sabotage.no_cut_fence: 3,
    sabotage.no_money_guard: 3,
    sabotage.outages_are_nobodys: 3,
    sabotage.no_look_ahead: 4,
    sabotage.one_session_a_line: 4,
    sabotage.questions_are_free: 5,
    sabotage.no_audit: 6,
    sabotage.unpaid_calls_go_on: 6,
    sabotage.no_wake_for_the_returned: 7,
    sabotage.clocks_against_the_unheard: 10,
}
"""Seeds that were found to catch what others before them let pass: they are tried first. One that catches nothing any more costs
time, and fails nobody: the others follow."""


@pytest.mark.no_cover
@pytest.mark.parametrize("fault", EXPECTED, ids=lambda fault: fault.__name__)
def test_a_fence_that_is_missing_is_noticed(fault: Sabotage, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    seeds = [*range(LATE.get(fault, 0), SEEDS), *range(LATE.get(fault, 0))]
    broken = next((result.broken[0] for seed in seeds if (result := play(seed)).broken), "nothing")
    assert broken.partition(":")[0] in EXPECTED[fault]


def test_every_sabotage_is_expected_to_be_caught() -> None:
    made = {
        thing
        for name, thing in vars(sabotage).items()
        if callable(thing) and getattr(thing, "__module__", "") == sabotage.__name__ and not name.startswith("_")
    }
    assert made == set(EXPECTED)
