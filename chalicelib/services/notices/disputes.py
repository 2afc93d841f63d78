"""Who is told what of a dispute (E17, D27, D31): frames to the pages of all who have a part in it or are to decide it,
mails to those for whom something waits.

| what has happened               | mail                                              |
| ------------------------------- | ------------------------------------------------- |
| opened                          | the other side: answer until then                 |
| a day before the answer is due  | the other side                                    |
| answered, or nobody did         | both sides: when it is decided; arbiters: take it |
| nobody decided in time          | all arbiters; after them the admins               |
| a side was asked                | that side                                         |
| what was asked is answered      | the arbiter                                       |
| a split was proposed            | the other side: answer until then                 |
| agreed, decided                 | both sides: what each gets, and why               |
| access to files has ended by it | the customer                                      |
| withdrawn                       | the other side                                    |

Frames may be lost without harm, because pages read anew. So may a mail: it tells of what the person sees on their page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.domain.disputes.dispute import JUDGE, Dispute, DisputeAct, Phase, Split
from chalicelib.domain.kinds import Lang
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import User
from chalicelib.services.changes import Ref
from chalicelib.services.connections import Connections
from chalicelib.services.frames import DisputeUpdated
from chalicelib.services.notices import templates
from chalicelib.services.notices.duty import on_duty
from chalicelib.services.notices.notices import Notices
from chalicelib.services.notices.templates import Template
from chalicelib.services.notices.wording import instant_text, money_text
from chalicelib.services.ports import Store

TAKEN = (DisputeAct.ASSIGN, DisputeAct.HAND_OVER)
Made = Callable[["Reader"], Template]


@dataclass(frozen=True)
class DisputeNotices:
    """`origin` is the site's, for links in mails."""

    store: Store
    connections: Connections
    notices: Notices
    origin: str

    def opened(self, dispute: Dispute) -> None:
        """It has begun."""
        self._pages(dispute)
        self._sides(dispute, (dispute.opener.other,), lambda r: templates.DisputeOpened(**r.waiting))

    def reminded(self, dispute: Dispute) -> None:
        """The answer is due soon."""
        self._sides(dispute, (dispute.opener.other,), lambda r: templates.DisputeAnswerDue(**r.waiting))

    def acted(
        self, before: Dispute, dispute: Dispute, act: DisputeAct, by: Party, asked: tuple[Side, ...] = ()
    ) -> None:
        """Somebody has acted in it, or its time has."""
        self._pages(dispute)
        if dispute.phase is not before.phase or act in TAKEN:
            self._desks(before, dispute)
        if dispute.ended_ms is not None:
            return self._ended(dispute, act, by)
        if dispute.phase is not before.phase:
            return self._went_on(dispute)
        match act:
            case DisputeAct.QUESTION:
                self._sides(dispute, asked, lambda r: templates.DisputeQuestion(**r.facts))
            case DisputeAct.PROPOSE:
                self._sides(dispute, (Side(by.value).other,), _proposal)
            case DisputeAct.SAY if before.awaited != dispute.awaited:
                self._arbiter(dispute, lambda r: templates.DisputeReply(**r.facts))
            case _:
                return None
        return None

    def marked(self, dispute: Dispute, reader_id: str) -> None:
        """A side has read it: their other pages count anew."""
        self._page(dispute, reader_id)

    def order_changed(self, order: AnyOrder, *, money: bool) -> None:
        """Its order rests, goes on, or is over; and what both sides hold, if money has moved."""
        self.notices.order_changed(order)
        if money:
            self.notices.account_changed(order.performer_id)

    def _went_on(self, dispute: Dispute) -> None:
        """Into the next phase: whoever is to decide now is told, and the two sides that somebody will."""
        if dispute.phase is Phase.ARBITRATION:
            self._sides(dispute, Side, lambda r: templates.DisputeInArbitration(**r.waiting))
        for judge in on_duty(self.store, JUDGE[dispute.phase]):
            if dispute.side_of(judge.id) is None:
                self._mail(
                    dispute, judge, f"/admin/disputes/{dispute.id}", lambda r: templates.DisputeToDecide(**r.waiting)
                )

    def _ended(self, dispute: Dispute, act: DisputeAct, by: Party) -> None:
        if act is DisputeAct.WITHDRAW:
            other = (Side(by.value).other,)
            self._sides(dispute, other, lambda r: templates.DisputeWithdrawn(**r.facts))
        if dispute.settled is not None and act is DisputeAct.AGREE:
            parts = dispute.settled
            self._sides(dispute, Side, lambda r: templates.DisputeSettled(**r.facts, **r.parts(parts)))
        if dispute.verdict is not None:
            parts, reasons = dispute.verdict.split, dispute.verdict.reasons
            self._sides(dispute, Side, lambda r: templates.DisputeDecided(**r.facts, **r.parts(parts), reasons=reasons))
        if dispute.keeps_goods is False:
            self._sides(dispute, (Side.CUSTOMER,), lambda r: templates.FilesRevoked(**r.facts))

    def _pages(self, dispute: Dispute) -> None:
        people = (dispute.customer_id, dispute.performer_id, *([dispute.arbiter_id] if dispute.arbiter_id else []))
        for user_id in people:
            self._page(dispute, user_id)

    def _desks(self, before: Dispute, dispute: Dispute) -> None:
        """Those who may decide look at their queue again: the dispute has come to it or left it, or has another arbiter."""
        roles = {JUDGE[phase] for phase in (before.phase, dispute.phase) if phase in JUDGE}
        people = {judge.id for role in roles for judge in on_duty(self.store, role)}
        told = {dispute.customer_id, dispute.performer_id, dispute.arbiter_id}
        for user_id in sorted(people - told):
            self._page(dispute, user_id)

    def _page(self, dispute: Dispute, user_id: str) -> None:
        self.connections.tell_user(user_id, DisputeUpdated(dispute.id, dispute.order_id))

    def _sides(self, dispute: Dispute, sides: Iterable[Side], made: Made) -> None:
        for side in sides:
            user = self.store.get(Ref(User, dispute.user_of(side)))
            if user is not None:
                self._mail(dispute, user, f"/disputes/{dispute.id}", made)

    def _arbiter(self, dispute: Dispute, made: Made) -> None:
        arbiter = self.store.get(Ref(User, dispute.arbiter_id)) if dispute.arbiter_id else None
        if arbiter is not None:
            self._mail(dispute, arbiter, f"/admin/disputes/{dispute.id}", made)

    def _mail(self, dispute: Dispute, user: User, path: str, made: Made) -> None:
        self.notices.try_to_mail(made(Reader(dispute, Lang(user.lang), f"{self.origin}{path}")).to(user))


