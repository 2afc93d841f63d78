"""Files are held until they have passed the scanner, whoever asks for them but their uploader (R76, D26)."""

from dataclasses import replace

import pytest

from chalicelib.domain.attachments import File, Verdict
from chalicelib.domain.errors import BeingChecked, Infected, NotFound, Unavailable
from chalicelib.domain.scans import FIRST_LOOK_MS, Scan
from chalicelib.services.changes import CommitRefused, Ref
from chalicelib.services.ports import Undelivered
from chalicelib.services.scans import AFTER_S, CHUNK_BYTES, Mode
from tests.support.house import House
from tests.support.people import settle
from tests.support.scanner import MARK, scan_all, with_scanner
from tests.support.shop import BOLD, LIGHT, Shop
from tests.support.works import Job

ONE = Ref(Scan, "thread", "one")


def file(size_bytes: int) -> File:
    return File("a.bin", "application/octet-stream", size_bytes, "0f" * 32)


class Desk:
    """A house with a scanner, and a file in it."""

    def __init__(self, contents: bytes = b"a letter", *, scanner: bool = True) -> None:
        self.house = with_scanner(House()) if scanner else House()
        self.size = len(contents)
        self.house.file_storage.files["place"] = file(self.size)
        self.house.file_storage.contents["place"] = contents

    def use(self) -> None:
        """The file is used: the commit that does it makes its scan."""
        self.house.store.commit(*self.house.scans.begin((ONE, "place", self.size)))

    def check(self) -> None:
        """Somebody else wants it."""
        self.house.scans.check(ONE, "place", self.size)

    @property
    def scan(self) -> Scan:
        """As stored."""
        found = self.house.store.get(ONE)
        assert found is not None
        return found


@pytest.mark.rule("D26")
def test_a_file_is_held_until_the_job_has_found_it_clean() -> None:
    desk = Desk()
    desk.use()
    assert desk.house.scan_queue.asked == [("thread", "one", AFTER_S)]
    with pytest.raises(BeingChecked):
        desk.check()
    scan_all(desk.house)
    desk.check()
    assert (desk.scan.verdict, desk.scan.due_ms) == (Verdict.CLEAN, None)


@pytest.mark.rule("D26")
def test_a_file_with_malware_is_given_to_nobody_else_and_what_was_found_is_kept() -> None:
    desk = Desk(b"x" * CHUNK_BYTES + MARK)
    desk.use()
    scan_all(desk.house)
    with pytest.raises(Infected):
        desk.check()
    assert (desk.scan.verdict, desk.scan.signature) == (Verdict.INFECTED, "Twip.Mark")
    assert desk.house.scanner.sizes == [CHUNK_BYTES, len(MARK)]


def test_a_file_above_the_limit_is_held_without_a_look_at_it() -> None:
    desk = Desk()
    desk.house.settings = replace(desk.house.settings, scanner_limit_bytes=desk.size - 1)
    desk.use()
    scan_all(desk.house)
    assert desk.scan.verdict is Verdict.TOO_LARGE
    assert desk.house.scanner.sizes == []
    with pytest.raises(BeingChecked):
        desk.check()


def test_while_the_scanner_is_down_a_file_is_held_and_its_message_fails() -> None:
    desk = Desk()
    desk.use()
    desk.house.scanner.down = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            desk.house.scanning.scan("thread", "one")
    with pytest.raises(BeingChecked):
        desk.check()
    desk.house.scanner.down = False
    desk.house.scanning.scan("thread", "one")
    desk.check()


def test_a_lost_message_is_made_good_by_the_sweep_after_pauses_that_grow() -> None:
    desk = Desk()
    desk.house.scan_queue.broken = True
    desk.use()
    desk.house.scan_queue.broken = False
    sweep, hands = desk.house.scans.sweep, desk.house.hands
    assert sweep(hands.now_ms()) == 0
    hands.forward(FIRST_LOOK_MS + 1)
    assert sweep(hands.now_ms()) == 1
    assert desk.house.scan_queue.asked == [("thread", "one", 0)]
    assert sweep(hands.now_ms()) == 0
    hands.forward(FIRST_LOOK_MS + 1)
    assert sweep(hands.now_ms()) == 0
    hands.forward(FIRST_LOOK_MS)
    assert sweep(hands.now_ms()) == 1
    scan_all(desk.house)
    hands.forward(100 * FIRST_LOOK_MS)
    assert sweep(hands.now_ms()) == 0
    desk.check()


