"""Whether a job or a queue is late; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# What waits longer than this is late: letters leave within seconds while all is well.
PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Queue:
    """What waits for a worker: how many things, and since when the oldest could have been done."""

    name: str
    waiting: int
    oldest: datetime | None
    # Letters that an administrator keeps in the house wait on purpose.
    held: bool = False

    def lag(self, now: datetime) -> timedelta:
        """Tell how far it is behind; none where nothing waits, or where a clock was set back."""
        return max(now - self.oldest, timedelta()) if self.oldest else timedelta()

    def is_late(self, now: datetime) -> bool:
        """Tell whether it is too far behind."""
        return not self.held and self.lag(now) > PATIENCE


def job_is_late(
    succeeded_at: datetime | None, ran_at: datetime, late_after: timedelta, now: datetime
) -> bool:
    """Tell whether a job did not succeed for too long; one that never did counts from its last run."""
    return now - (succeeded_at or ran_at) > late_after
