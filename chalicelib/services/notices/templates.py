"""The mails that there are: each template with its facts. A template says nothing that is not among them."""

import re
from dataclasses import asdict, dataclass
from typing import ClassVar

from chalicelib.domain.people import User
from chalicelib.services.ports import Mail


@dataclass(frozen=True)
class Template:
    """A mail, filled in but for its reader. `name` is the class's name in snake case. It is stable, as the facts are: mails lie in the
    queue while another version of the service is deployed."""

    name: ClassVar[str]
    link: str
    """Where its button leads. Of the other facts of mails about orders, `other` is the other side's name, `days` what is left of the term
    that runs, and `reason` what was said."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def to(self, reader: User) -> Mail:
        """The mail to a person, in their language."""
        return Mail(reader.email, self.name, reader.lang, asdict(self))


@dataclass(frozen=True)
class Confirm(Template):
    """To whoever registers: the link shows that the address is theirs."""


@dataclass(frozen=True)
class Taken(Template):
    """To the owner of an address with which somebody tries to register."""


@dataclass(frozen=True)
class Reset(Template):
    """To whoever forgot the password: the link replaces it."""


@dataclass(frozen=True)
class PasswordChanged(Template):
    """To the owner of an account whose password is another one now."""


@dataclass(frozen=True)
class TwipApproved(Template):
    """To the author of a twip that is published."""

    title: str


@dataclass(frozen=True)
class TwipRejected(Template):
    """To the author of a twip that needs a change."""

    title: str
    reason: str


@dataclass(frozen=True)
class MessagesWait(Template):
    """To a side of an order to whom the other has written while none of their pages was open."""

    title: str
    author: str


@dataclass(frozen=True)
class Refunded(Template):
    """To a customer to whom the performer has given money back."""

    title: str
    sum: str


@dataclass(frozen=True)
class ReviewAsked(Template):
    """To the customer of an order that has ended and that they have not reviewed (D24)."""

    title: str
    other: str


@dataclass(frozen=True)
class Reviewed(Template):
    """To the performer: how many stars an order has got, and what its customer says (D24)."""

    title: str
    stars: str
    text: str


@dataclass(frozen=True)
class DisputeOpened(Template):
    """To the side that is to answer it until then."""

    title: str
    sum: str
    until: str


@dataclass(frozen=True)
class DisputeAnswerDue(Template):
    """To the same, a day before."""

    title: str
    sum: str
    until: str


@dataclass(frozen=True)
class DisputeInArbitration(Template):
    """To both sides: an arbiter decides by then."""

    title: str
    sum: str
    until: str


@dataclass(frozen=True)
class DisputeToDecide(Template):
    """To staff: it waits for their decision until then."""

    title: str
    sum: str
    until: str


@dataclass(frozen=True)
class DisputeQuestion(Template):
    """To a side that is asked something."""

    title: str


@dataclass(frozen=True)
class DisputeReply(Template):
    """To the arbiter: what they asked is answered."""

    title: str


@dataclass(frozen=True)
class DisputeProposal(Template):
    """To the side to which a split is proposed."""

    title: str
    to_customer: str
    to_performer: str
    until: str


@dataclass(frozen=True)
class DisputeSettled(Template):
    """To both sides: what each gets."""

    title: str
    to_customer: str
    to_performer: str


@dataclass(frozen=True)
class DisputeDecided(Template):
    """To both sides: what each gets, and why. Nobody says why where nobody decided in time."""

    title: str
    to_customer: str
    to_performer: str
    reasons: str


@dataclass(frozen=True)
class DisputeWithdrawn(Template):
    """To the other side."""

    title: str


@dataclass(frozen=True)
class WorkOrdered(Template):
    """To the performer of what was ordered (R60)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkStarted(Template):
    """To the customer: the performer has started (R63)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkRefused(Template):
    """To the customer: the performer will not do it, and the money is back (R64, R65)."""

    title: str
    other: str
    reason: str


@dataclass(frozen=True)
class WorkDelivered(Template):
    """To the customer: work done (R67)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkReturned(Template):
    """To the performer: the customer wants it changed (R68)."""

    title: str
    other: str
    reason: str
    days: str


@dataclass(frozen=True)
class WorkAccepted(Template):
    """To the performer: it is accepted, and the money is theirs (R70)."""

    title: str
    other: str


@dataclass(frozen=True)
class WorkAcceptedBySilence(Template):
    """To the customer: what they did not answer counts as accepted (D22)."""

    title: str
    other: str


@dataclass(frozen=True)
class WorkCancelled(Template):
    """To the performer: the customer has cancelled, and has the money back (D21)."""

    title: str
    other: str


@dataclass(frozen=True)
class WorkProposal(Template):
    """To a side: the other proposes a split or more days (D31)."""

    title: str
    other: str


@dataclass(frozen=True)
class WorkAgreed(Template):
    """To a side: the other has agreed to its split, and the order is over (D21)."""

    title: str
    other: str


@dataclass(frozen=True)
class WorkExtended(Template):
    """To a side: the other has agreed to its days (D31)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkStartReminder(Template):
    """To the performer, before the term of the start is over (D31)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkDeliveryReminder(Template):
    """To the performer, before the delivery is due (D31)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkAcceptanceReminder(Template):
    """To the customer, before silence accepts what was delivered (D22)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkOverdue(Template):
    """To the performer: the delivery is overdue, and the customer may cancel (D22)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkLate(Template):
    """To the customer: the delivery is overdue, and they may cancel (D22)."""

    title: str
    other: str
    days: str


@dataclass(frozen=True)
class WorkRefunded(Template):
    """To the customer: the performer was silent for too long, and the money is back (D22, D31)."""

    title: str
    other: str


@dataclass(frozen=True)
class WorkLapsed(Template):
    """To the performer: they were silent for too long, which counts as a refusal (D31)."""

    title: str
    other: str


@dataclass(frozen=True)
class FilesSold(Template):
    """To the performer whose files were bought: what they have earned (R80, R81)."""

    title: str
    other: str
    earned: str


@dataclass(frozen=True)
class FilesRevoked(Template):
    """To the customer who has the files no more, because a dispute has ended so (R84)."""

    title: str


TEMPLATES: dict[str, type[Template]] = {kind.name: kind for kind in Template.__subclasses__()}
"""All of them. Each has its texts in both languages in handlers/mails."""
