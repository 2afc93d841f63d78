"""Requests that nobody would think of: whatever is sent, the answer is a promised one, and a refusal has changed nothing.

Requests come from the API's own description: such as it allows, such as it forbids, and noise. Ids are those of things that are there
as often as made-up ones, so that not all ends at `not_found`."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from app import app
from chalicelib.domain.attachments import described
from chalicelib.domain.availability import Status
from chalicelib.domain.connections import Connection
from chalicelib.domain.content import Amendment, FilesEdit
from chalicelib.domain.goods import PART_BYTES
from chalicelib.domain.goods_uploads import announced
from chalicelib.domain.kinds import TwipKind
from chalicelib.domain.orders.order import ConsultationOrder
from chalicelib.domain.orders.work import WorkState
from chalicelib.domain.people import Role, User
from chalicelib.domain.twips import Twip
from chalicelib.handlers import http
from chalicelib.handlers.routes import Route
from chalicelib.services.changes import Insert
from tests.support.house import House
from tests.support.market import files
from tests.support.orders import work
from tests.support.people import caller, found, settle
from tests.support.sales import CONTENT, fund, place
from tests.support.web import EDGE_CODES, Answer, Web
from tools.openapi import text_of

ROUTES: list[Route] = [
    cast(Any, entry.view_function).described for by_method in app.routes.values() for entry in by_method.values()
]
OPERATIONS = {
    (operation.method.upper(), operation.path): operation
    for result in schemathesis.openapi.from_dict(json.loads(text_of(ROUTES))).get_all_operations()
    if isinstance(result, Ok) and (operation := result.ok())
}
EVERYBODY = ("cora@example.org", "pavel@example.org", "ada@example.org", "stranger@example.org")
LIMITS = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)
"""What a header can hold: bytes, each read as the character of its number."""
KEYS = st.one_of(
    st.sampled_from(["key-one-of-two", "key-two-of-two"]), st.uuids().map(str), LATIN, st.text(max_size=140)
)
TEXTS = st.text(st.characters(), max_size=40) | st.sampled_from(
    [
        "\0",
        "\ud800",
        "a\udfffb",
        "\ufffe",
        "../../etc",
        "\u202e",
        "a" * 5000,
        "é" * 700,
        "1e999",
        "-0",
        "\x7f",
        "\x1b[0m",
    ]
)
"""Lone surrogates too, which JSON can spell and UTF-8 cannot."""
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**53, 2**63, -(2**63) - 1, 10**38, 10**400, 5e-324])
NOISE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
SEGMENTS = st.one_of(
    TEXTS.map(lambda text: quote(text, safe="", errors="surrogatepass")), st.binary(max_size=20).map(quote)
)
"""Parts of a path, as they are sent: bytes that are no UTF-8 among them."""
BROKEN = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            b"[" * 60_000, b'{"a":' * 10_000, b'{"email": "a", "email": {"email": 1}}', b'{"version": 1' + b"0" * 9_000 + b"}",
            b'{"version": 1e999}', b'"\\ud800"', b'{"\\ud800": "\\udc00\\ud800"}', b'{"email": "\\u0000"}', b"\xef\xbb\xbf{}",
            '{"lang": "ru"}'.encode("utf-16"), b'{"lang": "\xed\xa0\x80"}', b"NaN", b"-Infinity", b" " * 70_000,
        ]
    ),
)  # fmt: skip
ODD = st.fixed_dictionaries(
    {},
    optional={
        "accept": st.sampled_from(["text/csv", "*/*", "application/json;q=nan", ",;,"]),
        "accept_language": st.sampled_from(["en", "ru;q=nan, en;q=1e999", "*", ";;,="]),
        "authorization": st.sampled_from(["Bearer", "Bearer a.b.c", "Basic eA==", "Bearer W1tbWw.W1tb.x", "bearer  "]),
        "cookie": st.sampled_from(["refresh=", "refresh=a.b", f"refresh={'a' * 3000}.b", "refresh=;refresh=x", "=;;"]),
        "content_type": st.sampled_from(["text/plain", "application/json", "application/json; charset=utf-16", "x"]),
        "x_forwarded_for": st.sampled_from([",", "1.2.3.4", "a" * 500, "1,2,3,4"]),
        "origin": LATIN,
        "user_agent": LATIN,
        "twip_signature": st.sampled_from(["t=1,v1=aa", "t=99999999999,v1=", "v1=\u00e9", "t=1,t=2,v1=x", "t=-1"]),
    },
)
LATIN_HEADERS = st.fixed_dictionaries(
    {"x_requested_with": st.just("twip")},
    optional={
        "cookie": st.one_of(
            LATIN, LATIN.map("refresh={}; other=\xff".format), LATIN.map("other=\xd0; refresh={}".format)
        ),
        "authorization": LATIN.map("Bearer {}".format),
        "accept_language": LATIN,
        "content_type": LATIN.map("application/json; charset={}".format),
        "x_forwarded_for": LATIN,
        "x_twip_edge": LATIN,
        "accept": LATIN,
    },
)
HEADERS: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}), st.just({"x_requested_with": "twip"}), ODD, LATIN_HEADERS
)


def on_sale(house: House, author: User, moderator: User) -> Twip:
    """A twip that came to the market as all do."""
    amendment = Amendment(CONTENT.languages, CONTENT.texts, CONTENT.prices)
    draft = house.twips.create(author.id, TwipKind.CONSULTATION, amendment, key="the-one-twip")
    waiting = house.twips.submit(author.id, draft.id)
    return house.moderation.approve(moderator.id, draft.id, version=waiting.version)


def ring(house: House, customer: User, performer: User, order: ConsultationOrder) -> str:
    """A call that rings. Answers its session's id."""
    now_ms = house.hands.at_ms
    house.availability.set_status(performer.id, Status.AVAILABLE)
    house.connections.hello(Connection("performer-1", performer.id, now_ms, now_ms + 3_600_000), now_ms)
    caller = Connection("customer-1", customer.id, now_ms, now_ms + 3_600_000)
    return house.calls.start(caller, order.id).session_id


