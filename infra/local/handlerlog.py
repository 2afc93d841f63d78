"""What handlers print, on the terminal as it is said."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path


class HandlerLog:
    """Follows the file that the emulator writes."""

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        self._file, self._say = file, say
        self._stopped = threading.Event()

    def start(self) -> None:
        """From now on; what was said before is in the file."""
        self._file.touch()
        threading.Thread(target=self._follow, daemon=True, name="handler-log").start()

    def stop(self) -> None:
        """No more."""
        self._stopped.set()

    def _follow(self) -> None:
        with self._file.open(encoding="utf-8") as file:
            file.seek(0, 2)
            while not self._stopped.is_set():
                line = file.readline()
                if not line.endswith("\n"):
                    file.seek(file.tell() - len(line.encode()))
                    time.sleep(0.2)
                    continue
                for said in _lines(json.loads(line)):
                    self._say(said)


def _lines(said: dict[str, str]) -> Iterator[str]:
    # twip-local-Worker-8A7B6C5D4E3F2: the name between the stack's and the tail is the function's.
    name = "-".join(said["function"].split("-")[2:-1]) or said["function"]
    for line in said["text"].rstrip().splitlines():
        yield f"{name:>20} | {line}"
