"""A filled region under attack: one app, everyone signed in, and a database put back after each change."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.actions import ask_link
from agenda.accounts.guard import session_cookie
from agenda.accounts.model import SignIn
from agenda.accounts.rules import By
from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.core.vault import Secret
from agenda.dates import rule_actions as dates
from agenda.dates.calendar_actions import add_address
from agenda.dates.day_rules import ClosureFacts
from agenda.dates.model import Closure, ClosureKind, DatePoll
from agenda.dates.poll_actions import Asked, open_poll
from agenda.dates.poll_rules import vote_token
from agenda.decisions import action_actions
from agenda.decisions import actions as decisions
from agenda.decisions import promise_actions as promises
from agenda.decisions.model import Commitment, Decision, DecisionKind
from agenda.decisions.reservation_actions import make_reservation
from agenda.documents import actions as documents
from agenda.documents.actions import Facts
from agenda.invitations.actions import invite
from agenda.invitations.feed_actions import make_feed
from agenda.invitations.feed_actions import token as feed_token
from agenda.invitations.model import Proposal
from agenda.invitations.push_actions import connect
from agenda.invitations.rules import answer_token
from agenda.mail.actions import hold_after_restore
from agenda.mail.inbox import keep
from agenda.mail.model import Letter, MailboxState
from agenda.mail.tokens import token_hash
from agenda.mail.understood import IncomingKind, Understood
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions, paper_actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import ItemKind, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.meetings.standard_text_actions import add_text
from agenda.meetings.standard_text_model import TextPlace
from agenda.meetings.standard_text_rules import Words
from agenda.meetings.template_actions import add_template
from agenda.meetings.template_rules import USUAL_FRAME
from agenda.meetings.version_facts import facts_of
from agenda.meetings.version_model import AgendaVersion
from agenda.people.model import Body, Membership, Organisation, Seat
from agenda.planner.accepting import Wanted, accept
from agenda.planner.cadence_actions import Rule, set_cadence
from agenda.planner.regional_actions import DayFacts, keep_result, lay_out
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import pose_day
from agenda.planner.regional_result import Result
from agenda.planner.regional_view import savings_of
from agenda.planner.run_actions import ask
from agenda.planner.solving.regional_day import regional_day
from agenda.publications import actions as outgoing
from agenda.publications.letter_model import CouncilLetter, LetterCopy
from agenda.publications.model import PaperKind
from agenda.publications.papers import Wanted as WantedPaper
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.digest import rest_token
from agenda.reminders.model import Leave, Reminder, ReminderRule, Resting
from agenda.topics import actions as topics
from agenda.topics import paper_actions as topic_papers
from agenda.topics.model import Topic
from agenda.topics.round_actions import open_round
from agenda.topics.round_rules import round_token
from tests.accounts.helpers import sign_in
from tests.documents.papers import stored
from tests.world import World

# What may ask for a page: the role's name in the matrix, and who of the world that is.
ROLES: Mapping[str, str | None] = {
    "visitor": None,
    "secretary": "secretary",
    "clerk": "clerk",
    "member": "Wethouder Leiden 1",
    "reader": "reader",
    "neighbour": "outsider",
    "administrator": "administrator",
    "stranger": "stranger",
}
HELD_AT = datetime(2018, 12, 12, 14, 0, tzinfo=UTC)
COMING_AT = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)
NO_NUMBER = 2**31 - 1


@dataclass
class Side:
    """What one body has, by the names that addresses use."""

    ids: dict[str, int | str]

    def __getitem__(self, name: str) -> int | str:
        return self.ids[name]


@dataclass
class Field:
    """The region with its app; `ours` is the body of the roles, `theirs` that of the neighbour."""

    app: Flask
    runtime: Runtime
    world: World
    ours: Side
    theirs: Side
    file: Path
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    pristine: sqlite3.Connection | None = None
    watcher: sqlite3.Connection | None = None
    seen: int = 0

    def client(self, role: str) -> FlaskClient:
        """Give a browser in which this role is signed in, with nothing else in it."""
        held = self.clients[role].get_cookie(session_cookie(self.runtime.config))
        client = self.app.test_client()
        if held is not None:
            client.set_cookie(held.key, held.value)
        return client

    def keep(self) -> None:
        """Remember the database as it is now: `restore` brings it back."""
        self.pristine = sqlite3.connect(":memory:")
        self.watcher = sqlite3.connect(self.file)
        self.watcher.backup(self.pristine)
        self.seen = self._version()

    def changed(self) -> bool:
        """Tell whether anyone wrote anything since the database was kept or restored."""
        return self._version() != self.seen

    def restore(self) -> None:
        """Bring back the database as it was kept, and let nobody be limited for what came before."""
        assert self.pristine is not None
        assert self.watcher is not None
        if self.changed():
            self.pristine.backup(self.watcher)
            self.seen = self._version()
        for limiter in self.app.extensions["limiter"]:
            limiter.reset()

    def dump(self) -> list[str]:
        """Write out every row there is."""
        with closing(sqlite3.connect(self.file)) as connection:
            return list(connection.iterdump())

    def letters(self) -> list[bytes]:
        with self.runtime.read() as session:
            return list(session.scalars(select(Letter.content).order_by(Letter.id)))

    def close(self) -> None:
        for connection in (self.pristine, self.watcher):
            if connection is not None:
                connection.close()

    def _version(self) -> int:
        assert self.watcher is not None
        return int(self.watcher.execute("PRAGMA data_version").fetchone()[0])


def path_of(rule: str, ids: Mapping[str, int | str]) -> str:
    """Fill an address such as /topics/<int:topic_id> with the numbers of one side."""
    if "/poll/" in rule:
        # Polls have links and verbs of their own.
        ids = {**ids, "token": ids["poll_token"], "verb": "remind"}
    if rule.startswith("/round"):
        # Voters of a round are others than those of a poll.
        ids = {**ids, "voter_id": ids.get("round_voter_id", NO_NUMBER), "token": ids["round_token"]}
    if rule.startswith("/operations"):
        ids = {**ids, "kind": "mailbox", "key": ids["mailbox_id"]}
    if rule.startswith("/retention"):
        ids = {**ids, "kind_name": "letters"}
    if "/kept" in rule:
        ids = {**ids, "ending": "json"}
    if rule.startswith("/reservations"):
        ids = {**ids, "verb": "withdraw"}
    if rule.startswith("/council-letters"):
        # These letters go to councils, and are others than the mails of the outbox.
        ids = {**ids, "letter_id": ids["council_letter_id"], "kind": "docx", "verb": "agree"}
    if rule.startswith("/documents"):
        # Versions of a paper are others than those of an agenda.
        ids = {**ids, "number": ids["document_number"]}
    if "/letterheads/" in rule:
        # Municipalities have seats in several bodies: of the other side is one with none in ours.
        ids = {**ids, "organisation_id": ids["letterhead_id"]}
    if rule.startswith("/reminder/"):
        ids = {**ids, "token": ids["rest_token"]}
    if "/feeds/" in rule and "<token>" in rule:
        ids = {**ids, "token": ids["feed_token"]}
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: str(ids[found[1]]), rule)


def fill(app: Flask, runtime: Runtime, world: World, file: Path) -> Field:
    """Fill both bodies with one of everything, and sign every role in."""
    with runtime.work() as session:
        _seat_the_neighbour(session, world)
        ours = side_of(session, runtime, world, world.body_id, "secretary")
        theirs = side_of(session, runtime, world, world.other_body_id, "outsider")
        ask_link(session, "stranger@leidseregio.example", "b" * 43, runtime.clock(), runtime.config)
        # As after a restore: what is held can be let go of, and nothing leaves by itself.
        hold_after_restore(session, System(), runtime.clock(), runtime.clock() - timedelta(days=1))
    made = Field(app, runtime, world, ours, theirs, file)
    for role, who in ROLES.items():
        made.clients[role] = app.test_client()
        if who is not None:
            sign_in(made.clients[role], runtime, world, who)
    with runtime.read() as session:
        query = select(SignIn.id).where(SignIn.person_id == world.people["administrator"])
        made.ours.ids["sign_in_id"] = session.scalars(query).one()
        link = select(Letter).where(Letter.kind == "sign_in")
        letter = session.scalars(link).one()
    made.ours.ids["sign_in_letter"] = letter.id
    made.ours.ids["link"] = _link(letter.content)
    for side in (made.ours, made.theirs):
        # A feed keeps its own text: once it was asked for, looking changes nothing.
        made.app.test_client().get(path_of("/feeds/<token>.ics", side.ids))
    made.keep()
    return made


def _link(content: bytes) -> str:
    text = message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content()
    found = re.search(r"/sign-in/link/(\S+)", text)
    assert found is not None
    return found[1]


def _seat_the_neighbour(session: Session, world: World) -> None:
    body = session.get_one(Body, world.other_body_id)
    session.add(Seat(body_id=body.id, organisation_id=world.organisations["Leiden"], position=0))
    session.add(
        Membership(
            person_id=world.people["Gedeputeerde"],
            body_id=body.id,
            organisation_id=world.organisations["Provincie"],
            role="member",
            voting=True,
            since=date(2018, 1, 1),
        )
    )
    session.add(Seat(body_id=body.id, organisation_id=world.organisations["Provincie"], position=1))
    session.flush()


def side_of(session: Session, runtime: Runtime, world: World, body_id: int, who: str) -> Side:
    by = world.by(session, who)
    body = session.get_one(Body, body_id)
    now = runtime.clock()
    lay_down_rules(session, body)
    waiting = topics.quick_add(session, body, f"Op de plank {body.id}", by, now)
    told = topics.quick_add(session, body, f"Op de agenda {body.id}", by, now)
    coming = _meeting(session, runtime, body, by, told, COMING_AT)
    past = topics.quick_add(session, body, f"Besproken {body.id}", by, now)
    held = _held(session, body, by, past)
    dated = meetings.create_meeting(
        session, body, Plan(starts_at=COMING_AT + timedelta(days=20), venue="Raadzaal"), by, now
    )
    dates.add_closure(session, body, ClosureFacts(ClosureKind.WEEKLY, "Raadsavond", weekday=3), by, now)
    calendar = add_address(session, runtime.config.secret, by, Secret("https://agenda.example/a.ics"), now)
    own = Secret("https://cloud.example/eigen/", "ik", "geheim")
    connect(session, runtime.config.secret, by, own, "Eigen", now)
    earlier = decisions.record_decision(session, held, "Wij zouden het doen", None, by, now)
    decision = decisions.record_decision(
        session, held, "Wij doen het", None, by, now, kind=DecisionKind.AGREEMENT
    )
    reservation = make_reservation(
        session,
        next(item for item in held.items if item.topic_id == past.id),
        decision.ratifications[0].organisation,
        "Onder voorbehoud van geld",
        by,
        now,
    )
    promise = promises.promise(session, body, "De raden informeren", date(2019, 2, 28), None, by, now)
    action = action_actions.add_action(session, body, held, None, "Offertes vragen", None, None, by, now)
    poll = _poll(session, runtime, coming, by)
    thin = meetings.create_meeting(
        session, body, Plan(starts_at=COMING_AT + timedelta(days=40), venue="Raadzaal"), by, now
    )
    change = accept(session, Wanted({}, {thin.id: None}, "Er is niets te bespreken."), by, now)
    run = ask(session, [body.id], COMING_AT.date(), COMING_AT.date(), by, now)
    day = _regional_day(session, dated, by, now)
    cadence = set_cadence(
        session, body, Rule("FREQ=MONTHLY;BYDAY=2TH", COMING_AT.date(), time(15, 30), 120), None, by, now
    )
    asked = topics.quick_add(session, body, f"In een ronde {body.id}", by, now)
    found = open_round(
        session, runtime.config, asked.id, date(2019, 1, 8), by, now, proposal="Instemmen met het voorstel."
    )
    alike = [topics.quick_add(session, body, f"Warmtenet {body.id}", by, now) for _time in range(2)]
    post = _incoming(session, coming, now)
    template = add_template(session, body, "Gewoon overleg", USUAL_FRAME, by, now)
    words = Words("Geen opmerkingen", "Er zijn geen opmerkingen.", (TextPlace.REMARKS,))
    standard_text = add_text(session, body, words, by, now)
    feed = make_feed(session, runtime.config, None, by, now)
    attached = _papers(session, runtime, waiting, coming, by)
    council_letter = _council_letter(session, held, decision, by, now)
    agenda_paper = WantedPaper(PaperKind.AGENDA, "nl", True)
    (paper,) = outgoing.ask(session, coming, [agenda_paper], by, now)
    session.flush()
    numbers = _numbers(session, runtime, body, waiting, coming, held, dated, decision, promise)
    return Side(
        numbers
        | {
            "action_id": action.id,
            "calendar_id": calendar.id,
            "number": _version(session, coming, by, now),
            "change_id": change.id,
            "earlier_id": earlier.id,
            "ratification_id": decision.ratifications[0].id,
            "reservation_id": reservation.id,
            "day_id": day.id,
            "round_id": found.id,
            "round_voter_id": found.voters[0].id,
            "round_token": round_token(runtime.config.secret, found.voters[0].id, 1),
            "run_id": run.id,
            "cadence_id": cadence.id,
            "one_id": alike[0].id,
            "other_id": alike[1].id,
            "template_id": template.id,
            "text_id": standard_text.id,
            "council_letter_id": council_letter.id,
            "copy_id": council_letter.copies[0].id,
            "section": "closing",
            "letterhead_id": world.organisations["Zoeterwoude" if body_id == world.body_id else "Provincie"],
            "feed_id": feed.id,
            "outgoing_id": paper.id,
            "paper_kind": "agenda",
            "paper_language": "nl",
            "feed_token": feed_token(runtime.config, feed.person_id, feed.serial),
        }
        | _reminded(session, runtime, coming, by)
        | post
        | attached
        | _numbers_of(runtime, poll)
    )


def _reminded(session: Session, runtime: Runtime, meeting: Meeting, by: By) -> dict[str, int | str]:
    """Remind someone of a meeting, let one thing rest, and give them days of leave."""
    now, person_id = runtime.clock(), by.person_id or 0
    key = f"no_answer|meeting:{meeting.id}|2019-02-14|-7|{person_id}"
    token = rest_token(runtime.config, key, person_id)
    reminder = Reminder(
        key=key,
        kind="no_answer",
        person_id=person_id,
        subject_kind="meeting",
        subject_id=meeting.id,
        due_at=now,
        sent_at=now,
        letter_key=f"reminders:{person_id}:2018-12-18",
        token_hash=token_hash(token),
    )
    resting = Resting(
        person_id=person_id, kind="meeting_tomorrow", subject_kind="", subject_id=0, until=None, at=now
    )
    leave = Leave(person_id=person_id, first_day=date(2019, 1, 1), last_day=date(2019, 1, 4))
    session.add_all([reminder, resting, leave])
    session.flush()
    return {"rest_token": token, "resting_id": resting.id, "leave_id": leave.id}


def _papers(
    session: Session, runtime: Runtime, topic: Topic, meeting: Meeting, by: By
) -> dict[str, int | str]:
    """Give a topic and a meeting a paper; the neighbour's has one version more."""
    content, now = stored(runtime, f"Stuk {topic.id}".encode()), runtime.clock()
    document = topic_papers.add_paper(session, topic, content, Facts("Stuk"), by, now)
    number = document.newest.number
    if meeting.body_id > 1:
        number = documents.add_version(session, document, content, "", by, now).number
    paper_actions.add_paper(session, meeting, None, content, Facts("Ander stuk"), "", by, now)
    session.flush()
    paper = session.scalars(select(MeetingPaper).where(MeetingPaper.meeting_id == meeting.id)).one()
    return {"document_id": document.id, "document_number": number, "paper_id": paper.id}


