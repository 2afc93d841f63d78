"""Who is told what, by which channel: frames to a person's open pages, mails to their address.

| what has happened                       | frames                                     | mail                        |
| --------------------------------------- | ------------------------------------------ | --------------------------- |
| an order was placed, cancelled, closed  | both: `order.updated`, customer: `balance` |                             |
| files were bought                       | the performer also: `balance`              | the performer               |
| an act of a kind that mails its acts    |                                            | whom its table names        |
| a message was written in an order       | both: `message.new`                        | the other side, if none of  |
|                                         |                                            | their pages is open; once   |
|                                         |                                            | until they have read it     |
| a thread was read                       | both: `message.read`                       |                             |
| an order was reviewed, or replied to    | both: `order.updated`                      | the performer, of a new one |
| the performer gave money back           | both: `order.updated`, `balance`           | the customer                |
| a top-up was paid                       | its owner: `balance`                       |                             |
| a performer's status changed            | the performer: `status`                    |                             |
| a twip was approved or rejected         |                                            | its author                  |
| a password was replaced                 |                                            | its owner                   |
| somebody registers                      |                                            | a link, or that it is taken |
| somebody forgot the password            |                                            | a link                      |

What happens within a session is told by `calls.notifying`. Telling comes after the commit. Frames may be lost without harm, because pages
read anew; so may a mail that only tells of what the person sees on their page. A mail with a link is what its reader waits for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile, Status
from chalicelib.domain.content import shown_to
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.kinds import Lang
from chalicelib.domain.lifecycle import Notice
from chalicelib.domain.orders.order import AnyOrder
from chalicelib.domain.orders.refunds import Refund
from chalicelib.domain.orders.reviews import OrderReview
from chalicelib.domain.parties import Party, Side
from chalicelib.domain.people import Purpose, User
from chalicelib.domain.threads import ThreadMessage
from chalicelib.domain.twips import Twip
from chalicelib.services import frames
from chalicelib.services.changes import Ref
from chalicelib.services.connections import Connections
from chalicelib.services.frames import Balance, MessageNew, MessageRead, OrderUpdated
from chalicelib.services.notices.order_mails import order_mails, title_for
from chalicelib.services.notices.templates import (
    Confirm,
    MessagesWait,
    PasswordChanged,
    Refunded,
    Reset,
    Reviewed,
    Taken,
    TwipApproved,
    TwipRejected,
)
from chalicelib.services.notices.wording import money_text
from chalicelib.services.ports import Mail, Mails, Store, Undelivered

LINKS: dict[Purpose, type[Confirm | Reset]] = {Purpose.CONFIRM: Confirm, Purpose.RESET: Reset}


@dataclass(frozen=True)
class Notices:
    """`origin` is the site's, for links in mails."""

    store: Store
    connections: Connections
    mails: Mails
    origin: str

    # Frames

    def order_changed(self, order: AnyOrder) -> None:
        """Both sides' pages read the order again; the customer's see what their account holds now (R52)."""
        balance = self._balance(order.customer_id)
        self.connections.tell_user(order.performer_id, OrderUpdated(order.id))
        self.connections.tell_user(order.customer_id, OrderUpdated(order.id), *balance)

    def refunded(self, order: AnyOrder, refund: Refund) -> None:
        """The performer has given money back: both see it, and the customer is mailed (E12)."""
        self.order_changed(order)
        self.account_changed(order.performer_id)
        customer = self.store.get(Ref(User, order.customer_id))
        if customer is not None:
            given = money_text(refund.amount_minor, order.terms.currency, Lang(customer.lang))
            mail = Refunded(f"{self.origin}/orders/{order.id}", title_for(order, customer), given)
            self.try_to_mail(mail.to(customer))

    def message_written(self, order: AnyOrder, message: ThreadMessage) -> bool:
        """Both sides' pages read the thread again. Answers whether a page of the other side was reached (R59)."""
        written = MessageNew(order.id, message.id, message.party, message.at_ms)
        self.connections.tell_user(message.author_id, written)
        return self.connections.tell_user(_user_of(order, Party(Side(message.party).other)), written) > 0

    def thread_read(self, order: AnyOrder, by: Party, up_to_ms: int) -> None:
        """Both sides' pages see it: the writer's, and the reader's other tabs."""
        read = MessageRead(order.id, by, up_to_ms)
        for user_id in (order.customer_id, order.performer_id):
            self.connections.tell_user(user_id, read)

    def account_changed(self, user_id: str) -> None:
        """The person's pages see what their account holds now (R52)."""
        self.connections.tell_user(user_id, *self._balance(user_id))

    def status_changed(self, user_id: str, status: Status) -> None:
        """The performer's other tabs show it too (R18)."""
        self.connections.tell_user(user_id, frames.Status(status))

    def _balance(self, user_id: str) -> tuple[Balance, ...]:
        account = self.store.get(Ref(Account, user_id))
        return (Balance(account.available_minor),) if account else ()

    # Mails that may be lost

    def twip_approved(self, author: User, twip: Twip) -> None:
        """Their twip is on the market (R10)."""
        self.try_to_mail(TwipApproved(f"{self.origin}/twips/{twip.id}", _title(twip, author)).to(author))

    def twip_rejected(self, author: User, twip: Twip) -> None:
        """Their twip needs a change, and why (D2)."""
        link = f"{self.origin}/twips/{twip.id}/edit"
        self.try_to_mail(TwipRejected(link, _title(twip, author), twip.reason or "").to(author))

    def messages_wait(self, order: AnyOrder, reader: Party) -> None:
        """The other side has written to this one (E17, E23)."""
        author = Party(Side(reader).other)
        user_ref, profile_ref = Ref(User, _user_of(order, reader)), Ref(Profile, _user_of(order, author))
        found = self.store.read(user_ref, profile_ref)
        user, profile = found.get(user_ref), found.get(profile_ref)
        if user is not None and profile is not None:
            mail = MessagesWait(f"{self.origin}/orders/{order.id}", title_for(order, user), profile.display_name)
            self.try_to_mail(mail.to(user))

    def order_acted(self, order: AnyOrder, notices: Sequence[Notice], by: Party, *, reason: str, now_ms: int) -> None:
        """Whom the table of the order's kind names (R60, R67, D31). Whatever fails of it, the act is done."""
        if not notices:
            return
        link = f"{self.origin}/orders/{order.id}"
        try:
            mails = tuple(order_mails(self.store, order, notices, by, reason=reason, now_ms=now_ms, link=link))
        except Unavailable:
            return  # what happened is on the page of the order
        for mail in mails:
            self.try_to_mail(mail)

    def reviewed(self, order: AnyOrder, review: OrderReview) -> None:
        """The performer reads what the customer says of it, and may reply (D24)."""
        performer = self.store.get(Ref(User, order.performer_id))
        if performer is not None:
            link, title = f"{self.origin}/orders/{order.id}", title_for(order, performer)
            self.try_to_mail(Reviewed(link, title, str(review.stars), review.text).to(performer))

    def password_changed(self, user: User) -> None:
        """Somebody, they or another, has replaced it (E16)."""
        self.try_to_mail(PasswordChanged(f"{self.origin}/").to(user))

    def try_to_mail(self, mail: Mail) -> None:
        """A mail that may be lost."""
        try:
            self.mails.send(mail)
        except Undelivered:
            return  # it is done; only the telling of it failed

    # Mails that are waited for

    def link(self, purpose: Purpose, user: User, secret: str, onward: str | None = None) -> Mail:
        """The mail with a single-use link. The token stands after `#`: no server logs it. `onward`: where its page goes on to."""
        return LINKS[purpose](f"{self.origin}/{purpose}{_next(onward)}#token={secret}").to(user)

    def taken(self, owner: User, onward: str | None = None) -> Mail:
        """The mail to an address that has an account already: its owner may have forgotten that, on the way to something."""
        return Taken(f"{self.origin}/sign-in{_next(onward)}").to(owner)

    def send(self, mail: Mail) -> None:
        """Hands it to the queue. Raises Undelivered."""
        self.mails.send(mail)

    def remind(self, email: str, onward: str | None = None) -> None:
        """Has an address's owner, if there is one, be mailed a link; who that is, is looked up where mails are made. Raises Undelivered."""
        self.mails.remind(email, onward)


def _next(onward: str | None) -> str:
    return f"?{urlencode({'next': onward})}" if onward else ""


def _title(twip: Twip, reader: User) -> str:
    """Of what was decided on, in the reader's language if it has that."""
    decided = twip.draft or twip.published
    return decided.texts[shown_to(decided, Lang(reader.lang)).lang].title if decided else ""


def _user_of(order: AnyOrder, side: Party) -> str:
    return order.customer_id if side is Party.CUSTOMER else order.performer_id
