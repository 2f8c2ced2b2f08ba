"""What the councils were promised, through the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.decisions.model import Commitment
from tests.meetings.conftest import AsSomeone
from tests.world import StandingClock, World

PROMISE = {"text": "De raden informeren", "promised_on": "2019-02-28"}


@pytest.fixture
def url(world: World) -> str:
    return f"/bodies/{world.body_id}/commitments"


def only(runtime: Runtime) -> Commitment:
    with runtime.read() as session:
        found = session.scalars(select(Commitment)).one()
        session.expunge(found)
        return found


def test_a_promise_is_kept_and_opened_again(as_someone: AsSomeone, runtime: Runtime, url: str) -> None:
    clerk = as_someone("clerk")
    assert "nog niets" in clerk.get(url).text
    assert clerk.post(url, data=PROMISE).status_code == 303
    promise = only(runtime)
    kept = clerk.post(f"/commitments/{promise.id}/keep", data={"version": str(promise.version)})
    assert kept.status_code == 303
    assert "nagekomen op 18 december 2018" in clerk.get(url).text
    assert clerk.post(f"/commitments/{promise.id}/keep").status_code == 409
    assert clerk.post(f"/commitments/{promise.id}/reopen").status_code == 303
    assert clerk.post(f"/commitments/{promise.id}/reopen").status_code == 409
    assert only(runtime).kept_at is None
    page = clerk.get(f"/bodies/{promise.body_id}").text
    assert "De raden informeren" in page


def test_two_people_do_not_undo_each_other(as_someone: AsSomeone, runtime: Runtime, url: str) -> None:
    clerk = as_someone("clerk")
    clerk.post(url, data=PROMISE)
    promise = only(runtime)
    seen = {"version": str(promise.version)}
    clerk.post(f"/commitments/{promise.id}/keep", data=seen)
    assert clerk.post(f"/commitments/{promise.id}/reopen", data=seen).status_code == 409
    assert only(runtime).kept_at is not None


@pytest.mark.parametrize(
    "given",
    [
        {"text": "", "promised_on": "2019-02-28"},
        {"text": "x" * 501, "promised_on": "2019-02-28"},
        {"text": "De raden", "promised_on": ""},
        {"text": "De raden", "promised_on": "9999-12-31"},
        {"text": "De raden", "promised_on": "0001-01-01"},
    ],
)
def test_what_is_no_promise_is_refused(
    as_someone: AsSomeone, runtime: Runtime, url: str, given: dict[str, str]
) -> None:
    assert as_someone("clerk").post(url, data=given).status_code == 422
    with runtime.read() as session:
        assert session.scalars(select(Commitment)).all() == []


def test_who_sees_and_who_writes(as_someone: AsSomeone, runtime: Runtime, url: str) -> None:
    as_someone("secretary").post(url, data=PROMISE)
    promise = only(runtime)
    for who in ("Wethouder Leiden 1", "reader", "administrator"):
        client = as_someone(who)
        page = client.get(url)
        assert "De raden informeren" in page.text
        assert "<textarea" not in page.text
        assert 'name="promised_on"' not in page.text
        assert client.post(url, data=PROMISE).status_code == 403
        assert client.post(f"/commitments/{promise.id}/keep").status_code == 403
    for who in ("outsider", "stranger"):
        client = as_someone(who)
        assert client.get(url).status_code == 404
        assert client.post(url, data=PROMISE).status_code == 404
        assert client.post(f"/commitments/{promise.id}/keep").status_code == 404
    assert only(runtime).kept_at is None


def test_what_comes_near_stands_on_the_start_page_of_who_must_keep_it(
    as_someone: AsSomeone, runtime: Runtime, url: str, clock: StandingClock
) -> None:
    as_someone("clerk").post(url, data=PROMISE)
    assert "De raden informeren" not in as_someone("clerk").get("/").text
    clock.wind(days=30)
    assert "De raden informeren" in as_someone("clerk").get("/").text
    assert "De raden informeren" not in as_someone("Wethouder Leiden 1").get("/").text
    assert "De raden informeren" not in as_someone("outsider").get("/").text
    clock.wind(days=45)
    assert "lr-task--neg" in as_someone("clerk").get("/").text


def test_markup_in_a_promise_stays_text(as_someone: AsSomeone, url: str) -> None:
    clerk = as_someone("clerk")
    clerk.post(url, data={"text": "<img src=x onerror=alert(1)>", "promised_on": "2019-01-10"})
    for address in (url, "/"):
        page = clerk.get(address).text
        assert "&lt;img" in page
        assert "<img src=x" not in page
