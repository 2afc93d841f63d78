"""The rows of the bench hold for any build: only adapter files name a build's modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"
BUILDS = ("chalicelib", "app", "infra", "sim", "tests")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_no_row_imports_a_build_or_the_tests() -> None:
    adapters = {path for path in (BENCH / "builds").iterdir() if path.name != "__init__.py"}
    rows = set(BENCH.rglob("*.py")) - adapters
    assert {(path.name, name) for path in rows for name in _imports(path) if name.partition(".")[0] in BUILDS} == set()


def test_a_build_names_its_own_simulation_and_nothing_else_of_its_tests() -> None:
    """It stood among the tests once."""
    named = {path.stem: set(_imports(path)) for path in (BENCH / "builds").glob("[!_]*.py")}
    apart = {name: {one for one in found if one.startswith(("sim.", "tests."))} for name, found in named.items()}
    assert {name: found for name, found in apart.items() if found} == {
        "today": {"sim.world"},
        "at_4cdad63": {"tests.sim.world"},
    }
