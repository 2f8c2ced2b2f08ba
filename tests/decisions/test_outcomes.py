"""What came out of a meeting: outcomes, decisions and closing, through the pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.runtime import Runtime
from agenda.decisions.model import Decision, DecisionKind
from agenda.decisions.ratification_actions import ask_usual
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.people.model import Body
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of as topic_state
from tests.decisions.held import Held, outcome
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import AFTER, put_on_agenda, topic
from tests.world import StandingClock, World

SCRIPT = "<script>alert('1')</script> & <b>vet</b>"


def decisions(runtime: Runtime) -> list[str]:
    with runtime.read() as session:
        return [one.text for one in session.scalars(select(Decision).order_by(Decision.position))]


def version_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" type="hidden" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_clerk_records_each_outcome_and_closes_the_meeting(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    assert "nog vast te leggen" in clerk.get(held.url).text
    clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "decided", "Akkoord."))
    assert clerk.post(f"/meetings/{held.id}/close").status_code == 409
    clerk.post(f"{held.url}/{held.second}", data=outcome(held.second, "deferred"))
    answer = clerk.post(f"/meetings/{held.id}/close")
    assert (answer.status_code, answer.location) == (303, f"/meetings/{held.id}")
    with runtime.read() as session:
        meeting = session.get_one(Meeting, held.id)
        assert state_of(meeting, AFTER) is MeetingState.CLOSED
        states = [topic_state(t) for t in session.scalars(select(Topic).order_by(Topic.id))]
    assert states == [TopicState.TREATED, TopicState.DEFERRED]
    assert "beide lezingen blijven" in clerk.get(held.url).text
    closed = clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "noted"))
    assert closed.status_code == 409


def test_before_the_meeting_begins_nothing_can_be_recorded(
    as_someone: AsSomeone, runtime: Runtime, held: Held, clock: StandingClock
) -> None:
    clock.wind(days=-30)
    clerk = as_someone("clerk")
    page = clerk.get(held.url)
    assert "nog niet begonnen" in page.text
    assert "<textarea" not in page.text
    assert clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "decided")).status_code == 409
    assert clerk.post(f"/meetings/{held.id}/decisions", data={"text": "Te vroeg."}).status_code == 409
    assert decisions(runtime) == []


def test_decisions_keep_their_order_and_the_history_every_word(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    for text in ("Eerste besluit.", "Tweede besluit.", "Derde besluit."):
        clerk.post(f"/meetings/{held.id}/decisions", data={"text": text})
    with runtime.read() as session:
        first, second, _ = session.scalars(select(Decision).order_by(Decision.position))
        session.expunge_all()
    clerk.post(f"/decisions/{first.id}", data={f"decision{first.id}-text": "Eerste, beter."})
    clerk.post(f"/decisions/{second.id}/remove", data={"version": str(second.version)})
    assert decisions(runtime) == ["Eerste, beter.", "Derde besluit."]
    clerk.post(f"/meetings/{held.id}/decisions", data={"text": "Vierde besluit."})
    assert decisions(runtime)[-1] == "Vierde besluit."
    with runtime.read() as session:
        told = [(e.verb, e.before, e.after) for e in history(session, "meeting", held.id)]
    assert ("decision_rewritten", {"decision": "Eerste besluit."}, {"decision": "Eerste, beter."}) in told
    assert ("decision_removed", {"decision": "Tweede besluit."}, {"decision": None}) in told
    page = clerk.get(f"/meetings/{held.id}").text
    assert "Vierde besluit." in page
    assert "decision_" not in page


def test_of_two_clerks_the_second_sees_both_outcomes(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    address = f"{held.url}/{held.first}"
    seen = version_of(clerk.get(held.url).text, f"item{held.first}-version")
    clerk.post(address, data=outcome(held.first, "decided", "De eerste was hier.", version=seen))
    late = clerk.post(address, data=outcome(held.first, "noted", "Mijn tekst.", version=seen))
    assert late.status_code == 409
    assert "De eerste was hier." in late.text
    assert "Mijn tekst." in late.text
    with runtime.read() as session:
        assert session.get_one(AgendaItem, held.first).outcome is ItemOutcome.DECIDED
    now = version_of(late.text, f"item{held.first}-version")
    again = clerk.post(address, data=outcome(held.first, "noted", "Mijn tekst.", version=now))
    assert again.status_code == 303


def test_a_decision_that_was_rewritten_meanwhile_is_neither_overwritten_nor_removed(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    clerk.post(f"/meetings/{held.id}/decisions", data={"text": "Oorspronkelijk."})
    with runtime.read() as session:
        decision = session.scalars(select(Decision)).one()
        session.expunge(decision)
    address, name = f"/decisions/{decision.id}", f"decision{decision.id}"
    seen = str(decision.version)
    clerk.post(address, data={f"{name}-text": "Van de ander.", f"{name}-version": seen})
    late = clerk.post(address, data={f"{name}-text": "Van mij.", f"{name}-version": seen})
    assert late.status_code == 409
    assert "Van de ander." in late.text
    assert "Van mij." in late.text
    assert clerk.post(f"{address}/remove", data={"version": seen}).status_code == 409
    assert decisions(runtime) == ["Van de ander."]


def test_five_thousand_characters_fit_and_one_more_does_not(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    address = f"/meetings/{held.id}/decisions"
    assert clerk.post(address, data={"text": "é" * 5000}).status_code == 303
    assert clerk.post(address, data={"text": "é" * 5001}).status_code == 422
    assert clerk.post(address, data={"text": " \n "}).status_code == 422
    long = outcome(held.first, "decided", "x" * 5001)
    assert clerk.post(f"{held.url}/{held.first}", data=long).status_code == 422
    assert clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "eens")).status_code == 422
    assert decisions(runtime) == ["é" * 5000]


def test_markup_in_a_text_stays_text(as_someone: AsSomeone, held: Held) -> None:
    clerk = as_someone("clerk")
    clerk.post(f"/meetings/{held.id}/decisions", data={"text": SCRIPT})
    clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "decided", SCRIPT))
    for address in (held.url, f"/meetings/{held.id}"):
        page = clerk.get(address).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<b>vet" not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("Wethouder Leiden 1", 403),
        ("reader", 403),
        ("administrator", 403),
        ("outsider", 404),
        ("stranger", 404),
    ],
)
def test_only_secretary_and_clerk_record(
    as_someone: AsSomeone, runtime: Runtime, held: Held, who: str, status: int
) -> None:
    as_someone("clerk").post(f"/meetings/{held.id}/decisions", data={"text": "Besluit."})
    with runtime.read() as session:
        decision = session.scalars(select(Decision)).one()
        session.expunge(decision)
    client = as_someone(who)
    answers = [
        client.get(held.url),
        client.post(f"{held.url}/{held.first}", data=outcome(held.first, "decided")),
        client.post(f"/meetings/{held.id}/decisions", data={"text": "Van mij."}),
        client.post(f"/decisions/{decision.id}", data={f"decision{decision.id}-text": "Anders."}),
        client.post(f"/decisions/{decision.id}/remove"),
        client.post(f"/meetings/{held.id}/close"),
    ]
    assert [answer.status_code for answer in answers] == [status] * len(answers)
    assert decisions(runtime) == ["Besluit."]


def test_an_item_of_another_meeting_and_ids_of_nothing_are_not_found(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        other = Meeting(
            body=session.get_one(Body, world.other_body_id),
            title="Ander overleg",
            starts_at=AFTER,
            minutes=60,
            time_zone="Europe/Amsterdam",
            created_at=AFTER,
        )
        session.add(other)
        session.flush()
        strange = put_on_agenda(session, other, topic(session, world, "Elders")).id
        decision = Decision(meeting=other, position=1, text="Elders.", recorded_at=AFTER)
        session.add(decision)
        session.flush()
        decision_id = decision.id
    clerk = as_someone("clerk")
    answers = [
        clerk.post(f"{held.url}/{strange}", data=outcome(strange, "decided")),
        clerk.post(f"{held.url}/99999", data=outcome(99999, "decided")),
        clerk.post(f"/decisions/{decision_id}", data={f"decision{decision_id}-text": "Mijn."}),
        clerk.post(f"/decisions/{decision_id}/remove"),
        clerk.get("/meetings/99999/outcomes"),
        clerk.get(f"/meetings/{other.id}/outcomes"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_the_screen_asks_as_many_queries_for_thirty_items_as_for_two(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    clerk = as_someone("clerk")
    clerk.post(f"/meetings/{held.id}/decisions", data={"text": "Besluit.", "kind": "agreement"})
    clerk.get(held.url)

    def queries() -> int:
        with Statements(runtime) as counted:
            clerk.get(held.url)
        return counted.number

    few = queries()
    with runtime.work() as session:
        meeting = session.get_one(Meeting, held.id)
        for number in range(28):
            put_on_agenda(session, meeting, topic(session, world, f"Onderwerp {number}"))
            decision = Decision(meeting=meeting, position=number + 2, text="Besluit.", recorded_at=AFTER)
            session.add(decision)
            decision.kind = DecisionKind.AGREEMENT
            ask_usual(session, decision)
    assert queries() == few
