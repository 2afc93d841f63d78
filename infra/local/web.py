"""The web client beside a run: built while the cloud starts, and built anew when it is saved."""

import threading
from collections.abc import Callable

import watchfiles

from infra.web import PARTS, SOURCES, BuildFailed, build


class Builder:
    """Builds at once, beside everything else, and again after each save."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stopped = threading.Event()
        self._first = threading.Thread(target=self._build, daemon=True, name="web")

    def start(self) -> None:
        """Begins to build."""
        self._first.start()

    def wait(self) -> None:
        """Returns when the first build is over; from then on saves are watched."""
        self._first.join()
        threading.Thread(target=self._watch, daemon=True, name="web-watch").start()

    def stop(self) -> None:
        """No more."""
        self._stopped.set()

    def _watch(self) -> None:
        paths = [SOURCES / part for part in PARTS]
        for _ in watchfiles.watch(*paths, debounce=200, step=50, stop_event=self._stopped):
            self._build()

    def _build(self) -> None:
        try:
            if build():
                self._say("the web client is built")
        except BuildFailed as failure:
            self._say(f"the web client is not built, the old one stays: {failure}")
