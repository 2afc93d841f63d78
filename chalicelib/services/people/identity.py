"""Who is signed in: sign-in, refresh with rotation and reuse detection, sign-out, tickets (E16)."""

import re
from dataclasses import dataclass, replace

from chalicelib.domain.access import REFRESH_LIFE_MS, TICKET_LIFE_MS, Caller
from chalicelib.domain.availability import Profile
from chalicelib.domain.connections import Ticket
from chalicelib.domain.errors import NotFound, Unauthenticated, WrongState
from chalicelib.domain.kinds import Lang
from chalicelib.domain.passwords import forms_of, normal_form
from chalicelib.domain.people import (
    Arrival,
    EmailOwner,
    RefreshFamily,
    Use,
    User,
    UserState,
    just_rotated,
    rotated,
    signed_out,
    still_in,
    use_of,
)
from chalicelib.services import retrying
from chalicelib.services.changes import Change, CommitRefused, Insert, Ref, Remove, Save
from chalicelib.services.connections import Connections, ticket_digest
from chalicelib.services.keys import derive, digest
from chalicelib.services.people.attempts import Attempts, Limits
from chalicelib.services.people.performers import Performers
from chalicelib.services.people.registration import display_name
from chalicelib.services.ports import Clock, Ids, Passwords, Store, Tokens

_REFRESH = re.compile(r"([0-9a-z]{26})\.([0-9A-Za-z_-]{43})")


@dataclass(frozen=True)
class SignedIn:
    """What a device gets. `refresh` is None when another tab has just been given the next one."""

    user: User
    access: str
    refresh: str | None