def test_what_the_queue_does_not_take_is_found_by_the_next_sweep() -> None:
    desk = Desk()
    desk.use()
    desk.house.scan_queue.broken = True
    with pytest.raises(Undelivered):
        desk.house.scans.sweep(desk.house.hands.now_ms() + FIRST_LOOK_MS + 1)
    desk.house.scan_queue.broken = False
    assert desk.house.scans.sweep(desk.house.hands.now_ms() + 4 * FIRST_LOOK_MS) == 1


def test_a_sweep_leaves_alone_what_was_judged_since_it_looked() -> None:
    desk = Desk()
    desk.use()
    commit = desk.house.store.commit

    def judged_first(*changes: object) -> None:
        desk.house.store.commit = commit  # type: ignore[method-assign]
        scan_all(desk.house)
        commit(*changes)  # type: ignore[arg-type]

    desk.house.store.commit = judged_first  # type: ignore[method-assign]
    assert desk.house.scans.sweep(desk.house.hands.now_ms() + FIRST_LOOK_MS + 1) == 0
    assert desk.scan.verdict is Verdict.CLEAN


def test_a_verdict_counts_though_the_sweep_has_put_the_scan_off_meanwhile() -> None:
    desk = Desk()
    desk.use()
    commit, now_ms = desk.house.store.commit, desk.house.hands.now_ms() + FIRST_LOOK_MS + 1

    def swept_first(*changes: object) -> None:
        desk.house.store.commit = commit  # type: ignore[method-assign]
        desk.house.scans.sweep(now_ms)
        commit(*changes)  # type: ignore[arg-type]

    desk.house.store.commit = swept_first  # type: ignore[method-assign]
    desk.house.scanning.scan("thread", "one")
    assert (desk.scan.verdict, desk.scan.asked, len(desk.house.scanner.sizes)) == (Verdict.CLEAN, 1, 1)


def test_a_message_without_a_scan_or_about_one_that_is_judged_changes_nothing() -> None:
    desk = Desk()
    desk.house.scanning.scan("thread", "one")
    assert desk.house.store.get(ONE) is None
    desk.use()
    scan_all(desk.house)
    before = desk.scan
    desk.house.scanning.scan("thread", "one")
    assert desk.scan == before


def test_a_file_that_is_gone_is_asked_for_no_more() -> None:
    desk = Desk()
    desk.use()
    desk.house.file_storage.drop("place")
    scan_all(desk.house)
    assert (desk.scan.verdict, desk.scan.due_ms) == (Verdict.CHECKING, None)


def test_a_file_that_was_there_before_the_scanner_is_scanned_when_it_is_first_asked_for() -> None:
    desk = Desk()
    with pytest.raises(BeingChecked):
        desk.check()
    with pytest.raises(BeingChecked):
        desk.check()
    assert desk.house.scan_queue.asked == [("thread", "one", AFTER_S)]
    scan_all(desk.house)
    desk.check()


def test_of_two_who_ask_for_it_at_once_both_are_told_that_it_is_being_checked() -> None:
    desk = Desk()

    def refused(*changes: object) -> None:
        raise CommitRefused(())

    desk.house.store.commit = refused  # type: ignore[method-assign]
    with pytest.raises(BeingChecked):
        desk.check()


@pytest.mark.rule("D26")
def test_a_stage_that_should_have_a_scanner_and_has_none_holds_all_back_until_it_has_one() -> None:
    desk = Desk(scanner=False)
    desk.house.settings = replace(desk.house.settings, local=False)
    assert desk.house.scans.mode is Mode.HELD
    desk.use()
    with pytest.raises(BeingChecked):
        desk.check()
    later_ms = desk.house.hands.now_ms() + FIRST_LOOK_MS + 1
    assert desk.house.scans.sweep(later_ms) == 0
    assert desk.house.scan_queue.asked == []
    del desk.house.scans
    with_scanner(desk.house)
    assert desk.house.scans.sweep(later_ms) == 1
    scan_all(desk.house)
    desk.check()


