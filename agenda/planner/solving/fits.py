"""Why a topic is not treated. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from agenda.planner.solving.case import in_time, meets
from agenda.planner.solving.problem import Problem, Subject, Why


def why_untreated(problem: Problem, treated: Collection[str]) -> Mapping[str, Why]:
    """Tell for each topic that is neither treated nor settled in writing what stands in its way."""
    settled = {one.id for one in problem.subjects if one.in_writing} | set(treated)
    return {one.id: _why(problem, one, settled) for one in problem.subjects if one.id not in settled}


def _why(problem: Problem, subject: Subject, settled: Collection[str]) -> Why:
    rooms = [one.room for one in problem.occasions if meets(one, subject) and in_time(one, subject)]
    if not rooms:
        return Why.NO_MEETING_FITS
    if subject.minutes > max(rooms):
        return Why.TOO_LONG
    if any(name not in settled for name in subject.after):
        return Why.PREDECESSOR_UNTREATED
    return Why.NO_ROOM
