"""State machines keep the time of orders and disputes on the running product, whatever happens to the cloud meanwhile."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from driver.people import Person, Town, rub

pytestmark = [pytest.mark.alone, pytest.mark.cut]
PRICE, SHARE, DAYS = 300_000, 255_000, 10
OF_ORDERS, OF_DISPUTES = "work-order", "dispute"


class Operator:
    """Somebody who looks at executions from behind."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud

    @property
    def states(self) -> Any:
        """Step Functions; the local cloud has another address after a restart."""
        return self.cloud.client("stepfunctions")

    def machine(self, name: str) -> str:
        """The ARN of a machine."""
        machines = self.states.list_state_machines()["stateMachines"]
        return next(str(it["stateMachineArn"]) for it in machines if it["name"].endswith(name))

    def arn(self, execution: str) -> str:
        """Of an execution of an order's."""
        return f"{self.machine(OF_ORDERS).replace(':stateMachine:', ':execution:')}:{execution}"

    def executions(self, subject: str, machine: str = OF_ORDERS) -> dict[str, str]:
        """How a subject's executions are, by name."""
        found = self.states.list_executions(stateMachineArn=self.machine(machine))["executions"]
        return {it["name"]: it["status"] for it in found if it["name"].partition("--")[0] == subject}

    def last_state(self, execution: str) -> str:
        """Which state an order's execution has entered last."""
        events = self.states.get_execution_history(executionArn=self.arn(execution))["events"]
        return [str(it["stateEnteredEventDetails"]["name"]) for it in events if "stateEnteredEventDetails" in it][-1]

    def stop(self, execution: str) -> None:
        """Ends an order's execution by hand."""
        self.states.stop_execution(executionArn=self.arn(execution))

    def define(self, change: Callable[[str], str]) -> None:
        """Deploys another definition of the orders' machine."""
        machine = self.machine(OF_ORDERS)
        found = self.states.describe_state_machine(stateMachineArn=machine)["definition"]
        self.states.update_state_machine(stateMachineArn=machine, definition=change(found))


class Sides:
    """Vera and Pavel, who has two works on sale: one in ten days, one in a single day, which lasts ten seconds here."""

    def __init__(self, customer: Person, performer: Person, unhurried: str, hurried: str) -> None:
        self.customer, self.performer = customer, performer
        self.unhurried, self.hurried = unhurried, hurried

    async def buy(self, *, hurried: bool = False) -> str:
        twip_id, days = (self.hurried, 1) if hurried else (self.unhurried, DAYS)
        wanted = {"twip_id": twip_id, "kind": "work", "days": days, "price": rub(PRICE)}
        return str((await self.customer.api.post("/orders", wanted))["id"])

    async def act(self, who: Person, order_id: str, name: str, **said: Any) -> str:
        """The order's state after an act."""
        return str((await who.api.post(f"/orders/{order_id}/{name}", said or None))["state"])

    async def start(self, *orders: str) -> None:
        states = await asyncio.gather(*(self.act(self.performer, it, "start") for it in orders))
        assert set(states) == {"working"}

    async def deliver(self, *orders: str) -> None:
        states = await asyncio.gather(*(self.act(self.performer, it, "deliver", text="Here it is") for it in orders))
        assert set(states) == {"delivered"}

    async def accept(self, *orders: str) -> None:
        states = await asyncio.gather(*(self.act(self.customer, it, "accept") for it in orders))
        assert set(states) == {"accepted"}


async def met(town: Town) -> Sides:
    """They have met, and Vera has money for six works."""
    performer, customer = await town.join("Pavel"), await town.join("Vera")
    twips = [await town.publish_as(performer, town.work(PRICE, days)) for days in (DAYS, 1)]
    await town.top_up(customer, 6 * PRICE)
    return Sides(customer, performer, *twips)


@pytest.mark.rule("R61", "R63", "R66", "R69", "R70", "R71", "D22", "D27", "D31")
async def test_orders_in_every_state_and_a_dispute_go_on_after_a_power_cut_under_a_new_definition(
    town: Town, cloud: Any, admin: Person
) -> None:
    sides, operator = await met(town), Operator(cloud)
    vera, pavel, nina = sides.customer, sides.performer, await town.member("arbiter")
    working, accepted = await sides.buy(), await sides.buy()
    await sides.start(working, accepted)
    await sides.deliver(accepted)
    await sides.accept(accepted)

    async def ended(subject: str, expected: dict[str, str], machine: str = OF_ORDERS) -> bool:
        return await asyncio.to_thread(operator.executions, subject, machine) == expected

    async def is_over(subject: str, machine: str = OF_ORDERS) -> None:
        await town.until(f"the end of {subject}", partial(ended, subject, {subject: "SUCCEEDED"}, machine))

    async def last(order_id: str) -> str:
        return await asyncio.to_thread(operator.last_state, order_id)

    async def begun_again() -> bool:
        return f"{working}--2" in await asyncio.to_thread(operator.executions, working)

    await is_over(accepted)
    assert await last(accepted) == "Closed"
    await asyncio.to_thread(operator.stop, working)
    await town.until("another execution after a stop by hand", begun_again)
    # Last of all what does not wait for long.
    late, *rest = await asyncio.gather(sides.buy(hurried=True), *(sides.buy() for _ in range(3)))
    placed, delivered, disputed = rest
    await sides.start(late, delivered, disputed)
    await sides.deliver(delivered)
    dispute = await vera.api.post(f"/orders/{disputed}/disputes", {"text": "It is not what I ordered"})
    path = f"/disputes/{dispute['id']}"

    await asyncio.to_thread(operator.define, lambda text: text.replace('"Closed"', '"Over"'))
    await asyncio.to_thread(cloud.let_save)
    await asyncio.to_thread(cloud.kill9)
    await asyncio.to_thread(cloud.restart)
    try:
        await asyncio.gather(sides.start(placed), sides.accept(delivered))
        await sides.deliver(placed, working)
        await sides.accept(placed, working)
        for order_id in (placed, delivered):
            await is_over(order_id)
            assert await last(order_id) == "Over", "begun again by what is deployed now"
        await town.until("its end", partial(ended, working, {working: "ABORTED", f"{working}--2": "SUCCEEDED"}))

        async def is_overdue() -> bool:
            return bool((await vera.api.get(f"/orders/{late}"))["work"]["overdue"])

        async def is_in_arbitration() -> bool:
            return str((await vera.api.get(path))["phase"]) == "arbitration"

        await town.until("the end of its term", is_overdue)
        assert await sides.act(vera, late, "cancel") == "cancelled"
        await is_over(late)
        await town.until("the end of the time for an answer", is_in_arbitration, within_s=45)
        thread = await pavel.api.pages(f"{path}/messages")
        assert [(it["by"], it["act"]) for it in thread] == [("service", "lapse"), ("customer", "open")]
        await nina.api.post(f"/admin{path}/assign")
        verdict = {"to_customer": rub(PRICE), "to_performer": rub(0), "reasons": "There was no answer"}
        await nina.api.post(f"/admin{path}/verdict", verdict)
        await is_over(dispute["id"], OF_DISPUTES)
        await is_over(disputed)
    finally:
        await asyncio.to_thread(operator.define, lambda text: text.replace('"Over"', '"Closed"'))
    assert (await vera.available(), await pavel.available()) == (2 * PRICE, 4 * SHARE)
    assert (await admin.api.post("/admin/ledger/verify"))["differences"] == []
