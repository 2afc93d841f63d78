"""A quarrel about Pavel's logo: Vera and Pavel, two arbiters and an admin. Each act is a word, with a key of its own."""

from typing import Any

from chalicelib.domain.access import Caller
from chalicelib.domain.disputes.dispute import Dispute, Split
from chalicelib.domain.orders.events import OrderEvent
from chalicelib.domain.parties import Side
from chalicelib.domain.people import Role, StaffAct, User
from chalicelib.services.changes import Ref
from chalicelib.services.ports import Listing
from tests.support.house import House
from tests.support.people import caller, settle
from tests.support.shop import Shop
from tests.support.works import DAY, Job

BOTH = (Side.CUSTOMER, Side.PERFORMER)


class Court:
    """The people, the order, and the dispute about it."""

    def __init__(self, house: House, job: Job | Shop | None = None) -> None:
        self.house = house
        self.job: Any = job or Job(house)
        self.vera, self.pavel = self.job.vera, self.job.pavel
        self.nina = settle(house, "nina@example.org", Role.ARBITER, name="Nina")
        self.oleg = settle(house, "oleg@example.org", Role.ARBITER, name="Oleg")
        self.anna = settle(house, "anna@example.org", Role.ADMIN, name="Anna")
        self.dispute_id = ""
        self._acts = 0

    def open(
        self, by: User | None = None, reason: str = "It is not what I ordered", *files: str, **how: Any
    ) -> Dispute:
        """Vera opens it, unless told otherwise."""
        opened = self.house.opening.open(
            (by or self.vera).id,
            how.get("order_id", self.job.order_id),
            how.get("session_id"),
            reason,
            files,
            key=how.get("key") or self._key(),
        )
        self.dispute_id = opened.id
        return opened

    def opened(self) -> "Court":
        """Work is under way, and Vera has opened a dispute about it."""
        self.job.start()
        self.open()
        return self

    def answered(self) -> "Court":
        """And Pavel has answered."""
        self.opened()
        self.answer()
        return self

    def taken(self) -> "Court":
        """And Nina has taken it."""
        self.answered()
        self.assign(self.nina)
        return self

    def answer(self, text: str = "It is", *files: str, by: User | None = None, key: str = "") -> Dispute:
        """Pavel answers."""
        return self.house.disputes.answer((by or self.pavel).id, self.dispute_id, text, files, key=key or self._key())

    def say(self, by: User, text: str = "Look again", *files: str) -> Dispute:
        """A side writes."""
        return self.house.disputes.say(by.id, self.dispute_id, text, files, key=self._key())

    def propose(self, by: User, to_customer_minor: int = 4_000) -> int:
        """A side offers a split; answers the number of the offer."""
        made = self.house.disputes.propose(by.id, self.dispute_id, to_customer_minor, "", key=self._key())
        assert made.proposal
        return made.proposal.serial

    def agree(self, by: User, number: int) -> Dispute:
        """The other accepts it."""
        return self.house.disputes.agree(by.id, self.dispute_id, number, key=self._key())

    def decline(self, by: User, number: int) -> Dispute:
        """It is off."""
        return self.house.disputes.decline(by.id, self.dispute_id, number, key=self._key())

    def withdraw(self, by: User | None = None) -> Dispute:
        """Vera withdraws it."""
        return self.house.disputes.withdraw((by or self.vera).id, self.dispute_id, key=self._key())

    def assign(self, to: User) -> Dispute:
        """An arbiter takes it."""
        return self.house.arbitration.assign(self.caller(to), self.dispute_id, key=self._key())

    def hand_over(self, by: User) -> Dispute:
        """And gives it back."""
        return self.house.arbitration.hand_over(self.caller(by), self.dispute_id, key=self._key())

    def ask(self, by: User, to: tuple[Side, ...] = BOTH, text: str = "When was that?") -> Dispute:
        """Staff asks."""
        return self.house.arbitration.question(self.caller(by), self.dispute_id, to, text, key=self._key())

    def rule(
        self,
        by: User,
        to_customer_minor: int,
        to_performer_minor: int,
        key: str = "",
        *,
        keeps_goods: bool | None = None,
    ) -> Dispute:
        """Staff decides."""
        split = Split(to_customer_minor, to_performer_minor)
        return self.house.arbitration.rule(
            self.caller(by),
            self.dispute_id,
            split,
            "Half was done.",
            key=key or self._key(),
            keeps_goods=keeps_goods,
        )

    def wait(self, days: int) -> "Court":
        """Days pass, and nobody does anything about it."""
        self.house.hands.forward(days * DAY)
        return self

    def lapse(self) -> Dispute:
        """Somebody has the dispute looked at."""
        return self.house.dispute_terms.lapse(self.dispute_id)

    def caller(self, user: User) -> Caller:
        """As the access token says."""
        return caller(user)

    @property
    def dispute(self) -> Dispute:
        """As stored."""
        found = self.house.store.get(Ref(Dispute, self.dispute_id))
        assert found is not None
        return found

    @property
    def thread(self) -> list[OrderEvent]:
        """All that was said and done, oldest first."""
        return list(self.house.store.page(Listing.THREAD, self.dispute_id).items[::-1])

    @property
    def log(self) -> list[StaffAct]:
        """The audit log's lines about disputes, oldest first."""
        acts = self.house.staff.log(cursor=None, limit=50).items[::-1]
        return [act for act in acts if act.act.startswith("dispute.")]

    def mails(self) -> list[tuple[str, str]]:
        """Who was mailed what about disputes since the last look."""
        sent = [(mail.to.partition("@")[0], mail.template) for mail in self.house.outbox.mails]
        self.house.outbox.mails.clear()
        return [one for one in sent if one[1].startswith("dispute_")]

    def clean(self) -> bool:
        """Whether the books are."""
        return self.house.audit.run().clean

    def _key(self) -> str:
        self.house.hands.forward(1)
        self._acts += 1
        return f"key-{self._acts:04d}"
