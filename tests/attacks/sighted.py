"""A region in which everything has a word of its own: who reads the word has seen the thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import steps
from agenda.accounts.rules import By
from agenda.core.runtime import Runtime
from agenda.decisions.action_actions import add_action
from agenda.decisions.actions import record_decision
from agenda.decisions.model import ActionItem, Commitment, Decision
from agenda.decisions.promise_actions import promise
from agenda.documents import actions as documents
from agenda.documents import storage
from agenda.documents.actions import Content, Facts, SecrecyFacts
from agenda.documents.model import Document
from agenda.invitations.actions import invite
from agenda.invitations.feed_actions import make_feed, token
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions, agenda_final, agenda_late, paper_actions
from agenda.meetings.agenda_editing import ItemText
from agenda.meetings.agenda_late import Late
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.meetings.substitutes import name_substitute
from agenda.people.model import Membership, Role
from agenda.publications import actions as outgoing
from agenda.publications import packs
from agenda.publications.letter_actions import agree, begin_letter, put_in_own_words
from agenda.publications.letter_choice import usual_choice
from agenda.publications.letter_model import LetterCopy, Section
from agenda.publications.letter_sending import mark_sent
from agenda.publications.model import PaperKind
from agenda.publications.papers import Wanted
from agenda.reminders.actions import lay_down_rules
from agenda.topics import paper_actions as topic_papers
from agenda.topics.model import Topic
from agenda.topics.round_actions import open_round
from tests.meetings.agenda_world import DURING, EVENING, planned_meeting, topic
from tests.publications.letters import heads
from tests.world import SINCE, START, TODAY, StandingClock, World, _person

# In every text, so that one question to the search finds all that somebody may find.
EVERYWHERE = "zilverdraad"
NEXT_DAY = datetime(2019, 2, 15, 9, 0, tzinfo=UTC)
SECRECY = SecrecyFacts("Woo 5.1", "het college", "de raad", TODAY)
MINUTE = timedelta(minutes=1)
# It is prepared by a reader of the body.
LED = "closed item with a lead"
# Items by their word, with what they are when they come on the agenda.
ITEMS = {
    "open item": {},
    "closed item": {"closed": True},
    "confidential item": {"confidential": True},
    "withdrawn closed item": {"closed": True},
    "deferred closed item": {"closed": True},
    "item closed later": {},
    "item of a guest": {"guests": ["Gedeputeerde"]},
    "closed item of a guest": {"closed": True, "guests": ["guest behind doors"]},
    LED: {"closed": True},
}


def word(thing: str) -> str:
    """Give the word that stands in this thing and nowhere else."""
    return f"zx{thing.replace(' ', '')}q"


@dataclass
class Sighted:
    """The region, and by number what was planted."""

    app: Flask
    runtime: Runtime
    world: World
    ids: dict[str, list[int]] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)
    replaced: int = 0


def plant(app: Flask, runtime: Runtime, world: World, clock: StandingClock) -> Sighted:
    """Prepare, change, hold and follow up one meeting with an item and a paper of every kind."""
    made = Sighted(app, runtime, world)
    with runtime.work() as session:
        _seat_more_people(session, world)
        key = _prepare(session, made).id
    # An agenda for all readers is set before something of it is limited.
    steps.make_papers(runtime)
    with runtime.work() as session:
        _change(session, made, session.get_one(Meeting, key))
    steps.tell(runtime)
    clock.at = DURING
    with runtime.work() as session:
        _hold(session, world, session.get_one(Meeting, key))
    clock.at = NEXT_DAY
    with runtime.work() as session:
        _follow_up(session, made, session.get_one(Meeting, key))
    for step in (steps.tell, steps.remind, steps.make_papers, steps.refresh_search):
        step(runtime)
    return made


def _seat_more_people(session: Session, world: World) -> None:
    """Let an alderman of another body be there, a lead, more guests, and who sat here until yesterday."""
    for who, body_id, place, role, until in (
        ("neighbour", world.other_body_id, "Oegstgeest", Role.MEMBER, None),
        ("substitute", world.other_body_id, "Leiden", Role.MEMBER, None),
        ("replaced substitute", world.other_body_id, "Leiden", Role.MEMBER, None),
        ("lead", world.body_id, "Leiderdorp", Role.READER, None),
        ("former member", world.body_id, "Voorschoten", Role.MEMBER, EVENING.date()),
    ):
        person = _person(session, world, who)
        session.add(
            Membership(
                person_id=person.id,
                body_id=body_id,
                organisation_id=world.organisations[place],
                role=role,
                since=SINCE,
                until=until,
            )
        )
    _person(session, world, "guest behind doors")
    session.flush()


def _topic(session: Session, world: World, thing: str, **facts: object) -> Topic:
    said = f"{word(thing)} {EVERYWHERE}"
    given = {"summary": said, "desired_result": said, "requested_decision": said}
    return topic(session, world, said, **given, **facts)


def _prepare(session: Session, made: Sighted) -> Meeting:
    """Draft an agenda with its papers, invite to it, make it final, and ask for it as a paper."""
    world, config = made.world, made.runtime.config
    clerk, secretary = world.by(session, "clerk"), world.by(session, "secretary")
    lay_down_rules(session, world.body(session))
    meeting = planned_meeting(session, world, minutes=300)
    items = {}
    for thing, facts in ITEMS.items():
        led = {"official_lead_id": world.people["lead"]} if thing == LED else {}
        about = _topic(session, world, thing, **facts, **led)
        items[thing] = agenda_actions.add_topic(session, meeting, about, clerk, START)
    waiting = _topic(session, world, "closed topic", closed=True)
    asked = _topic(session, world, "closed topic in a round", closed=True)
    opened = open_round(session, config, asked.id, EVENING.date(), clerk, START, proposal=asked.title)
    _papers(session, made, meeting, items, clerk)
    invite(session, config, meeting, secretary, START)
    agenda_final.finalise(session, meeting, clerk, START)
    (agenda,) = outgoing.ask(session, meeting, [Wanted(PaperKind.AGENDA, "nl", False)], clerk, START)
    made.papers["agenda before"] = agenda.id
    for who, body_id in (("reader", world.body_id), ("Gedeputeerde", None), ("former member", None)):
        feed = make_feed(session, config, body_id, world.by(session, who), START)
        made.feeds[who] = token(config, feed.person_id, feed.serial)
    topics = [waiting, asked, *(item.topic for item in items.values() if item.topic)]
    made.ids = {
        "meeting_id": [meeting.id],
        "topic_id": [one.id for one in topics],
        "body_id": [world.body_id],
        "number": [1, 2, 3, 4],
        "round_id": [opened.id],
    }
    return meeting


def _papers(session: Session, made: Sighted, meeting: Meeting, items: dict[str, AgendaItem], by: By) -> None:
    """Give items, topics and the meeting papers of every kind."""

    def add(thing: str, item: AgendaItem | None, **limits: bool) -> Document:
        facts = Facts(f"{word(thing)} {EVERYWHERE}", **limits)
        return paper_actions.add_paper(session, meeting, item, _file(made, thing), facts, "", by, START)

    plain, closed = items["open item"], items["closed item"]
    kept = {
        "paper": add("paper", plain),
        "closed paper": add("closed paper", plain, closed=True),
        "confidential paper": add("confidential paper", plain, confidential=True),
        "secret paper": add("secret paper", plain),
        "paper limited later": add("paper limited later", plain),
        "removed paper": add("removed paper", plain),
        "paper of a closed item": add("paper of a closed item", closed),
        "opened paper of a closed item": add("opened paper of a closed item", closed),
        "paper of an item closed later": add("paper of an item closed later", items["item closed later"]),
        "paper put back at an item closed later": add(
            "paper put back at an item closed later", items["item closed later"]
        ),
        "paper of a meeting": add("paper of a meeting", None),
        "closed paper of a meeting": add("closed paper of a meeting", None, closed=True),
    }
    theirs, behind = items["item of a guest"], items["closed item of a guest"]
    kept |= {
        "paper of a guest": add("paper of a guest", theirs),
        "closed paper of a guest": add("closed paper of a guest", theirs, closed=True),
        "confidential paper of a guest": add("confidential paper of a guest", theirs, confidential=True),
        "paper of a closed guest": add("paper of a closed guest", behind),
    }
    for thing, of in (("paper of a closed topic", closed), ("paper of a topic", plain)):
        facts = Facts(f"{word(thing)} {EVERYWHERE}")
        kept[thing] = topic_papers.add_paper(session, of.topic, _file(made, thing), facts, by, START)
    documents.add_version(session, kept["paper"], _file(made, "next version"), "", by, START)
    documents.impose_secrecy(session, kept["secret paper"], SECRECY, None, by, START)
    put_back = kept["paper put back at an item closed later"]
    for one in (kept["removed paper"], put_back):
        documents.remove(session, one, "Niet goed", None, by, START)
    made.documents |= {thing: one.id for thing, one in kept.items()}


def _file(made: Sighted, thing: str) -> Content:
    """Put a file in its place that holds the word and bears it as its name."""
    octets = f"{word(thing)} {EVERYWHERE}".encode()
    folder = made.runtime.config.documents
    with storage.received(folder, BytesIO(octets), len(octets)) as content:
        storage.settle(folder, content, START)
    return Content(content.sha256, content.size, "text/plain", f"{word(thing)}.txt")


def _change(session: Session, made: Sighted, meeting: Meeting) -> None:
    """Limit what was open, withdraw, put on what cannot wait; and let a substitute come for another."""
    world = made.world
    clerk, secretary = world.by(session, "clerk"), world.by(session, "secretary")
    of = {thing: _item(meeting, thing) for thing in ITEMS}
    later = of["item closed later"]
    text = ItemText(later.title, 20, closed=True)
    agenda_late.change_item(session, later, text, word("item closed later"), clerk, START)
    agenda_late.withdraw_item(
        session, of["withdrawn closed item"], word("withdrawn closed item"), clerk, START
    )
    urgent = _topic(session, world, "urgent closed item", closed=True)
    why = Late(word("urgent closed item"), "De voorzitter")
    agenda_late.add_late_topic(session, meeting, urgent, why, clerk, START)
    facts = Facts(f"{word('late paper')} {EVERYWHERE}")
    late = paper_actions.add_paper(
        session, meeting, of["open item"], _file(made, "late paper"), facts, "Later", clerk, START + MINUTE
    )
    made.documents["late paper"] = late.id
    for thing, closed in (("paper limited later", True), ("opened paper of a closed item", False)):
        document = session.get_one(Document, made.documents[thing])
        documents.change(session, document, Facts(document.title, closed), None, clerk, START)
    put_back = session.get_one(Document, made.documents["paper put back at an item closed later"])
    documents.put_back(session, put_back, None, clerk, START)
    member = next(one for one in meeting.attendees if one.person_id == world.people["Wethouder Leiden 2"])
    first = name_substitute(session, member, world.people["replaced substitute"], secretary, START)
    made.replaced = first.id
    session.flush()
    name_substitute(session, member, world.people["substitute"], secretary, START)
    session.flush()
    made.ids |= {
        "item_id": [item.id for item in meeting.items],
        "document_id": list(made.documents.values()),
        "attendee_id": [first.id],
    }
    made.ids["topic_id"].append(urgent.id)


def _hold(session: Session, world: World, meeting: Meeting) -> None:
    """Record under every item what came of it: an outcome, a decision, an action and a promise."""
    clerk = world.by(session, "clerk")
    for item in meeting.items:
        if item.topic is None or item.withdrawn_at is not None:
            continue
        said = item.title
        outcome = ItemOutcome.DEFERRED if "deferred" in said else ItemOutcome.DECIDED
        agenda_actions.record_outcome(session, item, outcome, said, clerk, DURING)
        record_decision(session, meeting, said, item, clerk, DURING)
        add_action(session, meeting.body, meeting, item, said, None, TODAY, clerk, DURING)
        promise(session, meeting.body, said, date(2019, 3, 1), meeting, clerk, DURING, item=item)


def _follow_up(session: Session, made: Sighted, meeting: Meeting) -> None:
    """Close the meeting, write two letters to the councils, and have papers made."""
    world, clerk = made.world, made.world.by(session, "clerk", NEXT_DAY.date())
    meetings.close(session, meeting, clerk, NEXT_DAY)
    heads(session, world)
    for thing in ("concept letter", "sent letter"):
        letter = begin_letter(session, meeting, usual_choice(session, meeting, NEXT_DAY), clerk, NEXT_DAY)
        put_in_own_words(session, letter, Section.CLOSING, word(thing), None, clerk, NEXT_DAY)
        made.letters[thing] = letter.id
    agree(session, letter, None, clerk, NEXT_DAY)
    mark_sent(session, letter, NEXT_DAY.date(), [], None, clerk, NEXT_DAY)
    kinds = {
        "decision list for all": Wanted(PaperKind.DECISION_LIST, "nl", False),
    }
    for thing, wanted in kinds.items():
        (paper,) = outgoing.ask(session, meeting, [wanted], clerk, NEXT_DAY)
        made.papers[thing] = paper.id
    for who in ("reader", "Gedeputeerde"):
        person = world.person(session, who)
        by = world.by(session, who, NEXT_DAY.date())
        made.papers[f"pack of {who}"] = packs.ask_for_pack(session, meeting, person, "nl", by, NEXT_DAY).id
    numbers = {"decision_id": Decision, "action_id": ActionItem, "commitment_id": Commitment}
    made.ids |= {name: list(session.scalars(select(kind.id))) for name, kind in numbers.items()}
    made.ids |= {
        "letter_id": list(made.letters.values()),
        "copy_id": list(session.scalars(select(LetterCopy.id))),
        "outgoing_id": list(made.papers.values()),
    }


def _item(meeting: Meeting, thing: str) -> AgendaItem:
    return next(item for item in meeting.items if word(thing) in item.title)
