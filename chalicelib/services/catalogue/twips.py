"""Twips as their authors keep them and as everybody reads them (R1 to R9, D1 to D3)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import chain

from chalicelib.domain import twips
from chalicelib.domain.access import Caller
from chalicelib.domain.availability import Profile, with_unpublished
from chalicelib.domain.content import Amendment, Content, amended
from chalicelib.domain.errors import KeyReused, NotFound
from chalicelib.domain.goods_uploads import Leftover
from chalicelib.domain.kinds import Mode, TwipKind
from chalicelib.domain.orders.consultation import OpenOrder
from chalicelib.domain.orders.editions import edition_of
from chalicelib.domain.orders.order import FilesOrder, LatestOrder, Order
from chalicelib.domain.people import Role
from chalicelib.domain.twips import Twip
from chalicelib.services.catalogue.goods_uploads import GoodsUploads, taken
from chalicelib.services.catalogue.publishing import Publishing
from chalicelib.services.changes import Change, Insert, Ref, Save
from chalicelib.services.keys import bought_id, derive, fingerprint
from chalicelib.services.people.availability import Availability, Standing
from chalicelib.services.ports import Clock, FileStorage, Listing, Page, Store
from chalicelib.services.retrying import retry_on_conflict
from chalicelib.services.scans import Scans


@dataclass(frozen=True)
class TwipPage:
    """A twip as one reader sees it."""

    twip: Twip
    performer: Standing
    orders: dict[Mode, str]
    """The reader's own open orders of it, by mode (R33)."""
    latest: str | None
    """The reader's newest order of it, if it is no consultation (R33)."""
    bought: bool
    """Whether the reader has its files, which are not sold to them again (D9)."""
    inside: bool
    """Whether the reader sees the draft and its review too: the author and moderators."""

    @property
    def edition(self) -> str | None:
        """The digest that an order of its files placed now would freeze (R29, D10); None of another kind."""
        content = self.twip.published
        if content is None or content.files is None:
            return None
        return edition_of(self.twip.id, content).digest


