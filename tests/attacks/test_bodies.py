"""Whatever is sent, the answer is a clear refusal and never a fault of ours."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.attacks.field import Field, path_of
from tests.attacks.forms import FORMS, form_of
from tests.attacks.test_matrix import addresses

ROLES = ("secretary", "administrator")
NUMBERS = ["0", "-1", str(2**31), str(2**63 - 1), str(2**63), "9" * 400, "9" * 5000, "²", "٣", "1e9", "0x10"]
DAYS = [
    "0001-01-01",
    "9999-12-31",
    "1899-12-31",
    "2200-01-01",
    "2019-02-30",
    "10000-01-01",
    "-1-1-1",
    "²019-01-01",
]
TEXTS = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e",
    "%s%(x)s%n",
    "{{7*7}}",
    "' OR 1=1 --",
    "é" * 10_000,
    "\r\nBcc: x@y",
]
MINUTES = ["-1", str(10**9), "1.5", "²", "NaN"]
PARTS_ARE_NUMBERS = ["-1", "0", str(2**31), str(2**63), "9" * 5000, "1%00", "%C2%B2"]
# What pages read from the address bar.
ASKED = ("q", "page", "body", "host", "state", "sort", "view", "person", "kind", "lead", "focus", "before",
         "organisation", "role", "mine", "period", "next", "drafted", "people", "treatment", "_anchor",
         "_scheme", "_external", "_method", "endpoint", "values", "self", "topic_id")  # fmt: skip


def _octets(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def is_clear(answer: TestResponse) -> bool:
    return answer.status_code < 500


def gets(field: Field) -> list[str]:
    return [rule for method, rule in addresses(field.app) if method == "GET"]


def posts(field: Field) -> list[str]:
    return [rule for method, rule in addresses(field.app) if method == "POST"]


def refuses(client: FlaskClient, path: str, **sent: object) -> int:
    return client.post(path, **sent).status_code  # type: ignore[arg-type]


@pytest.mark.parametrize("number", PARTS_ARE_NUMBERS)
def test_a_number_that_no_database_holds_is_not_found(field: Field, number: str) -> None:
    for method, rule in addresses(field.app):
        if "_id>" not in rule:
            continue
        names = {name: number for name in field.ours.ids if name.endswith("_id")}
        ids = field.ours.ids | {"sign_in_id": 1} | names
        answer = field.client("administrator").open(path_of(rule, ids), method=method, buffered=True)
        assert answer.status_code in {404, 405}, (rule, answer.status_code)


@pytest.mark.parametrize("inner", ["item_id", "attendee_id", "rule_id"])
@pytest.mark.parametrize("number", [str(2**31), str(2**63)])
def test_nor_is_one_inside_a_good_one(field: Field, inner: str, number: str) -> None:
    for method, rule in addresses(field.app):
        if f"<int:{inner}>" in rule:
            ids = field.ours.ids | {inner: number}
            answer = field.client("secretary").open(path_of(rule, ids), method=method)
            assert answer.status_code in {404, 405, 409}, rule


@pytest.mark.parametrize("turn", range(3))
def test_no_address_bar_breaks_a_page(field: Field, turn: int) -> None:
    """Each turn every name has another value, and each page is asked once a turn."""
    values = [*NUMBERS, *DAYS, *TEXTS]
    for place, rule in enumerate(gets(field)):
        shifted = [values[(number + place + 11 * turn) % len(values)] for number in range(len(ASKED))]
        asked = [(name, _octets(value)) for name, value in zip(ASKED, shifted, strict=True)]
        for role in ROLES:
            path = path_of(rule, field.ours.ids)
            answer = field.client(role).get(path, query_string=asked, buffered=True)
            assert is_clear(answer), (rule, asked)
    assert not field.changed()


LISTS = ("/topics", "/topics?view=focus", "/meetings", "/meetings?view=quarter", "/letters", "/people")


@pytest.mark.parametrize("name", ASKED)
def test_nor_does_one_word_of_it(field: Field, name: str) -> None:
    """Alone, for one refused word may keep the page from reading the next."""
    for address in LISTS:
        path = f"{address}{'&' if '?' in address else '?'}{name}=javascript"
        answer = field.client("administrator").get(path)
        assert is_clear(answer), path
        assert 'href="javascript' not in answer.text


def test_a_question_of_a_thousand_words_is_answered(field: Field) -> None:
    for rule in (
        "/topics",
        "/topics.csv",
        "/letters",
        "/people",
        f"/meetings/{field.ours['meeting_id']}/agenda",
    ):
        for role in ROLES:
            answer = field.client(role).get(rule, query_string={"q": "a " * 3000})
            assert is_clear(answer), rule


@pytest.mark.parametrize("kind", ["numbers", "days", "texts", "minutes"])
def test_no_value_breaks_a_form(field: Field, kind: str) -> None:
    values = {
        "numbers": ("-1", str(2**63), "9" * 400, "²"),
        "days": ("0001-01-01", "9999-12-31", "²019-01-01"),
        "texts": ("\x00\ud800\u202e", "é" * 6_000),
        "minutes": MINUTES,
    }[kind]
    for rule in posts(field):
        if rule not in FORMS or rule.startswith("/sign-in"):
            continue
        for name, usual in form_of(rule, field.ours.ids).items():
            if not _fits(kind, name, usual):
                continue
            for value in values:
                _try(field, rule, {name: _octets(value)})


def _fits(kind: str, name: str, usual: str) -> bool:
    """Keep the number of tries down: days where days are asked, numbers where numbers are."""
    is_day = usual[:2] == "20" and usual.count("-") == 2
    is_number = usual.lstrip("-").isdigit()
    return {"days": is_day, "numbers": is_number, "minutes": "minutes" in name}.get(kind, True)


def _try(field: Field, rule: str, changed: dict[str, object]) -> None:
    sent: dict[str, object] = {**form_of(rule, field.ours.ids), **changed}
    role = (
        "administrator"
        if rule.startswith(("/people", "/bodies/new", "/bodies/<int:body_id>/edit"))
        else "secretary"
    )
    answer = field.client(role).post(path_of(rule, field.ours.ids), data=sent)
    assert is_clear(answer), (rule, changed)
    field.restore()


@pytest.mark.parametrize("value", ["9" * 5000, "²"], ids=lambda value: value[:20])
def test_no_version_breaks_a_form(field: Field, value: str) -> None:
    for rule in posts(field):
        if rule.startswith("/sign-"):
            continue
        _try(field, rule, {"version": value, "seen": value, "step": value, "revision": value, "lead": value})


HIDDEN_FIELDS = {
    "/topics/<int:topic_id>/edit": ("earliest", "deadline", "focus_area_id", "lead_id", "official_lead_id",
                                    "predecessor_id", "needed_people", "guests", "links", "organisation_id"),
    "/meetings/<int:meeting_id>/edit": ("window_from", "window_until", "host"),
    "/meetings/new": ("window_from", "window_until", "host", "day", "start", "quarter", "frame", "topics"),
    "/meetings/<int:meeting_id>/cancel": ("successor",),
    "/meetings/<int:meeting_id>/agenda/items/<int:item_id>": ("lead", "purpose", "treatment"),
    "/bodies/new": ("expires_on", "seat-1", "turn-1", "quorum-1"),
    "/bodies/<int:body_id>/commitments": ("promised_on",),
    "/bodies/<int:body_id>/dates/closures/<int:closure_id>": ("first_day", "begins", "organisation_id"),
    "/bodies/<int:body_id>/dates/journeys": ("minutes-1-2", "seen-1-2"),
}  # fmt: skip


@pytest.mark.parametrize("rule", HIDDEN_FIELDS)
def test_what_a_form_may_leave_open_breaks_nothing_either(field: Field, rule: str) -> None:
    for name in HIDDEN_FIELDS[rule]:
        for value in ("²", "9" * 400, "0001-01-01", "9999-12-31", "9999-4", "http://[::1"):
            _try(field, rule, {name: value, "seat-1": "1"})


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-01", "1000-01-01"])
def test_a_day_of_another_age_is_refused_wherever_a_day_is_asked(field: Field, first: str) -> None:
    """Beyond the calendar, reckoning with days breaks the pages that show them."""
    tries = {
        "/meetings/new": [("window_from", "window_until"), ("day",)],
        "/meetings/<int:meeting_id>/edit": [("window_from", "window_until")],
        "/meetings/<int:meeting_id>/date": [("day",)],
        "/topics/<int:topic_id>/edit": [("earliest",), ("deadline",)],
        "/bodies/<int:body_id>/commitments": [("promised_on",)],
        "/bodies/<int:body_id>/dates/closures/<int:closure_id>": [("first_day", "last_day")],
    }
    field_client = field.client("secretary")
    for rule, groups in tries.items():
        for names in groups:
            sent = form_of(rule, field.ours.ids) | dict.fromkeys(names, first)
            if "day" in names:
                sent |= {"start": "10:00", "outside_window": "y", "quarter": ""}
            answer = field_client.post(path_of(rule, field.ours.ids), data=sent)
            assert answer.status_code == 422, (rule, names)
            assert not field.changed()


def test_more_than_a_form_can_hold_is_refused(field: Field) -> None:
    client = field.client("administrator")
    large = b"title=" + b"a" * 20_000_000
    form = "application/x-www-form-urlencoded"
    for path in ("/topics", "/sign-in", "/people/import", f"/answer/{field.ours['token']}", "/language"):
        assert refuses(client, path, data=large, content_type=form) == 413, path
        upload = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n' + large
        assert refuses(client, path, data=upload, content_type="multipart/form-data; boundary=x") == 413, path
    assert not field.changed()


def test_ten_thousand_fields_are_read_or_refused_but_break_nothing(field: Field) -> None:
    for path in (
        "/topics",
        "/people/new",
        "/bodies/new",
        "/language",
        f"/meetings/{field.ours['dated_id']}/agenda/order",
    ):
        for name in ("order", "needed_people", "x"):
            many = "&".join(f"{name}={number}" for number in range(10_000))
            for role in ROLES:
                answer = field.client(role).post(
                    path, data=many, content_type="application/x-www-form-urlencoded"
                )
                assert is_clear(answer), path
    parts = {f"x{number}": str(number) for number in range(2_000)}
    answer = field.client("secretary").post("/topics", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_text_without_end_is_refused_where_it_would_be_kept(field: Field) -> None:
    for rule in FORMS:
        if rule in {"/language", "/sign-in"} or rule.startswith("/meetings/<int:meeting_id>/agenda/topics"):
            continue
        for name, usual in form_of(rule, field.ours.ids).items():
            if usual.lstrip("-").isdigit() or name.endswith("enabled"):
                continue
            sent = form_of(rule, field.ours.ids) | {name: "a" * 900_000}
            role = "administrator" if rule.startswith(("/people", "/bodies/new")) else "secretary"
            answer = field.client(role).post(path_of(rule, field.ours.ids), data=sent)
            assert is_clear(answer), (rule, name)
            kept = field.changed() and "a" * 20_001 in "\n".join(field.dump())
            assert not kept, (rule, name)
            field.restore()


def test_reasons_for_letters_are_cut_short(field: Field) -> None:
    field.client("administrator").post("/letters/release")
    answer = field.client("administrator").post("/letters/hold", data={"why": "a" * 900_000})
    assert answer.status_code == 303
    page = field.client("administrator").get("/letters").text
    assert "a" * 300 in page
    assert "a" * 301 not in page


def test_broken_multipart_and_broken_text_are_refused_or_read_but_break_nothing(field: Field) -> None:
    client = field.client("secretary")
    for body in (
        b"",
        b"--",
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n',
        b"\xff" * 100,
    ):
        for kind in (
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "multipart/form-data; boundary=",
        ):
            assert is_clear(client.post("/topics", data=body, content_type=kind))
    for body in (b"title=%ff%fe&body=1", b"title=\xff\xfe&body=1", b"%00=%00&&&===", b"title=" + b"%" * 1000):
        assert is_clear(client.post("/topics", data=body, content_type="application/x-www-form-urlencoded"))


def test_no_cookie_breaks_a_page(field: Field) -> None:
    for name in ("session", "signed-in", "asked-here", "language"):
        for value in ("", "x", "a" * 4000, ".eJw", "é", "\x01", "null", "../../etc/passwd"):
            client = field.app.test_client()
            client.set_cookie(name, value, domain="localhost")
            assert is_clear(client.get("/sign-in")), (name, value)
            assert is_clear(client.get("/topics")), (name, value)
            assert is_clear(client.get(f"/answer/{field.ours['token']}")), (name, value)


def test_no_header_breaks_a_page(field: Field) -> None:
    headers = {
        "Accept": ["", "*/*;q=x", "a" * 9000, "application/json;q=²"],
        "Accept-Language": ["x" * 9000, "nl;q=²"],
        "HX-Request": ["true", "²"],
        "Referer": ["javascript:alert(1)", "http://["],
        "If-None-Match": ['"' * 100],
        "Range": ["bytes=-1", "bytes=²-", "bytes=0-99999999999999999999"],
        "Content-Length": ["-1", "²", "99999999999999999999"],
        "User-Agent": ["\u00ff" * 5000, ""],
        "Origin": ["null", "http://["],
    }
    for name, values in headers.items():
        for value in values:
            for path in ("/topics", "/sign-in", "/static/region.css"):
                answer = field.client("secretary").get(path, headers={name: value}, buffered=True)
                assert is_clear(answer), (name, value, path)


names = st.sampled_from(
    [*ASKED, "title", "body", "minutes", "day", "why", "text", "answer", "remark", "version"]
)
values = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.dates().map(str),
    st.sampled_from([*NUMBERS, *DAYS, *MINUTES]),
)
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _bytes(asked: list[tuple[str, str]]) -> list[tuple[str, bytes]]:
    return [(name, _octets(value)) for name, value in asked]


@BOUNDED
@given(data=st.data(), asked=st.lists(st.tuples(names, values), max_size=6))
def test_no_question_breaks_any_page(field: Field, data: st.DataObject, asked: list[tuple[str, str]]) -> None:
    rule = data.draw(st.sampled_from(sorted(gets(field))))
    role = data.draw(st.sampled_from(ROLES))
    answer = field.client(role).get(path_of(rule, field.ours.ids), query_string=_bytes(asked), buffered=True)
    assert is_clear(answer)
    assert not field.changed()


@BOUNDED
@given(data=st.data(), sent=st.lists(st.tuples(names, values), max_size=6))
def test_no_form_breaks_any_page(field: Field, data: st.DataObject, sent: list[tuple[str, str]]) -> None:
    rule = data.draw(st.sampled_from(sorted(posts(field))))
    role = data.draw(st.sampled_from(ROLES))
    form = form_of(rule, field.ours.ids)
    own = data.draw(st.lists(st.tuples(st.sampled_from(sorted(form)), values), max_size=2)) if form else []
    whole = {**form, **dict(_bytes([*sent, *own]))}
    assert is_clear(field.client(role).post(path_of(rule, field.ours.ids), data=whole))
    field.restore()
