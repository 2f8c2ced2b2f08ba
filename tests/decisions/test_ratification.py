"""Who must ratify an agreement, what they said, and the board that shows it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.decisions import ratification_actions as actions
from agenda.decisions.actions import record_decision, remove_decision, rewrite_decision
from agenda.decisions.model import (
    Decision,
    DecisionKind,
    Ratification,
    RatificationResult,
    RatifyingOrgan,
)
from agenda.decisions.ratification_actions import Said
from agenda.decisions.ratification_queries import due_ratifications
from agenda.decisions.rules import Standing, standing_of, tally
from agenda.decisions.states import standing_in_sql
from agenda.meetings.model import Meeting
from agenda.people.model import Seat
from tests.decisions.held import LATER, MET_ON, ODD, Held, close, decided
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER
from tests.world import StandingClock, World

RATIFIED = RatificationResult.RATIFIED
REFUSED = RatificationResult.REFUSED
DUE = MET_ON + timedelta(weeks=6)


@pytest.fixture
def agreed(runtime: Runtime, world: World, held: Held, clock: StandingClock) -> int:
    """Give the number of an agreement of a closed meeting, some weeks later."""
    with runtime.work() as session:
        key = decided(session, world, held).id
        close(session, world, held)
    clock.at = LATER
    return key


def asked(runtime: Runtime, name: str, organ: RatifyingOrgan = RatifyingOrgan.COLLEGE) -> Ratification:
    with runtime.read() as session:
        rows = session.scalars(select(Ratification).where(Ratification.organ == organ))
        found = next(row for row in rows if row.organisation.name == name)
        session.expunge_all()
        return found


def say(runtime: Runtime, world: World, name: str, result: RatificationResult, remark: str = "") -> None:
    key = asked(runtime, name).id
    with runtime.work() as session:
        row = session.get_one(Ratification, key)
        said = Said(result, MET_ON + timedelta(days=5), remark)
        actions.note_said(session, row, said, None, world.by(session, "clerk"), LATER)


def test_an_agreement_is_put_to_the_college_of_each_member_municipality_within_six_weeks(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        province = world.organisations["Provincie"]
        session.add(Seat(body_id=world.body_id, organisation_id=province, position=9))
        session.flush()
        agreement = decided(session, world, held)
        plain = decided(session, world, held, kind=DecisionKind.DECISION)
        # The province has no college of mayor and aldermen.
        assert [one.organisation.name for one in agreement.ratifications] == [
            "Leiden",
            "Leiderdorp",
            "Oegstgeest",
            "Voorschoten",
            "Zoeterwoude",
        ]
        assert {one.due_on for one in agreement.ratifications} == {DUE}
        assert plain.ratifications == []
        assert standing_of(plain) is Standing.IN_FORCE


def test_a_body_asks_another_time_and_what_was_asked_before_keeps_its_day(
    as_someone: AsSomeone, runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        before = decided(session, world, held).id
    terms = {
        "papers_days_before": "7",
        "agenda_days_before": "7",
        "outcomes_days_after": "3",
        "decision_list_days_after": "10",
        "ratification_days_after": "65",
    }
    secretary = as_someone("secretary")
    assert secretary.post(f"/bodies/{world.body_id}/deadlines", data=terms).status_code == 303
    with runtime.work() as session:
        after = decided(session, world, held)
        # Day 65 is the Saturday before Easter.
        assert {one.due_on for one in after.ratifications} == {date(2019, 4, 23)}
        assert {one.due_on for one in session.get_one(Decision, before).ratifications} == {DUE}
    for role, way in (("secretary", "Termijnen wijzigen"), ("reader", "Alle termijnen")):
        board = as_someone(role).get(f"/bodies/{world.body_id}/ratifications").text
        assert "binnen 65 dagen na het overleg" in board
        assert f'/bodies/{world.body_id}/deadlines">{way}' in board
    assert "dagen na het overleg" not in secretary.get("/ratifications").text


def test_what_was_decided_can_become_an_agreement_and_back_until_an_organ_speaks(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        decision = decided(session, world, held, kind=DecisionKind.DECISION)
        rewrite_decision(session, decision, "Anders.", None, by, AFTER, kind=DecisionKind.AGREEMENT)
        assert len(decision.ratifications) == 5
        rewrite_decision(session, decision, "Anders.", None, by, AFTER, kind=DecisionKind.DECISION)
        session.flush()
        assert session.scalars(select(Ratification)).all() == []
        rewrite_decision(session, decision, "Anders.", None, by, AFTER, kind=DecisionKind.AGREEMENT)
        actions.note_said(session, decision.ratifications[0], Said(RATIFIED, MET_ON), None, by, AFTER)
        with pytest.raises(Conflict, match="ratification_has_begun"):
            rewrite_decision(session, decision, "Stiekem anders.", None, by, AFTER)
        with pytest.raises(Conflict, match="ratification_has_begun"):
            remove_decision(session, decision, None, by, AFTER)


def test_the_standing_in_the_database_is_that_of_the_rule(runtime: Runtime, world: World, held: Held) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, held.id)
        by = world.by(session, "clerk")
        for kind in DecisionKind:
            for results in ((), (None,), (RATIFIED,), (RATIFIED, None), (REFUSED, None), (RATIFIED, "with")):
                made = record_decision(session, meeting, "Besluit.", None, by, AFTER, kind=kind)
                made.ratifications.clear()
                session.flush()
                for result, name in zip(results, ("Leiden", "Leiderdorp"), strict=False):
                    made.ratifications.append(
                        Ratification(
                            organisation_id=world.organisations[name],
                            organ=RatifyingOrgan.COUNCIL,
                            result=RatificationResult.WITH_RESERVATION if result == "with" else result,
                        )
                    )
        made.superseded_by_id = made.id - 1
        session.flush()
        rows = session.execute(select(Decision, standing_in_sql())).all()
        assert len(rows) == 12
        for decision, standing in rows:
            assert standing == standing_of(decision).value, decision.ratifications


def test_five_colleges_ratify_one_after_the_other_and_only_the_last_makes_it_binding(
    as_someone: AsSomeone, runtime: Runtime, agreed: int
) -> None:
    clerk = as_someone("clerk")
    for number, name in enumerate(("Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude")):
        page = clerk.get(f"/decisions/{agreed}").text
        assert f"{number} van 5 bekrachtigd" in page
        assert "Wacht op bekrachtiging" in page
        address = f"/ratifications/{asked(runtime, name).id}"
        answer = clerk.post(address, data={"result": "ratified", "said_on": "2019-03-01"})
        assert answer.status_code == 303
    page = clerk.get(f"/decisions/{agreed}").text
    assert "5 van 5 bekrachtigd" in page
    assert "Van kracht" in page


def test_one_refusal_keeps_it_from_being_in_force_until_it_is_corrected_and_the_history_tells_both(
    as_someone: AsSomeone, runtime: Runtime, world: World, agreed: int
) -> None:
    for name in ("Leiden", "Leiderdorp", "Oegstgeest", "Zoeterwoude"):
        say(runtime, world, name, RATIFIED)
    clerk = as_someone("clerk")
    address = f"/ratifications/{asked(runtime, 'Voorschoten').id}"
    why = f"{ODD} " + "x" * 4900
    clerk.post(address, data={"result": "refused", "said_on": "2019-02-26", "remark": why})
    page = clerk.get(f"/decisions/{agreed}").text
    assert "Niet bekrachtigd door: college van Voorschoten. De afspraak is niet van kracht." in page
    assert "&lt;b&gt;dik" in page
    assert "<b>dik" not in page
    assert "4 van 5 bekrachtigd" in clerk.get("/ratifications").text
    reserved = {"result": "with_reservation", "said_on": "2019-03-05", "remark": "Mits gratis."}
    clerk.post(address, data=reserved)
    assert "5 van 5 bekrachtigd, waarvan één onder voorbehoud" in clerk.get(f"/decisions/{agreed}").text
    clerk.post(address, data={"result": "ratified", "said_on": "2019-03-05", "remark": ""})
    with runtime.read() as session:
        assert standing_of(session.get_one(Decision, agreed)) is Standing.IN_FORCE
        newest = history(session, "decision", agreed)[0]
        assert (newest.before["result"], newest.after["result"]) == ("with_reservation", "ratified")
        assert why in {
            entry.after.get("ratification_remark") for entry in history(session, "decision", agreed)
        }


def test_what_an_organ_cannot_have_said_comes_back_with_what_was_typed(
    as_someone: AsSomeone, runtime: Runtime, agreed: int
) -> None:
    clerk, address = as_someone("clerk"), f"/ratifications/{asked(runtime, 'Leiden').id}"
    for given in (
        {},
        {"result": "ratified"},
        {"result": "ratified", "said_on": "2019-02-13"},
        {"result": "ratified", "said_on": "2019-12-31"},
        {"result": "refused", "said_on": "2019-02-20", "remark": " "},
        {"result": "misschien", "said_on": "2019-02-20"},
        {"result": "refused", "said_on": "2019-02-20", "remark": "x" * 5001},
    ):
        answer = clerk.post(address, data={"remark": "Mijn tekst.", **given})
        assert answer.status_code == 422, given
        assert "Mijn tekst." in answer.text or "remark" in given
    assert asked(runtime, "Leiden").result is None


def test_of_two_clerks_the_second_sees_what_the_first_wrote_down(
    as_someone: AsSomeone, runtime: Runtime, agreed: int
) -> None:
    clerk, row = as_someone("clerk"), asked(runtime, "Leiden")
    address, seen = f"/ratifications/{row.id}", {"version": str(row.version)}
    refused = {"result": "refused", "said_on": "2019-02-20", "remark": "Van de eerste.", **seen}
    assert clerk.post(address, data=refused).status_code == 303
    late = clerk.post(
        address,
        data={"result": "with_reservation", "said_on": "2019-02-21", "remark": "Van mij.", **seen},
    )
    assert late.status_code == 409
    assert "Van de eerste." in late.text
    assert "Van mij." in late.text
    assert asked(runtime, "Leiden").result is REFUSED


def test_councils_are_asked_where_they_are_chosen_and_who_has_spoken_stays(
    as_someone: AsSomeone, runtime: Runtime, world: World, agreed: int
) -> None:
    say(runtime, world, "Leiden", RATIFIED)
    clerk, address = as_someone("clerk"), f"/decisions/{agreed}/organs"
    leiden, leiderdorp = world.organisations["Leiden"], world.organisations["Leiderdorp"]
    wanted = [f"college:{leiden}", f"council:{leiden}", f"council:{leiderdorp}"]
    assert clerk.post(address, data={"organs": wanted, "due_on": "2019-06-01"}).status_code == 303
    with runtime.read() as session:
        rows = session.get_one(Decision, agreed).ratifications
        found = {(one.organ.value, one.organisation.name, one.due_on) for one in rows}
    assert found == {
        ("college", "Leiden", DUE),
        ("council", "Leiden", date(2019, 6, 1)),
        ("council", "Leiderdorp", date(2019, 6, 1)),
    }
    gone = clerk.post(address, data={"organs": wanted[1:], "due_on": "2019-06-01"})
    assert gone.status_code == 409
    for organs in ([], ["council:999999"], ["raad:1"], ["council:x"]):
        answer = clerk.post(address, data={"organs": organs, "due_on": "2019-06-01"})
        assert answer.status_code == 422, organs
    with runtime.read() as session:
        assert tally(session.get_one(Decision, agreed).ratifications).asked == 3


def test_two_who_choose_the_organs_at_once_do_not_undo_each_other(
    runtime: Runtime, world: World, agreed: int
) -> None:
    with runtime.work() as session:
        decision, by = session.get_one(Decision, agreed), world.by(session, "clerk")
        seen = decision.version
        one = [(world.organisations["Leiden"], RatifyingOrgan.COUNCIL)]
        other = [(world.organisations["Leiderdorp"], RatifyingOrgan.COUNCIL)]
        actions.choose_organs(session, decision, one, DUE, seen, by, LATER)
        with pytest.raises(Changed):
            actions.choose_organs(session, decision, other, DUE, seen, by, LATER)
        with pytest.raises(Invalid):
            actions.choose_organs(session, decision, [], DUE, None, by, LATER)


def test_what_is_due_stands_on_the_start_page_of_who_records_it_and_is_late_in_red(
    as_someone: AsSomeone, runtime: Runtime, world: World, agreed: int, clock: StandingClock
) -> None:
    say(runtime, world, "Leiden", RATIFIED)
    assert "Bekrachtiging van" not in as_someone("clerk").get("/").text
    clock.at = AFTER + timedelta(weeks=5)
    start = as_someone("clerk").get("/").text
    assert "Bekrachtiging van 2019-02-14/1: college van Leiderdorp" in start
    assert "college van Leiden," not in start
    assert "Bekrachtiging van" not in as_someone("Wethouder Leiden 1").get("/").text
    clock.at = AFTER + timedelta(weeks=6, days=3)
    assert "lr-task--neg" in as_someone("clerk").get("/").text
    board = as_someone("Wethouder Leiden 1").get(f"/bodies/{world.body_id}/ratifications").text
    assert board.count("3 dagen te laat") == 4
    assert ">Vastleggen<" not in board
    say(runtime, world, "Oegstgeest", REFUSED, "Te duur.")
    with runtime.read() as session:
        # What was refused is not chased any more.
        assert due_ratifications(session, world.by(session, "clerk"), LATER.date()) == []


def test_the_board_of_a_body_shows_no_other_body(as_someone: AsSomeone, world: World, agreed: int) -> None:
    assert "2019-02-14/1" in as_someone("reader").get("/ratifications").text
    assert "2019-02-14/1" not in as_someone("outsider").get("/ratifications").text
    assert "2019-02-14/1" not in as_someone("stranger").get("/ratifications").text
    page = as_someone("outsider").get(f"/bodies/{world.other_body_id}/ratifications")
    assert "Er hoeft niets te worden bekrachtigd" in page.text
