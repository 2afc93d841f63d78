"""The two sides of an order correspond inside it, with files, and nobody else reads along (R59, D12, D32, D34)."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.attachments import Attached, File
from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import InvalidInput, KeyReused, NotFound, TooManyAttempts, WrongState
from chalicelib.domain.orders.order import AnyOrder, Order
from chalicelib.domain.parties import Party
from chalicelib.domain.people import User
from chalicelib.domain.threads import MESSAGES_AN_HOUR, Reader, ThreadMessage
from chalicelib.services.changes import Change, Insert, Put, Ref, Save
from chalicelib.services.frames import Frame, MessageNew, MessageRead
from chalicelib.services.orders.threads import Unread
from tests.support.house import House
from tests.support.orders import consultation, work
from tests.support.people import settle

CUSTOMER, PERFORMER = Party.CUSTOMER, Party.PERFORMER
PLAN = File("План.pdf", "application/pdf", 4_100_000, "0f" * 32)
ORDER = "01jd3v8m6q4z7w2x5n9r1t0c8k"
NINETY_DAYS_MS = 90 * 86_400_000


class Correspondence:
    """Vera has ordered a work of Pavel's."""

    def __init__(self) -> None:
        self.house = House()
        self.vera = settle(self.house, "vera@example.org", name="Vera")
        self.pavel = settle(self.house, "pavel@example.org", name="Pavel")
        ordered = work(ORDER, price_minor=100_000, at_ms=self.house.hands.at_ms)
        self.order: AnyOrder = replace(ordered, customer_id=self.vera.id, performer_id=self.pavel.id)
        self.house.store.commit(Insert(self.order))
        self.house.outbox.mails.clear()
        self.written = 0

    def write(self, by: User, text: str = "Hello", *uploads: str, key: str = "") -> ThreadMessage:
        """A moment after whatever came before."""
        self.house.hands.forward(1)
        self.written += 1
        return self.house.threads.write(by.id, ORDER, text, uploads, key=key or f"message-{self.written}")

    def upload(self, by: User, key: str = "upload-1") -> str:
        """A file that has arrived."""
        begun = self.house.attachments.begin(by.id, PLAN, key=key)
        self.house.file_storage.arrive(begun.link)
        return begun.upload.id

    def texts(self, by: User) -> list[str]:
        """The thread, newest first."""
        return [entry.text for entry in self.house.threads.part(by.id, ORDER, cursor=None, limit=50).entries.items]

    def read(self, by: User, message: ThreadMessage) -> None:
        """Up to a message."""
        self.house.threads.read(by.id, ORDER, message.at_ms)

    def reader(self, party: Party) -> Reader:
        """As stored."""
        found = self.house.store.get(Ref(Reader, ORDER, party))
        assert found is not None
        return found

    def change(self, **changes: Any) -> None:
        """The order becomes another one."""
        found = self.house.store.get(Ref(Order, ORDER))
        assert found is not None
        self.house.store.commit(Save(replace(found, **changes)))

    def opens(self, user: User, page: str) -> None:
        """A tab of the person."""
        now_ms = self.house.hands.at_ms
        connection = Connection(page, user.id, now_ms, now_ms + 7_800_000)
        self.house.store.commit(Put(connection))
        self.house.connections.hello(connection, now_ms)

    def told(self, page: str) -> list[Frame]:
        """What a tab was told of threads."""
        return [tell.frame for tell in self.house.air.told if tell.connection_id == page]

    @property
    def mails(self) -> list[tuple[str, str]]:
        """To whom, which."""
        return [(mail.to, mail.template) for mail in self.house.outbox.mails]

    def meanwhile(self, act: Any) -> None:
        """Somebody acts between the next use case's read and its commit."""
        store = self.house.store

        def commit(*changes: Change) -> None:
            del store.__dict__["commit"]
            act()
            store.commit(*changes)

        store.__dict__["commit"] = commit


@pytest.fixture
def thread() -> Correspondence:
    return Correspondence()


