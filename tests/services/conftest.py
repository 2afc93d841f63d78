"""The service over memory."""

import pytest

from tests.support.house import House


@pytest.fixture
def house() -> House:
    """With nobody in it."""
    return House()
