"""What a thread keeps of an act, and for whom it is new (R59, D12)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from chalicelib.domain.attachments import Attached
from chalicelib.domain.lifecycle import Transition
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.parties import Party
from chalicelib.domain.threads import About, Newest, Reader
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.keys import fingerprint
from chalicelib.services.notices.order_mails import told
from chalicelib.services.ports import Snapshot, Store

SIDES = (Party.CUSTOMER, Party.PERFORMER)


@dataclass(frozen=True)
class Said:
    """What an act carries, besides that it is done. It is kept with the act in the order's timeline."""

    text: str = ""
    upload_ids: tuple[str, ...] = ()
    facts: dict[str, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Tells a repeat from another request under the same Idempotency-Key."""
        return fingerprint({"text": self.text, "attachments": self.upload_ids, "facts": self.facts})


NOTHING_SAID = Said()


class Between(Protocol):
    """What two sides have a thread about."""

    @property
    def id(self) -> str:
        """The thread's name."""
        ...

    @property
    def customer_id(self) -> str:
        """One of the two."""
        ...

    @property
    def performer_id(self) -> str:
        """The other."""
        ...


def keep(
    store: Store,
    order: AnyOrder,
    row: Transition[Any, Any],
    facts: Facts,
    said: Said,
    attached: Sequence[Attached],
    *,
    key: str,
) -> tuple[Change, ...]:
    """The event of an act, after which the order is as it will be stored; and that whoever of the two did not do it has not read it yet."""
    event = OrderEvent(
        thread_id=order.id,
        act_key=key,
        act=str(row.act),
        party=facts.by,
        at_ms=facts.now_ms,
        version=order.version,
        state=str(order.body.state),
        fingerprint=said.fingerprint,
        text=said.text,
        attachments=tuple(attached),
        facts=said.facts,
    )
    return news(store, order, event, mailed=told(row.tells, facts.by))


def news(
    store: Store,
    of: Between,
    event: OrderEvent,
    about: About = About.ORDER,
    mailed: Collection[Party] = (),
) -> tuple[Change, ...]:
    """An event in its thread, behind whatever was read; and that whoever of the two did not do it has not read it yet. What happens to an
    order is the newest in the correspondence of both (R79). `mailed` are those who are mailed of it anyway."""
    found = store.read(*(Ref(Reader, of.id, party) for party in SIDES))
    readers = [reader_of(of, party, found, about) for party in SIDES]
    at_ms = max(reader.later_ms(event.at_ms) for reader in readers)
    received = {
        reader.party: reader.received(at_ms, mailed=reader.party in mailed)
        for reader in readers
        if reader.party is not event.party
    }
    if about is About.ORDER:
        newest = Newest(at_ms, event.act_key, is_act=True)
        received = {reader.party: received.get(reader.party, reader).listed(newest) for reader in readers}
    return (Insert(replace(event, at_ms=at_ms)), *(stored(reader, found)[1] for reader in received.values()))


def begin(order: AnyOrder) -> tuple[Change, ...]:
    """A new order is what its performer has not read yet, if its kind has a thread."""
    if not order.body.timeline:
        return ()
    mailed = Party.PERFORMER in told(order.body.lifecycle.tells, Party.CUSTOMER)
    reader = Reader(order.id, Party.PERFORMER, order.performer_id)
    received = reader.received(order.created_ms, mailed=mailed)
    return (Insert(received.listed(Newest(order.created_ms))),)


def reader_of(of: Between, party: Party, found: Snapshot, about: About = About.ORDER) -> Reader:
    """A side as the reader of its thread; a new one if nothing has come yet."""
    user_id = of.customer_id if party is Party.CUSTOMER else of.performer_id
    return found.get(Ref(Reader, of.id, party)) or Reader(of.id, party, user_id, about)


def stored(reader: Reader, found: Snapshot) -> tuple[Reader, Change]:
    """A changed reader as it will be stored, and the change that stores it."""
    if found.get(Ref(Reader, reader.thread_id, reader.party)) is None:
        return reader, Insert(reader)
    return replace(reader, version=reader.version + 1), Save(reader)
