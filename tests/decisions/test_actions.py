"""Action items through the pages: who writes them down, who has them, who sees them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.problems import Changed, Invalid
from agenda.core.runtime import Runtime
from agenda.decisions import action_actions as actions
from agenda.decisions.action_queries import Asked, actions_of, still_open
from agenda.decisions.action_rules import OVER, ActionState, state_of
from agenda.decisions.model import ActionItem
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body
from agenda.reminders.own_actions import words_of
from agenda.search.indexing import bring_up_to_date
from agenda.topics.model import TopicGuest
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import AFTER, confirmed, put_on_agenda, topic
from tests.world import START, TODAY, StandingClock, World

ALDERMAN = "Wethouder Leiden 1"
TEXT = "Offertes vragen bij Van der Ven, Zoë"
DAYS = st.none() | st.dates(date(2018, 1, 1), date(2020, 12, 31))


@dataclass
class Facts:
    """What the state of an action follows from."""

    due_on: date | None
    done_at: datetime | None
    dropped_at: datetime | None


@pytest.fixture
def url(world: World) -> str:
    return f"/bodies/{world.body_id}/actions"


def given_to(
    runtime: Runtime, world: World, who: str | None, due: str | None = None, text: str = TEXT
) -> ActionItem:
    """Let the clerk give an action to somebody."""
    with runtime.work() as session:
        owner = world.person(session, who) if who else None
        by, day = world.by(session, "clerk"), date.fromisoformat(due) if due else None
        body = world.body(session)
        return actions.add_action(session, body, None, None, text, owner, day, by, runtime.clock())


def on_an_item(runtime: Runtime, world: World, text: str, **facts: bool) -> tuple[int, int, int]:
    """Put an action on the one item of a meeting: the numbers of meeting, item and action."""
    with runtime.work() as session:
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world, "Grondposities"))
        for name, value in facts.items():
            setattr(item, name, value)
        by, body = world.by(session, "clerk"), world.body(session)
        made = actions.add_action(session, body, meeting, item, text, None, None, by, START)
        return meeting.id, item.id, made.id


def one(runtime: Runtime, action_id: int) -> ActionItem:
    with runtime.read() as session:
        found = session.get_one(ActionItem, action_id)
        session.expunge(found)
        return found


@given(DAYS, st.booleans(), st.booleans(), st.dates(date(2018, 1, 1), date(2020, 12, 31)))
def test_an_action_stands_somewhere_and_what_is_over_is_never_late(
    due: date | None, done: bool, dropped: bool, today: date
) -> None:
    facts = Facts(due, START if done else None, START if dropped else None)
    found = state_of(facts, today)
    assert (found in OVER) == (done or dropped)
    assert (found is ActionState.LATE) == (not (done or dropped) and due is not None and due < today)


def test_an_action_is_written_down_changed_and_done_and_its_history_tells(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    clerk = as_someone("clerk")
    assert "Er staat niets open" in clerk.get(url).text
    sent = {"text": TEXT, "owner": str(world.people[ALDERMAN]), "due_on": "2019-01-10"}
    assert clerk.post(url, data=sent).status_code == 303
    with runtime.read() as session:
        action = session.scalars(select(ActionItem)).one()
    assert (action.due_on, action.owner_id) == (date(2019, 1, 10), world.people[ALDERMAN])
    page = clerk.get(url).text
    assert TEXT in page
    assert "10 januari 2019" in page
    address = f"/actions/{action.id}"
    assert clerk.post(address, data=sent | {"due_on": "2019-01-20"}).status_code == 303
    done = {"done-remark": "Drie ontvangen."}
    assert as_someone(ALDERMAN).post(f"{address}/done", data=done).status_code == 303
    assert clerk.post(f"{address}/done").status_code == 409
    assert TEXT not in clerk.get(url).text
    assert TEXT in clerk.get(f"{url}?state=done").text
    page = clerk.get(address).text
    for told in ("voegde een actiepunt toe", "wijzigde een actiepunt", "Drie ontvangen.", "gedaan op"):
        assert told in page
    assert as_someone(ALDERMAN).post(f"{address}/reopen").status_code == 303
    assert clerk.post(f"{address}/reopen").status_code == 409
    with runtime.read() as session:
        verbs = [entry.verb for entry in history(session, "action", action.id)]
    assert verbs == ["action_reopened", "action_done", "action_changed", "action_added"]


def test_a_member_ticks_off_and_hands_over_only_what_is_their_own(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    mine, theirs = given_to(runtime, world, ALDERMAN), given_to(runtime, world, "Wethouder Leiden 2")
    alderman = as_someone(ALDERMAN)
    hand = {"hand-owner": str(world.people["clerk"])}
    for path, sent in (("done", {}), ("hand-over", hand), ("drop", {"drop-why": "x"}), ("reopen", {})):
        assert alderman.post(f"/actions/{theirs.id}/{path}", data=sent).status_code == 403
    assert alderman.post(f"/actions/{mine.id}/drop", data={"drop-why": "Geen zin."}).status_code == 403
    assert alderman.post(f"/actions/{mine.id}", data={"text": "Anders", "owner": ""}).status_code == 403
    page = alderman.get(f"/actions/{mine.id}").text
    assert f"/actions/{mine.id}/done" in page
    assert f"/actions/{mine.id}/drop" not in page
    assert alderman.post(f"/actions/{mine.id}/hand-over", data=hand).status_code == 303
    assert one(runtime, mine.id).owner_id == world.people["clerk"]
    assert alderman.post(f"/actions/{mine.id}/done").status_code == 403
    for who in ("outsider", "stranger"):
        assert as_someone(who).get(f"/actions/{mine.id}").status_code == 404
        assert as_someone(who).post(f"/actions/{mine.id}/done").status_code == 404


def test_dropping_asks_a_reason_and_only_the_secretariat_opens_it_again(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    action = given_to(runtime, world, ALDERMAN)
    clerk, address = as_someone("clerk"), f"/actions/{action.id}"
    assert clerk.post(f"{address}/drop", data={"drop-why": " "}).status_code == 422
    assert clerk.post(f"{address}/drop", data={"drop-why": "De provincie doet het."}).status_code == 303
    page = clerk.get(address).text
    assert "De provincie doet het." in page
    assert as_someone(ALDERMAN).post(f"{address}/reopen").status_code == 403
    assert clerk.post(f"{address}/reopen").status_code == 303
    assert one(runtime, action.id).dropped_at is None


def test_of_two_people_the_second_sees_both_texts_and_loses_none(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    action = given_to(runtime, world, ALDERMAN)
    address, seen = f"/actions/{action.id}", str(action.version)
    clerk = as_someone("clerk")
    mine = {"text": "Mijn woorden.", "owner": "", "version": seen}
    as_someone("secretary").post(address, data={"text": "Van de ander.", "owner": "", "version": seen})
    late = clerk.post(address, data=mine)
    assert late.status_code == 409
    assert "Mijn woorden." in late.text
    assert "Van de ander." in late.text
    remark = as_someone(ALDERMAN)
    assert remark.post(f"{address}/done").status_code == 403
    done = clerk.post(f"{address}/done", data={"done-remark": "Lang verhaal.", "done-version": seen})
    assert done.status_code == 409
    assert "Lang verhaal." in done.text
    assert one(runtime, action.id).done_at is None
    with runtime.work() as session:
        found = session.get_one(ActionItem, action.id)
        with pytest.raises(Changed):
            actions.drop_action(session, found, "Weg.", int(seen), world.by(session, "clerk"), START)


def test_five_thousand_characters_fit_and_markup_stays_text(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    clerk = as_someone("clerk")
    assert clerk.post(url, data={"text": "é" * 5000, "owner": ""}).status_code == 303
    assert clerk.post(url, data={"text": "é" * 5001, "owner": ""}).status_code == 422
    assert clerk.post(url, data={"text": " \n", "owner": ""}).status_code == 422
    script = "<script>alert('1')</script>"
    clerk.post(url, data={"text": script, "owner": str(world.people["clerk"])})
    with runtime.read() as session:
        last = session.scalars(select(ActionItem.id).order_by(ActionItem.id.desc())).first()
    for address in (url, f"/actions/{last}", "/actions/mine", "/"):
        page = clerk.get(address).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page


def test_only_who_belongs_to_the_body_can_have_its_actions(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    sent = {"text": TEXT, "owner": str(world.people["outsider"])}
    assert as_someone("clerk").post(url, data=sent).status_code == 422
    with runtime.work() as session:
        by, body = world.by(session, "clerk"), world.body(session)
        with pytest.raises(Invalid):
            owner = world.person(session, "outsider")
            actions.add_action(session, body, None, None, TEXT, owner, None, by, START)
        other = session.get_one(Body, world.other_body_id)
        elsewhere = confirmed(session, world)
        with pytest.raises(Invalid):
            outsider = world.by(session, "outsider")
            actions.add_action(session, other, elsewhere, None, TEXT, None, None, outsider, START)


@pytest.mark.parametrize("fact", ["closed", "confidential"])
def test_an_action_on_a_closed_item_is_seen_by_who_may_see_the_item_its_owner_and_its_guests(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str, fact: str
) -> None:
    meeting_id, item_id, action_id = on_an_item(runtime, world, "Grond aankopen", **{fact: True})
    addresses = (url, f"{url}.csv", f"/meetings/{meeting_id}")
    for address in addresses:
        assert "Grond aankopen" in as_someone("clerk").get(address).text
        assert "Grond aankopen" in as_someone(ALDERMAN).get(address).text
        for who in ("reader", "administrator"):
            assert "Grond aankopen" not in as_someone(who).get(address).text
    assert as_someone("reader").get(f"/actions/{action_id}").status_code == 404
    with runtime.work() as session:
        session.get_one(ActionItem, action_id).owner = world.person(session, "reader")
    page = as_someone("reader").get(f"/actions/{action_id}").text
    assert "Grond aankopen" in page
    # What they must do they read; on what item it hangs they do not.
    assert "Grondposities" not in page
    assert "Besloten agendapunt" in page
    with runtime.work() as session:
        session.get_one(ActionItem, action_id).owner = None
        item = session.get_one(AgendaItem, item_id)
        session.add(TopicGuest(topic_id=item.topic_id, person_id=world.people["reader"]))
    assert "Grondposities" in as_someone("reader").get(f"/actions/{action_id}").text


@pytest.mark.parametrize("fact", ["closed", "confidential"])
def test_an_action_on_a_closed_topic_is_seen_by_who_may_see_the_topic_and_by_its_owner(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str, fact: str
) -> None:
    with runtime.work() as session:
        secret = topic(session, world, "Grondposities")
        setattr(secret, fact, True)
        body, by = world.body(session), world.by(session, "clerk")
        made = actions.add_action(
            session, body, None, None, "Grond aankopen", None, None, by, START, topic=secret
        )
        action_id = made.id
    bring_up_to_date(runtime)
    found = f'href="/actions/{action_id}"'
    assert found in as_someone("clerk").get("/search?q=aankopen").text
    assert found not in as_someone("reader").get("/search?q=aankopen").text
    for address in (url, f"{url}.csv"):
        assert "Grond aankopen" in as_someone("clerk").get(address).text, address
        for who in ("reader", "administrator"):
            assert "Grond aankopen" not in as_someone(who).get(address).text, (who, address)
    assert as_someone("reader").get(f"/actions/{action_id}").status_code == 404
    with runtime.work() as session:
        session.get_one(ActionItem, action_id).owner = world.person(session, "reader")
    reader = as_someone("reader")
    for address in (f"/actions/{action_id}", "/actions/mine", f"{url}.csv"):
        page = reader.get(address).text
        assert "Grond aankopen" in page, address
        assert "Grondposities" not in page, address
        assert "Besloten onderwerp" in page, address
    with runtime.read() as session:
        assert words_of(session.get_one(ActionItem, action_id)) == ""


def test_own_actions_stand_on_the_start_page_when_they_come_near(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    given_to(runtime, world, ALDERMAN, "2019-01-31")
    alderman = as_someone(ALDERMAN)
    assert TEXT in alderman.get("/actions/mine").text
    assert TEXT not in alderman.get("/").text
    clock.wind(days=35)
    assert TEXT in as_someone(ALDERMAN).get("/").text
    assert TEXT not in as_someone("Wethouder Leiden 2").get("/").text
    clock.wind(days=10)
    page = as_someone(ALDERMAN).get("/").text
    assert "lr-task--neg" in page
    assert TEXT in as_someone(ALDERMAN).get("/actions/mine?state=late").text


def test_the_list_is_filtered_and_taken_along_to_a_spreadsheet(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    given_to(runtime, world, ALDERMAN, "2018-12-01", "Te laat")
    given_to(runtime, world, "clerk", "2019-12-01", "=cmd|later")
    clerk = as_someone("clerk")
    assert "=cmd|later" not in clerk.get(f"{url}?state=late").text
    assert "Te laat</a>" not in clerk.get(f"{url}?owner={world.people['clerk']}").text
    for odd in ("?state=weg", "?owner=x", "?page=99", "?page=-1", f"?owner={2**40}"):
        assert clerk.get(url + odd).status_code == 200
    rows = list(csv.reader(io.StringIO(clerk.get(f"{url}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["Te laat", "'=cmd|later"]
    assert rows[1][1:4] == [ALDERMAN, "2018-12-01", "te laat"]


def test_the_next_meeting_shows_what_earlier_ones_left_to_do(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    given_to(runtime, world, ALDERMAN)
    gone = given_to(runtime, world, ALDERMAN, text="Al gedaan werk")
    with runtime.work() as session:
        found = session.get_one(ActionItem, gone.id)
        actions.mark_done(session, found, "", None, world.by(session, ALDERMAN), START)
        meeting = confirmed(session, world)
        assert [a.text for a in still_open(session, meeting, world.by(session, "clerk"))] == [TEXT]
        meeting_id = meeting.id
    for address in (f"/meetings/{meeting_id}", f"/meetings/{meeting_id}/agenda"):
        page = as_someone(ALDERMAN).get(address).text
        assert "Openstaande actiepunten" in page
        assert TEXT in page
        assert "Al gedaan werk" not in page


def test_on_the_outcomes_an_action_and_a_promise_are_written_down_by_item(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    meeting_id, item_id, _action = on_an_item(runtime, world, "Eerder afgesproken")
    clerk, outcomes = as_someone("clerk"), f"/meetings/{meeting_id}/outcomes"
    address = f"/meetings/{meeting_id}/items/{item_id}"
    assert f"{address}/actions" not in clerk.get(outcomes).text
    clock.at = AFTER
    page = as_someone("clerk").get(outcomes).text
    assert f"{address}/actions" in page
    assert f"{address}/commitments" in page
    clerk = as_someone("clerk")
    sent = {f"action{item_id}-text": TEXT, f"action{item_id}-owner": "", "back": "//kwaad.example/"}
    answer = clerk.post(f"{address}/actions", data=sent)
    assert answer.location == f"{outcomes}#item-{item_id}"
    promised = {f"promise{item_id}-text": "De raad hoort het", f"promise{item_id}-promised_on": "2019-03-29"}
    assert clerk.post(f"{address}/commitments", data=promised).status_code == 303
    page = clerk.get(outcomes).text
    assert TEXT in page
    refused = clerk.post(f"{address}/actions", data={f"action{item_id}-text": "x" * 5001})
    assert refused.status_code == 422
    assert "Bij het agendapunt: Grondposities" in refused.text
    with runtime.read() as session:
        made = session.scalars(select(ActionItem).where(ActionItem.text == TEXT)).one()
        assert (made.meeting_id, made.item_id) == (meeting_id, item_id)
        assert made.topic is not None


def test_an_action_on_a_topic_shows_on_its_page(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        topic_id = topic(session, world, "Fietsroutes").id
    clerk = as_someone("clerk")
    sent = {f"topic{topic_id}-text": TEXT, f"topic{topic_id}-owner": ""}
    assert clerk.post(f"/topics/{topic_id}/actions", data=sent).status_code == 303
    page = clerk.get(f"/topics/{topic_id}").text
    assert re.search(r'id="actions".*Offertes vragen', page, re.DOTALL)
    assert as_someone("reader").post(f"/topics/{topic_id}/actions", data=sent).status_code == 403


def test_the_list_asks_as_many_queries_for_forty_actions_as_for_two(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    for _ in range(2):
        on_an_item(runtime, world, TEXT, closed=True)
    clerk = as_someone("clerk")
    clerk.get(url)

    def queries() -> int:
        with Statements(runtime) as counted:
            clerk.get(url)
        return counted.number

    few = queries()
    with runtime.work() as session:
        meeting = session.scalars(select(Meeting)).first()
        assert meeting is not None
        by, body = world.by(session, "clerk"), world.body(session)
        for number in range(38):
            item = put_on_agenda(session, meeting, topic(session, world, f"Onderwerp {number}"))
            item.closed = True
            owner = world.person(session, ALDERMAN)
            actions.add_action(session, body, meeting, item, TEXT, owner, TODAY, by, START)
    assert queries() == few
    with runtime.read() as session:
        found = actions_of(session, world.body(session), world.by(session, "clerk"), Asked(), TODAY)
        assert (found.total, len(found.actions), found.pages) == (40, 40, 1)
