"""What is sold of files, and what everybody may know of it."""

import pytest

from chalicelib.domain.goods import Goods, left
from tests.support.goods import LETTER, LINK, PHOTO, PLAN


@pytest.mark.rule("R77")
def test_goods_are_shown_without_where_they_lie_what_they_are_and_where_links_lead() -> None:
    shown = Goods((PLAN,), (LINK, f"{LINK}/2")).shown
    assert (shown.files[0].id, shown.files[0].file.name, shown.files[0].file.size_bytes) == ("plan", "plan.pdf", 5)
    assert (shown.files[0].place, shown.files[0].file.sha256, shown.links) == ("", "", ("", ""))


def test_files_that_are_left_behind_are_told_by_their_ids() -> None:
    assert left((PLAN, LETTER, PHOTO), (LETTER,)) == (PLAN, PHOTO)
    assert left((), (LETTER,)) == ()
