"""What is closed or confidential stands nowhere for whom it is not: every page, letter, feed and calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import steps
from agenda.core.runtime import Runtime
from agenda.invitations.actions import invite
from agenda.invitations.feed_actions import make_feed, token
from agenda.mail.model import Letter
from agenda.meetings import actions, agenda_actions, agenda_final, agenda_late
from agenda.meetings.agenda_editing import ItemText
from agenda.meetings.agenda_late import Late
from agenda.meetings.model import ItemOutcome, Meeting
from agenda.meetings.sight import OPEN, sight_of, title_of
from agenda.people.model import Person
from agenda.planner.cadence_actions import Rule, set_cadence
from agenda.reminders.actions import lay_down_rules
from agenda.topics import actions as topics
from agenda.topics import facts
from agenda.topics.model import Topic
from agenda.topics.round_actions import open_round
from tests.meetings.agenda_world import DURING, EVENING, planned_meeting, topic
from tests.meetings.conftest import AsSomeone, as_someone
from tests.world import START, StandingClock, World

__all__ = ["as_someone"]

# Nobody writes this by chance, and no page shows it because it was asked.
SECRET = "Zwartboek"
NEUTRAL = "Besloten deel"


@dataclass
class Planted:
    """What was closed, by number."""

    ids: dict[str, list[int]]
    feeds: dict[str, str]


def _secrets(session: Session, world: World) -> list[Topic]:
    """Put topics on the backlog whose every text is secret: one free, one for an agenda, one in a round."""
    said = {
        "summary": f"{SECRET} in het kort",
        "desired_result": f"{SECRET} klaar",
        "requested_decision": f"{SECRET} vaststellen",
        "closed": True,
        "confidential": True,
    }
    names = ("vrij", "agenda", "ronde", "nagekomen", "later")
    return [topic(session, world, f"{SECRET} {name}", deadline=EVENING.date(), **said) for name in names]


@pytest.fixture
def planted(runtime: Runtime, world: World, clock: StandingClock) -> Planted:
    """A year in which much is closed: on agendas final and changed, in a round, at the table and after it."""
    with runtime.work() as session:
        clerk, secretary = world.by(session, "clerk"), world.by(session, "secretary")
        body = world.body(session)
        lay_down_rules(session, body)
        free, on_agenda, asked, late, later = _secrets(session, world)
        was_open = topic(session, world, f"{SECRET} eerst open", summary=f"{SECRET} was open")
        visit = topic(session, world, "Bezoek provincie", guests=["Gedeputeerde"], predecessor_id=free.id)
        meeting = planned_meeting(session, world)
        for one in (on_agenda, was_open, visit):
            agenda_actions.add_topic(session, meeting, one, clerk, START)
        invite(session, runtime.config, meeting, secretary, START)
        agenda_final.finalise(session, meeting, clerk, START)
        item = next(one for one in meeting.items if one.topic_id == was_open.id)
        closed = ItemText(item.title, 20, closed=True, neutral_title=NEUTRAL)
        agenda_late.change_item(session, item, closed, f"{SECRET} moet dicht", clerk, START)
        why = Late(f"{SECRET} kan niet wachten", "De voorzitter")
        agenda_late.add_late_topic(session, meeting, late, why, clerk, START)
        open_round(session, runtime.config, asked.id, EVENING.date(), clerk, START, proposal=f"{SECRET} ja?")
        coming = planned_meeting(session, world, starts_at=EVENING + timedelta(days=30))
        agenda_actions.add_topic(session, coming, later, clerk, START)
        set_cadence(
            session,
            body,
            Rule("FREQ=MONTHLY;BYDAY=2TH", START.date(), time(15, 30), 120),
            None,
            secretary,
            START,
        )
        feeds = {}
        for who, of in (("reader", body.id), ("reader", None), ("Gedeputeerde", None)):
            made = make_feed(session, runtime.config, of, world.by(session, who), START)
            feeds[f"{who} {of}"] = token(runtime.config, made.person_id, made.serial)
        ids = {
            "meeting_id": [meeting.id, coming.id],
            "topic_id": [one.id for one in (free, on_agenda, asked, late, was_open, visit)],
            "item_id": [one.id for one in meeting.items],
            "body_id": [body.id],
            "number": [1, 2, 3],
        }
    steps.tick(runtime)
    clock.at = DURING
    with runtime.work() as session:
        meeting = session.get_one(Meeting, ids["meeting_id"][0])
        clerk = world.by(session, "clerk")
        for item in [one for one in meeting.items if one.topic is not None]:
            text = "Kennisgenomen" if item.topic_id == visit.id else f"{SECRET} besloten"
            agenda_actions.record_outcome(session, item, ItemOutcome.DEFERRED, text, clerk, DURING)
    steps.tick(runtime)
    return Planted(ids, feeds)


def _addresses(app: Flask, ids: dict[str, list[int]]) -> Iterator[str]:
    """Give every address that can be looked at, with every number that is planted."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        given = [ids.get(name, [1]) if "<int:" + name in rule.rule else ["x"] for name in names]
        for values in product(*given):
            address = rule.rule
            for name, value in zip(names, values, strict=True):
                start = address.rindex("<", 0, address.index(f"{name}>"))
                address = address[:start] + str(value) + address[address.index(">", start) + 1 :]
            yield address
    meeting, half = ids["meeting_id"][0], SECRET[:-2]
    yield f"/meetings/{meeting}/agenda/versions/compare?old=1&new=2"
    yield f"/meetings/{meeting}/agenda/versions/compare?old=1&new=3"
    yield f"/topics?q={half}&state=all"
    yield "/topics?view=focus"
    yield f"/topics.csv?q={half}"
    yield "/meetings?view=quarter&q=2019-1"
    yield "/meetings?period=all"


