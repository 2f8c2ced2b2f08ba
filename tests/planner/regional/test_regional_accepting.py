"""A regional day moves its meetings in one step, tells everyone once, and can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, NotFound, Problem
from agenda.core.runtime import Runtime
from agenda.dates.model import MustAttend
from agenda.mail.transports import SmtpTransport
from agenda.meetings import actions, attendance
from agenda.meetings.facts import Plan
from agenda.meetings.model import Answer, Attendee, Meeting
from agenda.planner import regional_actions
from agenda.planner.accepting import undo
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.regional_model import RegionalDay
from tests.invitations.region import EVERYONE, Region, kinds
from tests.planner.regional.regional_world import (
    DAY,
    MOMENTS,
    accepted,
    changes,
    facts,
    laid_out,
    meetings_of_two_bodies,
    reckoned,
    stand,
)
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

BEFORE = [
    (MOMENTS[0], "Gemeentehuis Zoeterwoude"),
    (MOMENTS[1], "Gemeentehuis Zoeterwoude"),
    (MOMENTS[2], "Provinciehuis"),
]


@pytest.fixture
def region(runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer) -> Iterator[Region]:
    smtp = SmtpTransport(mail_server.url)
    yield Region(replace(runtime, send=smtp), world, clock, mail_server)
    smtp.close()


@pytest.fixture
def meetings(region: Region) -> list[int]:
    """Give three confirmed meetings of two bodies."""
    with region.work() as session:
        return [one.id for one in meetings_of_two_bodies(session, region.world)]


@pytest.fixture
def told(region: Region, meetings: list[int]) -> None:
    """Let everybody hear of them."""
    region.tell()


@pytest.fixture
def day_id(region: Region, meetings: list[int]) -> int:
    return laid_out(region.runtime, region.world, meetings)


def undone(region: Region, change: int) -> None:
    with region.work() as session:
        undo(
            session,
            session.get_one(AcceptedChange, change),
            "Teruggedraaid.",
            region.secretary(session),
            region.clock(),
        )


def test_every_meeting_gets_its_time_and_its_room_on_that_day(
    region: Region, meetings: list[int], day_id: int
) -> None:
    accepted(region.runtime, region.world, day_id)
    now = stand(region.runtime, meetings)
    assert {at.date() for at, _venue in now if at} == {DAY}
    # Two of the same people after each other, in one room; the third beside them in any.
    assert [venue for _at, venue in now[:2]] == ["Gemeentehuis Zoeterwoude, Raadzaal"] * 2
    assert now[2][1].startswith("Gemeentehuis Zoeterwoude, ")
    assert now[0][0] is not None
    assert now[1][0] is not None
    assert abs(now[0][0] - now[1][0]) >= timedelta(minutes=105)


def test_everyone_gets_one_update_for_each_meeting(region: Region, told: None, day_id: int) -> None:
    accepted(region.runtime, region.world, day_id)
    letters = region.tell()
    asked = 2 * EVERYONE + 4
    # Time and place are another: each a revision, one letter.
    assert sum(kinds(letters).values()) == len(letters) == asked
    assert {kind for kind, _sequence in kinds(letters)} == {"REQUEST"}
    assert all(
        "21 februari 2019" in mail.text and "Gemeentehuis Zoeterwoude, " in mail.text for mail in letters
    )
    assert region.tell() == []


def test_undoing_brings_every_meeting_back_with_one_update_more(
    region: Region, told: None, meetings: list[int], day_id: int
) -> None:
    change = accepted(region.runtime, region.world, day_id)
    region.tell()
    region.clock.wind(hours=23)
    undone(region, change)
    assert stand(region.runtime, meetings) == BEFORE
    assert len(region.tell()) == 2 * EVERYONE + 4
    with region.runtime.read() as session:
        assert not session.get_one(RegionalDay, day_id).is_accepted


def test_undoing_before_anyone_heard_costs_no_letter_and_no_answer(
    region: Region, told: None, meetings: list[int], day_id: int
) -> None:
    with region.work() as session:
        someone = session.get_one(Meeting, meetings[0]).people[0]
        attendance.answer(session, someone, Answer.ACCEPTED, "", region.clock())
        number = someone.id
    undone(region, accepted(region.runtime, region.world, day_id))
    assert region.tell() == []
    with region.runtime.read() as session:
        kept = session.get_one(Attendee, number)
        assert (kept.answer, kept.answered_revision) == (Answer.ACCEPTED, kept.meeting.revision)


def test_a_meeting_without_a_date_gets_one_and_loses_it_again(region: Region) -> None:
    with region.work() as session:
        window = Plan(window_from=DAY, window_until=DAY, venue="")
        body = region.world.body(session)
        draft = actions.create_meeting(session, body, window, region.secretary(session), region.clock()).id
    day_id = laid_out(region.runtime, region.world, [draft])
    change = accepted(region.runtime, region.world, day_id)
    ((at, venue),) = stand(region.runtime, [draft])
    assert at is not None
    assert venue == "Gemeentehuis Zoeterwoude, Raadzaal"
    undone(region, change)
    assert stand(region.runtime, [draft]) == [(None, "")]


def test_after_a_day_or_an_answer_it_cannot_be_undone(
    region: Region, meetings: list[int], day_id: int
) -> None:
    change = accepted(region.runtime, region.world, day_id)
    region.clock.wind(minutes=5)
    with region.work() as session:
        someone = session.get_one(Meeting, meetings[2]).people[0]
        attendance.answer(session, someone, Answer.DECLINED, "", region.clock())
    with pytest.raises(Conflict, match="answered_meanwhile"):
        undone(region, change)
    region.clock.wind(hours=25)
    with pytest.raises(Conflict, match="undo_too_late"):
        undone(region, change)


def test_once_a_meeting_moved_again_it_cannot_be_undone(
    region: Region, meetings: list[int], day_id: int
) -> None:
    change = accepted(region.runtime, region.world, day_id)
    region.meeting_id = meetings[0]
    region.move(MOMENTS[1] + timedelta(days=28))
    with pytest.raises(Conflict, match="agenda_changed_meanwhile"):
        undone(region, change)


def test_there_is_no_way_back_to_a_moment_that_has_passed(region: Region, meetings: list[int]) -> None:
    region.clock.at = MOMENTS[0] - timedelta(hours=1)
    day_id = laid_out(region.runtime, region.world, meetings)
    change = accepted(region.runtime, region.world, day_id)
    region.clock.wind(hours=2)
    with pytest.raises(Conflict, match="former_moment_passed"):
        undone(region, change)


def test_a_meeting_that_changed_since_stops_everything(
    region: Region, meetings: list[int], day_id: int
) -> None:
    region.meeting_id = meetings[1]
    region.move(MOMENTS[1] + timedelta(days=1))
    with pytest.raises(Conflict, match="regional_day_outdated"):
        accepted(region.runtime, region.world, day_id)
    assert stand(region.runtime, meetings[:1]) == BEFORE[:1]


def test_somebody_who_is_invited_since_makes_the_timetable_out_of_date(
    region: Region, meetings: list[int], day_id: int
) -> None:
    with region.work() as session:
        meeting = session.get_one(Meeting, meetings[0])
        guest = region.world.person(session, "Gedeputeerde")
        attendance.add_attendee(session, meeting, guest, region.secretary(session), region.clock())
    with pytest.raises(Conflict, match="regional_day_outdated"):
        accepted(region.runtime, region.world, day_id)


def test_two_people_who_accept_at_once_move_everything_once(
    region: Region, meetings: list[int], day_id: int
) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def try_it() -> None:
        together.wait()
        try:
            accepted(region.runtime, region.world, day_id)
            outcomes.append("done")
        except Problem as problem:
            outcomes.append(problem.code)

    both = [threading.Thread(target=try_it) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert outcomes.count("done") == 1, outcomes
    assert changes(region.runtime) == 1
    with region.runtime.read() as session:
        # Another place, and another time: twice each, not four times.
        assert [session.get_one(Meeting, number).revision for number in meetings] == [2, 2, 2]


def test_a_day_that_was_laid_out_otherwise_meanwhile_is_not_accepted_unseen(
    region: Region, meetings: list[int], day_id: int
) -> None:
    with region.runtime.read() as session:
        seen = session.get_one(RegionalDay, day_id).version
    with region.work() as session:
        day = session.get_one(RegionalDay, day_id)
        wanted = facts(region.world, meetings, place="Stadhuis Leiden")
        regional_actions.change(session, day, wanted, region.secretary(session), region.clock(), seen)
    reckoned(region.runtime, day_id)
    with pytest.raises(Changed):
        accepted(region.runtime, region.world, day_id, seen)
    assert stand(region.runtime, meetings) == BEFORE


def test_an_accepted_day_is_not_changed_any_more_until_it_is_undone(
    region: Region, meetings: list[int], day_id: int
) -> None:
    change = accepted(region.runtime, region.world, day_id)
    with pytest.raises(Conflict, match="regional_day_accepted"):
        reckoned(region.runtime, day_id)
    undone(region, change)
    reckoned(region.runtime, day_id)
    accepted(region.runtime, region.world, day_id)
    assert changes(region.runtime) == 2


def test_a_meeting_that_does_not_fit_stays_where_it_is(region: Region, meetings: list[int]) -> None:
    with region.work() as session:
        session.add(MustAttend(meeting_id=meetings[2], person_id=region.world.people["clerk"]))
    day_id = laid_out(region.runtime, region.world, meetings, rooms=[("Raadzaal", 3), ("Trouwzaal", None)])
    with region.runtime.read() as session:
        day = session.get_one(RegionalDay, day_id)
        assert day.result is not None
        assert not day.result["left_out"]
    small = laid_out(region.runtime, region.world, meetings, rooms=[("Kamer", 5)])
    accepted(region.runtime, region.world, small)
    now = stand(region.runtime, meetings)
    assert now[:2] == BEFORE[:2]
    assert now[2][1] == "Gemeentehuis Zoeterwoude, Kamer"


@pytest.mark.parametrize(("who", "refusal"), [("clerk", Forbidden), ("outsider", NotFound)])
def test_only_who_plans_every_body_lays_a_day_out(
    region: Region, meetings: list[int], who: str, refusal: type[Exception]
) -> None:
    with region.work() as session, pytest.raises(refusal):
        by = region.world.by(session, who)
        regional_actions.lay_out(session, facts(region.world, meetings[:2]), by, region.clock())


def test_what_cannot_be_is_refused_with_a_reason(region: Region, meetings: list[int]) -> None:
    with region.work() as session:
        by, now = region.secretary(session), region.clock()
        session.get_one(Meeting, meetings[1]).agenda_final_at = now
        for changed, code in (
            ({"meetings": []}, "regional_meetings_missing"),
            ({"meetings": list(range(1, 27))}, "regional_too_many_meetings"),
            ({"meetings": meetings}, "regional_meeting_cannot_move"),
            ({"day": now.date()}, "regional_day_over"),
            ({"rooms": []}, "regional_rooms_missing"),
        ):
            wanted = replace(facts(region.world, meetings[:1]), **changed)
            with pytest.raises((Invalid, Conflict), match=code):
                regional_actions.lay_out(session, wanted, by, now)
