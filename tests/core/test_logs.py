"""What is logged: one event a line, with its request or job, and nothing that opens a door."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from agenda.core import logs
from agenda.core.runtime import Runtime
from agenda.mail.tokens import link_token
from agenda.worker import Job, Turns

SECRETS = (
    ("postgresql://agenda:geheim-woord@db.example/agenda", "geheim-woord"),
    ("smtp+starttls://user:p%40ss@mail.example:587", "p%40ss"),
    ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
    ("{'Cookie': 'session=xyz; other=1'}", "xyz"),
    ("password=hunter2", "hunter2"),
    ("AGENDA_SECRET_KEY=xxxxxxxx", "xxxxxxxx"),
    ('{"api_key": "k-123"}', "k-123"),
    (f"GET /answer/{link_token(b's', 'answer', 1, 1)}", link_token(b"s", "answer", 1, 1)),
    ("could not deliver to zoe.van.der.ven@leiden.example", "zoe.van.der.ven"),
)


@pytest.fixture(params=["json", "text"])
def log_format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def talking(log_format: str) -> Iterator[None]:
    """Log as the product does, for as long as this lasts: a test's standard error is there only inside it."""
    root = logging.getLogger()
    before, level, before_ours = list(root.handlers), root.level, structlog.get_config()
    logs.set_up(log_format)
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.contextvars.clear_contextvars()
        structlog.configure(**before_ours)


@pytest.mark.parametrize(("said", "secret"), SECRETS)
def test_what_opens_a_door_is_not_logged_by_us_nor_by_libraries(
    log_format: str, capsys: pytest.CaptureFixture[str], said: str, secret: str
) -> None:
    with talking(log_format):
        logging.getLogger("some.library").warning("it said %s", said)
        structlog.get_logger("agenda.ours").warning("it happened", what=said, deep={"in": [said]})
        try:
            raise OSError(said)
        except OSError:
            logging.getLogger("some.library").exception("it failed")
    written = capsys.readouterr().err
    assert "it failed" in written
    assert "OSError" in written
    assert secret not in written


@given(st.text())
def test_masking_takes_any_text_and_twice_is_as_once(text: str) -> None:
    once = logs.masked(text)
    assert logs.masked(once) == once


def test_ordinary_words_stay_as_they_are() -> None:
    said = "letter 12 to leiden.example waits: 451 4.7.1 Greylisted, try again in 300 seconds"
    assert logs.masked(said) == said


def test_nobody_writes_a_line_of_their_own_into_the_log(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with talking(log_format):
        structlog.get_logger("agenda.ours").info("asked\nERROR forged", q="x\r\nERROR forged\x1b[31m")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_json_is_one_object_a_line_and_a_traceback_is_inside_it(capsys: pytest.CaptureFixture[str]) -> None:
    with talking("json"):
        try:
            raise ValueError("no")
        except ValueError:
            logging.getLogger("agenda.ours").exception("failed for %s", "Zoë")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["logger"]) == ("failed for Zoë", "error", "agenda.ours")
    assert "Traceback" in told["exception"]
    assert told["timestamp"].endswith("Z")


def test_a_request_is_logged_by_its_endpoint_with_the_number_that_its_answer_bears(
    log_format: str, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    with talking(log_format):
        answer = client.get("/answer/abcdefghijklmnopabcdefghijklmnop?q=geheim")
    number = answer.headers["X-Request-ID"]
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "answered" in line]
    assert number in line
    assert "404" in line
    assert "abcdefghijklmnop" not in line
    assert "geheim" not in line
    other = client.get("/sign-in", headers={"X-Request-ID": "mine-and-long-enough"})
    assert other.headers["X-Request-ID"] != "mine-and-long-enough"


def test_who_meets_a_fault_of_ours_is_given_its_number(app: Flask) -> None:
    def breaks() -> str:
        raise RuntimeError("inside")

    breaks.public = True  # type: ignore[attr-defined]
    app.add_url_rule("/breaks", "breaks", breaks)
    answer = app.test_client().get("/breaks")
    assert answer.status_code == 500
    assert f"geef de beheerder dan dit nummer: {answer.headers['X-Request-ID']}." in answer.text


def test_each_line_of_a_job_names_the_job_and_its_run(
    log_format: str, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    def step(_runtime: Runtime, _stopped: object) -> int:
        logging.getLogger("some.library").warning("half way")
        raise OSError("gone")

    job = Job("a job", step, seconds=5)
    with talking(log_format):
        Turns(runtime, [job], name="machine-a:1").perform(job)
        logging.getLogger("some.library").warning("elsewhere")
    lines = capsys.readouterr().err.splitlines()
    of_job = [line for line in lines if "half way" in line or "job a job failed" in line]
    assert len(of_job) == 2
    assert all("a job" in line and "machine-a:1" in line for line in of_job)
    assert not any("machine-a:1" in line for line in lines if "elsewhere" in line)