@dataclass(frozen=True)
class Twips:
    """Authors' acts. Somebody else's twip is none of theirs: NotFound."""

    store: Store
    clock: Clock
    availability: Availability
    publishing: Publishing
    uploads: GoodsUploads
    file_storage: FileStorage
    scans: Scans

    def create(self, author_id: str, kind: TwipKind, by: Amendment, *, key: str) -> Twip:
        """A new draft, perhaps incomplete (R4, D1). A repeat of the key answers what was answered first (D12).

        Raises InvalidInput, KeyReused, LimitReached (exactly a hundred that were never published: they are counted in the transaction
        that adds one), Unavailable."""
        draft = Twip(
            id=derive("twip", author_id, key),
            author_id=author_id,
            kind=kind,
            created_ms=self.clock.now_ms(),
            fingerprint=fingerprint({"kind": kind, **asdict(by)}),
            draft=amended(Content(), by),
        )
        return retry_on_conflict(lambda: self._create(draft))

    def _create(self, draft: Twip) -> Twip:
        found = self.store.read(Ref(Twip, draft.id), Ref(Profile, draft.author_id))
        first, author = found.get(Ref(Twip, draft.id)), found.get(Ref(Profile, draft.author_id))
        if first is not None and first.fingerprint != draft.fingerprint:
            raise KeyReused
        if first is not None:
            return replace(draft, created_ms=first.created_ms)
        if author is None:
            raise NotFound(what="user")
        counted = with_unpublished(author, twips.unpublished_delta(None, draft))
        self.store.commit(Insert(draft), Save(counted))
        return draft

    def edit(self, author_id: str, twip_id: str, by: Amendment, *, version: int) -> Twip:
        """An edited draft; of a published twip, a revision that leaves the published one alone (D2). Uploads that it names are taken, and
        files that leave the draft go, unless they were published (D10).

        Raises NotFound, Stale when the twip is no longer at this version, InvalidInput, Unavailable."""
        return retry_on_conflict(lambda: self._edit(author_id, twip_id, by, version))

    def _edit(self, author_id: str, twip_id: str, by: Amendment, version: int) -> Twip:
        twip = self._own(author_id, twip_id)
        twips.check_version(twip, version)
        uploads = self.uploads.finished(twip, by.files.file_ids or ()) if by.files else ()
        edited = twips.edit(twip, by, tuple(one.good for one in uploads))
        # Before the commit: a file that nothing refers to does less harm than a twip without its file.
        for one in uploads:
            self.file_storage.keep(one.place)
        gone = (Insert(Leftover(good.place)) for good in twips.dropped(twip, edited))
        return self._save(edited, *chain.from_iterable(map(taken, uploads)), *gone)

    def submit(self, author_id: str, twip_id: str) -> Twip:
        """The draft goes to moderation (R9). Raises NotFound, WrongState, InvalidInput, Infected, Unavailable."""
        now_ms = self.clock.now_ms()
        return retry_on_conflict(lambda: self._submit(author_id, twip_id, now_ms))

    def _submit(self, author_id: str, twip_id: str, now_ms: int) -> Twip:
        submitted = twips.submit(self._own(author_id, twip_id), now_ms=now_ms)
        self.scans.check_not_infected(submitted.draft_goods.files)
        return self._save(submitted)

    def withdraw(self, author_id: str, twip_id: str) -> Twip:
        """Off the market (D2). Raises NotFound, WrongState, Unavailable."""
        return retry_on_conflict(lambda: self._place(author_id, twip_id, twips.withdraw))

    def restore(self, author_id: str, twip_id: str) -> Twip:
        """Back on the market as it was approved (D2). Raises NotFound, WrongState, Unavailable."""
        return retry_on_conflict(lambda: self._place(author_id, twip_id, twips.restore))

    def _place(self, author_id: str, twip_id: str, act: Callable[[Twip], Twip]) -> Twip:
        found = self.store.read(Ref(Twip, twip_id), Ref(Profile, author_id))
        twip, author = found.get(Ref(Twip, twip_id)), found.get(Ref(Profile, author_id))
        if twip is None or twip.author_id != author_id or author is None:
            raise NotFound(what="twip")
        return self.publishing.commit(twip, act(twip), author)

    def _own(self, author_id: str, twip_id: str) -> Twip:
        twip = self.store.get(Ref(Twip, twip_id))
        if twip is None or twip.author_id != author_id:
            raise NotFound(what="twip")
        return twip

    def _save(self, twip: Twip, *more: Change) -> Twip:
        self.store.commit(Save(twip), *more)
        return replace(twip, version=twip.version + 1)

    def mine(self, author_id: str, *, cursor: str | None, limit: int) -> Page[Twip]:
        """The author's twips, newest first. Raises InvalidCursor."""
        return self.store.page(Listing.TWIPS_OF_AUTHOR, author_id, cursor=cursor, limit=limit)

    def read(self, twip_id: str, reader: Caller | None) -> TwipPage:
        """A twip's page: what is published for everybody, all of it for its author and moderators. One that was withdrawn is still there
        for who has an open order of it, or has bought it as a whole. Raises NotFound."""
        opens = [Ref(OpenOrder, reader.user_id, twip_id, mode) for mode in Mode] if reader else []
        latests = [Ref(LatestOrder, reader.user_id, twip_id)] if reader else []
        bought_refs = [Ref(Order, bought_id(reader.user_id, twip_id, 1))] if reader else []
        found = self.store.read(Ref(Twip, twip_id), *opens, *latests, *bought_refs)
        twip = found.get(Ref(Twip, twip_id))
        orders = {order.mode: order.order_id for ref in opens if (order := found.get(ref))}
        bought = self._newest(found.get(bought_refs[0])) if bought_refs else None
        latest = bought.id if bought else next((last.order_id for ref in latests if (last := found.get(ref))), None)
        inside = twip is not None and reader is not None and _inside(twip, reader)
        if twip is None or not (inside or twip.on_sale or ((orders or latest) and twip.published)):
            raise NotFound(what="twip")
        performer = self.availability.of((twip.author_id,)).get(twip.author_id)
        if performer is None or (performer.profile.blocked and not inside):
            raise NotFound(what="twip")
        return TwipPage(twip, performer, orders, latest, bought is not None and bought.body.access, inside)

    def _newest(self, bought: FilesOrder | None) -> FilesOrder | None:
        """Of a customer's orders of the same files, of which this is the first."""
        number = 1
        while bought is not None and not bought.body.access:
            number += 1
            later = self.store.get(Ref(Order, bought_id(bought.customer_id, bought.twip_id, number)))
            if later is None:
                break
            bought = later
        return bought


def _inside(twip: Twip, reader: Caller) -> bool:
    return reader.user_id == twip.author_id or Role.MODERATOR in reader.roles
