"""The screens about topics that are alike, as people of every role meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.core.database import get
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.people.model import Role
from agenda.topics import actions as topics
from agenda.topics.likeness_queries import MOST_TO_COUNT
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.topics.backlog import counted
from tests.topics.likeness.twins import HERE, THERE, seat, submit, twins
from tests.world import StandingClock, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SCRIPT = "<script>alert(1)</script>"
As = Callable[[str], FlaskClient]
Numbers = tuple[int, int]


@pytest.fixture
def as_(app: Flask, runtime: Runtime, world: World) -> As:
    """Give a browser of someone: as_("clerk")."""
    return lambda who: sign_in(app.test_client(), runtime, world, who)


@pytest.fixture
def numbers(runtime: Runtime, world: World) -> Numbers:
    """Two topics that are alike; the clerk works for both bodies."""
    seat(runtime, world, "clerk", Role.CLERK)
    return twins(runtime, world)


def address(numbers: Numbers, more: str = "") -> str:
    return f"/topics/alike/{numbers[0]}/{numbers[1]}{more}"


def main_text(client: FlaskClient, url: str) -> str:
    html = client.get(url, follow_redirects=True).text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2])))


def version(client: FlaskClient, numbers: Numbers) -> str:
    found = re.search(r'name="version" value="(\d*)"', client.get(address(numbers)).text)
    return found.group(1) if found else ""


def merge(client: FlaskClient, numbers: Numbers, **changed: str) -> str:
    """Merge as a person does: look at the form, send it, and read what the next page says."""
    url = address(numbers, f"/merge?keep={numbers[0]}")
    page = client.get(url).text
    hidden = {
        name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)[0] for name in ("topics", "version")
    }
    data = {"title": "kept", "summary": "kept", "do": "merge", **hidden, **changed}
    return main_text_of(client.post(url, data=data, follow_redirects=True).text)


def main_text_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.parametrize(
    ("who", "listed", "pair"),
    [
        ("clerk", 200, 200),
        ("secretary", 200, 404),
        ("outsider", 200, 404),
        ("reader", 403, 404),
        ("Wethouder Leiden 1", 403, 404),
        ("administrator", 403, 403),
        ("stranger", 403, 404),
    ],
)
def test_only_who_edits_one_and_sees_both_comes_to_the_pair(
    as_: As, numbers: Numbers, who: str, listed: int, pair: int
) -> None:
    browser = as_(who)
    assert browser.get("/topics/alike").status_code == listed
    assert browser.get(address(numbers)).status_code == pair
    assert browser.get(address(numbers, "/merge")).status_code == pair
    for end, data in (
        ("", {"verdict": "linked"}),
        ("/undo", {}),
        (f"/merge?keep={numbers[0]}", {"title": "kept", "summary": "kept", "do": "look"}),
    ):
        status = browser.post(address(numbers, end), data=data).status_code
        assert (status == pair) if pair != 200 else status in (200, 303), (who, end)


@pytest.mark.parametrize("decided", ["", "linked", "merged"])
def test_who_sees_one_topic_learns_nothing_of_the_other(as_: As, numbers: Numbers, decided: str) -> None:
    clerk = as_("clerk")
    if decided == "merged":
        merge(clerk, numbers)
    elif decided:
        clerk.post(address(numbers), data={"verdict": decided})
    for who in ("secretary", "outsider", "Wethouder Leiden 1"):
        browser = as_(who)
        own, other = (numbers[1], HERE) if who == "outsider" else (numbers[0], THERE)
        for url in (f"/topics/{own}", "/topics?state=all", "/topics.csv?state=all", "/"):
            text = unescape(browser.get(url).text).lower()
            assert other.lower() not in text, (who, url)
            for word in ("lijkt op", "lijken op elkaar", "gekoppeld", "samengevoegd"):
                assert word not in text, (who, url, word)
        assert other not in unescape(browser.get("/topics/alike").text)
        closed = "wordt hier niet verder behandeld" in browser.get(f"/topics/{own}").text
        assert closed is (decided == "merged" and who == "outsider")


def test_the_pair_stands_on_both_pages_in_the_list_and_is_counted(as_: As, numbers: Numbers) -> None:
    browser = as_("clerk")
    assert "Twee onderwerpen lijken op elkaar" in browser.get("/topics").text
    assert f"{HERE} Open" in main_text(browser, "/topics/alike")
    for own, other in (numbers[0], THERE), (numbers[1], HERE):
        text = main_text(browser, f"/topics/{own}")
        assert "Lijkt op" in text
        assert other in text
        assert "Beide gaan over “warmtenet”." in text


def test_a_new_topic_shows_at_once_what_it_is_like(as_: As, world: World, numbers: Numbers) -> None:
    browser = as_("clerk")
    browser.post("/topics", data={"title": "Kosten van het warmtenet", "body": world.body_id})
    text = main_text(browser, f"/topics/{numbers[1] + 1}")
    assert THERE in text
    assert "In hetzelfde gremium" in text
    assert "3 tweetallen van onderwerpen lijken op elkaar" in browser.get("/topics").text


def test_nothing_alike_says_so(as_: As) -> None:
    browser = as_("secretary")
    assert "Er lijken geen onderwerpen op elkaar" in browser.get("/topics/alike").text
    assert "/topics/alike" not in browser.get("/topics").text


def test_two_topics_stand_beside_each_other_and_script_stays_text(
    as_: As, runtime: Runtime, world: World
) -> None:
    seat(runtime, world, "clerk", Role.CLERK)
    with runtime.work() as session:
        title = f"Bezoek Van der Ven, Zoë {SCRIPT}"
        numbers = (
            submit(session, world.body_id, title, summary="x " * 2_500).id,
            submit(session, world.other_body_id, title, summary=SCRIPT).id,
        )
    browser = as_("clerk")
    for url in (
        address(numbers),
        address(numbers, f"/merge?keep={numbers[1]}"),
        "/topics/alike",
        f"/topics/{numbers[0]}",
    ):
        page = browser.get(url).text
        assert SCRIPT not in page, url
        assert "Van der Ven, Zoë" in page
    assert "Zelfde titel" in browser.get(address(numbers)).text


def test_the_address_of_a_pair_has_one_order_and_a_topic_is_no_pair(as_: As, numbers: Numbers) -> None:
    browser = as_("clerk")
    turned = browser.get(address((numbers[1], numbers[0])))
    assert (turned.status_code, turned.location) == (303, address(numbers))
    assert browser.get(address((1, 1))).status_code == 404
    assert browser.get(address((1, 999))).status_code == 404


@pytest.mark.parametrize(("verdict", "told"), [("different", "niet hetzelfde"), ("linked", "gekoppeld")])
def test_a_decision_is_one_press_and_can_be_taken_back(
    as_: As, numbers: Numbers, verdict: str, told: str
) -> None:
    browser = as_("clerk")
    done = browser.post(address(numbers), data={"verdict": verdict, "version": ""}, follow_redirects=True)
    assert f"De onderwerpen zijn {told}." in done.text
    assert "Er lijken geen onderwerpen op elkaar" in browser.get("/topics/alike").text
    back = browser.post(
        address(numbers, "/undo"), data={"version": version(browser, numbers)}, follow_redirects=True
    )
    assert "Het besluit is teruggedraaid." in back.text
    assert THERE in browser.get("/topics/alike").text


def test_who_goes_through_the_list_stays_there_with_a_way_back(as_: As, numbers: Numbers) -> None:
    browser = as_("clerk")
    back = "/topics/alike"
    assert f'name="back" value="{back}"' in browser.get(back).text
    done = browser.post(address(numbers), data={"verdict": "different", "version": "", "back": back})
    assert done.location == back
    page = browser.get(back).text
    assert f'href="{address(numbers)}">Bekijken of ongedaan maken</a>' in page
    elsewhere = {"verdict": "linked", "version": version(browser, numbers), "back": "//kwaad.example"}
    assert browser.post(address(numbers), data=elsewhere).location == address(numbers)


def test_what_was_decided_stays_to_be_found_by_who_may_take_it_back(
    as_: As, runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "Wethouder Leiden 1", Role.MEMBER)
    as_("clerk").post(address(numbers), data={"verdict": "different"})
    text = main_text(as_("clerk"), "/topics/alike")
    assert f"Eerder beoordeeld Niet hetzelfde {HERE} – {THERE} clerk, 18 december 2018" in text
    for who in ("secretary", "outsider"):
        assert "Eerder beoordeeld" not in as_(who).get("/topics/alike").text


def test_a_linked_topic_shows_the_other_with_its_state_and_history(as_: As, numbers: Numbers) -> None:
    browser = as_("clerk")
    browser.post(address(numbers), data={"verdict": "linked"})
    text = main_text(browser, f"/topics/{numbers[0]}")
    assert f"Gekoppeld met: {THERE} Open Portefeuillehoudersoverleg" in text
    assert f"Geschiedenis van “{THERE}” Agendering diende dit onderwerp in" in text


def test_the_other_secretariat_sees_the_link_on_its_start_page_and_no_mail_leaves(
    as_: As, runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "secretary", Role.READER)
    as_("clerk").post(address(numbers), data={"verdict": "linked"})
    assert f"Gekoppeld: {HERE} en {THERE}" in unescape(as_("secretary").get("/").text)
    assert "Gekoppeld:" not in as_("clerk").get("/").text
    with runtime.read() as session:
        assert session.query(Letter).count() == 0


def test_who_decides_on_an_old_page_is_told_and_changes_nothing(as_: As, numbers: Numbers) -> None:
    browser = as_("clerk")
    browser.post(address(numbers), data={"verdict": "linked", "version": ""})
    late = browser.post(address(numbers), data={"verdict": "different", "version": ""}, follow_redirects=True)
    assert "clerk heeft over deze onderwerpen besloten" in late.text
    assert "Gekoppeld" in late.text


def test_merging_shows_first_what_comes_of_it_and_only_then_does_it(
    as_: As, runtime: Runtime, numbers: Numbers
) -> None:
    browser = as_("clerk")
    url = address(numbers, f"/merge?keep={numbers[0]}")
    before = main_text(browser, url)
    assert f"“{HERE}” (Gezamenlijk collegeoverleg) gaat door." in before
    assert "Eén persoon van Portefeuillehoudersoverleg ziet het onderwerp dat doorgaat niet." in before
    looked = browser.post(url, data={"title": "gone", "summary": "kept", "do": "look"})
    assert looked.status_code == 200
    assert unescape(looked.text).count(f">{THERE}<") >= 2
    with runtime.read() as session:
        assert get(session, Topic, numbers[1]).merged_into_id is None
    done = merge(browser, numbers)
    assert f"“{THERE}” is afgesloten; “{HERE}” gaat door." in done
    assert f"Opgegaan in dit onderwerp: {THERE} Afgesloten" in done
    gone = main_text(browser, f"/topics/{numbers[1]}")
    assert f"Het is samengevoegd met: {HERE}" in gone
    assert "Bewerken" not in gone
    assert browser.get(f"/topics/{numbers[1]}/edit").status_code == 403


def test_a_choice_left_open_is_asked_for_and_the_other_kept(as_: As, numbers: Numbers) -> None:
    browser = as_("clerk")
    url = address(numbers, f"/merge?keep={numbers[0]}")
    answer = browser.post(url, data={"title": "gone", "do": "merge"})
    assert answer.status_code == 422
    assert "Kies een samenvatting." in answer.text
    kept = [tag for tag in re.findall("<input[^>]*>", answer.text) if " checked" in tag]
    assert ['value="gone"' in tag and 'name="title"' in tag for tag in kept] == [True]


def test_a_merger_is_undone_by_one_press_within_a_day(
    as_: As, clock: StandingClock, numbers: Numbers
) -> None:
    browser = as_("clerk")
    merge(browser, numbers)
    page = browser.get(address(numbers)).text
    assert "kan dit ongedaan worden gemaakt" in page
    back = browser.post(
        address(numbers, "/undo"), data={"version": version(browser, numbers)}, follow_redirects=True
    )
    assert "Het besluit is teruggedraaid." in back.text
    assert "Open" in main_text(browser, f"/topics/{numbers[1]}")
    merge(browser, numbers)
    clock.wind(days=2)
    browser = as_("clerk")
    assert "meer dan een dag oud" in browser.get(address(numbers)).text
    late = browser.post(address(numbers, "/undo"), data={"version": "3"}, follow_redirects=True)
    assert "Samengevoegd" in late.text


def test_what_is_on_an_agenda_leads_to_the_other_way_round(
    as_: As, runtime: Runtime, clock: StandingClock, numbers: Numbers
) -> None:
    with runtime.work() as session:
        topics.plan_turn(session, get(session, Topic, numbers[1]), clock())
    browser = as_("clerk")
    text = main_text(browser, address(numbers))
    assert f"“{THERE}” staat op een agenda of in een schriftelijke ronde" in text
    assert f"Laat “{THERE}” doorgaan" in text
    assert f"Laat “{HERE}” doorgaan" not in text
    refused = browser.get(address(numbers, f"/merge?keep={numbers[0]}"))
    assert (refused.status_code, refused.location) == (303, address(numbers))


def test_who_edits_one_body_only_is_told_that_merging_is_not_theirs(
    as_: As, runtime: Runtime, world: World, numbers: Numbers
) -> None:
    seat(runtime, world, "secretary", Role.READER)
    browser = as_("secretary")
    assert (
        "Samenvoegen kan wie de onderwerpen van beide gremia mag bewerken."
        in browser.get(address(numbers)).text
    )
    assert browser.get(address(numbers, f"/merge?keep={numbers[0]}")).status_code == 403


def test_the_list_asks_as_many_queries_for_forty_pairs_as_for_one(
    as_: As, runtime: Runtime, world: World, numbers: Numbers
) -> None:
    browser = as_("clerk")

    def asked(url: str) -> int:
        browser.get(url)
        with counted(runtime) as sent:
            browser.get(url)
        return len(sent)

    urls = ("/topics/alike", "/topics", f"/topics/{numbers[0]}")
    before = [asked(url) for url in urls]
    with runtime.work() as session:
        for number in range(8):
            submit(session, world.other_body_id, f"Warmtenet deel {number}")
    assert [asked(url) for url in urls] == before
    assert MOST_TO_COUNT > 8
