"""The commands as a person types them: each in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from config import ROOT

HEADINGS = "name;email;language;organisation;tooi;kind;body;role;title;portfolio;voting;since;until"
PEOPLE = "\n".join(
    (
        HEADINGS,
        "Burgemeester Leiden;burgemeester@leiden.example;nl;Leiden;gm0546;municipality;Collegeoverleg;"
        "member;Burgemeester;bestuur;ja;2018-05-01;",
        '"Van der Ven, Zoë";zoe@zoeterwoude.example;nl;Zoeterwoude;gm0638;municipality;Collegeoverleg;'
        "secretary;Secretaris;;nee;2018-05-01;",
    )
)
PATIENCE = 60


def settings(var: Path, demo: bool = True, **more: str) -> dict[str, str]:
    """Give the environment of a command: nothing of ours but what is named here."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AGENDA_")}
    own |= {"AGENDA_VAR": str(var), "AGENDA_DEMO": "1" if demo else "0"}
    if not demo:
        own |= {
            "AGENDA_SECRET_KEY": "s" * 40,
            "AGENDA_BASE_URL": "https://overleg.example",
            "AGENDA_MAIL_FROM": "agenda@overleg.example",
        }
    return own | more


def run(
    var: Path, *words: str, demo: bool = True, entry: tuple[str, ...] = ("-m", "agenda")
) -> tuple[int, str, str]:
    """Run a command to its end; its exit code, and what it wrote."""
    done = subprocess.run(
        [sys.executable, *entry, *words],
        cwd=ROOT,
        env=settings(var, demo),
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@contextmanager
def started(var: Path, *words: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command that goes on until it is stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agenda", *words],
        cwd=ROOT,
        env=settings(var, **more),  # type: ignore[arg-type]
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer_of(address: str) -> str:
    """Wait until the address answers, and give what it says."""
    for _ in range(PATIENCE * 5):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


@pytest.fixture
def migrated(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """The folder of a product whose database is up to date and empty."""
    shutil.copy(migrated_sqlite, tmp_path / "agenda.sqlite")
    return tmp_path


@pytest.fixture(scope="session")
def once_loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    assert run(folder, "demo", "load")[0] == 0
    return folder


@pytest.fixture
def loaded(tmp_path: Path, once_loaded: Path) -> Path:
    """The folder of a demonstration of one's own."""
    return shutil.copytree(once_loaded, tmp_path / "var")


def test_both_entries_give_the_same_commands(tmp_path: Path) -> None:
    wanted = {"serve", "up", "worker", "tick", "db", "demo", "person", "search"}
    for entry in (("-m", "agenda"), ("-m", "flask", "--app", "agenda.app")):
        code, out, _ = run(tmp_path, "--help", entry=entry)
        assert code == 0
        assert wanted <= set(re.findall(r"^  ([a-z]+)", out, re.MULTILINE))


def test_the_database_can_be_brought_up_to_date_again_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        code, out, _ = run(tmp_path, "db", "upgrade")
        assert (code, out.strip()) == (0, "The database is up to date.")


def test_the_demonstration_is_loaded_once(tmp_path: Path) -> None:
    assert run(tmp_path, "demo", "load")[0] == 0
    code, _, err = run(tmp_path, "demo", "load")
    assert code == 1
    assert "holds a region already" in err


def test_the_demonstration_is_not_loaded_among_real_people(tmp_path: Path) -> None:
    code, _, err = run(tmp_path, "demo", "load", demo=False)
    assert code == 1
    assert "AGENDA_DEMO=1" in err


def test_a_tick_tells_what_was_done(loaded: Path) -> None:
    code, out, _ = run(loaded, "tick")
    assert code == 0
    first = ("received", "told", "reminded", "delivered", "calendars", "pushed", "planned")
    names = (*first, "no longer kept", "swept", "papers", "papers read", "made findable")
    assert re.fullmatch("".join(rf"{name}: \d+\n" for name in names), out)


def test_a_dry_run_tells_what_is_kept_for_how_long_and_removes_nothing(loaded: Path) -> None:
    code, out, _ = run(loaded, "retention", "--dry-run")
    assert code == 0
    assert re.search(r"^letters +1 years +no +\d+ ", out, re.MULTILINE)
    assert out.endswith("Nothing was removed.\n")
    # Nobody settled a period yet.
    assert run(loaded, "retention")[1].endswith("removed: 0\n")


def test_the_search_is_built_anew(loaded: Path) -> None:
    code, out, _ = run(loaded, "search", "rebuild")
    assert code == 0
    found = re.fullmatch(r"made findable: (\d+)\n", out)
    assert found is not None
    assert int(found.group(1)) > 20


def test_people_are_imported_and_importing_again_changes_nothing(migrated: Path) -> None:
    file = migrated / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    code, out, err = run(migrated, "person", "import", str(file), demo=False)
    assert (code, err) == (0, "")
    assert "people: 2" in out
    code, out, _ = run(migrated, "person", "import", str(file), demo=False)
    assert code == 0
    assert "people: 0" in out


def test_a_fault_names_row_and_column_and_nothing_is_imported(migrated: Path) -> None:
    file = migrated / "people.csv"
    file.write_text(PEOPLE.replace("zoe@zoeterwoude.example", "geen adres"), encoding="utf-8")
    code, out, err = run(migrated, "person", "import", str(file), demo=False)
    assert (code, out) == (2, "")
    assert "3" in err.splitlines()[0]
    assert "email" in err.splitlines()[0]
    file.write_text(PEOPLE, encoding="utf-8")
    assert "people: 2" in run(migrated, "person", "import", str(file), demo=False)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("serve", "--port", "0"),
        ("serve", "--port", "many"),
        ("person", "import", "no-such.csv"),
    ],
)
def test_wrong_words_are_refused_without_a_trace(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, _, err = run(tmp_path, *words)
    assert code == 2
    assert "Error" in err
    assert "Traceback" not in err


def test_serving_without_a_database_says_what_to_do(tmp_path: Path) -> None:
    code, _, err = run(tmp_path, "tick", demo=False)
    assert code == 1
    assert "db upgrade" in err
    assert "Traceback" not in err


def test_up_makes_everything_serves_and_keeps_the_data_the_second_time(tmp_path: Path) -> None:
    for first in (True, False):
        port = free_port()
        # Without PORT in the environment: the address that is told has the port that is listened on.
        with started(tmp_path, "up", "--port", str(port)) as process:
            assert answer_of(f"http://127.0.0.1:{port}/healthz") == "ok\n"
            assert "Secretaris Zoeterwoude" in answer_of(f"http://127.0.0.1:{port}/sign-in")
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate(timeout=PATIENCE)
        assert ("Loading the demo region" in told) is first
        assert f"http://127.0.0.1:{port}" in told


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_up_ends_its_worker_ends_too(loaded: Path, how: signal.Signals) -> None:
    port = free_port()
    with started(loaded, "up", "--port", str(port), PORT=str(port)) as process:
        answer_of(f"http://127.0.0.1:{port}/healthz")
        process.send_signal(how)
        told, _ = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in told
    # Only one can hold the lead: a worker left behind would keep it from this one.
    with started(loaded, "worker") as alone:
        assert alone.stdout is not None
        assert any("worker leads" in line for line in alone.stdout)


def test_up_starts_another_worker_when_its_own_is_killed(loaded: Path) -> None:
    port = free_port()
    with started(loaded, "up", "--port", str(port)) as process:
        answer_of(f"http://127.0.0.1:{port}/healthz")
        first = only_child(process.pid)
        first.kill()
        first.wait(PATIENCE)
        assert only_child(process.pid).pid != first.pid
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in told


def only_child(pid: int) -> psutil.Process:
    """Give the one process that a process has started, as soon as it is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        children = [one for one in psutil.Process(pid).children() if one.status() != psutil.STATUS_ZOMBIE]
        if len(children) == 1:
            return children[0]
        time.sleep(0.1)
    raise AssertionError(f"process {pid} has no child of its own")


def test_a_worker_ends_when_told_to(migrated: Path) -> None:
    with started(migrated, "worker") as process:
        assert process.stdout is not None
        assert any("worker leads" in line for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_the_first_administrator_comes_from_the_command_line(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade", demo=False)[0] == 0
    words = ("person", "administrator", "Beheer@Leiden.example", "--name", "Beheer Leiden")
    made = run(tmp_path, *words, demo=False)
    assert made[:2] == (0, "Added: Beheer Leiden <beheer@leiden.example> is an administrator.\n")
    again = run(tmp_path, "person", "administrator", "beheer@leiden.example", demo=False)
    assert again[:2] == (0, "Changed: Beheer Leiden <beheer@leiden.example> is an administrator.\n")
    code, _said, refused = run(tmp_path, "person", "administrator", "beheer", demo=False)
    assert code == 1
    assert "give a mail address" in refused
