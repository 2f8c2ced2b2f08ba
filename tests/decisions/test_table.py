"""The console at the table: notes that nobody loses, outcomes, and the screen that all look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.runtime import Runtime
from agenda.decisions.model import Decision, DecisionKind
from agenda.meetings import agenda_final, agenda_late
from agenda.meetings.model import AgendaItem, Attendee, ItemOutcome, Meeting
from agenda.meetings.table_model import ItemTime, Presence, TableNote
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of as topic_state
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import AFTER, VALENTINE, confirmed, put_on_agenda, topic
from tests.world import StandingClock, World

JSON = {"Accept": "application/json"}
SECRET = "De grondprijs van Oud-Leiden"


@dataclass(frozen=True)
class At:
    """A meeting that began ten minutes ago, with three topics; the second behind closed doors."""

    id: int
    items: tuple[int, int, int]
    opening: int

    @property
    def url(self) -> str:
        return f"/meetings/{self.id}/table"

    def item(self, number: int, do: str) -> str:
        return f"{self.url}/items/{self.items[number]}/{do}"


@pytest.fixture
def at(runtime: Runtime, world: World, clock: StandingClock) -> At:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        titles = ("Warmterotonde", SECRET, "Van der Ven, Zoë: woonagenda")
        items = [put_on_agenda(session, meeting, topic(session, world, title)) for title in titles]
        items[1].closed, items[1].requested_decision = True, "Bieden op de grond."
        made = At(meeting.id, tuple(item.id for item in items), meeting.items[0].id)
    clock.at = VALENTINE
    clock.wind(minutes=10)
    return made


def note(version: int = 0, **given: str) -> dict[str, str]:
    return {"version": str(version), "outcome": "", "decision": "", "remarks": "", **given}


def noted(runtime: Runtime) -> list[tuple[Any, ...]]:
    with runtime.read() as session:
        query = select(TableNote).order_by(TableNote.item_id)
        return [(one.outcome, one.decision, one.remarks, one.version) for one in session.scalars(query)]


def decisions(runtime: Runtime) -> list[tuple[str, DecisionKind, int | None]]:
    with runtime.read() as session:
        query = select(Decision).order_by(Decision.position)
        return [(one.text, one.kind, one.agenda_item_id) for one in session.scalars(query)]


def outcome_of(runtime: Runtime, item: int) -> tuple[ItemOutcome | None, str]:
    with runtime.read() as session:
        found = session.get_one(AgendaItem, item)
        return found.outcome, found.outcome_text


def test_notes_are_saved_bit_by_bit_and_change_nothing_else(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    first = clerk.post(at.item(0, "note"), data=note(outcome="decided", change="a"), headers=JSON)
    assert first.json == {"version": 1, "saved": "15.40 uur"}
    second = clerk.post(
        at.item(0, "note"),
        data=note(1, outcome="decided", decision="Wij doen het.", change="b"),
        headers=JSON,
    )
    assert second.json == {"version": 2, "saved": "15.40 uur"}
    assert noted(runtime) == [(ItemOutcome.DECIDED, "Wij doen het.", "", 2)]
    assert outcome_of(runtime, at.items[0]) == (None, "")
    assert decisions(runtime) == []
    with runtime.read() as session:
        verbs = {entry.verb for entry in history(session, "meeting", at.id)}
    assert "outcome_recorded" not in verbs


def test_a_change_that_is_sent_once_more_after_a_lost_answer_is_not_made_twice(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    sent = note(remarks="Eén keer.", change="a")
    for _ in range(3):
        answer = clerk.post(at.item(0, "note"), data=sent, headers=JSON)
        assert (answer.status_code, answer.json["version"]) == (200, 1)
    assert noted(runtime) == [(None, "", "Eén keer.", 1)]


def test_of_two_who_note_the_same_item_neither_text_is_lost(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk, secretary = as_someone("clerk"), as_someone("secretary")
    clerk.post(at.item(0, "note"), data=note(decision="Van de adviseur.", change="a"), headers=JSON)
    sent = note(decision="Van de <b>secretaris</b>.", outcome="noted", change="b")
    late = secretary.post(at.item(0, "note"), data=sent, headers=JSON)
    assert late.status_code == 409
    assert late.json["code"] == "changed_meanwhile"
    assert late.json["theirs"] == {"outcome": "", "decision": "Van de adviseur.", "remarks": ""}
    for text in ("Van de adviseur.", "Van de &lt;b&gt;secretaris&lt;/b&gt;.", "Ter kennis genomen", "clerk"):
        assert text in late.json["html"]
    assert noted(runtime) == [(None, "Van de adviseur.", "", 1)]
    again = secretary.post(
        at.item(0, "note"), data=sent | {"version": str(late.json["version"])}, headers=JSON
    )
    assert again.status_code == 200
    page = secretary.post(at.item(0, "note"), data=note(1, decision="Van een derde."))
    assert page.status_code == 409
    for text in ("Van een derde.", "Van de &lt;b&gt;secretaris&lt;/b&gt;.", "Intussen gewijzigd"):
        assert text in page.text


def test_one_notes_while_the_other_moves_the_table(as_someone: AsSomeone, runtime: Runtime, at: At) -> None:
    clerk, secretary = as_someone("clerk"), as_someone("secretary")
    assert secretary.post(at.item(0, "treat"), data={"seen": "0"}).status_code == 303
    clerk.post(at.item(0, "note"), data=note(decision="Terwijl", change="a"), headers=JSON)
    with runtime.read() as session:
        seen = session.scalars(select(ItemTime.id)).one()
    assert secretary.post(at.item(2, "treat"), data={"seen": str(seen)}).status_code == 303
    late = clerk.post(at.item(1, "treat"), data={"seen": str(seen)})
    assert late.status_code == 409
    assert "net voor u" in late.text
    answer = clerk.post(
        at.item(0, "note"), data=note(1, decision="Terwijl u verder ging.", change="b"), headers=JSON
    )
    assert answer.status_code == 200
    page = clerk.get(at.url).text
    assert "7. Van der Ven, Zoë: woonagenda" in page
    assert "Terwijl u verder ging." in clerk.get(f"{at.url}?item={at.items[0]}").text


def test_recording_makes_the_outcome_and_the_decision_and_mends_both(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk, item = as_someone("clerk"), at.items[0]
    sent = note(outcome="agreed", decision="Wij bouwen samen.", remarks="Kort besproken.")
    assert clerk.post(at.item(0, "record"), data=sent).status_code == 303
    assert outcome_of(runtime, item) == (ItemOutcome.AGREED, "")
    assert decisions(runtime) == [("Wij bouwen samen.", DecisionKind.AGREEMENT, item)]
    clerk.post(at.item(0, "record"), data=note(1, outcome="decided", decision="Wij bouwen."))
    # The row's version rose once more when the recorded words were kept with it.
    assert decisions(runtime) == [("Wij bouwen samen.", DecisionKind.AGREEMENT, item)]
    version = noted(runtime)[0][3]
    clerk.post(at.item(0, "record"), data=note(version, outcome="decided", decision="Wij bouwen."))
    assert decisions(runtime) == [("Wij bouwen.", DecisionKind.DECISION, item)]
    version = noted(runtime)[0][3]
    clerk.post(at.item(0, "record"), data=note(version, outcome="deferred", decision="Eerst een raming."))
    assert decisions(runtime) == []
    assert outcome_of(runtime, item) == (ItemOutcome.DEFERRED, "Eerst een raming.")
    with runtime.read() as session:
        told = [(entry.verb, entry.after) for entry in history(session, "table", at.id)]
        assert topic_state(session.scalars(select(Topic).order_by(Topic.id)).first()) is TopicState.DEFERRED
    assert ("remarks_noted", {"number": "5", "remarks": "Kort besproken."}) in told


def test_an_outcome_can_be_taken_back_with_its_decision_while_the_notes_stay(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    clerk.post(at.item(0, "record"), data=note(outcome="decided", decision="Wij doen het."))
    with runtime.read() as session:
        version = session.get_one(AgendaItem, at.items[0]).version
    assert clerk.post(at.item(0, "take-back"), data={"version": str(version - 1)}).status_code == 409
    assert clerk.post(at.item(0, "take-back"), data={"version": str(version)}).status_code == 303
    assert outcome_of(runtime, at.items[0]) == (None, "")
    assert decisions(runtime) == []
    assert noted(runtime)[0][:2] == (ItemOutcome.DECIDED, "Wij doen het.")
    with runtime.read() as session:
        assert topic_state(session.scalars(select(Topic).order_by(Topic.id)).first()) is TopicState.PLANNED


def test_a_decision_that_was_changed_on_the_page_of_outcomes_is_not_overwritten_from_the_table(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    clerk.post(at.item(0, "record"), data=note(outcome="decided", decision="Wij doen het."))
    with runtime.work() as session:
        session.scalars(select(Decision)).one().text = "Elders verbeterd."
    version = noted(runtime)[0][3]
    late = clerk.post(at.item(0, "record"), data=note(version, outcome="decided", decision="Van de tafel."))
    assert late.status_code == 409
    assert "Van de tafel." in late.text
    assert [text for text, *_ in decisions(runtime)] == ["Elders verbeterd."]


def test_nothing_is_recorded_without_an_outcome_or_before_the_meeting_began(
    as_someone: AsSomeone, runtime: Runtime, at: At, clock: StandingClock
) -> None:
    clerk = as_someone("clerk")
    open_still = clerk.post(at.item(0, "record"), data=note(decision="Nog niets."))
    assert open_still.status_code == 422
    assert "Nog niets." in open_still.text
    clock.wind(days=-1)
    assert clerk.post(at.item(0, "note"), data=note(decision="Voorbereid.")).status_code == 303
    early = clerk.post(at.item(0, "record"), data=note(1, outcome="decided", decision="Te vroeg."))
    assert early.status_code == 409
    assert "Te vroeg." in early.text
    assert "Noteren aan tafel kan nog niet" in clerk.get(at.url).text
    assert outcome_of(runtime, at.items[0]) == (None, "")
    opening = f"{at.url}/items/{at.opening}/note"
    assert clerk.post(opening, data=note(decision="Bij de opening.")).status_code == 422
    assert clerk.post(opening, data=note(remarks="Welkom.")).status_code == 303


def test_five_thousand_characters_fit_and_one_more_is_refused_with_the_text_kept(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    assert clerk.post(at.item(0, "note"), data=note(decision="é" * 5000)).status_code == 303
    too_long = clerk.post(at.item(0, "note"), data=note(1, decision="é" * 5001), headers=JSON)
    assert too_long.status_code == 422
    assert "5000" in too_long.json["title"]
    assert "é" * 5001 in clerk.post(at.item(0, "note"), data=note(1, decision="é" * 5001)).text
    assert clerk.post(at.item(0, "note"), data=note(1, outcome="eens"), headers=JSON).status_code == 422
    assert noted(runtime)[0][1] == "é" * 5000


def test_a_closed_meeting_keeps_its_notes_and_takes_no_more(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    clerk.post(at.item(0, "note"), data=note(remarks="Bewaard."))
    with runtime.work() as session:
        session.get_one(Meeting, at.id).closed_at = AFTER
    page = clerk.get(f"{at.url}?item={at.items[0]}").text
    assert "Bewaard." in page
    assert "<textarea" not in page
    answer = clerk.post(at.item(0, "note"), data=note(1, remarks="Te laat."), headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "meeting_closed")


def test_who_is_there_stands_on_the_page_of_the_meeting(
    as_someone: AsSomeone, runtime: Runtime, at: At, clock: StandingClock
) -> None:
    clerk = as_someone("clerk")
    with runtime.read() as session:
        meeting = session.get_one(Meeting, at.id)
        ids = {one.person.name: one.id for one in meeting.attendees}
    presence = f"{at.url}/presence"
    clerk.post(f"{presence}/{ids['Burgemeester Leiden']}", data={"do": "arrive"})
    hours = {"row": ["", ""], "arrived": ["15:30", ""], "left": ["15:36", ""], "seen": "none"}
    assert clerk.post(f"{presence}/{ids['Wethouder Leiden 1']}/hours", data=hours).status_code == 303
    wrong = clerk.post(
        f"{presence}/{ids['Wethouder Leiden 2']}/hours",
        data={"row": "", "arrived": "half vier", "left": "", "seen": "none"},
    )
    assert wrong.status_code == 422
    assert "half vier" in wrong.text
    clock.wind(hours=3)
    page = re.sub(r"\s+", " ", as_someone("Wethouder Leiden 2").get(f"/meetings/{at.id}").text)
    assert "Aanwezig: Burgemeester Leiden (vanaf 15.40 uur), Wethouder Leiden 1 (tot 15.36 uur)" in page
    assert "Afwezig: Wethouder Leiden 2" in page
    with runtime.read() as session:
        assert len(session.scalars(select(Presence)).all()) == 2


def test_the_big_screen_shows_what_everybody_in_the_room_may_see(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    screen = f"/meetings/{at.id}/present"
    clerk = as_someone("clerk")
    assert "nog niet begonnen" in clerk.get(screen).text
    clerk.post(at.item(0, "treat"))
    page = clerk.get(screen).text
    assert "Warmterotonde" in page
    assert "6. Besloten agendapunt" in re.sub(r"\s+", " ", page)
    clerk.post(at.item(1, "treat"))
    for who in ("clerk", "Wethouder Leiden 1", "reader", "administrator"):
        page = as_someone(who).get(screen).text
        assert "Besloten agendapunt" in page
        assert SECRET not in page
        assert "Bieden op de grond" not in page
    assert SECRET in clerk.get(at.url).text
    for who in ("outsider", "stranger"):
        assert as_someone(who).get(screen).status_code == 404


def test_what_is_noted_of_a_closed_item_stands_nowhere_that_a_reader_looks(
    as_someone: AsSomeone, runtime: Runtime, at: At
) -> None:
    clerk = as_someone("clerk")
    sent = note(outcome="deferred", remarks="Bod van drie miljoen.")
    clerk.post(at.item(1, "record"), data=sent)
    clerk.post(at.item(1, "treat"))
    clerk.post(at.item(1, "take-back"))
    with runtime.read() as session:
        verbs = {entry.verb for entry in history(session, "meeting", at.id)}
        names = [entry.after for entry in history(session, "meeting", at.id, most=1)]
    assert "outcome_taken_back" in verbs
    assert names == [{"item": "Besloten agendapunt", "outcome": None}]
    reader = as_someone("reader")
    for address in (f"/meetings/{at.id}", f"/meetings/{at.id}/present"):
        assert "miljoen" not in reader.get(address).text
    assert "Bod van drie miljoen." in clerk.get(at.url).text


def test_the_way_to_the_table_is_shown_to_who_goes_there(
    as_someone: AsSomeone, at: At, clock: StandingClock
) -> None:
    page = f"/meetings/{at.id}"
    assert at.url in as_someone("clerk").get(page).text
    assert at.url not in as_someone("reader").get(page).text
    assert f"{page}/present" in as_someone("reader").get(page).text
    clock.wind(days=-2)
    assert at.url in as_someone("clerk").get(page).text
    assert f"{page}/present" not in as_someone("reader").get(page).text


def test_a_person_of_another_meeting_keeps_out_of_nothing_here(
    as_someone: AsSomeone, runtime: Runtime, world: World, at: At
) -> None:
    with runtime.work() as session:
        other = confirmed(session, world)
        elsewhere = session.scalars(select(Attendee.id).where(Attendee.meeting_id == other.id)).first()
    clerk = as_someone("clerk")
    answers = [
        clerk.post(at.item(0, "recusal"), data={"attendee": str(elsewhere), "why": "Belang"}),
        clerk.post(at.item(0, "recusal"), data={"attendee": "99999"}),
        clerk.post(f"{at.url}/presence/{elsewhere}", data={"do": "arrive"}),
        clerk.get(f"{at.url}/presence/{elsewhere}/hours"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_the_console_asks_as_many_queries_for_thirty_items_as_for_three(
    as_someone: AsSomeone, runtime: Runtime, world: World, at: At
) -> None:
    clerk = as_someone("clerk")
    clerk.post(at.item(0, "treat"))
    clerk.post(at.item(0, "note"), data=note(remarks="Eén."))
    clerk.get(at.url)

    def queries() -> int:
        with Statements(runtime) as counted:
            clerk.get(at.url)
        return counted.number

    few = queries()
    with runtime.work() as session:
        meeting = session.get_one(Meeting, at.id)
        for number in range(27):
            item = put_on_agenda(session, meeting, topic(session, world, f"Onderwerp {number}"))
            session.add(TableNote(item=item, saved_at=AFTER, saved_by="clerk", remarks="Iets."))
    assert queries() == few


def test_what_was_withdrawn_before_the_meeting_stays_so_at_the_table(
    as_someone: AsSomeone, runtime: Runtime, world: World, at: At, clock: StandingClock
) -> None:
    with runtime.work() as session:
        item = session.get_one(AgendaItem, at.items[0])
        by = world.by(session, "clerk")
        agenda_final.finalise(session, item.meeting, by, clock())
        agenda_late.withdraw_item(session, item, "Nog niet rijp", by, clock())
        version = item.version
    clerk = as_someone("clerk")
    page = clerk.get(f"{at.url}?item={at.items[0]}").text
    assert "Nog niet rijp" in page
    for do in ("treat", "take-back", "record"):
        assert at.item(0, do) not in page
    assert "Nu behandelen: Warmterotonde" not in page
    for do in ("treat", "take-back"):
        refused = clerk.post(at.item(0, do), data={"version": version}, follow_redirects=True)
        assert "voor het overleg ingetrokken" in refused.text
    assert clerk.post(at.item(0, "note"), data=note(outcome="agreed"), headers=JSON).status_code == 422
    assert f'/outcomes/{at.items[0]}"' not in clerk.get(f"/meetings/{at.id}/outcomes").text
    with runtime.read() as session:
        assert session.get_one(AgendaItem, at.items[0]).outcome is ItemOutcome.WITHDRAWN