@pytest.mark.parametrize("who", ["reader", "administrator", "Gedeputeerde", "stranger", "outsider"])
def test_no_page_tells_a_closed_word_to_whom_it_is_not_for(
    app: Flask, as_someone: AsSomeone, planted: Planted, who: str
) -> None:
    browser, told, seen = as_someone(who), [], 0
    for address in _addresses(app, planted.ids):
        # An administrator reads every letter, which is how they can help when mail fails.
        if who == "administrator" and address.startswith("/letters"):
            continue
        page = browser.get(address, buffered=True)
        assert page.status_code < 500, address
        seen += page.status_code == 200
        if SECRET in page.get_data(as_text=True):
            told.append(address)
    assert told == []
    assert seen > 10


def test_no_letter_and_no_feed_tells_it_either(
    app: Flask, runtime: Runtime, world: World, planted: Planted
) -> None:
    with runtime.read() as session:
        letters = session.scalars(select(Letter)).all()
        outside = {session.get_one(Person, world.people[who]).email for who in ("reader", "Gedeputeerde")}
        theirs = [one for one in letters if one.recipient in outside]
        assert any(one.recipient.startswith("gedeputeerde") for one in theirs)
        # Members do read it: the word is planted well.
        assert any(SECRET.encode() in one.content for one in letters if one.recipient not in outside)
        assert not [one.subject for one in theirs if SECRET.encode() in one.content or SECRET in one.subject]
    for secret in planted.feeds.values():
        feed = app.test_client().get(f"/feeds/{secret}.ics")
        assert feed.status_code == 200
        assert SECRET not in feed.text
    assert "Besloten" in app.test_client().get(f"/feeds/{next(iter(planted.feeds.values()))}.ics").text


def test_whom_it_is_for_reads_it_and_the_others_read_its_number_and_neutral_title(
    as_someone: AsSomeone, planted: Planted
) -> None:
    meeting = planted.ids["meeting_id"][0]
    for path in (
        f"/meetings/{meeting}",
        f"/meetings/{meeting}/agenda",
        f"/meetings/{meeting}/agenda/versions/3",
    ):
        member = as_someone("Wethouder Leiden 1").get(path).text
        assert f"{SECRET} agenda" in member, path
        reader = as_someone("reader").get(path).text
        assert "Besloten agendapunt" in reader, path
        assert NEUTRAL in reader, path
        assert "Bezoek provincie" in reader, path
    assert as_someone("clerk").get(f"/topics/{planted.ids['topic_id'][0]}").status_code == 200
    assert as_someone("reader").get(f"/topics/{planted.ids['topic_id'][0]}").status_code == 404


def test_who_prepares_a_closed_item_or_comes_for_it_sees_it(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        clerk = world.by(session, "clerk")
        meeting = planned_meeting(session, world)
        led = topic(
            session,
            world,
            SECRET,
            closed=True,
            official_lead_id=world.people["reader"],
            guests=["Gedeputeerde"],
        )
        other = topic(session, world, "Anders dicht", confidential=True)
        for one in (led, other):
            agenda_actions.add_topic(session, meeting, one, clerk, START)
        for who in ("reader", "Gedeputeerde"):
            sight = sight_of(meeting, world.by(session, who))
            assert [title_of(item, sight) for item in meeting.items[2:4]] == [SECRET, "Besloten agendapunt"]
        assert [title_of(item, OPEN) for item in meeting.items[2:4]] == ["Besloten agendapunt"] * 2


def test_a_topic_and_its_open_item_are_closed_together_and_undoing_opens_both(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        clerk = world.by(session, "clerk")
        meeting, heat = planned_meeting(session, world), topic(session, world)
        item = agenda_actions.add_topic(session, meeting, heat, clerk, START)
        agenda_actions.edit_item(session, item, ItemText("Warmterotonde", 20, closed=True), clerk, START)
        assert heat.closed
        agenda_actions.undo(session, meeting, clerk, START)
        assert not heat.closed
        # On an agenda it is said at the item; on the backlog at the topic.
        given = replace(facts.particulars(heat), confidential=True)
        with pytest.raises(Exception, match="limits_stand_on_agenda"):
            topics.edit_topic(session, heat, given, None, clerk, START)
        agenda_actions.remove_item(session, item, clerk, START)
        topics.edit_topic(session, heat, given, None, clerk, START)
        back = agenda_actions.add_topic(session, meeting, heat, clerk, START)
        assert back.confidential


def test_cancelling_and_closing_keep_it_closed(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        secret = topic(session, world, SECRET, closed=True)
        agenda_actions.add_topic(session, meeting, secret, world.by(session, "clerk"), START)
        actions.cancel(session, meeting, "Sneeuw", None, world.by(session, "secretary"), START)
        key = meeting.id
    assert SECRET not in as_someone("reader").get(f"/meetings/{key}").text
    assert SECRET in as_someone("clerk").get(f"/meetings/{key}").text
