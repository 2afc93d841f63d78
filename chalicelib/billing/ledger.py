"""Double entry: every act of money is one entry whose postings sum to zero, under a key that exists once (D11, docs/adr/0003)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """Why money moved."""

    TOP_UP = "top_up"
    ORDER = "order"
    BLOCK = "block"
    BLOCK_RETURN = "block_return"
    CANCEL = "cancel"
    """The customer has cancelled an order, and has the escrow back."""
    REFUND = "refund"
    """The customer has the escrow back by what somebody else did, or did not do."""
    SERVICE_OUTAGE = "service_outage"
    """A block is given back, because our own outage ended its session (E15)."""
    RELEASE = "release"
    SALE = "sale"
    """The customer has bought files, and the performer is paid at once (R81)."""
    SPLIT = "split"
    VERDICT = "verdict"
    """Escrow is divided by a verdict (D27)."""
    CLAWBACK = "clawback"
    """A verdict takes back what the performer was paid. This alone may take an account below zero (D25)."""
    REPAYMENT = "repayment"
    """The performer gives back what they were paid, by their own choice (E12) or as the two have agreed in a dispute."""


class Leg(IntEnum):
    """The numbers of an order's own entries, by which statements tell them apart. They never change. That each is written once is held by
    the order's version, which the same commit moves on."""

    HELD = 0
    REFUNDED = 1
    RELEASED = 2
    SPLIT = 3
    VERDICT = 4
    SOLD = 5


@dataclass(frozen=True)
class Posting:
    """A signed amount, in minor units, on one account of the ledger."""

    account: str
    amount_minor: int


@dataclass(frozen=True)
class Entry:
    """One line of the journal. `(account, at_ms, subject, k)` is its key and its idempotency key: `at_ms` of metered time is the
    due time, never the clock's, so a repeat of any act finds the key taken."""

    account: str
    """The user account in whose statement it stands first: the journal's partition. Who pays, if two users are touched."""
    at_ms: int
    subject: str
    k: int
    kind: Kind
    postings: tuple[Posting, ...]
    payee: str | None
    """The other user account, which receives: for the statement's index. None saves the index a write."""
    order_id: str | None = None
    session_id: str | None = None
    """The session that it is about, where `subject` is something else."""

    def of(self, account: str) -> int:
        """What this entry did to an account, in minor units."""
        return sum(p.amount_minor for p in self.postings if p.account == account)


def user(user_id: str) -> str:
    """The available money of a user."""
    return f"user:{user_id}"


def fee(user_id: str) -> str:
    """The platform's commission on what this performer earned."""
    return f"fee:{user_id}"


def escrow(order_id: str) -> str:
    """Money held on an order."""
    return f"escrow:{order_id}"


def outside(provider: str, user_id: str) -> str:
    """Where a user's top-ups come from; one account a user, so that no journal partition is hot."""
    return f"outside:{provider}:{user_id}"


def commission_minor(price_minor: int, commission_bps: int) -> int:
    """The platform's share, in basis points, rounded down (D11): the performer never loses a fraction.

    Raises ValueError for a share below nothing or above the whole."""
    if not 0 <= commission_bps <= 10_000:
        raise ValueError(f"no share of a price: {commission_bps} bps")
    return price_minor * commission_bps // 10_000


def kept_commission_minor(kept_minor: int, unit_minor: int, commission_bps: int) -> int:
    """The platform's share of what a performer keeps of several units (blocks, or the whole), each rounded down by itself (D11): of the
    last, begun one as of a price of its own."""
    units, rest_minor = divmod(kept_minor, unit_minor)
    return units * commission_minor(unit_minor, commission_bps) + commission_minor(rest_minor, commission_bps)


def _entry(
    account: str,
    at_ms: int,
    subject: str,
    k: int,
    kind: Kind,
    postings: Iterable[Posting],
    payee: str | None,
    order_id: str | None,
    session_id: str | None = None,
) -> Entry:
    """An entry whose postings sum to zero and begin with who gives, so that no negative amount can turn it around. Raises ValueError."""
    kept = tuple(p for p in postings if p.amount_minor)
    if not kept or sum(p.amount_minor for p in kept) != 0 or kept[0].amount_minor > 0:
        raise ValueError(f"postings of {subject}#{k} do not balance: {kept}")
    return Entry(account, at_ms, subject, int(k), kind, kept, payee, order_id, session_id)


