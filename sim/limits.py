"""A customer's limit, held against what is written (E24)."""

from chalicelib.domain.sessions import Reason, Session, State


def beyond_limit(old: Session, new: Session, block_ms: int) -> str | None:
    """What a step did that the limit does not allow which stood before it; None: nothing."""
    limit, next_block = old.limit_blocks, old.blocks_paid + 1
    at_limit = limit is not None and next_block >= limit
    if limit is not None and new.blocks_paid > old.blocks_paid and new.blocks_paid >= limit:
        return "a block beyond the limit that stood at its boundary"
    if new.limit_blocks is not None and new.blocks_paid >= new.limit_blocks:
        return "a limit below the block under way"
    if new.limit_blocks != limit and (new.blocks_paid, new.state) != (old.blocks_paid, old.state):
        return "a limit that changed with something else"
    if new.state is State.CLOSING and at_limit:
        return "cut for want of money that the limit does not ask for"
    if new.reason is not Reason.LIMIT_REACHED:
        return None
    due_ms = (new.clock_started_ms or 0) + next_block * block_ms
    return None if limit == next_block and new.ended_ms == due_ms else "ended by a limit beside its boundary"
