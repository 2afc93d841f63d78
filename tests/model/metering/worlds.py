"""Small worlds, each about one kind of race: together they hold every act, every loss and every crash that docs/adr/0004 names."""

from chalicelib.domain.kinds import Mode
from chalicelib.domain.parties import Side
from tests.model.engine import model
from tests.model.metering.acts import Act, Kind
from tests.model.metering.opening import Opening, call, heard, talk
from tests.model.metering.stored import Stored

World = model.World[Stored, Act]
PERFORMER = Side.PERFORMER
CALL_1, CALL_2 = "one-0001", "one-0002"
OTHER_CALL = "two-0001"


def stage(blocks: int) -> Opening:
    """One customer with money for so many blocks beyond the prepaid one, one performer, one order."""
    return Opening().account("cora", blocks + 1).account("pavel").order("one", "cora", "pavel")


def hang_ups(session_id: str) -> tuple[tuple[Act, int], ...]:
    """Each side once."""
    return tuple((Act(Kind.HANG_UP, session_id, side), 1) for side in Side)


def ringing() -> World:
    """From the ringing to the clock: every end of it, cancelling, and a crash anywhere."""
    return World(
        "ringing and clock",
        stage(0).stored,
        now=0,
        until=4,
        acts=(
            (Act(Kind.CALL, "one"), 1),
            (Act(Kind.ACK, CALL_1, PERFORMER), 1),
            (Act(Kind.ANSWER, CALL_1, PERFORMER), 1),
            (Act(Kind.START, CALL_1, PERFORMER), 1),
            (Act(Kind.MEDIA, CALL_1), 1),
            *hang_ups(CALL_1),
            (Act(Kind.CANCEL, "one"), 1),
        ),
        workers=(CALL_1,),
        at_once=2,
    )


def gone() -> World:
    """A customer whose line closed before the clock comes back on another, or does not, while the call is answered and started."""
    return World(
        "gone before the clock",
        stage(0).play((0, Act(Kind.CALL, "one")), (0, Act(Kind.ACK, CALL_1, PERFORMER))).stored,
        now=0,
        until=2,
        acts=(
            (Act(Kind.LEAVE, CALL_1), 2),
            (Act(Kind.BACK, CALL_1, line="2"), 1),
            (Act(Kind.ANSWER, CALL_1, PERFORMER, line="3"), 1),
            (Act(Kind.START, CALL_1, PERFORMER, line="3"), 1),
            (Act(Kind.MEDIA, CALL_1, line="2"), 1),
            (Act(Kind.HANG_UP, CALL_1), 1),
        ),
        workers=(CALL_1,),
        at_once=2,
    )


def unheard() -> World:
    """A text call whose performer's line is half-open: the customer's second message comes, and the performer is heard from, or not."""
    opening = Opening().account("cora", 1).account("pavel").order("one", "cora", "pavel", Mode.TEXT)
    opening.play((0, Act(Kind.CALL, "one")), (0, Act(Kind.ANSWER, CALL_1, PERFORMER, line="3")))
    opening.play((0, Act(Kind.SAY, CALL_1, line="a"))).unheard(CALL_1, PERFORMER, -3)
    return World(
        "unheard before the clock",
        opening.stored,
        now=1,
        until=3,
        acts=(
            *((Act(Kind.SAY, CALL_1, line=line), 1) for line in ("b", "c")),
            (Act(Kind.REPORT, CALL_1, PERFORMER, line="3"), 1),
            (Act(Kind.BACK, CALL_1, PERFORMER, line="2"), 1),
            (Act(Kind.LEAVE, CALL_1, PERFORMER, line="3"), 1),
            *hang_ups(CALL_1),
        ),
        workers=(CALL_1,),
        at_once=2,
    )


def spent_share() -> World:
    """The performer spends what a settlement brought, while an earlier hang-up is under way that would return it."""
    return World(
        "spent share",
        stage(1).play(*talk(CALL_1, 0)).stored,
        now=1,
        until=3,
        acts=(*hang_ups(CALL_1), (Act(Kind.SPEND, "bread"), 1)),
        workers=(CALL_1,),
    )


def first_minute() -> World:
    """Void or settled: hang-ups, losses and returns around the end of the free time."""
    return World(
        "first minute",
        stage(1).play(*talk(CALL_1, 0)).stored,
        now=0,
        until=3,
        acts=(
            *hang_ups(CALL_1),
            (Act(Kind.LOSE, CALL_1), 1),
            (Act(Kind.BACK, CALL_1, line="2"), 1),
            (Act(Kind.LOSE, CALL_1, PERFORMER), 1),
        ),
        workers=(CALL_1,),
    )


