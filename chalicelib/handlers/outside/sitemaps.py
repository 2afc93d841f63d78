"""Where search engines find all that is public: robots.txt, and a sitemap in parts."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from chalicelib.domain.content import shown_to
from chalicelib.domain.kinds import Lang
from chalicelib.services.catalogue.showcase import PARTS, Offered

if TYPE_CHECKING:
    from chalicelib.handlers.outside.pages import Site

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def robots(site: "Site") -> str:
    """What search engines may look at: all that is public, but of a stage for trying things out nothing."""
    if not site.public:
        return "User-agent: *\nDisallow: /\n"
    closed = ("/api/", "/admin", "/orders", "/messages", "/disputes", "/finances", "/profile", "/call/", "/session/")
    lines = [f"Disallow: {path}" for path in (*closed, "/add", "/favourites", "/twips/*/order", "/twips/*/edit")]
    # What shows a page to whoever runs its script.
    allowed = [f"Allow: {path}" for path in ("/api/twips", "/api/users")]
    return "\n".join(["User-agent: *", *allowed, *lines, "", f"Sitemap: {site.origin}/sitemap.xml", ""])


def index(site: "Site") -> str:
    """The parts. They are always the same ones: what comes to the market, or leaves it, moves nothing from one to another."""
    parts = (f"<sitemap><loc>{escape(site.origin)}/sitemap-{part}.xml</loc></sitemap>" for part in PARTS)
    return f"{HEAD}<sitemapindex {NAMESPACES}>\n{chr(10).join(parts)}\n</sitemapindex>\n"


def part(site: "Site", name: str, offered: Iterable[Offered]) -> str:
    """Twips of a part of the market with their performers; the first part begins with the page that one finds twips on. At most four
    addresses a twip, so a part may have 12,500: fifty thousand addresses."""
    entries = "\n".join(_entries(site, name, offered))
    return f"{HEAD}<urlset {NAMESPACES}>\n{entries}\n</urlset>\n"


def _entries(site: "Site", name: str, offered: Iterable[Offered]) -> Iterator[str]:
    if name == PARTS[0]:
        yield from _both(site, "/")
    performers: set[str] = set()
    for one in offered:
        path, texts = f"/twips/{one.twip.id}", one.content.texts
        if len(texts) > 1:
            yield from _both(site, path)
        else:
            yield _entry(site, shown_to(one.content, Lang.RU).lang, path, "")
        if one.performer.user_id not in performers:
            performers.add(one.performer.user_id)
            yield from _both(site, f"/performers/{one.performer.user_id}")


def _both(site: "Site", path: str) -> Iterator[str]:
    tagged = [*((lang.value, f"/{lang}{path}") for lang in Lang), ("x-default", path)]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(site.origin + href)}/>' for tag, href in tagged
    )
    for lang in Lang:
        yield _entry(site, lang, path, links)


def _entry(site: "Site", lang: Lang, path: str, links: str) -> str:
    return f"<url><loc>{escape(site.origin)}/{lang}{path}</loc>{links}</url>"
