"""Nothing is changed by looking, nor by a form that another site made."""

from __future__ import annotations

import json

import pytest

from tests.attacks.field import Field, path_of
from tests.attacks.forms import form_of
from tests.attacks.test_matrix import addresses

# Who may most: what they cannot do by mistake, nobody can.
POWERFUL = ("secretary", "administrator")


ONE_CLICK = "/reminder/<token>/off"


def posts(field: Field) -> list[str]:
    # Mail programs switch a kind of reminder off with a token and without a page (RFC 8058).
    return [rule for method, rule in addresses(field.app) if method == "POST" and rule != ONE_CLICK]


@pytest.mark.parametrize("role", ["visitor", *POWERFUL])
def test_a_form_without_the_token_of_its_page_changes_nothing(guarded: Field, role: str) -> None:
    for rule in posts(guarded):
        path, sent = path_of(rule, guarded.ours.ids), form_of(rule, guarded.ours.ids)
        answer = guarded.client(role).post(path, data=sent)
        assert answer.status_code in {303, 400}, (rule, answer.status_code)
        assert answer.status_code == 400 or answer.location.startswith("/sign-in?") or role == "visitor"
        assert not guarded.changed(), rule


def test_a_token_of_someone_elses_page_changes_nothing(guarded: Field) -> None:
    page = guarded.client("reader").get("/profile").text
    stolen = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert stolen
    for rule in posts(guarded):
        sent = form_of(rule, guarded.ours.ids) | {"csrf_token": stolen}
        answer = guarded.client("administrator").post(path_of(rule, guarded.ours.ids), data=sent)
        assert answer.status_code == 400, rule
        assert not guarded.changed(), rule


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_body_that_is_no_form_changes_nothing(guarded: Field, kind: str) -> None:
    for rule in posts(guarded):
        sent = form_of(rule, guarded.ours.ids)
        for role in POWERFUL:
            answer = guarded.client(role).post(
                path_of(rule, guarded.ours.ids), data=json.dumps(sent), content_type=kind
            )
            assert answer.status_code == 400, (rule, answer.status_code)
            assert not guarded.changed(), rule


def test_looking_changes_nothing(field: Field) -> None:
    before = field.dump()
    for method, rule in addresses(field.app):
        if method != "GET":
            continue
        for role in ("visitor", "member", *POWERFUL):
            path = path_of(rule, field.ours.ids)
            for verb in ("GET", "HEAD"):
                answer = field.client(role).open(path, method=verb, buffered=True)
                assert answer.status_code < 500, rule
                assert not field.changed(), (verb, rule, role)
                assert verb == "GET" or answer.data == b""
    assert field.dump() == before


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "TRACE"])
def test_other_verbs_are_not_understood(field: Field, verb: str) -> None:
    for _method, rule in addresses(field.app):
        answer = field.client("administrator").open(path_of(rule, field.ours.ids), method=verb)
        assert answer.status_code == 405, rule
        assert not field.changed(), rule


def test_a_look_cannot_be_turned_into_a_change(field: Field) -> None:
    headers = dict.fromkeys(("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"), "POST")
    for rule in posts(field):
        path = path_of(rule, field.ours.ids)
        sent = form_of(rule, field.ours.ids) | {"_method": "POST"}
        answer = field.client("secretary").get(path, query_string=sent, headers=headers)
        assert answer.status_code < 500, rule
        assert not field.changed(), rule
