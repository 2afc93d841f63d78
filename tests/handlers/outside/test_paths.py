"""The client's router, the function and the CDN know the same addresses."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.kinds import Lang
from chalicelib.handlers.outside import paths
from infra.cdk.edge import VIEWER


def test_the_clients_router_knows_the_same_pages() -> None:
    routed = set(re.findall(r'<Route path="([^"]+)"', Path("web/src/shell/app.tsx").read_text()))
    public = {f"/{lang}" for lang in Lang} | {f"/:lang{path}" for path in paths.PUBLIC if path != "/"}
    assert routed == set(paths.CLIENT) | set(paths.PUBLIC) | public


@pytest.mark.parametrize(
    ("cookie", "asked", "lang"),
    [
        ("", "", Lang.EN),
        ("", "de, RU-ru;q=0.8, en", Lang.RU),
        ("twip_lang=en", "ru", Lang.EN),
        ("a=b; twip_lang=ru", "en", Lang.RU),
        ("twip_lang=fr", "ru", Lang.RU),
        ("twip_lang=\x00;;=", "en-GB", Lang.EN),
    ],
)
def test_a_reader_has_the_language_that_they_chose_else_the_first_of_ours(cookie: str, asked: str, lang: Lang) -> None:
    assert paths.wished(cookie, asked) is lang


def test_the_cdn_takes_readers_and_pages_as_the_function_does() -> None:
    asked = [
        (path, cookie, accepts)
        for path in ("/orders/1", "/orders/1/2", "/", "/ru/twips/1", "/twips/1/edit", "/admin/a/b", "/nowhere", "/add/")
        for cookie in ("", "ru", "en", "fr")
        for accepts in ("", "de, RU-ru;q=0.8", "en-GB,ru", "fr")
    ]
    script = f"""{VIEWER}
const said = {json.dumps(asked)}.map(([uri, cookie, accepts]) => handler({{request: {{uri,
  cookies: cookie ? {{twip_lang: {{value: cookie}}}} : {{}},
  headers: accepts ? {{"accept-language": {{value: accepts}}}} : {{}}}}}}));
console.log(JSON.stringify(said.map((r) => [r.uri, r.headers["accept-language"].value])));"""
    node = Path(sys.executable).parent / "node"
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    for (path, cookie, accepts), (uri, lang) in zip(asked, json.loads(done.stdout), strict=True):
        assert uri == (paths.SHELL if paths.is_clients(path) else path)
        assert lang == paths.wished(f"{paths.COOKIE}={cookie}" if cookie else "", accepts)
