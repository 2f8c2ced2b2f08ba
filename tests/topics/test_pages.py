"""The screens of the backlog, as a person meets them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.core.database import get
from agenda.core.runtime import Runtime
from agenda.people.model import Membership
from agenda.topics import actions
from agenda.topics.model import Topic
from agenda.topics.rules import Link
from tests.accounts.helpers import sign_in
from tests.topics.backlog import add, added, counted
from tests.world import START, World

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def as_clerk(app: Flask, runtime: Runtime, world: World) -> FlaskClient:
    return sign_in(app.test_client(), runtime, world, "clerk")


def filled(**changed: Any) -> dict[str, Any]:
    """Give the edit form as a browser sends it."""
    return {
        "title": "Warmterotonde",
        "summary": "",
        "purpose": "deliberate",
        "treatment": "discussion",
        "minutes": "20",
        "priority": "3",
        "focus_area_id": "",
        "organisation_id": "",
        "lead_id": "",
        "official_lead_id": "",
        "predecessor_id": "",
        "earliest": "",
        "deadline": "",
        "desired_result": "",
        "requested_decision": "",
        "links": "",
        **changed,
    }


def titles(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', html)


def test_a_title_alone_puts_a_topic_on_the_list_and_script_stays_text(
    as_clerk: FlaskClient, world: World
) -> None:
    answer = as_clerk.post(
        "/topics",
        data={"title": f"Van der Ven, Zoë {SCRIPT}", "body": world.body_id, "back": "/topics?sort=-newest"},
    )
    assert (answer.status_code, answer.location) == (303, "/topics?sort=-newest")
    page = as_clerk.get(answer.location).text
    assert SCRIPT not in page
    assert "Van der Ven, Zoë &lt;script&gt;" in page
    assert "staat op de lijst" in page


def test_an_empty_title_is_refused_beside_its_field_and_leads_nowhere_else(
    as_clerk: FlaskClient, world: World
) -> None:
    answer = as_clerk.post("/topics", data={"title": " ", "body": world.body_id, "back": "//kwaad.example"})
    assert answer.status_code == 422
    assert "Geef het onderwerp een titel." in answer.text
    sent = as_clerk.post("/topics", data={"title": "Goed", "body": world.body_id, "back": "//kwaad.example"})
    assert sent.location == "/topics"


def test_a_reader_sees_the_list_without_anything_to_submit(
    app: Flask, runtime: Runtime, world: World
) -> None:
    added(runtime, world)
    client = sign_in(app.test_client(), runtime, world, "reader")
    page = client.get("/topics").text
    assert titles(page) == ["Warmterotonde"]
    assert "Onderwerp toevoegen" not in page
    assert client.get("/topics/new").status_code == 403
    assert client.post("/topics", data={"title": "Nee", "body": world.body_id}).status_code == 422


@pytest.mark.parametrize("path", ["", "/edit", "/withdraw"])
@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_a_topic_of_another_body_is_not_there(
    app: Flask, runtime: Runtime, world: World, who: str, path: str
) -> None:
    topic_id = added(runtime, world)
    client = sign_in(app.test_client(), runtime, world, who)
    assert client.get(f"/topics/{topic_id}{path}").status_code == 404
    assert titles(client.get("/topics?state=all").text) == []
    assert "Warmterotonde" not in client.get("/topics.csv").text
    for verb in ("lead", "reopen", "withdraw", "edit"):
        assert client.post(f"/topics/{topic_id}/{verb}", data=filled(why="x")).status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999", "99999999999999999999999"])
def test_a_number_that_no_topic_has_is_not_there(as_clerk: FlaskClient, number: str) -> None:
    assert as_clerk.get(f"/topics/{number}").status_code == 404


def test_filter_sort_and_search_live_in_the_address(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    clerk, alderman = world.people["clerk"], world.people["Wethouder Leiden 1"]
    with runtime.work() as session:
        add(session, world, "Zoë’s fietspad", deadline=date(2020, 2, 29), minutes=5, lead_id=alderman)
        add(session, world, "Ándere weg", summary="Bij de MAST", deadline=date(2019, 1, 1), priority=5)
        housing = add(
            session, world, "Wonen 100%", intensified=True, official_lead_id=clerk, treatment="consent",
            organisation_id=world.organisations["Leiden"], focus_area_id=world.focus_areas["Wonen en groen"],
        )  # fmt: skip
        done = add(session, world, "Klaar")
        actions.withdraw(session, done, "Voorbij", None, world.by(session, "clerk"), START)
        planned = add(session, world, "Gepland")
        actions.plan_turn(session, planned, START)
        area, organisation = housing.focus_area_id, housing.organisation_id
    expected = {
        "": ["Ándere weg", "Zoë’s fietspad", "Wonen 100%", "Gepland"],
        "?sort=-deadline": ["Zoë’s fietspad", "Ándere weg", "Wonen 100%", "Gepland"],
        "?sort=minutes": ["Zoë’s fietspad", "Ándere weg", "Wonen 100%", "Gepland"],
        "?sort=kapot&page=abc&focus=x&before=gisteren&state=geen": [
            "Ándere weg", "Zoë’s fietspad", "Wonen 100%", "Gepland",
        ],
        "?q=ZOE+FIETS": ["Zoë’s fietspad"],
        "?q=andere": ["Ándere weg"],
        "?q=mast": ["Ándere weg"],
        "?q=100%25": ["Wonen 100%"],
        "?q=1_0": [],
        "?state=withdrawn": ["Klaar"],
        "?state=planned": ["Gepland"],
        "?state=unplanned&sort=title": ["Wonen 100%", "Zoë’s fietspad", "Ándere weg"],
        "?lead=open": ["Ándere weg", "Wonen 100%", "Gepland"],
        "?lead=mine": ["Wonen 100%"],
        f"?lead={alderman}": ["Zoë’s fietspad"],
        "?lead=ended": [],
        f"?focus={area}": ["Wonen 100%"],
        f"?organisation={organisation}": ["Wonen 100%"],
        "?before=2019-01-02": ["Ándere weg"],
        "?before=2020-02-29": ["Ándere weg"],
        "?treatment=consent": ["Wonen 100%"],
        "?intensified=1": ["Wonen 100%"],
        f"?body={world.other_body_id}": [],
        "?focus=99999999999999999999": ["Ándere weg", "Zoë’s fietspad", "Wonen 100%", "Gepland"],
    }  # fmt: skip
    for query, found in expected.items():
        shown = titles(as_clerk.get(f"/topics{query}").text)
        if "sort=title" in query:  # where accents stand differs between the databases
            shown, found = sorted(shown), sorted(found)
        assert shown == found, query


def test_each_active_filter_can_be_taken_away(as_clerk: FlaskClient, runtime: Runtime, world: World) -> None:
    added(runtime, world)
    page = as_clerk.get("/topics?q=warm&lead=open&sort=title").text
    assert 'href="/topics?lead=open&amp;sort=title"' in page
    assert 'href="/topics?q=warm&amp;sort=title"' in page


def test_empty_fields_leave_the_address(as_clerk: FlaskClient) -> None:
    answer = as_clerk.get("/topics?q=&state=all&focus=&before=")
    assert (answer.status_code, answer.location) == (303, "/topics?state=all")


def test_a_part_of_the_page_is_enough_for_htmx(as_clerk: FlaskClient, runtime: Runtime, world: World) -> None:
    added(runtime, world)
    answer = as_clerk.get("/topics?q=warm&state=", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith('<div id="found"')
    assert answer.headers["HX-Push-Url"] == "/topics?q=warm"


def test_nothing_yet_and_nothing_found_are_told_apart(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    assert "Nog geen onderwerpen" in as_clerk.get("/topics").text
    added(runtime, world)
    page = as_clerk.get("/topics?q=zonnepanelen").text
    assert "Niets gevonden" in page
    assert "Nog geen onderwerpen" not in page


def test_the_number_of_queries_does_not_grow_with_the_topics(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    def needed(path: str) -> int:
        as_clerk.get(path)
        with counted(runtime) as sent:
            assert as_clerk.get(path).status_code == 200
        return len(sent)

    paths = ["/topics", "/topics?view=focus", "/topics?lead=ended&q=o", "/topics.csv?state=all", "/"]
    areas, leads = list(world.focus_areas.values()), list(world.people.values())
    few = 25

    def fill(number: int) -> None:
        with runtime.work() as session:
            for each in range(number):
                topic = add(
                    session, world, f"Onderwerp {each}", focus_area_id=areas[each % 7],
                    lead_id=leads[each % len(leads)], deadline=date(2018, 12, 20), intensified=each % 2 == 0,
                )  # fmt: skip
                if each % 3 == 0:
                    actions.plan_turn(session, topic, START)

    fill(few)
    before = {path: needed(path) for path in paths}
    fill(100)
    assert {path: needed(path) for path in paths} == before
    assert max(before.values()) <= 32


def test_pages_of_fifty(as_clerk: FlaskClient, runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        for number in range(51):
            add(session, world, f"Onderwerp {number:02}")
    assert len(titles(as_clerk.get("/topics").text)) == 50
    last = as_clerk.get("/topics?page=2").text
    assert len(titles(last)) == 1
    assert titles(as_clerk.get("/topics?page=999").text) == titles(last)
    assert 'href="/topics?page=1"' in last


def test_the_seven_focus_areas_show_their_topics_and_minutes(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        for number in range(14):
            add(session, world, f"Zon {number}", focus_area_id=world.focus_areas["Duurzaamheid"], minutes=10)
        add(session, world, "Los onderwerp")
    page = as_clerk.get("/topics?view=focus").text
    for name in world.focus_areas:
        assert name in page
    assert "14 onderwerpen, 2 uur en 20 minuten" in page
    assert "Toon alle 14" in page
    assert "Los onderwerp" in page
    assert page.count("Geen onderwerp bij dit speerpunt.") == 6


def test_the_file_for_a_spreadsheet_holds_the_filtered_list_without_formulas(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        add(session, world, '=HYPERLINK("http://kwaad.example")', summary='Zoë; "ja"\nnee')
        add(session, world, "Anders")
    answer = as_clerk.get("/topics.csv?q=hyperlink")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Titel"] for row in rows] == ['\'=HYPERLINK("http://kwaad.example")']
    assert rows[0]["Samenvatting"] == 'Zoë; "ja"\nnee'


def test_everything_can_be_edited_on_one_page(as_clerk: FlaskClient, runtime: Runtime, world: World) -> None:
    topic_id = added(runtime, world)
    form = as_clerk.get(f"/topics/{topic_id}/edit").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', form).group(1)
    answer = as_clerk.post(
        f"/topics/{topic_id}/edit",
        data=filled(
            version=version,
            summary="é" * 5_000,
            deadline="2020-02-29",
            lead_id=world.people["Wethouder Leiden 1"],
            needed_portfolios=["wonen"],
            needed_people=[world.people["Wethouder Oegstgeest 2"]],
            guests=[world.people["Gedeputeerde"]],
            links=f"Visie {SCRIPT} https://a.example/x\nhttps://b.example",
            intensified="y",
        ),
    )
    assert answer.status_code == 303, answer.text
    page = as_clerk.get(answer.location).text
    for text in (
        "29 februari 2020",
        "Wethouder Leiden 1",
        "Gedeputeerde",
        "https://b.example",
        "Extra overleg",
    ):
        assert text in page
    assert "wonen" in page.lower()
    assert SCRIPT not in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"links": "Visie javascript:alert(1)"}, "Een link moet een adres zijn"),
        ({"deadline": "2019-02-29"}, "Uiterste datum"),
        ({"earliest": "2020-03-01", "deadline": "2020-02-29"}, "valt vóór de eerste dag"),
        ({"minutes": "0"}, "1 tot 480 minuten"),
        ({"summary": "a" * 5_001}, "korter dan 5.000 tekens"),
        ({"lead_id": "999999"}, "Bestuurlijk trekker"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_is_lost(
    as_clerk: FlaskClient, runtime: Runtime, world: World, changed: dict[str, str], told: str
) -> None:
    topic_id = added(runtime, world)
    answer = as_clerk.post(
        f"/topics/{topic_id}/edit", data=filled(title="Mijn nieuwe titel", version="1", **changed)
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert "Mijn nieuwe titel" in answer.text
    with runtime.read() as session:
        assert get(session, Topic, topic_id).title == "Warmterotonde"


def test_a_circle_of_topics_is_told_beside_its_field(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    first = added(runtime, world, "Eerst")
    second = added(runtime, world, "Dan", predecessor_id=first)
    answer = as_clerk.post(f"/topics/{first}/edit", data=filled(version="1", predecessor_id=second))
    assert answer.status_code == 422
    assert "Dat onderwerp komt zelf na dit onderwerp." in answer.text


def test_who_saves_second_sees_both_versions_and_may_then_choose(
    app: Flask, as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    topic_id = added(runtime, world)
    other = sign_in(app.test_client(), runtime, world, "secretary")
    theirs = filled(version="1", title="Van de secretaris", deadline="2020-02-29")
    assert other.post(f"/topics/{topic_id}/edit", data=theirs).status_code == 303
    mine = filled(version="1", title="Van de adviseur", minutes="45")
    answer = as_clerk.post(f"/topics/{topic_id}/edit", data=mine)
    assert answer.status_code == 409
    for text in ("Van de secretaris", "Van de adviseur", "29 februari 2020", "secretary"):
        assert text in answer.text
    with runtime.read() as session:
        assert get(session, Topic, topic_id).title == "Van de secretaris"
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text).group(1)
    again = as_clerk.post(f"/topics/{topic_id}/edit", data=mine | {"version": version})
    assert again.status_code == 303
    with runtime.read() as session:
        assert get(session, Topic, topic_id).title == "Van de adviseur"


def test_withdrawing_asks_a_reason_and_can_be_undone(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    topic_id = added(runtime, world)
    assert as_clerk.post(f"/topics/{topic_id}/withdraw", data={"why": "", "version": 1}).status_code == 422
    as_clerk.post(f"/topics/{topic_id}/withdraw", data={"why": f"Klaar {SCRIPT}", "version": 1})
    page = as_clerk.get(f"/topics/{topic_id}").text
    assert "Klaar &lt;script&gt;" in page
    version = re.search(r'name="version" value="(\d+)"', page).group(1)
    as_clerk.post(f"/topics/{topic_id}/reopen", data={"version": version})
    assert titles(as_clerk.get("/topics").text) == ["Warmterotonde"]


def test_an_open_or_departed_lead_is_flagged_and_named_in_one_step(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    topic_id = added(runtime, world, lead_id=world.people["Gedeputeerde"])
    page = as_clerk.get(f"/topics/{topic_id}").text
    assert "Een trekker is vertrokken" in page
    chosen = {"lead": world.people["Wethouder Leiden 1"], "version": 1}
    assert as_clerk.post(f"/topics/{topic_id}/lead", data=chosen).status_code == 303
    assert "Een trekker is vertrokken" not in as_clerk.get(f"/topics/{topic_id}").text
    # Someone else was first: nothing is overwritten.
    assert as_clerk.post(f"/topics/{topic_id}/lead", data=chosen | {"lead": ""}).status_code == 409
    open_id = added(runtime, world, "Studentenhuisvesting")
    assert "Trekker nog te bepalen" in as_clerk.get(f"/topics/{open_id}").text


def test_the_form_offers_todays_members_and_who_leads_it_now(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    topic_id = added(runtime, world, lead_id=world.people["Gedeputeerde"])
    with runtime.work() as session:
        left = session.query(Membership).filter_by(person_id=world.people["Wethouder Leiden 1"]).one()
        left.until = date(2018, 12, 17)
    form = as_clerk.get(f"/topics/{topic_id}/edit").text
    leads = re.search(r'<select[^>]*name="lead_id".*?</select>', form, re.S).group(0)
    assert "Gedeputeerde" in leads
    assert "Wethouder Leiden 2" in leads
    assert "Wethouder Leiden 1<" not in leads
    assert "outsider" not in leads


def test_a_member_submits_for_their_own_organisation_and_keeps_it_up(
    app: Flask, runtime: Runtime, world: World
) -> None:
    client = sign_in(app.test_client(), runtime, world, "Wethouder Leiden 1")
    form = client.get("/topics/new").text
    assert "Oegstgeest</option>" not in re.search(r'name="organisation_id".*?</select>', form, re.S).group(0)
    assert 'name="intensified"' not in form
    own = filled(organisation_id=world.organisations["Leiden"], lead_id=world.people["Wethouder Leiden 1"])
    made = client.post("/topics/new", data=own)
    assert made.status_code == 303, made.text
    assert client.get(f"{made.location}/edit").status_code == 200
    assert client.get(f"/topics/{added(runtime, world)}/edit").status_code == 403


def test_the_start_page_names_what_the_secretariat_must_do(
    app: Flask, as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        add(session, world, "Warmterotonde", intensified=True, deadline=date(2018, 12, 20))
        add(session, world, "Cultuur", lead_id=world.people["Gedeputeerde"])
        add(session, world, "Verlopen", deadline=date(2018, 12, 1))
        for number in range(4):
            add(session, world, f"Dringt {number}", deadline=date(2018, 12, 31))
        add(session, world, "Ver weg", deadline=date(2019, 1, 2))
        lead = world.people["Wethouder Leiden 1"]
        add(session, world, "Van Leiden", deadline=date(2019, 1, 1), lead_id=lead)
    page = as_clerk.get("/").text
    assert "Wijs een trekker aan: Warmterotonde" in page
    assert page.count("Warmterotonde") == 1
    assert "Wijs een andere trekker aan: Cultuur" in page
    assert "6 onderwerpen dringen en zijn niet gepland" in page
    assert "Ver weg" not in page
    behind = re.search(r'href="(/topics\?[^"]*)"[^>]*>6 onderwerpen', page).group(1).replace("&amp;", "&")
    assert {"Verlopen", "Dringt 3", "Van Leiden"} <= set(titles(as_clerk.get(behind).text))
    assert "Ver weg" not in titles(as_clerk.get(behind).text)
    alderman = sign_in(app.test_client(), runtime, world, "Wethouder Leiden 1").get("/").text
    assert "U bent trekker: Van Leiden" in alderman
    assert "Wijs een trekker aan" not in alderman


def test_links_lead_outside_without_telling_where_from(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    topic_id = added(runtime, world, links=(Link("Visie", "https://a.example/?a=1&b=2"),))
    page = as_clerk.get(f"/topics/{topic_id}").text
    assert 'href="https://a.example/?a=1&amp;b=2" rel="noopener noreferrer external"' in page


def test_before_and_after_are_shown_on_both_topics(
    as_clerk: FlaskClient, runtime: Runtime, world: World
) -> None:
    first = added(runtime, world, "Startnotitie")
    second = added(runtime, world, "Inbreng", predecessor_id=first)
    assert f'href="/topics/{second}"' in as_clerk.get(f"/topics/{first}").text
    assert f'href="/topics/{first}"' in as_clerk.get(f"/topics/{second}").text


def test_who_leads_what_the_region_submitted_edits_it_without_naming_leads(
    app: Flask, runtime: Runtime, world: World
) -> None:
    topic_id = added(runtime, world, lead_id=world.people["Wethouder Leiden 1"], priority=5, intensified=True)
    client = sign_in(app.test_client(), runtime, world, "Wethouder Leiden 1")
    form = client.get(f"/topics/{topic_id}/edit").text
    for settled in ("lead_id", "official_lead_id", "priority", "intensified"):
        assert f'name="{settled}"' not in form
    # What the page does not ask is not taken from whoever sends it all the same.
    data = filled(summary="Van ons vijven", version="1", lead_id=world.people["Wethouder Leiden 2"])
    assert client.post(f"/topics/{topic_id}/edit", data=data).status_code == 303
    with runtime.read() as session:
        topic = get(session, Topic, topic_id)
        assert topic.summary == "Van ons vijven"
        assert (topic.lead_id, topic.priority) == (world.people["Wethouder Leiden 1"], 5)
        assert topic.intensified
