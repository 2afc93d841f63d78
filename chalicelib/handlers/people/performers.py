"""People as everybody sees them (R16, E4)."""

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import Act
from chalicelib.domain.kinds import Lang
from chalicelib.handlers.http import Context, route
from chalicelib.handlers.models import Request
from chalicelib.handlers.performers import IntroductionView, introduction_view

bp = Blueprint(__name__)


class SayOfSelf(Request):
    """In one language: at most 80 and 2,000 code points. Addresses of pages and of mail are refused (`no_links`)."""

    profession: str = ""
    about: str = ""


class AboutMe(Request):
    """All that I say of myself; a language that is left out, or in which nothing is said, has nothing."""

    texts: dict[Lang, SayOfSelf] = Field(
        examples=[{"en": {"profession": "Lawyer", "about": "Twelve years of leases."}}]
    )


@route(bp, "GET", "/users/{user_id}", act=Act.PERSON_READ, answer=IntroductionView)
def read_person(ctx: Context, user_id: str) -> IntroductionView:
    """A person's public page: what they say of themselves, their hours, and whether they can be called now."""
    return introduction_view(ctx.services.introductions.read(user_id), ctx.now_ms)


@route(bp, "PUT", "/me/about", act=Act.ABOUT_SET, body=AboutMe, answer=IntroductionView)
def set_about(ctx: Context, body: AboutMe) -> IntroductionView:
    """Sets what I say of myself. Everybody sees it at once. Answers my page."""
    from chalicelib.domain.about import Said  # only who writes needs its rules

    texts = {lang: Said(said.profession, said.about) for lang, said in body.texts.items()}
    return introduction_view(ctx.services.introductions.write(ctx.caller.user_id, texts), ctx.now_ms)
