"""The links in the letter and one's own page: looking changes nothing, one POST does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.meetings.model import Meeting
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.model import Resting
from agenda.reminders.resting import LINK_LIVES
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import confirmed, put_on_agenda, topic
from tests.reminders.post import remind, tell
from tests.world import START, StandingClock, World

A_WEEK_BEFORE = datetime.fromisoformat("2019-02-07T08:30:00+01:00")
THE_DAY_AFTER = datetime.fromisoformat("2019-02-15T08:30:00+01:00")
ALDERMAN, OTHER = "Wethouder Leiden 1", "Wethouder Leiden 2"


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A meeting on 14 February of which everyone was told, in a body with the usual rules."""
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world, "<script>alert(1)</script>"))
        item.lead_id = world.people[ALDERMAN]
    tell(runtime)
    return meeting.id


def link(text: str) -> str:
    """Give the last link by which a line is put to rest."""
    return re.findall(r"http://localhost(/reminder/\S+)", text)[-1]


def resting(runtime: Runtime) -> list[tuple[int, str, str]]:
    with runtime.read() as session:
        return [(one.person_id, one.kind, one.subject_kind) for one in session.scalars(select(Resting))]


def test_looking_at_the_link_changes_nothing_and_a_press_of_a_button_does(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    address = link(remind(runtime, world)[ALDERMAN])
    for _ in range(3):
        page = client.get(address)
        assert page.status_code == 200
        assert client.head(address).status_code == 200
        assert client.get(f"{address}/off").status_code == 303
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert resting(runtime) == []
    answer = client.post(address, data={"rest": "three_days"})
    assert (answer.status_code, answer.location) == (303, address)
    assert resting(runtime) == [(world.people[ALDERMAN], rules.NO_ANSWER, "meeting")]
    assert "10 februari 2019" in client.get(address).text
    client.post(f"{address}/wake")
    assert resting(runtime) == []


def test_the_page_repeats_the_line_of_the_letter_and_tells_no_more_than_that(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    letter = remind(runtime, world)[ALDERMAN]
    address = link(letter)
    line = [one for one in letter.splitlines() if one.startswith("- ")][-1].removeprefix("- ")
    assert "donderdag 14 februari 2019" in line
    assert line in client.get(address).text
    # Whoever has only the link does not read by it what became of the meeting.
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        meeting.title, meeting.venue = "Crisisberaad", "Kasteel Oud-Poelgeest"
    page = client.get(address).text
    assert line in page
    assert "Crisisberaad" not in page
    assert "Oud-Poelgeest" not in page
    # Nor when it was put to rest; and without the letter the kind alone is left.
    client.post(address, data={"rest": "never"})
    assert line in client.get(address).text
    with runtime.work() as session:
        for one in session.scalars(select(Letter)):
            one.content = b""
    page = client.get(address)
    assert page.status_code == 200
    assert line not in page.text


def test_each_link_repeats_its_own_line(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    with runtime.work() as session:
        for title in ("Warmtenet", "Studentenhuisvesting"):
            waits = topic(session, world, title)
            waits.created_at, waits.deadline = START, (A_WEEK_BEFORE + timedelta(days=14)).date()
    clock.at = A_WEEK_BEFORE
    letter = remind(runtime, world)["secretary"]
    for title, other in (("Warmtenet", "Studentenhuisvesting"), ("Studentenhuisvesting", "Warmtenet")):
        address = link(letter[letter.index(f"- {title}") :].split("\r\n- ")[0])
        page = client.get(address).text
        assert title in page
        assert other not in page
        # A link is the same in capitals.
        assert title in client.get(f"/reminder/{address.removeprefix('/reminder/').upper()}").text


def test_a_mail_program_unsubscribes_by_one_post_without_a_page(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    address = link(remind(runtime, world)[ALDERMAN])
    # Without a form of ours there is no token against forgery: the address itself is the secret.
    client.application.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(f"{address}/off", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert client.post(address, data={"rest": "never"}).status_code == 400
    client.application.config["WTF_CSRF_ENABLED"] = False
    kinds = {
        kind
        for person, kind, subject in resting(runtime)
        if (person, subject) == (world.people[ALDERMAN], "")
    }
    assert rules.NO_ANSWER in kinds
    assert {person for person, _, _ in resting(runtime)} == {world.people[ALDERMAN]}
    # Again is harmless, also after it was put back on.
    client.post(f"{address}/off")
    assert len(resting(runtime)) == len(kinds)


@pytest.mark.parametrize("token", ["a" * 32, "../profile", "x" * 2000])
def test_a_link_that_was_guessed_leads_nowhere(
    runtime: Runtime, client: FlaskClient, meeting_id: int, token: str
) -> None:
    assert client.get(f"/reminder/{token}").status_code == 404
    assert client.post(f"/reminder/{token}/off").status_code == 404
    assert resting(runtime) == []


def test_a_link_is_of_one_person_and_one_thing_and_ends(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    post = remind(runtime, world)
    addresses = {link(text) for text in post.values()}
    assert len(addresses) == len(post)
    client.post(link(post[ALDERMAN]), data={"rest": "kind"})
    assert {person for person, _, _ in resting(runtime)} == {world.people[ALDERMAN]}
    assert ALDERMAN not in client.get(link(post[OTHER])).text
    clock.at = A_WEEK_BEFORE + LINK_LIVES + timedelta(minutes=1)
    assert client.get(link(post[ALDERMAN])).status_code == 404


def test_what_is_no_choice_is_refused(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    address = link(remind(runtime, world)[ALDERMAN])
    for given in ({}, {"rest": "onzin"}, {"rest": "<script>"}):
        assert client.post(address, data=given).status_code == 422
    assert resting(runtime) == []


def test_the_last_one_who_hears_of_a_duty_is_warned_first(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, meeting_id: int
) -> None:
    clock.at = THE_DAY_AFTER
    post = remind(runtime, world)
    assert client.post(link(post["clerk"]), data={"rest": "never"}).status_code == 303
    address = link(post["secretary"])
    asked = client.post(address, data={"rest": "never"})
    assert asked.status_code == 409
    assert "U bent de enige die dit nog hoort" in asked.text
    assert len(resting(runtime)) == 1
    # Putting it off for a while needs no warning.
    assert client.post(address, data={"rest": "three_days"}).status_code == 303
    assert client.post(address, data={"rest": "never", "sure": "1"}).status_code == 303
    assert len(resting(runtime)) == 2


def test_titles_and_names_are_never_markup_on_these_pages_nor_in_the_letter(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone, meeting_id: int
) -> None:
    with runtime.work() as session:
        session.get_one(Meeting, meeting_id).title = "<script>alert(2)</script>"
    clock.at = A_WEEK_BEFORE
    address = link(remind(runtime, world)[ALDERMAN])
    with runtime.read() as session:
        found = session.scalars(select(Letter).where(Letter.kind == "reminders")).all()
        letters = [
            message_from_bytes(one.content, policy=policy.default).get_body(("html",)) for one in found
        ]
    assert letters
    assert not any("<script>alert" in one.get_content() for one in letters if one is not None)
    assert "<script>alert" not in as_someone(ALDERMAN).get(address).text
    assert "<script>alert" not in as_someone(ALDERMAN).get("/profile/reminders").text
    assert "<script>alert" not in as_someone("secretary").get(f"/meetings/{meeting_id}/reminders").text


def test_ones_own_page_shows_what_rests_and_puts_it_back_on(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    address = link(remind(runtime, world)[ALDERMAN])
    client = as_someone(ALDERMAN)
    client.post(address, data={"rest": "never"})
    page = client.get("/profile/reminders").text
    assert "niet meer over één ding" in page
    (wake,) = re.findall(r"/profile/reminders/resting/\d+/wake", page)
    assert as_someone(OTHER).post(wake).status_code == 404
    assert client.post(wake).status_code == 303
    assert resting(runtime) == []


def test_hour_and_leave_are_chosen_and_faults_keep_what_was_typed(
    runtime: Runtime, world: World, as_someone: AsSomeone, meeting_id: int
) -> None:
    client = as_someone(ALDERMAN)
    assert client.post("/profile/reminders/hour", data={"hour-hour": "6"}).status_code == 303
    assert '<option selected value="6">' in client.get("/profile/reminders").text
    assert client.post("/profile/reminders/hour", data={"hour-hour": "3"}).status_code == 422
    late = client.post("/profile/reminders/hour", data={"hour-hour": "9", "hour-version": "0"})
    assert late.status_code == 409
    days = {"leave-first_day": "2019-03-08", "leave-last_day": "2019-03-01"}
    refused = client.post("/profile/reminders/leave", data=days)
    assert refused.status_code == 422
    assert 'value="2019-03-08"' in refused.text
    assert "De laatste dag valt vóór de eerste" in refused.text
    days["leave-last_day"] = "2019-03-15"
    assert client.post("/profile/reminders/leave", data=days).status_code == 303
    (end,) = re.findall(r"/profile/reminders/leave/\d+/end", client.get("/profile/reminders").text)
    assert as_someone(OTHER).post(end).status_code == 404
    assert client.post(end).status_code == 303


def test_the_ledger_of_a_meeting_says_who_and_why_not(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    address = link(remind(runtime, world)[ALDERMAN])
    client = as_someone("secretary")
    client.post(address, data={"rest": "never"})
    page = client.get(f"/meetings/{meeting_id}/reminders?part=not&person={world.people[ALDERMAN]}").text
    assert "de ontvanger wil hier niets meer over horen" in page
    went = client.get(f"/meetings/{meeting_id}/reminders?part=went&person={world.people[OTHER]}").text
    assert "de mail wacht" in went
    assert re.search(r"/letters/\d+", went)
    assert client.get(f"/meetings/{meeting_id}/reminders?part=onzin&person=abc").status_code == 200
    for who, status in (("clerk", 403), (ALDERMAN, 403), ("outsider", 404)):
        assert as_someone(who).get(f"/meetings/{meeting_id}/reminders").status_code == status
