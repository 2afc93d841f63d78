"""A small market in a house: somebody offers, somebody has money. Money comes the way it does in life, through the provider's webhook."""

from chalicelib.domain.accounts import Account
from chalicelib.domain.content import Content, Text
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.people import User
from chalicelib.domain.topups import Notification, Outcome
from chalicelib.domain.twips import Review, Twip
from chalicelib.gateways.payments import LABEL, notification, signature
from chalicelib.services.changes import Insert, Ref
from chalicelib.services.money.topups import Started
from tests.support.house import House

VIDEO_MINOR, TEXT_MINOR = 90_000, 40_000
CONTENT = Content(
    languages=(Lang.RU, Lang.EN),
    texts={
        Lang.RU: Text("Дебюты", "Разберём ваши партии по ходам."),
        Lang.EN: Text("Openings", "We go through your games."),
    },
    prices={Mode.VIDEO: VIDEO_MINOR, Mode.TEXT: TEXT_MINOR},
)


def offer(house: House, author: User, content: Content = CONTENT, name: str = "twip") -> Twip:
    """A published twip, of a consultation or of what its content offers."""
    twip = Twip(
        id=name.rjust(26, "0"),
        author_id=author.id,
        kind=_kind(content),
        created_ms=house.hands.at_ms,
        fingerprint="f",
        published=content,
        published_ms=house.hands.at_ms,
        review=Review.NONE,
    )
    house.store.commit(Insert(twip))
    return twip


def _kind(content: Content) -> TwipKind:
    if content.files is not None:
        return TwipKind.FILES
    return TwipKind.CONSULTATION if content.work is None else TwipKind.WORK


def webhook(
    house: House, started: Started, outcome: Outcome = Outcome.SUCCEEDED, *, amount_minor: int | None = None
) -> tuple[dict[str, str], bytes]:
    """What the sandbox sends about a top-up: headers and body, signed now."""
    top_up = started.top_up
    body = notification(
        Notification(
            "event-1",
            top_up.id,
            outcome,
            top_up.amount_minor if amount_minor is None else amount_minor,
            top_up.currency,
        )
    )
    key = house.secrets.signing(LABEL, house.hands.at_ms)
    return {"twip-signature": signature(key, body, house.hands.at_ms // 1000)}, body


def fund(house: House, user: User, amount_minor: int) -> None:
    """Money on an account."""
    house.hands.forward(1)
    started = house.topups.start(user.id, amount_minor, key=f"fund-{house.hands.at_ms}")
    house.topups.notified("sandbox", *webhook(house, started))


def place(
    house: House, customer: User, twip: Twip, mode: Mode = Mode.VIDEO, key: str = "order-key"
) -> ConsultationOrder:
    """An order at the price in force, a moment after whatever came before."""
    house.hands.forward(1)
    assert twip.published is not None
    return house.consultations.place(
        customer.id, twip_id=twip.id, mode=mode, price_minor=twip.published.prices[mode], key=key
    )


def account(house: House, user: User) -> Account:
    """Somebody's account as stored."""
    found = house.store.get(Ref(Account, user.id))
    assert found is not None
    return found
