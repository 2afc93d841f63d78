"""The use cases of all trades below orders, each with its ports filled in. Each is made when first used: a cold start pays for what its
request needs."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.adapters import Adapters

if TYPE_CHECKING:
    from chalicelib.services.attachments import Attachments
    from chalicelib.services.calls.calls import Calls
    from chalicelib.services.calls.history import History
    from chalicelib.services.calls.media_reports import MediaReports
    from chalicelib.services.calls.metering import Metering
    from chalicelib.services.calls.sessions import Sessions
    from chalicelib.services.calls.ticking import Ticking
    from chalicelib.services.catalogue.favourites import Marking
    from chalicelib.services.catalogue.goods import GoodsReading
    from chalicelib.services.catalogue.goods_uploads import GoodsUploads
    from chalicelib.services.catalogue.indexing import Indexing
    from chalicelib.services.catalogue.moderation import Moderation
    from chalicelib.services.catalogue.offers import Offers
    from chalicelib.services.catalogue.publishing import Publishing
    from chalicelib.services.catalogue.search import Search
    from chalicelib.services.catalogue.showcase import Showcase
    from chalicelib.services.catalogue.twips import Twips
    from chalicelib.services.connections import Connections
    from chalicelib.services.money.accounts import Accounts
    from chalicelib.services.money.audit import Audit, Verification
    from chalicelib.services.money.topups import TopUps
    from chalicelib.services.notices.notices import Notices
    from chalicelib.services.people.attempts import Attempts
    from chalicelib.services.people.availability import Availability
    from chalicelib.services.people.devices import Devices
    from chalicelib.services.people.identity import Identity
    from chalicelib.services.people.introductions import Introductions
    from chalicelib.services.people.performers import Performers
    from chalicelib.services.people.ratings import Ratings
    from chalicelib.services.people.registration import Registrations
    from chalicelib.services.people.staff import Staff
    from chalicelib.services.scans import Scanning, Scans


class Trades(Adapters):
    """Use cases by name: of people, the catalogue, calls, money, and what all of them tell people."""

    @cached_property
    def connections(self) -> "Connections":
        """Open tabs and devices."""
        from chalicelib.services.connections import Connections

        return Connections(self.store, self.push, self.settings.durations)

    @cached_property
    def notices(self) -> "Notices":
        """Who is told what."""
        from chalicelib.services.notices.notices import Notices

        return Notices(self.store, self.connections, self.mails, self.settings.origin)

    @cached_property
    def metering(self) -> "Metering":
        """The one way in which a session changes."""
        from chalicelib.services.calls.metering import Metering
        from chalicelib.services.calls.notifying import Notifier

        notifier = Notifier(self.connections, self.settings.durations)
        return Metering(self.store, self.wakes, notifier, self.settings.durations)

    @cached_property
    def calls(self) -> "Calls":
        """Ringing and answers."""
        from chalicelib.services.calls.calls import Calls

        return Calls(
            self.store, self.clock, self.wakes, self.connections, self.metering, self.ice, self.settings.durations
        )

    @cached_property
    def sessions(self) -> "Sessions":
        """Live sessions."""
        from chalicelib.services.calls.sessions import Sessions

        return Sessions(self.store, self.clock, self.connections, self.metering, self.ice, self.settings.durations)

    @cached_property
    def media_reports(self) -> "MediaReports":
        """What pages report about media."""
        from chalicelib.services.calls.media_reports import MediaReports

        return MediaReports(self.store, self.clock)

    @cached_property
    def history(self) -> "History":
        """Sessions as they are and were."""
        from chalicelib.services.calls.history import History

        return History(self.store, self.clock, self.settings.durations)

    @cached_property
    def ticking(self) -> "Ticking":
        """The scheduled tick."""
        from concurrent.futures import ThreadPoolExecutor

        from chalicelib.gateways.queues import THREADS
        from chalicelib.services.calls.ticking import Ticking

        together = ThreadPoolExecutor(THREADS).map
        return Ticking(self.store, self.wakes, lambda: self.metering, self.settings.durations, together)

    @cached_property
    def attempts(self) -> "Attempts":
        """Limited acts."""
        from chalicelib.services.people.attempts import Attempts

        return Attempts(self.store)

    @cached_property
    def devices(self) -> "Devices":
        """What a device remembers of who signed in on it."""
        from chalicelib.services.people.devices import Devices

        return Devices(self.clock, self.ids, self.tokens)

    @cached_property
    def registrations(self) -> "Registrations":
        """From an address to a person."""
        from chalicelib.services.people.attempts import MAILS
        from chalicelib.services.people.registration import Registrations

        return Registrations(
            self.store,
            self.clock,
            self.ids,
            self.passwords,
            self.notices,
            self.connections,
            self.attempts,
            MAILS.for_one_machine() if self.settings.local else MAILS,
            self.settings.currency,
        )

    @cached_property
    def identity(self) -> "Identity":
        """Who is signed in."""
        from chalicelib.services.people.attempts import SIGN_IN
        from chalicelib.services.people.identity import Identity

        limits = SIGN_IN.for_one_machine() if self.settings.local else SIGN_IN
        return Identity(
            self.store,
            self.clock,
            self.ids,
            self.passwords,
            self.tokens,
            self.connections,
            self.attempts,
            limits,
            self.performers,
        )

    @cached_property
    def staff(self) -> "Staff":
        """Roles, blocks, the audit log."""
        from chalicelib.services.people.staff import Staff

        return Staff(self.store, self.clock, self.ids, self.connections, self.performers)

    @cached_property
    def availability(self) -> "Availability":
        """Hours and status."""
        from chalicelib.services.people.availability import Availability

        return Availability(self.store, self.clock, self.notices, self.settings.durations)

    @cached_property
    def introductions(self) -> "Introductions":
        """People on their own page."""
        from chalicelib.services.people.introductions import Introductions

        return Introductions(self.store, self.availability)

    @cached_property
    def ratings(self) -> "Ratings":
        """What performers are rated."""
        from chalicelib.services.people.ratings import Ratings

        return Ratings(self.store, self.performers)

    @cached_property
    def performers(self) -> "Performers":
        """What the search index knows of them."""
        from chalicelib.services.people.performers import Performers

        return Performers(self.store, self.index)

    @cached_property
    def publishing(self) -> "Publishing":
        """What is on sale."""
        from chalicelib.services.catalogue.publishing import Publishing

        return Publishing(self.store, self.index, self.notices)

    @cached_property
    def twips(self) -> "Twips":
        """Twips, for authors and readers."""
        from chalicelib.services.catalogue.twips import Twips

        return Twips(
            self.store,
            self.clock,
            self.availability,
            self.publishing,
            self.goods_uploads,
            self.file_storage,
            self.scans,
        )

    @cached_property
    def offers(self) -> "Offers":
        """What one performer has on sale."""
        from chalicelib.services.catalogue.offers import Offers

        return Offers(self.store)

    @cached_property
    def marking(self) -> "Marking":
        """What people have marked."""
        from chalicelib.services.catalogue.favourites import Marking

        return Marking(self.store, self.availability)

    @cached_property
    def goods_uploads(self) -> "GoodsUploads":
        """Files on their way into twips."""
        from chalicelib.services.catalogue.goods_uploads import GoodsUploads

        return GoodsUploads(self.store, self.clock, self.ids, self.file_storage, self.attempts, self.scans)

    @cached_property
    def goods(self) -> "GoodsReading":
        """What twips of files sell, before it is bought."""
        from chalicelib.services.catalogue.goods import GoodsReading

        return GoodsReading(self.store, self.clock, self.ids, self.file_storage, self.scans)

    @cached_property
    def moderation(self) -> "Moderation":
        """The queue and its decisions."""
        from chalicelib.services.catalogue.moderation import Moderation

        return Moderation(self.store, self.clock, self.ids, self.notices, self.publishing, self.scans)

    @cached_property
    def showcase(self) -> "Showcase":
        """The public side of the market."""
        from chalicelib.services.catalogue.showcase import Showcase

        return Showcase(self.window)

    @cached_property
    def search(self) -> "Search":
        """Finding twips."""
        from chalicelib.services.catalogue.search import Search
        from chalicelib.storage.search.reader import SegmentSearch

        index = SegmentSearch(self.store, self.index_bucket, self.clock, self.scratch, self.index.mend)
        return Search(index, self.availability)

    @cached_property
    def indexing(self) -> "Indexing":
        """The search index's writer."""
        from chalicelib.services.catalogue.indexing import Indexing
        from chalicelib.storage.search.writer import SegmentWriter

        writer = SegmentWriter(self.store, self.index_bucket, self.ids, self.clock, self.scratch)
        return Indexing(self.store, writer)

    @cached_property
    def scans(self) -> "Scans":
        """Which files may be given out."""
        from chalicelib.services.scans import Mode, Scans

        without = Mode.OFF if self.settings.local else Mode.HELD
        return Scans(self.store, self.clock, self.scan_queue, Mode.ON if self.settings.scanner else without)

    @property
    def scanning(self) -> "Scanning":
        """The job that scans files."""
        from chalicelib.services.scans import Scanning

        return Scanning(self.store, self.file_storage, self.scanner, self.settings.scanner_limit_bytes)

    @cached_property
    def attachments(self) -> "Attachments":
        """What people send along."""
        from concurrent.futures import ThreadPoolExecutor

        from chalicelib.domain.attachments import AT_MOST
        from chalicelib.services.attachments import Attachments

        together = ThreadPoolExecutor(AT_MOST).map
        return Attachments(self.store, self.clock, self.ids, self.file_storage, self.attempts, together, self.scans)

    @cached_property
    def accounts(self) -> "Accounts":
        """Accounts and statements."""
        from chalicelib.services.money.accounts import Accounts

        return Accounts(self.store)

    @cached_property
    def topups(self) -> "TopUps":
        """Money in."""
        from chalicelib.services.money.topups import TopUps

        return TopUps(self.store, self.clock, self.notices, self.payments, "sandbox", self.settings.currency)

    @property
    def audit(self) -> "Audit":
        """The operator's, and the audit function's: no other has the right to read whole tables."""
        from chalicelib.gateways.world import pause
        from chalicelib.services.money.audit import Audit
        from chalicelib.storage.books import DynamoBooks

        books = DynamoBooks(self.client("dynamodb"), self.settings.tables)
        return Audit(self.store, books, self.settings.durations, pause)

    @cached_property
    def verification(self) -> "Verification":
        """An admin's audit."""
        from chalicelib.services.money.audit import Verification

        return Verification(self.store, self.clock, self.ids, self.auditor)
