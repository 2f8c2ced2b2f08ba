"""find-dates as a person or a script runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.dates.command import find_dates
from config import ROOT
from tests.dates.command.example import PROBLEM, problem
from tests.support.documents import written

PATIENCE = 60
# What a computer has that knows nothing of this product.
BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
COMMAND = [sys.executable, "-m", "agenda", "find-dates"]


def run(folder: Path, content: bytes, *words: str) -> Result:
    """Write a problem and run the command on it."""
    file = folder / "problem.json"
    file.write_bytes(content)
    return CliRunner().invoke(find_dates, [str(file), *words])


def answer(folder: Path, *change: Any, words: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give what is printed for the example, changed at one place."""
    result = run(folder, written(problem(*change)), *words)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def calendar(*events: tuple[str, str]) -> str:
    """Give an iCalendar file with these busy times."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//leidseregio.example//test//"]
    for number, (begin, end) in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@leiden.example", "DTSTAMP:20190101T000000Z"]
        lines += [f"DTSTART:{begin}", f"DTEND:{end}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def test_it_runs_without_settings_and_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(written(PROBLEM))
    done = subprocess.run(
        [*COMMAND, str(file), "--top", "1"],
        cwd=ROOT,
        env=BARE | {"AGENDA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "slots": [
            {
                "starts_at": "2019-01-08T12:00:00+01:00",
                "ends_at": "2019-01-08T14:00:00+01:00",
                "free": 3,
                "absent": [],
                "quorum": {"leiden": [2, 1], "zoeterwoude": [1, 1]},
                "avoided": None,
            }
        ],
        "considered": 28,
        "excluded": {"public_holiday": 0, "closed": 6, "required_absent": 3, "no_quorum": 0},
        "warnings": [],
        "nearest": [],
    }
    assert [path.name for path in tmp_path.iterdir()] == ["problem.json"]


def test_most_people_come_first_then_the_earliest(tmp_path: Path) -> None:
    slots = answer(tmp_path)["slots"]
    assert [one["free"] for one in slots] == [3] * 8 + [2] * 11
    assert slots[8]["starts_at"] == "2019-01-07T10:30:00+01:00"
    assert slots[8]["absent"] == ["leiden.alderman"]
    assert slots[8]["quorum"] == {"leiden": [1, 1], "zoeterwoude": [1, 1]}


def test_only_as_many_are_printed_as_are_asked(tmp_path: Path) -> None:
    assert len(answer(tmp_path, words=("--top", "3"))["slots"]) == 3


def test_an_avoided_day_has_the_name_of_its_holiday(tmp_path: Path) -> None:
    found = answer(tmp_path, "from", "2018-12-31")
    # The first of January and the Christmas holidays.
    assert found["excluded"]["public_holiday"] == 14
    last = problem("from", "2019-01-03") | {"until": "2019-01-06", "hours": {"fri": ["09:00", "11:00"]}}
    (slot,) = json.loads(run(tmp_path, written(last)).stdout)["slots"]
    assert slot["avoided"] == "Kerstvakantie"


def test_excluded_school_holidays_have_a_number_of_their_own(tmp_path: Path) -> None:
    asked = problem("from", "2018-12-31") | {"school_holidays": "exclude"}
    excluded = json.loads(run(tmp_path, written(asked)).stdout)["excluded"]
    assert list(excluded) == ["public_holiday", "school_holiday", "closed", "required_absent", "no_quorum"]
    assert excluded["school_holiday"] == 14


def test_where_nothing_counts_the_five_nearest_say_what_is_missing(tmp_path: Path) -> None:
    always = [["2019-01-01", "2019-01-31"]]
    asked = problem("people", 0, "busy", always) | {"quorum": {"leiden": 2, "zoeterwoude": 1}}
    found = json.loads(run(tmp_path, written(asked)).stdout)
    assert found["slots"] == []
    assert len(found["nearest"]) == 5
    assert found["nearest"][0] == {
        "starts_at": "2019-01-08T12:00:00+01:00",
        "missing": ["required: leiden.mayor", "quorum: leiden"],
    }
    holiday = asked | {"from": "2019-01-01", "until": "2019-01-01"}
    near = json.loads(run(tmp_path, written(holiday)).stdout)["nearest"][0]["missing"]
    assert near == ["public_holiday: Nieuwjaarsdag", "required: leiden.mayor", "quorum: leiden"]
    closed = problem("closed", 0, {"from": "2019-01-01", "until": "2019-01-31", "why": "recess"})
    near = json.loads(run(tmp_path, written(closed)).stdout)["nearest"][0]["missing"]
    assert near == ["closed: recess"]


def test_a_calendar_beside_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    busy = calendar(("20190108T110000Z", "20190108T150000Z"))
    (tmp_path / "calendars" / "zoeterwoude.ics").write_text(busy)
    found = answer(tmp_path, "people", 2, "calendar", "calendars/zoeterwoude.ics")
    assert found["excluded"]["no_quorum"] == 8
    assert found["warnings"] == []


def test_travel_at_the_edge_of_the_period_counts(tmp_path: Path) -> None:
    (tmp_path / "late.ics").write_text(calendar(("20190106T220000Z", "20190106T223000Z")))
    asked = problem("people", 2, "calendar", "late.ics")
    asked["people"][2]["travel_minutes"] = 1440
    found = json.loads(run(tmp_path, written(asked)).stdout)
    assert found["excluded"]["no_quorum"] == 11


def test_a_calendar_that_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "letter.ics").write_text("Geachte heer, mevrouw")
    (tmp_path / "folder.ics").mkdir()
    asked = problem("people", 0, "calendar", "letter.ics")
    asked["people"][1]["calendar"] = "folder.ics"
    asked["people"][2]["calendar"] = "gone.ics"
    found = json.loads(run(tmp_path, written(asked)).stdout)
    assert [(one["person"], one["code"]) for one in found["warnings"]] == [
        ("leiden.mayor", "unreadable_calendar"),
        ("leiden.alderman", "unreadable_calendar"),
        ("zoeterwoude.mayor", "unreadable_calendar"),
    ]
    assert [one["detail"] for one in found["warnings"]] == ["not_a_calendar", "no_file", "no_file"]
    assert len(found["slots"]) == 19


def test_what_was_guessed_in_a_calendar_is_a_warning(tmp_path: Path) -> None:
    event = calendar(("20190108T120000", "20190108T160000")).replace(
        "DTSTART:", 'DTSTART;TZID="Customized Time Zone":'
    )
    (tmp_path / "odd.ics").write_text(event)
    found = answer(tmp_path, "people", 0, "calendar", "odd.ics")
    warning = {"person": "leiden.mayor", "code": "unknown_time_zone", "detail": "Customized Time Zone"}
    assert found["warnings"] == [warning]


def test_a_period_past_the_known_school_holidays_is_a_warning(tmp_path: Path) -> None:
    asked = problem("from", "2030-12-02") | {"until": "2030-12-03"}
    warning = {"person": None, "code": "holidays_unknown", "detail": "school holidays"}
    assert json.loads(run(tmp_path, written(asked)).stdout)["warnings"] == [warning]
    ignored = json.loads(run(tmp_path, written(asked | {"school_holidays": "ignore"})).stdout)
    assert ignored["warnings"] == []


def test_faults_go_to_standard_error_one_a_line_and_nothing_is_printed(tmp_path: Path) -> None:
    result = run(tmp_path, written(problem("people", 0, "busy", 0, 1, "2019-01-06") | {"step_minutes": 0}))
    assert (result.exit_code, result.stdout) == (2, "")
    assert sorted(result.stderr.splitlines()) == [
        "people[0].busy[0][1]: must be after the start",
        "step_minutes: must be at least 1",
    ]


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    for file in (tmp_path / "gone.json", tmp_path):
        result = CliRunner().invoke(find_dates, [str(file)])
        assert (result.exit_code, result.stdout) == (2, "")
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith(f"{file}: ")


@pytest.mark.parametrize("words", [[], ["--top"], ["--top", "0"], ["--top", "many"], ["--most", "3"]])
def test_wrong_words_are_refused(tmp_path: Path, words: list[str]) -> None:
    result = CliRunner().invoke(find_dates, [*([str(tmp_path / "x.json")] if words else []), *words])
    assert (result.exit_code, result.stdout) == (2, "")


def test_an_interrupt_ends_it_without_a_word_too_many(tmp_path: Path) -> None:
    pipe = tmp_path / "problem.json"
    os.mkfifo(pipe)
    command = [*COMMAND, str(pipe)]
    with subprocess.Popen(
        command, cwd=ROOT, env=BARE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        # Opening waits until the command reads.
        with pipe.open("wb"):
            while process.poll() is None:
                # Python forgets an interrupt that comes while it tidies up: a person presses once more.
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=5)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err.strip()) == (1, "", "Aborted!")


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("2019-01-08")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths to all values within."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here for name, one in pairs for here in ((*path, name), *places(one, (*path, name)))]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(places(PROBLEM)), ANYTHING)
def test_whatever_stands_in_the_file_the_answer_is_clear(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[Any, ...], value: Any
) -> None:
    result = run(tmp_path_factory.getbasetemp(), written(problem(*path, value)))
    if result.exit_code == 0:
        assert result.stderr == ""
        assert json.loads(result.stdout)["considered"] >= 0
    else:
        assert (result.exit_code, result.stdout) == (2, "")
        assert all(": " in line for line in result.stderr.splitlines())
