"""Coming in and going out: registration, sign-in, refresh, sign-out, a forgotten password (E16)."""

from typing import TYPE_CHECKING, Annotated, Literal

from chalice import Blueprint
from pydantic import Field

from chalicelib.domain.access import ACCESS_LIFE_S, REFRESH_LIFE_MS, Act
from chalicelib.domain.errors import TooManyAttempts, Unauthenticated, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.handlers.http import Context, Reply, route
from chalicelib.handlers.models import Address, Request, View
from chalicelib.handlers.people.me import MeView, me_view

if TYPE_CHECKING:
    from chalicelib.services.people.identity import SignedIn

bp = Blueprint(__name__)
COOKIE, DEVICE, ARRIVAL = "refresh", "device", "arrival"
COOKIE_PATH = "/api/auth"
DEVICE_LIFE_S = 365 * 86_400
"""Since the last sign-in or refresh on the device."""
ARRIVAL_LIFE_S = 86_400
"""As long as the mailed link."""
Onward = Annotated[
    str | None,
    Field(
        default=None,
        max_length=200,
        pattern=r"^/([A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*)?(\?[A-Za-z0-9_=&-]*)?$",
        examples=["/twips/01jd3v8m6q4z7w2x5n9r1t0c8k/order/video"],
    ),
]
"""A page of this site to go on to: a path in which nothing can be taken for another site's address, however a browser reads it."""


class Register(Request):
    """`password`: 10 to 128 characters, not the address itself, not among those tried first (`too_common`). `display_name`: what others
    see, 1 to 60 characters."""

    email: Address
    password: str
    display_name: str
    lang: Lang = Lang.RU
    next: Onward = None
    """Where the mailed link goes on to."""


class Credentials(Request):
    """An address and its password."""

    email: Address
    password: str = Field(max_length=1024)


class Link(Request):
    """The token of a mailed link: what stands behind `#token=`."""

    token: str = Field(min_length=1, max_length=128)


class Forgotten(Request):
    """Whose password is forgotten."""

    email: Address
    next: Onward = None
    """Where the mailed link goes on to."""


class NewPassword(Link):
    """The token of a mailed link and the password to be: 10 to 128 characters, not the address itself, not among those tried first
    (`too_common`)."""

    password: str


class SignedInView(View):
    """`access_token` goes into `Authorization: Bearer`; before it expires, refresh. The refresh token is in the cookie only."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int
    """Seconds."""
    user: MeView


class ArrivedView(View):
    """`signed_in` is null until this browser has registered and the address is confirmed."""

    signed_in: SignedInView | None


@route(bp, "POST", "/auth/register", act=Act.REGISTER, body=Register, status=202, keyed=True, errors=(TooManyAttempts,))
def register(ctx: Context, body: Register) -> Reply:
    """Registers: what there is to say, also that the address is taken, is mailed to it. A cookie lets this browser arrive."""
    from chalicelib.services.people.registration import Applicant

    applicant = Applicant(body.email, body.password, body.display_name, body.lang)
    known = _device(ctx, body.email)
    secret = ctx.services.registrations.register(applicant, key=ctx.key, ip=ctx.ip, device=known, onward=body.next)
    return Reply(cookies=(_set_cookie(ctx, ARRIVAL, secret, ARRIVAL_LIFE_S),))


@route(bp, "POST", "/auth/confirm", act=Act.CONFIRM, body=Link, answer=ArrivedView, errors=(Unauthenticated,))
def confirm(ctx: Context, body: Link) -> Reply:
    """Confirms an address by the mailed token, which is good once; signs in the browser that has registered with it, and no other."""
    email = ctx.services.registrations.confirm(body.token)
    try:
        signed_in = ctx.services.identity.arrive(_cookie(ctx, ARRIVAL), email=email)
    except Unauthenticated:
        signed_in = None
    if signed_in is None:
        return Reply(ArrivedView(signed_in=None), cookies=(_remembered(ctx, email),))
    return _arrived(ctx, signed_in)


@route(bp, "POST", "/auth/arrive", act=Act.ARRIVE, answer=ArrivedView, cookie=True, errors=(Unauthenticated,))
def arrive(ctx: Context) -> Reply:
    """Signs in the browser that has registered, once its address was confirmed, wherever that was done; asked again until then."""
    signed_in = ctx.services.identity.arrive(_cookie(ctx, ARRIVAL))
    return Reply(ArrivedView(signed_in=None)) if signed_in is None else _arrived(ctx, signed_in)


@route(
    bp,
    "POST",
    "/auth/login",
    act=Act.LOGIN,
    body=Credentials,
    answer=SignedInView,
    errors=(Unauthenticated, WrongState, TooManyAttempts),
)
def login(ctx: Context, body: Credentials) -> Reply:
    """Signs a device in; the refresh token comes as a cookie. A device that was signed in before has an allowance of its own."""
    known = _device(ctx, body.email)
    signed_in = ctx.services.identity.sign_in(body.email, body.password, ip=ctx.ip, device=known)
    return _signed_in(ctx, signed_in, _no_arrival(ctx))


@route(bp, "POST", "/auth/refresh", act=Act.REFRESH, answer=SignedInView, cookie=True, errors=(Unauthenticated,))
def refresh(ctx: Context) -> Reply:
    """The next access token for the cookie's refresh token, which is replaced; the use of a replaced one signs the device out."""
    token = _cookie(ctx, COOKIE)
    if not token:
        raise Unauthenticated(reason="missing")
    return _signed_in(ctx, ctx.services.identity.refresh(token))


