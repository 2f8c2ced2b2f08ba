"""Templates for agendas: made, moved, chosen, thrown away, and changed by two people at once."""

from __future__ import annotations

import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.problems import Changed, Forbidden, Invalid, NotFound, Problem
from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions
from agenda.meetings import template_actions as actions
from agenda.meetings.agenda_steps import last_step
from agenda.meetings.model import Beside, ItemKind
from agenda.meetings.template_model import AgendaTemplate
from agenda.meetings.template_queries import frame_minutes, template_for
from agenda.meetings.template_rules import USUAL_FRAME, FrameItem, sided
from agenda.planner.new_meetings import NewDate, new_meetings
from agenda.planner.posing import new_occasion
from tests.meetings.agenda_world import EVENING, clerk, item_of, planned_meeting, titles, topic
from tests.meetings.conftest import AsSomeone
from tests.world import START, World

NEWS = FrameItem(ItemKind.TOPIC, "Mededelingen", 10, beside=Beside.BEFORE)
PRESS = FrameItem(ItemKind.TOPIC, "Communicatie", 5, beside=Beside.AFTER)
ODD = "Sjabloon van Van der Ven, Zoë <b>"
WIDE = [*USUAL_FRAME[:2], NEWS, PRESS, *USUAL_FRAME[2:]]


def kept(runtime: Runtime, world: World, name: str = ODD, *, usual: bool = True) -> int:
    with runtime.work() as session:
        by = clerk(session, world)
        made = actions.add_template(session, world.body(session), name, WIDE, by, START)
        if usual:
            actions.use_template(session, made, by, START)
        return made.id


def as_form(name: str, items: list[FrameItem], version: int = 1) -> dict[str, str]:
    form = {"name": name, "version": str(version)}
    for number, one in enumerate(sided(items)):
        values = {"kind": one.kind, "beside": one.beside or "before", "title": one.title}
        values |= {"minutes": str(one.minutes), "purpose": "", "treatment": ""}
        form |= {f"items-{number}-{key}": str(value) for key, value in values.items()}
    return form


def test_a_new_agenda_begins_with_the_usual_template_and_topics_come_in_between(
    runtime: Runtime, world: World
) -> None:
    kept(runtime, world)
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        assert [item.minutes for item in meeting.items] == [5, 5, 10, 5, 5, 5]
        for subject in ("Warmterotonde", "Fietsroutes"):
            agenda_actions.add_topic(session, meeting, topic(session, world, subject), by, START)
        topic(session, world, "Wonen")
        agenda_actions.draft_agenda(session, meeting, by, START)
        assert titles(meeting)[:3] == ["Opening", "Verslag van het vorige overleg", "Mededelingen"]
        assert titles(meeting)[-3:] == ["Communicatie", "Rondvraag", "Sluiting"]
        assert set(titles(meeting)[3:-3]) == {"Warmterotonde", "Fietsroutes", "Wonen"}
        # What was taken off comes back on its side.
        agenda_actions.remove_item(session, item_of(meeting, "Communicatie"), by, START)
        step = last_step(session, meeting)
        agenda_actions.undo(session, meeting, by, START, step.id if step else None)
        assert item_of(meeting, "Communicatie").beside is Beside.AFTER


def test_a_body_without_a_usual_template_begins_as_ever(runtime: Runtime, world: World) -> None:
    template_id = kept(runtime, world)
    with runtime.work() as session:
        by = clerk(session, world)
        template = template_for(session, world.body_id, template_id, by)
        actions.remove_template(session, template, by, START)
        assert titles(planned_meeting(session, world)) == [one.title for one in USUAL_FRAME]
        actions.restore_template(session, template, by, START)
        assert len(planned_meeting(session, world).items) == len(WIDE)
        actions.stop_using(session, template, by, START)
        assert len(planned_meeting(session, world).items) == len(USUAL_FRAME)
        verbs = [entry.verb for entry in history(session, "body", world.body_id)]
        assert verbs[:3] == [
            "agenda_template_not_used",
            "agenda_template_restored",
            "agenda_template_removed",
        ]


