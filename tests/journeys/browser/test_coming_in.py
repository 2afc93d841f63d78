"""Registering, confirming, signing in and out, and choosing another password, in a browser (E16)."""

import re
from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Route, expect

from driver.people import PASSWORD, Person, Town
from tests.journeys.browser.visitor import Visit


@pytest.mark.rule("R2", "R3", "E16")
def test_from_a_stranger_to_somebody_signed_in_who_stays_so(
    visit: Visit, town: Town, arrange: Callable[..., Any]
) -> None:
    email = f"{uuid4().hex[:12]}@example.org"
    visitor = visit("ru")
    page = visitor.tab("/register")
    page.get_by_label("Ваше имя").fill("Инна Petrova")
    page.get_by_label("Эл. почта").fill(email)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Зарегистрироваться").dblclick()
    expect(page.get_by_text(email)).to_be_visible()
    link = re.search(r"/confirm#token=[\w-]+", arrange(town.mail(email, "token=")))
    assert link
    opened = visitor.tab(link[0])
    expect(opened.get_by_role("heading", name="Это ваш адрес?")).to_be_visible()
    assert "token" not in opened.url
    opened.get_by_role("button", name="Подтвердить и продолжить").click()
    for tab in (opened, page):
        expect(tab.get_by_role("link", name=re.compile("Лицевой счёт"))).to_be_visible()
        expect(tab.get_by_role("searchbox")).to_be_visible()
    account = page.get_by_role("link", name=re.compile("Лицевой счёт"))
    expect(account).to_be_visible()
    page.reload()
    expect(account).to_be_visible()
    assert page.evaluate("document.cookie") == "twip_lang=ru", "no script can read the refresh token"


TUNNEL_S = 12


@pytest.mark.rule("E16", "D18")
def test_whoever_is_in_a_tunnel_while_refreshes_are_answered_is_still_signed_in_behind_it(
    visit: Visit, someone: Person
) -> None:
    visitor = visit("en", person=someone)
    page = visitor.tab()
    account = page.get_by_role("link", name=re.compile("Account"))
    expect(account).to_be_visible()
    lost: list[tuple[float, int]] = []

    def into_the_void(route: Route) -> None:
        """The service is asked and answers; the browser, with the cookie of before, never hears of it."""
        if lost and monotonic() - lost[0][0] > TUNNEL_S:
            return route.continue_()
        url = route.request.url
        (cookie,) = [it for it in visitor.context.cookies(url) if it["name"] == "refresh"]
        said = {"Cookie": f"refresh={cookie['value']}", "X-Requested-With": "twip", "Origin": visitor.origin}
        lost.append((monotonic(), httpx.post(url, headers=said, timeout=60).status_code))
        return route.abort()

    page.route("**/api/auth/refresh", into_the_void)
    page.reload()
    expect(account).to_be_visible(timeout=60_000)
    assert {status for _, status in lost} == {200}
    page.unroute("**/api/auth/refresh")
    with page.expect_websocket() as line:
        page.reload()
    line.value.wait_for_event("framereceived")
    expect(account).to_be_visible()


@pytest.mark.rule("E16")
def test_a_wrong_password_and_wrong_fields_are_told_in_words(visit: Visit, someone: Person) -> None:
    visitor = visit("en")
    page = visitor.tab("/register")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    page.goto(f"{visitor.origin}/sign-in?next=//evil.example")
    page.get_by_label("Email").fill(someone.email)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The address or the password is wrong.")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_be_visible()


@pytest.mark.rule("E16")
def test_a_forgotten_password_is_replaced_by_a_mailed_link_that_is_good_once(
    visit: Visit, town: Town, someone: Person, arrange: Callable[..., Any]
) -> None:
    visitor = visit("en")
    page = visitor.tab("/forgot")
    page.get_by_label("Email").fill(someone.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    link = re.search(r"/reset#token=[\w-]+", arrange(town.mail(someone.email, "/reset#")))
    assert link
    page.goto(visitor.origin + link[0])
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("At least 10 characters.")).to_be_visible()
    for common in ("йцукенгшщз", "password2024"):
        page.get_by_label("New password").fill(common)
        page.get_by_role("button", name="Save the password").click()
        expect(page.get_by_text("This is one of the first passwords that others would try.")).to_be_visible()
        page.get_by_label("New password").fill("short")
        page.get_by_role("button", name="Save the password").click()
        expect(page.get_by_text("At least 10 characters.")).to_be_visible()
    page.get_by_label("New password").fill("another long walk")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", name="The password is changed")).to_be_visible()
    page.goto("about:blank")
    page.goto(visitor.origin + link[0])
    page.get_by_label("New password").fill("another long walk")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("alert")).to_contain_text("The link was used or is too old.")
