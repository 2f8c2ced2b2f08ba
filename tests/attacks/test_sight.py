"""Who sees what, as one table: every kind of item and paper, for every role, by every way of looking."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.invitations.rules import answer_token
from agenda.mail.model import Letter
from agenda.mail.transports import FolderTransport
from agenda.meetings.model import Attendee
from agenda.people.model import Person
from tests.accounts.helpers import sign_in
from tests.attacks.field import ROLES as COLUMNS
from tests.attacks.sighted import EVERYWHERE, Sighted, plant, word
from tests.attacks.test_matrix import TABLE as MAY_LOOK
from tests.conftest import make_config
from tests.publications.regenerate import text_of
from tests.world import StandingClock, make_world

# Who looks; in the table by three letters. `guest` comes for an open item, `inner` for a closed one.
PEOPLE = {
    "sec": "secretary",
    "clk": "clerk",
    "mem": "Wethouder Leiden 1",
    "adm": "administrator",
    "rea": "reader",
    "led": "lead",
    "gst": "Gedeputeerde",
    "inn": "guest behind doors",
    # Comes in a member's place, and has no role in the body; the next had that place before.
    "sub": "substitute",
    "rep": "replaced substitute",
    # Was a member until the meeting was over.
    "frm": "former member",
    "nei": "neighbour",
    "str": "stranger",
    "vis": None,
}
# yes: somewhere. cal: in the own calendar entry of the meeting and nowhere else. A dot: nowhere at all.
TABLE = """
                                         sec clk mem adm rea led gst inn sub rep frm nei str vis