def correspond(house: House, customer: User, performer: User) -> list[str]:
    """An order of work with a message that carries a file, and an upload that nothing has taken. Answers the ids of all."""
    ordered = work("0" * 25 + "w", price_minor=10_000, at_ms=house.hands.at_ms)
    house.store.commit(Insert(replace(ordered, customer_id=customer.id, performer_id=performer.id)))
    plan = described("Plan.pdf", "application/pdf", 5, "0f" * 32)
    sent, waiting = (house.attachments.begin(customer.id, plan, key=f"upload-{n}") for n in (1, 2))
    house.file_storage.arrive(sent.link)
    house.file_storage.arrive(waiting.link)
    message = house.threads.write(customer.id, ordered.id, "Hello", (sent.upload.id,), key="the-one-message")
    return [ordered.id, message.id, sent.upload.id, waiting.upload.id]


def quarrel(house: House, customer: User, performer: User, arbiter: User) -> list[str]:
    """An order of work whose dispute an arbiter has taken. Answers the ids of both."""
    ordered = work("0" * 25 + "x", price_minor=10_000, at_ms=house.hands.at_ms, state=WorkState.WORKING)
    house.store.commit(Insert(replace(ordered, customer_id=customer.id, performer_id=performer.id)))
    dispute_id = house.opening.open(customer.id, ordered.id, None, "Not so", (), key="the-one-dispute").id
    house.disputes.answer(performer.id, dispute_id, "It is", (), key="the-one-answer")
    house.arbitration.assign(caller(arbiter), dispute_id, key="the-one-arbiter")
    return [ordered.id, dispute_id]


def shelve(house: House, author: User) -> list[str]:
    """A draft of a file, with an upload that is sent whole and one that is sent in parts. Answers the ids of all."""
    twip = house.twips.create(author.id, TwipKind.FILES, files(), key="the-one-of-files")
    small, large = announced("a.zip", "a/b", 5, "0f" * 32), announced("b.zip", "a/b", PART_BYTES + 1, None)
    chosen, waiting, parted = (
        house.goods_uploads.begin(author.id, twip.id, file, key=f"goods-{n}")
        for n, file in enumerate((small, small, large))
    )
    assert chosen.link is not None
    house.file_storage.arrive(chosen.link)
    house.goods_uploads.complete(author.id, chosen.upload.id)
    by = Amendment(files=FilesEdit(5, (chosen.upload.id,)))
    house.twips.edit(author.id, twip.id, by, version=0)
    return [twip.id, *(one.upload.id for one in (chosen, waiting, parted))]