def test_a_local_run_without_one_lets_all_through_and_says_that_nothing_was_scanned() -> None:
    desk = Desk(MARK, scanner=False)
    assert desk.house.scans.begin((ONE, "place", desk.size)) == ()
    desk.check()
    assert desk.house.scans.sweep(desk.house.hands.now_ms()) == 0
    assert desk.house.scans.verdicts([ONE]) == {ONE: Verdict.NOT_SCANNED}


def test_what_is_known_of_files_is_one_read() -> None:
    desk = Desk()
    desk.use()
    scan_all(desk.house)
    other, counts = Ref(Scan, "thread", "two"), desk.house.dynamo.counts
    before = counts.mark()
    assert desk.house.scans.verdicts([ONE, other]) == {ONE: Verdict.CLEAN, other: Verdict.CHECKING}
    assert desk.house.scans.verdicts([]) == {}
    assert dict(counts.since(before).requests) == {"batch_get_item": 1}


@pytest.mark.rule("D26")
def test_a_delivery_is_held_for_its_customer_and_there_for_the_performer_who_sent_it() -> None:
    house = with_scanner(House())
    job = Job(house)
    job.start()
    upload = job.upload(job.pavel)
    job.deliver("Here it is", upload)
    ((thread_id, ident, _),) = house.scan_queue.asked
    assert (thread_id, ident) == (job.order_id, upload)
    assert house.threads.download(job.pavel.id, job.order_id, ident).url
    with pytest.raises(BeingChecked):
        house.threads.download(job.vera.id, job.order_id, ident)
    scan_all(house)
    assert house.threads.download(job.vera.id, job.order_id, ident).url


def test_a_stranger_is_told_nothing_of_a_scan() -> None:
    house = with_scanner(House())
    job = Job(house)
    job.start()
    upload = job.upload(job.pavel)
    job.deliver("Here it is", upload)
    with pytest.raises(NotFound):
        house.threads.download(settle(house, "oleg@example.org").id, job.order_id, upload)


@pytest.mark.rule("D26")
def test_each_file_of_a_thread_says_how_its_scan_stands_also_where_there_are_more_than_one_read_takes() -> None:
    house = with_scanner(House())
    job = Job(house)
    job.start()
    first, second = job.upload(job.pavel), job.upload(job.pavel, "upload-2")
    job.deliver("Here it is", first, second)
    house.scanning.scan(job.order_id, first)
    entries = house.threads.part(job.vera.id, job.order_id, cursor=None, limit=50).entries.items
    assert house.scans.of_entries(entries) == {
        (job.order_id, first): Verdict.CLEAN,
        (job.order_id, second): Verdict.CHECKING,
    }
    many = [Ref(Scan, job.order_id, f"none-{n}") for n in range(150)]
    verdicts = house.scans.verdicts([*many, Ref(Scan, job.order_id, first)])
    assert len(verdicts) == 151
    assert verdicts[Ref(Scan, job.order_id, first)] is Verdict.CLEAN


@pytest.mark.rule("D26")
def test_each_file_that_was_bought_says_how_its_scan_stands_and_one_that_nobody_has_asked_for_is_asked_for() -> None:
    house = with_scanner(House())
    shop = Shop(house)
    house.scan_queue.asked.clear()
    assert house.scans.of_goods((BOLD, LIGHT)) == {"bold": Verdict.CHECKING, "light": Verdict.CHECKING}
    assert [ident for _, ident, _ in house.scan_queue.asked] == ["bold", "light"]
    with pytest.raises(BeingChecked):
        house.order_goods.link(shop.vera.id, shop.order_id, "bold")
    house.scanning.scan(BOLD.place, BOLD.id)
    assert house.scans.of_goods((BOLD, LIGHT)) == {"bold": Verdict.CLEAN, "light": Verdict.CHECKING}


@pytest.mark.rule("D26")
def test_a_file_of_a_thread_from_before_the_scanner_is_not_told_to_be_checked_so_that_somebody_asks_for_it() -> None:
    house = House()
    job = Job(house)
    job.start()
    upload = job.upload(job.pavel)
    job.deliver("Here it is", upload)
    entries = house.threads.part(job.vera.id, job.order_id, cursor=None, limit=50).entries.items
    scans = replace(house.scans, mode=Mode.ON)
    assert scans.of_entries(entries) == {}
    house.store.commit(*scans.begin((Ref(Scan, job.order_id, upload), "place", 5)))
    assert scans.of_entries(entries) == {(job.order_id, upload): Verdict.CHECKING}
