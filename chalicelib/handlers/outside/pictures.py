"""The picture that goes with a link to a public page: 1200 by 630, in the product's colours and letters."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.handlers.outside.pages import Card

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).with_name("fonts")
FILES = ("golos-text-latin.woff2", "golos-text-cyrillic.woff2", "golos-text-ruble.woff2")
"""The client's own: each has the letters that the others lack."""
WIDTH, HEIGHT, EDGE = 1200, 630, 80
DEEP, INK, QUIET, ACCENT = "#0b3d45", "#ffffff", "#b9d3d3", "#7fd6d0"
BOLD, REGULAR = 700, 400
TITLE_PX, TITLE_LINES = 68, 3
SPACES = frozenset(" \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")


def drawn(card: Card) -> bytes:
    """A PNG. Letters that the font has not, and signs that are none, are left out: of a title that has none other the kind is shown."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), DEEP)
    draw = ImageDraw.Draw(image)
    # A quarter of an hour on a dial, as on the site.
    draw.ellipse((830, 300, 1330, 800), outline="#14525b", width=26)
    draw.line((1080, 400, 1080, 550), fill="#1c6670", width=26)
    draw.line((1067, 550, 1200, 550), fill="#1c6670", width=26)
    _line(draw, "twip", EDGE, 64, 44, BOLD, INK)
    kind = known(card.kind)
    if kind:
        _line(draw, kind, EDGE, 150, 30, REGULAR, ACCENT)
    y = 200
    for line in wrapped(known(card.title) or kind, TITLE_PX, BOLD, WIDTH - 2 * EDGE, TITLE_LINES):
        _line(draw, line, EDGE, y, TITLE_PX, BOLD, INK)
        y += 82
    performer = wrapped(known(card.performer), 36, REGULAR, WIDTH - 2 * EDGE, 1)
    for line in performer:
        _line(draw, line, EDGE, 466, 36, REGULAR, QUIET)
    prices = known(" · ".join(f"{sum_} {what}" for sum_, what in card.prices))
    for line in wrapped(prices, 36, BOLD, WIDTH - 2 * EDGE, 1):
        _line(draw, line, EDGE, 522, 36, BOLD, INK)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def known(text: str) -> str:
    """A text in one line, as far as the font has its letters."""
    from unicodedata import normalize

    letters = (letter if letter in SPACES or _of(letter) is not None else " " for letter in normalize("NFC", text))
    return " ".join("".join(letters).split(" ")).strip() if text else ""


def wrapped(text: str, px: int, weight: int, width: int, most: int) -> list[str]:
    """A text in so many lines at most; what does not fit ends in an ellipsis. A word that is too long for a line is broken."""
    lines, line = list[str](), ""
    for word in text.split():
        for piece in _pieces(word, px, weight, width):
            longer = f"{line} {piece}" if line else piece
            if _width(longer, px, weight) <= width:
                line = longer
                continue
            lines, line = [*lines, line], piece
    lines = [*lines, line] if line else lines
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and _width(f"{last}…", px, weight) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _pieces(word: str, px: int, weight: int, width: int) -> list[str]:
    pieces, piece = list[str](), ""
    for letter in word:
        if piece and _width(piece + letter, px, weight) > width:
            pieces, piece = [*pieces, piece], ""
        piece += letter
    return [*pieces, piece]


def _line(draw: "ImageDraw", text: str, x: float, y: float, px: int, weight: int, fill: str) -> None:
    for run, font in _runs(text, px, weight):
        # By one baseline, whatever font the letters are in.
        draw.text((x, y + px), run, font=font, fill=fill, anchor="ls")
        x += font.getlength(run)


def _width(text: str, px: int, weight: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(text, px, weight))


def _runs(text: str, px: int, weight: int) -> "list[tuple[str, FreeTypeFont]]":
    """The text in stretches of one font each. Only the first font has a space."""
    runs: list[tuple[str, int]] = []
    for letter in text:
        number = _of(letter)
        number = 0 if number is None or letter in SPACES else number
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0] + letter, number)
        else:
            runs.append((letter, number))
    return [(run, _font(number, px, weight)) for run, number in runs]


@cache
def _of(letter: str) -> int | None:
    """Which font has a letter. One that has not shows the same box for it as for a code that is nobody's."""
    if not letter.isprintable():
        return None
    for number, _ in enumerate(FILES):
        font = _font(number, 20, REGULAR)
        mask, box = font.getmask(letter), font.getmask("\U0010fffd")
        if (mask.size, bytes(mask)) != (box.size, bytes(box)) and mask.size[0]:
            return number
    return None


@cache
def _font(number: int, px: int, weight: int) -> "FreeTypeFont":
    from PIL import ImageFont

    font = ImageFont.truetype(FONTS / FILES[number], px, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
