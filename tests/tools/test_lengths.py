"""A module is one idea: where a file grows beyond its limit, a second idea is looked for."""

import subprocess
from pathlib import Path

import pytest

SOURCES = ("app.py", "chalicelib", "infra", "bench", "demo", "driver", "dynamo", "tools")


@pytest.mark.parametrize(("paths", "limit"), [(SOURCES, 400), (("tests", "sim"), 500)], ids=["sources", "tests"])
def test_no_python_file_is_longer_than_its_limit(paths: tuple[str, ...], limit: int) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *paths], capture_output=True, text=True
    )
    files = [Path(name) for name in listed.stdout.splitlines() if name.endswith(".py")]
    lines = {file: len(file.read_text().splitlines()) for file in files if file.is_file()}
    assert lines
    assert {file: count for file, count in lines.items() if count > limit} == {}