def test_the_planner_reckons_with_what_stands_on_every_agenda(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        assert frame_minutes(session, world.body_id) == 20
    kept(runtime, world)
    with runtime.work() as session:
        assert frame_minutes(session, world.body_id) == 35
        made = new_meetings(session, [NewDate(world.body_id, EVENING, 120)], START)
        assert [new_occasion(one).reserved for one in made] == [35]


def test_only_one_template_is_usual_and_names_differ(runtime: Runtime, world: World) -> None:
    kept(runtime, world)
    second = kept(runtime, world, "Werkbezoek")
    with runtime.work() as session:
        usual = select(AgendaTemplate.id).where(AgendaTemplate.is_usual)
        assert session.scalars(usual).all() == [second]
        by = clerk(session, world)
        with pytest.raises(Invalid, match="template_name_taken"):
            actions.add_template(session, world.body(session), ODD.upper(), WIDE, by, START)
        one = template_for(session, world.body_id, second, by)
        for who, refusal in (("Wethouder Leiden 1", Forbidden), ("outsider", NotFound)):
            with pytest.raises(refusal):
                actions.use_template(session, one, world.by(session, who), START)


def test_two_who_save_a_template_at_once_do_not_overwrite_each_other(runtime: Runtime, world: World) -> None:
    template_id = kept(runtime, world)
    met, outcomes = Barrier(2), []

    def save(name: str) -> None:
        met.wait()
        try:
            with runtime.work() as session:
                by = clerk(session, world)
                one = template_for(session, world.body_id, template_id, by)
                # One of the two saw the version that the other had not saved yet.
                actions.change_template(session, one, name, WIDE, by, START, seen)
            outcomes.append(name)
        except Problem as problem:
            outcomes.append(problem.code)

    with runtime.read() as session:
        seen = session.get_one(AgendaTemplate, template_id).version
    threads = [Thread(target=save, args=(name,)) for name in ("Kort", "Lang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with runtime.read() as session:
        assert sorted(outcomes) == sorted([session.get_one(AgendaTemplate, template_id).name, Changed().code])


def test_rows_move_come_and_go_on_the_page_before_anything_is_saved(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    template_id = kept(runtime, world)
    address = f"/bodies/{world.body_id}/agenda-templates/{template_id}"
    browser = as_someone("clerk")
    assert "Mededelingen" in browser.get(address).text
    form = as_form(ODD, WIDE)
    page = browser.post(address, data=form | {"do": "down-2", "items-2-title": "Nieuws, getypt"}).text
    assert page.index("Hier komen de onderwerpen.") < page.index("Nieuws, getypt")
    assert re.search(r'name="items-2-beside"[^>]*value="after"', page)
    assert 'id="down-2"' in page
    assert "autofocus" in page
    assert "items-6-title" in browser.post(address, data=form | {"do": "add"}).text
    assert "Communicatie" not in browser.post(address, data=form | {"do": "remove-3"}).text
    assert browser.post(address, data=form | {"do": "remove-0"}).text.count("items-0-title") > 0
    with runtime.read() as session:
        assert session.get_one(AgendaTemplate, template_id).version == 2


def test_the_page_shows_both_versions_and_keeps_what_was_typed(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    template_id = kept(runtime, world, usual=False)
    address = f"/bodies/{world.body_id}/agenda-templates/{template_id}"
    first, second = as_someone("clerk"), as_someone("secretary")
    assert first.post(address, data=as_form("Kort", list(USUAL_FRAME))).status_code == 303
    late = second.post(address, data=as_form("Lang", [*WIDE[:-1], WIDE[-1]]))
    assert late.status_code == 409
    assert "Kort" in late.text
    assert 'value="Lang"' in late.text
    assert "Mededelingen" in late.text
    assert second.post(address, data=as_form("Lang", WIDE, version=2)).status_code == 303


def test_a_template_is_made_of_an_agenda_and_what_is_wrong_is_said(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        agenda_actions.add_free_item(session, meeting, "Welkom aan de gasten", 5, by, START)
        agenda_actions.add_topic(session, meeting, topic(session, world), by, START)
        meeting_id = meeting.id
    browser = as_someone("clerk")
    address = f"/bodies/{world.body_id}/agenda-templates/new"
    page = browser.get(f"{address}?meeting={meeting_id}").text
    assert "Welkom aan de gasten" in page
    assert "Warmterotonde" not in page
    empty = browser.post(address, data=as_form("", [*WIDE[:2], FrameItem(ItemKind.TOPIC, "", 5)]))
    assert empty.status_code == 422
    forged = as_form("Vals", WIDE) | {"items-1-kind": "overval", "items-2-minutes": "9" * 40}
    assert browser.post(address, data=forged).status_code == 422
    odd = as_form("Vreemd", WIDE) | {"items-²-title": "x", f"items-{'9' * 5_000}-title": "x", "do": "up-²"}
    assert browser.post(address, data=odd).status_code == 200
    long = as_form("Lang", [FrameItem(ItemKind.TOPIC, "x" * 5_000, 5)])
    assert browser.post(address, data=long).status_code == 422
    assert browser.post(address, data=as_form(ODD, WIDE)).status_code == 303
    listed = browser.get(f"/bodies/{world.body_id}/agenda-templates").text
    assert "Van der Ven, Zoë &lt;b&gt;" in listed