def _version(session: Session, meeting: Meeting, by: By, now: datetime) -> int:
    """Keep a version of an agenda that is a draft again, under another number in each body."""
    number = meeting.id
    facts = facts_of(session, meeting)
    session.add(
        AgendaVersion(meeting_id=meeting.id, number=number, made_at=now, made_by=by.name, facts=facts)
    )
    return number


def _council_letter(
    session: Session, held: Meeting, decision: Decision, by: By, now: datetime
) -> CouncilLetter:
    """Write a letter to one council; the neighbour's body has no municipality among its members."""
    leiden = session.scalars(select(Organisation.id).order_by(Organisation.id).limit(1)).one()
    made = CouncilLetter(
        body=held.body,
        meeting=held,
        subject=f"Aan de raad {held.body_id}",
        dated_on=now.date(),
        created_at=now,
        created_by=by.name,
        decisions=[decision],
        copies=[LetterCopy(organisation_id=leiden)],
    )
    session.add(made)
    return made


def _meeting(session: Session, runtime: Runtime, body: Body, by: By, on_it: Topic, at: datetime) -> Meeting:
    now = runtime.clock()
    made = meetings.create_meeting(session, body, Plan(starts_at=at, venue="Raadzaal"), by, now)
    agenda_actions.add_topic(session, made, on_it, by, now)
    session.flush()
    invite(session, runtime.config, made, by, now)
    return made


