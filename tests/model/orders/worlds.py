"""Small worlds, each about one kind of race in the life of an order of work and of its dispute."""

from dataclasses import replace

from chalicelib.billing import escrow, ledger
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.content import Content, FilesOffer
from chalicelib.domain.disputes.dispute import dispute_id
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.editions import edition_of
from chalicelib.domain.orders.order import Terms, place
from chalicelib.domain.orders.work import Work
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import AccountChange, Change, Insert, Record, Ref, Save
from chalicelib.services.orders.timing import wake_of
from chalicelib.services.workflows import Machine
from tests.model.engine import model
from tests.model.orders.acts import CORA, PAVEL, PRICE, Act, Kind, decide
from tests.model.orders.desk import BPS, TERMS
from tests.model.orders.steps import Told
from tests.model.orders.stored import NOTHING, Fences, Stage, Stored, commit

World = model.World[Stored, Act]
PERFORMER = Side.PERFORMER
ORDER, NEXT, DISPUTE, STOPPED, MENDED = "o1", "o1--2", "o1-d1", "@o1", "@o1"


class Opening:
    """Plays the beginning of a world under the real rules, one act after the other; everybody is told of everything."""

    def __init__(self) -> None:
        self.stored = NOTHING
        for user_id, has_minor in ((CORA, PRICE), (PAVEL, 0)):
            entry = ledger.top_up(
                user_id=user_id, provider="bank", amount_minor=PRICE, top_up_id=f"of {user_id}", at_ms=0
            )
            self._do(Insert(Account(user_id, "RUB")))
            if has_minor:
                self._do(AccountChange(user_id, has_minor), Record(entry))
        self._do(Insert(Profile(PAVEL, "Pavel")))
        self._do(Insert(Twip("t1", PAVEL, TwipKind.WORK, 0, "", published=Content(), published_ms=0)))

    def ordered(self, *, begun: bool = True, days: int = 2) -> "Opening":
        """Cora orders a work that takes so many days. `begun`: its execution begins."""
        spans = TERMS.of_work(days)
        terms = Terms(PRICE, BPS, "RUB", {}, lasts_ms=spans.lasts_ms, reminds_ms=spans.reminds_ms)
        order = place(
            order_id=ORDER,
            twip_id="t1",
            customer_id=CORA,
            performer_id=PAVEL,
            terms=terms,
            body=Work(days),
            fingerprint="",
            now_ms=0,
        )
        held, entry = escrow.hold(order, at_ms=0)
        self._do(Insert(held), AccountChange(CORA, -PRICE), Record(entry))
        if begun and (wake := wake_of(held, 0)) is not None:
            self.stored = Told(Machine.ORDER, wake, 0).done(self.stored, Fences())
            self.play((0, Act(Kind.RUN, ORDER)))
        return self

    def stocked(self) -> "Opening":
        """What Pavel sells is files, and Cora has money for them twice."""
        twip = self.stored.get(Ref(Twip, "t1"))
        assert twip is not None
        goods = Content(files=FilesOffer(PRICE))
        self._do(Save(replace(twip, kind=TwipKind.FILES, published=goods)), Insert(edition_of("t1", goods)))
        entry = ledger.top_up(user_id=CORA, provider="bank", amount_minor=PRICE, top_up_id="more", at_ms=0)
        self._do(AccountChange(CORA, PRICE), Record(entry))
        return self

    def argued(self, order_id: str) -> "Opening":
        """Cora disputes an order, Pavel answers, and an arbiter takes it."""
        about = dispute_id(order_id, 1)
        return self.play(
            (0, Act(Kind.OPEN, order_id, CUSTOMER)),
            (0, Act(Kind.ANSWER, about, PERFORMER)),
            (0, Act(Kind.TAKE, about, Party.ARBITER)),
        )

    def withdrawn(self) -> "Opening":
        """Pavel takes the twip off the market."""
        twip = self.stored.get(Ref(Twip, "t1"))
        assert twip is not None
        self._do(Save(replace(twip, withdrawn=True)))
        return self

    def play(self, *acts: tuple[int, Act]) -> "Opening":
        """Each act at its time, whole, and the execution asleep again."""
        for at, act in acts:
            decision = decide(self.stored, act, at)
            assert decision is not None, f"{act} at {at}"
            for step in (*decision.changes, *decision.then):
                after = step.done(self.stored, Fences())
                assert after is not None, f"{step} of {act} at {at}"
                self.stored = after
            called = next((one.name for one in self.stored.executions.values() if one.stage is Stage.CALLED), None)
            if called is not None:
                self.play((at, Act(Kind.RUN, called)))
        return self

    def _do(self, *changes: Change) -> None:
        after = commit(self.stored, changes)
        assert after is not None
        self.stored = after


