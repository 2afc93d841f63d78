"""Writes every generated file, or with `--check` says which are out of date: `make generate`, `make check`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tools import asyncapi, lifecycles, openapi, places, requirements, views

ROOT = Path(__file__).parent.parent


def _deployed(document: str) -> str:
    """What is served: what only generates is not installed in the cloud, and a file costs a request nothing."""
    return json.dumps(json.loads(document), ensure_ascii=False, separators=(",", ":")) + "\n"


def _asyncapi() -> str:
    return json.dumps(asyncapi.document(), ensure_ascii=False, indent=1) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "docs/api/openapi.json": openapi.document,
    "chalicelib/handlers/openapi.json": lambda: _deployed(openapi.document()),
    "docs/api/asyncapi.json": _asyncapi,
    "chalicelib/handlers/asyncapi.json": lambda: _deployed(_asyncapi()),
    "chalicelib/handlers/views.json": views.document,
    "docs/lifecycles.md": lifecycles.page,
    "docs/requirements.md": requirements.page,
    "web/src/pages/profile/places.json": places.document,
}


def main() -> int:
    """0, or with `--check` 1 when a file is not as it would be written."""
    made = {name: make() for name, make in FILES.items()}
    if "--check" in sys.argv:
        stale = [name for name, text in made.items() if _on_disk(name) != text]
        for name in stale:
            print(f"{name} is out of date: make generate")
        return 1 if stale else 0
    for name, text in made.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


def _on_disk(name: str) -> str | None:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
