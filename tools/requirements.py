"""docs/requirements.md: the rows of the contract, and the tests that prove them, read from the tests' own marks."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "requirements.md"


def page() -> str:
    """The page's text. Raises SystemExit when a test names a row that does not exist."""
    rows = tomllib.loads((ROOT / "docs" / "rows.toml").read_text(encoding="utf-8"))
    proofs: dict[str, list[str]] = {row: [] for row in rows}
    for row, test in sorted(marks()):
        if row[0] == "R" and row not in rows:
            raise SystemExit(f"{test} proves {row}, which is no row of docs/rows.toml")
        proofs.setdefault(row, []).append(test)
    lines = [
        "# Requirements and their proofs",
        "",
        "Generated from the tests' marks by `make generate`: each test named here fails if its row does not hold.",
        "",
        "| row | what | proven by |",
        "| --- | --- | --- |",
    ]
    for row, what in rows.items():
        lines.append(f"| {row} | {what} | {_names(proofs[row])} |")
    others = {row: tests for row, tests in proofs.items() if row not in rows}
    if others:
        lines += ["", "## Decided and expected rows", "", "| row | proven by |", "| --- | --- |"]
        lines += [f"| {row} | {_names(tests)} |" for row, tests in sorted(others.items(), key=_order)]
    return "\n".join(lines) + "\n"


def unproven() -> list[str]:
    """Rows without a test."""
    named = {row for row, _ in marks()}
    rows = tomllib.loads((ROOT / "docs" / "rows.toml").read_text(encoding="utf-8"))
    return [row for row in rows if row not in named]


def marks() -> Iterator[tuple[str, str]]:
    """Every (row, test) pair: from `@pytest.mark.rule("R46", ...)` on functions and classes, and from `pytestmark`."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(ROOT).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for row in _rows(node.decorator_list):
                    yield row, f"{where}::{node.name}"


def _rows(decorators: list[ast.expr]) -> Iterator[str]:
    for decorator in decorators:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "rule"
        ):
            yield from (
                arg.value for arg in decorator.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            )


def _names(tests: list[str]) -> str:
    return "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests) or "—"


def _order(pair: tuple[str, list[str]]) -> tuple[str, int]:
    return pair[0][0], int(pair[0][1:])