def _regional_day(session: Session, meeting: Meeting, by: By, now: datetime) -> RegionalDay:
    """Lay a day out for a meeting, with its timetable made."""
    wanted = DayFacts(
        # Not on the council's evening.
        day=COMING_AT.date() + timedelta(days=1),
        host_id=session.scalars(select(Organisation.id).order_by(Organisation.id).limit(1)).one(),
        place="Stadhuis",
        rooms=[("Raadzaal", None)],
        opens=time(9),
        closes=time(17),
        pause_begins=None,
        pause_ends=None,
        change_over=0,
        meetings=[meeting.id],
    )
    day = lay_out(session, wanted, by, now)
    posed = pose_day(session, day, now)
    plan = regional_day(posed.problem, workers=1)
    keep_result(day, Result(posed.rests_on, plan, savings_of(posed, plan)), now, day.version)
    return day


def _poll(session: Session, runtime: Runtime, meeting: Meeting, by: By) -> DatePoll:
    """Ask everyone who is invited whether the meeting can move."""
    moments = tuple(COMING_AT + timedelta(days=7 * weeks) for weeks in (1, 2, 3))
    people = frozenset(attendee.person_id for attendee in meeting.attendees)
    asked = Asked(moments, people, COMING_AT - timedelta(days=30))
    return open_poll(session, runtime.config, meeting, asked, by, runtime.clock())


