"""The state machines' definitions: what infra/cdk deploys, what `make check` looks at, and what docs/lifecycles.md is drawn from."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILLED_IN = frozenset({"Lifecycle"})
"""What a definition leaves open, and its deployment fills in: the ARN of the function that it calls."""


@dataclass(frozen=True)
class Definition:
    """One machine. `of` is what it keeps the time of, as the code names it."""

    name: str
    of: str

    @property
    def file(self) -> Path:
        """Where it stands."""
        return ROOT / "statemachines" / f"{self.name}.asl.json"

    @property
    def text(self) -> str:
        """What stands there."""
        return self.file.read_text(encoding="utf-8")

    @property
    def document(self) -> dict[str, Any]:
        """The same, read."""
        found: dict[str, Any] = json.loads(self.text)
        return found


DEFINITIONS = (Definition("work_order", "order"), Definition("dispute", "dispute"))
