"""The administrator's pages: look first, then settle; what is kept about somebody; erasing."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda import steps
from agenda.core.audit import AuditEntry
from agenda.core.database import Base
from agenda.core.runtime import Runtime
from agenda.mail import actions as mail
from agenda.people.model import Person
from agenda.retention.gathering import is_about_somebody
from agenda.retention.model import RetentionRule
from agenda.retention.places import Sort, places
from agenda.retention.register import BY_NAME, KEPT, KINDS
from agenda.retention.table_words import TABLES
from agenda.retention.words import KEPT as KEPT_WORDS
from agenda.retention.words import KINDS as KIND_WORDS
from tests.mail.letters import outgoing, queue
from tests.meetings.conftest import AsSomeone
from tests.world import StandingClock, World

LETTERS = "/retention/letters"


@pytest.fixture
def administrator(as_someone: AsSomeone) -> FlaskClient:
    return as_someone("administrator")


def period(amount: str, unit: str = "years", **more: str) -> dict[str, str]:
    return {"way": "goes", "amount": amount, "unit": unit, "step": "look", **more}


def rules(runtime: Runtime) -> dict[str, str]:
    with runtime.read() as session:
        return {rule.kind: str(rule.period) for rule in session.scalars(select(RetentionRule))}


def test_the_register_names_every_kind_with_its_ground(administrator: FlaskClient) -> None:
    page = administrator.get("/retention").text
    for name in (*(kind.name for kind in KINDS), *(kept.name for kept in KEPT)):
        # Words of the page's own language: read through the page, where they are translated.
        assert name in {**KIND_WORDS, **KEPT_WORDS}
    assert "Inhoud en ontvangers van verzonden brieven" in page
    assert "Archiefwet en selectielijst" in page
    assert f"Voor {len(KINDS)} soorten is nog geen termijn vastgesteld" in page
    assert set(KIND_WORDS) == set(BY_NAME)


def test_a_period_is_looked_at_before_it_can_be_settled(
    runtime: Runtime, administrator: FlaskClient, clock: StandingClock
) -> None:
    queue(runtime, outgoing("Uitnodiging van toen"))
    mail.deliver_all(runtime)
    clock.wind(days=20)
    # Straight to settling: the dry run comes first all the same.
    shown = administrator.post(LETTERS, data=period("1", "months", step="settle"))
    assert "Binnen een dag zou niets verdwijnen" in shown.text
    assert rules(runtime) == {}
    clock.wind(days=20)
    shown = administrator.post(LETTERS, data=period("1", "months"))
    assert "Binnen een dag zou er één verdwijnen" in shown.text
    assert "Uitnodiging van toen" in shown.text
    # Another period than the one that was looked at is looked at first.
    administrator.post(LETTERS, data=period("2", step="settle", looked="1 months"))
    assert rules(runtime) == {}
    done = administrator.post(LETTERS, data=period("1", "months", step="settle", looked="1 months"))
    assert done.status_code == 303
    assert rules(runtime) == {"letters": "1 months"}
    assert steps.retain(runtime) == 1
    page = administrator.get("/retention").text
    assert "Nog niets" not in page


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    runtime: Runtime, administrator: FlaskClient
) -> None:
    for amount, said in (
        ("", "Vul in hoe lang"),
        ("0", "geheel getal"),
        ("900", "van één maand tot 10 jaar"),
        ("x", "geheel getal"),
    ):
        answer = administrator.post(LETTERS, data=period(amount))
        assert answer.status_code == 422, amount
        assert said in answer.text, amount
    assert 'value="900"' in administrator.post(LETTERS, data=period("900")).text
    assert administrator.post(LETTERS, data=period("1", "weeks")).status_code == 422
    assert rules(runtime) == {}
    assert administrator.get("/retention/nothing").status_code == 404


def test_it_can_be_kept_until_somebody_says_otherwise(runtime: Runtime, administrator: FlaskClient) -> None:
    looked = administrator.post(LETTERS, data={"way": "stays", "unit": "years", "step": "look"})
    assert "Alles blijft bewaard" in looked.text
    sent = {"way": "stays", "unit": "years", "step": "settle", "looked": "kept"}
    assert administrator.post(LETTERS, data=sent).status_code == 303
    assert rules(runtime) == {"letters": "None"}
    assert "bewaard tot iemand anders beslist" in administrator.get(LETTERS).text


def test_the_second_administrator_looks_again(runtime: Runtime, administrator: FlaskClient) -> None:
    ready = period("1", step="settle", looked="1 years", version="")
    administrator.post(LETTERS, data=ready)
    answer = administrator.post(LETTERS, data=ready, follow_redirects=True)
    assert "intussen vastgesteld" in answer.text


def test_all_are_settled_as_proposed_by_one_button(runtime: Runtime, administrator: FlaskClient) -> None:
    administrator.post("/retention")
    assert rules(runtime) == {kind.name: str(kind.proposed) for kind in KINDS}
    assert "nog geen termijn vastgesteld" not in administrator.get("/retention").text
    answer = administrator.post("/retention", follow_redirects=True)
    assert "Alles was al vastgesteld" in answer.text


def test_all_that_is_kept_about_somebody_comes_as_a_file_without_secrets(
    runtime: Runtime, world: World, administrator: FlaskClient, as_someone: AsSomeone
) -> None:
    as_someone("Wethouder Leiden 1")
    queue(runtime, outgoing("voor u", person_id=world.people["Wethouder Leiden 1"]))
    place = f"/people/{world.people['Wethouder Leiden 1']}/kept"
    assert "Lidmaatschappen" in administrator.get(place).text
    found = json.loads(administrator.post(f"{place}.json").text)
    assert found["person"][0]["email"] == "wethouder.leiden.1@leidseregio.example"
    assert found["membership"][0]["title"] == "Wethouder"
    assert found["letter"][0]["subject"] == "voor u"
    assert found["sign_in"]
    assert not {"token_hash", "content", "secret"} & {name for rows in found.values() for name in rows[0]}
    rows = list(
        csv.reader(io.StringIO(administrator.post(f"{place}.csv").text.lstrip("\ufeff")), delimiter=";")
    )
    assert ["De eigen gegevens", "1", "name", "Wethouder Leiden 1"] in rows
    with runtime.read() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.verb == "downloaded_person")).all()
    assert len(taken) == 2


def test_a_person_is_erased_on_a_page_that_says_first_what_it_does(
    runtime: Runtime, world: World, administrator: FlaskClient
) -> None:
    key = world.people["Wethouder Leiden 1"]
    assert "Deze persoon wissen" in administrator.get(f"/people/{key}").text
    page = administrator.get(f"/people/{key}/erase").text
    assert "Wethouder Leiden (verwijderd)" in page
    assert "Dit kan niet ongedaan worden gemaakt" in page
    wrong = administrator.post(f"/people/{key}/erase", data={"typed": "Iemand", "sure": "y"})
    assert wrong.status_code == 422
    assert "Dit is niet de naam" in wrong.text
    unsure = administrator.post(f"/people/{key}/erase", data={"typed": "Wethouder Leiden 1"})
    assert unsure.status_code == 422
    sent = {"typed": "Wethouder Leiden 1", "sure": "y"}
    done = administrator.post(f"/people/{key}/erase", data=sent, follow_redirects=True)
    assert "De persoon is gewist" in done.text
    assert "Alleen de rol is over" in done.text
    with runtime.read() as session:
        assert session.get_one(Person, key).email == f"erased-{key}@erased.invalid"
    assert administrator.post(f"/people/{key}/erase", data=sent).status_code == 409
    assert "al gewist" in administrator.get(f"/people/{key}/erase").text


def test_nobody_erases_the_administrator_at_the_screen(world: World, administrator: FlaskClient) -> None:
    page = administrator.get(f"/people/{world.people['administrator']}/erase").text
    assert "U kunt uzelf niet wissen" in page
    assert "Definitief wissen" not in page


def test_every_text_of_every_table_is_of_some_sort() -> None:
    """What people are called stands in columns whose names say so, or is searched."""
    names = {f"{place.table.name}.{place.column.name}" for place in places(Sort.NAMES)}
    words = {f"{place.table.name}.{place.column.name}" for place in places(Sort.WORDS)}
    codes = {f"{place.table.name}.{place.column.name}" for place in places(Sort.CODES)}
    assert {"audit_entry.actor_name", "audit_entry.before", "agenda_version.facts", "paper.title"} <= names
    assert {"letterhead.mayor", "council_letter_copy.secretary", "document_version.uploaded_by"} <= names
    assert {"topic.title", "decision.text", "body.name", "round_voter.reason"} <= words
    # Codes and hashes alone: a new column with words of people is a Text.
    assert not {one for one in codes if one.rpartition(".")[2] in {"subject", "remark", "comment", "note"}}


def test_no_table_is_called_by_its_name_in_the_database() -> None:
    """A new one with words of people, or about a person, gets a name that its readers know."""
    named = {place.table.name for place in places(Sort.WORDS)}
    about = {table.name for table in Base.metadata.sorted_tables if is_about_somebody(table)}
    assert {"meeting_paper", "table_note"} <= named
    assert {"membership", "vote", "letter"} <= about
    assert named | about <= TABLES.keys()