def _incoming(session: Session, meeting: Meeting, now: datetime) -> dict[str, int | str]:
    """Let a message about a meeting wait for the secretary, and someone propose another time for it."""
    attendee = meeting.attendees[0]
    said = Understood(
        kind=IncomingKind.TEXT, message_id=f"<{meeting.id}@elders.example>", text="Ik kom later."
    )
    content = f"Subject: overleg {meeting.id}\r\n\r\nIk kom later.\r\n".encode()
    incoming = keep(session, "receive", content, len(content), said, now)
    assert incoming is not None
    incoming.fate, incoming.why, incoming.settled_at = "set_aside", "words", now
    incoming.body_id, incoming.person_id = meeting.body_id, attendee.person_id
    incoming.subject_kind, incoming.subject_id = "meeting", meeting.id
    wanted = COMING_AT + timedelta(days=1)
    proposal = Proposal(
        attendee_id=attendee.id,
        incoming_id=incoming.id,
        sequence=meeting.revision,
        starts_at=wanted,
        ends_at=wanted + timedelta(hours=2),
        comment="",
        made_at=now,
    )
    session.add(proposal)
    session.flush()
    return {"incoming_id": incoming.id, "proposal_id": proposal.id}


def _numbers_of(runtime: Runtime, poll: DatePoll) -> dict[str, int | str]:
    voter = poll.voters[0]
    return {
        "poll_id": poll.id,
        "slot_id": poll.slots[0].id,
        "voter_id": voter.id,
        "poll_token": vote_token(runtime.config.secret, voter.id, voter.serial),
    }