def by(side: Side, *kinds: Kind, times: int = 1) -> tuple[tuple[Act, int], ...]:
    """What a side may do, each so often."""
    return tuple((Act(kind, ORDER, side), times) for kind in kinds)


CUSTOMER = Side.CUSTOMER
SWEEPS = ((Act(Kind.MEND, MENDED), 1),)
"""A repair comes at any time; here it alone keeps the time, and the executions that it begins take no step."""


def started(days: int = 2) -> Opening:
    """Pavel has begun."""
    return Opening().ordered(begun=False, days=days).play((0, Act(Kind.START, ORDER, PERFORMER)))


def placed() -> World:
    """From the order to its start, its refusal, its cancellation, or nothing of it."""
    return World(
        "placed",
        Opening().ordered(begun=False).stored,
        now=0,
        until=2,
        acts=(*by(PERFORMER, Kind.START, Kind.REFUSE), *by(CUSTOMER, Kind.CANCEL, Kind.WAIVE), *SWEEPS),
        at_once=2,
    )


def under_way() -> World:
    """The delivery comes, is late, or never comes; the performer gives up; the customer cancels what is overdue."""
    return World(
        "under way",
        started(days=1).stored,
        now=0,
        until=2,
        acts=(*by(PERFORMER, Kind.DELIVER, Kind.REFUSE), *by(CUSTOMER, Kind.CANCEL, Kind.ACCEPT), *SWEEPS),
        at_once=2,
    )


def let_down() -> World:
    """The performer has withdrawn the twip: what is under way goes on, and its customer may cancel it, but not what is delivered."""
    return World(
        "let down",
        started(days=2).withdrawn().stored,
        now=0,
        until=2,
        acts=(*by(PERFORMER, Kind.DELIVER), *by(CUSTOMER, Kind.CANCEL, Kind.ACCEPT, Kind.REWORK), *SWEEPS),
        at_once=2,
    )


def delivered() -> World:
    """It is accepted, returned, delivered again, or nobody says anything. Both sides press twice."""
    return World(
        "delivered",
        started().play((0, Act(Kind.DELIVER, ORDER, PERFORMER, "first"))).stored,
        now=1,
        until=3,
        acts=(
            *by(CUSTOMER, Kind.ACCEPT, Kind.REWORK),
            (Act(Kind.DELIVER, ORDER, PERFORMER, "first"), 1),
            *by(PERFORMER, Kind.DELIVER, Kind.ACCEPT),
            *SWEEPS,
        ),
        at_once=2,
    )


def proposals() -> World:
    """Both sides propose a split, agree, decline and take back, around the end of a proposal."""
    return World(
        "proposals",
        started()
        .play((0, Act(Kind.DELIVER, ORDER, PERFORMER)), (0, Act(Kind.SPLIT, ORDER, PERFORMER, "first")))
        .stored,
        now=0,
        until=1,
        acts=(
            *by(CUSTOMER, Kind.AGREE, Kind.DECLINE, Kind.SPLIT),
            *by(PERFORMER, Kind.AGREE, Kind.DECLINE, Kind.REFUND),
        ),
        at_once=2,
    )


def more_days() -> World:
    """More days are proposed and agreed to around the end of the delivery's term."""
    return World(
        "more days",
        started(days=1).stored,
        now=0,
        until=2,
        acts=(
            *by(PERFORMER, Kind.DAYS, Kind.DELIVER),
            *by(CUSTOMER, Kind.EXTEND, Kind.CANCEL),
            *SWEEPS,
        ),
        at_once=2,
    )


