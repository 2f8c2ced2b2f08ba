"""Packs for everyone: one press, a pack for each reader who lacks one, and a way to stop."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.problems import Conflict, Forbidden
from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from agenda.publications import actions, packs, packs_for_all
from agenda.publications.making import take
from agenda.publications.model import Paper, PaperKind
from agenda.publications.pack_facts import pack_facts
from agenda.publications.paper_files import keep, stored
from agenda.publications.papers import Wanted, fingerprint
from agenda.publications.queries import meeting_with_papers
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import VALENTINE
from tests.publications.paper_world import GUEST, Held, held_meeting
from tests.world import StandingClock, World

ALDERMAN = "Wethouder Leiden 1"


@pytest.fixture
def held(runtime: Runtime, world: World, clock: StandingClock) -> Held:
    clock.at = VALENTINE
    with runtime.work() as session:
        return held_meeting(session, world, closed=False)


def invited(session: Session, held: Held) -> set[int]:
    return {one.person_id for one in session.get_one(Meeting, held.meeting).people}


def waiting(session: Session) -> dict[int | None, Paper]:
    found = session.scalars(select(Paper).where(Paper.finished_at.is_(None)))
    return {one.person_id: one for one in found}


def finish(session: Session, runtime: Runtime, paper: Paper) -> None:
    """Let a pack be there as things stand, without setting it."""
    assert paper.person is not None
    plan = pack_facts(session, paper.meeting, paper.person, VALENTINE)
    paper.file = stored(session, keep(runtime.config, b"%PDF-1.7", VALENTINE), VALENTINE, read=False)
    paper.finished_at, paper.holds, paper.limited = VALENTINE, plan.holds, plan.limited
    paper.rests_on = fingerprint(plan, {}, paper.language)
    session.flush()


def test_each_reader_gets_one_in_the_own_language_and_who_has_it_is_passed_over(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, held.meeting)
        world.person(session, GUEST).language = "en"
        asked = packs_for_all.ask_for_all(session, meeting, clerk, VALENTINE)
        assert {one.person_id for one in asked} == invited(session, held)
        assert {one.language for one in asked if one.person_id == world.people[GUEST]} == {"en"}
        # A second press while they wait asks for nothing.
        with pytest.raises(Conflict, match="packs_all_there"):
            packs_for_all.ask_for_all(session, meeting, clerk, VALENTINE)
        for paper in asked:
            finish(session, runtime, paper)
        with pytest.raises(Conflict, match="packs_all_there"):
            packs_for_all.ask_for_all(session, meeting, clerk, VALENTINE)
        # A guest sees the own item alone: another one changes nothing for the guest.
        next(item for item in meeting.items if item.id == held.open_item).title = "Warmtenet"
        session.flush()
        again = packs_for_all.ask_for_all(session, meeting, clerk, VALENTINE)
        assert {one.person_id for one in again} == invited(session, held) - {world.people[GUEST]}


def test_stopping_gives_up_what_readers_did_not_ask_for_themselves(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        meeting, alderman = session.get_one(Meeting, held.meeting), world.by(session, ALDERMAN)
        person = world.person(session, ALDERMAN)
        packs.ask_for_pack(session, meeting, person, "nl", alderman, VALENTINE)
        (agenda,) = actions.ask(
            session,
            meeting,
            [Wanted(PaperKind.AGENDA, "nl", True)],
            world.by(session, "clerk"),
            VALENTINE,
        )
        packs_for_all.ask_for_all(session, meeting, world.by(session, "clerk"), VALENTINE)
        assert len(waiting(session)) > 2
        packs_for_all.stop_all(session, meeting, world.by(session, "clerk"), VALENTINE)
        session.expire_all()
        assert set(waiting(session)) == {world.people[ALDERMAN], None}
        assert waiting(session)[None].id == agenda.id


def test_an_agenda_does_not_wait_for_the_packs_of_everyone(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        meeting, clerk = session.get_one(Meeting, held.meeting), world.by(session, "clerk")
        packs_for_all.ask_for_all(session, meeting, clerk, VALENTINE)
        (agenda,) = actions.ask(session, meeting, [Wanted(PaperKind.AGENDA, "nl", True)], clerk, VALENTINE)
        first = take(session, VALENTINE)
        assert first is not None
        assert first.id == agenda.id
        second = take(session, VALENTINE)
        assert second is not None
        assert second.kind is PaperKind.PACK


def test_the_list_asks_the_database_little_for_each_reader(
    runtime: Runtime, world: World, held: Held
) -> None:
    def asked_for(readers: int) -> int:
        with runtime.work() as session:
            meeting, clerk = session.get_one(Meeting, held.meeting), world.by(session, "clerk")
            for person_id in sorted(invited(session, held))[:readers]:
                person = session.get_one(Person, person_id)
                finish(session, runtime, packs.ask_for_pack(session, meeting, person, "nl", clerk, VALENTINE))
        with runtime.read() as session:
            meeting = meeting_with_papers(session, held.meeting)
            with Statements(runtime) as counted:
                assert (
                    sum(one.has_it for one in packs_for_all.readers_of(session, meeting, VALENTINE))
                    == readers
                )
            return counted.number

    few, many = asked_for(2), asked_for(10)
    # Of each the roles once more, and which documents are theirs.
    assert many - few <= 8 * 2


def test_only_secretary_and_clerk_make_them_and_stop(runtime: Runtime, world: World, held: Held) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, held.meeting)
        for who in (ALDERMAN, "reader", "administrator"):
            with pytest.raises(Forbidden):
                packs_for_all.ask_for_all(session, meeting, world.by(session, who), VALENTINE)
            with pytest.raises(Forbidden):
                packs_for_all.stop_all(session, meeting, world.by(session, who), VALENTINE)


def test_the_page_counts_and_stops(runtime: Runtime, world: World, held: Held, as_someone: AsSomeone) -> None:
    clerk, address = as_someone("clerk"), f"/meetings/{held.meeting}/packs"
    with runtime.read() as session:
        readers = len(invited(session, held))
    page = clerk.get(address).text
    assert f"0 van de {readers} lezers hebben de actuele stukken" in page
    assert f"De stukken maken voor {readers} lezers?" in page
    assert clerk.post(f"{address}/all").status_code == 303
    with runtime.work() as session:
        finish(session, runtime, waiting(session)[world.people[GUEST]])
    page = clerk.get(address).text
    assert f"1 van de {readers} lezers" in page
    assert f"Er worden er nog {readers - 1} gemaakt." in page
    again = clerk.post(f"{address}/all")
    assert (again.status_code, "Iedere lezer heeft de actuele stukken" in again.text) == (409, True)
    assert clerk.post(f"{address}/stop").status_code == 303
    page = clerk.get(address).text
    assert "nog gemaakt" not in page
    assert f"De stukken maken voor {readers - 1} lezers?" in page
