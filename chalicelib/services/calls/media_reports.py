"""Media reports are kept beside the session, as its sides send them (D13, D29)."""

from dataclasses import dataclass

from chalicelib.domain.errors import SessionMoved
from chalicelib.domain.media_reports import MediaReport, Sample
from chalicelib.domain.parties import Side
from chalicelib.domain.sessions import Heartbeat
from chalicelib.services.changes import CommitRefused, Insert, Ref
from chalicelib.services.ports import Clock, Store


@dataclass(frozen=True)
class MediaReports:
    """Keeps; `History.media` reads."""

    store: Store
    clock: Clock

    def keep(
        self, connection_id: str, session_id: str, first_media_ms: int | None, samples: tuple[Sample, ...]
    ) -> None:
        """Keeps what a report carries besides its sign of life, by one plain write; a report that carries nothing costs nothing. The last
        report may come after the session's end. Raises SessionMoved: the connection holds no side of this session."""
        if first_media_ms is None and not samples:
            return
        refs = [Ref(Heartbeat, session_id, side) for side in Side]
        found = self.store.read(*refs)
        heard = next((h for ref in refs if (h := found.get(ref)) and h.connection_id == connection_id), None)
        if heard is None:
            raise SessionMoved
        report = MediaReport(session_id, heard.side, self.clock.now_ms(), first_media_ms, samples)
        try:
            self.store.commit(Insert(report))
        except CommitRefused:
            # The same side's in the same millisecond: the same report, written by an attempt whose answer was lost.
            return
