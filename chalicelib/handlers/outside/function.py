"""The function that answers whoever comes from outside: public pages, pictures, sitemaps; and the client's bare page for all that is its
own. It stands behind the CDN, which keeps what it answers. It imports no pydantic, and a template or a font only when one is wanted."""

import base64
import gzip
import json
import logging
import sys
import time
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from chalicelib.config import Settings
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.kinds import Lang
from chalicelib.handlers.outside import paths
from chalicelib.services.catalogue.showcase import PARTS, Absent
from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)
SHOWN_AT_HOME = 24
PAGE = "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
"""The CDN keeps a page for a minute, and for ten more shows it once while it asks for a newer one. Browsers always ask the CDN."""
LONG = "public, max-age=0, s-maxage=3600, stale-while-revalidate=86400"
FOR_EVER = "public, max-age=31536000, immutable"
HTML, XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"
PRODUCTION = "prod"


@dataclass(frozen=True)
class Asked:
    """A request, as far as it matters: `lang` is what the reader wishes."""

    method: str
    path: str
    lang: Lang
    etag: str
    zipped: bool


@dataclass(frozen=True)
class Answer:
    """Of any kind."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def handle(w: Wiring, event: dict[str, Any]) -> dict[str, Any]:
    """A request of the function's address: the CDN alone may send one."""
    begun = time.perf_counter()
    asked = read(event)
    answered = answer(w, asked)
    ms = round((time.perf_counter() - begun) * 1000, 1)
    line = {"log": "outside", "method": asked.method, "path": asked.path, "status": answered.status, "ms": ms}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return written(answered, with_body=asked.method != "HEAD")


def read(event: dict[str, Any]) -> Asked:
    """An event of the form 2.0."""
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    return Asked(
        event["requestContext"]["http"]["method"],
        event["rawPath"],
        paths.wished("", headers.get("accept-language", "")),
        headers.get("if-none-match", ""),
        "gzip" in headers.get("accept-encoding", ""),
    )


def written(answered: Answer, *, with_body: bool) -> dict[str, Any]:
    """What the function answers with: any bytes, in base64."""
    body = base64.b64encode(answered.body).decode() if with_body else ""
    return {"statusCode": answered.status, "headers": answered.headers, "body": body, "isBase64Encoded": True}


def answer(w: Wiring, asked: Asked) -> Answer:
    """Whatever is asked for. What the storage does not answer is not told to be missing: 503, and the CDN shows what it has."""
    if asked.method not in ("GET", "HEAD"):
        return Answer(405, headers={"allow": "GET, HEAD", "cache-control": "no-store"})
    try:
        found = _found(w, asked)
    except Unavailable:
        log.warning("no storage for %s", asked.path)
        found = Answer(503, _bare(w), {"content-type": HTML, "cache-control": "no-store", "retry-after": "5"})
    if found.status != 200:
        return _guarded(w, found)
    etag = f'"{sha256(found.body).hexdigest()[:32]}"'
    tagged = _guarded(w, replace(found, headers={**found.headers, "etag": etag}))
    return replace(tagged, status=304, body=b"") if etag in asked.etag else tagged


def _guarded(w: Wiring, found: Answer) -> Answer:
    closed = {} if _is_public(w.settings) else {"x-robots-tag": "noindex"}
    return replace(found, headers={"x-content-type-options": "nosniff", **closed, **found.headers})


def _found(w: Wiring, asked: Asked) -> Answer:
    from chalicelib.handlers.outside import sitemaps

    path = asked.path
    if paths.is_clients(path):
        return Answer(200, _bare(w), {"content-type": HTML, "cache-control": PAGE})
    if path == "/robots.txt":
        text = sitemaps.robots(_site(w))
        return Answer(200, text.encode(), {"content-type": "text/plain; charset=utf-8", "cache-control": LONG})
    if path == "/sitemap.xml":
        return _xml(sitemaps.index(_site(w)), asked)
    part = paths.sitemap_part(path)
    if part is not None and part in PARTS:
        return _xml(sitemaps.part(_site(w), part, w.showcase.part(part)), asked)
    lang, rest = paths.split(path)
    subject = paths.subject(rest)
    if lang is None and subject is not None:
        return _moved(f"/{asked.lang}/{'/'.join(subject)}")
    if rest == "/":
        return _home(w, asked.lang if lang is None else lang, "/" if lang is None else f"/{lang}/")
    if lang is not None and subject is not None:
        return _subject(w, lang, *subject)
    picture = paths.picture(rest)
    if lang is not None and picture is not None:
        return _picture(w, lang, *picture)
    return _missing(w, lang or asked.lang)