@pytest.mark.rule("R59")
def test_both_sides_write_and_read_newest_first_and_page_by_page(thread: Correspondence) -> None:
    thread.write(thread.vera, "The panel needs new figures.")
    thread.write(thread.pavel, "Starting now.")
    thread.write(thread.vera, "Thank you.")
    for side in (thread.vera, thread.pavel):
        assert thread.texts(side) == ["Thank you.", "Starting now.", "The panel needs new figures."]
    first = thread.house.threads.part(thread.vera.id, ORDER, cursor=None, limit=2).entries
    rest = thread.house.threads.part(thread.vera.id, ORDER, cursor=first.next_cursor, limit=2).entries
    assert [(one.party, one.text) for one in rest.items] == [(CUSTOMER, "The panel needs new figures.")]


@pytest.mark.rule("R59", "D32")
def test_files_go_along_and_are_fetched_by_both_sides(thread: Correspondence) -> None:
    message = thread.write(thread.vera, "", thread.upload(thread.vera), thread.upload(thread.vera, "upload-2"))
    assert [replace(one, id="") for one in message.attachments] == [
        Attached("", "План.pdf", PLAN.media_type, 4_100_000)
    ] * 2
    assert message == thread.house.threads.part(thread.pavel.id, ORDER, cursor=None, limit=1).entries.items[0]
    for side in (thread.vera, thread.pavel):
        link = thread.house.threads.download(side.id, ORDER, message.attachments[0].id)
        assert link.url.endswith("?name=План.pdf&life=300")


@pytest.mark.rule("D34")
def test_to_everybody_else_there_is_no_such_order(thread: Correspondence) -> None:
    message = thread.write(thread.vera, "", thread.upload(thread.vera))
    stranger = settle(thread.house, "mallory@example.org")
    threads, ident = thread.house.threads, stranger.id
    for act in (
        lambda: thread.write(stranger),
        lambda: threads.part(ident, ORDER, cursor=None, limit=1),
        lambda: threads.read(ident, ORDER, 0),
        lambda: threads.download(ident, ORDER, message.attachments[0].id),
        lambda: threads.part(thread.vera.id, "nothing", cursor=None, limit=1),
    ):
        with pytest.raises(NotFound) as refused:
            act()
        assert refused.value.what == "order"


def test_an_attachment_of_another_thread_is_none_of_this_one(thread: Correspondence) -> None:
    other = replace(thread.order, id="another-order-of-the-same-two")
    thread.house.store.commit(Insert(other))
    (attached,) = thread.write(thread.vera, "", thread.upload(thread.vera)).attachments
    with pytest.raises(NotFound) as refused:
        thread.house.threads.download(thread.vera.id, other.id, attached.id)
    assert refused.value.what == "attachment"


def test_a_consultation_has_its_chat_and_no_thread(thread: Correspondence) -> None:
    order = consultation("consulted", price_minor=1, at_ms=0, customer_id=thread.vera.id, performer_id=thread.pavel.id)
    thread.house.store.commit(Insert(order))
    with pytest.raises(NotFound) as refused:
        thread.house.threads.write(thread.vera.id, order.id, "Hello", (), key="message-1")
    assert refused.value.what == "thread"


@pytest.mark.rule("D12")
def test_a_repeat_is_the_first_message_and_another_body_under_its_key_is_refused(thread: Correspondence) -> None:
    upload = thread.upload(thread.vera)
    first = thread.write(thread.vera, "Hello", upload, key="message-key")
    thread.opens(thread.pavel, "pavel-1")
    assert thread.write(thread.vera, " Hello\u200b", upload, key="message-key") == first
    assert thread.told("pavel-1") == []
    for text, uploads in (("Hello!", (upload,)), ("Hello", ())):
        with pytest.raises(KeyReused):
            thread.write(thread.vera, text, *uploads, key="message-key")
    assert thread.write(thread.pavel, "Hello", key="message-key").id != first.id
    assert thread.texts(thread.vera) == ["Hello", "Hello"]
    assert thread.reader(PERFORMER).unread == 1


@pytest.mark.rule("R8")
@pytest.mark.parametrize("text", ["", " \n", "\u200b", "a" * 4_001, "a\u202eb"])
def test_what_nobody_can_read_or_nobody_would_is_refused(thread: Correspondence, text: str) -> None:
    with pytest.raises(InvalidInput):
        thread.write(thread.vera, text)
    assert thread.texts(thread.vera) == []


