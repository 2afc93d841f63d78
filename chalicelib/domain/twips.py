"""Twips: what performers offer, and its way through moderation (R1 to R10, D1, D2)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.content import Amendment, Content, amended, check_complete
from chalicelib.domain.errors import Stale, WrongState
from chalicelib.domain.goods import NO_GOODS, Good, Goods, left
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.text import prose

REASON_AT_LEAST, REASON_AT_MOST = 3, 1000


class Review(StrEnum):
    """Where the draft of a twip is. NONE: there is no draft, all that is said is published."""

    NONE = "none"
    DRAFT = "draft"
    PENDING = "pending"
    REJECTED = "rejected"


class Sale(StrEnum):
    """Whether a twip can be found and ordered."""

    UNPUBLISHED = "unpublished"
    ON_SALE = "on_sale"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can be done to a twip: approve and reject by a moderator, the rest by its author."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    RESTORE = "restore"


NEXT_REVIEW = {
    (Review.NONE, Act.EDIT): Review.DRAFT,
    (Review.DRAFT, Act.EDIT): Review.DRAFT,
    (Review.REJECTED, Act.EDIT): Review.DRAFT,
    (Review.PENDING, Act.EDIT): Review.DRAFT,
    (Review.DRAFT, Act.SUBMIT): Review.PENDING,
    (Review.PENDING, Act.APPROVE): Review.NONE,
    (Review.PENDING, Act.REJECT): Review.REJECTED,
}
"""The way of a draft (R9, R10, D2). An edit takes it out of the queue: nobody approves what they have not read."""

NEXT_SALE = {
    (Sale.UNPUBLISHED, Act.APPROVE): Sale.ON_SALE,
    (Sale.ON_SALE, Act.APPROVE): Sale.ON_SALE,
    (Sale.WITHDRAWN, Act.APPROVE): Sale.WITHDRAWN,
    (Sale.ON_SALE, Act.WITHDRAW): Sale.WITHDRAWN,
    (Sale.WITHDRAWN, Act.RESTORE): Sale.ON_SALE,
}
"""The way of what is published (D2). An approved revision of a withdrawn twip waits for its author to restore it."""


@dataclass(frozen=True)
class OnSale:
    """That a twip is on sale; gone when it is not. The listing of these is what a search index is made of anew."""

    twip_id: str


@dataclass(frozen=True)
class Twip:
    """A listing. `published` is what people see; `draft` is a new version on its way through moderation, which leaves the published one
    alone until it is approved (D2)."""

    id: str
    author_id: str
    kind: TwipKind
    created_ms: int
    fingerprint: str
    published: Content | None = None
    published_ms: int | None = None
    """When it was published first: a revision makes no novelty of it."""
    withdrawn: bool = False
    draft: Content | None = None
    review: Review = Review.DRAFT
    reason: str | None = None
    """Why moderation rejected the draft (D2); kept until the next submission."""
    submitted_ms: int | None = None
    version: int = 0

    @property
    def sale(self) -> Sale:
        """Where the published content is."""
        if self.published is None:
            return Sale.UNPUBLISHED
        return Sale.WITHDRAWN if self.withdrawn else Sale.ON_SALE

    @property
    def published_goods(self) -> Goods:
        """What is sold now."""
        return NO_GOODS if self.published is None else self.published.goods

    @property
    def draft_goods(self) -> Goods:
        """What its draft would sell; where there is none, nothing."""
        return NO_GOODS if self.draft is None else self.draft.goods

    @property
    def files(self) -> dict[str, Good]:
        """All files of it by their ids, those of its draft too."""
        return {good.id: good for good in (*self.published_goods.files, *self.draft_goods.files)}

    @property
    def on_sale(self) -> bool:
        """Whether it can be found and ordered."""
        return self.sale is Sale.ON_SALE


def check_version(twip: Twip, version: int) -> None:
    """That an act rests on the twip as it is. Raises Stale."""
    if twip.version != version:
        raise Stale(what="twip", version=twip.version)


def _reviewed(twip: Twip, act: Act) -> Review:
    target = NEXT_REVIEW.get((twip.review, act))
    if target is None:
        raise WrongState(what="twip", state=twip.review, asked=act)
    return target


def _sold(twip: Twip, act: Act) -> Sale:
    target = NEXT_SALE.get((twip.sale, act))
    if target is None:
        raise WrongState(what="twip", state=twip.sale, asked=act)
    return target


def edit(twip: Twip, by: Amendment, uploaded: tuple[Good, ...] = ()) -> Twip:
    """The twip with an edited draft; the first edit of a published one begins a revision (D2). It may choose among the files that were
    uploaded for it, and those that it has. Raises InvalidInput."""
    review = _reviewed(twip, Act.EDIT)
    content = twip.draft or twip.published or Content()
    known = (*uploaded, *twip.published_goods.files)
    return replace(twip, review=review, draft=amended(content, by, known), submitted_ms=None)


def submit(twip: Twip, *, now_ms: int) -> Twip:
    """The draft goes to moderation (R9). Raises WrongState, and InvalidInput while it is incomplete (R8, D1)."""
    review = _reviewed(twip, Act.SUBMIT)
    check_complete(twip.kind, twip.draft or Content())
    return replace(twip, review=review, reason=None, submitted_ms=now_ms)


def approve(twip: Twip, *, now_ms: int) -> Twip:
    """The draft is published (R10). Raises WrongState."""
    review, sale = _reviewed(twip, Act.APPROVE), _sold(twip, Act.APPROVE)
    return replace(
        twip,
        review=review,
        published=twip.draft,
        published_ms=twip.published_ms or now_ms,
        withdrawn=sale is Sale.WITHDRAWN,
        draft=None,
        submitted_ms=None,
    )


def reject(twip: Twip, reason: str) -> Twip:
    """The draft goes back to its author with a reason of 3 to 1000 code points (D2). Raises WrongState, InvalidInput."""
    review = _reviewed(twip, Act.REJECT)
    kept = prose("reason", reason, at_least=REASON_AT_LEAST, at_most=REASON_AT_MOST)
    return replace(twip, review=review, reason=kept, submitted_ms=None)


def withdraw(twip: Twip) -> Twip:
    """What is published leaves the market (D2). Raises WrongState."""
    return replace(twip, withdrawn=_sold(twip, Act.WITHDRAW) is Sale.WITHDRAWN)


def restore(twip: Twip) -> Twip:
    """What was withdrawn comes back as it was approved (D2). Raises WrongState."""
    return replace(twip, withdrawn=_sold(twip, Act.RESTORE) is Sale.WITHDRAWN)


def dropped(before: Twip, after: Twip) -> tuple[Good, ...]:
    """Files that leave the draft and were never published: nobody has them any more. What was published is kept for its buyers (D10)."""
    return left(before.draft_goods.files, (*after.draft_goods.files, *after.published_goods.files))


def consultations_delta(before: Twip, after: Twip) -> int:
    """By how much the author's number of consultations on sale changes (R18, D4): -1, 0 or 1."""
    if after.kind is not TwipKind.CONSULTATION:
        return 0
    return int(after.on_sale) - int(before.on_sale)


def unpublished_delta(before: Twip | None, after: Twip) -> int:
    """By how much the number of the author's twips that were never published changes: -1, 0 or 1."""
    return int(after.published is None) - int(before is not None and before.published is None)
