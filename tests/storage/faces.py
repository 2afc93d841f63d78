"""Faces of twips for tests of the index."""

from dataclasses import replace
from typing import Any

from chalicelib.domain.content import Content, Text
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.services.catalogue.search import Face


def face(ident: str, title: str = "Lease check", description: str = "", **changes: Any) -> Face:
    """A consultation in the language of its title's first letter."""
    lang = Lang.EN if title[0].isascii() else Lang.RU
    prices = changes.pop("prices", {Mode.VIDEO: 90_000})
    content = Content((lang,), {lang: Text(title, description)}, prices)
    made = Face(
        ident,
        f"author{ident}",
        TwipKind.CONSULTATION,
        content,
        published_ms=int(ident.strip("abcdefghijklmnopqrstuvwxyz") or 0),
        rating_tenths=40,
        name="",
    )
    return replace(made, **changes)