def one_account() -> World:
    """Two sessions and an order of one customer compete for one block, and a top-up comes between, told twice."""
    opening = Opening().account("cora", 3).account("pavel").account("petra")
    opening.order("one", "cora", "pavel").order("two", "cora", "petra")
    opening.play(*talk(CALL_1, 0), *talk(OTHER_CALL, 0), (2, Act(Kind.WORK, CALL_1)), (2, Act(Kind.WORK, OTHER_CALL)))
    opening.play(*heard(CALL_1, 3), *heard(OTHER_CALL, 3))
    return World(
        "one account",
        opening.stored,
        now=4,
        until=5,
        acts=(
            (Act(Kind.TOP_UP, "gift"), 2),
            (Act(Kind.ORDER, "three", line="pavel"), 1),
            (Act(Kind.HANG_UP, CALL_1), 1),
            (Act(Kind.LOSE, OTHER_CALL, PERFORMER), 1),
        ),
        workers=(CALL_1, OTHER_CALL),
        at_once=4,
        ticks=3,
    )


def boundary() -> World:
    """A boundary with money for two blocks: a hang-up, a line that is lost after it was replaced, a return, reports."""
    opening = stage(2).play(*talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)))
    opening.play((2, Act(Kind.REPORT, CALL_1, PERFORMER)), (1, Act(Kind.REPORT, CALL_1)))
    return World(
        "boundary",
        opening.stored,
        now=3,
        until=6,
        acts=(
            (Act(Kind.HANG_UP, CALL_1), 1),
            (Act(Kind.LOSE, CALL_1), 1),
            (Act(Kind.BACK, CALL_1, line="2"), 1),
            (Act(Kind.LOSE, CALL_1, line="2"), 1),
            (Act(Kind.REPORT, CALL_1), 1),
            (Act(Kind.REPORT, CALL_1, line="2"), 1),
        ),
        workers=(CALL_1,),
    )


def dead_media() -> World:
    """A boundary at which the performer's page is there and no media flows: it answers, on its line and on another, and media comes back,
    or does not; meanwhile a line closes."""
    opening = stage(1).play(*talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)), (4, Act(Kind.REPORT, CALL_1)))
    return World(
        "dead media",
        opening.stored,
        now=4,
        until=6,
        acts=(
            *((Act(Kind.BACK, CALL_1, PERFORMER, line), 1) for line in ("1", "2")),
            *((Act(Kind.REPORT, CALL_1, PERFORMER, line), 1) for line in ("1", "2")),
            (Act(Kind.LOSE, CALL_1, PERFORMER), 1),
            (Act(Kind.LOSE, CALL_1), 1),
            (Act(Kind.BACK, CALL_1, line="2"), 1),
        ),
        workers=(CALL_1,),
        at_once=2,
    )


def silent_in_text() -> World:
    """A boundary of a text session at which the performer was silent: any frame of their page is the sign that was missing."""
    opening = Opening().account("cora", 2).account("pavel").order("one", "cora", "pavel", Mode.TEXT)
    opening.play(*call(CALL_1, 0), (0, Act(Kind.SAY, CALL_1, line="a")), (0, Act(Kind.SAY, CALL_1, line="b")))
    return World(
        "silent in text",
        opening.play((3, Act(Kind.REPORT, CALL_1))).stored,
        now=3,
        until=6,
        acts=(
            *((Act(Kind.BACK, CALL_1, PERFORMER, line), 1) for line in ("1", "2")),
            (Act(Kind.REPORT, CALL_1, PERFORMER), 1),
            (Act(Kind.LOSE, CALL_1, PERFORMER), 1),
            (Act(Kind.HANG_UP, CALL_1), 1),
        ),
        workers=(CALL_1,),
        at_once=2,
    )


def both_lost() -> World:
    """Both sides drop out and come back around a boundary."""
    opening = stage(1).play(*talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)), *heard(CALL_1, 3))
    return World(
        "both lost",
        opening.stored,
        now=3,
        until=5,
        acts=(
            *((Act(Kind.LOSE, CALL_1, side), 1) for side in Side),
            *((Act(Kind.BACK, CALL_1, side, line="2"), 1) for side in Side),
            (Act(Kind.REPORT, CALL_1, PERFORMER), 1),
        ),
        workers=(CALL_1,),
    )


def both_lost_early() -> World:
    """Both sides drop out and come back while the session can be void."""
    return World(
        "both lost early",
        stage(0).play(*talk(CALL_1, 0)).stored,
        now=1,
        until=3,
        acts=(
            *((Act(Kind.LOSE, CALL_1, side), 1) for side in Side),
            *((Act(Kind.BACK, CALL_1, side, line="2"), 1) for side in Side),
            (Act(Kind.REPORT, CALL_1, PERFORMER), 1),
            (Act(Kind.HANG_UP, CALL_1), 1),
        ),
        workers=(CALL_1,),
        at_once=2,
    )