def given_back() -> World:
    """The performer gives a part back, twice, while the customer accepts and the performer spends what they have."""
    return World(
        "given back",
        started().play((0, Act(Kind.DELIVER, ORDER, PERFORMER))).stored,
        now=0,
        until=1,
        acts=(
            *by(PERFORMER, Kind.REFUND),
            (Act(Kind.REFUND, ORDER, PERFORMER, "another"), 2),
            *by(CUSTOMER, Kind.ACCEPT),
            (Act(Kind.SPEND, "bread"), 1),
            *SWEEPS,
        ),
        at_once=2,
    )


def refused() -> World:
    """A refusal that its customer waives, or does not."""
    return World(
        "refused",
        started().play((0, Act(Kind.REFUSE, ORDER, PERFORMER))).stored,
        now=0,
        until=2,
        acts=(*by(CUSTOMER, Kind.WAIVE, Kind.CANCEL, times=2), *by(PERFORMER, Kind.REFUSE), *SWEEPS),
        at_once=2,
    )


def signals() -> World:
    """An execution that sleeps, and acts whose signals come late, cross a timeout, or never come."""
    return World(
        "signals",
        Opening().ordered().stored,
        now=0,
        until=2,
        acts=(*by(PERFORMER, Kind.START), *by(CUSTOMER, Kind.CANCEL)),
        workers=(ORDER,),
        at_once=2,
        ticks=1,
    )


def slow_functions() -> World:
    """A function that leaves its token only when its execution has gone on, perhaps over the token of the next turn."""
    return World(
        "slow functions",
        Opening().ordered().stored,
        now=1,
        until=2,
        acts=(*by(PERFORMER, Kind.START),),
        workers=(ORDER,),
        at_once=2,
        ticks=2,
    )


def never_begun() -> World:
    """Nobody has begun the execution: the first act does, or the sweep; or both at once."""
    return World(
        "never begun",
        Opening().ordered(begun=False).stored,
        now=0,
        until=1,
        acts=(*by(PERFORMER, Kind.START), (Act(Kind.MEND, MENDED), 2)),
        workers=(ORDER,),
        at_once=2,
        ticks=1,
    )


def stopped() -> World:
    """An execution is stopped by hand while it waits: two repairs at once begin the next one, which an act wakes."""
    return World(
        "stopped",
        Opening().ordered().stored,
        now=1,
        until=2,
        acts=((Act(Kind.KILL, STOPPED), 1), (Act(Kind.MEND, MENDED), 2), *by(CUSTOMER, Kind.CANCEL)),
        workers=(ORDER, NEXT),
        at_once=2,
        ticks=1,
    )


def in_dispute(side: Side | Party, *kinds: Kind, times: int = 1, about: str = ORDER) -> tuple[tuple[Act, int], ...]:
    """What a side or a member of staff may do in the first dispute about an order, each so often."""
    return tuple((Act(kind, dispute_id(about, 1), side), times) for kind in kinds)


def opening() -> World:
    """A dispute is opened around the end of a term, by one who presses twice, while the work is delivered; and withdrawn."""
    return World(
        "opening",
        started(days=1).stored,
        now=0,
        until=1,
        acts=(
            *by(CUSTOMER, Kind.OPEN, times=2),
            *by(PERFORMER, Kind.DELIVER),
            *in_dispute(CUSTOMER, Kind.WITHDRAW),
            *SWEEPS,
        ),
        at_once=2,
    )


def answering() -> World:
    """The other side answers, or its time ends; the opener withdraws; a repair reminds and goes on."""
    return World(
        "answering",
        started().play((0, Act(Kind.OPEN, ORDER, CUSTOMER))).stored,
        now=0,
        until=1,
        acts=(
            *in_dispute(PERFORMER, Kind.ANSWER, times=2),
            *in_dispute(CUSTOMER, Kind.WITHDRAW, Kind.ANSWER),
            *by(PERFORMER, Kind.DELIVER, Kind.REFUND),
            (Act(Kind.MEND, f"@{DISPUTE}"), 1),
        ),
        at_once=2,
    )


