"""A body's rules on screen: in words, tried first, back to the usual; and what to do about a thin agenda."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.meetings.model import Answer, Meeting
from agenda.people.model import Body
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.history_standing import spells_of
from agenda.reminders.model import ReminderRule, SwitchedOff
from agenda.reminders.preview_rules import would_have_gone
from agenda.topics.actions import assign_lead
from agenda.topics.model import Topic, Treatment
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import VALENTINE, confirmed, put_on_agenda, topic
from tests.reminders.post import tell
from tests.support.crowd import crowd
from tests.world import START, StandingClock, World

AFTER = datetime.fromisoformat("2019-02-20T12:00:00+01:00")
LONG_AGO = START - timedelta(days=1)


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A meeting on 14 February of which everyone was told, in a body with the usual rules."""
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        meeting = confirmed(session, world)
    tell(runtime)
    return meeting.id


def rule(runtime: Runtime, kind: str) -> ReminderRule:
    with runtime.read() as session:
        found = session.scalars(select(ReminderRule).where(ReminderRule.kind == kind)).one()
        session.expunge(found)
        return found


def section(page: str, title: str) -> str:
    """Give the part of the page about one rule."""
    found = re.search(rf'<section class="lr-rule"[^>]*><h3[^>]*>{title}.*?</section>', page, re.S)
    assert found, title
    return re.sub(r"\s+", " ", found[0])


def test_a_rule_is_read_in_words(as_someone: AsSomeone, world: World, meeting_id: int) -> None:
    page = as_someone("reader").get(f"/bodies/{world.body_id}/reminders").text
    assert "7 en 2 dagen ervoor" in section(page, "Uw antwoord wordt verwacht")
    assert "3 dagen ervoor, op de dag zelf en 3 dagen erna" in section(page, "Besluitenlijst")
    assert "1 dag ervoor" in section(page, "Aanstaand overleg")
    assert "1 en 4 dagen erna" in section(page, "Nog niets te lezen")
    assert "90 en 180 dagen erna" in section(page, "Onderwerpen die stilliggen")
    assert "onder 50% gevuld" in section(page, "Dunne agenda")
    assert "<form" not in section(page, "Dunne agenda")
    for group in ("Voor een overleg", "Na een overleg", "Het gremium zelf"):
        assert f">{group}</h2>" in page


def test_every_rule_stands_on_the_page(as_someone: AsSomeone, world: World, meeting_id: int) -> None:
    page = as_someone("secretary").get(f"/bodies/{world.body_id}/reminders").text
    assert page.count('class="lr-rule"') == len(rules.KINDS)


