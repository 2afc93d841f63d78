"""What was bought of a twip: kept once, under the digest of what it says, for as long as anybody has an order of it (D10)."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace

from chalicelib.domain.content import Content
from chalicelib.domain.goods import Goods


@dataclass(frozen=True)
class Edition:
    """The text of a twip as somebody bought it (D10), under the digest of what it says: kept beside the orders, which stay small. All
    texts are by language."""

    twip_id: str
    digest: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    bring: dict[str, str] = field(default_factory=dict)
    """What the customer must bring to a work."""
    days: int | None = None
    """In which a work is delivered."""
    goods: Goods | None = None
    """What was sold of files: a buyer keeps it, whatever becomes of the twip."""


def edition_of(twip_id: str, content: Content) -> Edition:
    """What a twip that says this sells (D10)."""
    titles = {str(lang): text.title for lang, text in content.texts.items()}
    descriptions = {str(lang): text.description for lang, text in content.texts.items()}
    bring = {str(lang): text.bring for lang, text in content.texts.items() if text.bring}
    days = None if content.work is None else content.work.days
    goods = None if content.files is None else content.files.goods
    said = Edition(twip_id, "", titles, descriptions, bring, days, goods)
    facts = asdict(said)
    if goods is None:
        del facts["goods"]  # the digest of what sells none is what it was before there were any
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
    return replace(said, digest=digest)
