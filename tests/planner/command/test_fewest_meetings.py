"""fewest-meetings as a person or a script runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from agenda.planner.command import fewest_meetings_command
from config import ROOT
from tests.planner.checker import check
from tests.planner.command.example import PROBLEM, problem
from tests.planner.instances import SIZES, planted
from tests.support.documents import written

PATIENCE = 60
# What a computer has that knows nothing of this product.
BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
COMMAND = [sys.executable, "-m", "agenda", "fewest-meetings"]


def run(folder: Path, document: dict[str, Any], *words: str) -> Result:
    """Write a problem and run the command on it."""
    file = folder / "problem.json"
    file.write_bytes(written(document))
    return CliRunner().invoke(fewest_meetings_command, [str(file), *words])


def answer(folder: Path, document: dict[str, Any], *words: str) -> dict[str, Any]:
    """Give what is printed, checked."""
    result = run(folder, document, *words)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    check(document, found)
    return found


def topic(name: str, minutes: int = 30, **more: Any) -> dict[str, Any]:
    """Give a topic."""
    return {"id": name, "minutes": minutes, **more}


def test_it_runs_without_settings_and_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(written(PROBLEM))
    done = subprocess.run(
        [*COMMAND, str(file)],
        cwd=ROOT,
        env=BARE,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found.pop("seconds") < PATIENCE
    assert found == {
        "status": "optimal",
        "proven": ["untreated_priority", "meetings_held", "new_meetings", "person_minutes", "waiting"],
        "untreated_priority": 0,
        "meetings_held": 1,
        "meetings_lower_bound": 1,
        "new_meetings": 0,
        "person_minutes": 100,
        "meetings": [
            {
                "id": "gco-feb",
                "items": [{"topic": "heat-network", "starts_at": "2019-02-12T10:10:00+01:00", "minutes": 30}],
            }
        ],
        "cancel": [],
        "in_writing": [],
        "untreated": [],
    }
    assert [path.name for path in tmp_path.iterdir()] == ["problem.json"]


@pytest.mark.parametrize(
    ("topics", "untreated"),
    [
        ([topic("a", 101)], {"a": "too_long"}),
        ([topic("a", needs=["nobody"])], {"a": "no_meeting_fits"}),
        ([topic("a", bodies=["po"])], {"a": "no_meeting_fits"}),
        ([topic("a", deadline="2019-02-11")], {"a": "no_meeting_fits"}),
        ([topic("a", 60, priority=1), topic("b", 60)], {"a": "no_room"}),
        ([topic("a", 60), topic("b", 60, after=["a"], priority=1)], {"b": "no_room"}),
        ([topic("a", 101), topic("b", after=["a"])], {"a": "too_long", "b": "predecessor_untreated"}),
        (
            [topic("a", after=["c"]), topic("b", after=["a"]), topic("c", after=["b"])],
            dict.fromkeys("abc", "predecessor_untreated"),
        ),
    ],
)  # fmt: skip
def test_what_is_not_treated_has_its_reason(
    tmp_path: Path, topics: list[dict[str, Any]], untreated: dict[str, str]
) -> None:
    found = answer(tmp_path, problem("topics", topics))
    assert {one["topic"]: one["why"] for one in found["untreated"]} == untreated


def test_a_topic_settled_in_writing_stands_in_no_meeting_and_lets_others_follow(tmp_path: Path) -> None:
    found = answer(tmp_path, problem("topics", [topic("a", in_writing=True), topic("b", after=["a"])]))
    assert (found["in_writing"], found["meetings_held"], found["untreated"]) == (["a"], 1, [])


def test_without_topics_every_planned_meeting_can_go(tmp_path: Path) -> None:
    found = answer(tmp_path, problem("topics", []))
    assert (found["status"], found["meetings"], found["cancel"]) == ("optimal", [], ["gco-feb"])


def test_without_meetings_nothing_is_treated(tmp_path: Path) -> None:
    found = answer(tmp_path, problem("meetings", []))
    assert found["untreated"] == [{"topic": "heat-network", "why": "no_meeting_fits"}]


def test_items_of_a_guest_stand_together_where_sequence_allows(tmp_path: Path) -> None:
    topics = [
        topic("a", 10, guests=["province.deputy"], priority=5),
        topic("b", 10, priority=4),
        topic("c", 10, guests=["province.deputy"], priority=1),
        topic("d", 10, after=["c"], priority=5),
    ]
    found = answer(tmp_path, problem("topics", topics))
    order = [item["topic"] for item in found["meetings"][0]["items"]]
    assert abs(order.index("a") - order.index("c")) == 1


def test_items_keep_local_time_in_the_night_the_clocks_change(tmp_path: Path) -> None:
    document = problem("topics", [topic("a", 60), topic("b", 40, after=["a"])])
    document["meetings"][0]["starts_at"] = "2019-03-31T01:30:00+01:00"
    items = answer(tmp_path, document)["meetings"][0]["items"]
    assert [one["starts_at"] for one in items] == ["2019-03-31T01:40:00+01:00", "2019-03-31T03:40:00+02:00"]


def test_the_regions_own_case_is_proven(tmp_path: Path) -> None:
    document, known = planted(*SIZES["region"])
    found = answer(tmp_path, document)
    assert (found["status"], found["untreated"]) == ("optimal", [])
    assert found["meetings_lower_bound"] == found["meetings_held"] <= known


@pytest.mark.parametrize(
    "words", [("--seconds", "0"), ("--workers", "0"), ("--seed", "-1"), ("--top", "3"), ("--seconds", "soon")]
)
def test_wrong_arguments_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path, PROBLEM, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words[0] in result.stderr


def test_a_fault_ends_with_its_place_and_prints_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, problem("meetings", 0, "minutes", 0))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "meetings[0].minutes: must be at least 1\n"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(fewest_meetings_command, [str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "none.json: No such file or directory" in result.stderr


def test_ten_thousand_topics_are_answered_in_time(tmp_path: Path) -> None:
    document = problem("topics", [topic(f"t{number}", 5) for number in range(10_000)])
    found = answer(tmp_path, document, "--seconds", "3")
    assert found["untreated_priority"] == 3 * (10_000 - 20)


def wait_until_it_solves(pid: int) -> None:
    """Wait until the solver's library is loaded, and a little longer: then it searches."""
    maps = Path(f"/proc/{pid}/maps")
    while "cp_model_helper" not in maps.read_text():
        time.sleep(0.1)
    time.sleep(3)


def test_ctrl_c_prints_the_best_plan_so_far(tmp_path: Path) -> None:
    document, _ = planted(*SIZES["busy"])
    file = tmp_path / "problem.json"
    file.write_bytes(written(document))
    with subprocess.Popen(
        [*COMMAND, str(file), "--seconds", "600"], cwd=ROOT, env=BARE, stdout=subprocess.PIPE, text=True
    ) as running:
        wait_until_it_solves(running.pid)
        running.send_signal(signal.SIGINT)
        printed, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    check(document, json.loads(printed))
