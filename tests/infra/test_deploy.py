"""Local clouds share what was synthesised, and each has its own addresses in it."""

import json
from pathlib import Path

import pytest

from infra.local import deploy
from infra.local.deploy import STACK, Deployment
from infra.local.places import Places


@pytest.fixture
def synthesised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The contexts of all syntheses."""
    contexts: list[dict[str, str]] = []

    def synthesise(out: Path, context: dict[str, str]) -> str:
        contexts.append(context)
        out.mkdir()
        (out / f"{STACK}.template.json").write_text(json.dumps({"of": context}))
        return ""

    monkeypatch.setattr(deploy, "ASSEMBLIES", tmp_path / "assemblies")
    monkeypatch.setattr(deploy, "synthesise", synthesise)
    return contexts


def test_two_clouds_of_a_profile_share_a_synthesis_and_differ_in_what_is_their_own(
    tmp_path: Path, synthesised: list[dict[str, str]]
) -> None:
    terms = json.dumps({"start_days": 90})
    own = {
        "endpoint": "http://127.0.0.1:4001",
        "origin": "http://127.0.0.1:8401",
        "turn_urls": "turn:a",
        "terms": terms,
    }
    other = {"endpoint": "http://127.0.0.1:4002", "origin": "http://127.0.0.1:8402", "turn_urls": "", "terms": ""}
    for given in (own, other):
        deployment = Deployment(Places(tmp_path), "fast", **given)
        deployment.prepare()
        assert not deployment.outdated
        template = json.loads(deployment.template())
        assert template["of"] == {"stage": "local", "profile": "fast", "scanner": "", **given}
    assert len(synthesised) == 1
    assert Deployment(Places(tmp_path), "real", **own).outdated


def test_what_was_changed_while_it_was_synthesised_is_synthesised_again(
    tmp_path: Path, synthesised: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source.py"
    source.touch()
    monkeypatch.setattr(deploy, "ROOT", tmp_path)
    monkeypatch.setattr(deploy, "_sources", lambda: [source])
    plainly = vars(deploy)["synthesise"]

    def edited_meanwhile(out: Path, context: dict[str, str]) -> str:
        if not synthesised:
            source.write_text("changed")
        said: str = plainly(out, context)
        return said

    monkeypatch.setattr(deploy, "synthesise", edited_meanwhile)
    deployment = Deployment(Places(tmp_path), "fast", "http://127.0.0.1:4001", "http://127.0.0.1:8401")
    deployment.prepare()
    assert (len(synthesised), deployment.outdated) == (2, False)
    source.write_text("changed again")
    assert deployment.outdated


def test_only_the_newest_syntheses_are_kept(
    tmp_path: Path, synthesised: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploy, "KEPT", 2)
    made = [Deployment(Places(tmp_path), profile, "http://a", "http://b") for profile in ("one", "two", "three")]
    for deployment in made:
        deployment.prepare()
    assert [deployment.outdated for deployment in made] == [True, False, False]
