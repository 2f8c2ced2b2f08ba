"""`fewest-meetings`: the same topics in the fewest meetings, for a problem in a JSON file; needs no database.

docs/fewest-meetings.md tells what goes in and what comes out.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import click

from agenda.core.document_command import read_or_refuse
from agenda.planner.problem_file import read_problem
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.fits import why_untreated
from agenda.planner.solving.order import agenda_order
from agenda.planner.solving.problem import Occasion, Plan, Problem, Progress, Subject


@click.command("fewest-meetings")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option(
    "--seconds", default=30.0, show_default=True, type=click.FloatRange(0.1, 86_400), help="Search so long."
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="On so many cores.")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1), help="Search this way."
)
def fewest_meetings_command(problem: Path, seconds: float, workers: int, seed: int) -> None:
    """Print how the topics of a problem in a JSON file fit in the fewest meetings."""
    asked = read_or_refuse(problem, read_problem)
    with stopped_by_interrupt() as stop:
        plan = fewest_meetings(
            asked,
            seconds=seconds,
            workers=workers,
            seed=seed,
            report=_show if sys.stderr.isatty() else None,
            stopped=stop.is_set,
        )
    click.echo(json.dumps(answer(asked, plan), indent=2))


@contextmanager
def stopped_by_interrupt() -> Iterator[threading.Event]:
    """Let the first Ctrl-C end the search with what it has; a second one ends the command."""
    stop = threading.Event()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def answer(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Give the document that the command prints (contract 1)."""
    figures = plan.figures
    held = set(plan.treated.values())
    document: dict[str, Any] = {
        "status": "optimal" if plan.optimal else "feasible",
        "proven": [aim.value for aim in plan.proven],
        "untreated_priority": figures.untreated_priority,
        "meetings_held": figures.meetings_held,
        "meetings_lower_bound": plan.bounds.meetings_held,
        "new_meetings": figures.new_meetings,
        "person_minutes": figures.person_minutes,
        "meetings": [
            {"id": one.id, "items": items_of(problem, plan, one)}
            for one in sorted(problem.occasions, key=lambda one: (one.starts_at, one.id))
            if one.id in held
        ],
        "cancel": [one.id for one in problem.occasions if one.planned and one.id not in held],
        "in_writing": [one.id for one in problem.subjects if one.in_writing],
        "untreated": [
            {"topic": name, "why": why.value} for name, why in why_untreated(problem, plan.treated).items()
        ],
        "seconds": round(plan.seconds, 2),
    }
    return document


def items_of(problem: Problem, plan: Plan, occasion: Occasion) -> list[dict[str, Any]]:
    """Give the agenda of one meeting, each topic right after the other."""
    zone = ZoneInfo(problem.zone)
    subjects: list[Subject] = [one for one in problem.subjects if plan.treated.get(one.id) == occasion.id]
    # Half of what is reserved goes to the opening, the rest to the end.
    starts_at = occasion.starts_at.astimezone(ZoneInfo("UTC")) + timedelta(minutes=occasion.reserved // 2)
    items = []
    for one in agenda_order(subjects):
        items.append(
            {"topic": one.id, "starts_at": starts_at.astimezone(zone).isoformat(), "minutes": one.minutes}
        )
        starts_at += timedelta(minutes=one.minutes)
    return items


def _show(progress: Progress) -> None:
    figures, bounds = progress.plan.figures, progress.plan.bounds
    click.echo(
        f"{progress.plan.seconds:7.1f} s  {progress.aim.value}: {figures.of(progress.aim)}"
        f" (at least {bounds.of(progress.aim)}), meetings {figures.meetings_held}",
        err=True,
    )
