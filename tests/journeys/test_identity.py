"""Who forgot a password comes in again by mail, a stranger's address is told nothing (E16), and a stranger keeps nobody out (E19)."""

import re

import httpx
import pytest

from driver.people import PASSWORD, Town
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


@pytest.mark.rule("E19")
async def test_a_stranger_who_guesses_keeps_nobody_out_of_a_browser_that_they_signed_in_with_before(town: Town) -> None:
    vera = await town.join("Vera")
    right, wrong = ({"email": vera.email, "password": password} for password in (PASSWORD, OTHER))
    async with (
        httpx.AsyncClient(base_url=f"{town.origin}/api/auth", timeout=60) as browser,
        httpx.AsyncClient(base_url=f"{town.origin}/api/auth", timeout=60) as stranger,
    ):
        assert (await browser.post("/login", json=right)).status_code == 200
        assert (await browser.post("/logout", headers={"X-Requested-With": "twip"})).status_code == 204
        # Twice as many as may be, and one: a window may end meanwhile.
        for _ in range(41):
            if (await stranger.post("/login", json=wrong)).status_code == 429:
                break
        else:
            raise AssertionError("a stranger may guess without end")
        assert (await browser.post("/login", json=right)).status_code == 200
