"""Who forgot a password comes in again by mail, and a stranger's address is told nothing (E16)."""

import re

import pytest

from demo.people import PASSWORD, Town
from tests.journeys.acts import refused

OTHER = "a longer walk on the beach"


@pytest.mark.rule("E16")
async def test_a_forgotten_password_is_replaced_by_the_mailed_link(town: Town) -> None:
    vera, anybody = await town.join("Vera"), town.anonymous()
    for email in (vera.email, f"nobody-{vera.email}"):
        assert await anybody.post("/auth/password/forgot", {"email": email}) is None
    link = re.search(r"/reset#token=([\w-]+)", await town.mail(vera.email, "/reset#token="))
    assert link
    await anybody.post("/auth/password/reset", {"token": link[1], "password": OTHER})
    assert (await refused(town.sign_in("Vera", vera.email, PASSWORD))).code == "unauthenticated"
    assert await town.sign_in("Vera", vera.email, OTHER)
