"""The goods of an order of files: for its buyer, its performer, and whoever decides a dispute about it (R77, R78, R84, D10, D26)."""

import logging
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.domain.errors import NotFound, Unavailable, WrongState
from chalicelib.domain.goods import Good, Goods
from chalicelib.domain.orders.editions import Edition
from chalicelib.domain.orders.files import Files, LinksGiven
from chalicelib.domain.orders.order import AnyOrder, FilesOrder
from chalicelib.domain.parties import Side
from chalicelib.services.attachments import Download, download
from chalicelib.services.changes import Insert, Ref, Save
from chalicelib.services.orders.reading import own_order
from chalicelib.services.ports import Clock, FileStorage, Store
from chalicelib.services.retrying import retry_on_conflict
from chalicelib.services.scans import Scans, of_good

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bought:
    """What an order has of goods, and how often its customer was given a link to each of the files, by id."""

    goods: Goods
    given: dict[str, int]


@dataclass(frozen=True)
class OrderGoods:
    """The goods of the edition that was bought, whatever has become of the twip since."""

    store: Store
    clock: Clock
    file_storage: FileStorage
    scans: Scans

    def read(self, user_id: str, order_id: str) -> Bought:
        """For the two sides. Raises NotFound, and WrongState to a customer who has them no more."""
        return self.of(self._open(user_id, order_id, "read"))

    def link(self, user_id: str, order_id: str, file_id: str) -> Download:
        """A link to a file, valid for minutes. Each that the customer is given is counted, once it could be made.

        Raises as `read`, BeingChecked, Infected, and Unavailable: the storage does not answer, or lacks the file."""
        order = self._open(user_id, order_id, "link")
        found = self.link_to(order, file_id, user_id)
        if order.side_of(user_id) is Side.CUSTOMER:
            retry_on_conflict(partial(self._count, order_id, file_id))
        return found

    def of(self, order: AnyOrder) -> Bought:
        """The caller has seen to it that the reader may. Raises NotFound when the order is of no files."""
        goods, given_ref = self._goods(order), Ref(LinksGiven, order.id)
        given = self.store.get(given_ref)
        return Bought(goods, given.times if given else {})

    def link_to(self, order: AnyOrder, file_id: str, reader_id: str) -> Download:
        """A link that nobody counts; likewise. Its performer has a file at any time, all others once it was scanned.

        Raises NotFound, BeingChecked, Infected, Unavailable."""
        good = next((good for good in self._goods(order).files if good.id == file_id), None)
        if good is None:
            raise NotFound(what="file")
        if reader_id != order.performer_id:
            self.scans.check(of_good(good), good.place, good.file.size_bytes)
        self._check_there(good)
        return download(self.file_storage, good.file, good.place, self.clock.now_ms())

    def _open(self, user_id: str, order_id: str, asked: str) -> FilesOrder:
        order = own_order(self.store, user_id, order_id)
        if not isinstance(order.body, Files):
            raise NotFound(what="goods")
        if order.side_of(user_id) is Side.CUSTOMER and not order.body.access:
            raise WrongState(what="goods", state=order.body.seen, asked=asked)
        return order

    def _goods(self, order: AnyOrder) -> Goods:
        edition = self.store.get(Ref(Edition, order.twip_id, order.terms.edition))
        if edition is None or edition.goods is None or not isinstance(order.body, Files):
            raise NotFound(what="goods")
        return edition.goods

    def _check_there(self, good: Good) -> None:
        """Nobody is given a link that leads nowhere, and none such is counted. Raises Unavailable."""
        if not self.file_storage.has(good.place, good.file):
            log.error("the storage lacks a file that was sold: %s", good.id)
            raise Unavailable

    def _count(self, order_id: str, file_id: str) -> None:
        before = self.store.get(Ref(LinksGiven, order_id))
        times = {} if before is None else before.times
        after = {**times, file_id: times.get(file_id, 0) + 1}
        self.store.commit(Insert(LinksGiven(order_id, after)) if before is None else Save(replace(before, times=after)))
