"""docs/lifecycles.md: the lifecycles drawn from their tables, as Mermaid state diagrams."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from chalicelib.domain import sessions, topups, twips
from chalicelib.domain.orders import order

PAGE = Path(__file__).parent.parent / "docs" / "lifecycles.md"


def page() -> str:
    """The page's text."""
    parts = [
        "# Lifecycles",
        "",
        "Drawn from the tables in `chalicelib/domain` by `make generate`: what is not here is not possible.",
        *_diagram("A session (R36 to R58)", sessions.NEXT, sessions.State.RINGING, {sessions.State.ENDED}),
        *_diagram(
            "A consultation order (D8)",
            order.NEXT,
            order.OrderState.OPEN,
            {order.OrderState.CANCELLED, order.OrderState.CLOSED},
        ),
        *_diagram("The review of a twip's draft (R9, R10, D2)", twips.NEXT_REVIEW, twips.Review.DRAFT, ()),
        *_diagram("The sale of a twip (D2)", twips.NEXT_SALE, twips.Sale.UNPUBLISHED, ()),
        *_diagram("A top-up (R28)", topups.NEXT, topups.TopUpState.PENDING, {topups.TopUpState.PAID}),
    ]
    return "\n".join(parts) + "\n"


def _diagram(title: str, table: Mapping[Any, StrEnum], first: StrEnum, last: Iterable[StrEnum]) -> list[str]:
    arrows = [f"    {state} --> {target}: {event}" for (state, event), target in table.items()]
    ends = [f"    {state} --> [*]" for state in sorted(last)]
    return ["", f"## {title}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *arrows, *ends, "```"]
