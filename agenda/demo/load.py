"""Load the demonstration region from its data files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import System
from agenda.decisions.model import ActionItem, Commitment, Decision, DecisionKind
from agenda.decisions.ratification_actions import ask_usual
from agenda.demo import dates
from agenda.demo.clock import START
from agenda.demo.council_letters import write_letters
from agenda.demo.held import close_held
from agenda.demo.papers import add_papers
from agenda.demo.ratifications import add_ratifications
from agenda.demo.rounds import hold_rounds
from agenda.meetings import agenda_actions, attendance
from agenda.meetings.model import AgendaItem, Answer, ItemKind, ItemOutcome, Meeting
from agenda.meetings.standard_text_actions import add_usual_texts
from agenda.people.model import Body, Membership, Organisation, Person, Seat
from agenda.reminders.actions import lay_down_rules
from agenda.topics.model import FocusArea, Need, Topic, TopicGuest, TopicLink, Turn, TurnResult
from config import Config

DATA = Path(__file__).resolve().parent / "data"
# When the topics and the other bodies' meetings came in, on the demonstration's calendar.
COLLECTED = START - timedelta(days=21)
# The day after the joint meeting of December: the other bodies' invitations left, and were answered.
INVITED = START - timedelta(days=4)
ANSWERED = START - timedelta(days=1)
INVITED_AHEAD = timedelta(days=42)
SILENT = {2, 5}
KINDS = {"previous_minutes": ItemKind.MINUTES}
OUTCOMES = {"decided": ItemOutcome.DECIDED, "adopted": ItemOutcome.AGREED}

Row = Mapping[str, Any]


def is_loaded(session: Session) -> bool:
    """Tell whether a region is there already."""
    return bool(session.scalar(select(func.count()).select_from(Body)))


def load_region(session: Session, config: Config) -> None:
    """Fill an empty database with the region as it stood on 18 December 2018."""
    loader = Loader(session)
    loader.load()
    add_papers(session, config, read("papers"), loader.topics, loader.meetings, COLLECTED)
    hold_rounds(session, config, read("rounds"), loader.topics, loader.people)
    write_letters(
        session, read("letterheads"), read("council_letters"), loader.organisations, loader.meetings
    )


def answer_invitations(session: Session) -> None:
    """Answer what was sent before the demonstration begins; of each meeting a few are silent still."""
    coming = select(Meeting).where(Meeting.confirmed_at.is_not(None), Meeting.starts_at > START)
    for meeting in session.scalars(coming.order_by(Meeting.id)):
        for position, attendee in enumerate(meeting.attendees):
            if position not in SILENT:
                attendance.answer(session, attendee, Answer.ACCEPTED, "", ANSWERED)


def read(name: str) -> list[Row]:
    """Read one data file."""
    with (DATA / f"{name}.toml").open("rb") as file:
        rows: list[Row] = tomllib.load(file)[name]
    return rows


class Loader:
    """Turns the keys of the files into rows, file by file."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.organisations: dict[str, Organisation] = {}
        self.people: dict[str, Person] = {}
        self.bodies: dict[str, Body] = {}
        self.focus_areas: dict[str, FocusArea] = {}
        self.topics: dict[str, Topic] = {}
        self.meetings: dict[str, Meeting] = {}

    def load(self) -> None:
        """Load every file, in the order in which they refer to each other."""
        for name in (
            "organisations",
            "people",
            "bodies",
            "memberships",
            "focus_areas",
            "topics",
            "meetings",
            "commitments",
            "actions",
        ):
            add = getattr(self, f"_add_{name}")
            for row in read(name):
                add(row)
            self.session.flush()
        for body in self.bodies.values():
            lay_down_rules(self.session, body)
        add_usual_texts(self.session, self.bodies["gco"], System(), COLLECTED)
        for name in ("date_rules", "closures", "journeys", "cadences"):
            add_dates = getattr(dates, f"add_{name}")
            add_dates(self.session, read(name), self.organisations, self.bodies)
        add_ratifications(self.session, read("ratifications"), self.organisations, self.meetings)
        dates.add_calendars(self.session, read("calendars"), self.people)

    def _add_organisations(self, row: Row) -> None:
        made = Organisation(
            kind=row["kind"], name=row["name"], tooi_id=row.get("tooi") or None, venue=row.get("venue", "")
        )
        self._keep(self.organisations, row, made)

    def _add_people(self, row: Row) -> None:
        made = Person(
            name=row["name"],
            email=row["email"].lower(),
            language=row.get("language", "nl"),
            administrator=row.get("administrator", False),
        )
        self._keep(self.people, row, made)

    def _add_bodies(self, row: Row) -> None:
        body = Body(
            name=row["name"],
            purpose=row.get("cadence", ""),
            usual_minutes=row["usual_minutes"],
            papers_days_before=row.get("papers_days_before", 7),
            expires_on=row.get("expires_on"),
        )
        hosts = list(row["hosts"])
        members = sorted(row["members"], key=lambda key: hosts.index(key) if key in hosts else len(hosts))
        body.seats = [
            Seat(organisation=self.organisations[key], position=position)
            for position, key in enumerate(members)
        ]
        self._keep(self.bodies, row, body)

    def _add_memberships(self, row: Row) -> None:
        self.session.add(
            Membership(
                person=self.people[row["person"]],
                body=self.bodies[row["body"]],
                organisation=self.organisations[row["organisation"]],
                role=row["role"],
                title=row["title"],
                portfolio=row.get("portfolio", ""),
                voting=row["voting"],
                since=row["since"],
                until=row.get("until"),
            )
        )

    def _add_focus_areas(self, row: Row) -> None:
        # The seven are in every database; the file gives them the key that topics use.
        found = self.session.scalars(select(FocusArea).where(FocusArea.name == row["title"])).one()
        self.focus_areas[row["key"]] = found

    def _add_topics(self, row: Row) -> None:
        topic = Topic(
            body=self.bodies[row["body"]],
            title=row["title"],
            summary=row["summary"],
            focus_area=self.focus_areas[row["focus_area"]],
            organisation=self.organisations[row["submitted_by"]],
            lead=self._person(row.get("lead")),
            official_lead=self._person(row.get("official_lead")),
            desired_result=row.get("desired_result", ""),
            requested_decision=row.get("requested_decision", ""),
            purpose=row["purpose"],
            treatment=row["treatment"],
            minutes=row["minutes"],
            earliest=row.get("earliest"),
            deadline=row.get("deadline"),
            priority=row["priority"],
            predecessor=self.topics.get(row.get("predecessor", "")),
            intensified=row["key"] in {"warmterotonde", "studentenhuisvesting", "internationaal-onderwijs"},
            demonstration=row["demonstration"],
            created_at=COLLECTED,
        )
        topic.needs = [
            Need(person=self.people[need]) if "." in need else Need(portfolio=need)
            for need in row.get("needs", ())
        ]
        topic.guests = [TopicGuest(person=self.people[guest]) for guest in row.get("guests", ())]
        topic.links = [TopicLink(label=link["label"], url=link["url"]) for link in row.get("links", ())]
        self._keep(self.topics, row, topic)
        self.session.flush()
        audit.record(self.session, System(), COLLECTED, "created", ("topic", topic.id))

    def _add_meetings(self, row: Row) -> None:
        body = self.bodies[row["body"]]
        starts_at: datetime | None = row.get("starts_at")
        closed = row["state"] == "closed"
        created_at = starts_at - INVITED_AHEAD if closed and starts_at else COLLECTED
        meeting = Meeting(
            body=body,
            title=body.name,
            host=self.organisations[row["host"]],
            venue=row.get("venue", ""),
            window_from=row.get("window_from"),
            window_until=row.get("window_until"),
            starts_at=starts_at,
            minutes=row["minutes"],
            time_zone=body.time_zone,
            created_at=created_at,
        )
        if row["state"] in {"confirmed", "closed"}:
            meeting.confirmed_at = created_at if closed else INVITED
        self._keep(self.meetings, row, meeting)
        self.session.flush()
        audit.record(self.session, System(), meeting.created_at, "created", ("meeting", meeting.id))
        for position, item in enumerate(row.get("items", ())):
            self._add_item(meeting, position, item)
        for key in row.get("topics", ()):
            agenda_actions.add_topic(self.session, meeting, self.topics[key], System(), COLLECTED)
        attendance.refresh_attendees(self.session, meeting, meeting.created_at)
        if closed and starts_at:
            noted = [one for one in read("presence") if one["meeting"] == row["key"]]
            close_held(self.session, meeting, starts_at, noted, self.people, self.topics)
        self._add_decisions(meeting, row.get("decisions", ()))

    def _add_item(self, meeting: Meeting, position: int, row: Row) -> None:
        topic = self.topics.get(row.get("topic", ""))
        item = AgendaItem(
            meeting=meeting,
            position=position,
            kind=KINDS.get(row["kind"]) or ItemKind(row["kind"]),
            title=row["title"],
            minutes=row["minutes"],
            topic=topic,
            purpose=row.get("purpose"),
            treatment=row.get("treatment"),
            lead=topic.lead if topic else None,
            outcome=OUTCOMES.get(row.get("outcome", "")),
            outcome_text=row.get("outcome_text", ""),
        )
        if topic is not None and item.outcome is not None:
            item.turn = Turn(
                topic=topic,
                planned_at=meeting.created_at,
                result=TurnResult.TREATED,
            )
        self.session.add(item)

    def _add_decisions(self, meeting: Meeting, rows: list[Row]) -> None:
        items = {item.topic_id: item.id for item in meeting.items if item.topic_id}
        for row in rows:
            topic = self.topics.get(row.get("item", ""))
            decision = Decision(
                meeting=meeting,
                agenda_item_id=items.get(topic.id) if topic else None,
                position=row["number"],
                text=row["text"],
                recorded_at=meeting.closed_at,
                kind=DecisionKind(row["kind"]),
            )
            self.session.add(decision)
            if decision.kind is DecisionKind.AGREEMENT:
                ask_usual(self.session, decision)

    def _add_commitments(self, row: Row) -> None:
        meeting = self.meetings[row["meeting"]]
        self.session.add(
            Commitment(
                body=self.bodies[row["body"]],
                meeting=meeting,
                text=row["text"],
                promised_on=row["promised_on"],
                made_at=meeting.closed_at,
            )
        )

    def _add_actions(self, row: Row) -> None:
        meeting = self.meetings[row["meeting"]]
        topic = self.topics[row["item"]]
        self.session.add(
            ActionItem(
                body=self.bodies[row["body"]],
                meeting=meeting,
                item=next(item for item in meeting.items if item.topic is topic),
                topic=topic,
                text=row["text"],
                owner=self._person(row.get("owner")),
                due_on=row.get("due_on"),
                made_at=meeting.closed_at,
                done_at=row.get("done_at"),
                remark=row.get("remark", ""),
            )
        )

    def _person(self, key: str | None) -> Person | None:
        return self.people[key] if key else None

    def _keep(self, kept: dict[str, Any], row: Row, made: Any) -> None:
        kept[row["key"]] = made
        self.session.add(made)
