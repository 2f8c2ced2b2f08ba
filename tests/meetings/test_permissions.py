"""Who may do what with a meeting: every role, every action; and other bodies' meetings do not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core.problems import Forbidden, NotFound
from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance, queries
from agenda.meetings.model import Meeting
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER, FIRST_QUARTER, VALENTINE, in_state, planned, tried
from tests.meetings.test_lifecycle import particulars
from tests.world import START, World

ROLES = ("secretary", "clerk", "Wethouder Leiden 1", "reader", "administrator", "stranger", "outsider")
KNOW_IT_NOT = {"stranger", "outsider"}

Deed = Callable[[Session, Meeting, By, World], object]
# In which state it is tried, who may, and the deed.
DEEDS: dict[str, tuple[str, set[str], Deed]] = {
    "see": ("draft", set(ROLES) - KNOW_IT_NOT, lambda s, m, by, w: queries.meeting_for(s, m.id, by)),
    "create": (
        "draft",
        {"secretary"},
        lambda s, m, by, w: actions.create_meeting(s, w.body(s), FIRST_QUARTER, by, START),
    ),
    "edit": (
        "draft",
        {"secretary"},
        lambda s, m, by, w: actions.edit_meeting(s, m, particulars(m), by, START),
    ),
    "set_date": (
        "draft",
        {"secretary"},
        lambda s, m, by, w: actions.set_date(s, m, VALENTINE + timedelta(days=1), 90, by, START),
    ),
    "clear_date": ("dated", {"secretary"}, lambda s, m, by, w: actions.clear_date(s, m, by, START)),
    "confirm": ("dated", {"secretary"}, lambda s, m, by, w: actions.confirm(s, m, by, START)),
    "cancel": (
        "confirmed",
        {"secretary"},
        lambda s, m, by, w: actions.cancel(s, m, "Sneeuw", None, by, START),
    ),
    "add_attendee": (
        "confirmed",
        {"secretary"},
        lambda s, m, by, w: attendance.add_attendee(s, m, w.person(s, "Gedeputeerde"), by, START),
    ),
    "remove_attendee": (
        "confirmed",
        {"secretary"},
        lambda s, m, by, w: attendance.remove_attendee(s, m.attendees[0], by, START),
    ),
    "close": ("held", {"secretary", "clerk"}, lambda s, m, by, w: actions.close(s, m, by, AFTER)),
    "reopen": ("closed", {"secretary", "clerk"}, lambda s, m, by, w: actions.reopen(s, m, by, AFTER)),
}


@pytest.mark.parametrize("name", DEEDS)
def test_each_action_is_for_those_who_may(runtime: Runtime, world: World, name: str) -> None:
    state, allowed, deed = DEEDS[name]
    with runtime.work() as session:
        meeting, _ = in_state(session, world, state)
        for who in ROLES:
            with tried(session):
                refused = None
                try:
                    deed(session, meeting, world.by(session, who), world)
                except (NotFound, Forbidden) as error:
                    refused = type(error)
            expected = NotFound if who in KNOW_IT_NOT else Forbidden
            assert refused is (None if who in allowed else expected), who


GETS = ("", "/edit", "/cancel")
POSTS = (
    "/edit",
    "/cancel",
    "/attendees",
    "/clear-date",
    "/restore",
    "/close",
    "/reopen",
    "/attendees/1/remove",
)


@pytest.mark.parametrize("who", sorted(KNOW_IT_NOT))
def test_another_bodys_meeting_does_not_exist(
    runtime: Runtime, world: World, as_someone: AsSomeone, who: str
) -> None:
    with runtime.work() as session:
        number = planned(session, world).id
    client = as_someone(who)
    answers = [client.get(f"/meetings/{number}{path}") for path in GETS]
    answers += [client.post(f"/meetings/{number}{path}", data={"person": "1"}) for path in POSTS]
    unknown = client.get("/meetings/99999")
    assert [answer.status_code for answer in [*answers, unknown]] == [404] * (len(GETS) + len(POSTS) + 1)


@pytest.mark.parametrize("who", ["clerk", "Wethouder Leiden 1", "reader"])
def test_who_may_not_plan_is_refused_on_every_page_that_plans(
    runtime: Runtime, world: World, as_someone: AsSomeone, who: str
) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        number, attendee = meeting.id, meeting.attendees[0].id
    client = as_someone(who)
    paths = ["/edit", "/cancel", "/attendees", "/clear-date", f"/attendees/{attendee}/remove"]
    data = {"person": str(world.people["stranger"])}
    answers = [client.post(f"/meetings/{number}{path}", data=data).status_code for path in paths]
    assert answers == [403] * len(paths)
    assert client.get("/meetings/new").status_code == 403


def test_an_attendee_of_one_meeting_is_not_removed_through_another(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        one, other = planned(session, world), planned(session, world)
        address = f"/meetings/{one.id}/attendees/{other.attendees[0].id}/remove"
    assert as_someone("secretary").post(address).status_code == 404


def test_a_visitor_who_is_not_signed_in_sees_no_meeting(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        number = planned(session, world).id
    visitor = as_someone("secretary")
    visitor.delete_cookie("signed-in")
    for path in ("/meetings", f"/meetings/{number}", "/meetings/new"):
        answer = visitor.get(path)
        assert answer.status_code in (302, 303, 404)
        assert "Gezamenlijk" not in answer.text
