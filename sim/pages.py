"""A page in a browser: it sends frames and repeats those that find no answer, follows its session, reports, reloads, comes back."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from chalicelib.domain.parties import Side
from sim.cloud import Socket
from sim.kernel import Act

if TYPE_CHECKING:
    from sim.people import Person
    from sim.world import World

Frame = dict[str, Any]
LINE_MS = 540_000
"""A page sends something at least this often, because an idle line is closed."""
TIRED = 5
"""So often a page sends a frame that finds no answer."""
LATER = ("unavailable", "internal")


@dataclass
class Talk:
    """A session as a page knows it."""

    session_id: str
    side: str
    stage: str = "ringing"
    """ringing, answered, running, ended."""
    mode: str = ""
    clock_started_ms: int = 0
    paid_until_ms: int = 0
    blocks: int = 0
    epoch: int = -1
    media_awaited: bool = False
    """This side is lost, and only media brings it back."""
    waits: bool = False
    """The page reports until the clock runs."""
    alone: bool = False
    """The other side's page is gone: nothing is sent to it."""
    seen: dict[str, Frame] = field(default_factory=dict)
    """The last frame of each type."""


@dataclass
class Asked:
    """A frame that waits for its answer."""

    frame: Frame
    left: int = TIRED


class Page:
    """One tab of one person. A line may be cut at any time: the page opens another and resumes its session."""

    def __init__(self, world: "World", person: "Person", name: str) -> None:
        self.world = world
        self.person = person
        self.name = name
        self.socket: Socket | None = None
        self.ready = False
        self.closed_for_good = False
        self.talk: Talk | None = None
        self.asked: dict[str, Asked] = {}
        self.errors: dict[str, Frame] = {}
        """The last refusal of each type of frame."""
        self._number = 0
        self.heard_ms = world.kernel.time_ms
        """When it was last told something unasked, or opened its line."""
        self._failed = 0
        """How often in a row no line was to be had: each time the page waits longer."""
        self._rounds = 0
        """Of keeping the line: a new one ends the one before."""
        self._said_ms = 0
        """When it last sent a frame."""
        self._reported: set[int] = set()
        self._bytes = 0
        """Of media, since the line was opened, up to `_counted_ms`."""
        self._counted_ms = 0

    # The line

    def open(self) -> None:
        """Opens a line, and another if that fails."""
        if self.closed_for_good:
            return
        self.ready = False
        self._bytes = 0
        self._counted_ms = self.heard_ms = self.world.kernel.time_ms
        self.socket = self.world.connect(self, self._opened)

    def _opened(self, well: bool) -> None:
        if not well:
            self._failed = min(self._failed + 1, TIRED)
            return self._later(self.world.human_ms(500, 4_000) * 2 ** (self._failed - 1), self._reopen)
        if self.world.closed:
            # Whoever comes back so late finds nobody who would end a session with them.
            return self.cut(deaf=False, told_after_ms=10, back_after_ms=None)
        self._failed = 0
        self.ask({"type": "hello"})
        return None

    def _reopen(self) -> None:
        if self.socket is None or not self.socket.open:
            self.open()

    def closed(self, socket: Socket) -> None:
        """The gateway closed the line."""
        if socket is self.socket and not self.closed_for_good:
            self.asked.clear()
            self._later(self.world.human_ms(200, 3_000), self._reopen)

    def cut(self, *, deaf: bool, told_after_ms: int | None, back_after_ms: int | None) -> None:
        """The line is cut: seen by the gateway, or dead on both ends; the page comes back, or never."""
        socket, self.socket, self.ready = self.socket, None, False
        self.asked.clear()
        if socket is not None and deaf:
            socket.deaf = True
            if told_after_ms is not None:
                self.world.kernel.after(told_after_ms, lambda: self.world.gateway.close(socket, 0))
        if socket is not None and not deaf:
            self.world.gateway.close(socket, told_after_ms)
        if back_after_ms is None:
            self.closed_for_good = True
            self.person.changed.fire()
            return
        self._later(back_after_ms, self._reopen)

    def reload(self) -> None:
        """Somebody loads the page anew."""
        self.cut(deaf=False, told_after_ms=10, back_after_ms=self.world.human_ms(200, 4_000))

    def _later(self, delay_ms: int, act: Act) -> None:
        self.world.kernel.after(delay_ms, lambda: None if self.closed_for_good else act())

    # Frames out

    def ask(self, frame: Frame, *, times: int = TIRED) -> None:
        """Sends a frame, and again while no answer comes."""
        self._number += 1
        ident = f"{self._number}"
        self.asked[ident] = Asked(frame, times)
        self._send(ident)

    def _send(self, ident: str) -> None:
        asked = self.asked.get(ident)
        if asked is None or self.socket is None:
            return
        if not asked.left:
            del self.asked[ident]
            self.person.changed.fire()
            return
        asked.left -= 1
        self._said_ms = self.world.kernel.time_ms
        fresh = self._stats() if asked.frame["type"] == "session.report" else {}
        self.world.gateway.send(self.socket, to_json({**asked.frame, **fresh, "id": ident}).decode())
        self._later(self.world.human_ms(3_000, 8_000), lambda: self._send(ident))

    def tell(self, frame: Frame) -> None:
        """Sends a frame about the session that this page is in."""
        if self.talk is not None and self.talk.stage != "ended":
            self.ask({**frame, "session_id": self.talk.session_id})

    # Frames in

    def receive(self, socket: Socket, frame: Frame) -> None:
        """A frame has come."""
        if socket is not self.socket or self.closed_for_good:
            return
        self.world.log(self.name, "is told", frame)
        if "re" not in frame:
            self.heard_ms = self.world.kernel.time_ms
        asked = self.asked.pop(frame.get("re", ""), None)
        if asked is not None:
            self._answered(asked, frame)
        self._take(frame)
        self.person.changed.fire()

    def _answered(self, asked: Asked, frame: Frame) -> None:
        if frame["type"] != "error":
            return
        self.errors[asked.frame["type"]] = frame
        code = frame["code"]
        if code in LATER and asked.left:
            self._later(self.world.human_ms(1_000, 8_000), lambda: self.ask(asked.frame, times=asked.left))
        elif code == "unauthenticated":
            self.cut(deaf=False, told_after_ms=0, back_after_ms=self.world.human_ms(300, 3_000))
        elif code in ("session_moved", "session_over") and self.talk is not None:
            of_it = asked.frame.get("session_id") == self.talk.session_id
            self.talk = None if of_it and code == "session_moved" else self.talk
            if of_it and code == "session_over" and self.talk:
                self.talk.stage = "ended"
        elif code == "call_live":
            self.ask({"type": "resume", "session_id": frame["session_id"]})

    def _take(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self.ready = True
            if self.talk is not None and self.talk.stage != "ended":
                self.ask({"type": "resume", "session_id": self.talk.session_id})
        elif kind in ("call.ringing", "call.answered", "session.resumed"):
            self._enter(kind, frame)
        elif kind == "session.moved" and self.talk is not None and self.talk.session_id == frame["session_id"]:
            self.talk = None
        elif self.talk is not None and self.talk.session_id == frame.get("session_id"):
            self._follow(self.talk, kind, frame)
        self.person.told(self, frame)

    def _enter(self, kind: str, frame: Frame) -> None:
        """This page holds a side of a session from now on, or learns where it stands."""
        if kind == "call.answered" and not frame["here"]:
            return
        talk = self.talk
        if talk is None or talk.session_id != frame["session_id"]:
            mine = kind != "session.resumed" or "re" in frame
            if not mine:
                return
            talk = self.talk = Talk(frame["session_id"], self.person.side)
            self.person.talker = self
            self._reported.clear()
        talk.seen[kind] = frame
        talk.mode = frame.get("mode", talk.mode)
        if kind == "call.answered" and talk.stage == "ringing":
            talk.stage = "answered"
            self._wait_for_the_clock(talk)
        if kind == "session.resumed":
            self._stand(talk, frame)

    def _stand(self, talk: Talk, frame: Frame) -> None:
        talk.stage = frame["state"]
        talk.epoch = frame["epoch"]
        self._wait_for_the_clock(talk)
        if frame.get("t0_ms") is not None:
            talk.clock_started_ms, talk.paid_until_ms = frame["t0_ms"], frame["paid_until_ms"]
            self._plan_reports(talk)
        self._lost(talk, frame["lost"], frame["media_awaited"])

    def _lost(self, talk: Talk, lost: list[str], media_awaited: list[str]) -> None:
        """What a page does about a pause, or after it."""
        by_line = set(lost) - set(media_awaited)
        self.count_media()
        talk.alone = bool(by_line - {talk.side})
        talk.media_awaited = talk.side in media_awaited
        if talk.side in by_line:
            self._later(self.world.human_ms(20, 400), lambda: self._come_back(talk))
        elif talk.mode == "video" and talk.stage == "running":
            if talk.media_awaited and self.world.kernel.rng.random() < 0.5:
                # It knows no better, and must get nothing for it.
                self._come_back(talk)
            self._report_when_media_flows(talk, talk.epoch, self.world.kernel.time_ms)

    def _follow(self, talk: Talk, kind: str, frame: Frame) -> None:
        talk.seen[kind] = frame
        if kind in ("session.ended", "call.ended"):
            talk.stage = "ended"
        elif kind in ("session.started", "session.charged"):
            talk.stage = "running"
            talk.clock_started_ms = frame.get("t0_ms", talk.clock_started_ms)
            talk.paid_until_ms = max(talk.paid_until_ms, frame["paid_until_ms"])
            self._plan_reports(talk)
        elif kind == "session.interrupted" and frame["epoch"] > talk.epoch:
            talk.epoch = frame["epoch"]
            self._lost(talk, frame["sides"], frame["media_awaited"])

    def _come_back(self, talk: Talk) -> None:
        if self.talk is talk and talk.stage != "ended" and self.ready:
            self.ask({"type": "resume", "session_id": talk.session_id})

    # Signs of life

    def _plan_reports(self, talk: Talk) -> None:
        """Before each boundary, and on and on: a page that was not told of a debit goes by its own clock."""
        at_ms, durations = talk.paid_until_ms, self.world.durations
        if at_ms in self._reported or talk.stage == "ended":
            return
        self._reported.add(at_ms)
        wrong_ms = self.person.clock_wrong_ms
        for before_ms in (durations.first_report_ms, durations.second_report_ms):
            self.world.kernel.at(at_ms - before_ms + wrong_ms, lambda: self.report(talk))
        next_ms = at_ms + durations.block_ms

        def go_on() -> None:
            if self.talk is talk and talk.paid_until_ms < next_ms and talk.stage != "ended":
                talk.paid_until_ms = next_ms
                self._plan_reports(talk)

        self.world.kernel.at(at_ms + durations.heard_ms // 4, go_on)

    def _wait_for_the_clock(self, talk: Talk) -> None:
        if talk.stage == "answered" and not talk.waits:
            talk.waits = True
            self._report_while_waiting(talk)

    def _report_while_waiting(self, talk: Talk) -> None:
        """From the answer to the clock, every so often."""
        if self.talk is not talk or talk.stage != "answered" or self.closed_for_good:
            return
        self.report(talk)
        self._later(self.world.durations.waiting_report_ms, lambda: self._report_while_waiting(talk))

    def report(self, talk: Talk) -> None:
        """A sign of life, if the page is in the session."""
        if self.talk is not talk or talk.stage == "ended" or not self.ready or self.person.mute:
            return
        self.tell({"type": "session.report"})

    def _report_when_media_flows(self, talk: Talk, epoch: int, since_ms: int) -> None:
        """As soon as bytes grow after a pause; and on, while that is what the session waits for. No pause is so long that a page goes on
        for ever: it has missed a frame then, and asks where the session stands."""
        if self.talk is not talk or talk.epoch != epoch or talk.stage != "running":
            return
        if self.world.kernel.time_ms - since_ms > self.world.durations.resume_ms:
            if talk.media_awaited:
                self._come_back(talk)
            return
        if self._flowing or self.world.kernel.rng.random() < 0.1:
            self.report(talk)
        if talk.media_awaited or not self._flowing:
            self._later(self.world.human_ms(500, 3_000), lambda: self._report_when_media_flows(talk, epoch, since_ms))

    # Media

    @property
    def _flowing(self) -> bool:
        return self.person.media and self.talk is not None and not self.talk.alone

    def count_media(self) -> None:
        """Counts what has flowed until now; called before anything changes about it."""
        now_ms = self.world.kernel.time_ms
        if self._flowing and now_ms > self._counted_ms:
            self._bytes += 10 * (now_ms - self._counted_ms)
            self.person.flowed_ms = now_ms
        self._counted_ms = now_ms

    def _stats(self) -> Frame:
        """Bytes that have not grown lately are left out; or said as they were believed before, which must be worth nothing."""
        talk, books = self.talk, self.world.books
        if talk is None or talk.mode != "video" or self.socket is None:
            return {}
        self.count_media()
        side = Side(talk.side)
        if self.world.kernel.time_ms - self.person.flowed_ms <= self.world.still_ms:
            books.grew[talk.session_id, side] = self.person.flowed_ms
            return {"stats": {"media_bytes": self._bytes}}
        known = books.believed.get((talk.session_id, side, self.socket.id), 0)
        return {"stats": {"media_bytes": known}} if self.world.kernel.rng.random() < 0.5 else {}

    # Keeping the line

    def keep_alive(self) -> None:
        """Pings, as long as the page lives, whenever it has said nothing else for a while; idle performers say that they are there."""
        if self.closed_for_good or not self.world.busy_hours:
            return
        now_ms, every_ms = self.world.kernel.time_ms, self.person.ping_ms(self)
        silent_ms = now_ms - self._said_ms if every_ms == LINE_MS else every_ms
        if self.ready and silent_ms >= every_ms:
            self.ask({"type": "ping"}, times=1)
            silent_ms = 0
        self._rounds += 1
        this = self._rounds
        self._later(max(1_000, every_ms - silent_ms), lambda: self.keep_alive() if this == self._rounds else None)
