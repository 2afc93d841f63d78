"""What people do over REST: the real orders and top-ups, and a payment provider that keeps its word, sometimes twice."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from chalicelib.domain.content import Content, Text
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.domain.orders.consultation import ConsultationAct
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.people import User, UserState
from chalicelib.domain.topups import Notification, Outcome, TopUp
from chalicelib.domain.twips import Review, Twip
from chalicelib.services.money.topups import TopUps
from chalicelib.services.orders.consultations import Consultations

PROVIDER = "sandbox"


@dataclass(frozen=True)
class Offer:
    """What is for sale: one performer's consultation in one mode."""

    twip_id: str
    performer_id: str
    mode: Mode
    price_minor: int


def person(user_id: str) -> User:
    """Somebody who may do what people may."""
    return User(user_id, f"{user_id}@example.org", "", user_id.title(), Lang.EN, 0, state=UserState.ACTIVE)


def twip(twip_id: str, author_id: str, prices: dict[Mode, int], now_ms: int) -> Twip:
    """A consultation on sale."""
    text = Text("Консультация", "О чём угодно, пока хватает денег")
    content = Content((Lang.RU,), {Lang.RU: text}, prices)
    return Twip(
        twip_id,
        author_id,
        TwipKind.CONSULTATION,
        now_ms,
        "",
        published=content,
        published_ms=now_ms,
        review=Review.NONE,
    )


class Provider:
    """A payment provider without signatures: what it says is the notification itself."""

    name = PROVIDER

    def start(self, top_up: TopUp) -> str:
        """Nowhere."""
        return ""

    def verify(self, headers: Mapping[str, str], body: bytes, now_ms: int) -> Notification:
        """As it was said."""
        said = json.loads(body)
        return Notification(**{**said, "outcome": Outcome(said["outcome"])})


@dataclass(frozen=True)
class Desk:
    """The REST side of the market."""

    orders: Consultations
    topups: TopUps

    def ask_to_top_up(self, user_id: str, key: str, amount_minor: int) -> TopUp:
        """A pending top-up."""
        return self.topups.start(user_id, amount_minor, key=key).top_up

    def money_comes(self, top_up: TopUp) -> TopUp:
        """The provider's webhook."""
        told = Notification("event", top_up.id, Outcome.SUCCEEDED, top_up.amount_minor, top_up.currency)
        return self.topups.notified(PROVIDER, {}, json.dumps(asdict(told)).encode())

    def place(self, user_id: str, key: str, offer: Offer) -> ConsultationOrder:
        """An order at the price that is asked."""
        return self.orders.place(
            user_id, twip_id=offer.twip_id, mode=offer.mode, price_minor=offer.price_minor, key=key
        )

    def end(self, user_id: str, key: str, order_id: str, act: ConsultationAct) -> ConsultationOrder:
        """Cancels or closes."""
        act_on = self.orders.cancel if act is ConsultationAct.CANCEL else self.orders.close
        return act_on(user_id, order_id, key=key)
