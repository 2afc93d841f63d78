"""An act on an order that exists, of any kind: one way, from the read to the commit and to telling both sides (D12, D27, D34)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from chalicelib.billing import escrow, ledger
from chalicelib.billing.ledger import Entry
from chalicelib.domain.errors import KeyReused, NotFound
from chalicelib.domain.lifecycle import Effect, Transition
from chalicelib.domain.orders.deadlines import lapsing
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.orders.facts import Facts
from chalicelib.domain.orders.order import AnyOrder, Body, Change, Order, act_on, moved
from chalicelib.domain.orders.penalties import RefusalRecord, record_of
from chalicelib.domain.orders.retention import of_disputes
from chalicelib.domain.parties import Party
from chalicelib.services import changes
from chalicelib.services.changes import AccountChange, Insert, Record, Ref, Save
from chalicelib.services.keys import derive
from chalicelib.services.notices.notices import Notices
from chalicelib.services.orders.reading import of_side, own_order
from chalicelib.services.orders.timeline import NOTHING_SAID, Said, keep
from chalicelib.services.orders.timing import wake_of
from chalicelib.services.people.ratings import Ratings
from chalicelib.services.ports import Clock, Store
from chalicelib.services.retrying import ReadAgain, retry_on_conflict, try_each
from chalicelib.services.workflows import Workflows

if TYPE_CHECKING:
    from chalicelib.services.attachments import Claimed

B = TypeVar("B", bound=Body)


def _as_read(order: Any, _now_ms: int) -> Any:
    return order


def _no(_order: Any) -> bool:
    return False


def _nothing(_order: Any) -> Iterable[changes.Change]:
    return ()


@dataclass(frozen=True)
class Way(Generic[B]):
    """How an act is done to orders of one kind."""

    kind: type[B]
    change: Change[B] = moved
    """Makes the new body."""
    said: Said = NOTHING_SAID
    lasts_ms: Callable[[Order[B], Facts], int] | None = None
    """How long the term that starts lasts, if not as the order's terms say."""
    let_down: Callable[[Order[B]], bool] = _no
    """Whether the performer is blocked or has withdrawn the twip (D33), where that matters."""
    caught_up: Callable[[Order[B], int], Order[B]] = _as_read
    """Brings an order that was read up to a time."""
    claim: "Callable[[Order[B]], Claimed] | None" = None
    """Takes the files that go with what is said, if there are any."""
    with_it: Callable[[Order[B]], Iterable[changes.Change]] = _nothing
    """What else belongs in the commit."""


@dataclass(frozen=True)
class Done:
    """An act that is committed: the order as it is stored now, the row of its table, who did it and when, and what they said."""

    order: AnyOrder
    row: Transition[Any, Any]
    facts: Facts
    said: Said


