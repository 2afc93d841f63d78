"""Orders of work: placing them, and every act of their two sides (R59 to R70, D21 to D23, D33)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content
from chalicelib.domain.errors import DaysChanged, FieldError, InvalidInput
from chalicelib.domain.orders import work as rules
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.order import WorkOrder
from chalicelib.domain.orders.work import Work, WorkAct
from chalicelib.domain.terms import TermSettings
from chalicelib.domain.text import prose
from chalicelib.domain.twips import Twip
from chalicelib.services.attachments import Attachments, Claimed
from chalicelib.services.changes import Ref
from chalicelib.services.keys import fingerprint
from chalicelib.services.orders.acting import Acting, Way
from chalicelib.services.orders.placing import Offer, Placing, Purchase, order_id_of
from chalicelib.services.orders.reading import let_down, may_be_let_down
from chalicelib.services.orders.timeline import Said
from chalicelib.services.ports import Store

REASON_AT_LEAST, REASON_AT_MOST = 3, 1000
TEXT_AT_MOST = 4000
"""Of what is said with a delivery, a return or a proposal."""


@dataclass(frozen=True)
class Works:
    """Every act is keyed: its repeat answers the order as it stands (D12). Each raises NotFound, Forbidden, WrongState, KeyReused,
    Unavailable, and InvalidInput for what is said."""

    store: Store
    placing: Placing
    acting: Acting
    attachments: Attachments
    terms: TermSettings

    def place(self, customer_id: str, *, twip_id: str, price_minor: int, days: int, key: str) -> WorkOrder:
        """An order at the price and with the days to the delivery that the customer has confirmed (R29): all of the price leaves their
        account (R31).

        Raises NotFound, InvalidInput, OwnTwip, PriceChanged, DaysChanged, InsufficientFunds, KeyReused, Unavailable."""
        asked = {"twip_id": twip_id, "kind": Work.kind, "price_minor": price_minor, "days": days}
        return self.placing.place(
            Purchase(
                order_id=order_id_of(customer_id, key),
                customer_id=customer_id,
                twip_id=twip_id,
                kind=Work,
                price_minor=price_minor,
                fingerprint=fingerprint(asked),
                offer=partial(self._offer, days=days),
            )
        )

    def start(self, user_id: str, order_id: str, *, key: str) -> WorkOrder:
        """The performer starts (R63)."""
        return self.acting.act(user_id, order_id, WorkAct.START, Way(Work), key=key)

    def refuse(self, user_id: str, order_id: str, reason: str, *, key: str) -> WorkOrder:
        """The performer will not do it, and all the money returns (R64, R65). The reason has 3 to 1000 code points."""
        kept = prose("reason", reason, at_least=REASON_AT_LEAST, at_most=REASON_AT_MOST)
        way = Way(Work, partial(rules.refused, reason=kept), Said(kept))
        return self.acting.act(user_id, order_id, WorkAct.REFUSE, way, key=key)

    def deliver(self, user_id: str, order_id: str, text: str, upload_ids: Sequence[str], *, key: str) -> WorkOrder:
        """Work done (R66), with at most 4000 code points to say and five files to see."""
        kept = prose("text", text, at_least=0, at_most=TEXT_AT_MOST)
        said = Said(kept, tuple(upload_ids))
        way = Way(Work, rules.delivered, said, claim=self._claiming(user_id, upload_ids))
        return self.acting.act(user_id, order_id, WorkAct.DELIVER, way, key=key)

    def rework(self, user_id: str, order_id: str, reasons: str, upload_ids: Sequence[str], *, key: str) -> WorkOrder:
        """The customer returns it, and says why (R68): in 3 to 4000 code points, with five files at most."""
        kept = prose("reasons", reasons, at_least=REASON_AT_LEAST, at_most=TEXT_AT_MOST)
        way = Way(Work, said=Said(kept, tuple(upload_ids)), claim=self._claiming(user_id, upload_ids))
        return self.acting.act(user_id, order_id, WorkAct.REWORK, way, key=key)

    def accept(self, user_id: str, order_id: str, *, key: str) -> WorkOrder:
        """The customer accepts, and the money goes to the performer, less commission (R69, R70)."""
        return self.acting.act(user_id, order_id, WorkAct.ACCEPT, Way(Work), key=key)

    def cancel(self, user_id: str, order_id: str, *, key: str) -> WorkOrder:
        """The customer cancels and has all the money back: until the start (D21), while it is overdue (D22), and if the performer is
        blocked or has withdrawn the twip (D33)."""
        return self.acting.act(user_id, order_id, WorkAct.CANCEL, self.cancelling, key=key)

    @property
    def cancelling(self) -> Way[Work]:
        """How work is cancelled."""
        return Way(Work, let_down=self._let_down)

    def propose_split(self, user_id: str, order_id: str, to_performer_minor: int, text: str, *, key: str) -> WorkOrder:
        """A side proposes to end the order by a split of its price (D21)."""
        said = Said(_remark(text), facts={"to_performer_minor": to_performer_minor})
        change = partial(rules.split_proposed, to_performer_minor=to_performer_minor)
        return self.acting.act(user_id, order_id, WorkAct.PROPOSE, Way(Work, change, said), key=key)

    def propose_days(self, user_id: str, order_id: str, days: int, text: str, *, key: str) -> WorkOrder:
        """A side proposes more days, 30 at most (D31)."""
        way = Way(Work, partial(rules.days_proposed, days=days), Said(_remark(text), facts={"days": days}))
        return self.acting.act(user_id, order_id, WorkAct.PROPOSE, way, key=key)

    def agree(self, user_id: str, order_id: str, number: int, *, key: str) -> WorkOrder:
        """To the split that the other side has proposed under this number: it ends the order. Raises Stale."""
        way = Way(Work, partial(rules.agreed, number=number), Said(facts={"proposal": number}))
        return self.acting.act(user_id, order_id, WorkAct.AGREE, way, key=key)

    def extend(self, user_id: str, order_id: str, number: int, *, key: str) -> WorkOrder:
        """Agrees to the days that the other side has proposed under this number. Raises Stale."""
        said = Said(facts={"proposal": number})
        way = Way(Work, partial(rules.extended, number=number), said, lasts_ms=_extended_ms)
        return self.acting.act(user_id, order_id, WorkAct.EXTEND, way, key=key)

    def decline(self, user_id: str, order_id: str, number: int, *, key: str) -> WorkOrder:
        """The proposal of this number is refused, or taken back. Raises Stale."""
        way = Way(Work, partial(rules.declined, number=number), Said(facts={"proposal": number}))
        return self.acting.act(user_id, order_id, WorkAct.DECLINE, way, key=key)

    def waive(self, user_id: str, order_id: str, *, key: str) -> WorkOrder:
        """The customer agrees with the reason of a refusal, which does not count then (D23)."""
        return self.acting.act(user_id, order_id, WorkAct.WAIVE, Way(Work, rules.waived), key=key)

    def _offer(self, content: Content, days: int) -> Offer[Work]:
        """Raises InvalidInput when the twip is none of work, DaysChanged."""
        work = content.work
        if work is None or work.price_minor is None or work.days is None:
            raise InvalidInput((FieldError("kind", "not_offered"),))
        if work.days != days:
            raise DaysChanged(days=work.days)
        return Offer(Work(work.days), work.price_minor, self.terms.of_work(work.days))

    def _claiming(self, user_id: str, upload_ids: Sequence[str]) -> Callable[[WorkOrder], Claimed]:
        """The files become attachments of the order in the commit of the act that they belong to."""
        return lambda order: self.attachments.claim(user_id, upload_ids, order.id)

    def _let_down(self, order: WorkOrder) -> bool:
        if not may_be_let_down(order):
            return False
        profile, twip = Ref(Profile, order.performer_id), Ref(Twip, order.twip_id)
        found = self.store.read(profile, twip)
        return let_down(found.get(profile), found.get(twip))


def _remark(text: str) -> str:
    return prose("text", text, at_least=0, at_most=TEXT_AT_MOST)


def _extended_ms(order: WorkOrder, facts: Facts) -> int:
    due_ms = order.deadline.due_ms if order.deadline is not None else None
    left_ms = 0 if due_ms is None else due_ms - facts.now_ms
    return rules.extended_ms(order.body, left_ms, facts.lasts_ms["day"])
