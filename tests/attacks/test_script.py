"""What someone types never acts: not on a page, not in a letter, not in a file, not in a header."""

from __future__ import annotations

import csv
import io
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from icalendar import Calendar

from agenda.steps import tell
from tests.attacks.field import Field, path_of
from tests.attacks.forms import form_of
from tests.attacks.test_matrix import addresses

MARK = "zz9"
SCRIPT = f"{MARK}\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{{{7*7}}}}&lt;b&gt;"
RUNNING = {"script", "iframe", "object", "embed", "base", "form", "link", "meta", "style", "svg", "img"}


class Tags(HTMLParser):
    """Collect what a browser would build."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def acting(html: str) -> list[str]:
    """Name what in a page acts and is not ours: handlers, scripts in line, links that run."""
    found = []
    for tag, attributes in tags(html):
        found += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        if tag == "script" and not str(attributes.get("src", "")).startswith("/static/"):
            found.append("script")
        if tag == "img" and not str(attributes.get("src", "")).startswith(("/static/", "data:")):
            found.append("img")
        for name in ("href", "src", "action", "formaction"):
            address = re.sub(r"[\x00-\x20]", "", str(attributes.get(name) or "")).lower()
            if address.startswith(("javascript:", "vbscript:", "data:text")):
                found.append(f"{tag} {name}={address}")
    return found


def scripted(field: Field) -> None:
    """Write the script wherever something can be written, as those who may."""
    ids = field.ours.ids | {"sign_in_id": 1}
    secretary, administrator = field.client("secretary"), field.client("administrator")
    held = ids | {"meeting_id": ids["held_id"], "item_id": ids["held_item_id"]}
    in_one_word = {"title", "venue", "name", "text", "why", "remark", "purpose_", "portfolio", "outcome_text"}
    written = [
        (administrator, "/people/<int:person_id>/edit", ids),
        (administrator, "/people/memberships/<int:membership_id>/edit", ids),
        (administrator, "/people/organisations/<int:organisation_id>/edit", ids),
        (administrator, "/bodies/<int:body_id>/edit", ids),
        (secretary, "/bodies/<int:body_id>/commitments", ids),
        (secretary, "/topics/<int:topic_id>/edit", ids),
        (secretary, "/topics", ids),
        (secretary, "/meetings/<int:meeting_id>/agenda/items/<int:item_id>", ids),
        (secretary, "/meetings/<int:meeting_id>/edit", ids),
        (secretary, "/meetings/<int:meeting_id>/outcomes/<int:item_id>", held),
        (secretary, "/meetings/<int:meeting_id>/decisions", held),
        (secretary, "/decisions/<int:decision_id>", held),
        (secretary, "/planner/cadence/<int:body_id>/edit", ids),
        (secretary, "/council-letters/<int:letter_id>/words/<section>", ids),
        (secretary, "/profile", ids),
        (field.app.test_client(), "/answer/<token>", ids),
    ]
    more = {
        "/topics/<int:topic_id>/edit": {
            **dict.fromkeys(("summary", "desired_result", "requested_decision"), SCRIPT),
            "links": f"{SCRIPT} https://voorbeeld.example/x",
        },
        "/people/memberships/<int:membership_id>/edit": {"title": SCRIPT, "portfolio": SCRIPT, "voting": "y"},
        "/people/organisations/<int:organisation_id>/edit": {"venue": SCRIPT, "tooi_id": "gm0546"},
        "/bodies/<int:body_id>/edit": {"purpose": SCRIPT, "seat-1": "y", "turn-1": "1"},
        "/meetings/<int:meeting_id>/outcomes/<int:item_id>": {f"item{held['item_id']}-text": SCRIPT},
        "/meetings/<int:meeting_id>/agenda/items/<int:item_id>": {"requested_decision": SCRIPT},
        "/planner/cadence/<int:body_id>/edit": {"venue": SCRIPT},
        # Another venue is another invitation.
        "/answer/<token>": {"revision": "1"},
    }
    for client, rule, numbers in written:
        sent = form_of(rule, numbers)
        sent = {
            name: SCRIPT if name.rpartition("-")[2] in in_one_word else usual for name, usual in sent.items()
        }
        answer = client.post(path_of(rule, numbers), data=sent | more.get(rule, {}))
        assert answer.status_code == 303, (rule, answer.status_code)


def test_script_is_shown_on_every_page_and_acts_on_none(field: Field) -> None:
    scripted(field)
    secretary = field.client("secretary")
    for path in ("meetings/{meeting_id}/cancel", "topics/{topic_id}/withdraw"):
        answer = secretary.post("/" + path.format(**field.ours.ids), data={"why": SCRIPT})
        assert answer.status_code == 303
    shown = 0
    for method, rule in addresses(field.app):
        if method != "GET":
            continue
        for ids in (field.ours.ids, field.ours.ids | {"meeting_id": field.ours["held_id"]}):
            for role in ("secretary", "administrator", "member"):
                answer = field.client(role).get(path_of(rule, ids), buffered=True)
                if answer.mimetype != "text/html" or rule.endswith("/body"):
                    continue
                assert acting(answer.text) == [], (rule, role)
                shown += MARK in answer.text
    # It does stand on pages: nothing was lost on the way that would hide a fault.
    assert shown > 40


def test_a_search_that_is_script_is_shown_as_text(field: Field) -> None:
    for path in (
        "/topics",
        "/meetings",
        "/letters",
        "/people",
        "/sign-in",
        f"/meetings/{field.ours['meeting_id']}/agenda",
    ):
        for name in ("q", "next", "state", "sort", "view", "lead"):
            answer = field.client("administrator").get(path, query_string={name: SCRIPT})
            assert acting(answer.text) == [], (path, name)


def test_why_letters_are_held_or_need_not_go_is_shown_as_text(field: Field) -> None:
    administrator = field.client("administrator")
    administrator.post("/letters/release")
    assert administrator.post("/letters/hold", data={"why": SCRIPT}).status_code == 303
    letter = f"/letters/{field.ours['letter_id']}"
    assert administrator.post("/letters/discard", data={"which": SCRIPT}).status_code == 422
    shown = [administrator.get(path).text for path in ("/letters", "/letters?state=held", letter)]
    assert administrator.post("/letters/discard", data={"which": "all", "why": SCRIPT}).status_code == 303
    shown += [administrator.get(path).text for path in ("/letters", letter)]
    assert [acting(page) for page in shown] == [[]] * len(shown)
    assert [MARK in page for page in shown] == [True, True, False, True, True]


def test_script_in_letters_is_text_in_their_html(field: Field) -> None:
    scripted(field)
    before = len(field.letters())
    tell(field.runtime)
    written = field.letters()[before:]
    assert written
    marked = 0
    for content in written:
        message = _read(content)
        html = message.get_body(("html",)).get_content()
        names = {tag for tag, _ in tags(html)}
        assert not names & (RUNNING - {"meta", "style"}), names
        assert acting(html) == []
        marked += MARK in html
    assert marked


@pytest.mark.parametrize("link", [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>",
    "vbscript:x",
    "//kwaad.example", "https:kwaad", "https://u@kwaad.example", "file:///etc/passwd", " https://", "https://[::1",
])  # fmt: skip
def test_a_link_that_runs_or_hides_is_refused(field: Field, link: str) -> None:
    rule = "/topics/<int:topic_id>/edit"
    sent = form_of(rule, field.ours.ids) | {"links": f"Stuk {link}"}
    field.client("secretary").post(path_of(rule, field.ours.ids), data=sent)
    page = field.client("secretary").get(f"/topics/{field.ours['topic_id']}").text
    assert acting(page) == []
    outside = [
        a["href"] for tag, a in tags(page) if tag == "a" and not str(a.get("href")).startswith(("/", "#"))
    ]
    assert outside == []


INJECTIONS = {
    "encoded word": "=?utf-8?q?x=0D=0ABcc:_kwaad@kwaad.example?=",
    "line breaks": "x\r\nBcc: kwaad@kwaad.example\r\n\r\nlichaam",
    "line feed": "x\nBcc: kwaad@kwaad.example",
    "carriage return": "x\rBcc: kwaad@kwaad.example",
    "other breaks": "x\u0085Bcc: kwaad@kwaad.example\u2028Bcc: kwaad@kwaad.example\x0bBcc: y\x0cBcc: z",
    "calendar": "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:kwaad@kwaad.example",
    "quotes": 'x" <kwaad@kwaad.example>, "y',
}
HEADERS = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("Auto-Submitted", "MIME-Version", "Content-Type"),
}


@pytest.mark.parametrize("typed", INJECTIONS.values(), ids=INJECTIONS)
def test_no_title_name_venue_or_remark_adds_a_header_or_a_reader(field: Field, typed: str) -> None:
    ids = field.ours.ids
    secretary, administrator = field.client("secretary"), field.client("administrator")
    person = form_of("/people/<int:person_id>/edit", ids) | {
        "name": typed,
        "email": "leider@leidseregio.example",
    }
    meeting = {"title": typed, "venue": typed, "minutes": "90"}
    body = {"name": typed, "usual_minutes": "60", "papers_days_before": "7", "seat-1": "y"}
    assert administrator.post(f"/people/{ids['person_id']}/edit", data=person).status_code == 303
    assert administrator.post(f"/bodies/{ids['body_id']}/edit", data=body).status_code == 303
    assert secretary.post("/profile", data={"name": typed, "language": "nl"}).status_code == 303
    assert secretary.post(f"/meetings/{ids['meeting_id']}/edit", data=meeting).status_code == 303
    answer = {"answer": "declined", "remark": typed, "revision": "1"}
    field.app.test_client().post(f"/answer/{ids['token']}", data=answer)
    before = len(field.letters())
    tell(field.runtime)
    reason = {"why": typed}
    assert secretary.post(f"/meetings/{ids['meeting_id']}/cancel", data=reason).status_code == 303
    tell(field.runtime)
    field.app.test_client().post("/sign-in", data={"email": "secretary@leidseregio.example"})
    written = field.letters()[before:]
    assert len(written) > 20
    for content in written:
        _is_one_plain_letter(content)


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)  # type: ignore[return-value]


def _is_one_plain_letter(content: bytes) -> None:
    """Look at the bytes, and at what two parsers make of them."""
    head = content.split(b"\r\n\r\n", 1)[0]
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    old, new = message_from_bytes(content), _read(content)
    assert old["Bcc"] is None
    assert new["Bcc"] is None
    assert len(new["To"].addresses) == 1
    assert new["To"].addresses[0].domain == "leidseregio.example"
    assert len(new["From"].addresses) == 1
    for part in new.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            (event,) = calendar.walk("VEVENT")
            attendees = event.get("ATTENDEE")
            assert not isinstance(attendees, list)
            assert "kwaad" not in str(attendees)


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "＝1+1",
    '=HYPERLINK("https://kwaad.example")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_the_file_for_spreadsheets_is_text(field: Field, formula: str) -> None:
    rule = "/topics/<int:topic_id>/edit"
    more = dict.fromkeys(("title", "summary", "desired_result"), formula)
    sent = form_of(rule, field.ours.ids) | more
    assert field.client("secretary").post(path_of(rule, field.ours.ids), data=sent).status_code == 303
    file = field.client("secretary").get("/topics.csv")
    assert file.mimetype == "text/csv"
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', file.headers["Content-Disposition"])
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    cells = [cell for row in csv.reader(io.StringIO(file.text), delimiter=";") for cell in row]
    assert any(formula.strip()[1:3] in cell for cell in cells)
    for cell in cells:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")), cell


def test_the_name_of_a_file_cannot_be_chosen_by_a_reader(field: Field) -> None:
    scripted(field)
    ids = field.ours.ids
    for path in (
        "/topics.csv",
        f"/meetings/{ids['meeting_id']}/invitation.ics",
        f"/letters/{ids['letter_id']}.eml",
    ):
        for role in ("member", "administrator"):
            answer = field.client(role).get(path)
            if answer.status_code == 200:
                assert re.fullmatch(r'attachment; filename="[\w.@-]+"', answer.headers["Content-Disposition"])


def test_a_letter_shown_on_a_page_is_in_a_frame_that_runs_nothing(field: Field) -> None:
    shown = field.client("secretary").get(f"/letters/{field.ours['letter_id']}/body")
    rule = shown.headers["Content-Security-Policy"]
    assert "sandbox" in rule
    assert "allow-scripts" not in rule
    assert "allow-same-origin" not in rule
    assert "default-src 'none'" in rule
    assert shown.headers["Referrer-Policy"] == "no-referrer"
