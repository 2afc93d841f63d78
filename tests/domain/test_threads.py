"""What may be written in an order, until when, and what counts as read (R59, D32)."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import InvalidInput, WrongState
from chalicelib.domain.parties import Party
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.threads import GLIMPSE, Newest, Reader, check_open, closes_ms, glimpse, is_open, wording
from tests.support.orders import work

DAY = 86_400_000
ORDER = work("order", price_minor=100, at_ms=0)
ENDED = replace(ORDER, ended_ms=1_000)
NEW = Reader("order", Party.PERFORMER, "pavel")


def test_a_text_is_tidied_and_may_be_missing_beside_a_file_only() -> None:
    assert wording(" Hello \r\nthere ", ()) == "Hello \nthere"
    assert wording("", ("upload",)) == ""
    with pytest.raises(InvalidInput) as refused:
        wording("\u200b", ())
    assert [(error.field, error.code) for error in refused.value.errors] == [("text", "required")]


def test_an_open_orders_thread_never_closes_and_an_ended_ones_does_after_ninety_days() -> None:
    assert closes_ms(ORDER) is None
    assert is_open(ORDER, 10**15)
    assert closes_ms(ENDED) == 1_000 + 90 * DAY
    assert is_open(ENDED, 999 + 90 * DAY)
    assert not is_open(ENDED, 1_000 + 90 * DAY)
    with pytest.raises(WrongState) as refused:
        check_open(ENDED, 1_000 + 90 * DAY)
    assert (refused.value.what, refused.value.state, refused.value.asked) == ("thread", "closed", "write")
    check_open(ENDED, 0)


def test_in_dispute_a_thread_is_open_whenever_the_order_ended() -> None:
    assert closes_ms(replace(ENDED, dispute="dispute")) is None


def test_one_writes_for_longer_than_one_may_dispute_or_review_and_reply() -> None:
    assert max(14, 30 + 30) < TermSettings().correspondence_days


def test_what_comes_is_unread_from_the_first_on_until_the_last_is_read() -> None:
    once = NEW.received(10)
    twice = once.received(20)
    assert (twice.newest_ms, twice.unread, twice.since_ms, twice.read_ms) == (20, 2, 10, 0)
    assert twice.has_read(19) == replace(twice, read_ms=19)
    assert twice.has_read(20) == replace(twice, read_ms=20, unread=0, since_ms=None)
    assert twice.has_read(10**15).read_ms == 20, "what has not come nobody has read"
    assert twice.has_read(20).has_read(5) == twice.has_read(20)


def test_a_mail_lasts_until_the_thread_is_read() -> None:
    mailed = NEW.received(10, mailed=True).received(20)
    assert mailed.mailed
    assert mailed.has_read(10).mailed
    assert not mailed.has_read(20).mailed
    assert not mailed.has_read(20).received(30).mailed


def test_what_comes_next_is_later_than_all_that_came() -> None:
    assert NEW.later_ms(5) == 5
    assert NEW.received(10).later_ms(5) == 11
    assert NEW.received(10).later_ms(50) == 50


@pytest.mark.rule("R79")
def test_a_list_shows_the_beginning_of_what_was_said_on_one_line() -> None:
    assert glimpse("Hello \n\n there\tagain ") == "Hello there again"
    assert glimpse("a" * GLIMPSE) == "a" * GLIMPSE
    assert glimpse("a" * (GLIMPSE + 1)) == "a" * (GLIMPSE - 1) + "…"
    assert glimpse("word " * GLIMPSE).endswith("word…")
    assert glimpse("") == ""


def test_where_a_thread_stands_in_a_list_says_nothing_of_what_was_read() -> None:
    listed = NEW.received(10).listed(Newest(10, "m1"))
    assert listed.listed(Newest(20, "mine")) == replace(listed, newest=Newest(20, "mine"))
    assert listed.has_read(10).newest == Newest(10, "m1")