@route(bp, "POST", "/auth/logout", act=Act.LOGOUT, cookie=True)
def logout(ctx: Context) -> Reply:
    """Signs this device out."""
    token = _cookie(ctx, COOKIE)
    if token:
        ctx.services.identity.sign_out(token)
    return Reply(cookies=(_set_cookie(ctx, COOKIE, "", 0), _no_arrival(ctx)))


@route(bp, "POST", "/auth/logout-all", act=Act.LOGOUT_ALL)
def logout_all(ctx: Context) -> Reply:
    """Signs every device out, this one too."""
    ctx.services.identity.sign_out_everywhere(ctx.caller.user_id)
    return Reply(cookies=(_set_cookie(ctx, COOKIE, "", 0), _no_arrival(ctx)))


@route(bp, "POST", "/auth/password/forgot", act=Act.FORGOT, body=Forgotten, status=202, errors=(TooManyAttempts,))
def forgot(ctx: Context, body: Forgotten) -> None:
    """Mails a link to choose another password, if the address is anybody's."""
    ctx.services.registrations.forgot(body.email, ip=ctx.ip, device=_device(ctx, body.email), onward=body.next)


@route(bp, "POST", "/auth/password/reset", act=Act.RESET, body=NewPassword, errors=(Unauthenticated,))
def reset(ctx: Context, body: NewPassword) -> Reply:
    """Sets another password by the mailed token, and signs every device out."""
    return Reply(cookies=(_remembered(ctx, ctx.services.registrations.reset(body.token, body.password)),))


def _signed_in(ctx: Context, signed_in: "SignedIn", *cookies: str) -> Reply:
    return Reply(_view(signed_in), cookies=_cookies(ctx, signed_in, *cookies))


def _arrived(ctx: Context, signed_in: "SignedIn") -> Reply:
    return Reply(ArrivedView(signed_in=_view(signed_in)), cookies=_cookies(ctx, signed_in, _no_arrival(ctx)))


def _view(signed_in: "SignedIn") -> SignedInView:
    return SignedInView(access_token=signed_in.access, expires_in=ACCESS_LIFE_S, user=me_view(signed_in.user))


def _cookies(ctx: Context, signed_in: "SignedIn", *others: str) -> tuple[str, ...]:
    device = _remembered(ctx, signed_in.user.email)
    if signed_in.refresh is None:
        return (device, *others)
    return (_set_cookie(ctx, COOKIE, signed_in.refresh, REFRESH_LIFE_MS // 1000), device, *others)


def _no_arrival(ctx: Context) -> str:
    """Whoever is in, or goes, waits no longer: nobody who comes to this browser later is to be signed in by it."""
    return _set_cookie(ctx, ARRIVAL, "", 0)


def _device(ctx: Context, email: str) -> str | None:
    return ctx.services.devices.known(_cookie(ctx, DEVICE), email)


def _remembered(ctx: Context, email: str) -> str:
    """That this device is one of the address's user. It survives the sign-out, for whoever comes back while a stranger guesses."""
    return _set_cookie(ctx, DEVICE, ctx.services.devices.remember(_cookie(ctx, DEVICE), email), DEVICE_LIFE_S)


def _set_cookie(ctx: Context, name: str, value: str, max_age_s: int) -> str:
    """Out of scripts' reach, sent to the routes here only, never with another site's request, and in the cloud over TLS only."""
    secure = "" if ctx.services.settings.local else "; Secure"
    return f"{name}={value}; Path={COOKIE_PATH}; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}"


def _cookie(ctx: Context, name: str) -> str:
    pairs = (part.strip().partition("=") for part in ctx.header("cookie").split(";"))
    return next((value for found, _, value in pairs if found == name), "")