def top_up(*, user_id: str, provider: str, amount_minor: int, top_up_id: str, at_ms: int) -> Entry:
    """Money from a payment provider to an account (R28)."""
    postings = (Posting(outside(provider, user_id), -amount_minor), Posting(user(user_id), amount_minor))
    return _entry(user(user_id), at_ms, top_up_id, 0, Kind.TOP_UP, postings, None, None)


def order(*, customer_id: str, order_id: str, price_minor: int, at_ms: int) -> Entry:
    """The price, of a consultation its first block, goes into the order's escrow (R30, R31)."""
    postings = (Posting(user(customer_id), -price_minor), Posting(escrow(order_id), price_minor))
    return _entry(user(customer_id), at_ms, order_id, Leg.HELD, Kind.ORDER, postings, None, order_id)


def sale(
    *, customer_id: str, performer_id: str, order_id: str, price_minor: int, commission_bps: int, at_ms: int
) -> Entry:
    """The price goes to the performer at once, less commission (R31, R81)."""
    commission = commission_minor(price_minor, commission_bps)
    customer, performer = user(customer_id), user(performer_id)
    postings = (
        Posting(customer, -price_minor),
        Posting(performer, price_minor - commission),
        Posting(fee(performer_id), commission),
    )
    return _entry(customer, at_ms, order_id, Leg.SOLD, Kind.SALE, postings, performer, order_id)


def refund(*, customer_id: str, order_id: str, held_minor: int, kind: Kind, at_ms: int) -> Entry:
    """The escrow goes back to the customer (R35, R65)."""
    postings = (Posting(escrow(order_id), -held_minor), Posting(user(customer_id), held_minor))
    return _entry(user(customer_id), at_ms, order_id, Leg.REFUNDED, kind, postings, None, order_id)


def refund_part(*, customer_id: str, order_id: str, refund_id: str, amount_minor: int, at_ms: int) -> Entry:
    """A part of the escrow goes back to the customer, because the performer wants it so (E12)."""
    postings = (Posting(escrow(order_id), -amount_minor), Posting(user(customer_id), amount_minor))
    return _entry(user(customer_id), at_ms, refund_id, 0, Kind.REFUND, postings, None, order_id)


def divide(
    *,
    customer_id: str,
    performer_id: str,
    order_id: str,
    held_minor: int,
    to_performer_minor: int,
    commission_bps: int,
    kind: Kind,
    leg: Leg,
    at_ms: int,
) -> Entry:
    """The escrow goes to the performer as far as said, less commission on that part; the rest goes back to the customer (R70, D27)."""
    commission = commission_minor(to_performer_minor, commission_bps)
    performer, customer, back_minor = user(performer_id), user(customer_id), held_minor - to_performer_minor
    postings = (
        Posting(escrow(order_id), -held_minor),
        Posting(performer, to_performer_minor - commission),
        Posting(fee(performer_id), commission),
        Posting(customer, back_minor),
    )
    payee = customer if back_minor else None
    return _entry(performer, at_ms, order_id, leg, kind, postings, payee, order_id)


def pay_back(
    *,
    customer_id: str,
    performer_id: str,
    order_id: str,
    session_id: str | None,
    subject: str,
    amount_minor: int,
    commission_minor: int,
    kind: Kind,
    at_ms: int,
) -> Entry:
    """What the performer has earned goes back to the customer, the platform's commission on it with it (D25, E12). `subject` is the dispute
    or the refund."""
    performer, customer = user(performer_id), user(customer_id)
    postings = (
        Posting(performer, commission_minor - amount_minor),
        Posting(fee(performer_id), -commission_minor),
        Posting(customer, amount_minor),
    )
    return _entry(performer, at_ms, subject, 0, kind, postings, customer, order_id, session_id)