def _held(session: Session, body: Body, by: By, past: Topic) -> Meeting:
    before = HELD_AT - timedelta(days=30)
    made = meetings.create_meeting(session, body, Plan(starts_at=HELD_AT, venue="Raadzaal"), by, before)
    agenda_actions.add_topic(session, made, past, by, before)
    meetings.confirm(session, made, by, before)
    session.flush()
    return made


def _numbers(
    session: Session,
    runtime: Runtime,
    body: Body,
    waiting: Topic,
    coming: Meeting,
    held: Meeting,
    dated: Meeting,
    decision: Decision,
    promise: Commitment,
) -> dict[str, int | str]:
    item = next(item for item in coming.items if item.kind is ItemKind.TOPIC)
    held_item = next(item for item in held.items if item.kind is ItemKind.TOPIC)
    attendee = coming.attendees[0]
    rule = session.scalars(select(ReminderRule).where(ReminderRule.body_id == body.id)).first()
    letter = session.scalars(select(Letter).where(Letter.body_id == body.id)).first()
    place = session.scalars(select(Membership).where(Membership.body_id == body.id)).first()
    closure = session.scalars(select(Closure).where(Closure.body_id == body.id)).one()
    mailbox = MailboxState(
        name=f"answers of {body.name}", tried_at=runtime.clock(), failure="no_connection", failures=2
    )
    session.add(mailbox)
    session.flush()
    assert rule is not None
    assert letter is not None
    assert place is not None
    return {
        "body_id": body.id,
        "topic_id": waiting.id,
        "meeting_id": coming.id,
        "held_id": held.id,
        "dated_id": dated.id,
        "item_id": item.id,
        "held_item_id": held_item.id,
        "attendee_id": attendee.id,
        "decision_id": decision.id,
        "commitment_id": promise.id,
        "rule_id": rule.id,
        "closure_id": closure.id,
        "letter_id": letter.id,
        "mailbox_id": mailbox.id,
        "membership_id": place.id,
        "person_id": place.person_id,
        "organisation_id": place.organisation_id,
        "token": answer_token(runtime.config.secret, attendee.id, 1),
        "kind": "no_answer",
        "state": "off",
        "verb": "keep",
        "often": "weekly",
        "way": "remove",
        "filename": "region.css",
    }
