"""The decision list on the timeline: there once it was made, and adopted once that was recorded."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.meetings.deadlines import Step, steps_of
from agenda.meetings.model import Meeting
from agenda.publications.actions import adopt
from agenda.publications.model import Paper, PaperKind
from tests.publications.paper_world import held_meeting, later_meeting
from tests.world import World

BY = System()


def steps(app: Flask, runtime: Runtime, meeting_id: int) -> dict[str, Step]:
    with app.test_request_context(), runtime.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        at = runtime.clock() + timedelta(days=400)
        return {step.deadline.key: step for step in steps_of(session, [meeting], BY, at)}


def test_a_list_is_there_once_its_paper_is_made_also_while_the_meeting_is_open(
    app: Flask, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        held = held_meeting(session, world, closed=False)
        paper = Paper(
            meeting_id=held.meeting,
            kind=PaperKind.DECISION_LIST,
            language="nl",
            everything=True,
            asked_at=runtime.clock(),
            asked_by="clerk",
            failed="paper_failed",
            finished_at=runtime.clock(),
        )
        session.add(paper)
    assert not steps(app, runtime, held.meeting)["decision_list"].deadline.done
    with runtime.work() as session:
        session.merge(paper).failed = ""
    assert steps(app, runtime, held.meeting)["decision_list"].deadline.done


def test_a_list_is_adopted_on_the_day_of_the_meeting_that_did(
    app: Flask, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        held = held_meeting(session, world)
        meeting = session.get_one(Meeting, held.meeting)
        assert meeting.starts_at is not None
        later = later_meeting(session, world, meeting.starts_at + timedelta(days=30))
        session.flush()
        assert later.starts_at is not None
        adopted = later.starts_at.date()
    assert not steps(app, runtime, held.meeting)["adoption"].deadline.done
    with runtime.work() as session:
        one, other = session.get_one(Meeting, held.meeting), session.get_one(Meeting, later.id)
        adopt(session, one, other, "", BY, runtime.clock() + timedelta(days=400))
    step = steps(app, runtime, held.meeting)["adoption"]
    assert step.deadline.done
    assert step.deadline.done_on == adopted
    assert isinstance(step.deadline.done_on, date)
