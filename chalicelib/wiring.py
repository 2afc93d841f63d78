"""The use cases, each with its ports filled in: those of orders and disputes, on top of all others."""

from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib.config import from_environment
from chalicelib.trades import Trades

if TYPE_CHECKING:
    from chalicelib.services.disputes.acting import DisputeActing
    from chalicelib.services.disputes.arbitration import Arbitration
    from chalicelib.services.disputes.disputes import Disputes, Opening
    from chalicelib.services.disputes.evidence import Evidence
    from chalicelib.services.disputes.following import Following
    from chalicelib.services.disputes.reading import Desk, DisputeQueries
    from chalicelib.services.disputes.terms import DisputeTerms
    from chalicelib.services.notices.disputes import DisputeNotices
    from chalicelib.services.orders.acting import Acting
    from chalicelib.services.orders.cancelling import Cancelling
    from chalicelib.services.orders.consultations import Consultations
    from chalicelib.services.orders.correspondence import Correspondence
    from chalicelib.services.orders.files import FilesOrders
    from chalicelib.services.orders.goods import OrderGoods
    from chalicelib.services.orders.placing import Placing
    from chalicelib.services.orders.reading import OrderQueries
    from chalicelib.services.orders.refunds import Refunds
    from chalicelib.services.orders.retention import Retention
    from chalicelib.services.orders.reviews import Reviews
    from chalicelib.services.orders.terms import OrderTerms
    from chalicelib.services.orders.threads import Threads
    from chalicelib.services.orders.works import Works
    from chalicelib.services.workflows import Machine, Subjects, Sweeping, Timekeeping, Workflows


