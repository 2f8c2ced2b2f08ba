"""The worker's part of a search: solve, say how far it is, hear whether to stop, keep what came out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from agenda.core.runtime import Runtime
from agenda.core.waiting_work import give_back, still_mine
from agenda.planner.posing import Posed
from agenda.planner.run_actions import take
from agenda.planner.run_model import PlanningRun
from agenda.planner.run_queries import posed_for
from agenda.planner.run_result import Result, progress_to_json
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.necessity import one_less, why_needed
from agenda.planner.solving.pricing import priced
from agenda.planner.solving.problem import Progress

log = logging.getLogger("agenda.planner")

WORKERS = 2
# How often it is written down how far a search is, and whether somebody stopped it is read.
HEARD_EVERY = 1.0
# So long is sought after what would save one meeting more.
SECONDS_FOR_WAIVERS = 8.0


def plan_next(runtime: Runtime, ended: Callable[[], bool] = lambda: False) -> bool:
    """Do the oldest search that waits; False when there is none. With `ended` it is left for another time."""
    with runtime.work() as session:
        run = take(session, runtime.clock())
        if run is None:
            return False
        run_id, taken_at = run.id, run.started_at
    try:
        with runtime.read() as session:
            found = session.get_one(PlanningRun, run_id)
            posed = posed_for(session, found, runtime.clock())
            seconds = found.seconds
        result = _solved(runtime, run_id, posed, seconds, ended)
    except Exception:
        log.exception("search %s failed", run_id)
        _finish(runtime, run_id, taken_at, None, "search_failed")
        return True
    if ended():
        with runtime.work() as session:
            give_back(session, PlanningRun, run_id, taken_at)
    else:
        _finish(runtime, run_id, taken_at, result, "")
    return True


def _solved(runtime: Runtime, run_id: int, posed: Posed, seconds: float, ended: Callable[[], bool]) -> Result:
    notes = _Notes(runtime, run_id, ended)
    plan = fewest_meetings(
        posed.problem, seconds=seconds, workers=WORKERS, report=notes.report, stopped=notes.stopped
    )
    waivers, all_tried = one_less(
        posed.problem, plan, seconds=SECONDS_FOR_WAIVERS, workers=WORKERS, stopped=notes.stopped
    )
    return Result(
        rests_on=posed.fingerprint,
        plan=plan,
        before=priced(posed.problem, posed.today),
        reasons=why_needed(posed.problem, plan),
        waivers=tuple(waivers),
        all_tried=all_tried,
    )


def _finish(
    runtime: Runtime, run_id: int, taken_at: datetime | None, result: Result | None, failed: str
) -> None:
    """Keep the outcome, unless somebody else has taken the search over meanwhile."""
    with runtime.work() as session:
        run = still_mine(session, PlanningRun, run_id, taken_at)
        if run is not None:
            run.finished_at, run.failed = runtime.clock(), failed
            run.result = result.to_json() if result is not None else None


class _Notes:
    """Writes down how far the search is, at most once a second, and reads whether it was stopped."""

    def __init__(self, runtime: Runtime, run_id: int, ended: Callable[[], bool]) -> None:
        self.runtime = runtime
        self.run_id = run_id
        self.ended = ended
        self.last: Progress | None = None
        self.heard = time.monotonic()
        self.stop = False

    def report(self, progress: Progress) -> None:
        """Remember how far it is; called by the solver's own threads."""
        self.last = progress

    def stopped(self) -> bool:
        """Tell whether to stop; asked often, by the thread that waits for the solver."""
        if self.ended():
            return True
        if not self.stop and time.monotonic() - self.heard >= HEARD_EVERY:
            self.heard = time.monotonic()
            with self.runtime.work() as session:
                run = session.get(PlanningRun, self.run_id)
                self.stop = run is None or run.stopped_at is not None
                if run is not None:
                    run.heard_at = self.runtime.clock()
                    if self.last is not None:
                        run.progress = progress_to_json(self.last)
        return self.stop
