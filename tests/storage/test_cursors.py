"""Cursors: what a client can make up is refused before any table is asked."""

import base64
import json
from typing import Any

import pytest

from chalicelib.domain.errors import InvalidCursor
from chalicelib.services.ports import Listing
from chalicelib.storage.cursors import from_cursor, to_cursor
from tests.support.house import House

NAMES = frozenset({"pk", "sk"})
KEY = {"pk": {"S": "ORD#1"}, "sk": {"S": "SES#1-0001"}}


def made_up(scope: str, **key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([scope, key]).encode()).decode().rstrip("=")


def test_a_cursor_leads_back_to_its_key_in_its_own_listing_only() -> None:
    cursor = to_cursor("sessions#1", KEY)
    assert from_cursor("sessions#1", cursor, NAMES) == KEY
    with pytest.raises(InvalidCursor):
        from_cursor("sessions#2", cursor, NAMES)
    with pytest.raises(InvalidCursor):
        from_cursor("sessions#1", cursor, frozenset({"pk", "sk", "owner", "owner_at"}))


@pytest.mark.parametrize("value", ["", "\ud800", "s" * 1025, "я" * 513, 7, None, ["x"]])
def test_no_key_that_the_table_would_choke_on_is_read_from_a_cursor(value: Any) -> None:
    with pytest.raises(InvalidCursor):
        from_cursor("sessions#1", made_up("sessions#1", pk="ORD#1", sk=value), NAMES)


@pytest.mark.parametrize("sk", ["ORD", "SE", "TEXT#1"])
def test_a_cursor_that_points_beside_its_listing_is_refused(sk: str) -> None:
    listing, order_id = Listing.SESSIONS_OF_ORDER, "o" * 26
    cursor = made_up(f"{listing}#{order_id}", pk=f"ORD#{order_id}", sk=sk)
    with pytest.raises(InvalidCursor):
        House().store.page(listing, order_id, cursor=cursor)