@dataclass(frozen=True)
class Reader:
    """Facts of a dispute, as somebody who is mailed reads them."""

    dispute: Dispute
    lang: Lang
    link: str

    @property
    def facts(self) -> dict[str, str]:
        """What every mail says: where, and about what."""
        titles = self.dispute.about.title
        return {"link": self.link, "title": titles.get(self.lang) or next(iter(titles.values()), "")}

    @property
    def waiting(self) -> dict[str, str]:
        """What a mail says that waits for somebody: about how much, and until when."""
        deadline = self.dispute.deadline
        due_ms = deadline.due_ms if deadline else None
        return {**self.facts, "sum": self._money(self.dispute.about.amount_minor), "until": self.instant(due_ms or 0)}

    def parts(self, split: Split) -> dict[str, str]:
        """What each side gets."""
        return {
            "to_customer": self._money(split.to_customer_minor),
            "to_performer": self._money(split.to_performer_minor),
        }

    def instant(self, at_ms: int) -> str:
        """A moment, in words."""
        return instant_text(at_ms, self.lang)

    def _money(self, amount_minor: int) -> str:
        return money_text(amount_minor, self.dispute.about.currency, self.lang)


def _proposal(reader: Reader) -> Template:
    proposal = reader.dispute.proposal
    if proposal is None:
        raise ValueError(f"no proposal in dispute {reader.dispute.id}")
    until = reader.instant(proposal.until_ms)
    return templates.DisputeProposal(**reader.facts, **reader.parts(proposal.split), until=until)
