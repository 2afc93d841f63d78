"""The closed sets of the trade: what is sold, how a consultation is held, how an order stands, in which languages (R5, R6, R25, R32)."""

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


class Standing(StrEnum):
    """How an order stands to one of its sides, whatever was bought. It may stand in several ways at once."""

    WAITING = "waiting"
    """It is this side's turn (`Order.waits_for`)."""
    OPEN = "open"
    """It has not ended."""
    OVER = "over"
    """It has ended. A dispute about it may be open."""
    DISPUTED = "disputed"


class Lang(StrEnum):
    """The languages of the interface and of twips (R6)."""

    RU = "ru"
    EN = "en"


OTHER = "other"
"""The category of whatever has none, or one that is no longer on the list. Every list has it."""
