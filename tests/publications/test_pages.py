"""Papers through the pages: who may have which, what is kept in the trail, and a clerk's week with them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from agenda.core.audit import history
from agenda.core.runtime import Runtime
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.publications.model import Paper, PaperKind, PaperText
from agenda.publications.paper_files import keep, stored
from agenda.publications.papers import Wanted, draft
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER, VALENTINE
from tests.publications.paper_world import GUEST, Held, held_meeting, later_meeting
from tests.world import StandingClock, World

LONG = "é" * 5_001


@pytest.fixture
def held(runtime: Runtime, world: World, clock: StandingClock) -> Held:
    clock.at = AFTER
    with runtime.work() as session:
        return held_meeting(session, world)


@pytest.fixture
def made(runtime: Runtime, world: World, clock: StandingClock, held: Held) -> dict[str, int]:
    """Let papers be there, without setting them: their ids by for whom they are."""
    found = {}
    with runtime.work() as session:
        for name, kind, everything, person in (
            ("inside", PaperKind.AGENDA, True, None),
            ("all", PaperKind.AGENDA, False, None),
            ("presence", PaperKind.PRESENCE_LIST, True, None),
            ("guest", PaperKind.GUEST_INVITATION, False, world.people[GUEST]),
        ):
            content = keep(runtime.config, f"%PDF-1.7 {name}".encode(), clock())
            written = draft(
                session,
                session.get_one(Meeting, held.meeting),
                Wanted(kind, "nl", everything, person),
                clock(),
            )
            paper = Paper(
                meeting_id=held.meeting,
                kind=kind,
                language="nl",
                everything=everything,
                person_id=person,
                asked_at=clock(),
                asked_by="clerk",
                finished_at=clock(),
                title=f"{name}, van iets, 14 februari 2019",
                file=stored(session, content, clock()),
                rests_on=written.rests_on,
                holds=written.holds,
            )
            session.add(paper)
            session.flush()
            found[name] = paper.id
    return found


def download(client: FlaskClient, paper: int) -> int:
    return client.get(f"/outgoing/{paper}/file", buffered=True).status_code


def test_each_gets_the_papers_that_are_theirs(as_someone: AsSomeone, made: dict[str, int]) -> None:
    expected = {
        "secretary": (200, 200, 200, 200),
        "clerk": (200, 200, 200, 200),
        "Wethouder Leiden 1": (200, 200, 200, 200),
        "reader": (404, 200, 404, 404),
        "administrator": (404, 200, 404, 404),
        "outsider": (404, 404, 404, 404),
        "stranger": (404, 404, 404, 404),
        GUEST: (404, 404, 404, 200),
    }
    found = {who: tuple(download(as_someone(who), paper) for paper in made.values()) for who in expected}
    assert found == expected
    assert download(as_someone("reader"), 99_999) == 404


@pytest.mark.parametrize(
    "change", ["an item is closed", "a document is confidential", "unknown what it shows"]
)
def test_what_is_limited_since_is_not_read_in_an_old_paper(
    as_someone: AsSomeone, runtime: Runtime, held: Held, made: dict[str, int], change: str
) -> None:
    with runtime.work() as session:
        item = session.get_one(AgendaItem, held.guest_item)
        if change == "a document is confidential":
            paper = session.scalars(select(MeetingPaper).where(MeetingPaper.item_id == item.id)).one()
            paper.document.confidential = True
        else:
            item.closed = True
        if change == "unknown what it shows":
            session.execute(update(Paper).values(holds=""))
    reader, shown = as_someone("reader"), f"/outgoing/{made['all']}"
    refused = reader.get(f"{shown}/file")
    assert (refused.status_code, "secretariaat" in refused.text) == (409, True)
    # Nothing leads there either.
    assert f'href="{shown}"' not in reader.get(f"/meetings/{held.meeting}").text
    assert download(as_someone("clerk"), made["all"]) == 200
    # A guest is in the room when the doors close, but reads nothing that is confidential.
    assert download(as_someone(GUEST), made["guest"]) == (200 if change == "an item is closed" else 409)


def test_a_paper_that_only_grew_old_is_still_read(
    as_someone: AsSomeone, runtime: Runtime, held: Held, made: dict[str, int]
) -> None:
    with runtime.work() as session:
        session.get_one(Meeting, held.meeting).venue = "Elders"
    assert download(as_someone("reader"), made["all"]) == 200
    assert download(as_someone(GUEST), made["guest"]) == 200


@pytest.mark.parametrize("change", ["taken off", "cancelled", "not final"])
def test_a_guest_who_is_none_any_more_has_nothing(
    as_someone: AsSomeone, runtime: Runtime, held: Held, world: World, made: dict[str, int], change: str
) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, held.meeting)
        if change == "taken off":
            next(one for one in meeting.people if one.person_id == world.people[GUEST]).removed_at = AFTER
        elif change == "cancelled":
            meeting.cancelled_at = AFTER
        else:
            meeting.agenda_final_at = None
    assert download(as_someone(GUEST), made["guest"]) == 404


def test_a_guest_comes_to_the_own_invitation_from_the_start_page(
    as_someone: AsSomeone, held: Held, made: dict[str, int], clock: StandingClock
) -> None:
    guest, address = as_someone(GUEST), f"/outgoing/{made['guest']}"
    assert address not in guest.get("/").text
    clock.at = VALENTINE - timedelta(days=1)
    assert f'href="{address}"' in guest.get("/").text
    page = guest.get(address).text
    assert "De pdf downloaden" in page
    assert f"/meetings/{held.meeting}" not in page
    assert "Opnieuw maken" not in page


def test_a_download_of_what_not_everybody_may_read_is_kept_in_the_trail(
    as_someone: AsSomeone, runtime: Runtime, made: dict[str, int]
) -> None:
    alderman = as_someone("Wethouder Leiden 1")
    answer = alderman.get(f"/outgoing/{made['inside']}/file", buffered=True)
    assert answer.data == b"%PDF-1.7 inside"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="inside 2019-02-14.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    alderman.get(f"/outgoing/{made['all']}/file", buffered=True)
    with runtime.read() as session:
        told = [(entry.verb, entry.actor_name) for entry in history(session, "paper", made["inside"])]
        assert told == [("paper_downloaded", "Wethouder Leiden 1")]
        assert history(session, "paper", made["all"]) == []
    assert "heeft het gedownload" in as_someone("clerk").get(f"/outgoing/{made['inside']}").text
    assert "heeft het gedownload" not in alderman.get(f"/outgoing/{made['inside']}").text


def test_a_reader_sees_what_is_for_everyone_and_cannot_have_anything_made(
    as_someone: AsSomeone, held: Held, made: dict[str, int]
) -> None:
    reader = as_someone("reader")
    for address in (f"/meetings/{held.meeting}", f"/meetings/{held.meeting}/outgoing"):
        page = reader.get(address).text
        assert f"/outgoing/{made['all']}" in page
        assert f"/outgoing/{made['inside']}" not in page
        assert "Stukken maken" not in page
        assert "De gekozen stukken maken" not in page
    refused = reader.post(f"/meetings/{held.meeting}/outgoing", data={"papers": "agenda-nl-all"})
    assert refused.status_code == 403


def test_the_clerk_chooses_watches_and_throws_away(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk, address = as_someone("clerk"), f"/meetings/{held.meeting}/outgoing"
    assert "Er zijn nog geen stukken gemaakt" in clerk.get(address).text
    nothing = clerk.post(address, data={})
    assert nothing.status_code == 422
    assert "Kies ten minste één stuk." in nothing.text
    assert clerk.post(address, data={"papers": "agenda-nl-99"}).status_code == 422
    answer = clerk.post(address, data={"papers": ["minutes-nl-inside", "decision_list-en-all"]})
    assert (answer.status_code, answer.location) == (303, address)
    with runtime.read() as session:
        first, second = session.scalars(select(Paper).order_by(Paper.id))
        assert (first.kind, first.everything, second.language) == (PaperKind.MINUTES, True, "en")
    waiting = clerk.get(f"/outgoing/{first.id}").text
    assert "Wacht op zijn beurt" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert download(clerk, first.id) == 409
    gone = clerk.post(f"/outgoing/{first.id}/remove", data={"version": "1"})
    assert gone.status_code == 303
    assert clerk.get(f"/outgoing/{first.id}").status_code == 404
    with runtime.work() as session:
        paper = session.get_one(Paper, second.id)
        paper.finished_at, paper.failed = AFTER, "typesetter_missing"
    failed = clerk.get(address).text
    assert "Pango" in failed
    assert "Opnieuw maken" in failed


def test_a_paper_says_that_it_is_outdated_and_since_when(
    as_someone: AsSomeone, held: Held, made: dict[str, int], clock: StandingClock
) -> None:
    clerk = as_someone("clerk")
    page = clerk.get(f"/meetings/{held.meeting}/outgoing").text
    # These were never set from the facts as they are.
    assert "Verouderd" in page
    assert page.count("Opnieuw maken") == 4


def test_a_clerk_gives_papers_own_words_and_takes_them_back(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    clerk, address = as_someone("clerk"), f"/bodies/{world.body_id}/paper-words"
    one = f"{address}/guest_invitation/nl"
    assert "Geachte {naam}," in clerk.get(one).text
    shown = clerk.post(
        one, data={"introduction": "Dag {naam}, tot in {plaats}.", "do": "show", "version": "0"}
    )
    assert "Dag (naam van de gast)" in shown.text
    wrong = clerk.post(one, data={"introduction": "Dag {nam},", "do": "keep", "version": "0"})
    assert wrong.status_code == 422
    assert "{nam} betekent hier niets" in wrong.text
    assert "Dag {nam}," in wrong.text
    too_long = clerk.post(one, data={"introduction": LONG, "do": "keep", "version": "0"})
    assert too_long.status_code == 422
    assert LONG in too_long.text
    kept = clerk.post(one, data={"introduction": "Dag {naam}.", "do": "keep", "version": "0"})
    assert (kept.status_code, kept.location) == (303, address)
    assert "Eigen woorden" in clerk.get(address).text
    with runtime.read() as session:
        row = session.scalars(select(PaperText)).one()
        assert (row.introduction, row.closing, row.footer) == ("Dag {naam}.", "", None)
        assert [entry.verb for entry in history(session, "body", world.body_id)][:1] == ["paper_words_set"]
    assert clerk.post(f"{one}/usual", data={"version": "1"}).status_code == 303
    assert "Geachte {naam}," in clerk.get(one).text


def test_of_two_clerks_the_second_sees_both_wordings(as_someone: AsSomeone, world: World) -> None:
    clerk, one = as_someone("clerk"), f"/bodies/{world.body_id}/paper-words/agenda/en"
    assert clerk.post(one, data={"introduction": "De eerste.", "version": "0"}).status_code == 303
    late = clerk.post(one, data={"introduction": "De tweede.", "version": "0"})
    assert late.status_code == 409
    assert "De eerste." in late.text
    assert "De tweede." in late.text
    found = re.search(r'name="version" type="hidden" value="(\d+)"', late.text)
    assert found
    again = clerk.post(one, data={"introduction": "De tweede.", "version": found[1]})
    assert again.status_code == 303


def test_only_who_works_for_the_body_sets_its_words(as_someone: AsSomeone, world: World) -> None:
    address = f"/bodies/{world.body_id}/paper-words"
    for who, status in (("reader", 403), ("Wethouder Leiden 1", 403), ("outsider", 404)):
        client = as_someone(who)
        assert client.get(address).status_code == status
        assert client.post(f"{address}/agenda/nl", data={"introduction": "x"}).status_code == status
        assert client.post(f"{address}/agenda/nl/usual").status_code == status
    assert as_someone("clerk").get(f"{address}/brief/nl").status_code == 404


def test_the_list_is_adopted_in_a_later_meeting_and_that_can_be_taken_back(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held, clock: StandingClock
) -> None:
    with runtime.work() as session:
        clock.at = VALENTINE
        later = later_meeting(session, world, VALENTINE.replace(month=3, day=21)).id
    clock.at = VALENTINE.replace(month=3, day=22)
    clerk, address = as_someone("clerk"), f"/meetings/{held.meeting}"
    assert "Overleg in maart, 21 maart 2019" in clerk.get(f"{address}/outgoing").text
    too_long = clerk.post(f"{address}/decision-list/adopt", data={"adopted_in": later, "changes": LONG})
    assert too_long.status_code == 422
    assert LONG in too_long.text
    adopted = clerk.post(
        f"{address}/decision-list/adopt", data={"adopted_in": later, "changes": "Een komma."}
    )
    assert adopted.status_code == 303
    page = clerk.get(f"{address}/outgoing").text
    assert "op 21 maart 2019, in Overleg in maart" in page
    assert "Een komma." in page
    assert "heeft vastgelegd dat de besluitenlijst is vastgesteld" in clerk.get(address).text
    assert clerk.post(f"{address}/decision-list/adopt", data={"adopted_in": later}).status_code == 409
    assert as_someone("reader").post(f"{address}/decision-list/take-back").status_code == 403
    assert clerk.post(f"{address}/decision-list/take-back", data={"version": "2"}).status_code == 409
    assert clerk.post(f"{address}/decision-list/take-back", data={"version": "1"}).status_code == 303
    assert "De lijst is een concept" in clerk.get(f"{address}/outgoing").text
