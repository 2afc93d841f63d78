"""`make bench BESIDE=<commit>`: today's build beside an older one, row by row, in build/bench-beside.json.

The rows are today's for both. The older commit stands in a worktree, with an environment made from its own requirements; both are kept
under build/beside and used again. A row runs in a process of one build: its packages, its environment, and one adapter file
(`bench.builds`) that tells the row how to drive them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import offers
from bench.builds import ADAPTER
from bench.rows import ROWS
from bench.verdicts import PAIRS, Better, Figure, Verdict, Word, verdict

ROOT = Path(__file__).resolve().parents[1]
BUILDS = ROOT / "bench" / "builds"
KEPT = ROOT / "build" / "beside"
REPORT = ROOT / "build" / "bench-beside.json"
SCRIPTS = ("bench", "dynamo")
"""The packages of today that every build's rows run on: none of them is a part of a build."""
console = Console()


@dataclass(frozen=True)
class Side:
    """A build that can be measured."""

    name: str
    root: Path
    python: Path
    adapter: Path

    def measure(self, row: str, pair: int) -> list[Figure]:
        """The row's figures, from a process of its own; none when the build lacks the ability."""
        found = json.loads(self.run("bench.rows", row, str(pair)))
        return [Figure(**{**part, "better": Better(part["better"])}) for part in found or ()]

    def run(self, *module: str) -> str:
        """What a module of today's scripts prints in a process of the build."""
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"PYTHONPATH": str(self.root), ADAPTER: str(self.adapter)}
        # Today's scripts come first on the path, because the process starts in their folder; then the build's packages.
        command = [str(self.python), "-m", *module]
        return subprocess.run(command, cwd=_scripts(), env=env, stdout=subprocess.PIPE, text=True, check=True).stdout


def main(commit: str, rows: Sequence[str]) -> int:
    """Measures, prints, writes; answers the exit code: 1 where something is worse, or a counted figure differs."""
    then, today = older(commit), Side(_name("HEAD"), ROOT, Path(sys.executable), BUILDS / "today.py")
    table = Table(title=f"{today.name} beside {then.name}", title_justify="left", title_style="bold")
    for column in ("row", "figure", then.name, "today", "at most", "today / then", "pairs", "verdict"):
        table.add_column(column, justify="left" if column in ("row", "figure", "verdict") else "right")
    report = _before(then, today)
    holds = True
    if any(ROWS[row].made for row in rows):
        _make_indexes(then, today)
    for row in rows:
        found = _compare(row, then, today)
        report["rows"][row] = {name: vars(said) for name, said in found.items()}
        holds = holds and all(said.holds for said in found.values())
        _tell(table, row, found)
        REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    console.print(table)
    return 0 if holds else 1


def _make_indexes(then: Side, today: Side) -> None:
    """The market by today's dictionaries, then each build's index of it: what is there already is used again."""
    for side, what in ((today, ("market",)), (then, ()), (today, ())):
        console.print(f"[dim]search: the {'market' if what else f'index of {side.name}'}[/dim]")
        side.run("bench.searching", *what)


def _compare(row: str, then: Side, today: Side) -> dict[str, Verdict]:
    """Both builds in turn, and the other first in every second pair, so that a machine that warms up or tires is fair to both."""
    pairs: list[dict[Side, list[Figure]]] = []
    for pair in range(1 if ROWS[row].counted else PAIRS):
        console.print(f"[dim]{row}: pair {pair + 1}[/dim]")
        turns = (then, today) if pair % 2 == 0 else (today, then)
        pairs.append({side: side.measure(row, pair) for side in turns})
        for side, figures in () if ROWS[row].counted else pairs[-1].items():
            console.print(f"[dim]  {side.name}: {', '.join(f'{one.name} {one.value:.4g}' for one in figures)}[/dim]")
    found = {}
    for n, figure in enumerate(pairs[0][today]):
        now = [pair[today][n].value for pair in pairs]
        was = [part.value for pair in pairs for part in pair[then] if part.name == figure.name]
        found[figure.name] = verdict(was, now, figure.better, figure.least, figure.most)
    return found


