"""What a worker says while it makes a paper, and what it has when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from agenda.core.runtime import Runtime
from agenda.documents.storage import Received
from agenda.publications.model import Paper

HEARD_EVERY = timedelta(seconds=10)


@dataclass(frozen=True)
class Made:
    """A paper that was made and lies in its place."""

    kept: Received
    title: str
    rests_on: str
    # See the columns of Paper.
    limited: bool = False
    holds: str = ""
    left_out: int = 0


class Lease:
    """Says now and then that this worker is still at it, and hears whether the paper is still wanted."""

    def __init__(self, runtime: Runtime, paper_id: int, ended: Callable[[], bool]) -> None:
        self.runtime = runtime
        self.paper_id = paper_id
        self.ended = ended
        self.heard_at = runtime.clock()
        self.said: tuple[int, int] | None = None

    def go_on(self, parts: tuple[int, int] | None = None) -> bool:
        """Tell whether to go on; asked twice a second, with how many parts are taken up and of how many."""
        if self.ended():
            return False
        now = self.runtime.clock()
        if now - self.heard_at < HEARD_EVERY and parts == self.said:
            return True
        self.heard_at, self.said = now, parts
        with self.runtime.work() as session:
            paper = session.get(Paper, self.paper_id)
            if paper is not None:
                paper.heard_at = now
                if parts is not None:
                    paper.parts_done, paper.parts_total = parts
            return paper is not None
