"""What papers say of a meeting in the database, and what they keep from whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agenda.core.database import Sessions
from agenda.core.problems import Conflict
from agenda.meetings import agenda_final, agenda_late
from agenda.meetings.model import Answer, Attendee, Meeting
from agenda.meetings.sight import OPEN, Sight
from agenda.meetings.table_model import Presence
from agenda.publications.agenda_facts import agenda_facts, guest_facts
from agenda.publications.model import PaperKind
from agenda.publications.outcome_facts import record_facts
from agenda.publications.papers import Wanted, draft, must_be_possible, possible
from agenda.publications.presence_facts import There, presence_facts
from tests.meetings.planning import AFTER, VALENTINE, confirmed, planned, put_on_agenda, topic
from tests.publications.paper_world import GUEST, SECRET, held_meeting
from tests.world import START, World

ALL = Sight(everything=True)


@pytest.mark.parametrize("kind", [PaperKind.AGENDA, PaperKind.DECISION_LIST, PaperKind.MINUTES])
def test_what_anybody_may_read_tells_nothing_of_a_closed_item(
    sessions: Sessions, world: World, kind: PaperKind
) -> None:
    with sessions.work() as session:
        meeting = session.get_one(Meeting, held_meeting(session, world).meeting)
        for language in ("nl", "en"):
            for_all = draft(session, meeting, Wanted(kind, language, False), AFTER).page.html
            inside = draft(session, meeting, Wanted(kind, language, True), AFTER).page.html
            assert SECRET not in for_all
            assert "Vertrouwelijke bijlage" not in for_all
            assert "Besloten agendapunt" in for_all
            assert "Bellen" not in for_all
            assert SECRET in inside


def test_an_agenda_keeps_its_numbers_and_its_times_whoever_reads_it(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        found = held_meeting(session, world)
        meeting = session.get_one(Meeting, found.meeting)
        meeting.items[-1].number = "7a"
        inside, for_all = agenda_facts(session, meeting, ALL), agenda_facts(session, meeting, OPEN)
        assert [one.number for one in inside.items] == [one.number for one in for_all.items]
        assert inside.items[-1].number == "7a"
        assert [one.starts_at for one in inside.items] == [one.starts_at for one in for_all.items]
        plain = next(one for one in for_all.items if one.title == "Warmterotonde")
        assert [one.title for one in plain.papers] == ["Startnotitie", ""]
        roads = next(one for one in inside.items if one.title == "Provinciale wegen")
        assert [(one.title, one.late, one.late_why) for one in roads.papers] == [
            ("Wegenkaart", True, "Kwam later.")
        ]


def test_a_withdrawn_item_is_printed_as_withdrawn_and_without_a_time(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        meeting, by = confirmed(session, world), world.by(session, "clerk")
        titles = ("Warmterotonde", "Woonagenda")
        staying, going = (put_on_agenda(session, meeting, topic(session, world, one)) for one in titles)
        agenda_final.finalise(session, meeting, by, START)
        agenda_late.withdraw_item(session, going, "Het voorstel is nog niet gereed.", by, START)
        session.flush()
        found = {one.title: one for one in agenda_facts(session, meeting, OPEN).items}
        assert (found[staying.title].withdrawn, found[going.title].withdrawn) == (False, True)
        printed = draft(session, meeting, Wanted(PaperKind.AGENDA, "nl", True), START).page.html
        row = printed.split(f"{going.title} ", 1)[1].split("</tr>", 1)[0]
        assert "(ingetrokken)" in row
        assert "Het voorstel is nog niet gereed." in printed
        assert f"{staying.title} <span" not in printed


def test_a_guest_is_told_of_the_own_item_and_nothing_else(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        meeting = session.get_one(Meeting, held_meeting(session, world).meeting)
        told = guest_facts(session, meeting, world.person(session, GUEST))
        assert [one.title for one in told.items] == ["Provinciale wegen"]
        wanted = Wanted(PaperKind.GUEST_INVITATION, "nl", False, world.people[GUEST])
        assert wanted in possible(meeting, START)
        html = draft(session, meeting, wanted, AFTER).page.html
        assert "Warmterotonde" not in html
        assert SECRET not in html


def test_of_a_closed_item_a_guest_reads_the_own_title(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        found = held_meeting(session, world)
        meeting = session.get_one(Meeting, found.meeting)
        meeting.items[-1].closed = True
        told = guest_facts(session, meeting, world.person(session, GUEST))
        assert [(one.title, one.closed) for one in told.items] == [("Provinciale wegen", True)]


def test_decisions_are_cited_by_day_and_those_left_out_are_counted(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        meeting = session.get_one(Meeting, held_meeting(session, world).meeting)
        inside, for_all = record_facts(session, meeting, ALL), record_facts(session, meeting, OPEN)
        assert [one.reference for one in inside.decisions] == ["2019-02-14/1", "2019-02-14/2"]
        assert [one.reference for one in for_all.decisions] == ["2019-02-14/1"]
        assert (inside.withheld, for_all.withheld) == (0, 1)
        assert (len(inside.commitments), len(for_all.commitments)) == (1, 0)


def test_beforehand_the_list_is_to_sign_and_afterwards_it_tells_who_was_there(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        meeting = session.get_one(Meeting, held_meeting(session, world).meeting)
        first, second = meeting.people[:2]
        first.answer, first.answered_revision = Answer.DECLINED, meeting.revision
        before = presence_facts(session, meeting, ALL)
        assert not before.noted
        assert _there(before.everyone, first) is There.EXCUSED
        assert _there(before.everyone, second) is There.EXPECTED
        session.add(
            Presence(
                meeting_id=meeting.id,
                attendee_id=second.id,
                arrived_at=VALENTINE + timedelta(minutes=20),
                left_at=VALENTINE + timedelta(minutes=300),
            )
        )
        session.flush()
        after = presence_facts(session, meeting, ALL)
        assert after.noted
        assert _there(after.everyone, second) is There.PRESENT
        assert sum(one.there is There.ABSENT for one in after.everyone) == len(after.everyone) - 2
        (stay,) = next(one for one in after.everyone if one.there is There.PRESENT).stays
        # Who left after the end did not leave early.
        assert (stay.arrived_at, stay.left_at) == (VALENTINE + timedelta(minutes=20), None)


def _there(people: object, attendee: Attendee) -> There:
    found: There = next(one.there for one in people if one.name == attendee.person.name)  # type: ignore[attr-defined]
    return found


def test_without_a_date_and_before_the_meeting_there_is_less_to_make(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        without = planned(session, world)
        assert possible(without, START) == []
        with pytest.raises(Conflict, match="paper_needs_date"):
            must_be_possible(without, Wanted(PaperKind.AGENDA, "nl", True), START)
        meeting = session.get_one(Meeting, held_meeting(session, world).meeting)
        with pytest.raises(Conflict, match="paper_needs_outcomes"):
            must_be_possible(meeting, Wanted(PaperKind.MINUTES, "nl", True), VALENTINE - timedelta(minutes=1))
        must_be_possible(meeting, Wanted(PaperKind.MINUTES, "nl", True), VALENTINE)