def _tell(table: Table, row: str, found: Mapping[str, Verdict]) -> None:
    """A line a figure; but all that were counted and are equal have one line together."""
    equal = [
        name for name, said in found.items() if ROWS[row].counted and said.word is Word.EQUAL and said.most is None
    ]
    if equal:
        table.add_row(row, f"{len(equal)} counted figures", "", "", "", "", "", Word.EQUAL)
    for name, said in found.items():
        if name not in equal:
            table.add_row(row, name, *_cells(said))


def _cells(said: Verdict) -> tuple[str, ...]:
    colour = "green" if said.word == "better" else "" if said.holds else "red"
    word = f"[{colour}]{said.word}[/{colour}]" if colour else str(said.word)
    most = "" if said.most is None else f"{said.most:.4g}"
    today = f"[red]{said.today:.4g}[/red]" if said.crossed else f"{said.today:.4g}"
    if said.then is None:
        return "", today, most, "", "", word
    ratio = f"{said.today / said.then:.2g}" if said.then else ""
    return f"{said.then:.4g}", today, most, ratio, str(said.agree), word


def _before(then: Side, today: Side) -> dict[str, Any]:
    """What an earlier part of the same comparison has found, or the beginning of one."""
    builds = {"then": then.name, "today": today.name, "twips": offers.size()}
    if REPORT.exists():
        found: dict[str, Any] = json.loads(REPORT.read_text(encoding="utf-8"))
        if {name: found.get(name) for name in builds} == builds:
            return found
    return {**builds, "rows": {}}


def older(commit: str) -> Side:
    """A commit in a worktree, with its own environment. Raises SystemExit when no adapter fits it."""
    full = _git("rev-parse", "--verify", f"{commit}^{{commit}}")
    home = KEPT / full
    tree, ready = home / "tree", home / "ready.stamp"
    adapter = _adapter(full, tree)
    if not ready.exists():
        console.print(f"making {full[:7]} ready in {home.relative_to(ROOT)}")
        _make(full, home)
        ready.touch()
    return Side(full[:7], tree, home / "venv" / "bin" / "python", adapter)


def _make(full: str, home: Path) -> None:
    tree, venv, uv = home / "tree", home / "venv", Path(sys.executable).parent / "uv"
    home.mkdir(parents=True, exist_ok=True)
    _git("worktree", "prune")
    if tree.exists():
        _git("worktree", "remove", "--force", str(tree))
    _git("worktree", "add", "--detach", str(tree), full)
    subprocess.run([uv, "venv", "-q", "--clear", "-p", sys.executable, venv], check=True)
    wanted = ["-p", str(venv / "bin" / "python"), "--no-deps", "-r", str(tree / "requirements-dev.txt")]
    subprocess.run([uv, "pip", "install", "-q", *wanted], check=True)


def _adapter(full: str, tree: Path) -> Path:
    """The file here that is named for the commit, or else the one that the commit has for itself."""
    for path in sorted(BUILDS.glob("at_*.py")):
        if full.startswith(path.stem.removeprefix("at_")):
            return path
    own = (BUILDS / "today.py").relative_to(ROOT)
    if not _git("ls-tree", full, "--", str(own)):
        raise SystemExit(f"{full[:7]} has no adapter: write bench/builds/at_{full[:7]}.py")
    return tree / own


def _scripts() -> Path:
    """A folder that holds nothing but today's scripts."""
    folder = KEPT / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCRIPTS:
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(ROOT / name)
    return folder


def _name(commit: str) -> str:
    """The short name of a commit; a star where the working tree has gone on."""
    gone_on = _git("status", "--porcelain", "--untracked-files=no")
    return _git("rev-parse", commit)[:7] + ("*" if gone_on else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()
