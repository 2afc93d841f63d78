"""A market in a house of memory: Irina writes twips, Mark moderates, Dina looks for them."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.connections import Connection
from chalicelib.domain.content import Amendment, FilesEdit, Text, WorkOffer
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.people import Role, User
from chalicelib.domain.twips import Twip
from chalicelib.services.changes import Change, Ref, Save
from chalicelib.services.frames import Status as StatusFrame
from tests.support.goods import LINK
from tests.support.house import House
from tests.support.people import caller, settle

ADVICE = "I read your contract and name the clauses that end in a dispute."


def consultation(title: str = "Lease check", **prices_minor: int) -> Amendment:
    """What a whole consultation in English says; `video` and `text` are its prices."""
    prices = {Mode(mode): minor for mode, minor in (prices_minor or {"video": 90_000}).items()}
    return Amendment(languages=(Lang.EN,), texts={Lang.EN: Text(title, ADVICE)}, prices=prices)


def work(title: str = "A lease rewritten", *, price_minor: int = 500_000, days: int = 7, bring: str = "") -> Amendment:
    """What a whole work in English says."""
    texts = {Lang.EN: Text(title, ADVICE, bring)}
    return Amendment(languages=(Lang.EN,), texts=texts, work=WorkOffer(price_minor, days))


def files(title: str = "Forms of leases", *, price_minor: int = 50_000, links: tuple[str, ...] = (LINK,)) -> Amendment:
    """What a whole twip of links in English says."""
    texts = {Lang.EN: Text(title, ADVICE)}
    return Amendment(languages=(Lang.EN,), texts=texts, files=FilesEdit(price_minor, None, links))


class Market:
    """The three, and what they do."""

    def __init__(self) -> None:
        self.house = House()
        self.written = 0
        self.irina = settle(self.house, "irina@example.org", name="Irina")
        self.mark = settle(self.house, "mark@example.org", Role.MODERATOR, name="Mark")
        self.dina = settle(self.house, "dina@example.org", name="Dina")

    def draft(
        self, by: Amendment | None = None, *, author: User | None = None, kind: TwipKind = TwipKind.CONSULTATION
    ) -> Twip:
        """A new draft."""
        self.written += 1
        content = by or consultation()
        return self.house.twips.create((author or self.irina).id, kind, content, key=f"draft-{self.written:04d}")

    def pending(
        self, by: Amendment | None = None, *, author: User | None = None, kind: TwipKind = TwipKind.CONSULTATION
    ) -> Twip:
        """A twip in the queue."""
        draft = self.draft(by, author=author, kind=kind)
        return self.house.twips.submit(draft.author_id, draft.id)

    def published(
        self, by: Amendment | None = None, *, author: User | None = None, kind: TwipKind = TwipKind.CONSULTATION
    ) -> Twip:
        """A twip on sale."""
        pending = self.pending(by, author=author, kind=kind)
        return self.house.moderation.approve(self.mark.id, pending.id, version=pending.version)

    def profile(self, user: User | None = None) -> Profile:
        """As stored; Irina's unless somebody is named."""
        found = self.house.store.get(Ref(Profile, (user or self.irina).id))
        assert found is not None
        return found

    def stored(self, twip: Twip) -> Twip:
        """As stored."""
        found = self.house.store.get(Ref(Twip, twip.id))
        assert found is not None
        return found

    def comes(self, user: User, page: str = "") -> Connection:
        """A tab of the person opens."""
        now_ms = self.house.hands.at_ms
        secret = self.house.identity.ticket(caller(user))
        connection = self.house.connections.open(secret, page or f"tab-of-{user.id}", now_ms)
        self.house.connections.hello(connection, now_ms)
        return connection

    def ready(self, user: User, status: Status = Status.AVAILABLE) -> None:
        """On the site, with a status."""
        self.comes(user)
        self.house.availability.set_status(user.id, status)

    def in_session(self, user: User, session_id: str | None = "session") -> None:
        """As a performer."""
        account = self.house.store.get(Ref(Account, user.id))
        assert account is not None
        self.house.store.commit(Save(replace(account, busy=session_id)))

    def statuses_told(self, user: User) -> list[str]:
        """What the person's tabs were told of their status."""
        connections = {f"tab-of-{user.id}"}
        return [
            tell.frame.status
            for tell in self.house.air.told
            if isinstance(tell.frame, StatusFrame) and tell.connection_id in connections
        ]

    def meanwhile(self, act: Callable[[], object], *, after: bool = False) -> None:
        """Somebody acts between the next use case's read and its commit, or just after its commit."""
        store = self.house.store

        def commit(*changes: Change) -> None:
            del store.__dict__["commit"]
            if not after:
                act()
            store.commit(*changes)
            if after:
                act()

        store.__dict__["commit"] = commit

    def index(self) -> None:
        """The index's writer does what its queue holds."""
        touched, self.house.outbox.touched = self.house.outbox.touched, []
        performers, self.house.outbox.performers = self.house.outbox.performers, []
        self.house.indexing.update(touched, [performer_id for performer_id, _ in performers])
        self.house.hands.forward(2_000)
