"""A body's rules on screen, and what a meeting says of its reminders."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.meetings import actions
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.model import ReminderRule, SwitchedOff
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import confirmed
from tests.reminders.post import remind, tell
from tests.world import StandingClock, World

A_WEEK_BEFORE = datetime.fromisoformat("2019-02-07T08:30:00+01:00")


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A meeting on 14 February of which everyone was told, in a body with the usual rules."""
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        lay_down_rules(session, session.get_one(Body, world.other_body_id))
        meeting = confirmed(session, world)
    tell(runtime)
    return meeting.id


def rule(runtime: Runtime, body_id: int, kind: str = rules.NO_ANSWER) -> ReminderRule:
    with runtime.read() as session:
        query = select(ReminderRule).where(ReminderRule.body_id == body_id, ReminderRule.kind == kind)
        found = session.scalars(query).one()
        session.expunge(found)
        return found


def lines(page: str) -> dict[str, list[str]]:
    """Read the tables of reminders that will go and that went: titles by caption."""
    tables = re.findall(r"<caption[^>]*>(Herinneringen[^<]+)</caption>(.*?)</table>", page, re.S)
    return {caption: re.findall(r'<th scope="row">([^<]+)', body) for caption, body in tables}


def test_the_meeting_says_what_will_go_and_what_went(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    page = as_someone("secretary").get(f"/meetings/{meeting_id}").text
    coming = lines(page)["Herinneringen die uitgaan"]
    assert coming.count("Uw antwoord wordt verwacht") == 2
    assert coming.count("Aanstaand overleg") == 1
    assert "Herinneringen die zijn uitgegaan" not in lines(page)
    clock.at = A_WEEK_BEFORE
    remind(runtime, world)
    page = as_someone("secretary").get(f"/meetings/{meeting_id}").text
    assert lines(page)["Herinneringen die uitgaan"].count("Uw antwoord wordt verwacht") == 1
    assert "Uw antwoord wordt verwacht" in lines(page)["Herinneringen die zijn uitgegaan"]


def test_one_click_keeps_reminders_at_home_and_one_lets_them_go_again(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    client = as_someone("secretary")
    address = f"/meetings/{meeting_id}/reminders/{rules.NO_ANSWER}"
    answer = client.post(f"{address}/off")
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting_id}#reminders")
    page = client.get(f"/meetings/{meeting_id}").text
    assert "Uitgezet: Uw antwoord wordt verwacht" in page
    assert "Uw antwoord wordt verwacht" not in lines(page)["Herinneringen die uitgaan"]
    assert "zette herinneringen uit" in page
    client.post(f"{address}/on")
    page = client.get(f"/meetings/{meeting_id}").text
    assert "Uw antwoord wordt verwacht" in lines(page)["Herinneringen die uitgaan"]
    assert client.post(f"/meetings/{meeting_id}/reminders/onzin/off").status_code == 422
    assert client.post(f"/meetings/99999/reminders/{rules.NO_ANSWER}/off").status_code == 404


def test_after_cancelling_only_what_went_is_left(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    remind(runtime, world)
    with runtime.work() as session:
        by = world.by(session, "secretary")
        actions.cancel(session, session.get_one(Meeting, meeting_id), "Sneeuw", None, by, clock())
    page = as_someone("secretary").get(f"/meetings/{meeting_id}").text
    assert set(lines(page)) == {"Herinneringen die zijn uitgegaan"}


def test_a_rule_is_changed_and_the_history_of_the_body_says_so(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    client = as_someone("secretary")
    found = rule(runtime, world.body_id)
    address, name = f"/bodies/{world.body_id}/reminders", f"rule{found.id}"
    assert "-7, -2" in client.get(address).text
    given = {f"{name}-days": "-10; -3", f"{name}-enabled": "y", f"{name}-version": str(found.version)}
    assert client.post(f"{address}/{found.id}", data=given).status_code == 303
    assert rule(runtime, world.body_id).days == [-10, -3]
    assert client.post(f"{address}/{found.id}", data={f"{name}-days": "-10"}).status_code == 303
    assert rule(runtime, world.body_id).enabled is False
    page = as_someone("administrator").get(f"/bodies/{world.body_id}").text
    assert "wijzigde een regel voor herinneringen" in page


@pytest.mark.parametrize("days", ["zeven", "1.5", "-400", "-7 -2", "9" * 200])
def test_days_that_cannot_be_read_are_refused_with_what_was_typed(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int, days: str
) -> None:
    found = rule(runtime, world.body_id)
    address, name = f"/bodies/{world.body_id}/reminders/{found.id}", f"rule{found.id}"
    answer = as_someone("secretary").post(address, data={f"{name}-days": days, f"{name}-enabled": "y"})
    assert answer.status_code == 422
    assert f'value="{days}"' in answer.text
    assert rule(runtime, world.body_id).days == [-7, -2]


def test_of_two_secretaries_the_second_is_told_and_can_then_choose(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    client = as_someone("secretary")
    found = rule(runtime, world.body_id)
    address, name = f"/bodies/{world.body_id}/reminders/{found.id}", f"rule{found.id}"
    seen = {f"{name}-enabled": "y", f"{name}-version": str(found.version)}
    client.post(address, data=seen | {f"{name}-days": "-10"})
    late = client.post(address, data=seen | {f"{name}-days": "-4"})
    assert late.status_code == 409
    assert rule(runtime, world.body_id).days == [-10]
    now = re.search(rf'name="{name}-version" type="hidden" value="(\d+)"', late.text)
    assert now
    again = seen | {f"{name}-days": "-4", f"{name}-version": now[1]}
    assert client.post(address, data=again).status_code == 303
    assert rule(runtime, world.body_id).days == [-4]


@pytest.mark.parametrize(
    ("who", "sees", "changes"),
    [
        ("clerk", 200, 403),
        ("Wethouder Leiden 1", 200, 403),
        ("reader", 200, 403),
        ("administrator", 200, 403),
        ("outsider", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_only_the_secretary_sets_reminders(
    as_someone: AsSomeone,
    runtime: Runtime,
    world: World,
    meeting_id: int,
    who: str,
    sees: int,
    changes: int,
) -> None:
    client = as_someone(who)
    found = rule(runtime, world.body_id)
    address = f"/bodies/{world.body_id}/reminders"
    assert client.get(address).status_code == sees
    given = {f"rule{found.id}-days": "-1", f"rule{found.id}-enabled": "y"}
    assert client.post(f"{address}/{found.id}", data=given).status_code == changes
    switch = f"/meetings/{meeting_id}/reminders/{rules.NO_ANSWER}/off"
    assert client.post(switch).status_code == changes
    assert rule(runtime, world.body_id).days == [-7, -2]
    with runtime.read() as session:
        assert session.scalars(select(SwitchedOff)).all() == []


def test_a_rule_of_another_body_is_not_found(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    strange = rule(runtime, world.other_body_id)
    client = as_someone("secretary")
    given = {f"rule{strange.id}-days": "-1"}
    assert client.post(f"/bodies/{world.body_id}/reminders/{strange.id}", data=given).status_code == 404
    there = f"/bodies/{world.other_body_id}/reminders"
    assert client.get(there).status_code == 404
    assert client.post(f"{there}/{strange.id}", data=given).status_code == 404
    assert rule(runtime, world.other_body_id).days == [-7, -2]


def test_who_may_not_see_answers_sees_no_reminders_on_a_meeting(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    assert 'id="reminders"' not in as_someone("reader").get(f"/meetings/{meeting_id}").text
