"""Hundreds of lines are no reminder: of each kind a letter names the most pressing, and where the rest is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.people.model import Person
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.digest import MOST_LINES
from agenda.reminders.model import Reminder, ReminderRule
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import topic
from tests.reminders.post import remind, text_of
from tests.world import START, StandingClock, World

# A Monday, when every topic of these tests has lain still for ninety days and none for as many again.
MORNING = datetime.fromisoformat("2019-03-25T08:30:00+01:00")


def lying_still(runtime: Runtime, world: World, number: int) -> None:
    """So many topics that nobody touched, the first the longest."""
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        session.flush()
        for rule in session.scalars(select(ReminderRule)):
            rule.enabled = rule.kind == rules.TOPIC_UNTOUCHED
        session.get_one(Person, world.people["clerk"]).language = "en"
        # The newest first, so that order is made and not met.
        for place in range(number, 0, -1):
            topic(session, world, f"Onderwerp {place:03}").created_at = START - timedelta(days=number - place)


def letter_of(runtime: Runtime, world: World, who: str) -> Letter:
    with runtime.read() as session:
        query = select(Letter).where(Letter.kind == "reminders", Letter.person_id == world.people[who])
        return session.scalars(query).one()


def html_of(letter: Letter) -> str:
    part = message_from_bytes(letter.content, policy=policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(
    ("number", "dutch", "english"),
    [
        (MOST_LINES, None, None),
        (MOST_LINES + 1, "En nog 1 punt; de hele lijst", "And 1 more item; the whole list"),
        (MOST_LINES + 37, "En nog 37 punten; de hele lijst", "And 37 more items; the whole list"),
    ],
)
def test_the_ten_that_lie_longest_are_named_and_how_many_more_there_are(
    runtime: Runtime,
    world: World,
    clock: StandingClock,
    number: int,
    dutch: str | None,
    english: str | None,
) -> None:
    lying_still(runtime, world, number)
    clock.at = MORNING
    assert set(remind(runtime, world)) == {"secretary", "clerk"}
    for who, said, subject in (
        ("secretary", dutch, f"en nog {number - 1} punten"),
        ("clerk", english, f"and {number - 1} more items"),
    ):
        letter = letter_of(runtime, world, who)
        for text in (text_of(letter), html_of(letter)):
            assert re.findall(r"Onderwerp \d+", text) == [
                f"Onderwerp {n:03}" for n in range(1, MOST_LINES + 1)
            ]
            assert subject in text
            assert len(re.findall(r"/reminder/", text)) == MOST_LINES
            assert ("/profile/reminders?kind=topic_untouched#ledger" in text) == (said is not None)
            assert said is None or said in text


def test_what_was_only_counted_was_told_once_and_stands_in_the_whole_list(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone
) -> None:
    lying_still(runtime, world, MOST_LINES + 37)
    clock.at = MORNING
    text = remind(runtime, world)["secretary"]
    with runtime.read() as session:
        mine = select(Reminder.id).where(Reminder.person_id == world.people["secretary"])
        assert len(session.scalars(mine).all()) == MOST_LINES + 37
    for _ in range(3):
        clock.wind(days=1)
        assert remind(runtime, world) == {}
    (address,) = re.findall(r"http://localhost(/profile/reminders\?\S+)", text)
    page = as_someone("secretary").get(address).text
    # Each leads to its own page, where something can be done with it.
    links = re.findall(r'href="(/topics/\d+)">(Onderwerp \d+)<', page)
    assert {name for _, name in links} == {f"Onderwerp {n:03}" for n in range(1, MOST_LINES + 38)}
    path = next(path for path, name in links if name == "Onderwerp 047")
    assert "Onderwerp 047" in as_someone("secretary").get(path).text


def test_one_press_in_a_mail_program_switches_off_what_was_only_counted_too(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone
) -> None:
    lying_still(runtime, world, MOST_LINES + 1)
    clock.at = MORNING
    text = remind(runtime, world)["secretary"]
    first = re.findall(r"http://localhost(/reminder/\S+)", text)[0]
    coming = "/profile/reminders?kind=topic_untouched&part=coming"
    assert "Onderwerp 011" in as_someone("secretary").get(coming).text
    assert as_someone("secretary").post(f"{first}/off").status_code == 200
    assert "Onderwerp 0" not in as_someone("secretary").get(coming).text