def test_a_refused_file_leaves_no_message(thread: Correspondence) -> None:
    with pytest.raises(InvalidInput):
        thread.write(thread.vera, "See the plan", thread.upload(thread.pavel))
    assert thread.texts(thread.vera) == []
    assert thread.house.threads.unread(thread.pavel.id) == Unread(0, 0, 0)


def test_one_writes_until_ninety_days_after_the_end_and_in_dispute_at_any_time(thread: Correspondence) -> None:
    ended_ms = thread.house.hands.at_ms
    closes_ms = ended_ms + NINETY_DAYS_MS
    part = thread.house.threads.part(thread.vera.id, ORDER, cursor=None, limit=1)
    assert (part.is_open, part.closes_ms) == (True, None)
    thread.change(ended_ms=ended_ms)
    thread.house.hands.forward(NINETY_DAYS_MS - 2)
    thread.write(thread.vera, "The last word")
    part = thread.house.threads.part(thread.vera.id, ORDER, cursor=None, limit=1)
    assert (part.is_open, part.closes_ms) == (True, closes_ms)
    for side in (thread.vera, thread.pavel):
        with pytest.raises(WrongState) as refused:
            thread.write(side)
        assert (refused.value.what, refused.value.state) == ("thread", "closed")
    assert thread.texts(thread.pavel) == ["The last word"], "it is read as long as the order is"
    assert not thread.house.threads.part(thread.vera.id, ORDER, cursor=None, limit=1).is_open
    thread.change(dispute="dispute-1")
    thread.write(thread.pavel, "About the dispute")


@pytest.mark.rule("E19")
def test_one_person_writes_so_many_messages_an_hour(thread: Correspondence) -> None:
    for _ in range(MESSAGES_AN_HOUR):
        thread.write(thread.vera)
    with pytest.raises(TooManyAttempts):
        thread.write(thread.vera)
    thread.write(thread.vera, key="message-1")
    thread.write(thread.pavel)


@pytest.mark.rule("E17")
def test_what_is_new_is_counted_by_threads_until_it_is_read(thread: Correspondence) -> None:
    first, second = thread.write(thread.vera), thread.write(thread.vera)
    assert thread.house.threads.unread(thread.pavel.id) == Unread(orders=0, sales=1, disputes=0)
    assert thread.house.threads.unread(thread.vera.id) == Unread(0, 0, 0)
    assert (thread.reader(PERFORMER).unread, thread.reader(PERFORMER).read_ms) == (2, 0)
    thread.read(thread.pavel, first)
    assert thread.house.threads.unread(thread.pavel.id) == Unread(orders=0, sales=1, disputes=0), (
        "the second is not read yet"
    )
    thread.read(thread.pavel, second)
    assert thread.house.threads.unread(thread.pavel.id) == Unread(0, 0, 0)
    assert thread.reader(PERFORMER).read_ms == second.at_ms
    thread.write(thread.pavel)
    assert thread.house.threads.unread(thread.vera.id) == Unread(orders=1, sales=0, disputes=0)


def test_nobody_has_read_what_has_not_come_yet_and_reading_never_goes_back(thread: Correspondence) -> None:
    thread.house.threads.read(thread.pavel.id, ORDER, 10**15)
    first = thread.write(thread.vera)
    thread.house.threads.read(thread.pavel.id, ORDER, 10**15)
    thread.read(thread.pavel, first)
    thread.house.threads.read(thread.pavel.id, ORDER, 0)
    assert thread.reader(PERFORMER).read_ms == first.at_ms
    thread.house.hands.at_ms -= 60_000
    second = thread.write(thread.vera)
    assert second.at_ms == first.at_ms + 1, "a clock that goes back makes nothing read"
    assert thread.reader(PERFORMER).unread == 1


