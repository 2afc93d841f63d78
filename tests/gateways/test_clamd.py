"""A real clamd, with signatures of our own, says what is clean, infected, or too large for it (D26)."""

import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.domain.attachments import Verdict
from chalicelib.domain.errors import Unavailable
from chalicelib.gateways.clamd import Clamd
from chalicelib.services.scans import Finding
from infra.local.places import free_port
from tests.support.scanner import LIMIT_BYTES, LISTED, MARK, clamd


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    with clamd(tmp_path_factory.mktemp("clamd"), free_port()) as address:
        yield Clamd(address)


def zipped(held: bytes) -> bytes:
    """An archive with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", held)
    return made.getvalue()


def test_a_harmless_file_is_clean_however_it_is_cut(scanner: Clamd) -> None:
    assert scanner.scan([b"a letter", b"", b" to Vera"]) == Finding(Verdict.CLEAN)
    assert scanner.scan([bytes(100_000)] * 9) == Finding(Verdict.CLEAN)


def test_a_signature_is_found_by_its_bytes_across_chunks_in_an_archive_and_by_a_digest(scanner: Clamd) -> None:
    assert scanner.scan([b"x" * 70_000 + MARK[:9], MARK[9:]]) == Finding(Verdict.INFECTED, "Twip.Mark.UNOFFICIAL")
    assert scanner.scan([zipped(MARK)]) == Finding(Verdict.INFECTED, "Twip.Mark.UNOFFICIAL")
    assert scanner.scan([LISTED]) == Finding(Verdict.INFECTED, "Twip.Listed.UNOFFICIAL")


def test_a_file_above_its_limit_is_too_large_and_one_that_it_cannot_look_through_too(scanner: Clamd) -> None:
    assert scanner.scan([bytes(LIMIT_BYTES // 2)] * 40).verdict is Verdict.TOO_LARGE
    nested = zipped(zipped(zipped(zipped(MARK))))
    assert scanner.scan([nested]).verdict is Verdict.TOO_LARGE


def test_a_scanner_that_is_not_there_is_down() -> None:
    with pytest.raises(Unavailable):
        Clamd(f"127.0.0.1:{free_port()}").scan([b"x"])


@contextmanager
def answering(said: bytes) -> Iterator[Clamd]:
    """A server that hears one file and says this."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while not connection.recv(65536).endswith(bytes(4)):
                    pass
                connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Clamd(f"127.0.0.1:{server.getsockname()[1]}")
        thread.join(5)


@pytest.mark.parametrize("said", [b"", b"stream: Can't open file ERROR\0", b"UNKNOWN COMMAND\0", b"OK\0", b"stream: O"])
def test_an_answer_that_is_neither_yes_nor_no_is_none(said: bytes) -> None:
    with answering(said) as scanner, pytest.raises(Unavailable):
        scanner.scan([b"x"])
