"""Write units and requests of every act, counted on the in-memory store, beside the ceilings of the design."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.scene import MINUTE, ORDER, PARTIES, Scene
from chalicelib.billing import ledger
from chalicelib.domain.orders import OpenOrder, Order, OrderAct, end_order
from chalicelib.services.changes import AccountChange, Record, Ref, Remove, Save
from dynamo.counts import Counts


@dataclass(frozen=True)
class Act:
    """An act, what it may cost (transactional write units, index units), and what it cost."""

    name: str
    ceiling: tuple[int, int]
    counted: Counts

    @property
    def holds(self) -> bool:
        """Whether it is within its ceiling."""
        return self.counted.transactional_units <= self.ceiling[0] and self.counted.index_units <= self.ceiling[1]


def acts() -> list[Act]:
    """All acts of the table in the design, in the order of a consultation."""
    return [
        _count("order", (8, 2), _place),
        _count("call", (4, 1), _call),
        _count("answer", (4, 2), _answer),
        _count("clock, voidable", (2, 2), _clock_voidable),
        _count("clock that pays", (8, 3), _clock_pays),
        _count("settle", (8, 1), _settle),
        _count("block", (8, 1), _block),
        _count("void", (6, 1), _void),
        _count("end", (6, 1), _end),
        _count("end with settle", (8, 2), _end_with_settle),
        _count("cancel", (8, 0), _cancel),
        _count("report", (0, 0), _report),
        _count("report with a block's evidence", (0, 0), _report_with_evidence),
    ]


def _count(name: str, ceiling: tuple[int, int], prepare: Callable[[Scene], Callable[[], object]]) -> Act:
    scene = Scene()
    act = prepare(scene)
    before = scene.dynamo.counts.mark()
    act()
    return Act(name, ceiling, scene.dynamo.counts.since(before))


def _place(scene: Scene) -> Callable[[], object]:
    scene.people()
    return scene.order


def _call(scene: Scene) -> Callable[[], object]:
    customer, _ = scene.people()
    order = scene.order()
    return lambda: scene.calls.start(customer, order.id)


def _answer(scene: Scene) -> Callable[[], object]:
    customer, performer = scene.people()
    session_id = scene.calls.start(customer, scene.order().id).session_id
    return lambda: scene.calls.answer(performer, session_id)


def _clock_voidable(scene: Scene) -> Callable[[], object]:
    customer, performer = scene.people()
    session_id = scene.calls.start(customer, scene.order().id).session_id
    scene.calls.answer(performer, session_id)
    scene.sessions.press_start(performer, session_id)
    return lambda: scene.sessions.receive_media(customer, session_id)


def _clock_pays(scene: Scene) -> Callable[[], object]:
    """A second session of an order whose prepaid block is used up (R46)."""
    session_id = scene.running()
    customer, performer = scene.tabs.holder("line-customer-0"), scene.tabs.holder("line-performer-0")
    scene.pass_time(scene.metering.durations.void_ms)
    scene.calls.hang_up(customer, session_id)
    session_id = scene.calls.start(customer, ORDER).session_id
    scene.calls.answer(performer, session_id)
    scene.sessions.press_start(performer, session_id)
    return lambda: scene.sessions.receive_media(customer, session_id)


def _settle(scene: Scene) -> Callable[[], object]:
    session_id = scene.running()
    scene.pass_time(scene.metering.durations.void_ms)
    return lambda: scene.metering.advance(session_id, scene.ports.at_ms, PARTIES)


def to_the_boundary(scene: Scene, session_id: str) -> None:
    """The first block is used up, both sides have reported, and the second falls due."""
    durations = scene.metering.durations
    scene.pass_time(durations.void_ms)
    scene.metering.advance(session_id, scene.ports.at_ms, PARTIES)
    scene.pass_time(durations.block_ms - durations.void_ms - durations.first_report_ms)
    scene.hear_both(session_id)
    scene.pass_time(durations.first_report_ms)


def _block(scene: Scene) -> Callable[[], object]:
    session_id = scene.running()
    to_the_boundary(scene, session_id)
    return lambda: scene.metering.advance(session_id, scene.ports.at_ms, PARTIES)


def _void(scene: Scene) -> Callable[[], object]:
    session_id = scene.running()
    customer = scene.tabs.holder("line-customer-0")
    scene.pass_time(1_000)
    return lambda: scene.calls.hang_up(customer, session_id)


def _end(scene: Scene) -> Callable[[], object]:
    session_id = scene.running()
    customer = scene.tabs.holder("line-customer-0")
    scene.pass_time(scene.metering.durations.void_ms)
    scene.metering.advance(session_id, scene.ports.at_ms)
    scene.pass_time(60_000)
    return lambda: scene.calls.hang_up(customer, session_id)


def _end_with_settle(scene: Scene) -> Callable[[], object]:
    """The performer's line is lost before the minute is over, and they come to be given up after it, unsettled."""
    session_id = scene.running()
    durations = scene.metering.durations
    scene.pass_time(durations.void_ms - 1_000)
    scene.sessions.disconnected(scene.tabs.holder("line-performer-0"))
    session = scene.session(session_id)
    late = replace(session.lost[0], heard_ms=session.lost[0].heard_ms + durations.void_ms)
    scene.store.commit(Save(replace(session, lost=(late,))))
    scene.pass_time(durations.resume_ms + durations.void_ms)
    return lambda: scene.metering.advance(session_id, scene.ports.at_ms, PARTIES)


def _report(scene: Scene) -> Callable[[], object]:
    """A side's sign of life before a boundary: plain units only."""
    session_id = scene.running()
    scene.pass_time(scene.metering.durations.block_ms - scene.metering.durations.first_report_ms)
    return lambda: scene.sessions.report("line-customer-0", session_id, scene.ports.at_ms)


def _report_with_evidence(scene: Scene) -> Callable[[], object]:
    report = _report(scene)
    session_id = f"{ORDER}-0001"

    def both() -> None:
        report()
        scene.evidence.keep("line-customer-0", session_id, None, (MINUTE,) * 15)

    return both


def _cancel(scene: Scene) -> Callable[[], object]:
    scene.people()
    order = scene.order()
    held = scene.store.get(Ref(Order, order.id))
    assert held is not None
    ended = end_order(held, OrderAct.CANCEL, key="key", now_ms=scene.ports.at_ms)
    entry = ledger.cancel(
        customer_id=order.customer_id, order_id=order.id, price_minor=order.price_minor, at_ms=scene.ports.at_ms
    )
    place = OpenOrder(order.customer_id, order.twip_id, order.mode, order.id)
    credit = AccountChange(order.customer_id, order.price_minor)
    return lambda: scene.store.commit(Save(ended), Remove(place), credit, Record(entry))
