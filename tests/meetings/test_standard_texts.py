"""Standard texts: made, put in order, thrown away, changed by two at once, and offered where one writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from agenda.core.audit import history
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, NotFound, Problem
from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions, agenda_final
from agenda.meetings import standard_text_actions as actions
from agenda.meetings.agenda_editing import ItemText
from agenda.meetings.model import AgendaItem
from agenda.meetings.standard_text_model import StandardText, TextPlace
from agenda.meetings.standard_text_queries import (
    example_facts,
    text_for,
    texts_for,
    texts_for_papers,
    texts_of,
)
from agenda.meetings.standard_text_rules import MOST_TEXTS, Words
from agenda.meetings.standard_text_usual import USUAL_TEXTS
from tests.meetings.agenda_world import clerk, item_of, planned_meeting, topic
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import planned
from tests.world import START, StandingClock, World

ODD = "Van der Ven, Zoë: «naïef» & <b>dik</b>"
NOTED = Words("Kennisnemen", "Wij nemen op {datum} kennis van {onderwerp}.", (TextPlace.DECISION,))
HASTE = Words(
    "Spoed", "Kan niet wachten: {onderwerp} ({overleg}, {plaats}).", (TextPlace.REASON, TextPlace.ITEM)
)
SECRET = "Zwartboek"


def kept(runtime: Runtime, world: World, *wanted: Words) -> list[int]:
    with runtime.work() as session:
        by, body = clerk(session, world), world.body(session)
        return [actions.add_text(session, body, words, by, START).id for words in wanted]


def names(session: Session, world: World, place: TextPlace | None = None) -> list[str]:
    return [one.name for one in texts_of(session, world.body_id, place)]


def as_form(words: Words, version: int = 1, **more: str) -> dict[str, str | Iterable[str]]:
    places = [place.value for place in words.places]
    return {"name": words.name, "text": words.text, "places": places, "version": str(version), **more}


def test_a_text_is_made_copied_thrown_away_and_brought_back(runtime: Runtime, world: World) -> None:
    (text_id,) = kept(runtime, world, NOTED)
    with runtime.work() as session:
        by = clerk(session, world)
        text = text_for(session, world.body_id, text_id, by)
        for name in ("Kennisnemen (kopie)", "Kennisnemen (kopie) 2"):
            assert actions.copy_text(session, text, "Kennisnemen (kopie)", by, START).name == name
        actions.remove_text(session, text, by, START)
        for change in (
            lambda: actions.change_text(session, text, NOTED, by, START),
            lambda: actions.copy_text(session, text, "Nog een", by, START),
            lambda: actions.move_text(session, text, 1, None, by),
        ):
            with pytest.raises(Conflict, match="standard_text_was_removed"):
                change()
        actions.add_text(session, world.body(session), replace(NOTED, name="KENNISNEMEN"), by, START)
        with pytest.raises(Invalid, match="standard_text_name_taken"):
            actions.restore_text(session, text, by, START)
        actions.change_text(session, texts_of(session, world.body_id)[-1], HASTE, by, START)
        actions.restore_text(session, text, by, START)
        assert names(session, world)[0] == "Kennisnemen"
        told = [entry for entry in history(session, "body", world.body_id) if "standard" in entry.verb]
        assert [entry.verb.removeprefix("standard_text_") for entry in told] == [
            "restored",
            "changed",
            "added",
            "removed",
            "added",
            "added",
            "added",
        ]
        assert told[1].before["standard_text_words"] == NOTED.text
        assert told[1].after == {"standard_text": HASTE.name, "standard_text_words": HASTE.text}


def test_texts_move_among_those_of_a_place_and_who_edits_one_is_not_overtaken(
    runtime: Runtime, world: World
) -> None:
    first, _between, last = kept(runtime, world, NOTED, HASTE, replace(NOTED, name="Aanhouden"))
    with runtime.work() as session:
        by = clerk(session, world)
        text = text_for(session, world.body_id, last, by)
        actions.move_text(session, text, -1, TextPlace.DECISION, by)
        assert names(session, world) == ["Aanhouden", "Spoed", "Kennisnemen"]
        actions.move_text(session, text, -1, None, by)
        actions.move_text(session, text, 1, TextPlace.LETTER, by)
        assert names(session, world) == ["Aanhouden", "Spoed", "Kennisnemen"]
        actions.move_text(session, text, 1, None, by)
        assert names(session, world) == ["Spoed", "Aanhouden", "Kennisnemen"]
        actions.change_text(session, text, replace(NOTED, name="Anders"), by, START, version=1)
        assert session.get_one(StandardText, first).version == 1


def test_two_who_save_a_text_at_once_do_not_overwrite_each_other(runtime: Runtime, world: World) -> None:
    (text_id,) = kept(runtime, world, NOTED)
    met, outcomes = Barrier(2), []

    def save(name: str) -> None:
        met.wait()
        try:
            with runtime.work() as session:
                by = clerk(session, world)
                text = text_for(session, world.body_id, text_id, by)
                actions.change_text(session, text, replace(NOTED, name=name), by, START, version=1)
            outcomes.append(name)
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [Thread(target=save, args=(name,)) for name in ("Kort", "Lang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with runtime.read() as session:
        assert sorted(outcomes) == sorted([session.get_one(StandardText, text_id).name, Changed().code])


def test_only_who_drafts_agendas_keeps_texts_or_is_offered_them(runtime: Runtime, world: World) -> None:
    (text_id,) = kept(runtime, world, NOTED)
    with runtime.work() as session:
        meeting, body = planned_meeting(session, world), world.body(session)
        for who, refusal in (("Wethouder Leiden 1", Forbidden), ("outsider", NotFound)):
            by = world.by(session, who)
            assert texts_for(meeting, by).at("decision") == []
            assert texts_for_papers(session, body, by).at("paper") == []
            with pytest.raises(refusal):
                text_for(session, world.body_id, text_id, by)
            with pytest.raises(refusal):
                actions.add_usual_texts(session, body, by, START)


def test_a_body_begins_with_the_usual_texts_once_and_keeps_a_bounded_number(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by, body = clerk(session, world), world.body(session)
        actions.add_usual_texts(session, body, by, START)
        assert names(session, world) == [words.name for words in USUAL_TEXTS]
        with pytest.raises(Conflict, match="standard_texts_there"):
            actions.add_usual_texts(session, body, by, START)
        for number in range(MOST_TEXTS - len(USUAL_TEXTS)):
            actions.add_text(session, body, replace(NOTED, name=f"Tekst {number}"), by, START)
        with pytest.raises(Invalid, match="standard_texts_too_many"):
            actions.add_text(session, body, replace(NOTED, name="Nog een"), by, START)


def test_a_text_is_filled_with_the_facts_at_hand_and_never_with_a_title_that_is_closed(
    runtime: Runtime, world: World
) -> None:
    kept(runtime, world, NOTED, HASTE)
    with runtime.work() as session:
        by, meeting = clerk(session, world), planned_meeting(session, world)
        for title in (f"{SECRET} eerst", ODD):
            agenda_actions.add_topic(session, meeting, topic(session, world, title), by, START)
        first, second = item_of(meeting, f"{SECRET} eerst"), item_of(meeting, ODD)
        closed = ItemText(first.title, 20, closed=True)
        agenda_actions.edit_item(session, first, closed, by, START)
        offer = texts_for(meeting, by)
        (noted,) = offer.at("decision", second)
        assert (noted.name, noted.text) == (NOTED.name, f"Wij nemen op 14 februari 2019 kennis van {ODD}.")
        assert [one.text for one in offer.at("decision", first)] == [
            "Wij nemen op 14 februari 2019 kennis van Besloten agendapunt."
        ]
        agenda_actions.edit_item(session, first, replace(closed, neutral_title="Stand van zaken"), by, START)
        assert "kennis van Stand van zaken." in offer.at("decision", first)[0].text
        assert offer.at("reason")[0].text == (
            f"Kan niet wachten: [onderwerp] ({meeting.title}, Gemeentehuis Zoeterwoude)."
        )
        assert "14 February 2019" in texts_for(meeting, by, "en").at("decision")[0].text
        # The example of the form takes the first topic that anybody may read.
        assert example_facts(session, world.body(session), START, "nl")["topic"] == ODD
        later = meeting.starts_at + timedelta(days=1) if meeting.starts_at else START
        assert example_facts(session, world.body(session), later, "nl") == {}
        undated = planned(session, world)
        assert "op [datum]" in texts_for(undated, by).at("decision")[0].text
        assert example_facts(session, world.body(session), later, "nl")["meeting"] == undated.title


def test_the_page_begins_empty_makes_filters_and_says_what_is_wrong(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    browser, address = as_someone("clerk"), f"/bodies/{world.body_id}/standard-texts"
    assert "Begin met de gebruikelijke teksten" in browser.get(address).text
    assert f'href="{address}"' in browser.get(f"/bodies/{world.body_id}").text
    assert f'href="{address}"' in browser.get(f"/bodies/{world.body_id}/agenda-templates").text
    assert browser.post(f"{address}/usual").status_code == 303
    assert browser.post(f"{address}/usual").status_code == 409
    made = browser.post(f"{address}/new", data=as_form(replace(NOTED, name=ODD)))
    assert made.status_code == 303
    page = browser.get(f"{address}?place=decision").text
    assert "naïef» &amp; &lt;b&gt;dik" in page
    assert "Er zijn geen opmerkingen." not in page
    assert "Er zijn geen opmerkingen." in browser.get(f"{address}?place=elders").text
    wrong = browser.post(f"{address}/new", data=as_form(replace(NOTED, text="Op {datum} en {dag}.")))
    assert wrong.status_code == 422
    assert "{dag} betekent hier niets." in wrong.text
    assert "Op {datum} en {dag}.</textarea>" in wrong.text
    for data in (
        {"name": "", "text": "", "places": []},
        as_form(replace(NOTED, text="x" * 5_001)),
        as_form(NOTED) | {"places": ["overal"]},
        as_form(replace(NOTED, name=ODD.upper())),
    ):
        assert browser.post(f"{address}/new", data=data).status_code == 422
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        agenda_actions.add_topic(session, meeting, topic(session, world), clerk(session, world), START)
    shown = browser.post(f"{address}/new", data=as_form(NOTED) | {"do": "show"})
    assert "Wij nemen op 14 februari 2019 kennis van Warmterotonde." in shown.text
    assert len(USUAL_TEXTS) + 1 == browser.get(address).text.count('class="lr-card lr-standard"')


def test_the_page_shows_both_versions_and_keeps_what_was_typed(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    (text_id,) = kept(runtime, world, NOTED)
    address = f"/bodies/{world.body_id}/standard-texts/{text_id}"
    first, second = as_someone("clerk"), as_someone("secretary")
    assert first.post(address, data=as_form(replace(NOTED, text="Van de een."))).status_code == 303
    late = second.post(address, data=as_form(replace(HASTE, text="Van de ander.")))
    assert late.status_code == 409
    for words in ("Van de een.", "Van de ander.</textarea>", 'value="Spoed"', "Besluit of uitkomst</td>"):
        assert words in late.text
    assert second.post(address, data=as_form(replace(NOTED, text="Samen."), version=2)).status_code == 303
    assert first.post(f"{address}/copy").location.endswith(f"/standard-texts/{text_id + 1}")
    assert first.post(f"{address}/remove", data={"place": "decision"}).location.endswith("?place=decision")
    assert first.post(f"{address}/up").status_code == 409
    assert first.post(address, data=as_form(NOTED, version=9)).status_code == 409
    assert "Terughalen" in first.get(f"/bodies/{world.body_id}/standard-texts").text
    assert first.post(f"{address}/restore").status_code == 303


def test_texts_stand_ready_at_every_field_where_they_fit(
    runtime: Runtime, world: World, as_someone: AsSomeone, clock: StandingClock
) -> None:
    everywhere = Words(ODD, "Over {onderwerp} in {overleg}.", tuple(TextPlace))
    kept(runtime, world, everywhere)
    with runtime.work() as session:
        by, meeting = clerk(session, world), planned_meeting(session, world)
        agenda_actions.add_topic(session, meeting, topic(session, world), by, START)
        item_id, at = item_of(meeting, "Warmterotonde").id, f"/meetings/{meeting.id}"
    browser, secretary = as_someone("clerk"), as_someone("secretary")
    about, blank = "Over Warmterotonde in ", "Over [onderwerp] in "
    assert browser.get(f"{at}/agenda/items/{item_id}").text.count(about) == 1
    assert secretary.get(f"{at}/cancel").text.count(blank) == 1
    with runtime.work() as session:
        by, meeting = clerk(session, world), session.get_one(AgendaItem, item_id).meeting
        agenda_final.finalise(session, meeting, by, START)
    clock.wind(hours=1)
    assert browser.get(f"{at}/agenda/items/{item_id}").text.count(about) == 2
    assert browser.get(f"{at}/agenda/items/{item_id}/withdraw").text.count(about) == 1
    assert browser.get(f"{at}/agenda/items/{item_id}/papers").text.count(about) == 1
    assert browser.get(f"{at}/papers").text.count(blank) == 1
    assert browser.get(f"{at}/agenda/late").text.count(blank) == 1
    assert browser.get(f"{at}/table?item={item_id}").text.count(about) == 2
    clock.wind(days=90)
    browser = as_someone("clerk")
    page = browser.get(f"{at}/outcomes").text
    assert (page.count(about), page.count(blank)) == (2, 1)
    words = f"/bodies/{world.body_id}/paper-words/agenda/nl"
    assert browser.get(words).text.count("Over [onderwerp] in {gremium}.") == 3
