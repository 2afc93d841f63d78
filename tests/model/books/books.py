"""Plain books: who has how much, and where each order and each dispute stands, as the contract says (D11, D21 to D27, D31, E12).

They are written without the product's code, and change in place. Whoever may not do something gets Refused with the code of the reason;
what time has ended by then is done all the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field

DAY = 86_400_000
PRICE, BPS, DAYS = 10_001, 1500, 10
LASTS = {
    "start": 7,
    "delivery": DAYS,
    "overdue": 30,
    "acceptance": 7,
    "proposal": 3,
    "waiver": 7,
    "window": 14,
    "answer": 3,
    "arbitration": 7,
    "escalated": 3,
    "admin": 7,
}
"""Days, by term."""
MORE_DAYS_AT_MOST, DISPUTES_AT_MOST = 30, 3
PHASES = ("answer", "arbitration", "escalated", "admin")
BOTH = ("customer", "performer")
MAY = {
    "start": ("performer",),
    "refuse": ("performer",),
    "deliver": ("performer",),
    "rework": ("customer",),
    "accept": ("customer",),
    "cancel": ("customer",),
    "waive": ("customer",),
    **dict.fromkeys(("split", "days", "agree", "extend", "decline"), BOTH),
}
"""Who may do it at all."""
WHEN = {
    "start": ("placed",),
    "refuse": ("placed", "working"),
    "deliver": ("working",),
    "rework": ("delivered",),
    "accept": ("delivered",),
    "cancel": ("placed", "working"),
    "waive": ("refused",),
    **dict.fromkeys(("split", "days", "agree", "decline"), ("working", "delivered")),
    "extend": ("working",),
}
"""In which states."""
MAY_IN_DISPUTE = {
    **dict.fromkeys(("answer", "say", "withdraw", "offer", "settle", "turn_down"), BOTH),
    "take": ("arbiter",),
    "hand_over": ("arbiter",),
    "rule": ("arbiter", "admin"),
}


class Refused(Exception):
    """It is not done."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def need(met: bool, code: str) -> None:
    """Raises Refused unless it is met."""
    if not met:
        raise Refused(code)


def keeps(amount: int, of: int) -> bool:
    """What every judge here says of files: whoever has half of the money back, or more, does not keep them."""
    return 2 * amount < of


def commission(amount: int) -> int:
    """The platform's share, rounded down."""
    return amount * BPS // 10_000


@dataclass
class Offer:
    """What one side proposes. `until`: it lapses then."""

    by: str
    number: int
    until: int
    kind: str
    amount: int


@dataclass
class Quarrel:
    """One dispute."""

    opener: str
    amount: int
    due: int | None
    began: int
    phase: str = "answer"
    arbiter: str | None = None
    offer: Offer | None = None

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.phase in PHASES

    def stands(self, now: int) -> Offer | None:
        """The offer that waits for its answer."""
        return self.offer if self.is_open and self.offer and now < self.offer.until else None


@dataclass
class Deal:
    """One order. `state`: of files it is `bought`, and `revoked` once the customer has them no more."""

    customer: str
    performer: str
    due: int | None
    state: str = "placed"
    escrow: int = PRICE
    refunded: int = 0
    left: int | None = None
    overdue: bool = False
    offer: Offer | None = None
    offers: int = 0
    waivable_until: int = 0
    waived: bool = False
    quarrels: list[Quarrel] = field(default_factory=list)
    decided: bool = False
    ended: int | None = None
    window: int = 0
    """When it is too late to dispute what has ended."""

    @property
    def is_of_files(self) -> bool:
        """Paid at once, and over as it was placed."""
        return self.state in ("bought", "revoked")

    @property
    def quarrel(self) -> Quarrel | None:
        """The dispute that is open."""
        return self.quarrels[-1] if self.quarrels and self.quarrels[-1].is_open else None

    def side_of(self, who: str) -> str | None:
        """Customer, performer, or nobody."""
        return {self.customer: "customer", self.performer: "performer"}.get(who)

    def stands(self, now: int) -> Offer | None:
        """The proposal that waits for its answer."""
        return self.offer if self.offer and now < self.offer.until else None


