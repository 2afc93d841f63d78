"""Categories of twips (E2): one list, in both languages, which each deployment may replace by its own. The list is categories.json."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from chalicelib.domain.kinds import OTHER, Lang

__all__ = ["OTHER", "Categories", "Category", "categories", "read"]
AT_MOST = 40
NAME_AT_MOST = 40
"""Code points of a name."""
_ID = re.compile(r"[a-z][a-z0-9-]{1,29}")


@dataclass(frozen=True)
class Category:
    """An entry of the list. Twips are stored under its id, which never changes; its names may."""

    id: str
    ru: str
    en: str

    @property
    def names(self) -> dict[Lang, str]:
        """By language."""
        return {Lang.RU: self.ru, Lang.EN: self.en}


@dataclass(frozen=True)
class Categories:
    """A list, in the order in which it is shown."""

    listed: tuple[Category, ...]

    def __iter__(self) -> Iterator[Category]:
        """In order."""
        return iter(self.listed)

    def __contains__(self, ident: object) -> bool:
        """Whether an id is on the list."""
        return ident in self._by_id

    def of(self, ident: str) -> Category:
        """The category of what is stored under an id: `OTHER` for one that is gone."""
        return self._by_id.get(ident) or self._by_id[OTHER]

    @cached_property
    def _by_id(self) -> dict[str, Category]:
        return {category.id: category for category in self.listed}


@cache
def categories() -> Categories:
    """The list of this deployment. Raises ValueError for one that is none."""
    return read(Path(__file__).with_name("categories.json").read_text(encoding="utf-8"))


def read(text: str) -> Categories:
    """The list in a file: a JSON array of objects of `id`, `ru` and `en`. Raises ValueError that says what is wrong with it."""
    entries = json.loads(text)
    if not isinstance(entries, list) or len(entries) > AT_MOST:
        raise ValueError(f"categories are a list of {AT_MOST} at most")
    found = tuple(map(_category, entries))
    for name in ("id", "ru", "en"):
        _check_once(name, [getattr(category, name) for category in found])
    if OTHER not in {category.id for category in found}:
        raise ValueError(f"the list of categories lacks {OTHER!r}")
    return Categories(found)


def _category(entry: Any) -> Category:
    named = {field.name for field in fields(Category)}
    if (
        not isinstance(entry, dict)
        or set(entry) != named
        or not all(isinstance(value, str) for value in entry.values())
    ):
        raise ValueError(f"a category has an id and a name in each language: {entry!r}")
    category = Category(**entry)
    if not _ID.fullmatch(category.id):
        raise ValueError(f"no id of a category: {category.id!r}")
    for name in category.names.values():
        if name != name.strip() or not 1 < len(name) <= NAME_AT_MOST:
            raise ValueError(f"no name of a category: {name!r}")
    return category


def _check_once(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise ValueError(f"two categories have the {what} {value!r}")
        seen.add(value.casefold())
