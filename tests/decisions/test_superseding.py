"""A later decision takes the place of an earlier one, which stays readable; reservations of colleges."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.decisions import superseding
from agenda.decisions.actions import record_decision, remove_decision
from agenda.decisions.model import Decision, DecisionKind, Reservation
from agenda.decisions.rules import Standing, standing_of
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.people.model import Body
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of as topic_state
from tests.decisions.held import ODD, Held, close, decided, outcome
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER
from tests.world import World


@pytest.fixture
def three(runtime: Runtime, world: World, held: Held) -> list[int]:
    """Give the numbers of three decisions, in the order in which they were taken."""
    with runtime.work() as session:
        return [
            decided(session, world, held, text, DecisionKind.DECISION).id
            for text in ("Elke maand overleg.", "Elk kwartaal overleg.", "Elk half jaar overleg.")
        ]


def standings(runtime: Runtime, ids: list[int]) -> list[Standing]:
    with runtime.read() as session:
        return [standing_of(session.get_one(Decision, key)) for key in ids]


def test_an_earlier_decision_is_chosen_both_show_it_and_it_can_be_undone(
    as_someone: AsSomeone, runtime: Runtime, three: list[int]
) -> None:
    first, second, _ = three
    clerk, address = as_someone("clerk"), f"/decisions/{second}/supersedes"
    offered = clerk.get(address).text
    assert "Elke maand overleg." in offered
    assert clerk.post(address, data={"earlier": str(first)}).status_code == 303
    assert standings(runtime, three) == [Standing.SUPERSEDED, Standing.IN_FORCE, Standing.IN_FORCE]
    reader = as_someone("reader")
    old, new = reader.get(f"/decisions/{first}").text, reader.get(f"/decisions/{second}").text
    assert "Elke maand overleg." in old
    assert "Vervangen door" in old
    assert f'href="/decisions/{second}"' in old
    assert "Vervangt" in new
    assert f'href="/decisions/{first}"' in new
    assert clerk.post(f"/decisions/{first}/stand-again").status_code == 303
    assert clerk.post(f"/decisions/{first}/stand-again").status_code == 409
    assert standings(runtime, three) == [Standing.IN_FORCE] * 3
    with runtime.read() as session:
        verbs = [entry.verb for entry in history(session, "decision", first)]
    assert verbs[:2] == ["decision_stands_again", "decision_superseded"]


def test_only_an_earlier_one_of_the_same_body_that_stands_can_be_superseded(
    runtime: Runtime, world: World, three: list[int]
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        first, second, third = (session.get_one(Decision, key) for key in three)
        for earlier, later in ((second, first), (first, first)):
            with pytest.raises(Conflict, match="decision_not_earlier"):
                superseding.supersede(session, earlier, later, by, AFTER)
        superseding.supersede(session, first, second, by, AFTER)
        with pytest.raises(Conflict, match="decision_superseded"):
            superseding.supersede(session, first, third, by, AFTER)
        superseding.supersede(session, second, third, by, AFTER)
        assert [standing_of(one) for one in (first, second, third)] == [
            Standing.SUPERSEDED,
            Standing.SUPERSEDED,
            Standing.IN_FORCE,
        ]


def test_a_decision_of_another_body_is_not_offered_and_not_taken(
    as_someone: AsSomeone, runtime: Runtime, world: World, three: list[int]
) -> None:
    with runtime.work() as session:
        other = Meeting(
            body=session.get_one(Body, world.other_body_id),
            title="Ander overleg",
            starts_at=AFTER - timedelta(days=90),
            minutes=60,
            time_zone="Europe/Amsterdam",
            created_at=AFTER,
        )
        session.add(other)
        session.flush()
        by = world.by(session, "outsider")
        strange = record_decision(session, other, "Elders besloten.", None, by, AFTER).id
    clerk, address = as_someone("clerk"), f"/decisions/{three[2]}/supersedes"
    assert "Elders besloten." not in clerk.get(address).text
    assert clerk.post(address, data={"earlier": str(strange)}).status_code == 422
    assert clerk.post(address, data={"earlier": "99999"}).status_code == 422
    assert clerk.post(address).status_code == 422


def test_words_narrow_what_is_offered(as_someone: AsSomeone, three: list[int]) -> None:
    page = as_someone("clerk").get(f"/decisions/{three[2]}/supersedes?q=KWARTAAL").text
    assert "Elk kwartaal overleg." in page
    assert "Elke maand overleg." not in page
    nothing = as_someone("clerk").get(f"/decisions/{three[2]}/supersedes?q=bestaatniet").text
    assert "Geen eerder besluit gevonden" in nothing


def test_a_later_decision_that_is_taken_back_lets_the_earlier_stand_again(
    runtime: Runtime, world: World, three: list[int]
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        first, second = (session.get_one(Decision, key) for key in three[:2])
        superseding.supersede(session, first, second, by, AFTER)
        remove_decision(session, second, None, by, AFTER)
    assert standings(runtime, three[:1]) == [Standing.IN_FORCE]


def test_a_college_holds_something_back_gives_it_up_and_may_say_it_anew(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    clerk, address = as_someone("clerk"), f"{held.url}/{held.first}/reservations"
    name = f"held{held.first}"
    given = {f"{name}-college": str(world.organisations["Oegstgeest"]), f"{name}-text": ODD}
    assert clerk.post(address, data=given).status_code == 303
    again = clerk.post(address, data={**given, f"{name}-text": "Van de andere bestuursadviseur."})
    assert again.status_code == 409
    assert "Van de andere bestuursadviseur." in again.text
    with runtime.read() as session:
        row = session.scalars(select(Reservation)).one()
    page = clerk.get(held.url).text
    assert "Voorbehoud van Oegstgeest" in page
    assert "<b>dik" not in page
    seen = {"version": str(row.version)}
    assert clerk.post(f"/reservations/{row.id}/withdraw", data=seen).status_code == 303
    assert clerk.post(f"/reservations/{row.id}/withdraw", data=seen).status_code == 409
    assert "ingetrokken op 14 februari 2019" in clerk.get(held.url).text
    assert clerk.post(address, data={**given, f"{name}-text": "x" * 5000}).status_code == 303
    with runtime.read() as session:
        found = session.scalars(select(Reservation)).one()
        assert (found.text, found.withdrawn_at) == ("x" * 5000, None)
        told = [entry.after.get("reservation") for entry in history(session, "meeting", held.id)]
    assert ODD in told
    for wrong in ({f"{name}-text": "Zonder college."}, {**given, f"{name}-text": "x" * 5001}):
        assert clerk.post(address, data=wrong).status_code == 422


def test_after_closing_a_reservation_can_be_given_up_and_none_is_added(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    clerk, name = as_someone("clerk"), f"held{held.first}"
    address = f"{held.url}/{held.first}/reservations"
    given = {f"{name}-college": str(world.organisations["Leiden"]), f"{name}-text": "Geld."}
    clerk.post(address, data=given)
    with runtime.work() as session:
        close(session, world, held)
        key = session.scalars(select(Reservation.id)).one()
    given[f"{name}-college"] = str(world.organisations["Leiderdorp"])
    assert clerk.post(address, data=given).status_code == 409
    assert clerk.post(f"/reservations/{key}/withdraw").status_code == 303
    assert clerk.post(f"/reservations/{key}/restore").status_code == 303
    assert clerk.post(f"/reservations/{key}/restore").status_code == 409
    assert "Voorbehoud van Leiden" in as_someone("reader").get(f"/meetings/{held.id}").text


def test_a_referred_item_offers_the_written_round_and_its_topic_is_free_for_it(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "referred"))
    with runtime.read() as session:
        topic = session.get_one(AgendaItem, held.first).topic
        assert topic is not None
        assert topic_state(topic) is TopicState.OPEN
        address = f"/topics/{topic.id}/round/new"
    assert f'href="{address}"' in clerk.get(held.url).text
    assert clerk.get(address).status_code == 200


def test_a_deferred_topic_is_free_again_and_counted(
    as_someone: AsSomeone, runtime: Runtime, held: Held
) -> None:
    clerk = as_someone("clerk")
    clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, "deferred"))
    assert "Eén keer aangehouden" in clerk.get(held.url).text
    with runtime.read() as session:
        states = [topic_state(one) for one in session.scalars(select(Topic).order_by(Topic.id))]
    assert states == [TopicState.DEFERRED, TopicState.PLANNED]


def test_a_decision_stands_under_its_item_and_that_item_stays_on_the_agenda(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    clerk, name = as_someone("clerk"), f"under{held.first}"
    address = f"{held.url}/{held.first}/decisions"
    given = {f"{name}-text": "Onder dit punt.", f"{name}-kind": "agreement"}
    assert clerk.post(address, data=given).status_code == 303
    assert clerk.post(address, data={f"{name}-text": "", f"{name}-kind": "agreement"}).status_code == 422
    assert clerk.post(address, data={f"{name}-text": "a", f"{name}-kind": "wet"}).status_code == 422
    with runtime.read() as session:
        made = session.scalars(select(Decision)).one()
        assert (made.agenda_item_id, made.kind) == (held.first, DecisionKind.AGREEMENT)
    with pytest.raises(Conflict, match="item_has_outcome"), runtime.work() as session:
        item = session.get_one(AgendaItem, held.first)
        agenda_actions.remove_item(session, item, world.by(session, "clerk"), AFTER)
    clerk.post(f"{held.url}/{held.first}", data=outcome(held.first, ItemOutcome.AGREED.value))
    page = as_someone("Wethouder Leiden 1").get(f"/meetings/{held.id}").text
    assert "Onder dit punt." in page
    assert "0 van 5 bekrachtigd" in page
