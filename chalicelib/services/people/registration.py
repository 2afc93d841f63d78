"""From an address to a person: registration, confirmation by mail, a forgotten password (R2, R3, E16).

Whoever asks about an address learns nothing of it here, not by the answer and not by the time that it takes: what there is to say goes to
the address itself, and a request makes the same calls whosever it is.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from chalicelib.domain import text
from chalicelib.domain.accounts import Account
from chalicelib.domain.availability import Profile
from chalicelib.domain.errors import KeyReused, Unauthenticated
from chalicelib.domain.kinds import Lang
from chalicelib.domain.passwords import clean_password
from chalicelib.domain.people import (
    Arrival,
    EmailOwner,
    MailToken,
    Purpose,
    Registration,
    User,
    UserState,
    confirmed,
    signed_out,
)
from chalicelib.services import retrying
from chalicelib.services.changes import Change, CommitRefused, Insert, Ref, Remove, Require, Save
from chalicelib.services.connections import Connections
from chalicelib.services.keys import derive, digest, fingerprint
from chalicelib.services.notices.notices import Notices
from chalicelib.services.people.attempts import HOUR_MS, Attempts, Limits
from chalicelib.services.ports import Clock, Ids, Mail, Passwords, Store

T = TypeVar("T")
KEY_LIFE_MS = 24 * HOUR_MS
"""A repeat of a registration's Idempotency-Key is recognised for this long."""
LINK_LIFE_MS = {Purpose.CONFIRM: 24 * HOUR_MS, Purpose.RESET: HOUR_MS}
NAME_AT_MOST = 60


@dataclass(frozen=True)
class Applicant:
    """What somebody registers with. The address is lower-cased already."""

    email: str
    password: str
    display_name: str
    lang: Lang


@dataclass(frozen=True)
class _Asked:
    """A registration as it was asked for. `arrival`: the secret of the browser that asks."""

    applicant: Applicant
    password_hash: str
    arrival: str
    onward: str | None
    now_ms: int

    def arrival_of(self, user_id: str, epoch: int) -> Arrival:
        return Arrival(digest(self.arrival), user_id, epoch, self.now_ms + LINK_LIFE_MS[Purpose.CONFIRM])