def _home(w: Wiring, lang: Lang, path: str) -> Answer:
    from chalicelib.handlers.outside import pages

    filled = pages.home_page(_site(w), w.showcase.some(SHOWN_AT_HOME), lang, path)
    return _page(w, 200, lang, filled.head, f"<noscript>{filled.served}</noscript>", varies=path == "/")


def _subject(w: Wiring, lang: Lang, what: str, ident: str) -> Answer:
    from chalicelib.handlers.outside import pages

    if what == "twips":
        offered = w.showcase.twip(ident)
        if isinstance(offered, Absent):
            return _missing(w, lang, f"/{what}/{ident}", gone=offered is Absent.GONE)
        filled = pages.twip_page(_site(w), offered, lang)
    else:
        found = w.showcase.performer(ident)
        if isinstance(found, Absent):
            return _missing(w, lang, f"/{what}/{ident}", gone=found is Absent.GONE)
        filled = pages.performer_page(_site(w), *found, lang)
    return _page(w, 200, lang, filled.head, f'<div id="served">{filled.served}</div>')


def _picture(w: Wiring, lang: Lang, what: str, ident: str, digest: str) -> Answer:
    """A picture whose address is out of date leads to the present one: nobody has pictures drawn by making addresses up."""
    from chalicelib.handlers.outside import pages

    if what == "twips":
        offered = w.showcase.twip(ident)
        card = None if isinstance(offered, Absent) else pages.card_of(_site(w), offered, lang)
    else:
        found = w.showcase.performer(ident)
        card = None if isinstance(found, Absent) else pages.face_of(found[0], lang)
    if card is None:
        return _missing(w, lang)
    present = pages.digest(card)
    if digest != present:
        return _moved(f"/{lang}/{what}/{ident}/{present}.png", cached=PAGE)
    from chalicelib.handlers.outside.pictures import drawn

    return Answer(200, drawn(card), {"content-type": "image/png", "cache-control": FOR_EVER})


def _missing(w: Wiring, lang: Lang, path: str = "/", *, gone: bool = False) -> Answer:
    """What the client shows there is its own affair: to its author a draft, to a buyer what was bought."""
    from chalicelib.handlers.outside import pages

    filled = pages.missing_page(lang, path, gone=gone)
    return _page(w, 410 if gone else 404, lang, filled.head, f"<noscript>{filled.served}</noscript>")


def _page(w: Wiring, status: int, lang: Lang, head: str, served: str, *, varies: bool = False) -> Answer:
    from chalicelib.handlers.outside.shell import shell

    html = shell(w.settings.web_shell).filled(lang, head, served)
    headers = {"content-type": HTML, "cache-control": PAGE, "content-language": lang.value}
    return Answer(status, html.encode("utf-8", "replace"), headers | ({"vary": "Accept-Language"} if varies else {}))


def _bare(w: Wiring) -> bytes:
    from chalicelib.handlers.outside.shell import shell

    bare = shell(w.settings.web_shell)
    return bare.filled(Lang.RU, bare.head, bare.served).encode()


def _moved(to: str, cached: str = LONG) -> Answer:
    return Answer(302, headers={"location": to, "cache-control": cached, "vary": "Accept-Language"})


def _xml(text: str, asked: Asked) -> Answer:
    headers = {"content-type": XML, "cache-control": LONG, "vary": "Accept-Encoding"}
    if not asked.zipped:
        return Answer(200, text.encode(), headers)
    return Answer(200, gzip.compress(text.encode(), mtime=0), {**headers, "content-encoding": "gzip"})


def _site(w: Wiring) -> Any:
    from chalicelib.handlers.outside.pages import Site

    return Site(w.settings.origin, w.settings.currency, _is_public(w.settings))


def _is_public(settings: Settings) -> bool:
    return settings.stage == PRODUCTION
