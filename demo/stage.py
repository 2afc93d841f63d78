"""How the story looks: a line an event, with the time and both accounts; a claim a line, which holds or ends the show."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

COLOURS = {"customer": "cyan", "performer": "magenta", "moderator": "yellow", "service": "bright_black"}
COMMISSION_BPS = 1500
BAR = 20
"""Cells of the bar that a block fills."""


class Broken(Exception):
    """A claim did not hold."""


def money(minor: int, sign: bool = False) -> str:
    """Kopecks as roubles: `1 500.00 ₽`."""
    text = f"{abs(minor) / 100:,.2f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    mark = "\N{MINUS SIGN}" if minor < 0 else "+" if sign and minor > 0 else ""
    return f"{mark}{text} ₽"


def share(price_minor: int) -> int:
    """What of a price is the performer's: the commission is rounded down."""
    return price_minor - price_minor * COMMISSION_BPS // 10_000


@dataclass
class Clockwork:
    """What the line at the foot shows of a session that is live."""

    title: str = ""
    t0_ms: int | None = None
    paid_until_ms: int = 0
    block_ms: int = 0
    note: str = ""


@dataclass
class Stage:
    """The terminal. `accounts` are the balances by role, as the service last told them; a line shows them when they have changed."""

    console: Console = field(default_factory=lambda: Console(highlight=False))
    accounts: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    clockwork: Clockwork | None = None
    shown: dict[str, int] = field(default_factory=dict)
    claims: int = 0
    began: float = field(default_factory=time.monotonic)
    live: Live | None = None

    def __enter__(self) -> "Stage":
        self.live = Live(get_renderable=self._foot, console=self.console, refresh_per_second=8, transient=True)
        self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live:
            self.live.stop()

    def title(self, text: str, under: str) -> None:
        """The name of the show."""
        self.console.print(
            Panel(Text.assemble((text, "bold"), "\n", (under, "dim")), border_style="cyan", padding=(0, 2))
        )

    def scene(self, text: str) -> None:
        """A new scene."""
        self.console.print()
        self.console.print(Rule(Text(f" {text} ", "bold"), align="left", style="bright_black", characters="─"))

    def tell(self, who: str, text: str) -> None:
        """Somebody does something."""
        self._line(Text(self.names.get(who, who), COLOURS.get(who, "white")), Text(text))

    def claim(self, text: str, holds: bool, found: Any = "") -> None:
        """Something that must be so. Raises Broken when it is not."""
        if not holds:
            self._line(Text("✗", "bold red"), Text(f"{text}; found: {found}", "red"))
            raise Broken(f"{text}; found: {found}")
        self.claims += 1
        self._line(Text("✓", "green"), Text(text, "green"))

    def equal(self, text: str, found: Any, wanted: Any) -> None:
        """A claim that two things are the same."""
        self.claim(text, found == wanted, f"{found!r}, not {wanted!r}")

    def fail(self, why: str) -> None:
        """The end before its time."""
        self.console.print(Text(f"\n✗ {why}\n", "bold red"))

    def show(self, *parts: RenderableType) -> None:
        """Anything else."""
        for part in parts:
            self.console.print(Padding(part, (0, 0, 0, 10)))

    def _line(self, who: Text, text: Text) -> None:
        row = Table.grid(expand=True, padding=(0, 1))
        row.add_column(width=7, style="bright_black", no_wrap=True, justify="right")
        row.add_column(width=9, no_wrap=True, justify="right")
        row.add_column(ratio=1)
        row.add_column(justify="right", style="bright_black", no_wrap=True)
        changed = [role for role, minor in self.accounts.items() if self.shown.get(role) != minor]
        self.shown = dict(self.accounts)
        balances = "\n".join(f"{self.names[role]} {money(self.accounts[role])}" for role in changed)
        row.add_row(f"{time.monotonic() - self.began:.1f} s", who, text, balances)
        self.console.print(row)

    def _foot(self) -> RenderableType:
        work = self.clockwork
        if work is None or work.t0_ms is None:
            return Text("")
        gone_ms = max(0, time.time_ns() // 1_000_000 - work.t0_ms)
        block = gone_ms // work.block_ms
        share = min(1.0, gone_ms % work.block_ms / work.block_ms)
        cells = round(share * BAR)
        left_ms = max(0, work.paid_until_ms - work.t0_ms - gone_ms)
        return Text.assemble(
            (f"\n{'':10}{work.title} ", "bold"),
            f"{gone_ms / 1000:5.1f} s  ",
            ("━" * cells, "cyan"),
            ("━" * (BAR - cells), "bright_black"),
            (f"  block {block}, {left_ms / 1000:.1f} s paid", "dim"),
            (f"  {work.note}", "yellow"),
            no_wrap=True,
            overflow="ellipsis",
        )


class Row(NamedTuple):
    """A line of a statement, in minor units."""

    at: str
    what: str
    commission: int
    amount: int
    balance: int


def statement(title: str, rows: Iterable[Row]) -> Table:
    """A statement: when, what, what was withheld, the amount, and the balance after it."""
    table = Table(title=title, title_style="bold", title_justify="left", border_style="bright_black", box=SIMPLE_HEAD)
    table.add_column("time", style="bright_black")
    table.add_column("what", no_wrap=True)
    for head in ("commission", "amount", "balance"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        amount = Text(money(row.amount, sign=True), "green" if row.amount > 0 else "default")
        table.add_row(row.at, row.what, money(row.commission) if row.commission else "", amount, money(row.balance))
    return table


def percentiles(values: Iterable[float]) -> dict[str, float]:
    """p50, p99 and max."""
    ordered = sorted(values)
    pick: Callable[[float], float] = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]  # noqa: E731
    return {"p50": pick(0.50), "p99": pick(0.99), "max": ordered[-1]}
