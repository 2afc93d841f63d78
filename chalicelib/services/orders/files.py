"""Orders of files: buying them (R26, R31, R81, D9, D10)."""

from dataclasses import dataclass, replace

from chalicelib.domain.content import Content
from chalicelib.domain.errors import AlreadyOrdered, FieldError, InvalidInput, KeyReused
from chalicelib.domain.orders.files import Files, KeyUse
from chalicelib.domain.orders.order import FilesOrder, Order, of_kind
from chalicelib.domain.terms import TermSettings
from chalicelib.services.changes import Ref
from chalicelib.services.keys import bought_id, fingerprint
from chalicelib.services.orders.placing import Offer, Placing, Purchase, order_id_of
from chalicelib.services.ports import Store


@dataclass(frozen=True)
class FilesOrders:
    """An order's id says who has bought which twip, and for the how many-th time. So of two purchases at once one is made."""

    store: Store
    placing: Placing
    terms: TermSettings

    def place(self, customer_id: str, *, twip_id: str, price_minor: int, edition: str, key: str) -> FilesOrder:
        """An order of the edition and at the price that the customer has confirmed (R29). All of it goes to the performer at once, less
        commission (R81).

        Raises NotFound, InvalidInput, OwnTwip, EditionChanged, PriceChanged, AlreadyOrdered by whoever has them, InsufficientFunds,
        KeyReused, Unavailable."""
        confirmed = {"price_minor": price_minor, "edition": edition}
        asked = fingerprint({"twip_id": twip_id, "kind": Files.kind, **confirmed})
        use = KeyUse(order_id_of(customer_id, key), asked)
        purchase = Purchase(
            order_id="",
            customer_id=customer_id,
            twip_id=twip_id,
            kind=Files,
            price_minor=price_minor,
            fingerprint=fingerprint({"key": use.id, "asked": asked}),
            offer=self._offer,
            edition=edition,
            use=use,
        )
        return self._buy(purchase, use, 1)

    def _buy(self, purchase: Purchase[Files], use: KeyUse, number: int) -> FilesOrder:
        order_id = bought_id(purchase.customer_id, purchase.twip_id, number)
        try:
            return self.placing.place(replace(purchase, order_id=order_id))
        except KeyReused:
            self._check_lost(order_id, use)
        return self._buy(purchase, use, number + 1)

    def _check_lost(self, order_id: str, use: KeyUse) -> None:
        """That another request has bought by this order, and access to that has ended. Raises AlreadyOrdered, KeyReused."""
        order_ref, use_ref = Ref(Order, order_id), Ref(KeyUse, use.id)
        found = self.store.read(order_ref, use_ref)
        bought, known = found.get(order_ref), found.get(use_ref)
        if bought is None or (known is not None and known != use):
            raise KeyReused
        if of_kind(bought, Files).body.access:
            raise AlreadyOrdered(order_id=order_id)

    def _offer(self, content: Content) -> Offer[Files]:
        """Raises InvalidInput when the twip is none of files."""
        if content.files is None or content.files.price_minor is None:
            raise InvalidInput((FieldError("kind", "not_offered"),))
        return Offer(Files(), content.files.price_minor, self.terms.of_files())
