"""Which addresses there are, and in which language each is answered."""

import re
from http.cookies import CookieError, SimpleCookie

from chalicelib.domain.kinds import Lang

CLIENT = (
    "/sign-in",
    "/register",
    "/confirm",
    "/forgot",
    "/reset",
    "/twips/:id/order",
    "/twips/:id/order/:mode",
    "/twips/:id/edit",
    "/favourites",
    "/orders",
    "/orders/:id",
    "/messages",
    "/disputes",
    "/disputes/:id",
    "/finances",
    "/finances/topups/:id",
    "/add",
    "/add/:id",
    "/profile",
    "/admin",
    "/admin/:section/:id?",
    "/call/:id",
    "/session/:id",
    "/styleguide",
)
"""Pages of the client's that are nobody else's: answered by its bare page. As its router writes them: a test holds it."""
SHELL = "/index.html"
"""The bare page. The CDN asks for this one whatever page of the client's is asked for, so that it keeps one copy."""
PUBLIC = ("/", "/twips/:id", "/performers/:id")
"""Pages that are answered as HTML, under `/ru` and `/en`. The bare address of the last two leads to the reader's language."""
COOKIE = "twip_lang"
"""What the client keeps a chosen language in."""
_LOCAL = re.compile(r"/(ru|en)(/.*)?")
_ID = "[a-z0-9]{26}"


def _pattern(routes: tuple[str, ...]) -> str:
    def one(route: str) -> str:
        return re.sub(r"/:\w+(\?)?", lambda it: "(?:/[^/]+)?" if it[1] else "/[^/]+", route)

    return f"^(?:{'|'.join(map(one, routes))})/?$"


CLIENT_PATTERN = _pattern(CLIENT)
"""As an expression that Python and the CDN's JavaScript read alike."""
_CLIENT = re.compile(CLIENT_PATTERN)
_SUBJECT = re.compile(f"/(twips|performers)/({_ID})/?")
_PICTURE = re.compile(f"/(twips|performers)/({_ID})/([0-9a-f]{{16}})\\.png")
_PART = re.compile(r"/sitemap-([0-9a-z])\.xml")


def is_clients(path: str) -> bool:
    """Whether it is a page of the client's alone."""
    return path == SHELL or _CLIENT.match(path) is not None


def split(path: str) -> tuple[Lang | None, str]:
    """The language that an address names, and the rest, which begins with a slash."""
    found = _LOCAL.fullmatch(path)
    return (Lang(found[1]), found[2] or "/") if found else (None, path)


def subject(path: str) -> tuple[str, str] | None:
    """`twips` or `performers`, and an id."""
    found = _SUBJECT.fullmatch(path)
    return (found[1], found[2]) if found else None


def picture(path: str) -> tuple[str, str, str] | None:
    """The same with the digest of a picture."""
    found = _PICTURE.fullmatch(path)
    return (found[1], found[2], found[3]) if found else None


def sitemap_part(path: str) -> str | None:
    """Which part of the market a sitemap is of."""
    found = _PART.fullmatch(path)
    return found[1] if found else None


def wished(cookie: str, accept_language: str) -> Lang:
    """The reader's language: as chosen on the site, else as their browser asks, as the client does: the first of ours, else English."""
    try:
        chosen = SimpleCookie(cookie).get(COOKIE)
    except CookieError:
        chosen = None
    if chosen is not None and chosen.value in list(Lang):
        return Lang(chosen.value)
    tags = (part.strip().lower()[:2] for part in accept_language.split(","))
    return next((Lang(tag) for tag in tags if tag in list(Lang)), Lang.EN)
