"""People of a house, made by the use cases themselves."""

from chalicelib.domain.access import Caller
from chalicelib.domain.kinds import Lang
from chalicelib.domain.people import EmailOwner, Role, User, UserState
from chalicelib.services.changes import Ref
from chalicelib.services.people.registration import Applicant
from tests.support.house import PASSWORD, House

IP = "203.0.113.7"


def applicant(email: str, *, password: str = PASSWORD, name: str = "Vera") -> Applicant:
    """Somebody about to register."""
    return Applicant(email, password, name, Lang.EN)


def somebody(user_id: str) -> User:
    """A person who may do what people may: for scenes that are not about how one becomes one."""
    return User(user_id, f"{user_id}@example.org", "", user_id.title(), Lang.EN, 0, state=UserState.ACTIVE)


def settle(house: House, email: str, *roles: Role, name: str = "Vera") -> User:
    """Somebody registered and confirmed, with these roles beside `user`."""
    house.registrations.register(applicant(email, name=name), key=f"settle-{email}", ip=IP)
    house.registrations.confirm(house.outbox.token(email))
    for role in roles:
        house.staff.grant(email, role)
    return found(house, email)


def found(house: House, email: str) -> User:
    """The person with an address, as stored."""
    owner = house.store.get(Ref(EmailOwner, email))
    user = house.store.get(Ref(User, owner.user_id)) if owner else None
    assert user is not None
    return user


def caller(user: User) -> Caller:
    """The person, as the edge knows them."""
    return Caller(user.id, frozenset(user.roles), user.epoch)


def bearer(house: House, user: User) -> str:
    """An access token of this person, as a sign-in would give it now."""
    return house.tokens.issue(caller(user), house.hands.at_ms)