@dataclass(frozen=True)
class Identity:
    """Tokens and the state behind them."""

    store: Store
    clock: Clock
    ids: Ids
    passwords: Passwords
    tokens: Tokens
    connections: Connections
    attempts: Attempts
    limits: Limits
    performers: Performers

    def sign_in(self, email: str, password: str, *, ip: str, device: str | None = None) -> SignedIn:
        """Opens a device. A stranger's address and a wrong password get the same answer after the same work. `device`: its name, if this
        address was signed in on it before (E19).

        Raises Unauthenticated, TooManyAttempts, and WrongState for one who knows the password but is pending or blocked."""
        now_ms = self.clock.now_ms()
        self.attempts.spend(self.limits, address=email, device=device, ip=ip, now_ms=now_ms)
        owner = self.store.get(Ref(EmailOwner, email))
        user = self.store.get(Ref(User, owner.user_id if owner else derive("nobody", email)))
        kept = user.password_hash if user else self.passwords.decoy
        right = next((form for form in forms_of(password) if self.passwords.verify(kept, form)), None)
        if user is None or right is None:
            raise Unauthenticated(reason="credentials")
        if user.state is not UserState.ACTIVE:
            raise WrongState(what="user", state=user.state, asked="sign_in")
        self._rehash(user, right, normal_form(password))
        return self._open(user, now_ms)

    def _rehash(self, user: User, form: str, normal: str) -> None:
        if form == normal and not self.passwords.stale(user.password_hash):
            return
        try:
            self.store.commit(Save(replace(user, password_hash=self.passwords.hash(normal))))
        except CommitRefused:
            return  # the next sign-in does it

    def arrive(self, secret: str, *, email: str | None = None) -> SignedIn | None:
        """Signs in, once, the browser that has registered and holds this secret; None until the address is confirmed, and for one whose
        registration was of a taken address or gave way to a newer one: none of these can be told from each other. `email`: only if that
        is the address.

        Raises Unauthenticated when the secret is unknown, used or too old."""
        now_ms = self.clock.now_ms()
        arrival = self.store.get(Ref(Arrival, digest(secret)))
        if arrival is None or arrival.expires_ms <= now_ms:
            raise Unauthenticated(reason="expired")
        user = self.store.get(Ref(User, arrival.user_id))
        if user is None or user.state is not UserState.ACTIVE or user.epoch != arrival.epoch:
            return None
        if email is not None and user.email != email:
            return None
        try:
            return self._open(user, now_ms, Remove(arrival))
        except CommitRefused:
            # Another tab of the browser was faster: the cookie that it was given is this one's too.
            raise Unauthenticated(reason="expired") from None

    def _open(self, user: User, now_ms: int, *changes: Change) -> SignedIn:
        secret = self.ids.secret()
        family = RefreshFamily(self.ids.new(), user.id, digest(secret), user.epoch, now_ms + REFRESH_LIFE_MS)
        self.store.commit(*changes, Insert(family))
        return SignedIn(user, self._access(user, now_ms), f"{family.id}.{secret}")

    def _access(self, user: User, now_ms: int) -> str:
        return self.tokens.issue(Caller(user.id, frozenset(user.roles), user.epoch), now_ms)

    def refresh(self, token: str) -> SignedIn:
        """The next pair of tokens. Until the next one was used, the same token answers the same next one, however late: the answer may have
        been lost. After that it ends its family, but for a moment in which it may have been under way.

        Raises Unauthenticated (`overtaken`: ask again with the newest), Unavailable; the state behind the token is looked at: blocked,
        signed out everywhere."""
        now_ms, given = self.clock.now_ms(), _REFRESH.fullmatch(token)
        if given is None:
            raise Unauthenticated(reason="invalid")
        return retrying.retry_on_conflict(lambda: self._refresh(given[1], given[2], now_ms))

    def _refresh(self, family_id: str, secret: str, now_ms: int) -> SignedIn:
        family = self.store.get(Ref(RefreshFamily, family_id))
        if family is None or family.expires_ms <= now_ms:
            raise Unauthenticated(reason="expired")
        use = use_of(family, digest(secret), now_ms)
        user = self.store.get(Ref(User, family.user_id))
        if user is None or user.state is not UserState.ACTIVE or user.epoch != family.epoch or use is Use.REUSED:
            self.store.commit(Remove(family))
            raise Unauthenticated(reason="invalid")
        if use is Use.OVERTAKEN:
            raise Unauthenticated(reason="overtaken")
        newest = self._newest(family, use, secret, now_ms)
        return SignedIn(user, self._access(user, now_ms), newest and f"{family.id}.{newest}")

    def _newest(self, family: RefreshFamily, use: Use, secret: str, now_ms: int) -> str | None:
        """What follows this secret. None: it is not to be made again, and another tab has just been given it."""
        if use is Use.REPLACED:
            same = self.tokens.same_successor(secret, family.kid, now_ms)
            if same is not None and digest(same) == family.digest:
                return same
            if just_rotated(family, now_ms):
                return None
        successor = self.tokens.successor(secret, now_ms)
        following = rotated(family, digest(secret), digest(successor.secret), successor.kid, now_ms)
        self.store.commit(Save(replace(following, expires_ms=now_ms + REFRESH_LIFE_MS)))
        return successor.secret

    def sign_out(self, token: str) -> None:
        """Signs one device out; a token that is no longer good has nothing to sign out."""
        given = _REFRESH.fullmatch(token)
        family = self.store.get(Ref(RefreshFamily, given[1])) if given else None
        if given is None or family is None or digest(given[2]) not in (family.digest, family.replaced):
            return
        try:
            self.store.commit(Remove(family))
        except CommitRefused:
            # Rotated by another tab at this moment: that newer token signs out as well.
            retrying.retry_on_conflict(lambda: self._forget(family.id))

    def _forget(self, family_id: str) -> None:
        family = self.store.get(Ref(RefreshFamily, family_id))
        if family is not None:
            self.store.commit(Remove(family))

    def sign_out_everywhere(self, user_id: str) -> None:
        """Every device: access tokens die within minutes, refresh tokens and mailed links at once, open pages are closed."""
        retrying.retry_on_conflict(lambda: self.store.commit(Save(signed_out(self._user(user_id)))))
        self.connections.close_all(user_id)

    def still(self, caller: Caller) -> Caller:
        """The caller as stored at this moment: roles and state as they are, not as the token remembers. Raises Unauthenticated."""
        user = self.me(caller)
        return Caller(user.id, frozenset(user.roles), user.epoch)

    def ticket(self, caller: Caller) -> str:
        """A single-use ticket that opens one WebSocket connection within 30 s, unless a block or a sign-out everywhere comes first."""
        secret, expires_ms = self.ids.secret(), self.clock.now_ms() + TICKET_LIFE_MS
        self.store.commit(Insert(Ticket(ticket_digest(secret), caller.user_id, expires_ms, caller.epoch)))
        return secret

    def me(self, caller: Caller) -> User:
        """The person who asks. Raises Unauthenticated when a block or a sign-out everywhere has outdone the token."""
        return still_in(self.store.get(Ref(User, caller.user_id)), caller.epoch)

    def edit(self, user_id: str, *, name: str | None, lang: Lang | None) -> User:
        """Another name, or another language for mails. Raises InvalidInput, NotFound, Unavailable."""
        kept = None if name is None else display_name(name)
        return retrying.retry_on_conflict(lambda: self._edit(user_id, kept, lang))

    def _edit(self, user_id: str, name: str | None, lang: Lang | None) -> User:
        found = self.store.read(Ref(User, user_id), Ref(Profile, user_id))
        user, profile = found.get(Ref(User, user_id)), found.get(Ref(Profile, user_id))
        if user is None or profile is None:
            raise NotFound(what="user")
        edited = replace(user, display_name=name or user.display_name, lang=lang or user.lang)
        if edited == user:
            return user
        renamed = replace(profile, display_name=edited.display_name)
        if renamed == profile:
            self.store.commit(Save(edited))
        else:
            self.performers.commit(user_id, Save(edited), Save(renamed))
        return edited

    def _user(self, user_id: str) -> User:
        user = self.store.get(Ref(User, user_id))
        if user is None:
            raise NotFound(what="user")
        return user
