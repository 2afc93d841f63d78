"""Twips: writing them, sending them to moderation, reading them (R1 to R10, D1 to D3, E2)."""

from typing import Annotated

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain import content
from chalicelib.domain.access import Act
from chalicelib.domain.content import Amendment, FilesEdit, WorkOffer
from chalicelib.domain.errors import LimitReached, Stale, WrongState
from chalicelib.domain.goods import FILES_AT_MOST, LINKS_AT_MOST
from chalicelib.domain.kinds import Lang, Mode, TwipKind
from chalicelib.handlers.amounts import Amount, minor_of
from chalicelib.handlers.catalogue.languages import reader_lang
from chalicelib.handlers.catalogue.views import (
    CategoryView,
    TwipPageView,
    TwipView,
    category_view,
    twip_page_view,
    twip_view,
    whole_view,
)
from chalicelib.handlers.http import Context, Reply, route
from chalicelib.handlers.models import Ident, Page, PageQuery, Request, View

bp = Blueprint(__name__)
TAG_BODY_AT_MOST = 200
"""As it is sent: blanks and what is not seen are dropped before it is measured."""


class TextBody(Request):
    """In a draft each may be empty; at submission a title has 3 to 120 code points, a description 20 to 5000."""

    title: str = Field(default="", json_schema_extra={"maxLength": content.TITLE_AT_MOST})
    description: str = Field(default="", json_schema_extra={"maxLength": content.DESCRIPTION_AT_MOST})
    bring: str = Field(
        default="",
        description="Work: what the customer must bring to it, if anything.",
        json_schema_extra={"maxLength": content.BRING_AT_MOST},
    )


class WorkBody(Request):
    """In a draft either may be missing."""

    price: Amount | None = Field(default=None, description="Of the whole.")
    days: int | None = Field(
        default=None,
        description="From the start of the work to its delivery.",
        json_schema_extra={"minimum": 1, "maximum": content.DAYS_AT_MOST},
    )


class FilesBody(Request):
    """What is sold of files and links: at submission a price, and at least one of the two. What is left out stays, but for the price."""

    price: Amount | None = Field(default=None, description="Of them all.")
    files: list[Ident] | None = Field(
        default=None,
        max_length=FILES_AT_MOST,
        description="By their ids, in order: files that the twip has, and finished uploads for it. One that is left out is gone.",
    )
    links: list[str] | None = Field(
        default=None,
        max_length=LINKS_AT_MOST,
        description="To pages that everybody can reach, by http or https, without a name or a password; kept in ASCII.",
    )


class Parts(Request):
    """The parts of a twip. What is given replaces the whole of that part."""

    languages: list[Lang] | None = Field(default=None, max_length=len(Lang), description="At submission one or two.")
    texts: dict[Lang, TextBody] | None = Field(default=None, description="By language, in those of `languages` only.")
    prices: dict[Mode, Amount] | None = Field(
        default=None, description="A consultation's, of a block of 15 minutes, by mode; either may be absent."
    )
    work: WorkBody | None = Field(default=None, description="A work's.")
    files: FilesBody | None = Field(default=None, description="Of files and links.")
    category: str | None = Field(
        default=None, max_length=30, description="The id of one of `GET /categories`; `other` by default."
    )
    tags: list[Annotated[str, Field(max_length=TAG_BODY_AT_MOST)]] | None = Field(
        default=None,
        max_length=content.TAGS_AT_MOST,
        description=f"Words by which people look for it, each of {content.TAG_AT_LEAST} to {content.TAG_AT_MOST} code points: letters, "
        "digits and the signs of names. No two differ only in letter case, accents or blanks.",
    )


class CountedCategory(View):
    """A category, and how many twips are on sale in it. Null: that cannot be told now."""

    category: CategoryView
    twips: int | None
    kinds: dict[TwipKind, int] | None


class CategoriesView(View):
    """The deployment's list, in its order."""

    items: list[CountedCategory]


class CreateTwip(Parts):
    """A new draft. It may be incomplete; its submission may not."""

    kind: TwipKind


class EditTwip(Parts):
    """`version` is the one that the edit was made on."""

    version: int = Field(ge=0)


def amendment(ctx: Context, body: Parts) -> Amendment:
    """What the body changes. Raises InvalidInput for money in another currency."""
    currency = ctx.services.settings.currency
    texts, prices, work, files = body.texts, body.prices, body.work, body.files
    return Amendment(
        languages=None if body.languages is None else tuple(body.languages),
        texts=None if texts is None else {lang: _text(text) for lang, text in texts.items()},
        prices=None
        if prices is None
        else {mode: minor_of(price, f"prices.{mode}", currency) for mode, price in prices.items()},
        work=None if work is None else WorkOffer(_minor(work.price, "work.price", currency), work.days),
        files=None if files is None else _files(files, currency),
        category=body.category,
        tags=None if body.tags is None else tuple(body.tags),
    )


