"""The link of a poll opens one page for one person, and what is typed there stays text."""

from __future__ import annotations

import logging
import re
import threading
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.dates import poll_actions as polls
from agenda.dates import poll_answers as answers
from agenda.dates.model import Choice, DatePoll, Slot, SlotHold, Vote, Voter
from agenda.dates.poll_actions import Asked
from agenda.dates.poll_queries import by_token
from agenda.dates.poll_rules import vote_token
from agenda.dates.poll_telling import tell_voters
from agenda.mail.model import Letter
from agenda.meetings.model import Meeting
from agenda.steps import tick
from tests.attacks.field import COMING_AT, Field, path_of
from tests.attacks.forms import form_of
from tests.attacks.test_both_databases import VALUES
from tests.attacks.test_doors import _text as text_of
from tests.attacks.test_matrix import TABLE
from tests.attacks.test_script import MARK, RUNNING, SCRIPT, _is_one_plain_letter, acting, tags
from tests.meetings.planning import planned
from tests.world import START, World


def link(field: Field) -> str:
    return f"/poll/{field.ours['poll_token']}"


def tap(field: Field, **sent: object) -> int:
    """Answer the first moment as whoever holds the link."""
    usual = {"slot": field.ours["slot_id"], "choice": "yes"}
    return field.app.test_client().post(link(field), data=usual | sent).status_code


def votes(field: Field) -> list[tuple[int, int]]:
    with field.runtime.read() as session:
        return [(vote.voter_id, vote.slot_id) for vote in session.scalars(select(Vote))]


def with_holds(field: Field) -> None:
    """Let everyone hear of the poll, with an option in their calendar for each moment."""
    with field.runtime.work() as session:
        session.get_one(DatePoll, field.ours["poll_id"]).holds = True
    tick(field.runtime)


# --- The link -----------------------------------------------------------------------------------


def test_the_link_of_a_poll_is_found_whole_in_any_case_and_no_other(field: Field) -> None:
    token, visitor = str(field.ours["poll_token"]), field.app.test_client()
    for wrong in (token[:-1], token + "a", token[::-1], "a" * 32, "%20", "_" * 32, str(field.ours["token"])):
        assert visitor.get(f"/poll/{wrong}").status_code == 404, wrong
        assert visitor.post(f"/poll/{wrong}", data={"rest": "yes"}).status_code == 404, wrong
    with field.runtime.read() as session:
        for kept in session.scalars(select(Voter.token_hash)):
            assert visitor.get(f"/poll/{kept}").status_code == 404, "what is kept opens nothing"
    assert visitor.get(f"/answer/{token}").status_code == 404
    assert not field.changed()
    assert visitor.get(f"/poll/{token.upper()}").status_code == 200


def test_a_link_that_was_taken_away_does_not_come_back_with_its_voter(field: Field) -> None:
    secretary, meeting = field.client("secretary"), field.ours["meeting_id"]
    with field.runtime.read() as session:
        voter = session.get_one(Voter, field.ours["voter_id"])
        query = select(Meeting).where(Meeting.id == meeting)
        attendees = session.scalars(query).one().attendees
        again = next(one.id for one in attendees if one.person_id == voter.person_id)
    secretary.post(f"/meetings/{meeting}/poll/voters/{field.ours['voter_id']}/remove")
    never = field.app.test_client().get(f"/poll/{'a' * 32}")
    gone = field.app.test_client().get(link(field))
    assert (gone.status_code, _without_tokens(gone.text)) == (404, _without_tokens(never.text))
    assert tap(field) == 404
    secretary.post(f"/meetings/{meeting}/poll/voters", data={"attendee": again})
    assert field.app.test_client().get(link(field)).status_code == 404
    assert votes(field) == []
    renewed = vote_token(field.runtime.config.secret, int(field.ours["voter_id"]), 2)
    assert field.app.test_client().get(f"/poll/{renewed}").status_code == 200


def _without_tokens(page: str) -> list[str]:
    lines = re.sub(r"/poll/\w+", "", page).splitlines()
    return [line for line in lines if "csrf" not in line]


