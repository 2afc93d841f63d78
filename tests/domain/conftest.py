"""What the tests of the rules share."""

import sys
from functools import _lru_cache_wrapper

import pytest

RULES = ("chalicelib.domain.", "chalicelib.billing.")


@pytest.fixture(autouse=True, scope="module")
def nothing_is_known_yet() -> None:
    """What a function has answered once it keeps. It runs again for each file here, so that its lines are seen to be covered: a test of
    another level, which goes untraced, may have asked first in this process."""
    for name, module in tuple(sys.modules.items()):
        if name.startswith(RULES):
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper):
                    value.cache_clear()
