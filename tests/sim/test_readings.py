"""An item is read once while it is stored; who changes what was read is found."""

from chalicelib.domain.accounts import Account
from chalicelib.storage.codec import Item, encode
from sim.readings import Readings


def stored(entity: Account) -> Item:
    return {"pk": {"S": f"ACC#{entity.user_id}"}, "sk": {"S": "ACC"}, **encode(entity)}


def test_the_same_item_is_the_same_entity_and_another_one_at_its_key_is_another() -> None:
    readings, item = Readings(), stored(Account("customer", "RUB", 5))
    first = readings.decode(Account, item)
    assert first == Account("customer", "RUB", 5)
    assert readings.decode(Account, item) is first
    written = {**item, "available_minor": {"N": "7"}}
    assert readings.decode(Account, written) == Account("customer", "RUB", 7)
    assert readings.decode(Account, item) == first


def test_an_entity_that_somebody_changed_is_found() -> None:
    readings = Readings()
    account = readings.decode(Account, stored(Account("customer", "RUB", 5)))
    assert list(readings.changed()) == []
    vars(account)["available_minor"] = 500
    assert list(readings.changed()) == [account]
