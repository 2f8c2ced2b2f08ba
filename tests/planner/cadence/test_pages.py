"""The pages of a rhythm: who sees and sets it, what is refused, a thin meeting cancelled and put back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.problems import Changed, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions
from agenda.meetings.model import Meeting
from agenda.planner.cadence_actions import Seen, end_cadence, resume_cadence, set_cadence
from agenda.planner.cadence_model import Cadence
from agenda.planner.cadence_queries import ended_cadences, running_cadence
from tests.meetings.agenda_world import planned_meeting, topic
from tests.meetings.conftest import AsSomeone, as_someone
from tests.planner.cadence.rhythm import SECOND_THURSDAY, rule, with_rhythm
from tests.planner.thin import topics_of, two_thin_meetings
from tests.world import START, StandingClock, World

__all__ = ["as_someone"]

ALL_YEAR = [str(month) for month in range(1, 13)]


def filled(**changed: Any) -> dict[str, Any]:
    """Fill in the form as a browser sends it."""
    form = {
        "kind": "nth",
        "weeks": "2",
        "weekday": "3",
        "nth": "2",
        "nth_weekday": "3",
        "every_months": "1",
        "months": ALL_YEAR,
        "rule": "",
        "first_day": "2019-01-01",
        "last_day": "",
        "starts": "10:00",
        "minutes": "120",
        "venue": "",
        "thin_below": "50",
        "judge_days": "10",
        "do": "keep",
    }
    return form | changed


def address(world: World, what: str = "") -> str:
    return f"/planner/cadence/{world.body_id}{what}"


def kept(runtime: Runtime, world: World) -> Cadence | None:
    with runtime.read() as session:
        return running_cadence(session, world.body_id)


def test_a_rhythm_is_set_and_spoken_of(runtime: Runtime, world: World, as_someone: AsSomeone) -> None:
    browser = as_someone("secretary")
    months = [month for month in ALL_YEAR if month not in {"7", "8"}]
    answer = browser.post(address(world, "/edit"), data=filled(months=months))
    assert answer.status_code == 303
    cadence = kept(runtime, world)
    assert cadence is not None
    assert cadence.rule == "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,9,10,11,12;BYDAY=2TH"
    for page in (address(world), f"/bodies/{world.body_id}", "/planner/cadence"):
        assert "Elke tweede donderdag van de maand, niet in juli en augustus" in browser.get(page).text
    assert "stelde het ritme in" in browser.get(address(world)).text


def test_every_way_of_saying_how_often_comes_back_in_the_form_as_it_was(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    browser = as_someone("secretary")
    ways: list[tuple[dict[str, Any], str]] = [
        ({"kind": "weeks"}, "Elke 2 weken op donderdag"),
        ({"kind": "weeks", "weeks": "1", "months": ["1"]}, "Elke week op donderdag, alleen in januari"),
        ({"nth": "-1", "every_months": "3"}, "Eens per 3 maanden op de laatste donderdag"),
        (
            {"kind": "own", "rule": "rrule:freq=monthly;bymonthday=31"},
            "Volgens een eigen regel: FREQ=MONTHLY;BYMONTHDAY=31",
        ),
    ]
    seen: dict[str, str] = {}
    for changed, words in ways:
        assert browser.post(address(world, "/edit"), data=filled(**changed) | seen).status_code == 303
        assert words in browser.get(address(world)).text
        form = browser.get(address(world, "/edit")).text
        assert re.search(f'checked[^>]*value="{changed.get("kind", "nth")}"', form)
        cadence = kept(runtime, world)
        assert cadence is not None
        seen = {"cadence_id": str(cadence.id), "version": str(cadence.version)}


def test_the_dates_are_shown_before_anything_is_kept(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    wanted = filled(kind="own", rule="FREQ=MONTHLY;BYMONTHDAY=31", minutes="", do="show")
    answer = as_someone("secretary").post(address(world, "/edit"), data=wanted)
    assert answer.status_code == 200
    for words in ("donderdag 31 januari 2019, 10.00 uur", "zondag 31 maart 2019, 10.00 uur", "Nieuwjaar"):
        assert (words in answer.text) is (words != "Nieuwjaar")
    assert "die dag is er dan niet: februari 2019, april 2019, juni 2019" in answer.text
    # What has nothing to do with the dates is not asked yet.
    assert "Vul het aantal minuten in." not in answer.text
    assert kept(runtime, world) is None


def test_a_rule_that_cannot_be_is_refused_and_what_was_typed_is_kept(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    browser = as_someone("secretary")
    for rule_text, words in {
        "elke donderdag": "Deze regel is niet te lezen.",
        "FREQ=HOURLY": "hoogstens één keer per dag",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": "Deze regel geeft geen enkele dag",
        "X" * 5_000: "Een regel heeft hoogstens 250 tekens.",
        "": "Vul een regel in.",
        "<script>alert(1)</script>": "Deze regel is niet te lezen.",
    }.items():
        for press in ("keep", "show"):
            wanted = filled(kind="own", rule=rule_text, venue="Raadzaal Van der Ven, Zoë", do=press)
            answer = browser.post(address(world, "/edit"), data=wanted)
            assert answer.status_code == 422, rule_text
            assert words in answer.text
            assert "Raadzaal Van der Ven, Zoë" in answer.text
            assert "<script>alert" not in answer.text
    assert kept(runtime, world) is None


def test_what_is_filled_in_wrongly_is_said_at_its_field(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    browser = as_someone("secretary")
    faults: list[tuple[dict[str, Any], str]] = [
        ({"kind": ""}, "Kies hoe vaak."),
        ({"kind": "weeks", "weeks": ""}, "Vul in om de hoeveel weken."),
        ({"kind": "weeks", "weeks": "53"}, "Tussen 1 en 52."),
        ({"every_months": "0"}, "Tussen 1 en 12."),
        ({"nth_weekday": "9"}, 'id="nth_weekday-error"'),
        ({"months": []}, "Kies ten minste één maand."),
        ({"first_day": ""}, "Vul de dag in."),
        ({"first_day": "20019-01-01"}, 'id="first_day-error"'),
        ({"last_day": "2018-12-31"}, "De laatste dag"),
        ({"last_day": "2021-01-01"}, "Het gremium eindigt op 31 december 2020."),
        ({"first_day": "2021-01-01"}, "Het gremium eindigt op 31 december 2020."),
        ({"minutes": "5"}, "Tussen 15 en 720 minuten."),
        ({"thin_below": "101"}, "Tussen 1 en 100 procent."),
        ({"judge_days": "-1"}, "Tussen 0 en 366 dagen."),
    ]
    for changed, words in faults:
        answer = browser.post(address(world, "/edit"), data=filled(**changed))
        assert answer.status_code == 422, changed
        assert words in answer.text
        assert 'role="alert"' in answer.text
    assert kept(runtime, world) is None


def test_no_value_that_a_program_sends_breaks_the_form(world: World, as_someone: AsSomeone) -> None:
    browser = as_someone("secretary")
    for name in filled() | {"version": "", "cadence_id": ""}:
        for value in ("a\x00b", str(-(2**63)), "9" * 5_000, "²"):
            changed = {name: [value] if name == "months" else value}
            answer = browser.post(address(world, "/edit"), data=filled(do="show") | changed)
            assert answer.status_code < 500, (name, value)


def test_who_was_second_overwrites_nothing_and_may_then_choose(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    browser, other = as_someone("secretary"), as_someone("secretary")
    assert other.post(address(world, "/edit"), data=filled()).status_code == 303
    late = browser.post(address(world, "/edit"), data=filled(nth="1"))
    assert late.status_code == 409
    assert "elke tweede donderdag van de maand. Er is niets overschreven." in late.text
    first = kept(runtime, world)
    assert first is not None
    assert first.rule == SECOND_THURSDAY
    seen = {"version": "1", "cadence_id": str(first.id)}
    assert browser.post(address(world, "/edit"), data=filled(nth="1") | seen).status_code == 303
    second = kept(runtime, world)
    assert second is not None
    assert second.rule == "FREQ=MONTHLY;BYDAY=1TH"


def test_an_older_version_or_another_rhythm_is_not_overwritten(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        cadence = with_rhythm(session, world)
        first = Seen(cadence.id, cadence.version)
        with_rhythm(session, world, first, thin_below=30)
        with pytest.raises(Changed):
            with_rhythm(session, world, first, thin_below=40)
        end_cadence(session, cadence, None, world.by(session, "secretary"), START)
        with pytest.raises(Changed):
            with_rhythm(session, world, Seen(cadence.id, cadence.version))
        new = with_rhythm(session, world)
        # The new one has the version that the old one had at first.
        assert new.version == first.version
        with pytest.raises(Changed):
            with_rhythm(session, world, first)


def test_of_two_who_set_the_first_rhythm_at_once_one_is_told(runtime: Runtime, world: World) -> None:
    together = Barrier(2)

    def sets(nth: int) -> bool:
        try:
            with runtime.work() as session:
                together.wait() if not runtime.sessions.is_sqlite else None
                with_rhythm(session, world, rule=f"FREQ=MONTHLY;BYDAY={nth}TH")
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sets, (1, 2))) == [False, True]
    assert kept(runtime, world) is not None


def test_an_ended_rhythm_stays_with_who_and_when_and_can_be_resumed(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        cadence = with_rhythm(session, world)
        number = cadence.id
    browser = as_someone("secretary")
    end = f"/planner/cadence/rhythms/{number}/end"
    assert browser.post(end, data={"version": "9"}).status_code == 409
    assert browser.post(end, data={"version": "1"}).status_code == 303
    assert kept(runtime, world) is None
    page = browser.get(address(world)).text
    assert "Dit gremium heeft geen vast ritme" in page
    assert "beëindigd door secretary op 18 december 2018" in page
    assert browser.post(end).status_code == 409
    assert browser.post(f"/planner/cadence/rhythms/{number}/resume").status_code == 303
    assert kept(runtime, world) is not None
    with runtime.read() as session:
        assert ended_cadences(session, world.body_id) == []


def test_a_body_has_one_rhythm_at_a_time(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = world.by(session, "secretary")
        old = with_rhythm(session, world)
        end_cadence(session, old, old.version, by, START)
        with_rhythm(session, world)
        with pytest.raises(Exception, match="cadence_runs_already"):
            resume_cadence(session, old, by, START)


@pytest.mark.parametrize("who", ["clerk", "reader", "Wethouder Leiden 1", "administrator"])
def test_who_sees_the_body_sees_its_rhythm_and_does_not_set_it(
    runtime: Runtime, world: World, as_someone: AsSomeone, who: str
) -> None:
    with runtime.work() as session:
        number = with_rhythm(session, world).id
        thin = two_thin_meetings(session, world)[0].id
    browser = as_someone(who)
    page = browser.get(address(world))
    assert page.status_code == 200
    for words in ("Ritme wijzigen", "Ritme beëindigen", "Afzeggen bekijken", "Toch plannen"):
        assert words not in page.text
    assert browser.get(address(world, "/edit")).status_code == 403
    assert browser.post(address(world, "/edit"), data=filled()).status_code == 403
    assert browser.post(f"/planner/cadence/rhythms/{number}/end").status_code == 403
    assert browser.get(f"/planner/cadence/thin/{thin}").status_code == 403
    assert browser.post(f"/planner/cadence/thin/{thin}").status_code == 403


@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_another_body_is_not_known(runtime: Runtime, world: World, as_someone: AsSomeone, who: str) -> None:
    with runtime.work() as session:
        number = with_rhythm(session, world).id
        thin = two_thin_meetings(session, world)[0].id
    browser = as_someone(who)
    for path in (address(world), address(world, "/edit"), f"/planner/cadence/thin/{thin}"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"/planner/cadence/rhythms/{number}/end").status_code == 404
    assert "Gezamenlijk collegeoverleg" not in browser.get("/planner/cadence").text


@pytest.mark.parametrize(("who", "refusal"), [("clerk", Forbidden), ("outsider", NotFound)])
def test_the_actions_ask_for_permission_themselves(
    runtime: Runtime, world: World, who: str, refusal: type[Exception]
) -> None:
    with runtime.work() as session, pytest.raises(refusal):
        set_cadence(session, world.body(session), rule(), None, world.by(session, who), START)


def test_a_rhythm_without_any_date_before_the_body_ends_is_refused(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Invalid, match="rule_makes_no_date"):
        with_rhythm(session, world, rule="FREQ=YEARLY;BYMONTH=1", first_day=date(2020, 12, 30))


def test_each_date_says_whether_it_earns_its_place_and_leads_to_the_planning_form(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world, venue="Raadzaal")
        topic(session, world, "Nu of nooit", minutes=60, deadline=date(2019, 2, 1))
        topic(session, world, "Mag ook later", minutes=35)
        planned_meeting(session, world)
    browser = as_someone("secretary")
    page = browser.get(address(world)).text
    assert "95 van 100 minuten, 2 onderwerpen, waarvan 1 nergens anders op tijd kan." in page
    assert "Er is" not in page.partition("14 februari 2019, 10.00")[0][-400:]
    link = f"/meetings/new?body={world.body_id}&amp;day=2019-01-10&amp;start=10:00"
    assert link in page
    form = browser.get(
        f"/meetings/new?body={world.body_id}&day=2019-01-10&start=10:00&minutes=120&venue=Raadzaal&ground=cadence"
    ).text
    for value in ('value="2019-01-10"', 'value="10:00"', 'value="120"', 'value="Raadzaal"'):
        assert value in form
    assert 'selected value="cadence"' in form


def test_planning_from_a_date_still_asks_for_the_reason(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    browser = as_someone("secretary")
    path = f"/meetings/new?body={world.body_id}&day=2019-01-10&start=10:00&ground=cadence"
    form = {
        "title": "Overleg", "quarter": "", "day": "2019-01-10", "start": "10:00", "minutes": "120",
        "venue": "Raadzaal", "ground": "cadence", "reason": "",
    }  # fmt: skip
    assert browser.post(path, data=form).status_code == 422
    why = {"reason": "Twee termijnen vallen voor het volgende overleg."}
    assert browser.post(path, data=form | why).status_code == 303
    with runtime.read() as session:
        meeting = session.scalars(select(Meeting)).one()
        assert meeting.starts_at == datetime(2019, 1, 10, 9, tzinfo=UTC)


def test_an_address_that_cannot_be_read_fills_in_what_is_usual(world: World, as_someone: AsSomeone) -> None:
    browser = as_someone("secretary")
    for asked in (
        "day=x&start=y",
        "day=2019-01-10",
        "day=20199-01-10&start=10:00",
        "minutes=9999999&ground=other2",
    ):
        page = browser.get(f"/meetings/new?body={world.body_id}&{asked}")
        assert page.status_code == 200
        assert 'selected value="2019-1"' in page.text
        assert 'value="120"' in page.text


def test_a_rule_that_makes_very_many_dates_says_that_not_all_are_judged(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world, rule="FREQ=DAILY")
    assert "Alleen de eerste 60 dagen van deze periode" in as_someone("secretary").get(address(world)).text


def test_later_quarters_can_be_looked_at_and_nonsense_shows_the_next_ones(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
    browser = as_someone("secretary")
    assert "donderdag 12 september 2019" in browser.get(address(world, "?q=2019-3")).text
    for asked in ("?q=x", "?q=2018-1", "?q=2019-1"):
        page = browser.get(address(world, asked))
        assert page.status_code == 200
    assert "donderdag 10 januari 2019" in browser.get(address(world)).text


def test_a_thin_meeting_is_cancelled_by_the_page_and_put_back(
    runtime: Runtime, world: World, as_someone: AsSomeone, clock: StandingClock
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        first, second = (one.id for one in two_thin_meetings(session, world))
    browser = as_someone("secretary")
    assert "2 overleggen zijn zo dun dat ze niet door hoeven te gaan." in browser.get("/planner/").text
    page = browser.get(address(world)).text
    assert page.count("Voorstel: afzeggen") == 2
    path = f"/planner/cadence/thin/{second}"
    form = browser.get(path).text
    assert "17 mensen krijgen een afzegging" in form
    assert "Studentenhuisvesting" in form
    rests_on = form.partition('name="rests_on"')[2].partition('value="')[2].partition('"')[0]
    assert len(rests_on) == 64
    assert browser.post(path, data={"why": "", "rests_on": rests_on}).status_code == 422
    assert browser.post(path, data={"why": "Te dun.", "rests_on": "x"}).status_code == 409
    done = browser.post(path, data={"why": "Te dun.", "rests_on": rests_on})
    assert done.status_code == 303
    with runtime.read() as session:
        assert topics_of(session.get_one(Meeting, first)) == ["Warmterotonde", "Studentenhuisvesting"]
    assert "Alles terugdraaien" in browser.get(done.location).text
    browser.post(f"{done.location}/undo")
    with runtime.read() as session:
        assert topics_of(session.get_one(Meeting, second)) == ["Studentenhuisvesting"]
        assert session.get_one(Meeting, second).cancelled_at is None


def test_a_proposal_that_changed_is_shown_anew_with_the_reason_kept(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        first, second = (one.id for one in two_thin_meetings(session, world))
    browser = as_someone("secretary")
    path = f"/planner/cadence/thin/{second}"
    rests_on = (
        browser.get(path).text.partition('name="rests_on"')[2].partition('value="')[2].partition('"')[0]
    )
    with runtime.work() as session:
        meeting, by = session.get_one(Meeting, first), world.by(session, "secretary")
        agenda_actions.add_free_item(session, meeting, "Welkom", 5, by, START)
    late = browser.post(path, data={"why": "Mijn eigen woorden.", "rests_on": rests_on})
    assert late.status_code == 409
    assert "Er is intussen iets veranderd" in late.text
    assert "Mijn eigen woorden." in late.text
    assert rests_on not in late.text


def test_a_meeting_that_is_not_thin_cannot_be_cancelled_this_way(
    runtime: Runtime, world: World, client: FlaskClient, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        full, by = planned_meeting(session, world), world.by(session, "secretary")
        agenda_actions.add_topic(session, full, topic(session, world, minutes=90), by, START)
        path = f"/planner/cadence/thin/{full.id}"
    browser = as_someone("secretary")
    assert "wordt niet voorgesteld om af te zeggen" in browser.get(path).text
    answer = browser.post(path, data={"why": "Toch.", "rests_on": "x" * 64})
    assert answer.status_code == 409
    assert client.get(path).status_code == 303
