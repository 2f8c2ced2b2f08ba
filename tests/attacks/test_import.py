"""A file with people that someone hostile made: refused with its faults, and nothing of it kept."""

from __future__ import annotations

import time

import pytest
from werkzeug.test import TestResponse

from tests.attacks.field import Field

HEAD = "name,email,body,organisation,role,since\n"
ROW = "Iemand {n},iemand{n}@leidseregio.example,Nieuw,Leiden,member,2018-12-01\n"


def bring(
    field: Field, content: bytes, role: str = "administrator", name: str = "mensen.csv"
) -> TestResponse:
    head = f'--x--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return field.client(role).post(
        "/people/import",
        data=head.encode() + content + b"\r\n--x--x--\r\n",
        content_type="multipart/form-data; boundary=x--x",
    )


BOMBS = {
    "no end of rows": (HEAD + ROW.format(n=1) * 6_000).encode(),
    "no end of columns": (",".join(["name"] * 100_000) + "\n").encode(),
    "no end of fields": (HEAD + "a," * 900_000).encode(),
    "a quote that never ends": (HEAD + '"' + "a\n" * 500_000).encode(),
    "quotes in quotes": (HEAD + '""' * 500_000 + '"').encode(),
    "one field without end": (HEAD + "a" * 1_900_000).encode(),
    "more than two megabytes": b"a" * 2_000_001,
    "empty rows": (HEAD + "\n" * 1_500_000).encode(),
    "zero bytes": (HEAD + "\x00,\x00@x.example,,,,\n").encode(),
    "only zero bytes": b"\x00" * 100_000,
    "UTF-16": (HEAD + ROW.format(n=1)).encode("utf-16"),
    "no UTF-8": b"\xff\xfe\xfa" * 1000,
    "a zip": b"PK\x03\x04" + b"\x00" * 5000,
    "an XML bomb": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>",
    "carriage returns": (HEAD + ROW.format(n=1)).replace("\n", "\r").encode() + b"\r\r\r\x00",
    "surrogates": HEAD.encode() + b"\xed\xa0\x80,a@x.example,,,,\n",
    "impossible days": (HEAD + "A,a@leidseregio.example,N,Leiden,member,0001-01-01\n").encode(),
    "digits of another script": (HEAD + "A,a@leidseregio.example,N,Leiden,member,²٠١٨-12-01\n").encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_quickly_and_nothing_of_it_is_kept(field: Field, content: bytes) -> None:
    began = time.perf_counter()
    answer = bring(field, content)
    assert answer.status_code == 422
    assert not field.changed()
    assert len(answer.data) < 300_000
    # Generous: machines that test are busy. Without bounds these take minutes.
    assert time.perf_counter() - began < 5


def test_more_rows_than_one_file_may_hold_are_refused_whatever_they_say(field: Field) -> None:
    rows = "".join(ROW.format(n=number) for number in range(5_001))
    assert bring(field, (HEAD + rows).encode()).status_code == 422
    assert not field.changed()


@pytest.mark.parametrize("role", ["visitor", "secretary", "neighbour", "stranger"])
def test_only_administrators_bring_people_in(field: Field, role: str) -> None:
    answer = bring(field, (HEAD + ROW.format(n=1)).encode(), role)
    assert answer.status_code == (303 if role == "visitor" else 403)
    assert not field.changed()


def test_a_file_makes_nobody_administrator_and_gives_nobody_an_address_twice(field: Field) -> None:
    for head, value in (("administrator", "1"), ("id", "1"), ("person_id", "1"), ("version", "9")):
        content = f"name,email,{head}\nIemand,secretary@leidseregio.example,{value}\n"
        assert bring(field, content.encode()).status_code == 422
    twice = "name,email\nEen,een@leidseregio.example\nTwee,EEN@leidseregio.example\n"
    assert bring(field, twice.encode()).status_code == 422
    assert not field.changed()


@pytest.mark.parametrize("email", [
    "a@x.example\r\nBcc: y@z.example", "a@x.example,b@x.example", "<a@x.example>", "a@[127.0.0.1]",
    '"a b"@x.example', "a@x..example", "@x.example", "a@", "mailto:a@x.example",
    "=?utf-8?q?x=0D=0ABcc:y?=@x.example",
])  # fmt: skip
def test_an_address_that_no_letter_should_go_to_is_refused(field: Field, email: str) -> None:
    quoted = '"' + email.replace('"', '""') + '"'
    answer = bring(field, f"name,email\nIemand,{quoted}\n".encode())
    form = {"name": "Iemand", "email": email, "language": "nl"}
    typed = field.client("administrator").post("/people/new", data=form)
    assert {answer.status_code, typed.status_code} == {422}
    assert not field.changed()


def test_a_fault_is_told_as_text(field: Field) -> None:
    script = "<script>alert(1)</script>"
    page = bring(field, f"name,email,{script}\nA,{script},x\n".encode(), name=f"{script}.csv")
    assert page.status_code == 422
    assert "<script>alert" not in page.text