@dataclass(frozen=True, kw_only=True)
class BlockTerms:
    """Who pays whom for a block of a session, and how much: the price, and the platform's commission of it in basis points."""

    customer_id: str
    performer_id: str
    order_id: str
    session_id: str
    price_minor: int
    commission_bps: int

    @property
    def share_minor(self) -> int:
        """What the performer earns with a block (R54)."""
        return self.price_minor - commission_minor(self.price_minor, self.commission_bps)

    def earned(self, times: int = 1) -> tuple[Posting, Posting]:
        """The price, shared between performer and platform; `times` -1 takes it back."""
        commission = self.price_minor - self.share_minor
        return (
            Posting(user(self.performer_id), times * self.share_minor),
            Posting(fee(self.performer_id), times * commission),
        )


def settle(of: BlockTerms, *, at_ms: int) -> Entry:
    """The prepaid block leaves escrow for the performer, less commission (D14, R53, R54)."""
    postings = (Posting(escrow(of.order_id), -of.price_minor), *of.earned())
    return _entry(user(of.performer_id), at_ms, of.session_id, 0, Kind.BLOCK, postings, None, of.order_id)


def block(of: BlockTerms, *, k: int, due_ms: int) -> Entry:
    """Block `k` of a session goes from the customer to the performer, less commission (R47, R53, R54)."""
    customer, performer = user(of.customer_id), user(of.performer_id)
    postings = (Posting(customer, -of.price_minor), *of.earned())
    return _entry(customer, due_ms, of.session_id, k, Kind.BLOCK, postings, performer, of.order_id)


def block_return(of: BlockTerms, *, k: int, due_ms: int, into_escrow: bool) -> Entry:
    """Undoes block `k`, which began after the session's end: the money goes back to the customer, or into the order's escrow if it came
    from there. It stands in the statement right behind what it undoes."""
    account = escrow(of.order_id) if into_escrow else user(of.customer_id)
    postings = (*of.earned(-1), Posting(account, of.price_minor))
    payee = None if into_escrow else account
    return _entry(user(of.performer_id), due_ms + 1, of.session_id, k, Kind.BLOCK_RETURN, postings, payee, of.order_id)


def give_back(of: BlockTerms, *, k: int, ended_ms: int) -> Entry:
    """Block `k`, the last of a session that our own outage ended, goes back to the customer in whole. The platform pays, even what it has
    not earned: the commission on what this performer earned may fall below zero by this. The performer keeps the share (E15). It stands
    right behind the end, which may be the very instant for which the block was settled."""
    performer, customer = user(of.performer_id), user(of.customer_id)
    postings = (Posting(fee(of.performer_id), -of.price_minor), Posting(customer, of.price_minor))
    return _entry(performer, ended_ms + 1, of.session_id, k, Kind.SERVICE_OUTAGE, postings, customer, of.order_id)


@dataclass(frozen=True)
class Movement:
    """What an entry does to one user's account item: available money and commission change together."""

    user_id: str
    available_delta_minor: int = 0
    fee_delta_minor: int = 0
    into_debt: bool = False
    """Whether it may take the available money below zero: by a verdict alone (D25)."""


def movements(*entries: Entry) -> tuple[Movement, ...]:
    """The changes of account items that belong to entries of one act, one a user. Escrow is kept on the order, the outside nowhere."""
    available: dict[str, int] = {}
    commission: dict[str, int] = {}
    judged = {entry.account for entry in entries if entry.kind is Kind.CLAWBACK}
    for posting in (posting for entry in entries for posting in entry.postings):
        kind, _, owner = posting.account.partition(":")
        if kind == "user":
            available[owner] = available.get(owner, 0) + posting.amount_minor
        if kind == "fee":
            commission[owner] = commission.get(owner, 0) + posting.amount_minor
    owners = sorted(available.keys() | commission.keys())
    return tuple(
        Movement(owner, available.get(owner, 0), commission.get(owner, 0), user(owner) in judged) for owner in owners
    )


def balances(entries: Iterable[Entry]) -> dict[str, int]:
    """Every account's balance recomputed from the journal alone: the ledger's truth, which the audit holds the items against."""
    totals: dict[str, int] = {}
    for entry in entries:
        for posting in entry.postings:
            totals[posting.account] = totals.get(posting.account, 0) + posting.amount_minor
    return totals
