"""A meeting is split: some topics go to a new one, in one step that can be undone."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions
from agenda.meetings.model import Meeting
from agenda.meetings.planning_reason import Ground, PlanningReason
from tests.meetings.agenda_world import planned_meeting, topic
from tests.planner.thin import topics_of
from tests.world import World

REASON = "De agenda is te vol voor één middag."


def full(runtime: Runtime, world: World) -> tuple[int, dict[str, int]]:
    """Plan one meeting with three topics; give its number and those of the topics."""
    with runtime.work() as session:
        meeting, by = planned_meeting(session, world), world.by(session, "secretary")
        found = {}
        for title in ("Warmterotonde", "Studentenhuisvesting", "Onderwijs"):
            one = topic(session, world, title, minutes=45)
            agenda_actions.add_topic(session, meeting, one, by, runtime.clock())
            found[title] = one.id
        return meeting.id, found


@pytest.fixture
def signed_in(runtime: Runtime, world: World, client: FlaskClient) -> FlaskClient:
    with runtime.work() as session:
        token = begin(session, world.person(session, "secretary"), "a test", runtime.clock())
    client.set_cookie(session_cookie(runtime.config), token)
    return client


def form(chosen: list[int], **changed: Any) -> dict[str, Any]:
    return {
        "topics": chosen,
        "day": "2019-03-07",
        "start": "10:00",
        "minutes": "90",
        "why": REASON,
    } | changed


def agendas(runtime: Runtime) -> dict[str, list[str]]:
    """Give the topics of each meeting that is held, by its local moment."""
    with runtime.read() as session:
        held = session.scalars(
            select(Meeting).where(Meeting.cancelled_at.is_(None)).order_by(Meeting.starts_at)
        )
        return {f"{one.starts_at:%d-%m %H:%M}": topics_of(one) for one in held}


def test_chosen_topics_go_to_a_new_meeting_and_come_back(
    runtime: Runtime, world: World, signed_in: FlaskClient
) -> None:
    meeting, topics = full(runtime, world)
    address = f"/planner/meetings/{meeting}/split"
    page = signed_in.get(address).text
    assert "Is dit overleg nodig?" in page
    assert "35 minuten te lang" in page
    done = signed_in.post(address, data=form([topics["Onderwijs"]]))
    assert done.status_code == 303
    assert agendas(runtime) == {
        "14-02 14:30": ["Warmterotonde", "Studentenhuisvesting"],
        "07-03 09:00": ["Onderwijs"],
    }
    with runtime.read() as session:
        reason = session.scalars(select(PlanningReason)).one()
        assert (reason.ground, reason.text) == (Ground.NO_ROOM, REASON)
    assert "Overleg gesplitst" in signed_in.get(done.location).text
    signed_in.post(f"{done.location}/undo")
    assert list(agendas(runtime)) == ["14-02 14:30"]
    assert sorted(agendas(runtime)["14-02 14:30"]) == sorted(topics)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"why": "kort"}, "minstens 10 tekens"),
        ({"day": "2018-01-01"}, "Dat moment is voorbij"),
        ({"day": "2019-03-31", "start": "02:30"}, "2:30"),
        ({"topics": []}, "Kies ten minste één onderwerp"),
        ({"topics": [1]}, ""),
        ({"minutes": "99999"}, ""),
        ({"why": "x" * 5_000}, ""),
        ({"version": "0"}, "intussen"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_happens(
    runtime: Runtime, world: World, signed_in: FlaskClient, changed: dict[str, Any], said: str
) -> None:
    meeting, topics = full(runtime, world)
    if changed.get("topics") == [1]:
        changed = {"topics": [topics["Onderwijs"] + 1_000]}
    before = agendas(runtime)
    answer = signed_in.post(f"/planner/meetings/{meeting}/split", data=form([topics["Onderwijs"]], **changed))
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert agendas(runtime) == before
    with runtime.read() as session:
        assert len(session.scalars(select(Meeting)).all()) == 1


def test_at_least_one_topic_stays(runtime: Runtime, world: World, signed_in: FlaskClient) -> None:
    meeting, topics = full(runtime, world)
    answer = signed_in.post(f"/planner/meetings/{meeting}/split", data=form(list(topics.values())))
    assert answer.status_code == 422
    assert "Laat ten minste één onderwerp staan" in answer.text


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("outsider", 404), ("reader", 403)])
def test_only_who_plans_splits(
    runtime: Runtime, world: World, client: FlaskClient, who: str, status: int
) -> None:
    meeting, topics = full(runtime, world)
    with runtime.work() as session:
        token = begin(session, world.person(session, who), "a test", runtime.clock())
    client.set_cookie(session_cookie(runtime.config), token)
    address = f"/planner/meetings/{meeting}/split"
    assert client.get(address).status_code == status
    assert client.post(address, data=form([topics["Onderwijs"]])).status_code == status
    assert len(agendas(runtime)) == 1
