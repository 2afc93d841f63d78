"""What twips of files sell, in tests."""

from chalicelib.domain.attachments import File
from chalicelib.domain.goods import Good

LINK = "https://disk.example/d/abc"


def good(ident: str, *, name: str = "", size_bytes: int = 5) -> Good:
    """A file that is sold; its place is told from its id."""
    return Good(ident, File(name or f"{ident}.pdf", "application/pdf", size_bytes, "0f" * 32), f"place-of-{ident}")


PLAN, LETTER, PHOTO, SONG = (good(ident) for ident in ("plan", "letter", "photo", "song"))
