"""The bench's market and bucket are what the figures of the search take them for."""

import hashlib
import re
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bench import offers
from bench.bucket import FolderBucket, NoSuchKey
from bench.offers import Family, Offer
from bench.rows import ROWS, chosen
from bench.scratch import taken, watched

FAMILIES: list[Family] = [(f"прост{letter}", (f"прост{letter}", f"прост{letter}ы")) for letter in "абвгдежзик"]


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> list[Offer]:
    """Of few words: those of the dictionaries take a minute."""
    monkeypatch.setattr(offers, "_russian", lambda: list(FAMILIES))
    monkeypatch.setattr(offers, "_english", lambda: [("walk", ["walk", "walks"])])
    monkeypatch.setattr(offers, "RUSSIAN", len(FAMILIES))
    monkeypatch.setattr(offers, "ENGLISH", 1)
    return list(offers.made(Random(1), 1_000))


def _said(offer: Offer) -> str:
    return " ".join(re.findall(r"\w+", " ".join(part for text in offer.texts.values() for part in text).lower()))


def test_every_twip_has_the_word_of_all_and_the_beginning_of_all(market: list[Offer]) -> None:
    assert all(offers.EVERY in _said(offer).split() and f" {offers.BEGINNING}" in _said(offer) for offer in market)


def test_words_of_40_of_25_and_of_1_percent_are_in_so_many(market: list[Offer]) -> None:
    for families, least, most in ((offers.HALF, 0.35, 0.45), ((offers.QUARTER,), 0.2, 0.3), (offers.RARE, 0.002, 0.02)):
        having = sum(all(set(forms) & set(_said(offer).split()) for forms in families) for offer in market)
        assert least < having / len(market) < most


def test_the_market_is_the_same_however_often_it_is_made(market: list[Offer]) -> None:
    assert list(offers.made(Random(1), 1_000)) == market
    assert list(islice(offers.made(Random(1), 2_000), 1_000)) == market
    assert len({offer.twip_id for offer in market}) == 1_000


def test_another_market_has_another_number(market: list[Offer]) -> None:
    """What is kept is made anew by that number alone."""
    digest = hashlib.sha256(repr(market).encode()).hexdigest()[:12]
    assert (offers.MARKET, digest) == (1, "fce83f39969a")


def test_the_bucket_counts_bytes_and_what_is_put_again_leaves_links_alone(tmp_path: Path) -> None:
    bucket = FolderBucket(tmp_path / "bucket")
    bucket.put_object(Bucket="index", Key="a/b", Body=b"12345")
    (tmp_path / "link").hardlink_to(tmp_path / "bucket" / "a" / "b")
    (tmp_path / "body").write_bytes(b"123")
    with (tmp_path / "body").open("rb") as body:
        bucket.put_object(Bucket="index", Key="a/b", Body=body)
    assert b"".join(bucket.get_object(Bucket="index", Key="a/b")["Body"].iter_chunks()) == b"123"
    assert (bucket.moved.put, bucket.moved.fetched) == (8, 3)
    assert (tmp_path / "link").read_bytes() == b"12345"
    bucket.delete_object(Bucket="index", Key="a/b")
    assert bucket.list_objects_v2(Bucket="index", Prefix="a/")["Contents"] == []
    with pytest.raises(NoSuchKey):
        bucket.get_object(Bucket="index", Key="a/b")


def test_a_disk_is_seen_at_its_fullest_and_a_file_of_two_names_once(tmp_path: Path) -> None:
    with watched(tmp_path) as (peak,):
        (tmp_path / "a").write_bytes(b"1" * 100)
        (tmp_path / "b").hardlink_to(tmp_path / "a")
        peak.look()
        (tmp_path / "a").unlink()
        (tmp_path / "b").unlink()
    assert (peak.bytes, taken(tmp_path)) == (100, 0)


def test_a_row_is_chosen_by_its_name_or_by_how_several_begin() -> None:
    assert chosen(["idle", "search"]) == ["idle", *(row for row in ROWS if row.startswith("search-"))]
    with pytest.raises(ValueError, match="sear"):
        chosen(["sear"])
