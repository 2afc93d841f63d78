"""Where `make demo` looks for the product."""

import pytest

from demo.__main__ import origin_of


@pytest.mark.parametrize(
    ("environ", "origin"),
    [
        ({}, "http://127.0.0.1:8400"),
        ({"PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"PORT": "9000", "ORIGIN": "https://twip.example"}, "https://twip.example"),
    ],
)
def test_the_demo_plays_where_make_run_was_told_to_serve(environ: dict[str, str], origin: str) -> None:
    assert origin_of(environ) == origin