def test_a_link_answers_for_one_person_whoever_is_named_beside_it(field: Field) -> None:
    theirs = field.theirs
    more = {"voter_id": theirs["voter_id"], "voter": theirs["voter_id"], "person_id": 2, "poll_id": 2}
    assert tap(field, **more) == 303
    assert votes(field) == [(field.ours["voter_id"], field.ours["slot_id"])]
    assert tap(field, slot=theirs["slot_id"]) == 404
    for slot in ("", "0", "-1", "x", "²", "9" * 5000, str(2**63)):
        assert tap(field, slot=slot) in {404, 422}, slot
    assert votes(field) == [(field.ours["voter_id"], field.ours["slot_id"])]


def test_the_link_of_a_poll_reaches_nothing_else(field: Field) -> None:
    """Whoever opened and used it is still a visitor everywhere."""
    visitor = field.app.test_client()
    visitor.get(link(field))
    visitor.post(link(field), data={"rest": "yes"})
    for line, row in TABLE.items():
        method, _, rule = line.partition(" ")
        if row.split()[0] != "in":
            continue
        ids = field.ours.ids | {"sign_in_id": 1}
        sent = form_of(rule, ids) if method == "POST" else None
        found = visitor.open(path_of(rule, ids), method=method, data=sent)
        assert (found.status_code, found.location.startswith("/sign-in")) == (303, True), line


@pytest.mark.parametrize("end", ["choose", "withdraw"])
def test_after_a_poll_closed_nothing_is_answered_nor_closed_once_more(field: Field, end: str) -> None:
    poll = f"/meetings/{field.ours['meeting_id']}/poll"
    secretary = field.client("secretary")
    paths = {"choose": f"{poll}/moments/{field.ours['slot_id']}/choose", "withdraw": f"{poll}/withdraw"}
    assert secretary.post(paths[end], data={"why": "Toch niet"}).status_code == 303
    after = field.dump()
    assert tap(field) == 409
    for sent in ({"rest": "yes"}, {"calendar": "1"}, {"remark": "Nog iets"}):
        assert field.app.test_client().post(link(field), data=sent).status_code == 409, sent
    for rule in TABLE:
        method, _, rule = rule.partition(" ")
        if method == "POST" and "/poll/" in rule and not rule.endswith("/new") and "token" not in rule:
            secretary.post(path_of(rule, field.ours.ids), data=form_of(rule, field.ours.ids))
    assert field.dump() == after


def test_nobody_is_asked_who_is_invited_to_another_meeting(field: Field) -> None:
    meeting = field.ours["meeting_id"]
    sent = {"attendee": field.theirs["attendee_id"]}
    assert field.client("secretary").post(f"/meetings/{meeting}/poll/voters", data=sent).status_code == 404
    new = form_of("/meetings/<int:meeting_id>/poll/new", field.ours.ids)
    new["person"] = str(field.world.people["Gedeputeerde"])
    answer = field.client("secretary").post(f"/meetings/{field.ours['dated_id']}/poll/new", data=new)
    assert answer.status_code == 422
    assert not field.changed()


# --- Who can read the link, and what others wrote ------------------------------------------------


def test_no_page_shows_the_link_of_another(field: Field) -> None:
    with_holds(field)
    with field.runtime.read() as session:
        poll = session.get_one(DatePoll, field.ours["poll_id"])
        found = [(voter.person_id, voter.id, voter.serial) for voter in poll.voters]
    secret = field.runtime.config.secret
    tokens = {person: vote_token(secret, voter, serial) for person, voter, serial in found}
    own = {tokens[field.world.people["secretary"]]}
    ids = field.ours.ids
    pages = ["/", "/meetings", *(path_of(line[4:], ids) for line in TABLE if _shows_a_meeting(line))]
    for path in pages:
        page = field.client("secretary").get(path, follow_redirects=True).text
        assert {token for token in tokens.values() if token in page} <= own, path


def _shows_a_meeting(line: str) -> bool:
    return line.startswith("GET /meetings/<int:meeting_id>") and not line.endswith(".ics")


def test_a_poll_s_letters_on_a_page_do_not_hold_their_readers_link(field: Field) -> None:
    with_holds(field)
    token = str(field.ours["poll_token"])
    with field.runtime.read() as session:
        found = session.scalars(select(Letter).where(Letter.kind.startswith("poll"))).all()
        holding = [one for one in found if f"/poll/{token}" in text_of(one.content)]
        numbers = {one.kind: one.id for one in holding}
    assert set(numbers) == {"poll", "poll_hold"}
    for number in numbers.values():
        for role in ("secretary", "administrator"):
            for part in ("", "/body"):
                shown = field.client(role).get(f"/letters/{number}{part}")
                assert shown.status_code == 200
                assert token not in shown.text.lower(), (role, part)


