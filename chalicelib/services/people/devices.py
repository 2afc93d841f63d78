"""Devices that somebody has signed in on before. They open nothing; each has an allowance of its own where tries are counted, so that a
stranger who uses up an address's keeps no one out of their own devices (E19)."""

import re
from dataclasses import dataclass

from chalicelib.services.ports import Clock, Ids, Tokens

PEOPLE_AT_MOST = 5
"""Of one device: the cookie must not grow without end, and those who came last are kept."""
_MARK = re.compile(r"([0-9a-z]{26})\.([0-9A-Za-z_-]{43})")


@dataclass(frozen=True)
class Devices:
    """What is known is with the device: a cookie of marks, each a random name and our signature that an address was signed in under it.
    Nothing is stored, and the cookie tells nobody the address."""

    clock: Clock
    ids: Ids
    tokens: Tokens

    def known(self, cookie: str, email: str) -> str | None:
        """The name under which this address was signed in on the device, if ever. Raises Unavailable."""
        now_ms = self.clock.now_ms()
        marks = (_MARK.fullmatch(mark) for mark in cookie.split("~")[:PEOPLE_AT_MOST])
        return next((it[1] for it in marks if it and self.tokens.signed(_said(it[1], email), it[2], now_ms)), None)

    def remember(self, cookie: str, email: str) -> str:
        """The device's next cookie, after the address was signed in on it or proved to be its user's; the name stays, the signature is
        made anew."""
        name = self.known(cookie, email) or self.ids.new()
        others = [mark for mark in cookie.split("~") if _MARK.fullmatch(mark) and not mark.startswith(name)]
        signature = self.tokens.sign(_said(name, email), self.clock.now_ms())
        return "~".join([f"{name}.{signature}", *others][:PEOPLE_AT_MOST])


def _said(name: str, email: str) -> str:
    return f"{name} {email}"
