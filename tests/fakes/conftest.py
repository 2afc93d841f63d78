import pytest

from tests.fakes.dynamo import MemoryDynamo
from tests.fakes.shelf_scene import account
from tests.fakes.tables import twip_tables


@pytest.fixture
def dynamo() -> MemoryDynamo:
    store = MemoryDynamo(twip_tables())
    store.put_item(TableName="market", Item=account("rich", 1000))
    store.put_item(TableName="market", Item=account("poor", 5))
    store.counts.reset()
    return store
