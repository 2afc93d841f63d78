"""docs/requirements.md: the rows of the contract, and the tests that prove them, read from the tests' own marks."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "requirements.md"


def page() -> str:
    """The page's text. Raises SystemExit when a test names a row that does not exist."""
    rows, missing = contract()
    proofs: dict[str, list[str]] = {row: [] for row in rows}
    for row, test in sorted(marks()):
        if row not in rows:
            raise SystemExit(f"{test} proves {row}, which is no row of docs/rows.toml")
        proofs[row].append(test)
    lines = [
        "# Requirements and their proofs",
        "",
        "Generated from the tests' marks by `make generate`: each test named here fails if its row does not hold.",
        "",
        "| row | what | proven by |",
        "| --- | --- | --- |",
        *(f"| {row} | {what} | {_names(proofs[row])} |" for row, what in rows.items() if row[0] == "R"),
        "",
        "## Decided and expected rows",
        "",
        "| row | what | still missing | proven by |",
        "| --- | --- | --- | --- |",
    ]
    for row, what in rows.items():
        if row[0] != "R":
            lines.append(f"| {row} | {what} | {missing.get(row, '')} | {_names(proofs[row])} |")
    return "\n".join(lines) + "\n"


def contract() -> tuple[dict[str, str], dict[str, str]]:
    """What each row says, and what some still lack."""
    told = tomllib.loads((ROOT / "docs" / "rows.toml").read_text(encoding="utf-8"))
    missing: dict[str, str] = told.pop("missing")
    return told, missing


def unproven() -> list[str]:
    """Rows without a test of which nothing says that they are not built."""
    named = {row for row, _ in marks()}
    rows, missing = contract()
    return [row for row in rows if row not in named and row not in missing]


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
