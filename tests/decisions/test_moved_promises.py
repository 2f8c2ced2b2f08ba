"""Promises to one council, moved with a reason, and kept by a letter."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from agenda.core.problems import Changed, Invalid
from agenda.core.runtime import Runtime
from agenda.decisions import promise_actions as actions
from agenda.decisions.model import (
    Commitment,
    Decision,
    DecisionKind,
    Ratification,
    RatificationResult,
    RatifyingOrgan,
)
from agenda.meetings.model import Meeting
from agenda.people.model import Organisation
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER, VALENTINE, confirmed, put_on_agenda, topic
from tests.world import START, StandingClock, World


@pytest.fixture
def url(world: World) -> str:
    return f"/bodies/{world.body_id}/commitments"


def promised(runtime: Runtime, world: World, text: str, council: str = "", **facts: bool) -> Commitment:
    """Promise something by 28 February 2019 when an item was treated."""
    with runtime.work() as session:
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world, "Grondposities"))
        for name, value in facts.items():
            setattr(item, name, value)
        whom = session.get_one(Organisation, world.organisations[council]) if council else None
        by, body = world.by(session, "clerk"), world.body(session)
        day = date(2019, 2, 28)
        return actions.promise(session, body, text, day, meeting, by, START, item=item, council=whom)


def test_a_moved_promise_shows_both_days_and_the_reason(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    made = promised(runtime, world, "Een technische sessie", "Leiden")
    clerk, address = as_someone("clerk"), f"/commitments/{made.id}"
    assert clerk.post(f"{address}/move", data={"moved_to": "2019-03-15", "why": ""}).status_code == 422
    assert clerk.post(f"{address}/move", data={"moved_to": "2019-02-28", "why": "x"}).status_code == 422
    moved = {"moved_to": "2019-03-15", "why": "De zaal was niet vrij.", "version": str(made.version)}
    assert clerk.post(f"{address}/move", data=moved).status_code == 303
    again = clerk.post(f"{address}/move", data=moved | {"why": "Te laat gezien."})
    assert again.status_code == 409
    assert "Te laat gezien." in again.text
    for page in (clerk.get(address).text, as_someone("reader").get(url).text):
        assert "28 februari 2019" in page
        assert "15 maart 2019" in page
    assert "De zaal was niet vrij." in clerk.get(address).text


def test_a_kept_promise_tells_when_and_by_which_letter(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    made = promised(runtime, world, "Een technische sessie", "Leiden")
    clerk, address = as_someone("clerk"), f"/commitments/{made.id}/keep"
    assert clerk.post(address, data={"kept_on": "2019-12-31", "how": "Brief"}).status_code == 422
    assert clerk.post(address, data={"kept_on": "2018-12-17", "how": "Brief Z-18/1"}).status_code == 303
    page = as_someone("reader").get(url).text
    assert "nagekomen op 17 december 2018" in page
    assert "Brief Z-18/1" in page
    answer = clerk.get(f"{url}.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][1] == "Leiden"
    assert rows[1][3:] == [
        "2019-02-14",
        "Grondposities",
        "2019-02-28",
        "2019-02-28",
        "2018-12-17",
        "Brief Z-18/1",
    ]
    assert clerk.post(f"/commitments/{made.id}/reopen").status_code == 303
    with runtime.read() as session:
        kept = session.get_one(Commitment, made.id)
        assert (kept.kept_at, kept.kept_on, kept.kept_how) == (None, None, "")


def test_what_one_council_was_promised_is_found_with_what_all_were(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    promised(runtime, world, "Voor Leiden alleen", "Leiden")
    promised(runtime, world, "Voor Voorschoten alleen", "Voorschoten")
    promised(runtime, world, "Voor iedere raad")
    page = as_someone("reader").get(f"{url}?council={world.organisations['Leiden']}").text
    assert "Voor Leiden alleen" in page
    assert "Voor iedere raad" in page
    assert "Voor Voorschoten alleen" not in page
    for odd in ("?council=x", "?state=weg", f"?council={2**40}"):
        assert as_someone("reader").get(url + odd).status_code == 200


def test_a_promise_on_a_closed_item_is_not_for_readers(
    as_someone: AsSomeone, runtime: Runtime, world: World, url: str
) -> None:
    made = promised(runtime, world, "Grond aankopen", closed=True)
    for address in (url, f"{url}.csv", f"/bodies/{world.body_id}", f"/meetings/{made.meeting_id}"):
        assert "Grond aankopen" in as_someone("Wethouder Leiden 1").get(address).text
        assert "Grond aankopen" not in as_someone("reader").get(address).text
    assert as_someone("reader").get(f"/commitments/{made.id}").status_code == 404


def test_a_promise_is_put_in_other_words_until_it_is_kept_and_the_history_keeps_the_first(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    made = promised(runtime, world, "De raad hord ervan", "Leiden")
    address = f"/commitments/{made.id}"
    clerk, seen = as_someone("clerk"), {"words-version": str(made.version)}
    to = {"words-council": str(world.organisations["Oegstgeest"])}
    assert clerk.post(address, data={"words-text": "De raad hoort ervan", **to, **seen}).status_code == 303
    page = clerk.get(address).text
    assert "De raad hoort ervan" in page
    assert "De raad hord ervan" in page.partition('id="history"')[2]
    late = clerk.post(address, data={"words-text": "Mijn woorden", "words-council": "", **seen})
    assert late.status_code == 409
    assert "Intussen gewijzigd" in late.text
    assert "Mijn woorden" in late.text
    assert "De raad hoort ervan" in late.text
    assert clerk.post(address, data={"words-text": " ", "words-council": ""}).status_code == 422
    province = str(world.organisations["Provincie"])
    assert clerk.post(address, data={"words-text": "x", "words-council": province}).status_code == 422
    assert clerk.post(f"{address}/keep", data={}).status_code == 303
    kept = clerk.post(address, data={"words-text": "Te laat", "words-council": ""})
    assert kept.status_code == 409
    with runtime.read() as session:
        found = session.get_one(Commitment, made.id)
        assert found.organisation is not None
        assert (found.text, found.organisation.name) == ("De raad hoort ervan", "Oegstgeest")


def test_a_promise_hangs_only_on_what_is_the_bodys_own(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, body = world.by(session, "clerk"), world.body(session)
        province = session.get_one(Organisation, world.organisations["Provincie"])
        with pytest.raises(Invalid):
            actions.promise(session, body, "x", date(2019, 2, 1), None, by, START, council=province)
        one, other = confirmed(session, world), confirmed(session, world)
        item = put_on_agenda(session, other, topic(session, world))
        with pytest.raises(Invalid):
            actions.promise(session, body, "x", date(2019, 2, 1), one, by, START, item=item)
        made = actions.promise(session, body, "x", date(2019, 2, 1), None, by, START, item=item)
        assert made.meeting_id == other.id
        with pytest.raises(Changed):
            actions.keep(session, made, made.version + 1, by, START)


def test_the_timeline_of_a_meeting_tells_what_it_promised_and_who_must_still_ratify(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    made = promised(runtime, world, "De raad hoort over de warmterotonde", "Leiden")
    with runtime.work() as session:
        meeting = session.get_one(Meeting, made.meeting_id)
        agreed = Decision(
            meeting=meeting, position=1, text="Eens", recorded_at=VALENTINE, kind=DecisionKind.AGREEMENT
        )
        for number, name in enumerate(("Leiden", "Oegstgeest", "Voorschoten")):
            agreed.ratifications.append(
                Ratification(
                    organisation_id=world.organisations[name],
                    organ=RatifyingOrgan.COLLEGE,
                    due_on=date(2019, 3, 28) + timedelta(days=number),
                    result="ratified" if number == 0 else None,
                    said_on=date(2019, 3, 1) if number == 0 else None,
                )
            )
        session.add(agreed)
    clock.at = AFTER + timedelta(days=44)
    page = as_someone("reader").get(f"/meetings/{made.meeting_id}").text
    assert "Toezegging aan Leiden: De raad hoort over de warmterotonde" in page
    assert "Bekrachtigd: 1 van 3" in page
    assert "Aan zet: Oegstgeest, Voorschoten" in page
    assert "vrijdag 29 maart 2019" in page
    with runtime.work() as session:
        for one in session.scalars(select(Ratification).where(Ratification.result.is_(None))):
            one.result, one.said_on = "with_reservation", date(2019, 3, 29)
    page = as_someone("reader").get(f"/meetings/{made.meeting_id}").text
    # Speaking is not ratifying: the deadline is met, the agreement is not.
    assert "Bekrachtigd: 1 van 3" in page
    assert "op 29 maart 2019" in page


def test_the_timeline_adds_no_colleges_of_two_agreements_up_and_chases_nobody_for_what_was_refused(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    results: tuple[tuple[RatificationResult | None, ...], ...] = (
        (RatificationResult.RATIFIED, RatificationResult.RATIFIED),
        (RatificationResult.REFUSED, None),
    )
    with runtime.work() as session:
        meeting = confirmed(session, world)
        key = meeting.id
        for position, said in enumerate(results, start=1):
            agreed = Decision(
                meeting=meeting,
                position=position,
                text="Eens",
                recorded_at=VALENTINE,
                kind=DecisionKind.AGREEMENT,
            )
            for name, result in zip(("Leiden", "Oegstgeest"), said, strict=True):
                agreed.ratifications.append(
                    Ratification(
                        organisation_id=world.organisations[name],
                        organ=RatifyingOrgan.COLLEGE,
                        due_on=date(2019, 3, 28),
                        result=result,
                        said_on=date(2019, 3, 1) if result else None,
                    )
                )
            session.add(agreed)
    clock.at = AFTER + timedelta(days=60)
    page = as_someone("clerk").get(f"/meetings/{key}").text
    assert "Afspraken door allen bekrachtigd: 1 van 2; niet bekrachtigd door Leiden" in page
    assert "Aan zet: Oegstgeest" not in page
    with runtime.work() as session:
        refused = session.scalars(
            select(Ratification).where(Ratification.result == RatificationResult.REFUSED)
        ).one()
        refused.result = RatificationResult.RATIFIED
    page = as_someone("clerk").get(f"/meetings/{key}").text
    assert "Aan zet: Oegstgeest" in page
    # That one college spoke in time makes the others no less late.
    assert "dagen te laat" in page
    assert f'href="/bodies/{world.body_id}/ratifications">Afspraken door allen' in page
