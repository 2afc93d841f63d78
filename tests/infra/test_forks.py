"""A function's process is forked from one that has imported the code, and is as alone as one that was started."""

import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.emulator import forks

PRODUCT = """
import os
with open(os.environ["IMPORTS"], "a") as file:
    file.write("VERSION\\n")
kept = []
"""
PROGRAM = """
import sys, os
said, sys.stdout = sys.stdout, sys.stderr
sys.path.insert(0, os.getcwd())
import product
product.kept.append(1)
said.write(f"{os.environ['NAME']} {'IMPORTS' in os.environ} {product.kept} {os.getcwd()} {sys.argv}\\n")
said.flush()
print("complaint")
for line in sys.stdin:
    said.write(line.upper())
    said.flush()
"""


@pytest.fixture
def imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where each import of the product is noted."""
    seen = tmp_path / "imports"
    seen.touch()
    monkeypatch.setenv("IMPORTS", str(seen))
    found: dict[str, forks.Zygote] = {}
    monkeypatch.setattr(forks, "_zygotes", found)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield seen
    for zygote in found.values():
        zygote.end()


class Functions:
    """Functions of one deployment, unpacked for each process as the emulator does it."""

    def __init__(self, folder: Path, product: str = PRODUCT) -> None:
        self.folder, self.product, self.made = folder, product, 0

    def packed(self) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            archive.writestr(zipfile.ZipInfo("product.py"), self.product)
        return written.getvalue()

    def start(self, name: str, program: str = PROGRAM) -> tuple[Any, Path]:
        self.made += 1
        here = self.folder / f"{name}-{self.made}"
        (here / "code").mkdir(parents=True)
        (here / "code" / "product.py").write_text(self.product)
        (here / "code.zip").write_bytes(self.packed())
        (here / "program.py").write_text(program)
        command, code = [sys.executable, str(here / "program.py")], here / "code"
        return forks.started(command, cwd=str(code), env={"NAME": name}, text=True), code


def test_functions_share_an_import_and_nothing_else(tmp_path: Path, imports: Path) -> None:
    functions = Functions(tmp_path)
    for name in ("first", "second", "third"):
        process, code = functions.start(name)
        program = code.parent / "program.py"
        assert process.stdout.readline() == f"{name} False [1] {code} ['{program}']\n"
        assert process.stderr.readline() == "complaint\n"
        process.stdin.write("hello\n")
        assert process.stdout.readline() == "HELLO\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(20) == 0
    assert imports.read_text() == "VERSION\n"


def test_a_function_ends_when_it_is_told_to_and_not_before(tmp_path: Path, imports: Path) -> None:
    functions = Functions(tmp_path)
    for end in ("terminate", "kill"):
        process, _ = functions.start("one")
        other, _ = functions.start("other")
        assert process.stdout.readline().startswith("one")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
        getattr(process, end)()
        process.wait(20)
        assert process.stdout.read() == ""
        process.terminate()
        assert other.poll() is None
        other.kill()


def test_new_code_is_imported_anew_and_what_runs_on_the_old_goes_on(tmp_path: Path, imports: Path) -> None:
    running, _ = Functions(tmp_path / "0").start("old")
    running.stdout.readline()
    for version in ("1", "2", "3"):
        process, _ = Functions(tmp_path / version, PRODUCT.replace("VERSION", version)).start("new")
        assert process.stdout.readline()
        process.stdin.close()
    assert imports.read_text().split() == ["VERSION", "1", "2", "3"]
    running.stdin.write("still\n")
    assert running.stdout.readline() == "STILL\n"
    running.stdin.close()


def test_what_a_function_will_run_is_imported_when_its_code_is_there(
    tmp_path: Path, imports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = Functions(tmp_path)
    packed = functions.packed()
    monkeypatch.setattr(lambda_svc, "_fetch_code_from_s3", lambda bucket, key: packed if key else None)
    monkeypatch.setattr(lambda_runtime, "subprocess", subprocess)
    forks.patch()
    assert lambda_svc._fetch_code_from_s3("bucket", "") is None
    for _ in range(2):
        assert lambda_svc._fetch_code_from_s3("bucket", key="code.zip") == packed
    until = time.monotonic() + 20
    while not imports.read_text():
        assert time.monotonic() < until
        time.sleep(0.02)
    process, _ = functions.start("one")
    assert process.stdout.readline()
    process.stdin.close()
    assert imports.read_text() == "VERSION\n"


def test_what_cannot_be_imported_says_so_in_the_process_of_the_function(tmp_path: Path, imports: Path) -> None:
    process, _ = Functions(tmp_path, "import nothing_like_it").start("broken")
    assert process.stdout.read() == ""
    assert "ModuleNotFoundError: No module named 'nothing_like_it'" in process.stderr.read()
    process.wait(20)


def test_functions_end_with_whoever_started_them(tmp_path: Path, imports: Path) -> None:
    """A power cut: nobody tells them."""
    script = f"""
import os, sys
from pathlib import Path
from tests.infra.test_forks import Functions
process, _ = Functions(Path({str(tmp_path)!r})).start("left")
process.stdout.readline()
print(process.pid, flush=True)
os._exit(1)
"""
    left = int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout)
    until = time.monotonic() + 20
    while Path(f"/proc/{left}").exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_what_is_no_python_is_started_as_ever(tmp_path: Path) -> None:
    process = forks.started(["/bin/echo", "hello"], cwd=str(tmp_path), env=dict(os.environ), stdout=subprocess.PIPE)
    assert process.communicate() == (b"hello\n", None)
