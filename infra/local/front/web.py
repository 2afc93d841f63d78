"""`/`: the web client, with the headers that the CDN adds. A file is a file; pages are the function's."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from chalicelib.domain.errors import Unavailable
from chalicelib.handlers.outside.paths import is_clients, wished
from infra.headers import PERMISSIONS, REFERRER, content_policy
from infra.local.front.asked import Unreadable, path_of

HEADERS = {
    "Content-Security-Policy": content_policy(),
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": REFERRER,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FOR_EVER = "public, max-age=31536000, immutable"
"""Of files whose names change with their contents."""


Pages = Callable[[str, str, dict[str, str]], tuple[int, dict[str, str], bytes]]
"""Asks the function of public pages, by method, path and headers: status, headers, body. Raises Unavailable."""
PASSED_ON = ("if-none-match", "accept-encoding")


class Web:
    """The built files in `folder`, and what the function of public pages answers. As the CDN does, it shows pages of the client's alone
    from what it has."""

    def __init__(self, folder: Path, pages: Pages | None = None) -> None:
        self._folder, self._pages = folder.resolve(), pages

    async def answer(self, request: Request) -> Response:
        """A file, the bare page, or whatever the function says."""
        wanted = request.path_params.get("path", "")
        file = self._file(wanted)
        if file is not None and wanted != "index.html":
            lasting = FOR_EVER if wanted.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={**HEADERS, "Cache-Control": lasting})
        if wanted.startswith("assets/") or (self._pages is None and "." in wanted.rpartition("/")[2]):
            return PlainTextResponse("There is no such file.", 404)
        page = self._folder / "index.html"
        if not page.is_file():
            return PlainTextResponse("The web client is not built yet.", 503)
        bare = FileResponse(page, headers={**HEADERS, "Cache-Control": "no-cache"})
        if self._pages is None or is_clients(f"/{wanted}"):
            return bare
        try:
            path = path_of(request.scope)
        except Unreadable:
            return PlainTextResponse("There is no such page.", 400)
        lang = wished(request.headers.get("cookie", ""), request.headers.get("accept-language", ""))
        passed = {name: value for name in PASSED_ON if (value := request.headers.get(name))}
        try:
            status, headers, body = await asyncio.to_thread(
                self._pages, request.method, path, {**passed, "accept-language": lang}
            )
        except Unavailable:
            # As the CDN does with what it has kept.
            return bare
        return Response(body, status, {**headers, **HEADERS})

    def _file(self, wanted: str) -> Path | None:
        """The file of this name, if there is one: by its own name, and by no way around."""
        try:
            file = (self._folder / wanted).resolve()
            known = file.is_file() and file.relative_to(self._folder).as_posix() == wanted
        except (OSError, ValueError):
            # Names that no file can have: too long, or with a NUL in them.
            return None
        return file if known else None