def _files(body: FilesBody, currency: str) -> FilesEdit:
    return FilesEdit(
        _minor(body.price, "files.price", currency),
        None if body.files is None else tuple(body.files),
        None if body.links is None else tuple(body.links),
    )


def _text(body: TextBody) -> content.Text:
    return content.Text(body.title, body.description, body.bring)


def _minor(price: Amount | None, field: str, currency: str) -> int | None:
    return None if price is None else minor_of(price, field, currency)


@route(
    bp,
    "POST",
    "/twips",
    act=Act.TWIP_CREATE,
    body=CreateTwip,
    answer=TwipView,
    status=201,
    keyed=True,
    errors=(LimitReached,),
)
def create_twip(ctx: Context, body: CreateTwip) -> TwipView:
    """Adds a twip, as a draft."""
    made = ctx.services.twips.create(ctx.caller.user_id, body.kind, amendment(ctx, body), key=ctx.key)
    return whole_view(ctx, made)


@route(bp, "GET", "/twips/{twip_id}", act=Act.TWIP_READ, answer=TwipPageView)
def read_twip(ctx: Context, twip_id: str) -> TwipPageView:
    """A twip's page: the published face for everybody, the draft and its review for the author and moderators."""
    page = ctx.services.twips.read(twip_id, ctx.visitor)
    return twip_page_view(ctx, page, reader_lang(ctx.header("accept-language")))


@route(bp, "PATCH", "/twips/{twip_id}", act=Act.TWIP_EDIT, body=EditTwip, answer=TwipView, errors=(Stale,))
def edit_twip(ctx: Context, twip_id: str, body: EditTwip) -> TwipView:
    """Edits the draft. Of a published twip it begins a revision; the published one stays until that is approved."""
    edited = ctx.services.twips.edit(ctx.caller.user_id, twip_id, amendment(ctx, body), version=body.version)
    return whole_view(ctx, edited)


@route(bp, "POST", "/twips/{twip_id}/submit", act=Act.TWIP_SUBMIT, answer=TwipView, errors=(WrongState,))
def submit_twip(ctx: Context, twip_id: str) -> TwipView:
    """Sends the draft to moderation."""
    return whole_view(ctx, ctx.services.twips.submit(ctx.caller.user_id, twip_id))


@route(bp, "POST", "/twips/{twip_id}/withdraw", act=Act.TWIP_WITHDRAW, answer=TwipView, errors=(WrongState,))
def withdraw_twip(ctx: Context, twip_id: str) -> TwipView:
    """Takes the twip off the market."""
    return whole_view(ctx, ctx.services.twips.withdraw(ctx.caller.user_id, twip_id))


@route(bp, "POST", "/twips/{twip_id}/restore", act=Act.TWIP_RESTORE, answer=TwipView, errors=(WrongState,))
def restore_twip(ctx: Context, twip_id: str) -> TwipView:
    """Puts a withdrawn twip back on the market."""
    return whole_view(ctx, ctx.services.twips.restore(ctx.caller.user_id, twip_id))


@route(bp, "GET", "/me/twips", act=Act.MY_TWIPS, query=PageQuery, answer=Page[TwipView])
def my_twips(ctx: Context, query: PageQuery) -> Page[TwipView]:
    """My twips, newest first."""
    currency = ctx.services.settings.currency
    found = ctx.services.twips.mine(ctx.caller.user_id, cursor=query.cursor, limit=query.limit)
    return Page[TwipView].of(found, lambda twip: twip_view(twip, currency, None))


@route(bp, "GET", "/categories", act=Act.CATEGORIES, answer=CategoriesView)
def list_categories(ctx: Context) -> Reply:
    """Lists the categories of twips, each with how many are on sale. It may be kept for a minute."""
    from chalicelib.domain.categories import categories

    found = ctx.services.search.by_category()

    def counted(ident: str) -> dict[TwipKind, int] | None:
        return None if found is None else {kind: found.get(ident, {}).get(kind, 0) for kind in TwipKind}

    counts = {category: counted(category.id) for category in categories()}
    items = [
        CountedCategory(
            category=category_view(category), twips=None if kinds is None else sum(kinds.values()), kinds=kinds
        )
        for category, kinds in counts.items()
    ]
    return Reply(CategoriesView(items=items), headers={"Cache-Control": "public, max-age=60"})
