"""How long every term of days lasts (D31): one value of the deployment, which each order freezes when it is placed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Spans:
    """Lengths by the names of terms, in milliseconds: how long each lasts, and how long before its end its reminder goes, if it has one."""

    lasts_ms: dict[str, int]
    reminds_ms: dict[str, int]


NO_TERMS = Spans({}, {})


@dataclass(frozen=True)
class TermSettings:
    """Whole days. A reminder goes so many days before the end of its term, and not at all where the term is no longer than that."""

    day_ms: int = 86_400_000
    start_days: int = 7
    start_reminder_days: int = 2
    delivery_reminder_days: int = 1
    rework_days_at_most: int = 14
    """After a return the performer has the days of the twip again, and no more than these."""
    overdue_days: int = 30
    proposal_days: int = 3
    more_days_at_most: int = 30
    """By how much one agreement may prolong a delivery."""
    acceptance_days: int = 7
    acceptance_reminder_days: int = 2
    waiver_days: int = 7
    window_days: int = 14
    """In which what is over may be disputed."""
    review_days: int = 30
    """In which an order that has ended may be reviewed, and a review be replied to."""
    review_asked_days: int = 3
    """So long after the end the customer is asked for one."""
    review_change_days: int = 7
    answer_days: int = 3
    answer_reminder_days: int = 1
    arbitration_days: int = 7
    escalation_days: int = 3
    admin_days: int = 7
    correspondence_days: int = 90
    """So long after the order's end its sides may write to each other. What can still be disputed (14 days), or rated and replied to (30
    days each), can be talked about, and so can whatever fails in the first weeks of use."""

    def of_consultation(self) -> Spans:
        """Of an order of a consultation."""
        return Spans(self._spans(window=self.window_days, review=self.review_days), self._asks())

    def of_dispute(self) -> Spans:
        """Of a dispute (D27): its phases, and a proposal."""
        return Spans(
            lasts_ms=self._spans(
                answer=self.answer_days,
                arbitration=self.arbitration_days,
                escalation=self.escalation_days,
                admin=self.admin_days,
                proposal=self.proposal_days,
            ),
            reminds_ms=self._spans(answer=self.answer_reminder_days),
        )

    def of_work(self, days: int) -> Spans:
        """Of an order of work whose twip promises it in so many days (D22)."""
        return Spans(
            lasts_ms=self._spans(
                day=1,
                start=self.start_days,
                delivery=days,
                rework=min(days, self.rework_days_at_most),
                overdue=self.overdue_days,
                proposal=self.proposal_days,
                extension=self.more_days_at_most,
                acceptance=self.acceptance_days,
                waiver=self.waiver_days,
                window=self.window_days,
                review=self.review_days,
                correspondence=self.correspondence_days,
            ),
            reminds_ms=self._spans(
                start=self.start_reminder_days,
                delivery=self.delivery_reminder_days,
                rework=self.delivery_reminder_days,
                acceptance=self.acceptance_reminder_days,
            )
            | self._asks(),
        )

    def of_files(self) -> Spans:
        """Of an order of files: each begins at the purchase."""
        spans = self._spans(window=self.window_days, review=self.review_days, correspondence=self.correspondence_days)
        return Spans(spans, self._asks())

    def of_review(self) -> Spans:
        """Of a review that is written now."""
        return Spans(self._spans(change=self.review_change_days, reply=self.review_days), {})

    def changed(self, by: Mapping[str, Any]) -> "TermSettings":
        """The settings with others by name. Raises ValueError for a name that is none, and for what is no number of days."""
        known = {f.name for f in fields(self)}
        wrong = [name for name, days in by.items() if name not in known or type(days) is not int or days < 1]
        if wrong:
            raise ValueError(f"no terms: {', '.join(wrong)}")
        return replace(self, **by)

    def _asks(self) -> dict[str, int]:
        """The reminder of a review, like all others, is counted back from the end of its term."""
        return self._spans(review=self.review_days - self.review_asked_days)

    def _spans(self, **days: int) -> dict[str, int]:
        return {name: number * self.day_ms for name, number in days.items()}


PROFILES = {"real": TermSettings(), "fast": TermSettings(day_ms=10_000)}
"""By the same names as the other durations: in the fast profile a day is ten seconds."""
