"""The secretary opens a poll, follows it, and chooses."""

from __future__ import annotations

import re

import pytest

from agenda.dates.model import Choice
from agenda.steps import tell
from tests.dates.polls.asking import ALDERMAN, MOMENTS, Poll
from tests.meetings.conftest import AsSomeone
from tests.meetings.conftest import as_someone as as_someone
from tests.meetings.counting import Statements
from tests.support.crowd import crowd

OTHER = "Wethouder Oegstgeest 2"
SLOTS = ["2019-02-14T15:30", "2019-02-21T15:30"]


def sent(poll: Poll, **more: object) -> dict[str, object]:
    return {
        "slot": SLOTS,
        "person": [str(poll.world.people[ALDERMAN]), str(poll.world.people[OTHER])],
        "until_day": "2019-01-10",
        "until_hour": "17:00",
        **more,
    }


def address(poll: Poll, path: str = "") -> str:
    return f"/meetings/{poll.meeting_id}/poll{path}"


def test_a_poll_is_opened_with_the_moments_of_the_address_after_what_leaves_was_said(
    poll: Poll, as_someone: AsSomeone
) -> None:
    poll.plan()
    client = as_someone("secretary")
    page = client.get(address(poll, "/new?slot=2019-02-14T15:30&slot=2019-02-21T15:30&slot=x")).text
    assert page.count('name="slot"') == 2
    assert 'value="2018-12-25"' in page
    assert page.count('name="person"') == 17
    assert len(re.findall(r'name="person" value="\d+" checked', page)) == 15
    look = client.post(address(poll, "/new"), data=sent(poll, do="check", holds="y"))
    assert look.status_code == 200
    assert "Er vertrekken 2 brieven." in look.text
    assert "2 personen × 2 momenten = 4 agendablokkades" in look.text
    assert poll.tell() == []
    answer = client.post(address(poll, "/new"), data=sent(poll, do="open"))
    assert (answer.status_code, answer.location) == (303, address(poll))
    assert len(poll.tell()) == 2
    again = client.post(address(poll, "/new"), data=sent(poll, do="open"))
    assert again.status_code == 409
    assert "al een datumprikker open" in again.text


