"""How long a session may last at most, as its customer wishes (E24): set before the call or during it, changed, lifted."""

from dataclasses import replace

from chalicelib.billing.steps import Step, View
from chalicelib.domain.errors import LimitTooLow
from chalicelib.domain.sessions import Event, after


def limit(view: View, blocks: int | None) -> Step | None:
    """The customer wants at most so many blocks, the first one counted; None lifts the limit. It counts at a boundary if it was committed
    before that boundary's debit, or end. None: it stands so already. Raises LimitTooLow for less than the block under way, SessionOver,
    WrongState."""
    session = view.session
    limited = replace(session, state=after(session, Event.LIMIT), limit_blocks=blocks)
    if blocks is not None and blocks < session.block_under_way:
        raise LimitTooLow(least_blocks=session.block_under_way)
    return None if blocks == session.limit_blocks else Step(Event.LIMIT, limited)