@pytest.mark.parametrize("are_open", [False, True])
def test_one_voter_reads_of_another_no_more_than_was_said(field: Field, are_open: bool) -> None:
    with field.runtime.work() as session:
        poll = session.get_one(DatePoll, field.ours["poll_id"])
        poll.open_answers = are_open
        other = poll.voters[1]
        answers.vote(session, other, poll.slots[0].id, Choice.NO, START)
        answers.remark(session, other, "Alleen voor het secretariaat", START)
        name, address = other.person.name, other.person.email
    page = field.app.test_client().get(link(field)).text
    assert (name in page) is are_open
    assert address not in page
    assert "Alleen voor het secretariaat" not in page


def test_no_secret_of_a_poll_is_written_into_a_log(field: Field, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    visitor, token = field.app.test_client(), str(field.ours["poll_token"])
    for sent in ({"rest": "yes"}, {"slot": "x", "choice": "x"}, {"remark": "x" * 5_000}, {}):
        visitor.get(link(field))
        visitor.post(link(field), data=sent)
    with_holds(field)
    with field.runtime.work() as session:
        session.connection().exec_driver_sql("ALTER TABLE voter RENAME TO hidden")
    try:
        assert visitor.get(link(field)).status_code == 500
        assert visitor.post(link(field), data={"remark": "geheim"}).status_code == 500
    finally:
        with field.runtime.work() as session:
            session.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO voter")
    assert "page failed" in caplog.text
    assert token not in caplog.text
    assert "[parameters:" not in caplog.text


# --- What is typed ------------------------------------------------------------------------------


def typed(field: Field, text: str) -> None:
    """Write a text wherever a poll takes one, and let all that follows from it be written."""
    secretary, meeting = field.client("secretary"), field.ours["meeting_id"]
    remark = {"remark": text}
    assert field.app.test_client().post(link(field), data=remark).status_code == 303
    edit = {"title": text, "venue": text, "minutes": "90"}
    assert secretary.post(f"/meetings/{meeting}/edit", data=edit).status_code == 303
    with field.runtime.work() as session:
        poll = session.get_one(DatePoll, field.ours["poll_id"])
        poll.note, poll.holds, poll.open_answers = text, True, True
        poll.voters[0].person.name = text.splitlines()[0]
    tick(field.runtime)


def test_script_in_a_poll_is_shown_and_never_acts(field: Field) -> None:
    typed(field, SCRIPT)
    poll, shown = f"/meetings/{field.ours['meeting_id']}/poll", 0
    pages = [link(field), poll, f"{poll}/voters/{field.ours['voter_id']}", f"{poll}/withdraw", "/"]
    pages.append(f"{poll}/moments/{field.ours['slot_id']}/choose")
    for path in pages:
        page = field.client("secretary").get(path).text
        assert acting(page) == [], path
        shown += MARK in page
    assert shown == len(pages)
    reason = {"why": SCRIPT}
    assert field.client("secretary").post(f"{poll}/withdraw", data=reason).status_code == 303
    for path in (link(field), poll):
        page = field.client("secretary").get(path).text
        assert (acting(page), MARK in page) == ([], True), path
    tick(field.runtime)
    for message in _letters_of_polls(field):
        html = message.get_body(("html",)).get_content()
        assert not {tag for tag, _ in tags(html)} & (RUNNING - {"meta", "style"})
        assert acting(html) == []


def _letters_of_polls(field: Field) -> list[object]:
    with field.runtime.read() as session:
        found = session.scalars(select(Letter.content).where(Letter.kind.startswith("poll"))).all()
    assert len(found) > 20
    return [message_from_bytes(content, policy=policy.default) for content in found]


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nBcc: kwaad@kwaad.example\r\n\r\nlichaam",
        "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:kwaad@kwaad.example",
        'x" <kwaad@kwaad.example>, "y',
    ],
    ids=["header", "calendar", "quotes"],
)
def test_nothing_typed_adds_a_header_a_reader_or_an_event_to_an_option(field: Field, text: str) -> None:
    typed(field, text)
    with field.runtime.read() as session:
        found = session.scalars(select(Letter.content).where(Letter.kind == "poll_hold")).all()
    assert len(found) > 20
    for content in found:
        _is_one_plain_letter(content)
        (part,) = [
            one for one in message_from_bytes(content).walk() if one.get_content_type() == "text/calendar"
        ]
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        (event,) = calendar.walk("VEVENT")
        assert str(event["STATUS"]) == "TENTATIVE"


