"""The app of the repository over a house in memory."""

import pytest

from app import app
from chalicelib.handlers import http
from tests.support.house import House
from tests.support.web import Web


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    """The service."""
    made = House()
    monkeypatch.setattr(http, "wiring", lambda: made)
    return made


@pytest.fixture
def web(house: House) -> Web:
    """A stranger's client."""
    return Web(app, house)