class Wiring(Trades):
    """One a process; use cases by name."""

    @cached_property
    def retention(self) -> "Retention":
        """What is kept for a term."""
        from chalicelib.services.orders.retention import Retention

        return Retention(self.store, self.file_storage, self.settings.durations)

    @cached_property
    def placing(self) -> "Placing":
        """Purchases."""
        from chalicelib.services.orders.placing import Placing

        currency, commission_bps = self.settings.currency, self.settings.commission_bps
        return Placing(self.store, self.clock, self.notices, self.order_workflows, currency, commission_bps)

    @cached_property
    def acting(self) -> "Acting":
        """Acts on orders."""
        from chalicelib.services.orders.acting import Acting

        return Acting(self.store, self.clock, self.notices, self.order_workflows, self.ratings)

    @cached_property
    def consultations(self) -> "Consultations":
        """Placing, cancelling, closing them."""
        from chalicelib.services.orders.consultations import Consultations

        return Consultations(self.placing, self.acting, self.metering, self.settings.terms)

    @cached_property
    def works(self) -> "Works":
        """Placing orders of work, and every act of theirs."""
        from chalicelib.services.orders.works import Works

        return Works(self.store, self.placing, self.acting, self.attachments, self.settings.terms)

    @cached_property
    def files_orders(self) -> "FilesOrders":
        """Buying files."""
        from chalicelib.services.orders.files import FilesOrders

        return FilesOrders(self.store, self.placing, self.settings.terms)

    @cached_property
    def order_goods(self) -> "OrderGoods":
        """What was bought of files."""
        from chalicelib.services.orders.goods import OrderGoods

        return OrderGoods(self.store, self.clock, self.file_storage, self.scans)

    @cached_property
    def cancelling(self) -> "Cancelling":
        """The one act that orders of all kinds know."""
        from chalicelib.services.orders.cancelling import Cancelling

        return Cancelling(self.acting, self.consultations, self.works)

    @cached_property
    def order_terms(self) -> "OrderTerms":
        """What time does to orders."""
        from chalicelib.services.orders.terms import OrderTerms

        return OrderTerms(self.store, self.clock, self.acting, self.notices)

    @cached_property
    def order_workflows(self) -> "Workflows":
        """Executions, for those who act on orders."""
        from chalicelib.services.workflows import Machine, Workflows

        return Workflows(self.store, Machine.ORDER, self.executions(Machine.ORDER), self.repairs)

    @cached_property
    def order_queries(self) -> "OrderQueries":
        """What the sides of an order see."""
        from chalicelib.services.orders.reading import OrderQueries

        return OrderQueries(self.store, self.clock, self.settings.durations)

    @cached_property
    def threads(self) -> "Threads":
        """Correspondence inside orders."""
        from chalicelib.services.orders.threads import Threads

        return Threads(self.store, self.clock, self.notices, self.attachments, self.attempts)

    @cached_property
    def correspondence(self) -> "Correspondence":
        """The threads of all orders as one list."""
        from chalicelib.services.orders.correspondence import Correspondence

        return Correspondence(self.store)

    @cached_property
    def reviews(self) -> "Reviews":
        """What customers say of their orders, and performers to that."""
        from chalicelib.services.orders.reviews import Reviews

        return Reviews(self.store, self.clock, self.notices, self.ratings, self.settings.terms)

    @cached_property
    def refunds(self) -> "Refunds":
        """What performers give back."""
        from chalicelib.services.orders.refunds import Refunds

        return Refunds(self.store, self.clock, self.notices)

    @cached_property
    def dispute_workflows(self) -> "Workflows":
        """Executions, for those who act in disputes."""
        from chalicelib.services.workflows import Machine, Workflows

        return Workflows(self.store, Machine.DISPUTE, self.executions(Machine.DISPUTE), self.repairs)

    @cached_property
    def timed(self) -> "dict[Machine, Subjects]":
        """All whose time a state machine keeps."""
        from chalicelib.services.disputes.timing import TimedDisputes
        from chalicelib.services.orders.timing import TimedOrders
        from chalicelib.services.workflows import Machine

        return {
            Machine.ORDER: TimedOrders(self.store, self.clock, self.order_terms),
            Machine.DISPUTE: TimedDisputes(self.store, self.clock, self.dispute_terms),
        }

    def timekeeping(self, machine: "Machine") -> "Timekeeping":
        """What a state machine asks for, and what repairs its executions."""
        from chalicelib.services.workflows import Timekeeping

        return Timekeeping(self.store, self.clock, self.executions(machine), self.timed[machine])

    @cached_property
    def sweeping(self) -> "Sweeping":
        """Finds what nobody was woken for."""
        from chalicelib.services.workflows import Sweeping

        return Sweeping(self.timed, self.repairs, 2 * self.settings.durations.tick_ms)

    @cached_property
    def dispute_notices(self) -> "DisputeNotices":
        """Who is told of disputes."""
        from chalicelib.services.notices.disputes import DisputeNotices

        return DisputeNotices(self.store, self.connections, self.notices, self.settings.origin)

    @cached_property
    def dispute_evidence(self) -> "Evidence":
        """What speaks without anybody's word."""
        from chalicelib.services.disputes.evidence import Evidence

        return Evidence(self.store, self.settings.durations)

    @cached_property
    def dispute_following(self) -> "Following":
        """What follows an act in a dispute."""
        from chalicelib.services.disputes.following import Following

        return Following(self.store, self.clock, self.dispute_notices, self.dispute_workflows, self.order_workflows)

    @cached_property
    def dispute_terms(self) -> "DisputeTerms":
        """What time does to disputes."""
        from chalicelib.services.disputes.terms import DisputeTerms

        return DisputeTerms(self.store, self.clock, self.dispute_evidence, self.dispute_following)

    @cached_property
    def dispute_acting(self) -> "DisputeActing":
        """Acts in disputes."""
        from chalicelib.services.disputes.acting import DisputeActing

        return DisputeActing(
            self.store, self.clock, self.ids, self.attachments, self.dispute_terms, self.dispute_following
        )

    @cached_property
    def opening(self) -> "Opening":
        """How disputes begin."""
        from chalicelib.services.disputes.disputes import Opening

        return Opening(
            self.store,
            self.clock,
            self.attachments,
            self.order_terms,
            self.metering,
            self.dispute_following,
            self.settings.terms,
        )

    @cached_property
    def disputes(self) -> "Disputes":
        """What the two sides do about them."""
        from chalicelib.services.disputes.disputes import Disputes

        return Disputes(self.dispute_acting)

    @cached_property
    def arbitration(self) -> "Arbitration":
        """What arbiters and admins do about them."""
        from chalicelib.services.disputes.arbitration import Arbitration

        return Arbitration(self.dispute_acting)

    @cached_property
    def dispute_queries(self) -> "DisputeQueries":
        """What the two sides read."""
        from chalicelib.services.disputes.reading import DisputeQueries

        return DisputeQueries(
            self.store,
            self.clock,
            self.dispute_evidence,
            self.attachments,
            self.dispute_notices,
            self.settings.durations,
        )

    @cached_property
    def desk(self) -> "Desk":
        """What arbiters and admins read."""
        from chalicelib.services.disputes.reading import Desk

        return Desk(self.store, self.clock, self.ids, self.dispute_evidence, self.attachments, self.order_goods)


@cache
def wiring() -> Wiring:
    """The process's own."""
    return Wiring(from_environment())