def two_ticks() -> World:
    """Nobody acts: two ticks and a worker find one boundary after the other, late or in time."""
    opening = stage(3).play(*talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)), *heard(CALL_1, 8))
    return World("two ticks", opening.stored, now=3, until=9, acts=(), workers=(CALL_1,), ticks=3)


def running_dry() -> World:
    """A boundary without money: the cut, a top-up in the last moment, hang-ups, a loss."""
    opening = stage(0).play(*talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)), *heard(CALL_1, 3))
    return World(
        "running dry",
        opening.stored,
        now=3,
        until=5,
        acts=(
            (Act(Kind.TOP_UP, "gift"), 2),
            *hang_ups(CALL_1),
            (Act(Kind.LOSE, CALL_1), 1),
            (Act(Kind.BACK, CALL_1, line="2"), 1),
        ),
        workers=(CALL_1,),
    )


def limit() -> World:
    """A boundary at which the customer's limit may stand: it is set, lifted and raised in the last moments, money for one more block is
    there or comes, a side hangs up, one is lost and comes back."""
    opening = stage(0).play(*talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)), *heard(CALL_1, 3))
    return World(
        "limit",
        opening.stored,
        now=3,
        until=5,
        acts=(
            *((Act(Kind.LIMIT, CALL_1, line=line), 1) for line in ("1", "0")),
            (Act(Kind.TOP_UP, "gift"), 1),
            (Act(Kind.HANG_UP, CALL_1), 1),
            (Act(Kind.LOSE, CALL_1, PERFORMER), 1),
            (Act(Kind.BACK, CALL_1, PERFORMER, line="2"), 1),
        ),
        workers=(CALL_1,),
    )


def limit_while_lost() -> World:
    """A limit stands at the boundary of a text session, and both sides drop out before it and come back, or do not; it may be lifted."""
    opening = Opening().account("cora", 3).account("pavel").order("one", "cora", "pavel", Mode.TEXT)
    opening.play(*call(CALL_1, 0), (0, Act(Kind.SAY, CALL_1, line="a")), (0, Act(Kind.SAY, CALL_1, line="b")))
    opening.play((0, Act(Kind.LIMIT, CALL_1, line="1")), *heard(CALL_1, 3))
    return World(
        "limit while lost",
        opening.stored,
        now=3,
        until=6,
        acts=(
            *((Act(Kind.LOSE, CALL_1, side), 1) for side in Side),
            *((Act(Kind.BACK, CALL_1, side, line="2"), 1) for side in Side),
            (Act(Kind.LIMIT, CALL_1, line="0"), 1),
        ),
        workers=(CALL_1,),
    )


def one_order() -> World:
    """Calls, cancels and closes of one order around a void session and its retry: two tabs call, the cancellation comes twice."""
    return World(
        "one order",
        stage(0).play(*talk(CALL_1, 0)).stored,
        now=1,
        until=3,
        acts=(
            (Act(Kind.HANG_UP, CALL_1), 1),
            (Act(Kind.CALL, "one"), 2),
            (Act(Kind.CANCEL, "one"), 2),
            (Act(Kind.CLOSE, "one"), 1),
            (Act(Kind.ANSWER, CALL_2, PERFORMER), 1),
            (Act(Kind.START, CALL_2, PERFORMER), 1),
            (Act(Kind.MEDIA, CALL_2), 1),
            (Act(Kind.HANG_UP, CALL_2, PERFORMER), 1),
        ),
        workers=(CALL_1, CALL_2),
    )


def one_performer() -> World:
    """Two customers ring one performer, who answers both at once from two devices."""
    opening = Opening().account("cora", 1).account("carl", 1).account("pavel")
    opening.order("one", "cora", "pavel").order("two", "carl", "pavel")
    opening.play((0, Act(Kind.CALL, "one")), (0, Act(Kind.CALL, "two")))
    return World(
        "one performer",
        opening.stored,
        now=0,
        until=2,
        acts=(
            (Act(Kind.ANSWER, CALL_1, PERFORMER), 2),
            (Act(Kind.ANSWER, OTHER_CALL, PERFORMER, line="2"), 1),
            (Act(Kind.TURN_AWAY, CALL_1), 1),
            (Act(Kind.TURN_AWAY, OTHER_CALL), 1),
            (Act(Kind.HANG_UP, CALL_1), 1),
            (Act(Kind.CANCEL, "two"), 1),
        ),
        workers=(CALL_1, OTHER_CALL),
    )