def test_each_side_sees_how_far_the_other_has_read(thread: Correspondence) -> None:
    message = thread.write(thread.vera)
    assert thread.house.threads.part(thread.vera.id, ORDER, cursor=None, limit=1).read_ms == {}
    thread.read(thread.pavel, message)
    assert thread.house.threads.part(thread.vera.id, ORDER, cursor=None, limit=1).read_ms == {PERFORMER: message.at_ms}


@pytest.mark.rule("R59")
def test_open_pages_of_both_sides_are_told_at_once_of_what_is_written_and_read(thread: Correspondence) -> None:
    for user, pages in ((thread.vera, ("vera-1", "vera-2")), (thread.pavel, ("pavel-1",))):
        for page in pages:
            thread.opens(user, page)
    message = thread.write(thread.vera)
    thread.read(thread.pavel, message)
    thread.read(thread.pavel, message)
    new = MessageNew(ORDER, message.id, CUSTOMER, message.at_ms)
    read = MessageRead(ORDER, PERFORMER, message.at_ms)
    for page in ("vera-1", "vera-2", "pavel-1"):
        assert thread.told(page) == [new, read]
    assert thread.mails == []


@pytest.mark.rule("E17", "E23")
def test_who_is_away_is_mailed_once_until_they_have_read(thread: Correspondence) -> None:
    thread.write(thread.vera)
    second = thread.write(thread.vera)
    assert thread.mails == [("pavel@example.org", "messages_wait")]
    (mail,) = thread.house.outbox.mails
    assert mail.facts == {"link": f"https://twip.example/orders/{ORDER}", "title": "A logo", "author": "Vera"}
    thread.read(thread.pavel, second)
    thread.write(thread.vera)
    assert thread.mails == [("pavel@example.org", "messages_wait")] * 2
    thread.write(thread.pavel)
    assert thread.mails[2:] == [("vera@example.org", "messages_wait")]


@pytest.mark.rule("E23")
def test_who_has_left_since_is_mailed_of_the_next_message(thread: Correspondence) -> None:
    thread.opens(thread.pavel, "pavel-1")
    thread.write(thread.vera)
    assert thread.mails == []
    thread.house.air.gone.add("pavel-1")
    thread.write(thread.vera)
    assert thread.mails == [("pavel@example.org", "messages_wait")]


def test_who_reads_just_now_is_not_mailed_any_more(thread: Correspondence) -> None:
    message = thread.write(thread.vera)
    thread.read(thread.pavel, message)
    thread.house.outbox.mails.clear()
    store, told = thread.house.store, thread.house.connections.tell_user

    def reads_then_is_gone(*given: Any, **more: Any) -> int:
        if given[0] == thread.pavel.id and "tell_user" in thread.house.connections.__dict__:
            del thread.house.connections.__dict__["tell_user"]
            thread.house.threads.read(thread.pavel.id, ORDER, 10**15)
        return told(*given, **more)

    thread.house.connections.__dict__["tell_user"] = reads_then_is_gone
    thread.write(thread.vera)
    assert thread.mails == []
    assert store.get(Ref(Reader, ORDER, PERFORMER)) == replace(thread.reader(PERFORMER), unread=0, mailed=False)


def test_a_mail_that_cannot_be_sent_stops_nothing(thread: Correspondence) -> None:
    thread.house.outbox.breaks()
    thread.write(thread.vera, "Hello")
    assert thread.texts(thread.pavel) == ["Hello"]


def test_a_message_that_meets_another_finds_its_place_after_it(thread: Correspondence) -> None:
    thread.write(thread.vera, "First")
    thread.meanwhile(lambda: thread.house.threads.write(thread.vera.id, ORDER, "Second", (), key="between"))
    thread.write(thread.vera, "Third")
    assert thread.texts(thread.pavel) == ["Third", "Second", "First"]
    assert thread.reader(PERFORMER).unread == 3


def test_the_same_message_twice_at_once_is_one(thread: Correspondence) -> None:
    upload = thread.upload(thread.vera)
    thread.meanwhile(lambda: thread.house.threads.write(thread.vera.id, ORDER, "Hello", (upload,), key="one-key"))
    thread.write(thread.vera, "Hello", upload, key="one-key")
    assert thread.texts(thread.pavel) == ["Hello"]
    assert len(thread.mails) == 1
