"""`/`: the web client, with the headers that the CDN adds. A deep link is the page's, a file is a file."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from infra.headers import PERMISSIONS, REFERRER, content_policy

HEADERS = {
    "Content-Security-Policy": content_policy(),
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": REFERRER,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FOR_EVER = "public, max-age=31536000, immutable"
"""Of files whose names change with their contents."""


class Web:
    """The built files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def answer(self, request: Request) -> Response:
        """A file, the page, or 404 for a file that is not there."""
        wanted = request.path_params.get("path", "")
        file = self._file(wanted)
        if file is not None:
            lasting = FOR_EVER if wanted.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={**HEADERS, "Cache-Control": lasting})
        if wanted.startswith("assets/") or "." in wanted.rpartition("/")[2]:
            return PlainTextResponse("There is no such file.", 404)
        page = self._folder / "index.html"
        if not page.is_file():
            return PlainTextResponse("The web client is not built yet.", 503)
        return FileResponse(page, headers={**HEADERS, "Cache-Control": "no-cache"})

    def _file(self, wanted: str) -> Path | None:
        """The file of this name, if there is one: by its own name, and by no way around."""
        try:
            file = (self._folder / wanted).resolve()
            known = file.is_file() and file.relative_to(self._folder).as_posix() == wanted
        except (OSError, ValueError):
            # Names that no file can have: too long, or with a NUL in them.
            return None
        return file if known else None
