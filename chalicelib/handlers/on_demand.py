"""Routes whose views are imported when the first of their path is called: a cold start defines the models of one path, not of all."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from chalice import Chalice
from chalice.app import RouteEntry

Methods = dict[str, RouteEntry]


def register(app: Chalice, modules: Sequence[str]) -> None:
    """Registers the views of these modules of chalicelib.handlers, which have them in a blueprint `bp`."""
    app.routes = cast(Any, OnDemand(app, modules))


@cache
def where() -> dict[str, list[str]]:
    """The modules that have the views of a path (`make generate`)."""
    found: dict[str, list[str]] = json.loads(Path(__file__).with_name("views.json").read_bytes())
    return found


class OnDemand(Mapping[str, Methods]):
    """What Chalice looks a path up in, for its views by method. Who looks at all paths, as the packager does, has all modules imported,
    and so has who asks for a path that `where` does not know."""

    def __init__(self, app: Chalice, modules: Sequence[str]) -> None:
        self._app = app
        self._waiting = list(modules)
        self._registered: defaultdict[str, Methods] = defaultdict(dict)

    def __getitem__(self, path: str) -> Methods:
        self._register(where().get(path) or tuple(self._waiting))
        return self._registered.get(path, {})

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and bool(self[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> Mapping[str, Methods]:
        self._register(tuple(self._waiting))
        return self._registered

    def _register(self, modules: Iterable[str]) -> None:
        for name in modules:
            if name in self._waiting:
                views = import_module(f"chalicelib.handlers.{name}")
                self._into_registered(views.bp)
                self._waiting.remove(name)

    def _into_registered(self, views: Any) -> None:
        """Chalice registers in `app.routes`, which must not ask for more modules meanwhile."""
        self._app.routes = self._registered
        try:
            self._app.register_blueprint(views)
        finally:
            self._app.routes = cast(Any, self)
