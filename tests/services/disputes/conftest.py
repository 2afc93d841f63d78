"""What tests of disputes share."""

import pytest

from tests.support.courts import Court
from tests.support.house import House


@pytest.fixture
def court(house: House) -> Court:
    return Court(house)