def settling() -> World:
    """Both sides make offers, settle and turn down, around the end of an offer, while an arbiter decides."""
    return World(
        "settling",
        started().argued(ORDER).play((0, Act(Kind.OFFER, DISPUTE, PERFORMER, "first"))).stored,
        now=0,
        until=1,
        acts=(
            *in_dispute(CUSTOMER, Kind.SETTLE, Kind.OFFER, Kind.WITHDRAW),
            *in_dispute(PERFORMER, Kind.SETTLE, Kind.TURN_DOWN),
            *in_dispute(Party.ARBITER, Kind.RULE),
        ),
        at_once=2,
    )


def arbitration() -> World:
    """An arbiter takes it, hands it over, asks, and decides twice at once, around the end of their term."""
    return World(
        "arbitration",
        over_a_delivery().stored,
        now=0,
        until=1,
        acts=(
            *in_dispute(Party.ARBITER, Kind.TAKE, Kind.HAND_OVER, Kind.ASK),
            *in_dispute(Party.ARBITER, Kind.RULE, times=2),
            (Act(Kind.MEND, f"@{DISPUTE}"), 1),
        ),
        at_once=2,
    )


def escalation() -> World:
    """Nobody has decided in time: any arbiter may, then the admin, then nobody has to."""
    mended = (1, Act(Kind.MEND, f"@{DISPUTE}"))
    return World(
        "escalation",
        over_a_delivery().play(mended).stored,
        now=1,
        until=3,
        acts=(
            *in_dispute(Party.ARBITER, Kind.RULE),
            *in_dispute(Party.ADMIN, Kind.RULE),
            (Act(Kind.MEND, f"@{DISPUTE}"), 2),
        ),
        at_once=2,
    )


def over_a_delivery() -> Opening:
    """What was delivered is disputed, and the performer has answered."""
    return started().play(
        (0, Act(Kind.DELIVER, ORDER, PERFORMER)),
        (0, Act(Kind.OPEN, ORDER, CUSTOMER)),
        (0, Act(Kind.ANSWER, DISPUTE, PERFORMER)),
    )


def accepted() -> Opening:
    """The work was paid for."""
    return started().play((0, Act(Kind.DELIVER, ORDER, PERFORMER)), (0, Act(Kind.ACCEPT, ORDER)))


def window() -> World:
    """What was accepted is disputed by both sides at once, or given back, until its window closes."""
    return World(
        "window",
        accepted().stored,
        now=0,
        until=1,
        acts=(
            *by(CUSTOMER, Kind.OPEN),
            *by(PERFORMER, Kind.OPEN),
            *by(PERFORMER, Kind.REFUND, times=2),
            *in_dispute(PERFORMER, Kind.WITHDRAW),
        ),
        at_once=2,
    )


def paid_out() -> World:
    """A verdict takes back what the performer has spent; an agreement does not."""
    return World(
        "paid out",
        accepted().argued(ORDER).play((0, Act(Kind.OFFER, DISPUTE, PERFORMER))).stored,
        now=0,
        until=1,
        acts=(
            *in_dispute(CUSTOMER, Kind.SETTLE),
            *in_dispute(Party.ARBITER, Kind.RULE),
            *by(PERFORMER, Kind.REFUND),
            (Act(Kind.SPEND, "bread"), 1),
        ),
    )


def two_machines() -> World:
    """A dispute begins, and ends; the executions of both it and its order are told, late, or never."""
    return World(
        "two machines",
        Opening().ordered(days=1).play((0, Act(Kind.START, ORDER, PERFORMER))).stored,
        now=0,
        until=1,
        acts=(*by(CUSTOMER, Kind.OPEN), *in_dispute(CUSTOMER, Kind.WITHDRAW)),
        workers=(ORDER, DISPUTE),
        at_once=2,
        ticks=1,
    )


def worlds() -> dict[str, World]:
    """All of them, by name."""
    made = (
        placed(),
        under_way(),
        let_down(),
        delivered(),
        proposals(),
        more_days(),
        given_back(),
        refused(),
        signals(),
        slow_functions(),
        never_begun(),
        stopped(),
        opening(),
        answering(),
        settling(),
        arbitration(),
        escalation(),
        window(),
        paid_out(),
        two_machines(),
    )
    return {world.name: world for world in made}
