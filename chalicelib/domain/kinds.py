"""The closed sets of the trade: what is sold, how a consultation is held, in which languages (R5, R6, R25)."""

from enum import StrEnum


class TwipKind(StrEnum):
    """What is sold (R5)."""

    CONSULTATION = "consultation"
    WORK = "work"
    FILES = "files"


class Mode(StrEnum):
    """How a consultation is held; each mode has its own price per block (R25)."""

    VIDEO = "video"
    TEXT = "text"


class Lang(StrEnum):
    """The languages of the interface and of twips (R6)."""

    RU = "ru"
    EN = "en"
