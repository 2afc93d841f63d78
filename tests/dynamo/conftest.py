import pytest

from dynamo.memory import MemoryDynamo
from dynamo.tables import twip_tables
from tests.dynamo.shelf_scene import account


@pytest.fixture
def dynamo() -> MemoryDynamo:
    store = MemoryDynamo(twip_tables())
    store.put_item(TableName="market", Item=account("rich", 1000))
    store.put_item(TableName="market", Item=account("poor", 5))
    store.counts.reset()
    return store
