"""When no date fits: what stands in the way, what would help, and what comes nearest."""

from __future__ import annotations

import re
from datetime import date, time
from html import unescape

import pytest

from agenda.core.runtime import Runtime
from agenda.dates.model import DayRule, MustAttend
from agenda.topics.model import Need
from tests.dates.finding.region import busy, closed, meeting_between, moments, on_workdays, plain, rules
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import put_on_agenda, topic
from tests.world import World

MONDAY, FRIDAY = date(2019, 2, 4), date(2019, 2, 8)
ALWAYS = on_workdays(MONDAY, FRIDAY, "08:00", "18:00")


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A meeting for which the alderman for housing is needed, who is away all week."""
    with runtime.work() as session:
        meeting = meeting_between(session, world, MONDAY, FRIDAY)
        busy(session, world, "Wethouder Leiden 1", *ALWAYS)
        session.add(MustAttend(meeting_id=meeting.id, person_id=world.people["Wethouder Leiden 1"]))
        return meeting.id


def links(page: str) -> dict[str, str]:
    """Read the changes that can be made on the screen itself."""
    section = page.partition('id="helps"')[2].partition("</section>")[0]
    return {plain(text): unescape(url) for url, text in re.findall(r'href="([^"]+)">(.*?)</a>', section)}


def test_the_smallest_change_is_one_tap_away(as_someone: AsSomeone, meeting_id: int) -> None:
    client = as_someone("secretary")
    page = client.get(f"/meetings/{meeting_id}/date").text
    said = plain(page)
    assert "Niets past" in said
    assert "Wethouder Leiden 1 kan niet: bij 135 van de 135 momenten" in said
    offered = links(page)
    assert offered.keys() >= {
        "Zonder Wethouder Leiden 1: 5 data",
        "Een periode die twee weken langer is: 10 data",
    }
    after = client.get(offered["Zonder Wethouder Leiden 1: 5 data"])
    assert len(moments(after)) == 5
    assert "16 van 17 kunnen" in moments(after)[0].text
    # Nothing was changed for good yet; that takes one tap more.
    assert "wijkt af van wat bij dit overleg is bewaard" in after.text
    longer = client.get(offered["Een periode die twee weken langer is: 10 data"])
    assert moments(longer)[0].day > FRIDAY
    assert "buiten de afgesproken periode" in moments(longer)[0].text


def test_the_five_nearest_moments_say_what_is_missing_and_can_be_taken(
    as_someone: AsSomeone, meeting_id: int
) -> None:
    client = as_someone("secretary")
    page = client.get(f"/meetings/{meeting_id}/date")
    nearest = moments(page)
    assert len(nearest) == 5
    assert all("zonder Wethouder Leiden 1" in one.text for one in nearest)
    taken = {"day": nearest[0].day, "hour": f"{nearest[0].hour:%H:%M}", "minutes": 120}
    assert client.post(f"/meetings/{meeting_id}/date", data=taken).status_code == 303


def test_a_portfolio_and_what_the_body_asks_are_spoken_of_too(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = meeting_between(session, world, MONDAY, FRIDAY)
        for who in [one for one in world.people if one.startswith("Wethouder") and one.endswith("1")]:
            busy(session, world, who, *ALWAYS)
        subject = topic(session, world)
        subject.needs = [Need(portfolio="Wonen")]
        put_on_agenda(session, meeting, subject)
        meeting_id = meeting.id
    client = as_someone("secretary")
    page = client.get(f"/meetings/{meeting_id}/date").text
    assert "niemand met portefeuille Wonen: bij 135 van de 135 momenten" in plain(page)
    assert "Zonder iemand met portefeuille Wonen: 5 data" in links(page)
    with runtime.work() as session:
        closed(session, world, "Leiden", "Collegereis", weekday=0)
        hours = {0: (time(9), time(17))}
        rules(session, world, hours=hours, school_holidays=DayRule.EXCLUDE)
    asked = f"/meetings/{meeting_id}/date?tried=1&first={MONDAY}&last={FRIDAY}&minutes=120"
    said = client.get(asked).text
    assert "Collegereis (Leiden): bij 25 van de 25 momenten" in plain(said)
    assert "Ondanks Collegereis (Leiden): 1 datum" in plain(said)
    assert f"/bodies/{world.body_id}/dates" in links(said).values()


def test_a_period_without_any_opening_hour_is_told_apart(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        saturday = date(2019, 2, 9)
        meeting_id = meeting_between(session, world, saturday, saturday).id
    client = as_someone("secretary")
    assert "In deze periode is geen dag meer over" in client.get(f"/meetings/{meeting_id}/date").text
    past = client.get(f"/meetings/{meeting_id}/date?tried=1&first=2018-01-01&last=2018-02-01")
    assert "In deze periode is geen dag meer over" in past.text