@dataclass(frozen=True)
class Registrations:
    """People come in."""

    store: Store
    clock: Clock
    ids: Ids
    passwords: Passwords
    notices: Notices
    connections: Connections
    attempts: Attempts
    limits: Limits
    currency: str

    def register(
        self, applicant: Applicant, *, key: str, ip: str, device: str | None = None, onward: str | None = None
    ) -> str:
        """Registers, or tells the address that it is taken; the caller learns neither, and gets the secret of an arrival: with it they are
        signed in once the address is confirmed (`Identity.arrive`). A registration that was never confirmed gives way to a newer one, and
        its link and arrivals die with it. `key` is of this address alone: strangers who choose the same one never meet. `device`: as with
        a sign-in (E19). `onward`: the page of ours to which the mailed link goes on (E21).

        Raises InvalidInput, KeyReused (this address and key came with another body within the day), TooManyAttempts, Unavailable."""
        now_ms = self.clock.now_ms()
        name = display_name(applicant.display_name)
        password = clean_password(applicant.password, applicant.email, name)
        kept = replace(applicant, password=password, display_name=name)
        self.attempts.spend(self.limits, address=kept.email, device=device, ip=ip, now_ms=now_ms)
        # Hashed before anything is looked up, so that a taken address takes as long as a free one.
        password_hash = self.passwords.hash(kept.password)
        asked = _Asked(kept, password_hash, self.ids.secret(), onward, now_ms)
        mail = retrying.retry_on_conflict(lambda: self._register(asked, key))
        self.notices.send(mail)
        return asked.arrival

    def _register(self, asked: "_Asked", key: str) -> Mail:
        applicant, password_hash, now_ms = asked.applicant, asked.password_hash, asked.now_ms
        claim = _claim(applicant, password_hash, key, now_ms)
        found = self.store.read(Ref(Registration, claim.id), Ref(EmailOwner, applicant.email))
        first, owner = found.get(Ref(Registration, claim.id)), found.get(Ref(EmailOwner, applicant.email))
        if first is not None and not self._repeats(first, claim, applicant.password):
            raise KeyReused
        claims = (Insert(claim),) if first is None else ()
        # Not derived from address and key: the id is public, and would tell the address to whoever guesses both.
        user_id = self.ids.new()
        # Where there is nobody, as many looks and as many writes are made as where there is somebody.
        owner_id = owner.user_id if owner else user_id
        around = self.store.read(Ref(User, owner_id), Ref(Profile, owner_id))
        if owner is not None:
            user, profile = there(around.get(Ref(User, owner_id))), there(around.get(Ref(Profile, owner_id)))
            return self._register_again(user, profile, asked, first, claims, nobody_id=user_id)
        user = User(user_id, applicant.email, password_hash, applicant.display_name, applicant.lang, now_ms)
        return self._awaited(user, asked, *claims, *self._born(user))

    def _repeats(self, first: Registration, claim: Registration, password: str) -> bool:
        return first.fingerprint == claim.fingerprint and self.passwords.verify(first.password_hash, password)

    def _awaited(self, user: User, asked: "_Asked", *changes: Change, waits: str | None = None) -> Mail:
        """The link, and the browser that waits for its use. `waits`: for whom, if it is not for them."""
        arrival = Insert(asked.arrival_of(waits or user.id, user.epoch))
        return self._link(Purpose.CONFIRM, user, asked.now_ms, *changes, arrival, onward=asked.onward)

    def _register_again(
        self,
        user: User,
        profile: Profile,
        asked: "_Asked",
        first: Registration | None,
        claims: tuple[Insert, ...],
        *,
        nobody_id: str,
    ) -> Mail:
        """The address has an owner: one who is confirmed is told, one who is not gives way, but a repeat of `first` changes nothing and
        has its link sent again."""
        if user.state is not UserState.PENDING:
            # Of nobody: whoever waits for it must not be told apart, nor ever be signed in.
            self.store.commit(*claims, Require(user), Insert(asked.arrival_of(nobody_id, 0)))
            return self.notices.taken(user, asked.onward)
        if first is not None:
            # A repeat of what gave way knows a password that is not the account's: its browser is never signed in. A hash is salted, so
            # the account has the one of `first` only if it is of that registration.
            counts = first.password_hash == user.password_hash
            return self._awaited(user, asked, Require(user), waits=None if counts else nobody_id)
        applicant = asked.applicant
        name = applicant.display_name
        newer = replace(signed_out(user), password_hash=asked.password_hash, display_name=name, lang=applicant.lang)
        # The token is of the epoch that Save writes, so the links of the older registration are dead.
        renamed = replace(profile, display_name=name)
        return self._awaited(newer, asked, *claims, Save(newer), Save(renamed))

    def _born(self, user: User) -> tuple[Change, ...]:
        return (
            Insert(user),
            Insert(EmailOwner(user.email, user.id)),
            Insert(Profile(user.id, user.display_name)),
            # From the first moment on, so that a credit always finds it.
            Insert(Account(user.id, self.currency)),
        )

    def confirm(self, token: str) -> str:
        """Answers the address, which is the person's own. Raises Unauthenticated when the link is unknown, used, outdone or expired."""
        now_ms = self.clock.now_ms()
        link, user = self._opened(token, Purpose.CONFIRM, now_ms)
        self._used(link, confirmed(user, now_ms))
        return user.email

    def forgot(self, email: str, *, ip: str, device: str | None = None, onward: str | None = None) -> None:
        """Has the address's owner, if there is one, be sent a link; whether there is one is looked up where mails are made.
        `device`: as with a sign-in (E19). `onward`: as with a registration.

        Raises TooManyAttempts, Undelivered."""
        self.attempts.spend(self.limits, address=email, device=device, ip=ip, now_ms=self.clock.now_ms())
        self.notices.remind(email, onward)

    def reminder(self, email: str, onward: str | None = None) -> Mail | None:
        """The mail with a link to choose another password, or to confirm an address that was not yet; None for a stranger and for
        somebody blocked. Each time another link: all are good until one is used."""
        owner = self.store.get(Ref(EmailOwner, email))
        user = self.store.get(Ref(User, owner.user_id)) if owner else None
        if user is None or user.state is UserState.BLOCKED:
            return None
        purpose = Purpose.RESET if user.state is UserState.ACTIVE else Purpose.CONFIRM
        return self._link(purpose, user, self.clock.now_ms(), onward=onward)

    def reset(self, token: str, password: str) -> str:
        """Another password, by the mailed link; all that was signed in is signed out. Answers the address, which has been shown to be the
        person's own.

        Raises InvalidInput, and Unauthenticated when the link is unknown, used, outdone or expired."""
        link, user = self._opened(token, Purpose.RESET, self.clock.now_ms())
        kept = clean_password(password, user.email, user.display_name)
        self._used(link, replace(signed_out(user), password_hash=self.passwords.hash(kept)))
        self.connections.close_all(user.id)
        self.notices.password_changed(user)
        return user.email

    def _link(self, purpose: Purpose, user: User, now_ms: int, *changes: Change, onward: str | None = None) -> Mail:
        """Commits the changes and a new token, and answers the mail that carries it."""
        secret = self.ids.secret()
        token = MailToken(digest(secret), purpose, user.id, user.epoch, now_ms + LINK_LIFE_MS[purpose])
        self.store.commit(*changes, Insert(token))
        return self.notices.link(purpose, user, secret, onward)

    def _opened(self, secret: str, purpose: Purpose, now_ms: int) -> tuple[MailToken, User]:
        token = self.store.get(Ref(MailToken, digest(secret)))
        if token is None or token.purpose is not purpose:
            raise Unauthenticated(reason="invalid")
        user = self.store.get(Ref(User, token.user_id))
        if user is None or user.epoch != token.epoch or token.expires_ms <= now_ms:
            raise Unauthenticated(reason="expired")
        if user.state is not (UserState.PENDING if purpose is Purpose.CONFIRM else UserState.ACTIVE):
            raise Unauthenticated(reason="invalid")
        return token, user

    def _used(self, token: MailToken, user: User) -> None:
        try:
            self.store.commit(Remove(token), Save(user))
        except CommitRefused:
            # The same link, or the same person, at the same moment: only one of the two may win.
            raise Unauthenticated(reason="invalid") from None


def display_name(name: str) -> str:
    """A name as others see it: one line of 1 to 60 code points. Raises InvalidInput."""
    return text.line("display_name", name, at_most=NAME_AT_MOST)


def there(found: T | None) -> T:
    """What a person is never without. Raises LookupError: the tables contradict each other."""
    if found is None:
        raise LookupError("a person without all of their parts")
    return found


def _claim(applicant: Applicant, password_hash: str, key: str, now_ms: int) -> Registration:
    facts = {"display_name": applicant.display_name, "lang": applicant.lang}
    claim_id = derive("registration", applicant.email, key)
    return Registration(claim_id, fingerprint(facts), password_hash, now_ms + KEY_LIFE_MS)