@dataclass(frozen=True)
class Acting:
    """What every kind's acts share. A kind's service says which act, and how it changes the body."""

    store: Store
    clock: Clock
    notices: Notices
    workflows: Workflows
    ratings: Ratings

    def act(self, user_id: str, order_id: str, act: str, *ways: Way[Any], key: str) -> AnyOrder:
        """The order after the act of a side; after a repeat of it, as it stands (D12). A kind that keeps a timeline recognises any repeat,
        another only that of the order's last act. `ways`: one a kind to whose orders the act can be done.

        Raises NotFound, Forbidden before the state is looked at (D34), WrongState, KeyReused, Unavailable, and what a way's `change`
        raises."""
        act_key = derive(act, user_id, order_id, key)

        def attempt() -> Done | AnyOrder:
            order, event = self._read(user_id, order_id, act_key, ways)
            way = next((way for way in ways if isinstance(order.body, way.kind)), None)
            if way is None:
                raise NotFound(what="order")
            if order.act_key == act_key or event is not None:
                _check_same(event, way.said)
                return order
            by, now_ms = order.party_of(user_id), self.clock.now_ms()
            order.body.lifecycle.permit(act, by)
            self._lapse_first(order, now_ms)
            order = way.caught_up(order, now_ms)
            facts = order.facts(by, now_ms, let_down=way.let_down(order))
            return self.carry_out(order, act, facts, way, key=act_key)

        done = retry_on_conflict(attempt)
        if not isinstance(done, Done):
            return done
        self._finish(done)
        return done.order

    def lapse(self, order: AnyOrder, now_ms: int) -> Done | None:
        """What the service does because a term is over by now (D31), committed and not told yet; None: no term is.

        Raises CommitRefused, Contention."""
        act = lapsing(order, now_ms)
        if act is None or order.deadline is None:
            return None
        key = derive(act, Party.SERVICE, order.id, str(order.deadline.serial))
        facts = order.facts(Party.SERVICE, now_ms)
        return self.carry_out(order, act, facts, Way(type(order.body)), key=key)

    def carry_out(self, order: AnyOrder, act: str, facts: Facts, way: Way[Any], *, key: str) -> Done:
        """The act in one commit: order, timeline, the record of a refusal, money. Raises what `act_on` does, CommitRefused, Contention."""
        acted, row = act_on(order, act, facts, way.change, key=key, lasts_ms=way.lasts_ms)
        posted, entries = escrow.post(row, acted, at_ms=facts.now_ms)
        stored = replace(posted, version=posted.version + 1)
        also = (*self._kept(stored, row, facts, way, key), *way.with_it(posted))
        if order.ended_ms is None:
            also += tuple(map(Insert, of_disputes(posted)))
        self._commit(_refusal(order, posted), Save(posted), *also, *money(*entries))
        return Done(stored, row, facts, way.said)

    def _commit(self, refusal: tuple[RefusalRecord, changes.Change] | None, *also: changes.Change) -> None:
        """A refusal, and that it is waived, counts in the same transaction (R64, D23, D24)."""
        if refusal is None:
            return self.store.commit(*also)
        record, written = refusal
        return self.ratings.commit(record.performer_id, record.counted, written, *also)

    def tell(self, done: Done) -> None:
        """Both sides hear of it; what a performer has earned they see at once; and whom the row names is mailed."""
        order, facts, notices = done.order, done.facts, self.notices
        paid = done.row.effect in (Effect.RELEASE, Effect.SPLIT)
        try_each(
            lambda: notices.order_changed(order),
            *([lambda: notices.account_changed(order.performer_id)] if paid else []),
            lambda: notices.order_acted(order, done.row.tells, facts.by, reason=done.said.text, now_ms=facts.now_ms),
        )

    def _kept(
        self, order: AnyOrder, row: Transition[Any, Any], facts: Facts, way: Way[Any], key: str
    ) -> tuple[changes.Change, ...]:
        if not order.body.timeline:
            return ()
        claimed = way.claim(order) if way.claim else None
        attached = [one.said for one in claimed.attachments] if claimed else []
        kept = keep(self.store, order, row, facts, way.said, attached, key=key)
        return (*kept, *(claimed.changes if claimed else ()))

    def _read(
        self, user_id: str, order_id: str, act_key: str, ways: tuple[Way[Any], ...]
    ) -> tuple[AnyOrder, OrderEvent | None]:
        """The order and, if its kind keeps a timeline, the act of this key: in one request, where every order that it may be has one."""
        event_ref = Ref(OrderEvent, order_id, act_key)
        if all(way.kind.timeline for way in ways):
            found = self.store.read(Ref(Order, order_id), event_ref)
            return of_side(found.get(Ref(Order, order_id)), user_id), found.get(event_ref)
        order = own_order(self.store, user_id, order_id)
        return order, self.store.get(event_ref) if order.body.timeline else None

    def _lapse_first(self, order: AnyOrder, now_ms: int) -> None:
        """What time has ended, nobody acts on as if it had not. Raises ReadAgain when something had to be done first."""
        lapsed = self.lapse(order, now_ms)
        if lapsed is not None:
            self._finish(lapsed)
            raise ReadAgain

    def _finish(self, done: Done) -> None:
        """People are told first, who wait for it; then the order's execution, which did not do it."""
        self.tell(done)
        self.workflows.moved(wake_of(done.order, self.clock.now_ms()))


def money(*entries: Entry) -> tuple[changes.Change, ...]:
    """What entries change, and the entries."""
    moved = (
        AccountChange(m.user_id, m.available_delta_minor, m.fee_delta_minor, m.into_debt)
        for m in ledger.movements(*entries)
    )
    return (*moved, *(Record(entry) for entry in entries))


def _check_same(event: OrderEvent | None, said: Said) -> None:
    if event is not None and event.fingerprint != said.fingerprint:
        raise KeyReused


def _refusal(before: AnyOrder, after: AnyOrder) -> tuple[RefusalRecord, changes.Change] | None:
    """A refusal is written down, and once more when it is waived."""
    was, now = record_of(before), record_of(after)
    if now is None or now == was:
        return None
    return now, Insert(now) if was is None else Save(now)
