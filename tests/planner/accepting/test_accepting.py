"""Fewer meetings in one step: everything or nothing, the right letters, and a way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.mail.transports import SmtpTransport
from agenda.meetings import agenda_actions, agenda_final, agenda_moves, attendance
from agenda.meetings.model import Answer, ItemKind, Meeting
from agenda.planner.accepting import Wanted, accept, undo
from agenda.planner.accepting_model import AcceptedChange
from tests.invitations.region import EVERYONE, Region, kinds
from tests.meetings.agenda_world import item_of, topic
from tests.planner.thin import LATER, topics_of, two_thin_meetings
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

WHY = "Eén overleg is genoeg."
WHY_NOT = "Het advies is ongedaan gemaakt."


@pytest.fixture
def region(runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer) -> Iterator[Region]:
    smtp = SmtpTransport(mail_server.url)
    yield Region(replace(runtime, send=smtp), world, clock, mail_server)
    smtp.close()


def two(region: Region) -> tuple[int, int]:
    """Plan two confirmed meetings, and let everybody hear of them."""
    with region.work() as session:
        first, second = two_thin_meetings(session, region.world)
        numbers = first.id, second.id
    region.tell()
    return numbers


def wanted(region: Region, first: int, second: int, title: str = "Studentenhuisvesting") -> Wanted:
    """Cancel the second meeting, with its topic moved to the first."""
    with region.runtime.read() as session:
        meetings = [session.get_one(Meeting, number) for number in (first, second)]
        moved = item_of(meetings[1], title).topic_id
        assert moved is not None
        return Wanted({moved: first}, {second: first}, WHY, {one.id: one.version for one in meetings})


def accepted(region: Region, wish: Wanted) -> int:
    with region.work() as session:
        return accept(session, wish, region.secretary(session), region.clock()).id


def undone(region: Region, change: int) -> None:
    with region.work() as session:
        undo(
            session,
            session.get_one(AcceptedChange, change),
            WHY_NOT,
            region.secretary(session),
            region.clock(),
        )


def agendas(region: Region, *numbers: int) -> list[list[str]]:
    with region.runtime.read() as session:
        return [topics_of(session.get_one(Meeting, number)) for number in numbers]


def order_of(region: Region, number: int) -> list[str]:
    with region.runtime.read() as session:
        return [item.title for item in session.get_one(Meeting, number).items]


def test_topics_move_and_the_cancelled_meeting_points_to_its_successor(region: Region) -> None:
    first, second = two(region)
    accepted(region, wanted(region, first, second))
    assert agendas(region, first, second) == [["Warmterotonde", "Studentenhuisvesting"], []]
    with region.runtime.read() as session:
        cancelled = session.get_one(Meeting, second)
        assert (cancelled.cancelled_why, cancelled.successor_id) == (WHY, first)


def test_everyone_hears_of_the_cancelling_and_of_what_takes_its_place(region: Region) -> None:
    first, second = two(region)
    accepted(region, wanted(region, first, second))
    letters = region.tell()
    assert kinds(letters) == {("CANCEL", 1): EVERYONE}
    assert all(WHY in mail.text and "7 februari 2019" in mail.text for mail in letters)
    assert len(region.delivered()) == 3 * EVERYONE


def test_what_was_edited_on_the_agenda_goes_along(region: Region) -> None:
    first, second = two(region)
    with region.work() as session:
        item = item_of(session.get_one(Meeting, second), "Studentenhuisvesting")
        agenda_actions.change_minutes(session, item, 45, region.secretary(session), region.clock())
    accepted(region, wanted(region, first, second))
    with region.runtime.read() as session:
        assert item_of(session.get_one(Meeting, first), "Studentenhuisvesting").minutes == 45


def test_undoing_brings_everything_back_and_invites_anew(region: Region) -> None:
    first, second = two(region)
    change = accepted(region, wanted(region, first, second))
    region.tell()
    region.clock.wind(hours=23)
    undone(region, change)
    assert agendas(region, first, second) == [["Warmterotonde"], ["Studentenhuisvesting"]]
    assert kinds(region.tell()) == {("REQUEST", 2): EVERYONE}


def test_undoing_brings_back_the_order_that_a_person_made(region: Region) -> None:
    first, second = two(region)
    with region.work() as session:
        by, meeting = region.secretary(session), session.get_one(Meeting, second)
        for title in ("Onderwijs", "Economie"):
            agenda_actions.add_topic(
                session, meeting, topic(session, region.world, title), by, region.clock()
            )
        inner = [item for item in meeting.items if item.kind not in (ItemKind.OPENING, ItemKind.CLOSING)]
        agenda_moves.reorder(session, meeting, [item.id for item in reversed(inner)], by, region.clock())
        moves = {item.topic_id: first for item in inner if item.topic_id is not None}
    assert len(moves) == 3
    before = order_of(region, second)
    undone(region, accepted(region, Wanted(moves, {second: first}, WHY)))
    assert order_of(region, second) == before


def test_undoing_before_anyone_heard_costs_no_letter(region: Region) -> None:
    first, second = two(region)
    undone(region, accepted(region, wanted(region, first, second)))
    assert region.tell() == []


def test_after_a_day_it_cannot_be_undone(region: Region) -> None:
    first, second = two(region)
    change = accepted(region, wanted(region, first, second))
    region.clock.wind(hours=25)
    with pytest.raises(Conflict, match="undo_too_late"):
        undone(region, change)


def test_once_somebody_answered_it_cannot_be_undone(region: Region) -> None:
    first, second = two(region)
    change = accepted(region, wanted(region, first, second))
    region.clock.wind(minutes=5)
    with region.work() as session:
        someone = session.get_one(Meeting, first).attendees[0]
        attendance.answer(session, someone, Answer.ACCEPTED, "", region.clock())
    with pytest.raises(Conflict, match="answered_meanwhile"):
        undone(region, change)
    assert agendas(region, first, second) == [["Warmterotonde", "Studentenhuisvesting"], []]


def test_once_an_agenda_was_changed_it_cannot_be_undone(region: Region) -> None:
    first, second = two(region)
    change = accepted(region, wanted(region, first, second))
    with region.work() as session:
        meeting = session.get_one(Meeting, first)
        agenda_actions.add_free_item(session, meeting, "Welkom", 5, region.secretary(session), region.clock())
    with pytest.raises(Conflict, match="agenda_changed_meanwhile"):
        undone(region, change)


def test_once_a_meeting_was_moved_it_cannot_be_undone(region: Region) -> None:
    first, second = two(region)
    change = accepted(region, wanted(region, first, second))
    region.meeting_id = first
    region.move(LATER - timedelta(days=14))
    with pytest.raises(Conflict, match="agenda_changed_meanwhile"):
        undone(region, change)


def test_it_is_undone_once(region: Region) -> None:
    first, second = two(region)
    change = accepted(region, wanted(region, first, second))
    undone(region, change)
    with pytest.raises(Conflict, match="undone_already"):
        undone(region, change)


def test_a_meeting_that_somebody_changed_in_between_stops_everything(region: Region) -> None:
    first, second = two(region)
    wish = wanted(region, first, second)
    region.meeting_id = second
    region.move(LATER + timedelta(days=14))
    with pytest.raises(Changed):
        accepted(region, wish)
    assert agendas(region, first, second) == [["Warmterotonde"], ["Studentenhuisvesting"]]


def test_two_people_who_accept_the_same_at_once_do_it_once(region: Region) -> None:
    first, second = two(region)
    wish = wanted(region, first, second)
    accepted(region, wish)
    with pytest.raises(Conflict):
        accepted(region, wish)
    with region.runtime.read() as session:
        assert len(session.scalars(select(AcceptedChange)).all()) == 1


def test_a_failure_half_way_leaves_everything_as_it_was(region: Region) -> None:
    first, second = two(region)
    with region.work() as session:
        extra = topic(session, region.world, "Blijft achter")
        agenda_actions.add_topic(
            session, session.get_one(Meeting, second), extra, region.secretary(session), region.clock()
        )
    # One of two topics moves; then the cancelling fails, for the other one would be left behind.
    with pytest.raises(Conflict, match="topics_left_behind"):
        accepted(region, wanted(region, first, second))
    assert agendas(region, first, second) == [["Warmterotonde"], ["Studentenhuisvesting", "Blijft achter"]]
    assert region.tell() == []


def test_a_final_agenda_takes_no_topics(region: Region) -> None:
    first, second = two(region)
    with region.work() as session:
        meeting = session.get_one(Meeting, first)
        item = item_of(meeting, "Warmterotonde")
        item.lead_id, item.requested_decision = region.world.people["Wethouder Leiden 1"], "Instemmen"
        agenda_final.finalise(session, meeting, region.world.by(session, "clerk"), region.clock())
    with pytest.raises(Conflict, match="agenda_is_final"):
        accepted(region, wanted(region, first, second))


@pytest.mark.parametrize(("who", "refusal"), [("clerk", Forbidden), ("outsider", NotFound)])
def test_only_who_plans_the_body_accepts(region: Region, who: str, refusal: type[Exception]) -> None:
    first, second = two(region)
    wish = wanted(region, first, second)
    with region.work() as session, pytest.raises(refusal):
        accept(session, wish, region.world.by(session, who), region.clock())


def test_cancelling_asks_for_a_reason_and_something_to_do(region: Region) -> None:
    first, second = two(region)
    for wish in (replace(wanted(region, first, second), why=" "), Wanted({}, {}, WHY)):
        with pytest.raises(Invalid):
            accepted(region, wish)


def test_merging_by_the_page_moves_all_topics_and_can_be_undone(region: Region, client: FlaskClient) -> None:
    first, second = two(region)
    with region.work() as session:
        token = begin(session, region.world.person(session, "secretary"), "a test", region.clock())
    client.set_cookie(session_cookie(region.runtime.config), token)
    address = f"/planner/meetings/{second}/merge"
    assert "17 mensen krijgen een afzegging" in client.get(address).text
    assert client.post(address, data={"into": first, "why": ""}).status_code == 422
    done = client.post(address, data={"into": first, "why": WHY})
    assert done.status_code == 303
    assert agendas(region, first, second) == [["Warmterotonde", "Studentenhuisvesting"], []]
    assert "Alles terugdraaien" in client.get(done.location).text
    client.post(f"{done.location}/undo")
    assert agendas(region, first, second) == [["Warmterotonde"], ["Studentenhuisvesting"]]
