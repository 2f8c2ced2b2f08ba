"""Submitting, editing and leading topics: who may, what is refused, and what the history keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core import audit
from agenda.core.actor import System
from agenda.core.database import get
from agenda.core.problems import Changed, Forbidden, Invalid, NotFound, Problem
from agenda.core.runtime import Runtime
from agenda.people.model import Membership
from agenda.topics import actions, facts, queries
from agenda.topics.model import Topic, folded
from agenda.topics.rules import Link, Particulars
from tests.topics.backlog import PLAIN, add, added
from tests.world import START, TODAY, World

Verb = Callable[[Session, World, Topic, By], object]
VERBS: dict[str, Verb] = {
    "create": lambda session, world, _topic, by: actions.create_topic(
        session, world.body(session), replace(PLAIN, organisation_id=world.organisations["Leiden"]), by, START
    ),
    "quick_add": lambda session, world, _topic, by: actions.quick_add(
        session, world.body(session), "Zonnepanelen", by, START
    ),
    "edit": lambda session, _world, topic, by: actions.edit_topic(
        session, topic, replace(facts.particulars(topic), title="Anders"), None, by, START
    ),
    "assign_lead": lambda session, _world, topic, by: actions.assign_lead(
        session, topic, None, None, by, START
    ),
    "withdraw": lambda session, _world, topic, by: actions.withdraw(session, topic, "Klaar", None, by, START),
    "settle": lambda session, _world, topic, by: actions.settle_in_writing(session, topic, None, by, START),
    "see": lambda session, _world, topic, by: queries.topic_for(session, topic.id, by),
}
EVERYTHING = set(VERBS)
MEMBER = {"create", "quick_add", "see"}
# The topic is submitted by Leiden and led by "Wethouder Leiden 1".
MATRIX = {
    "secretary": EVERYTHING,
    "clerk": EVERYTHING,
    "Wethouder Leiden 1": MEMBER | {"edit", "withdraw"},
    "Wethouder Leiden 2": MEMBER,
    "Burgemeester Oegstgeest": MEMBER - {"create"},
    "reader": {"see"},
    "administrator": {"see"},
    "outsider": set(),
    "stranger": set(),
}


@pytest.mark.parametrize("who", MATRIX)
def test_each_role_may_do_what_the_table_says_and_nothing_else(
    runtime: Runtime, world: World, who: str
) -> None:
    for verb, act in VERBS.items():
        with runtime.work() as session:
            topic, by = _leidens_own(session, world), world.by(session, who)
            if verb in MATRIX[who]:
                act(session, world, topic, by)
                continue
            # Who does not know the body may not learn that the topic is there.
            refusal: type[Problem] = Forbidden if "see" in MATRIX[who] else NotFound
            if (who, verb) == ("Burgemeester Oegstgeest", "create"):
                refusal = Invalid
            with pytest.raises(refusal):
                act(session, world, topic, by)


def _leidens_own(session: Session, world: World) -> Topic:
    lead, own = world.people["Wethouder Leiden 1"], world.organisations["Leiden"]
    return add(session, world, lead_id=lead, organisation_id=own)


def test_a_member_keeps_a_topic_in_their_own_organisation(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic, by = _leidens_own(session, world), world.by(session, "Wethouder Leiden 1")
        elsewhere = replace(facts.particulars(topic), organisation_id=world.organisations["Oegstgeest"])
        with pytest.raises(Invalid, match="only_own_organisation"):
            actions.edit_topic(session, topic, elsewhere, None, by, START)
        with pytest.raises(Forbidden):
            actions.edit_topic(
                session, topic, replace(facts.particulars(topic), intensified=True), None, by, START
            )


def test_who_leads_what_the_region_submitted_keeps_it_up(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic = add(session, world, lead_id=world.people["Wethouder Leiden 1"], intensified=True)
        lead, colleague = (world.by(session, f"Wethouder Leiden {number}") for number in (1, 2))
        given = replace(facts.particulars(topic), summary="Samen")
        actions.edit_topic(session, topic, given, None, lead, START)
        assert (topic.summary, topic.organisation) == ("Samen", None)
        with pytest.raises(Forbidden):
            actions.edit_topic(session, topic, replace(given, summary="Niet mijn"), None, colleague, START)


@pytest.mark.parametrize("fixed", [{"lead_id": None}, {"priority": 5}, {"intensified": True}])
def test_a_lead_leaves_to_the_secretariat_who_leads_and_how_much_it_matters(
    runtime: Runtime, world: World, fixed: dict[str, object]
) -> None:
    with runtime.work() as session:
        topic, by = _leidens_own(session, world), world.by(session, "Wethouder Leiden 1")
        given = replace(facts.particulars(topic), **fixed)
        with pytest.raises(Forbidden):
            actions.edit_topic(session, topic, given, None, by, START)
        actions.edit_topic(session, topic, given, None, world.by(session, "clerk"), START)


def test_a_member_submits_under_their_own_lead_or_none(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, body = world.by(session, "Wethouder Leiden 1"), world.body(session)
        plain = replace(PLAIN, organisation_id=world.organisations["Leiden"])
        mine = replace(plain, lead_id=world.people["Wethouder Leiden 1"])
        assert actions.create_topic(session, body, mine, by, START).lead.name == "Wethouder Leiden 1"
        assert actions.create_topic(session, body, plain, by, START).lead is None
        with pytest.raises(Forbidden):
            theirs = replace(plain, lead_id=world.people["Wethouder Oegstgeest 1"])
            actions.create_topic(session, body, theirs, by, START)


def test_quick_add_names_the_members_own_organisation_and_lead(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = world.by(session, "Wethouder Leiden 1")
        area = world.focus_areas["Duurzaamheid"]
        topic = actions.quick_add(
            session, world.body(session), " Zonne\npanelen ", by, START, focus_area_id=area
        )
        assert topic.title == "Zonne panelen"
        assert topic.organisation.name == "Leiden"
        assert topic.lead.name == "Wethouder Leiden 1"
        assert topic.focus_area.name == "Duurzaamheid"
        by_clerk = actions.quick_add(session, world.body(session), "Zon", world.by(session, "clerk"), START)
        assert by_clerk.lead is None


FULL = Particulars(
    title="Van der Ven, Zoë <script>alert(1)</script>",
    summary="Eén\r\ntwee\x00 " + "ë" * 4_900,
    needed_portfolios=("Wonen ", "wonen", ""),
    links=(Link("Visie", "https://a.example"),),
    earliest=date(2020, 2, 28),
    deadline=date(2020, 2, 29),
)


def test_everything_about_a_topic_is_kept_and_told(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        given = replace(
            FULL,
            needed_people=(world.people["Wethouder Leiden 2"],),
            guests=(world.people["Gedeputeerde"],),
            predecessor_id=add(session, world, "Eerst").id,
        )
        topic = actions.create_topic(session, world.body(session), given, world.by(session, "clerk"), START)
        topic_id = topic.id
    with runtime.read() as session:
        topic = get(session, Topic, topic_id)
        assert topic.title == FULL.title
        assert topic.summary.startswith("Eén\ntwee ë")
        assert [need.person.name if need.person else need.portfolio for need in topic.needs] == [
            "Wethouder Leiden 2",
            "wonen",
        ]
        assert topic.deadline == date(2020, 2, 29)
        (entry,) = audit.history(session, "topic", topic_id)
        assert (entry.verb, entry.actor_name, set(entry.before.values())) == ("created", "clerk", {None})
        assert entry.after["guests"] == "Gedeputeerde"
        assert entry.after["predecessor"] == "Eerst"
        assert entry.after["deadline"] == "2020-02-29"


def test_the_history_holds_only_what_changed(runtime: Runtime, world: World) -> None:
    topic_id = added(runtime, world)
    with runtime.work() as session:
        topic, clerk = get(session, Topic, topic_id), world.by(session, "clerk")
        same = facts.particulars(topic)
        actions.edit_topic(session, topic, same, topic.version, clerk, START)
        actions.edit_topic(session, topic, replace(same, minutes=45), topic.version, clerk, START)
        actions.assign_lead(session, topic, world.people["Wethouder Leiden 1"], None, clerk, START)
        newest, edited, _created = audit.history(session, "topic", topic_id)
        assert (edited.before, edited.after) == ({"minutes": 15}, {"minutes": 45})
        assert (newest.verb, newest.before, newest.after) == (
            "lead_assigned",
            {"lead": None},
            {"lead": "Wethouder Leiden 1"},
        )


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Mijn titel"},
        {"needed_portfolios": ("wonen",)},
        {"links": (Link("a", "https://a.example"),)},
    ],
)
def test_of_two_who_edit_at_once_the_second_is_told(
    runtime: Runtime, world: World, change: dict[str, object]
) -> None:
    topic_id = added(runtime, world)
    with runtime.read() as session:
        seen = get(session, Topic, topic_id).version
    with runtime.work() as session:
        topic = get(session, Topic, topic_id)
        theirs = replace(facts.particulars(topic), **change)
        actions.edit_topic(session, topic, theirs, seen, world.by(session, "clerk"), START)
    with runtime.work() as session, pytest.raises(Changed):
        topic = get(session, Topic, topic_id)
        mine = replace(PLAIN, minutes=60)
        actions.edit_topic(session, topic, mine, seen, world.by(session, "secretary"), START)
    with runtime.read() as session:
        assert get(session, Topic, topic_id).minutes == 15


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"focus_area_id": 9_999}, "choice_is_gone"),
        ({"organisation_id": 9_999}, "choice_is_gone"),
        ({"lead_id": 9_999}, "choice_is_gone"),
        ({"guests": (9_999,)}, "choice_is_gone"),
        ({"predecessor_id": 9_999}, "choice_is_gone"),
    ],
)
def test_a_topic_cannot_point_to_what_is_not_there(
    runtime: Runtime, world: World, changed: dict[str, object], code: str
) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match=code):
        actions.create_topic(
            session, world.body(session), replace(PLAIN, **changed), world.by(session, "clerk"), START
        )


@pytest.mark.parametrize(
    ("field", "who"), [("lead_id", "outsider"), ("lead_id", "clerk"), ("official_lead_id", "outsider")]
)
def test_only_a_member_of_the_body_can_become_lead(
    runtime: Runtime, world: World, field: str, who: str
) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="lead_not_in_body"):
        given = replace(PLAIN, **{field: world.people[who]})
        actions.create_topic(session, world.body(session), given, world.by(session, "clerk"), START)


def test_a_predecessor_of_another_body_is_not_there(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        theirs = Topic(
            body_id=world.other_body_id, title="Van hen", purpose="inform", treatment="consent", minutes=5,
            priority=3, created_at=START,
        )  # fmt: skip
        session.add(theirs)
        session.flush()
        with pytest.raises(Invalid, match="choice_is_gone"):
            add(session, world, predecessor_id=theirs.id)


def test_a_topic_never_comes_after_itself(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        clerk = world.by(session, "clerk")
        first = add(session, world, "Eerst")
        second = add(session, world, "Dan", predecessor_id=first.id)
        for predecessor in (first.id, second.id):
            given = replace(facts.particulars(first), predecessor_id=predecessor)
            with pytest.raises(Invalid, match="predecessor_makes_circle"):
                actions.edit_topic(session, first, given, None, clerk, START)


def test_an_ended_lead_is_flagged_but_not_in_the_way(runtime: Runtime, world: World) -> None:
    topic_id = added(runtime, world, lead_id=world.people["Wethouder Leiden 1"])
    with runtime.work() as session:
        clerk, secretary_elsewhere = world.by(session, "clerk"), world.by(session, "outsider")
        assert queries.leads_to_reassign(session, clerk, TODAY) == []
        lead = session.scalars(
            select(Membership).where(Membership.person_id == world.people["Wethouder Leiden 1"])
        ).one()
        lead.until = TODAY - timedelta(days=1)
        session.flush()
        (flagged,) = queries.leads_to_reassign(session, clerk, TODAY)
        assert flagged.id == topic_id
        assert queries.leads_to_reassign(session, clerk, TODAY - timedelta(days=1)) == []
        assert queries.leads_to_reassign(session, secretary_elsewhere, TODAY) == []
        # Something else may be edited while the lead waits for a successor.
        kept = replace(facts.particulars(flagged), minutes=30)
        actions.edit_topic(session, flagged, kept, None, clerk, START)
        actions.assign_lead(session, flagged, world.people["Wethouder Leiden 2"], None, clerk, START)
        assert queries.leads_to_reassign(session, clerk, TODAY) == []


def test_the_loader_may_name_a_lead_who_has_left(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic = add(session, world, lead_id=world.people["Gedeputeerde"])
        assert queries.leads_to_reassign(session, System(), TODAY) == [topic]


def test_a_withdrawal_needs_a_reason(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="withdrawal_needs_reason"):
        actions.withdraw(session, add(session, world), " \n", None, world.by(session, "clerk"), START)


def test_what_is_searched_follows_the_text(runtime: Runtime, world: World) -> None:
    topic_id = added(runtime, world, "Zoë en ÉÉN", summary="ﬁets")
    with runtime.work() as session:
        topic = get(session, Topic, topic_id)
        assert topic.searchable == "zoe en een\nfiets\n"
        given = replace(facts.particulars(topic), desired_result="Straße")
        actions.edit_topic(session, topic, given, None, world.by(session, "clerk"), START)
        assert topic.searchable.endswith(folded("STRASSE"))