open item                                yes yes yes yes yes yes  .   .  cal  .  cal  .   .   .
closed item                              yes yes yes  .   .   .   .   .  cal  .  cal  .   .   .
confidential item                        yes yes yes  .   .   .   .   .  cal  .  cal  .   .   .
withdrawn closed item                    yes yes yes  .   .   .   .   .   .   .   .   .   .   .
deferred closed item                     yes yes yes  .   .   .   .   .  cal  .  cal  .   .   .
urgent closed item                       yes yes yes  .   .   .   .   .  cal  .  cal  .   .   .
item closed later                        yes yes yes  .   .   .   .   .  cal  .  cal  .   .   .
item of a guest                          yes yes yes yes yes yes yes  .  cal  .  cal  .   .   .
closed item of a guest                   yes yes yes  .   .   .   .  yes cal  .  cal  .   .   .
closed item with a lead                  yes yes yes  .   .  yes  .   .  cal  .  cal  .   .   .
closed topic                             yes yes yes  .   .   .   .   .   .   .   .   .   .   .
closed topic in a round                  yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper                                    yes yes yes yes yes yes  .   .   .   .   .   .   .   .
next version                             yes yes yes yes yes yes  .   .   .   .   .   .   .   .
closed paper                             yes yes yes  .   .   .   .   .   .   .   .   .   .   .
confidential paper                       yes yes yes  .   .   .   .   .   .   .   .   .   .   .
secret paper                             yes yes yes  .   .   .   .   .   .   .   .   .   .   .
late paper                               yes yes yes yes yes yes  .   .   .   .   .   .   .   .
paper limited later                      yes yes yes  .   .   .   .   .   .   .   .   .   .   .
removed paper                            yes yes  .   .   .   .   .   .   .   .   .   .   .   .
paper of a closed item                   yes yes yes  .   .   .   .   .   .   .   .   .   .   .
opened paper of a closed item            yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper of an item closed later            yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper put back at an item closed later   yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper of a closed topic                  yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper of a topic                         yes yes yes yes yes yes  .   .   .   .   .   .   .   .
paper of a meeting                       yes yes yes yes yes yes  .   .   .   .   .   .   .   .
closed paper of a meeting                yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper of a guest                         yes yes yes yes yes yes yes  .   .   .   .   .   .   .
closed paper of a guest                  yes yes yes  .   .   .  yes  .   .   .   .   .   .   .
confidential paper of a guest            yes yes yes  .   .   .   .   .   .   .   .   .   .   .
paper of a closed guest                  yes yes yes  .   .   .   .  yes  .   .   .   .   .   .
concept letter                           yes yes yes  .   .   .   .   .   .   .   .   .   .   .
sent letter                              yes yes yes yes yes yes  .   .   .   .   .   .   .   .
"""
HEAD, *LINES = TABLE.strip("\n").splitlines()
MAY = {line[:41].strip(): dict(zip(HEAD.split(), line[41:].split(), strict=True)) for line in LINES}
CALENDAR = "/meetings/<int:meeting_id>/invitation.ics"
# Ways by which a member sees a word: they prove that the looking finds what there is.
WAYS = {
    "/bodies/<int:body_id>/actions",
    "/bodies/<int:body_id>/actions.csv",
    "/council-letters/<int:letter_id>",
    "/decisions",
    "/decisions.csv",
    "/decisions/<int:decision_id>",
    "/documents/<int:document_id>",
    "/documents/<int:document_id>/versions/<int:number>",
    "/meetings/<int:meeting_id>",
    "/meetings/<int:meeting_id>/agenda",
    "/meetings/<int:meeting_id>/agenda/versions",
    "/meetings/<int:meeting_id>/agenda/versions/<int:number>",
    "/meetings/<int:meeting_id>/agenda/versions/compare",
    CALENDAR,
    "/outgoing/<int:outgoing_id>/file",
    "/rounds/<int:round_id>",
    "/search",
    "/topics",
    "/topics.csv",
    "/topics/<int:topic_id>",
}


@pytest.fixture(scope="module")
def sighted(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, new_app: Callable[[Runtime], Flask]
) -> Iterator[Sighted]:
    """Plant everything once; here nothing is changed by looking."""
    folder = tmp_path_factory.mktemp("sight")
    file = folder / "agenda.sqlite"
    shutil.copy(migrated_sqlite, file)
    sessions = Sessions(f"sqlite:///{file}")
    clock = StandingClock()
    config = make_config(folder, f"sqlite:///{file}")
    runtime = Runtime(sessions, clock, FolderTransport(folder / "mail"), config)
    with runtime.work() as session:
        world = make_world(session)
    app = new_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    yield plant(app, runtime, world, clock)
    sessions.close()


def addresses(made: Sighted) -> Iterator[tuple[str, str]]:
    """Give every address that somebody without a hand in the preparations may look at, with its rule."""
    columns = [list(COLUMNS).index(role) for role in ("member", "reader", "stranger")]
    for line, row in MAY_LOOK.items():
        method, _, rule = line.partition(" ")
        if method != "GET" or "ok" not in {row.split()[column] for column in columns}:
            continue
        ids = dict(made.ids)
        if rule.startswith("/documents"):
            ids["number"] = [1, 2]
        if rule.startswith("/letters"):
            # The mails of the outbox are looked at apart.
            continue
        names = re.findall(r"<int:(\w+)>", rule)
        for values in product(*(ids.get(name, [1]) for name in names)):
            address = rule.replace("<any(pdf, docx):kind>", "docx")
            for name, value in zip(names, values, strict=True):
                address = address.replace(f"<int:{name}>", str(value))
            yield rule, re.sub(r"<[^>]+>", "x", address)
    (meeting,) = made.ids["meeting_id"]
    compared = f"/meetings/{meeting}/agenda/versions/compare"
    yield from ((f"{compared}", f"{compared}?old={old}&new={old + 1}") for old in (1, 2, 3))
    yield from (("/search", f"/search?q={EVERYWHERE}&page={page}") for page in range(1, 7))
    yield "/topics", f"/topics?q={EVERYWHERE}&state=all"
    yield "/topics", "/topics?view=focus"
    yield "/topics.csv", "/topics.csv?state=all"
    yield "/decisions", f"/decisions?q={EVERYWHERE}"


def words_at(made: Sighted, client: FlaskClient, address: str) -> set[str]:
    """Give the planted words that an address tells: in the page, the file, or a header of the answer."""
    answer = client.get(address, buffered=True)
    assert answer.status_code < 500, address
    if answer.data.startswith(b"%PDF"):
        file = made.runtime.config.var / "looked-at.pdf"
        file.write_bytes(answer.data)
        text = text_of(file)
    else:
        # Lines of a calendar are folded.
        text = answer.data.decode("utf-8", "replace").replace("\r\n ", "")
    return set(re.findall(r"zx[a-z]+?q", f"{answer.headers}{text}"))


def browser(made: Sighted, who: str | None) -> FlaskClient:
    client = made.app.test_client()
    return client if who is None else sign_in(client, made.runtime, made.world, who)


@pytest.mark.parametrize("role", PEOPLE)
def test_each_sees_what_the_table_says_and_nothing_else_by_any_way(sighted: Sighted, role: str) -> None:
    client = browser(sighted, PEOPLE[role])
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for rule, address in addresses(sighted):
        for one in words_at(sighted, client, address):
            seen[one].add(re.sub(r"/meetings/\d+", "/meetings/<int:meeting_id>", rule))
    told = {thing: seen[word(thing)] for thing in MAY}
    expected = {thing: row[role] for thing, row in MAY.items()}
    found = {
        thing: "." if not ways else "cal" if ways == {CALENDAR} else "yes" for thing, ways in told.items()
    }
    assert found == expected, {thing: told[thing] for thing in MAY if found[thing] != expected[thing]}
    if role == "mem":
        assert set().union(*told.values()) >= WAYS


def test_what_is_not_theirs_to_read_has_no_address(sighted: Sighted) -> None:
    """HEAD and a part are refused alike, and an old answer is not confirmed as still good."""
    wrong = []
    clerk = browser(sighted, "clerk")
    for role, who in PEOPLE.items():
        client = browser(sighted, who)
        for thing, number in sighted.documents.items():
            path = f"/documents/{number}/versions/1"
            kept = clerk.get(path, buffered=True).headers.get("ETag", "x")
            # What was removed has a page for who can put it back, and no file.
            may = MAY[thing][role] == "yes" and thing != "removed paper"
            answers = [
                client.open(path, method=method, headers=headers, buffered=True)
                for method, headers in (
                    ("GET", {}),
                    ("HEAD", {}),
                    ("GET", {"Range": "bytes=0-3"}),
                    ("GET", {"If-None-Match": kept}),
                )
            ]
            expected = [200, 200, 206, 304] if may else [303] * 4 if role == "vis" else [404] * 4
            if [one.status_code for one in answers] != expected:
                wrong.append((role, thing, [one.status_code for one in answers]))
            if not may and any(word(thing) in f"{one.headers}{one.text}" for one in answers):
                wrong.append((role, thing, "named"))
    assert wrong == []


def test_what_is_limited_is_kept_by_no_cache(sighted: Sighted) -> None:
    clerk = browser(sighted, "clerk")
    there = {thing: number for thing, number in sighted.documents.items() if thing != "removed paper"}
    for thing, number in there.items():
        held = clerk.get(f"/documents/{number}/versions/1", buffered=True).headers["Cache-Control"]
        assert "private" in held, thing
        # One that was opened by hand says of itself that it is open: no proxy keeps it, a browser asks again.
        says_so = MAY[thing]["rea"] == "." and "opened" not in thing and "put back" not in thing
        assert held == ("private, no-store" if says_so else "private, no-cache"), thing


def test_no_mail_and_no_link_tells_more_than_the_table(sighted: Sighted) -> None:
    """What was mailed to whom it is not for, and what an address with a secret in it shows to anybody."""
    world, secret = sighted.world, sighted.runtime.config.secret
    people = {name: world.people[name] for name in PEOPLE.values() if name}
    roles = {name: role for role, name in PEOPLE.items()}
    told: list[tuple[str, str]] = []

    def expect(name: str, words: set[str], where: str) -> None:
        allowed = {word(thing) for thing, row in MAY.items() if row[roles[name]] != "."}
        told.extend((where, f"{name}: {one}") for one in words - allowed)

    with sighted.runtime.read() as session:
        # An alderman is told all; a reader, a guest and whom it does not concern only what is theirs.
        for name in ("reader", "lead", "Gedeputeerde", "guest behind doors", "substitute", "stranger"):
            address = session.get_one(Person, people[name]).email
            for letter in session.scalars(select(Letter).where(Letter.recipient == address)):
                text = f"{letter.subject}{letter.content.decode('utf-8', 'replace')}"
                expect(name, set(re.findall(r"zx[a-z]+?q", text)), letter.kind)
        links = {
            name: f"/answer/{answer_token(secret, attendee.id, 1)}"
            for name in ("Gedeputeerde", "guest behind doors", "substitute", "replaced substitute")
            for attendee in session.scalars(select(Attendee).where(Attendee.person_id == people[name]))
        }
    links |= {name: f"/feeds/{token}.ics" for name, token in sighted.feeds.items()}
    anybody = sighted.app.test_client()
    for name, link in links.items():
        expect(name, words_at(sighted, anybody, link), link)
    assert told == []