def test_who_changed_a_rule_last_stands_there_and_it_goes_back_to_the_usual(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    client, found = as_someone("secretary"), rule(runtime, rules.NO_ANSWER)
    address, name = f"/bodies/{world.body_id}/reminders", f"rule{found.id}"
    assert "Terug naar gebruikelijk" not in section(client.get(address).text, "Uw antwoord wordt verwacht")
    client.post(f"{address}/{found.id}", data={f"{name}-days": "-4", f"{name}-enabled": "y"})
    shown = section(client.get(address).text, "Uw antwoord wordt verwacht")
    assert "4 dagen ervoor" in shown
    assert "Laatst gewijzigd door secretary" in shown
    assert "daarvoor: 7 en 2 dagen ervoor." in shown
    assert "Terug naar gebruikelijk" in shown
    seen = {"version": str(rule(runtime, rules.NO_ANSWER).version)}
    assert client.post(f"{address}/{found.id}/usual", data=seen).status_code == 303
    assert rule(runtime, rules.NO_ANSWER).days == [-7, -2]


def test_going_back_to_the_usual_of_what_somebody_else_changed_is_refused(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    client, found = as_someone("secretary"), rule(runtime, rules.NO_ANSWER)
    address, name = f"/bodies/{world.body_id}/reminders/{found.id}", f"rule{found.id}"
    seen = str(found.version)
    client.post(address, data={f"{name}-days": "-4", f"{name}-version": seen})
    late = client.post(f"{address}/usual", data={"version": seen})
    assert late.status_code == 409
    assert rule(runtime, rules.NO_ANSWER).days == [-4]


@pytest.mark.parametrize(("share", "status", "kept"), [("30", 303, 30), ("0", 422, 50), ("101", 422, 50)])
def test_the_share_of_a_thin_agenda_is_between_one_and_a_hundred(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int, share: str, status: int, kept: int
) -> None:
    found = rule(runtime, rules.THIN_AGENDA)
    given = {f"rule{found.id}-days": "-10", f"rule{found.id}-share": share, f"rule{found.id}-enabled": "y"}
    answer = as_someone("secretary").post(f"/bodies/{world.body_id}/reminders/{found.id}", data=given)
    assert answer.status_code == status
    assert rule(runtime, rules.THIN_AGENDA).share == kept
    if status == 422:
        assert f'value="{share}"' in answer.text
        assert "tussen 1 en 100 procent" in answer.text


def preview_of(page: str, kind: str) -> list[tuple[str, str, str]]:
    """Read what would have gone of one kind: week, number and names."""
    found = re.search(rf'<section aria-labelledby="kind-{kind}">.*?</section>', page, re.S)
    if found is None:
        return []
    row = r'<th scope="row"[^>]*>([^<]+)</th><td[^>]*>(\d+)</td><td[^>]*>([^<]*)</td>'
    return re.findall(row, found[0])


def test_the_preview_tells_by_week_who_would_have_been_asked_for_an_answer(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    with runtime.work() as session:
        for attendee in session.get_one(Meeting, meeting_id).attendees:
            if attendee.person_id != world.people["Wethouder Leiden 1"]:
                attendee.answer, attendee.answered_revision = Answer.ACCEPTED, attendee.meeting.revision
                # All the others answered between the two reminders.
                attendee.answered_at = VALENTINE - timedelta(days=4)
    clock.at = AFTER
    page = as_someone("secretary").get(f"/bodies/{world.body_id}/reminders/preview").text
    first, second = preview_of(page, rules.NO_ANSWER)
    assert first[:2] == ("4 februari 2019", "17")
    assert second == ("11 februari 2019", "1", "Wethouder Leiden 1")


def test_a_rule_is_tried_as_it_was_typed_and_nothing_is_changed(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = AFTER
    client, found = as_someone("secretary"), rule(runtime, rules.NO_ANSWER)
    address, name = f"/bodies/{world.body_id}/reminders/{found.id}", f"rule{found.id}"
    typed = {f"{name}-days": "-14, -7, -2", f"{name}-enabled": "y", f"{name}-version": str(found.version)}
    page = client.post(f"{address}/preview", data=typed).text
    assert [week for week, *_ in preview_of(page, rules.NO_ANSWER)] == [
        "28 januari 2019",
        "4 februari 2019",
        "11 februari 2019",
    ]
    assert rule(runtime, rules.NO_ANSWER).days == [-7, -2]
    hidden = re.findall(rf'name="({name}-\w+)" (?:type="hidden" )?value="([^"]*)"', page)
    assert client.post(address, data=dict(hidden)).status_code == 303
    assert rule(runtime, rules.NO_ANSWER).days == [-14, -7, -2]


def test_a_rule_that_is_off_would_have_sent_nothing(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = AFTER
    client, found = as_someone("secretary"), rule(runtime, rules.NO_ANSWER)
    address = f"/bodies/{world.body_id}/reminders/{found.id}/preview"
    assert preview_of(client.post(address, data={f"rule{found.id}-days": "-7"}).text, rules.NO_ANSWER) == []


def test_what_cannot_be_tried_is_shown_with_what_was_typed(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    found = rule(runtime, rules.NO_ANSWER)
    address = f"/bodies/{world.body_id}/reminders/{found.id}/preview"
    answer = as_someone("secretary").post(address, data={f"rule{found.id}-days": "zeven"})
    assert answer.status_code == 422
    assert 'value="zeven"' in answer.text


def test_a_topic_without_lead_counts_until_its_history_names_one(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        about = topic(session, world)
        about.deadline = date(2019, 2, 28)
    clock.at = datetime.fromisoformat("2019-02-01T12:00:00+01:00")
    with runtime.work() as session:
        found = session.get_one(Topic, about.id)
        assign_lead(
            session, found, world.people["Wethouder Leiden 1"], None, world.by(session, "clerk"), clock()
        )
    with runtime.read() as session:
        spells = spells_of(session, world.body(session), AFTER)
        days = {rules.TOPIC_WITHOUT_LEAD: [-42, -14]}
        gone = would_have_gone(spells, days, LONG_AGO, AFTER)
    assert {one.days for one in gone} == {-42}
    assert {one.person_id for one in gone} == {world.people["secretary"], world.people["clerk"]}


def test_a_preview_takes_as_many_queries_for_many_meetings_as_for_few(runtime: Runtime, world: World) -> None:
    def looked() -> tuple[int, int]:
        with runtime.read() as session, Statements(runtime) as counted:
            found = spells_of(session, session.get_one(Body, world.body_id), AFTER)
        return counted.number, len(found)

    with runtime.work() as session:
        crowd(session, world, topics=20, meetings=30)
    few, some = looked()
    with runtime.work() as session:
        crowd(session, world, topics=80, meetings=90)
    many, more = looked()
    assert more > some
    assert many == few


def thin(client: FlaskClient, meeting_id: int) -> str:
    return re.sub(r"\s+", " ", client.get(f"/meetings/{meeting_id}/thin").text)


def test_the_page_of_a_thin_agenda_leads_to_each_way_and_does_nothing_itself(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    with runtime.work() as session:
        quick = topic(session, world, "Taalakkoord")
        quick.treatment = Treatment.CONSENT
        put_on_agenda(session, session.get_one(Meeting, meeting_id), quick)
    page = thin(as_someone("secretary"), meeting_id)
    assert "20 van de" in page
    assert f'href="/meetings/{meeting_id}/cancel"' in page
    assert f'href="/planner/meetings/{meeting_id}/merge"' in page
    assert "Taalakkoord" in page
    with runtime.read() as session:
        assert session.get_one(Meeting, meeting_id).cancelled_at is None


def test_leaving_a_thin_agenda_as_it_is_silences_its_reminder(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    client = as_someone("secretary")
    assert client.post(f"/meetings/{meeting_id}/reminders/thin_agenda/off").status_code == 303
    with runtime.read() as session:
        assert session.scalars(select(SwitchedOff.kind)).all() == [rules.THIN_AGENDA]
    assert "Dat is gekozen" in thin(client, meeting_id)


def test_the_clerk_reads_the_ways_and_the_secretary_chooses(as_someone: AsSomeone, meeting_id: int) -> None:
    page = thin(as_someone("clerk"), meeting_id)
    assert "de secretaris kiest" in page
    assert f"/meetings/{meeting_id}/cancel" not in page


def test_a_final_agenda_is_not_called_thin(as_someone: AsSomeone, runtime: Runtime, meeting_id: int) -> None:
    with runtime.work() as session:
        session.get_one(Meeting, meeting_id).agenda_final_at = START
    assert "Deze agenda is niet dun" in thin(as_someone("secretary"), meeting_id)
