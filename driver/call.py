"""The steps of a call as two pages take them together."""

import asyncio

from driver.api import Json
from driver.client import Page


async def ring(customer: Page, performer: Page, order_id: str) -> str:
    """The customer calls, and it rings at the performer's page. Answers the session's id."""
    since = len(performer.received)
    ringing = await customer.ask("call.start", order_id=order_id)
    await performer.until("call.incoming", since=since, session_id=ringing["session_id"])
    return str(ringing["session_id"])


async def answer(customer: Page, performer: Page, session_id: str) -> None:
    """The performer answers, and both know it."""
    await performer.ask("call.answer", session_id=session_id)
    await customer.until("call.answered", session_id=session_id)


async def start_video(customer: Page, performer: Page, order_id: str) -> Json:
    """From the call to the running clock: the pages find each other, the performer starts, the customer receives media."""
    session_id = await ring(customer, performer, order_id)
    await answer(customer, performer, session_id)
    await customer.ask("signal", session_id=session_id, data={"description": {"type": "offer", "sdp": "v=0"}})
    await performer.ask("signal", session_id=session_id, data={"description": {"type": "answer", "sdp": "v=0"}})
    await performer.ask("session.start", session_id=session_id)
    await customer.ask("session.media", session_id=session_id, received=True)
    return (await customer.until("session.started", session_id=session_id)).frame


async def start_text(customer: Page, performer: Page, order_id: str, *texts: str) -> Json:
    """From the call to the running clock, by the customer's second message."""
    session_id = await ring(customer, performer, order_id)
    await answer(customer, performer, session_id)
    for text in texts or ("Good afternoon!", "I have a question."):
        await customer.say(text)
    return (await customer.until("session.started", session_id=session_id)).frame


async def ended(*pages: Page, session_id: str, within: float) -> list[tuple[Json, int]]:
    """Waits until every page is told of the end; answers what each was told, and when."""
    told = await asyncio.gather(*(page.until("session.ended", within, session_id=session_id) for page in pages))
    return [(one.frame, one.at_ms) for one in told]