class Town:
    """A house in which something has happened: a twip is on sale, ordered, and called on, an order of work has a thread, another a dispute,
    and everybody has some role."""

    def __init__(self, house: House) -> None:
        self.house, self.web = house, Web(app, house)
        self.customer = settle(house, "cora@example.org")
        performer = settle(house, "pavel@example.org", Role.MODERATOR)
        admin = settle(house, "ada@example.org", *Role)
        fund(house, self.customer, 1_000_000)
        twip = on_sale(house, performer, admin)
        order = place(house, self.customer, twip)
        session_id = ring(house, self.customer, performer, order)
        written = correspond(house, self.customer, performer)
        written += quarrel(house, self.customer, performer, admin)
        written += shelve(house, performer)
        self.ids = [twip.id, order.id, session_id, self.customer.id, performer.id, admin.id, "sandbox", *written]

    def person(self, email: str) -> User | None:
        """As stored now; None for the stranger."""
        return None if email.startswith("stranger") else found(self.house, email)

    def stored(self) -> dict[str, Any]:
        """All that a refusal must leave alone: not the `live` table, in which tries are counted."""
        return {table: sorted(map(str, self.house.dynamo.items(table))) for table in ("market", "journal")}

    def ask(
        self, route: Route, case: Any, email: str, idents: dict[str, str], key: str, headers: dict[str, str]
    ) -> None:
        """One request, and whether its answer is one that may be."""
        path = route.path
        for name, value in {**_quoted(case.path_parameters or {}), **idents}.items():
            path = path.replace(f"{{{name}}}", value or "-")
        query = urlencode({k: str(v) for k, v in (case.query or {}).items()}, errors="surrogatepass")
        before = self.stored()
        web = self.web.by(self.person(email))
        answer = web.ask(route.method, f"{path}?{query}", _body(case), key=_header(key), **headers)
        assert answer.status < 500, answer
        if answer.status >= 400 and not _no_route(answer):
            assert answer.headers["Content-Type"] == "application/problem+json", answer
            assert answer.code in {kind.code for kind in route.refusals} | EDGE_CODES, answer
            assert answer.body["status"] == answer.status
            assert self.stored() == before, answer


def _no_route(answer: Answer) -> bool:
    """The gateway's own answer where no route is, which it turns into a problem document itself."""
    return bool(answer.body == {"message": "Missing Authentication Token"})


def _header(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("latin-1").translate({0: None, 10: None, 13: None})


def _quoted(parameters: dict[str, Any]) -> dict[str, str]:
    return {name: quote(str(value), safe="", errors="surrogatepass") for name, value in parameters.items()}


def _body(case: Any) -> bytes | None:
    if isinstance(case.body, bytes):
        return case.body
    if not isinstance(case.body, dict | list | str | int | float | bool | None):
        return None
    return json.dumps(case.body).encode("utf-8", "replace")


def spoilt(body: Any, data: st.DataObject) -> Any:
    """A body with one of its parts replaced by noise."""
    if isinstance(body, dict) and body and data.draw(st.integers(0, 4)):
        name = data.draw(st.sampled_from(sorted(body)))
        return {**body, name: spoilt(body[name], data)}
    return data.draw(NOISE)


@pytest.fixture
def town(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(http, "_log_line", lambda *_: None)
    yield Town(house)


def cases(route: Route) -> st.SearchStrategy[Any]:
    """Requests of a route: allowed, forbidden, and noise in the place of a body."""
    operation = OPERATIONS[(route.method, route.path)]
    allowed, forbidden = (
        operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    )
    return st.one_of(allowed, forbidden) if _says_anything(route) else allowed


def _says_anything(route: Route) -> bool:
    return bool(route.parameters or route.query or route.body or route.raw)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_asked_is_answered_as_promised_and_a_refusal_changes_nothing(town: Town, route: Route) -> None:
    idents_of = st.sampled_from(town.ids) | SEGMENTS

    @settings(LIMITS, max_examples=25 if _says_anything(route) else 5)
    @given(data=st.data())
    def asked(data: st.DataObject) -> None:
        case = data.draw(cases(route))
        if route.body and data.draw(st.booleans()):
            case.body = spoilt(case.body, data)
        if route.query and data.draw(st.booleans()):
            case.query = {
                **(case.query or {}),
                data.draw(st.sampled_from(sorted(route.query.model_fields))): data.draw(TEXTS),
            }
        idents = {name: data.draw(idents_of) for name in route.parameters if data.draw(st.booleans())}
        key, headers = data.draw(KEYS), data.draw(HEADERS)
        town.ask(route, case, data.draw(st.sampled_from(EVERYBODY)), idents, key, headers)

    asked()


@pytest.mark.parametrize("route", [route for route in ROUTES if route.body], ids=lambda route: route.path)
def test_noise_in_the_place_of_a_body_is_refused_by_its_field(town: Town, route: Route) -> None:
    @settings(LIMITS, max_examples=15)
    @given(noise=st.one_of(NOISE.map(lambda value: json.dumps(value).encode()), BROKEN))
    def asked(noise: bytes) -> None:
        path = route.path.replace("{", "").replace("}", "")
        answer = town.web.by(town.person("ada@example.org")).ask(route.method, path, noise, key="key-of-noise")
        assert answer.status in (400, 404, 422), answer
        if answer.status == 422:
            assert all({"field", "code"} <= error.keys() for error in answer.body["errors"])

    asked()