class Books:
    """All of it."""

    def __init__(self, has: dict[str, int]) -> None:
        self.has, self.fees = dict(has), dict.fromkeys(has, 0)
        self.deals: list[Deal] = []
        self.judged: set[str] = set()
        """Whom a verdict has taken something from: they alone may be in debt."""

    # Orders

    def place(self, customer: str, performer: str, now: int) -> None:
        """All of the price leaves the account."""
        need(customer != performer, "own_twip")
        need(self.has[customer] >= PRICE, "insufficient_funds")
        self.has[customer] -= PRICE
        self.deals.append(Deal(customer, performer, _ends("start", now)))

    def buy(self, customer: str, performer: str, now: int) -> None:
        """Files: the performer is paid at once. Whoever has them buys them no more."""
        need(customer != performer, "own_twip")
        has_them = any((d.customer, d.performer, d.state) == (customer, performer, "bought") for d in self.deals)
        need(not has_them, "already_ordered")
        need(self.has[customer] >= PRICE, "insufficient_funds")
        self.has[customer] -= PRICE
        deal = Deal(customer, performer, None)
        self._divides(deal, PRICE, "bought", now)
        self.deals.append(deal)

    def act(self, deal: Deal, who: str, act: str, number: int, amount: int, now: int) -> None:
        """A side does something with a work."""
        by = deal.side_of(who)
        need(by is not None and not deal.is_of_files, "not_found")
        need(by in MAY[act], "forbidden")
        self.pass_time(deal, now)
        need(deal.quarrel is None and deal.state in WHEN[act], "wrong_state")
        offer = deal.stands(now)
        answered = offer if offer and offer.by != by else None
        if act in ("agree", "extend", "decline"):
            need(deal.offer is None or deal.offer.number == number, "stale")
        match act:
            case "start":
                self._goes(deal, "working", "delivery", now)
            case "deliver":
                deal.overdue = False
                self._goes(deal, "delivered", "acceptance", now)
            case "rework":
                self._goes(deal, "working", "delivery", now)
            case "refuse":
                deal.waivable_until = _ends("waiver", now)
                self._gives_back(deal, "refused", now)
            case "cancel":
                need(deal.state == "placed" or deal.overdue, "wrong_state")
                self._gives_back(deal, "cancelled", now)
            case "accept":
                self._divides(deal, deal.escrow, "accepted", now)
            case "split":
                need(0 <= amount <= deal.escrow, "invalid_input")
                need(offer is None, "wrong_state")
                self._offers(deal, str(by), "split", amount, now)
            case "days":
                need(deal.state == "working" and 1 <= amount <= MORE_DAYS_AT_MOST, "invalid_input")
                need(offer is None, "wrong_state")
                self._offers(deal, str(by), "days", amount, now)
            case "agree":
                need(
                    answered is not None and answered.kind == "split" and answered.amount <= deal.escrow, "wrong_state"
                )
                assert answered
                self._divides(deal, answered.amount, "agreed", now)
            case "extend":
                need(answered is not None and answered.kind == "days", "wrong_state")
                assert answered
                assert deal.due is not None
                deal.due = (now if deal.overdue else deal.due) + answered.amount * DAY
                deal.overdue, deal.offer = False, None
            case "decline":
                need(offer is not None, "wrong_state")
                deal.offer = None
            case "waive":
                need(now < deal.waivable_until and not deal.waived, "wrong_state")
                deal.waived = True
            case _:
                raise AssertionError(act)

    def refund(self, deal: Deal, who: str, amount: int, now: int) -> None:
        """The performer gives back a part: of what lies in escrow, else of what they were paid and have."""
        by = deal.side_of(who)
        need(by is not None, "not_found")
        need(by == "performer", "forbidden")
        need(deal.quarrel is None, "already_disputed")
        at_most = deal.escrow or PRICE - deal.refunded
        need(at_most > 0, "wrong_state")
        need(0 < amount <= at_most, "invalid_input")
        if deal.escrow:
            deal.escrow -= amount
            self.has[deal.customer] += amount
            deal.refunded += amount
            return
        self._pays_back(deal, amount, covered=True)

    def pass_time(self, deal: Deal, now: int) -> None:
        """What silence means once a term is over."""
        if deal.due is None or now < deal.due:
            return
        match deal.state:
            case "delivered":
                self._divides(deal, deal.escrow, "accepted", now)
            case "working" if not deal.overdue:
                deal.overdue, deal.due = True, _ends("overdue", now)
            case _:
                self._gives_back(deal, "refused", now)

    # Disputes

    def dispute(self, deal: Deal, who: str, now: int) -> None:
        """A side opens a dispute about all that is not given back."""
        by = deal.side_of(who)
        need(by is not None, "not_found")
        need(deal.quarrel is None, "already_disputed")
        self.pass_time(deal, now)
        amount = PRICE - deal.refunded
        need(
            deal.state in ("working", "delivered", "accepted", "bought") and amount > 0 and not deal.decided,
            "wrong_state",
        )
        need(sum(quarrel.opener == by for quarrel in deal.quarrels) < DISPUTES_AT_MOST, "limit_reached")
        need(deal.ended is None or now < deal.window, "window_closed")
        if deal.due is not None:
            deal.left, deal.due = max(deal.due - now, 0), None
        deal.quarrels.append(Quarrel(str(by), amount, _ends("answer", now), now))

    def act_in_dispute(
        self, deal: Deal, quarrel: Quarrel, who: str, party: str | None, act: str, number: int, amount: int, now: int
    ) -> None:
        """A side or a member of staff does something in it. `party`: the role of staff."""
        staff = (
            party if MAY_IN_DISPUTE[act] != BOTH else None
        )  # whose door is their own: at the sides' they are strangers
        by = deal.side_of(who) or staff
        need(by is not None, "not_found")
        need(by in MAY_IN_DISPUTE[act], "forbidden")
        self.pass_time_in_dispute(deal, quarrel, now)
        need(self._is_whose(quarrel, str(by), who, act), "forbidden")
        offer = quarrel.stands(now)
        need(quarrel.is_open and self._fits(quarrel, str(by), act, offer), "wrong_state")
        match act:
            case "answer":
                quarrel.phase, quarrel.due = "arbitration", _ends("arbitration", now)
            case "withdraw":
                self._ends_quarrel(deal, quarrel, "withdrawn", now)
            case "offer":
                need(0 <= amount <= quarrel.amount, "invalid_input")
                quarrel.offer = Offer(str(by), number, _ends("proposal", now), "split", amount)
            case "settle":
                assert offer
                need(offer.number == number, "stale")
                self._judges(deal, quarrel, offer.amount, now, covered=True)
                self._ends_access(deal, offer.amount == quarrel.amount)
                self._ends_quarrel(deal, quarrel, "settled", now)
            case "turn_down":
                assert offer
                need(offer.number == number, "stale")
                quarrel.offer = None
            case "take":
                quarrel.arbiter = who
            case "hand_over":
                quarrel.arbiter = None
            case "rule":
                need(0 <= amount <= quarrel.amount, "invalid_input")
                self._judges(deal, quarrel, amount, now, covered=False)
                self._ends_access(deal, not keeps(amount, quarrel.amount))
                self._ends_quarrel(deal, quarrel, "decided", now)
            case _:
                assert act == "say", act

    def pass_time_in_dispute(self, deal: Deal, quarrel: Quarrel, now: int) -> None:
        """It goes on to whoever is next, at last to nobody: then what was delivered is paid for, and nothing else."""
        if quarrel.due is None or now < quarrel.due:
            return
        if quarrel.phase != "admin":
            quarrel.phase = PHASES[PHASES.index(quarrel.phase) + 1]
            quarrel.due = _ends(quarrel.phase, now)
            return
        had = deal.state in ("delivered", "accepted", "bought")
        self._judges(deal, quarrel, 0 if had else quarrel.amount, now, covered=False)
        self._ends_quarrel(deal, quarrel, "decided", now)

    def _is_whose(self, quarrel: Quarrel, by: str, who: str, act: str) -> bool:
        match act:
            case "withdraw":
                return by == quarrel.opener
            case "answer":
                return by != quarrel.opener
            case "hand_over":
                return who == quarrel.arbiter
            case "rule" if by == "arbiter" and quarrel.phase == "arbitration":
                return who == quarrel.arbiter
            case _:
                return True

    def _fits(self, quarrel: Quarrel, by: str, act: str, offer: Offer | None) -> bool:
        match act:
            case "answer":
                return quarrel.phase == "answer"
            case "say":
                return quarrel.phase != "answer" or by == quarrel.opener
            case "settle":
                return offer is not None and offer.by != by
            case "turn_down":
                return offer is not None
            case "take":
                return quarrel.phase == "arbitration" and quarrel.arbiter is None
            case "hand_over":
                return quarrel.phase == "arbitration"
            case "rule":
                return quarrel.phase in (("admin",) if by == "admin" else ("arbitration", "escalated"))
            case _:
                return True

    def _judges(self, deal: Deal, quarrel: Quarrel, to_customer: int, now: int, *, covered: bool) -> None:
        """Divides what the dispute is about: from escrow while it lies there, else the performer gives it back."""
        if deal.escrow:
            self._divides(deal, deal.escrow - to_customer, "ruled", now)
        elif to_customer:
            self._pays_back(deal, to_customer, covered=covered)
        deal.decided = True

    def _ends_access(self, deal: Deal, so: bool) -> None:
        """The customer has the files no more."""
        if so and deal.state == "bought":
            deal.state = "revoked"

    def _ends_quarrel(self, deal: Deal, quarrel: Quarrel, phase: str, now: int) -> None:
        quarrel.phase, quarrel.due = phase, None
        if deal.ended is None and deal.left is not None:
            deal.due = now + deal.left
        if deal.ended is not None:
            deal.window += now - quarrel.began
        deal.left = None

    # Money

    def _divides(self, deal: Deal, to_performer: int, state: str, now: int) -> None:
        back = deal.escrow - to_performer
        self.has[deal.performer] += to_performer - commission(to_performer)
        self.fees[deal.performer] += commission(to_performer)
        self.has[deal.customer] += back
        deal.escrow, deal.refunded = 0, deal.refunded + back
        self._over(deal, state, now)

    def _gives_back(self, deal: Deal, state: str, now: int) -> None:
        self._divides(deal, 0, state, now)

    def _pays_back(self, deal: Deal, amount: int, *, covered: bool) -> None:
        """What was earned goes back, and the commission on it with it."""
        kept = PRICE - deal.refunded
        less = commission(kept) - commission(kept - amount)
        need(not covered or self.has[deal.performer] >= amount - less, "not_covered")
        if not covered:
            self.judged.add(deal.performer)
        self.has[deal.performer] -= amount - less
        self.fees[deal.performer] -= less
        self.has[deal.customer] += amount
        deal.refunded += amount

    def _offers(self, deal: Deal, by: str, kind: str, amount: int, now: int) -> None:
        deal.offers += 1
        deal.offer = Offer(by, deal.offers, _ends("proposal", now), kind, amount)

    def _goes(self, deal: Deal, state: str, term: str, now: int) -> None:
        deal.state, deal.due, deal.offer = state, _ends(term, now), None

    def _over(self, deal: Deal, state: str, now: int) -> None:
        deal.state, deal.due, deal.offer, deal.ended, deal.window = state, None, None, now, _ends("window", now)

    def total(self) -> int:
        """All money that there is."""
        return sum(self.has.values()) + sum(self.fees.values()) + sum(deal.escrow for deal in self.deals)

    def debtors(self) -> Iterable[str]:
        """Who has less than nothing."""
        return [who for who, has in self.has.items() if has < 0]


def _ends(term: str, now: int) -> int:
    return now + LASTS[term] * DAY