def test_a_moment_is_added_without_anything_being_kept(poll: Poll, as_someone: AsSomeone) -> None:
    poll.plan()
    client = as_someone("secretary")
    page = client.post(address(poll, "/new"), data=sent(poll, do="add", day="2019-03-05", hour="09:00"))
    assert page.status_code == 200
    assert "dinsdag 5 maart 2019, 09.00 – 11.00 uur" in page.text
    assert client.get(address(poll)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"slot": []}, "ten minste één moment"),
        ({"person": []}, "ten minste één persoon"),
        ({"person": ["9" * 5000, "x"]}, "ten minste één persoon"),
        ({"until_day": "2018-01-01"}, "Dat moment is voorbij"),
        ({"until_day": "2019-03-01"}, "na het eerste moment"),
        ({"until_day": ""}, "Vul de dag in"),
        ({"note": "x" * 5_000}, "2000 tekens"),
        ({"day": "2019-03-31", "hour": "02:30"}, "bestaat op die dag niet"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_leaves(
    poll: Poll, as_someone: AsSomeone, changed: dict[str, object], said: str
) -> None:
    poll.plan()
    answer = as_someone("secretary").post(address(poll, "/new"), data=sent(poll, do="open") | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert poll.tell() == []


def test_the_grid_shows_who_said_what_quorum_and_the_best_moment(poll: Poll, as_someone: AsSomeone) -> None:
    poll.open()
    members = [name for name in poll.world.people if name.startswith(("Burg", "Weth"))]
    for name in members:
        poll.vote(1, Choice.YES, name)
    poll.vote(0, Choice.NO, "Wethouder Leiden 1")
    poll.vote(0, Choice.NO, "Wethouder Leiden 2")
    client = as_someone("secretary")
    client.post(poll.link(), data={"remark": "Tot vijf uur."})
    page = client.get(address(poll)).text
    assert "Schikt het best" in page.split('id="moment-2"')[1].split("</li>\n")[0]
    for told in (
        "quorum gehaald",
        "geen quorum",
        "quorum mogelijk",
        "Tot vijf uur.",
        "0 van 15 hebben alles",
    ):
        assert told in page


def test_the_poll_is_changed_from_its_page(poll: Poll, as_someone: AsSomeone) -> None:
    poll.open(people=(ALDERMAN,))
    poll.tell()
    client = as_someone("secretary")
    client.post(address(poll, "/moments"), data={"day": "2019-03-05", "hour": "09:00"})
    client.post(address(poll, f"/moments/{poll.slot_id(0)}/drop"))
    client.post(address(poll, "/deadline"), data={"until_day": "2019-01-15", "until_hour": "12:00"})
    with poll.work() as session:
        attendee = next(
            a.id for a in poll.meeting(session).attendees if a.person_id == poll.world.people[OTHER]
        )
        voter = poll.voter(session).id
    client.post(address(poll, "/voters"), data={"attendee": str(attendee)})
    client.post(address(poll, f"/voters/{voter}/remind"))
    assert "vandaag al herinnerd" in follow(client.post(address(poll, f"/voters/{voter}/remind")), client)
    mails = [*poll.arrived(), *poll.tell()]
    assert [mail.subject.split(":")[0].split(" voor ")[0] for mail in mails] == [
        "Herinnering",
        "Datumprikker gewijzigd",
        "Datumprikker",
    ]
    client.post(address(poll, "/withdraw"), data={"why": "Anders."})
    assert len(poll.tell()) == 2


def follow(answer: object, client: object) -> str:
    return str(client.get(answer.location).text)  # type: ignore[attr-defined]


def test_an_answer_by_telephone_stands_in_the_history_with_who_took_it(
    poll: Poll, as_someone: AsSomeone
) -> None:
    poll.open(people=(ALDERMAN,))
    client = as_someone("secretary")
    with poll.work() as session:
        voter = poll.voter(session).id
    page = address(poll, f"/voters/{voter}")
    assert client.get(page).status_code == 200
    client.post(page, data={f"slot{poll.slot_id(0)}": "yes", f"slot{poll.slot_id(1)}": "no"})
    assert poll.said() == {0: Choice.YES, 1: Choice.NO}
    history = client.get(f"/meetings/{poll.meeting_id}").text
    assert "antwoordde namens iemand op de datumprikker" in history


def test_choosing_says_what_leaves_and_sends_it(poll: Poll, as_someone: AsSomeone) -> None:
    poll.open(people=(ALDERMAN, OTHER), holds=True)
    tell(poll.runtime)
    poll.delivered()
    client = as_someone("secretary")
    choosing = address(poll, f"/moments/{poll.slot_id(0)}/choose")
    page = client.get(choosing).text
    assert "De vergadering wordt gepland op donderdag 14 februari 2019, 15.30 uur." in page
    assert "Er vertrekken 17 uitnodigingen." in page
    assert "6 blokkades verdwijnen" in page
    assert client.post(choosing, data={"do": "send"}).location == f"/meetings/{poll.meeting_id}"
    again = client.post(address(poll, f"/moments/{poll.slot_id(1)}/choose"), data={"do": "send"})
    assert "al een moment gekozen" in client.get(again.location).text
    tell(poll.runtime)
    assert len(poll.delivered()) == 17 + 6
    with poll.work() as session:
        assert poll.meeting(session).starts_at == MOMENTS[0]


def test_without_a_venue_choosing_leads_to_where_it_is_filled_in(poll: Poll, as_someone: AsSomeone) -> None:
    poll.open(people=(ALDERMAN,))
    with poll.work() as session:
        poll.meeting(session).venue = ""
    client = as_someone("secretary")
    choosing = address(poll, f"/moments/{poll.slot_id(0)}/choose")
    page = follow(client.post(choosing, data={"do": "send"}), client)
    assert f"/meetings/{poll.meeting_id}/edit" in page
    with poll.work() as session:
        assert poll.meeting(session).starts_at is None
    assert client.post(choosing, data={"do": "date"}).location == f"/meetings/{poll.meeting_id}"


def test_what_does_not_belong_to_this_poll_leads_nowhere(poll: Poll, as_someone: AsSomeone) -> None:
    poll.open(people=(ALDERMAN,))
    slot = poll.slot_id(0)
    with poll.work() as session:
        voter = poll.voter(session).id
    poll.meeting_id = 0
    poll.open(people=(OTHER,))
    client = as_someone("secretary")
    for path in (f"/moments/{slot}/drop", f"/moments/{slot}/choose", f"/voters/{voter}/remove"):
        assert client.post(address(poll, path)).status_code == 404
    assert client.get(address(poll, f"/voters/{voter}")).status_code == 404


def test_the_grid_asks_as_many_queries_whatever_there_is(poll: Poll, as_someone: AsSomeone) -> None:
    poll.open(people=(ALDERMAN, OTHER))
    client = as_someone("secretary")

    def queries() -> int:
        with Statements(poll.runtime) as counted:
            assert client.get(address(poll)).status_code == 200
        return counted.number

    few = queries()
    poll.do("withdraw", "Opnieuw.")
    with poll.work() as session:
        crowd(session, poll.world, topics=5, meetings=20)
    poll.open()
    for name in (ALDERMAN, OTHER):
        poll.vote(0, Choice.YES, name)
    assert queries() == few
