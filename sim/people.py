"""The people of a run: what both sides do; performers, who answer, or do not."""

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.services.calls.ticking import AHEAD
from sim.kernel import Signal
from sim.pages import LINE_MS, Frame, Page, Talk

if TYPE_CHECKING:
    from sim.world import World


QUESTION = "A long one: ?"
REPLY = {"type": "chat.send", "client_id": "answer-1", "text": "A long one."}
QUIET_TICKS = 15
AT_ONCE = 10
"""So many blocks ahead is planned what befalls a line."""


class Person:
    """One user at one desk. Two customers of one account may be two people."""

    side = ""

    def __init__(self, world: "World", user_id: str, name: str) -> None:
        self.world = world
        self.user_id = user_id
        self.name = name
        self.rng = world.kernel.rng
        self.changed = Signal()
        self.talker: Page | None = None
        """The page in which this person's session lives."""
        self.clock_wrong_ms = self.rng.randrange(-300, 300)
        self.mute = False
        """Their page reports nothing: half-open for all we know."""
        self.media = True
        """Picture and sound get through."""
        self.flowed_ms = 0
        """When they last did."""
        self._tabs = 0

    def tab(self) -> Page:
        """Opens one more tab."""
        self._tabs += 1
        page = Page(self.world, self, f"{self.name}.{self._tabs}")
        page.open()
        self.world.kernel.after(self.rng.randrange(2 * self.world.durations.keepalive_ms), page.keep_alive)
        return page

    @property
    def talk(self) -> Talk | None:
        """The session that this person is in."""
        return self.talker.talk if self.talker else None

    def told(self, page: Page, frame: Frame) -> None:
        """A page of theirs was told something."""

    def ping_ms(self, page: Page) -> int:
        """How long until this page's next ping: often enough to keep its line."""
        return LINE_MS

    # What befalls a line

    def troubles(self, talk: Talk, begun_ms: int) -> None:
        """Plans what befalls the line of a session's page in the next blocks from a boundary on: nothing, mostly."""
        known = self.talk
        if known is None or known.session_id != talk.session_id or known.stage == "ended":
            return
        world, rng, durations = self.world, self.rng, self.world.durations
        next_ms = begun_ms + AT_ONCE * durations.block_ms
        world.kernel.at(next_ms, lambda: self.troubles(talk, next_ms))
        while rng.random() < world.troubled:
            boundary_ms = begun_ms + rng.randrange(1, AT_ONCE + 1) * durations.block_ms
            handed_ms = boundary_ms // durations.tick_ms * durations.tick_ms - AHEAD * durations.tick_ms
            kinds = ("reload", "gap", "vanish", "moved", "late", "dead", "goodbye")
            kind = rng.choices(kinds, (25, 25, 5, 15, 12, 10, 5))[0]
            at_ms, kind = rng.choice(
                (
                    (begun_ms + rng.randrange(AT_ONCE * durations.block_ms), kind),
                    (boundary_ms - rng.randrange(-durations.tick_ms // 4, durations.tick_ms * 5 // 4), kind),
                    (handed_ms - rng.randrange(durations.resume_ms // 4), "away"),
                    (boundary_ms - durations.heard_ms - rng.randrange(durations.tick_ms // 6), "mute"),
                    (boundary_ms - rng.randrange(3 * durations.heard_ms), "dead"),
                    (begun_ms + rng.randrange(durations.void_ms + 1_000), kind),
                )
            )
            world.kernel.at(at_ms, partial(self._trouble, talk.session_id, kind))

    def _trouble(self, session_id: str, kind: str) -> None:
        page, world, rng = self.talker, self.world, self.rng
        talk = page.talk if page else None
        if page is None or talk is None or talk.session_id != session_id or talk.stage == "ended":
            return
        world.log(page.name, "has trouble", {"type": kind})
        resume_ms = world.durations.resume_ms
        if kind == "reload":
            back_ms = world.human_ms(200, 4_000)
            seen_ms = rng.choice((world.human_ms(0, 300), back_ms + rng.randrange(100, 350)))
            page.cut(deaf=False, told_after_ms=seen_ms, back_after_ms=back_ms)
        elif kind == "away":
            away_ms = rng.randrange(resume_ms // 2, resume_ms)
            page.cut(deaf=False, told_after_ms=10, back_after_ms=away_ms)
            if rng.random() < 0.2:
                # Hardly back, and gone again.
                world.kernel.after(away_ms + world.human_ms(1_000, 10_000), partial(self._trouble, session_id, kind))
        elif kind == "gap":
            told_ms = rng.choice((None, rng.randrange(resume_ms // 2), rng.randrange(2 * resume_ms)))
            page.cut(deaf=True, told_after_ms=told_ms, back_after_ms=rng.randrange(resume_ms * 3 // 2))
        elif kind == "vanish":
            page.cut(deaf=rng.random() < 0.5, told_after_ms=rng.choice((None, 50)), back_after_ms=None)
        elif kind == "moved":
            other = self.tab()
            other.talk, self.talker = (
                Talk(talk.session_id, talk.side, talk.stage, talk.mode, talk.clock_started_ms),
                other,
            )
            world.kernel.after(
                rng.randrange(100, 400), lambda: page.cut(deaf=False, told_after_ms=0, back_after_ms=None)
            )
        elif kind == "goodbye":
            # The page is closed, and another tab hangs up a moment later.
            page.cut(deaf=False, told_after_ms=10, back_after_ms=None)
            other, after_ms = self.tab(), rng.randrange(resume_ms)
            end = {"type": "session.end", "session_id": talk.session_id}
            world.kernel.after(after_ms, lambda: other.ask(end))
        elif kind == "late":
            page.cut(deaf=False, told_after_ms=rng.randrange(resume_ms), back_after_ms=world.human_ms(100, 1_000))
        elif kind == "dead":
            self._media(False)
            again_ms = talk.paid_until_ms + rng.choice((-resume_ms, 0, resume_ms // 2, resume_ms, 2**40))
            world.kernel.at(again_ms + rng.randrange(resume_ms // 2), lambda: self._media(True))
        else:
            self.mute = True
            at_ms = talk.paid_until_ms + rng.choice((rng.randrange(-40, 60), rng.randrange(-40, 60), resume_ms // 2))
            world.kernel.at(at_ms, lambda: self._unmute(page, talk))

    def _media(self, flows: bool) -> None:
        """Picture and sound stop to get through, or begin again, while the line to the service holds."""
        if self.talker is not None:
            self.talker.count_media()
        self.media = flows

    def _unmute(self, page: Page, talk: Talk) -> None:
        self.mute = False
        page.report(talk)

    def hang_up(self) -> None:
        """Ends the session, with a nervous finger now and then."""
        if self.talker is not None:
            for _ in range(self.rng.choice((1, 1, 1, 2))):
                self.talker.tell({"type": "session.end"})

    def planned_end_ms(self, talk: Talk, stay: float) -> int | None:
        """When this person will hang up: never, or at some point, many of which lie close to where the money is."""
        rng, durations = self.rng, self.world.durations
        if rng.random() < stay:
            return None
        close_ms = rng.choice((rng.randrange(-40, 40), rng.randrange(-1_500, 1_500)))
        points = (
            rng.randrange(durations.void_ms),
            durations.void_ms + close_ms,
            rng.randrange(1, 9) * durations.block_ms + close_ms,
            rng.randrange(9 * durations.block_ms),
        )
        return talk.clock_started_ms + max(0, rng.choices(points, (3, 1, 3, 3))[0])


class Performer(Person):
    """Answers calls, most of the time."""

    side = "performer"

    def __init__(self, world: "World", user_id: str, name: str) -> None:
        super().__init__(world, user_id, name)
        self.pages: list[Page] = []
        self.pages += [self.tab() for _ in range(self.rng.choice((1, 1, 2)))]
        self.decided: set[str] = set()
        world.kernel.after(world.durations.keepalive_ms, self._mind_the_shop)

    @property
    def can_be_called(self) -> bool:
        """What everybody sees: some page of theirs is there, and they are in no session. Or hears: nobody else calls them now."""
        books, here = self.world.books, any(page.ready for page in self.pages)
        return here and books.accounts[self.user_id].busy is None and self.user_id not in books.called

    @property
    def busy(self) -> bool:
        """Whether they believe to be in a session, or in a call."""
        return self.talk is not None and self.talk.stage != "ended"

    @property
    def talk(self) -> Talk | None:
        """The session that this person is in, unless its page was closed for good."""
        return self.talker.talk if self.talker and not self.talker.closed_for_good else None

    def ping_ms(self, page: Page) -> int:
        """A page of a performer who is in a session pings as rarely as any other. Of an idle one's pages one pings, as rarely as just
        suffices: it saves time."""
        speaks = not self.busy and page in self.pages[:1]
        return 2 * self.world.durations.keepalive_ms if speaks else LINE_MS

    def _mind_the_shop(self) -> None:
        """Somebody whose tabs are all gone comes back to work. Who has heard nothing for long loads the page anew."""
        if not self.world.busy_hours:
            return
        quiet_ms = self.world.kernel.time_ms - QUIET_TICKS * self.world.durations.tick_ms
        for page in self.pages:
            if page.ready and page.heard_ms < quiet_ms and not self.busy:
                page.reload()
        self.pages = [page for page in self.pages if not page.closed_for_good]
        if not self.pages:
            self.pages = [self.tab()]
        self.world.kernel.after(self.world.durations.tick_ms, self._mind_the_shop)

    def told(self, page: Page, frame: Frame) -> None:
        """Rings, is in a session, or hears of one."""
        match frame["type"]:
            case "call.incoming":
                self._ring(page, frame)
            case "call.answered" if frame["here"]:
                self._start(page, frame)
            case "session.started":
                self._settle_in(page)
            case "session.ended" if page is self.talker:
                page.keep_alive()
            case "chat.message" if frame["author"] == "customer" and frame["text"] == QUESTION:
                self.world.kernel.after(self.world.human_ms(1_000, 20_000), lambda: page.tell(REPLY))

    def _ring(self, page: Page, frame: Frame) -> None:
        world, rng, session_id = self.world, self.rng, frame["session_id"]
        about = {"session_id": session_id}
        if rng.random() < 0.97:
            world.kernel.after(world.human_ms(20, 400), lambda: page.ask({"type": "call.ringing", **about}))
        if session_id in self.decided:
            return
        if self.busy:
            if self.talker is not None:
                self.talker.tell({"type": "resume"})
            return
        self.decided.add(session_id)
        mood = rng.random()
        after_ms = rng.randrange(world.durations.ring_ms // 6)
        if mood < 0.04:
            world.kernel.after(after_ms, lambda: page.ask({"type": "call.decline", **about}))
        elif mood < 0.94:
            world.kernel.after(after_ms, lambda: page.ask({"type": "call.answer", **about}))
            if rng.random() < 0.15:
                other = rng.choice(self.pages)
                soon_ms = after_ms + rng.choice((0, rng.randrange(200)))
                world.kernel.after(soon_ms, lambda: other.ask({"type": "call.answer", **about}))
            if rng.random() < 0.03:
                world.kernel.after(after_ms // 2, lambda: page.ask({"type": "session.start", **about}, times=1))

    def _start(self, page: Page, frame: Frame) -> None:
        """The answer is given: in a video call the performer presses start."""
        world, rng = self.world, self.rng
        if rng.random() < world.troubled / 5:
            # Half-open right after the answer: for a while, or for good.
            back_ms = rng.choice((None, rng.randrange(world.durations.answer_ms)))
            page.cut(deaf=True, told_after_ms=None, back_after_ms=back_ms)
        if frame["mode"] == "text" or rng.random() < 0.02:
            return
        for _ in range(rng.choice((1, 1, 1, 2))):
            world.kernel.after(world.human_ms(300, 8_000), lambda: self._press(frame["session_id"]))
        if rng.random() < 0.03:
            world.kernel.after(world.human_ms(100, 9_000), self.hang_up)

    def _press(self, session_id: str) -> None:
        if self.talk is not None and self.talk.session_id == session_id and self.talker is not None:
            self.talker.tell({"type": "session.start"})

    def _settle_in(self, page: Page) -> None:
        talk = page.talk
        if talk is None:
            return
        self.troubles(talk, talk.clock_started_ms or self.world.kernel.time_ms)
        end_ms = self.planned_end_ms(talk, stay=0.94)
        if end_ms is not None:
            self.world.kernel.at(end_ms, lambda: self.hang_up() if self.talk is talk else None)
