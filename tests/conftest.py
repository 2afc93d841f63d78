"""What all tests share."""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import settings

from tests.support.scheduling import ByFile, longest_first, short_name

if TYPE_CHECKING:
    from xdist.remote import Producer

    from infra.local.cloud import LocalCloud

# How long an example takes says more about the machine than about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
# What lives for the whole run is not looked through again and again: the simulation makes small things by the million.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
TRACED = tuple(Path(__file__).parent / folder for folder in ("domain", "billing", "services"))
"""Whose tests cover all branches of the rules. Tracing doubles what a test costs, whatever it runs: all others go untraced."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Says which tests share a worker (`--dist loadgroup`), before xdist looks. One local cloud serves all journeys by API, and another one
    those that cut its power. The templates of the stack are synthesised once. Browsers have a cloud a worker, but the people of the gallery
    are made once. Tests with real video are marked `xdist_group("video")`: no two meet. What lasts longest begins first."""
    for item in items:
        named = getattr(item, "fixturenames", ())
        if "cloud" in named:
            item.add_marker(pytest.mark.cloud)
        if "here" in named:
            item.add_marker(pytest.mark.xdist_group("gallery"))
        elif "cloud" in named and "browser" not in named:
            item.add_marker(pytest.mark.xdist_group("cut" if item.get_closest_marker("cut") else "cloud"))
        elif item.path.name.startswith("test_stack"):
            item.add_marker(pytest.mark.xdist_group("stack"))
    yield
    items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> ByFile | None:
    """With `--dist loadgroup`."""
    return ByFile(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_make_parametrize_id(val: object) -> str | None:
    """Long texts are cut."""
    return short_name(val)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """With `--cov`, takes the tracer off while a test and its fixtures run that need none."""
    if not item.config.getoption("cov_source", None) or any(folder in item.path.parents for folder in TRACED):
        return (yield)
    here, in_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(here)
        threading.settrace(in_threads)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of the simulation, summed over its chunks, and what the model's tests have explored."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    noted = [(name, value) for report in reports for name, value in getattr(report, "user_properties", ())]
    parts = [value for name, value in noted if name == "simulation"]
    if parts:
        from sim.report import Figures

        terminalreporter.section("simulation")
        terminalreporter.write("\n".join(Figures.of(parts).lines()) + "\n")
    explored = [value for name, value in noted if name == "model"]
    if explored:
        from tests.model.report import table

        terminalreporter.section("model")
        terminalreporter.write("\n".join(table(explored)) + "\n")


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """As before, afterwards: the operator's commands take the environment of a deployed function for their own."""
    with patch.dict(os.environ):
        yield


@pytest.fixture(scope="session")
def turn_port() -> int:
    """Where the running product says that a relay is; a journey that needs one starts it."""
    from infra.local.places import free_port

    return free_port()


@pytest.fixture(scope="session")
def terms() -> str:
    """Those that are other than the fast profile's."""
    return ""


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory, turn_port: int, terms: str) -> Iterator["LocalCloud"]:
    """The whole product, running: free ports, data of its own, the fast profile, and IAM enforced, so that every journey also proves that
    the roles give what is needed."""
    from infra.local.cloud import LocalCloud

    data, turn_urls = tmp_path_factory.mktemp("cloud"), f"turn:127.0.0.1:{turn_port}?transport=udp"
    with LocalCloud(data, profile="fast", auth=True, turn_urls=turn_urls, terms=terms) as running:
        yield running