def later_session() -> World:
    """A second session that takes its first block from the account, for which an order competes; the text kind and its messages."""
    opening = Opening().account("cora", 2).account("pavel").order("one", "cora", "pavel", Mode.TEXT)
    opening.play(*call(CALL_1, 0), (0, Act(Kind.SAY, CALL_1, line="a")), (0, Act(Kind.SAY, CALL_1, line="b")))
    opening.play((0, Act(Kind.HANG_UP, CALL_1)), *call(CALL_2, 1))
    return World(
        "later session",
        opening.stored,
        now=1,
        until=3,
        acts=(
            (Act(Kind.SAY, CALL_2, line="c"), 2),
            (Act(Kind.SAY, CALL_2, line="d"), 1),
            (Act(Kind.ORDER, "three", line="pavel"), 1),
            (Act(Kind.TOP_UP, "gift"), 1),
            *hang_ups(CALL_2),
        ),
        workers=(CALL_2,),
    )


def torn_read() -> World:
    """The order was read before the rest, while a whole void session and its retry went by."""
    return World(
        "torn read",
        stage(1).play(*talk(CALL_1, 0)).stored,
        now=1,
        until=2,
        acts=(
            (Act(Kind.HANG_UP, CALL_1), 1),
            (Act(Kind.CALL, "one"), 1),
            (Act(Kind.ANSWER, CALL_2, PERFORMER), 1),
            (Act(Kind.START, CALL_2, PERFORMER), 1),
            (Act(Kind.MEDIA, CALL_2), 2),
        ),
        workers=(CALL_1, CALL_2),
        at_once=2,
        torn=(Kind.MEDIA, Kind.START, Kind.HANG_UP),
    )


def outage() -> World:
    """A text session is in its second block when all of ours dies, at 4; all lines die with it. We are back at 7, and a tick comes soon:
    who comes back, before the boundary or after it, and who hangs up?"""
    opening = Opening().account("cora", 3).account("pavel").order("one", "cora", "pavel", Mode.TEXT)
    opening.play(*call(CALL_1, 0), (0, Act(Kind.SAY, CALL_1, line="a")), (0, Act(Kind.SAY, CALL_1, line="b")))
    opening.play(*heard(CALL_1, 3), (4, Act(Kind.WORK, CALL_1)))
    return World(
        "outage",
        opening.mark(4).stored,
        now=7,
        until=9,
        acts=(
            (Act(Kind.TICK, "0"), 1),
            *((Act(Kind.BACK, CALL_1, side, line="2"), 1) for side in Side),
            (Act(Kind.HANG_UP, CALL_1, line="2"), 1),
        ),
        workers=(CALL_1,),
    )


def outage_is_over(name: str, opening: Opening, at: int) -> World:
    """Both lines were closed in an outage, and the time to come back is over: everybody comes at once, and whoever is first ends it."""
    opening.mark(at - 3).play(*((at - 2, Act(Kind.LOSE, CALL_1, side)) for side in Side))
    return World(
        name,
        opening.stored,
        now=at,
        until=at + 1,
        acts=(
            (Act(Kind.TICK, "0"), 1),
            *((Act(Kind.BACK, CALL_1, side, line="2"), 1) for side in Side),
            (Act(Kind.HANG_UP, CALL_1, PERFORMER, line="2"), 1),
            (Act(Kind.TOP_UP, "gift"), 1),
        ),
        workers=(CALL_1,),
        ticks=3,
    )


def outage_in_a_block() -> World:
    """In the second block."""
    opening = stage(2).play(
        *talk(CALL_1, 0), (2, Act(Kind.WORK, CALL_1)), *heard(CALL_1, 3), (4, Act(Kind.WORK, CALL_1))
    )
    return outage_is_over("outage in a block", opening, 7)


def outage_in_the_first_minute() -> World:
    """While the session can be void."""
    return outage_is_over("outage in the first minute", stage(0).play(*talk(CALL_1, 0)), 3)


def worlds() -> dict[str, World]:
    """All of them, by name."""
    made = (
        ringing(),
        gone(),
        unheard(),
        first_minute(),
        spent_share(),
        both_lost_early(),
        boundary(),
        dead_media(),
        silent_in_text(),
        both_lost(),
        two_ticks(),
        running_dry(),
        limit(),
        limit_while_lost(),
        one_account(),
        one_order(),
        one_performer(),
        later_session(),
        torn_read(),
        outage(),
        outage_in_a_block(),
        outage_in_the_first_minute(),
    )
    return {world.name: world for world in made}
