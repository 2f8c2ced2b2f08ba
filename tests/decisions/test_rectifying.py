"""After closing: rectification keeps both readings, and a meeting opens again only while nothing has left."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.problems import Conflict
from agenda.core.runtime import Runtime
from agenda.decisions import ratification_actions, rectifying
from agenda.decisions.model import Decision, RatificationResult, Rectification
from agenda.meetings import actions as meetings
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.meetings.standard_text_actions import add_text
from agenda.meetings.standard_text_model import TextPlace
from agenda.meetings.standard_text_rules import Words
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of as topic_state
from tests.decisions.held import LATER, MET_ON, ODD, Held, close, decided
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER
from tests.world import StandingClock, World


@pytest.fixture
def closed(runtime: Runtime, world: World, held: Held, clock: StandingClock) -> int:
    """Close the meeting with one agreement, whose number this is; time goes on."""
    with runtime.work() as session:
        key = decided(session, world, held, "De oorspronkelijke tekst.").id
        close(session, world, held)
    clock.at = LATER
    return key


def test_a_decision_is_rectified_with_a_reason_and_shows_both_readings_everywhere(
    as_someone: AsSomeone, runtime: Runtime, held: Held, closed: int
) -> None:
    clerk, address = as_someone("clerk"), f"/decisions/{closed}/rectify"
    assert "De oorspronkelijke tekst." in clerk.get(address).text
    answer = clerk.post(address, data={"text": "De juiste tekst.", "why": ODD})
    assert (answer.status_code, answer.location) == (303, f"/decisions/{closed}")
    for page in (f"/decisions/{closed}", f"/meetings/{held.id}", f"{held.url}"):
        text = clerk.get(page).text
        assert "De juiste tekst." in text
        assert "De oorspronkelijke tekst." in text
        assert "Gerectificeerd op 7 maart 2019" in text
        assert "Van der Ven, Zoë" in text
        assert "<b>dik" not in text
    assert "Gerectificeerd op 7 maart 2019: Van der Ven, Zoë" in clerk.get("/decisions?state=rectified").text
    assert "2019-03-07: Van der Ven, Zoë" in clerk.get("/decisions.csv").data.decode()
    with runtime.read() as session:
        kept = session.scalars(select(Rectification)).one()
        assert (kept.before, kept.after) == ("De oorspronkelijke tekst.", "De juiste tekst.")
        assert (kept.made_by, kept.made_at) == ("clerk", LATER)
        assert history(session, "decision", closed)[0].verb == "decision_rectified"


def test_an_outcome_is_rectified_and_the_topic_is_where_it_should_be(
    as_someone: AsSomeone, runtime: Runtime, held: Held, closed: int
) -> None:
    clerk = as_someone("clerk")
    address = f"{held.url}/{held.second}/rectify"
    given = {"outcome": "deferred", "text": "Aangehouden.", "why": "Verkeerd gehoord."}
    assert clerk.post(address, data=given).status_code == 303
    with runtime.read() as session:
        item = session.get_one(AgendaItem, held.second)
        assert (item.outcome, item.outcome_text) == (ItemOutcome.DEFERRED, "Aangehouden.")
        assert topic_state(session.get_one(Topic, item.topic_id)) is TopicState.DEFERRED
        kept = {one.field: (one.before, one.after) for one in session.scalars(select(Rectification))}
    assert kept == {"outcome": ("decided", "deferred"), "outcome_text": ("Akkoord.", "Aangehouden.")}
    page = as_someone("Wethouder Leiden 1").get(f"/meetings/{held.id}").text
    assert page.count("Gerectificeerd op 7 maart 2019") == 2
    assert "Verkeerd gehoord." in page


def test_a_decision_that_was_left_out_comes_last_with_the_reason(
    as_someone: AsSomeone, runtime: Runtime, held: Held, closed: int
) -> None:
    clerk, address = as_someone("clerk"), f"/meetings/{held.id}/decisions/left-out"
    assert "Warmterotonde" in clerk.get(address).text
    given = {"text": "Ook dit besloten wij.", "kind": "agreement", "item": str(held.second), "why": ODD}
    for missing in ("text", "why"):
        assert clerk.post(address, data={**given, missing: ""}).status_code == 422
    assert clerk.post(address, data={**given, "item": "99999"}).status_code == 422
    answer = clerk.post(address, data=given)
    assert answer.status_code == 303
    with runtime.read() as session:
        made = session.scalars(select(Decision).order_by(Decision.position.desc())).first()
        assert made is not None
        assert (made.position, made.agenda_item_id, len(made.ratifications)) == (2, held.second, 5)
        assert session.scalars(select(Rectification.decision_id)).all() == [made.id]
    page = as_someone("reader").get(answer.location).text
    assert "Gerectificeerd op 7 maart 2019" in page
    assert as_someone("Wethouder Leiden 1").post(address, data=given).status_code == 403


@pytest.mark.parametrize(
    "given",
    [
        {"text": "Anders.", "why": "  "},
        {"text": "De oorspronkelijke tekst.", "why": "Er verschilt niets."},
        {"text": "", "why": "Leeg."},
        {"text": "x" * 5001, "why": "Te lang."},
        {"text": "Anders.", "why": "x" * 1001},
    ],
)
def test_what_is_no_rectification_changes_nothing(
    as_someone: AsSomeone, runtime: Runtime, closed: int, given: dict[str, str]
) -> None:
    assert as_someone("clerk").post(f"/decisions/{closed}/rectify", data=given).status_code == 422
    with runtime.read() as session:
        assert session.scalars(select(Rectification)).all() == []
        assert session.get_one(Decision, closed).text == "De oorspronkelijke tekst."


def test_before_closing_there_is_nothing_to_rectify(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        key = decided(session, world, held).id
    clerk = as_someone("clerk")
    assert clerk.get(f"/decisions/{key}/rectify").status_code == 409
    assert clerk.post(f"/decisions/{key}/rectify", data={"text": "a", "why": "b"}).status_code == 409
    left_out = f"/meetings/{held.id}/decisions/left-out"
    assert clerk.get(left_out).status_code == 409
    assert clerk.post(left_out, data={"text": "a", "why": "b"}).status_code == 409
    given = {"outcome": "noted", "why": "b"}
    assert clerk.post(f"{held.url}/{held.first}/rectify", data=given).status_code == 409


def test_of_two_who_rectify_the_second_sees_both(
    as_someone: AsSomeone, runtime: Runtime, held: Held, closed: int
) -> None:
    clerk = as_someone("clerk")
    with runtime.read() as session:
        seen = {"version": str(session.get_one(Decision, closed).version)}
        item_seen = {"version": str(session.get_one(AgendaItem, held.first).version)}
    address = f"/decisions/{closed}/rectify"
    clerk.post(address, data={"text": "Van de eerste.", "why": "Fout.", **seen})
    late = clerk.post(address, data={"text": "Van mij.", "why": "Mijn reden.", **seen})
    assert late.status_code == 409
    assert all(text in late.text for text in ("Van de eerste.", "Van mij.", "Mijn reden."))
    address = f"{held.url}/{held.first}/rectify"
    clerk.post(address, data={"outcome": "noted", "text": "Van de eerste.", "why": "Fout.", **item_seen})
    late = clerk.post(address, data={"outcome": "agreed", "text": "Van mij.", "why": "Reden.", **item_seen})
    assert late.status_code == 409
    assert all(text in late.text for text in ("Van de eerste.", "Van mij.", "Reden."))
    with runtime.read() as session:
        assert session.get_one(AgendaItem, held.first).outcome is ItemOutcome.NOTED
        assert len(session.scalars(select(Rectification)).all()) == 3


def test_a_meeting_opens_again_while_nothing_has_left_and_not_after(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held, closed: int
) -> None:
    clerk = as_someone("clerk")
    assert "Heropenen" in clerk.get(f"/meetings/{held.id}").text
    assert clerk.post(f"/meetings/{held.id}/reopen").status_code == 303
    with runtime.work() as session:
        by, meeting = world.by(session, "clerk"), session.get_one(Meeting, held.id)
        meetings.close(session, meeting, by, LATER)
        organ = session.get_one(Decision, closed).ratifications[0]
        said = ratification_actions.Said(RatificationResult.RATIFIED, MET_ON)
        ratification_actions.note_said(session, organ, said, None, by, LATER)
    assert clerk.post(f"/meetings/{held.id}/reopen").status_code == 409
    assert "Heropenen" not in clerk.get(f"/meetings/{held.id}").text


def test_a_rectified_meeting_does_not_open_again(
    runtime: Runtime, world: World, held: Held, closed: int
) -> None:
    with runtime.work() as session:
        by, item = world.by(session, "clerk"), session.get_one(AgendaItem, held.first)
        rectifying.rectify_outcome(session, item, ItemOutcome.NOTED, "", "Fout.", None, by, LATER)
        with pytest.raises(Conflict, match="outcomes_have_left"):
            meetings.reopen(session, item.meeting, by, LATER)


def test_closing_needs_an_outcome_on_closed_and_confidential_items_too(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        session.get_one(AgendaItem, held.first).closed = True
        session.get_one(AgendaItem, held.second).confidential = True
        meeting = session.get_one(Meeting, held.id)
        with pytest.raises(Conflict, match="outcomes_missing"):
            meetings.close(session, meeting, by, AFTER)
        close(session, world, held)
        assert meeting.closed_at == AFTER


def test_standard_texts_stand_ready_for_the_words_and_for_the_reason(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held, closed: int
) -> None:
    with runtime.work() as session:
        words = Words("Beide", "Over {onderwerp}.", (TextPlace.DECISION, TextPlace.REASON))
        add_text(session, world.body(session), words, world.by(session, "clerk"), LATER)
    clerk = as_someone("clerk")
    assert clerk.get(f"/decisions/{closed}/rectify").text.count("Over Warmterotonde.") == 2
    assert clerk.get(f"{held.url}/{held.second}/rectify").text.count("Over Studentenhuisvesting.") == 2
    assert clerk.get(f"/meetings/{held.id}/decisions/left-out").text.count("Over [onderwerp].") == 2
