"""What is taken for a link that is sold, and how it is kept (R74)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import FieldError
from chalicelib.domain.links import LINK_AT_MOST, Unfit, checked, kept


def code(url: str) -> str:
    with pytest.raises(Unfit) as refused:
        kept(url)
    return refused.value.code


@pytest.mark.rule("R74")
@pytest.mark.parametrize(
    ("url", "link"),
    [
        (" https://disk.example/d/abc?x=1&y=2#key \n", "https://disk.example/d/abc?x=1&y=2#key"),
        ("HTTP://Disk.Example", "http://disk.example"),
        ("https://диск.рф/файл?й#ключ", "https://xn--d1aig1a.xn--p1ai/%D1%84%D0%B0%D0%B9%D0%BB?%D0%B9#%D0%BA%D0%BB%D1%8E%D1%87"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://a.example/two words", "https://a.example/two%20words"),
        ("https://a.example/%D0%B9", "https://a.example/%D0%B9"),
        ("https://my_bucket.example:8443/", "https://my_bucket.example:8443/"),
        ("https://a.example./", "https://a.example/"),
        ("https://a.example:/x?#", "https://a.example/x"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700::1111]:80/x", "http://[2606:4700::1111]:80/x"),
        ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://[64:ff9b::8.8.8.8]/", "http://[64:ff9b::808:808]/"),
        ("http://[2002:808:808::1]/", "http://[2002:808:808::1]/"),
    ],
)  # fmt: skip
def test_a_link_is_kept_as_a_browser_would_ask_for_it(url: str, link: str) -> None:
    assert kept(url) == link
    assert kept(link) == link


@pytest.mark.rule("R74")
@pytest.mark.parametrize(
    "url",
    [
        "", "disk.example", "//disk.example", "https:", "https://", "https:///path", "https:a.example",
        "javascript:alert(1)", "JaVaScRiPt://a.example/%0aalert(1)", "data:text/html,x", "ftp://a.example", "file:///etc/passwd",
        "blob:https://a.example/1", "https://a..example", "https://-a.example", "https://a.example:port", "https://a.example:99999",
        "https://a.example\\@b.example/", "https:\\\\a.example", "https://%31%32%37.0.0.1", "https://a b.example", "https://[::1",
        "https://[v1.a]/", "https://xn--.example", "https://" + "a" * 64 + ".example", "https://" + "a." * 130 + "example",
        "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1", "http://0x7f000001", "http://a.0x", "http://0177.0.0.1", "http://1.2.3.4.5",
        "https://☃☃..example", "https://☃.example",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert code(url) == "invalid"


@pytest.mark.rule("R74")
@pytest.mark.parametrize(
    "url",
    [
        "https://vera:secret@a.example/",
        "https://vera@a.example",
        "https://a.example%2f@b.example/",
        "https://:@a.example",
    ],
)
def test_a_link_with_a_name_or_a_password_in_it_is_refused(url: str) -> None:
    assert code(url) == "credentials"


@pytest.mark.rule("R74")
@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost.", "a.localhost", "printer", "printer.local", "db.internal", "nas.home.arpa", "router.lan",
        "127.0.0.1", "127.0.0.1.", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[2606:4700::1111%25eth0]", "[fd00::1]", "[ff02::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::a01:203]", "[2002:7f00:1::]", "[2001:db8::1]",
        "[::ffff:8.8.8.8]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b:1::a01:203]", "[fec0::1]", "[5f00::1]", "[4000::1]",
        "[3fff::1]", "192.0.0.8",
        "home.arpa", "host.localdomain", "host.private",
        "127。0。0。1", "①②⑦.0.0.1", "ⓛocalhost",
    ],
)  # fmt: skip
def test_a_link_into_a_private_network_or_to_oneself_is_refused(host: str) -> None:
    assert code(f"http://{host}:8080/admin") == "private_address"


@pytest.mark.rule("R74")
@pytest.mark.parametrize(
    "url",
    ["https://a.example/\u202efdp.exe", "https://a.example/\u200f", "https://a\u200b.example", "https://a.example/a\nb", "https://a.ex\tample",
        "https://a.example/\0", "https://a.example/\ud800", "https://a.example/\ue000", "https://a.example/\u2028x",
        "https://☃☃\u00ad.example"],
)  # fmt: skip
def test_what_nobody_sees_in_a_link_or_what_turns_it_around_is_refused(url: str) -> None:
    assert code(url) == "control_characters"


@pytest.mark.rule("R74")
def test_a_link_has_two_thousand_characters_at_most_as_it_is_kept() -> None:
    base = "https://a.example/"
    longest = base + "x" * (LINK_AT_MOST - len(base))
    assert kept(longest) == longest
    assert code(longest + "x") == "too_long"
    assert code(base + "й" * 400) == "too_long"


@pytest.mark.rule("R74")
def test_each_wrong_link_is_named_and_two_to_the_same_place_are_one_too_many() -> None:
    links, faults = checked("links", ("https://a.example", "b", "HTTPS://A.example.", "x" * 2001))
    assert links == ("https://a.example",)
    assert faults == (
        FieldError("links.1", "invalid"),
        FieldError("links.2", "repeated"),
        FieldError("links.3", "too_long", LINK_AT_MOST),
    )


@pytest.mark.rule("R74")
@pytest.mark.parametrize(
    ("first", "second", "repeated"),
    [
        ("https://a.example", "https://a.example/", True),
        ("https://a.example/x", "https://A.example:443/x", True),
        ("http://[2606:4700::1111]:80?y", "http://[2606:4700::1111]/?y", True),
        ("http://a.example:443/", "http://a.example/", False),
        ("https://a.example:8443/", "https://a.example/", False),
        ("https://a.example/x/", "https://a.example/x", False),
        ("https://a.example/#1", "https://a.example/#2", False),
    ],
)
def test_two_links_are_to_the_same_place_if_a_browser_asks_for_the_same(
    first: str, second: str, repeated: bool
) -> None:
    links, faults = checked("links", (first, second))
    assert (len(links), [fault.code for fault in faults]) == ((1, ["repeated"]) if repeated else (2, []))


PIECES = st.sampled_from(
    ["http", "https", ":", "//", "/", "\\",
     "@", "?", "#", "%", "%2f", ".", "。", "[", "]", "::1", "127", "0x7f", "local", "a", "й", " ", "\u202e", "xn--"]
)  # fmt: skip


@pytest.mark.rule("R74")
@given(
    st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=9).map(lambda them: "https://" + "".join(them))
    | st.text(max_size=60)
)
def test_whatever_is_sent_what_is_kept_is_ascii_and_stays_as_it_is(url: str) -> None:
    try:
        link = kept(url)
    except Unfit:
        return
    assert link.isascii()
    assert link.isprintable()
    assert " " not in link
    assert link.startswith(("http://", "https://"))
    assert kept(link) == link
