"""The thread of a dispute: one event an act, with what was said and sent along, and for whom it is new (R85, D12)."""

from collections.abc import Sequence

from chalicelib.domain.attachments import Attached
from chalicelib.domain.disputes.acts import Actor
from chalicelib.domain.disputes.dispute import KEEPS_GOODS, Dispute, DisputeAct, Split
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.threads import About
from chalicelib.services.changes import Change
from chalicelib.services.orders.timeline import Said, news
from chalicelib.services.ports import Store


def keep(
    store: Store, dispute: Dispute, act: str, by: Actor, said: Said, attached: Sequence[Attached] = ()
) -> tuple[Change, ...]:
    """The event of an act, after which the dispute is as it will be stored; and that whoever of the two sides did not do it has not read
    it yet."""
    event = OrderEvent(
        thread_id=dispute.id,
        act_key=by.key,
        act=str(act),
        party=by.party,
        at_ms=by.now_ms,
        version=dispute.version,
        state=str(dispute.phase),
        fingerprint=said.fingerprint,
        text=said.text,
        attachments=tuple(attached),
        facts={**said.facts, **_numbers(dispute, act)},
    )
    return news(store, dispute, event, About.DISPUTE)


def _numbers(dispute: Dispute, act: str) -> dict[str, int]:
    """The split that an act has offered, agreed on or decided, and the number of an offer."""
    match act:
        case DisputeAct.PROPOSE if dispute.proposal is not None:
            return {**_parts(dispute.proposal.split), "proposal": dispute.proposal.serial}
        case DisputeAct.AGREE if dispute.settled is not None:
            return {**_parts(dispute.settled), **_goods(dispute)}
        case DisputeAct.RULE | DisputeAct.LAPSE if dispute.verdict is not None:
            return {**_parts(dispute.verdict.split), **_goods(dispute)}
        case _:
            return {}


def _goods(dispute: Dispute) -> dict[str, int]:
    return {} if dispute.keeps_goods is None else {KEEPS_GOODS: int(dispute.keeps_goods)}


def _parts(split: Split) -> dict[str, int]:
    return {"to_customer_minor": split.to_customer_minor, "to_performer_minor": split.to_performer_minor}