def test_a_remark_is_kept_as_long_as_it_may_be_and_no_longer(field: Field) -> None:
    visitor = field.app.test_client()
    answer = visitor.post(link(field), data={"remark": "<b>" * 1_667})
    assert answer.status_code == 422
    assert not field.changed()
    assert visitor.post(link(field), data={"remark": "é" * 2_000}).status_code == 303
    with field.runtime.read() as session:
        assert session.get_one(Voter, field.ours["voter_id"]).remark == "é" * 2_000


# --- Both databases, and two at once ------------------------------------------------------------


@pytest.fixture
def voter_id(runtime: Runtime, world: World) -> int:
    """Someone who is asked about three moments, in a body of their own."""
    with runtime.work() as session:
        meeting = planned(session, world)
        asked = Asked((COMING_AT,), frozenset(a.person_id for a in meeting.attendees), START.replace(hour=16))
        by = world.by(session, "secretary")
        return polls.open_poll(session, runtime.config, meeting, asked, by, START).voters[0].id


def test_no_value_breaks_the_page_of_a_voter(
    client: FlaskClient, runtime: Runtime, app: Flask, voter_id: int
) -> None:
    address = f"/poll/{vote_token(runtime.config.secret, voter_id, 1)}"
    for value in VALUES:
        for sent in ({"slot": value, "choice": "yes"}, {"choice": value}, {"rest": value}, {"remark": value}):
            assert client.post(address, data=sent).status_code in {303, 404, 422}, sent
        assert client.get(address, query_string={"saved": value}).status_code == 200
        assert client.get(f"/poll/{value}".replace("\x00", "%00").replace("%\\", "%25")).status_code == 404


def test_two_taps_at_once_are_one_answer(runtime: Runtime, voter_id: int) -> None:
    """A finger that trembles, or a page open on a phone and on a desk."""
    token, together = vote_token(runtime.config.secret, voter_id, 1), threading.Barrier(6)
    failed: list[Exception] = []

    def tapped(choice: Choice) -> None:
        together.wait()
        try:
            with runtime.work() as session:
                voter = by_token(session, token)
                answers.vote(session, voter, voter.poll.slots[0].id, choice, START)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test tells
            failed.append(problem)

    taps = [threading.Thread(target=tapped, args=[choice]) for choice in (*Choice, *Choice)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert failed == []
    with runtime.read() as session:
        assert len(session.scalars(select(Vote)).all()) == 1


def test_a_moment_chosen_twice_at_once_is_chosen_once(runtime: Runtime, world: World, voter_id: int) -> None:
    with runtime.work() as session:
        poll = session.get_one(Voter, voter_id).poll
        polls.add_moment(session, poll, COMING_AT.replace(day=21), world.by(session, "secretary"), START)
        session.flush()
        poll_id, slots = poll.id, [slot.id for slot in poll.slots]
    together, refused = threading.Barrier(4), []

    def chosen(slot_id: int) -> None:
        together.wait()
        try:
            with runtime.work() as session:
                found = polls.locked(session, poll_id)
                by = world.by(session, "secretary")
                polls.choose(session, found, slot_id, by, START, send=False)
                tell_voters(session, runtime.config, START)
        except polls.Conflict as problem:
            refused.append(problem.code)

    choosing = [threading.Thread(target=chosen, args=[slot]) for slot in (*slots, *slots)]
    for one in choosing:
        one.start()
    for one in choosing:
        one.join()
    assert refused == ["poll_chosen_already"] * 3
    with runtime.read() as session:
        assert len(session.scalars(select(Slot).where(Slot.chosen_at.is_not(None))).all()) == 1
        assert session.scalars(select(SlotHold)).all() == []
