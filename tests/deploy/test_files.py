"""The files of deploy/ speak of commands, settings, ports and folders that there are."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from agenda.app import create_app
from agenda.cli import commands
from config import ROOT, load
from tools.needs import NEEDS, find_systemd

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
TEXTS = [*FILES, ROOT / "docs" / "operations.md", ROOT / "README.md"]
# Whatever stands behind `-m agenda`, in a shell's words or in a list of them.
SHELL = re.compile(r"-m agenda ((?:\"[^\"]*\"|[^\n`'|#&\\])+)")
LIST = re.compile(r"-m\"?, \"?agenda\"?, ([^\]\n]+)")
WORST_EXPOSURE = 2.0
STANDS_IN = "[Unit]\nDescription=Stands in\n"


def calls() -> Iterator[tuple[str, list[str]]]:
    """Give every call of a command, and the file that it is in."""
    for path in TEXTS:
        text = path.read_text().replace("\\\n", " ")
        for found in SHELL.findall(text):
            yield path.name, shlex.split(found)
        for found in LIST.findall(text):
            yield path.name, [word.strip(' "') for word in found.split(",")]


def parsed(words: list[str]) -> click.Command:
    """Find the command and read its options; click's own error where one is not there."""
    command: click.Command = commands(create_app)
    while isinstance(command, click.Group):
        name, words = words[0], words[1:]
        found = command.commands.get(name)
        if found is None:
            raise click.UsageError(f"no such command: {name}")
        command = found
    command.make_parser(click.Context(command)).parse_args(words)
    return command


@pytest.mark.parametrize(("file", "words"), list(calls()))
def test_every_command_that_is_named_exists_with_its_options(file: str, words: list[str]) -> None:
    if words != ["COMMAND"]:
        assert parsed(words).callback is not None, file


def test_a_command_or_option_that_is_not_there_is_found() -> None:
    for words in (["none"], ["db", "none"], ["serve", "--none"]):
        with pytest.raises(click.UsageError):
            parsed(words)
    assert {"agenda-web.service", "Containerfile", "compose.yaml"} <= {file for file, _ in calls()}


def test_every_setting_that_is_named_is_one_that_is_read() -> None:
    known = set(re.findall(r"AGENDA_[A-Z_]+", (ROOT / "config.py").read_text()))
    named = {name for path in FILES for name in re.findall(r"AGENDA_[A-Z_]+", path.read_text())}
    assert named <= known
    assert "AGENDA_SECRET_KEY" in named


def test_the_example_of_the_settings_is_accepted_once_it_has_a_key(tmp_path: Path) -> None:
    lines = (DEPLOY / "environment.example").read_text().splitlines()
    settings = dict(
        re.match(r"#?([A-Z_]+)=(.*)", line).groups() for line in lines if re.match("#?[A-Z_]+=", line)
    )
    settings |= {"AGENDA_SECRET_KEY": "x" * 40, "AGENDA_METRICS_TOKEN": ""}
    config = load(settings)
    assert config.secure
    assert config.trusted_proxies == 1
    assert config.database_url.startswith("postgresql")


def test_web_proxy_and_containers_agree_on_the_port() -> None:
    ports = {
        "unit": re.findall(r"--port (\d+)", (UNITS / "agenda-web.service").read_text()),
        "gunicorn": re.findall(r'bind = "127.0.0.1:(\d+)"', (ROOT / "gunicorn.conf.py").read_text()),
        "proxy": re.findall(r"proxy_pass http://127.0.0.1:(\d+);", (DEPLOY / "nginx.conf").read_text()),
        "image": re.findall(r"EXPOSE (\d+)|127.0.0.1:(\d+)/", (DEPLOY / "Containerfile").read_text()),
        "compose": re.findall(r"0.0.0.0:(\d+)|127.0.0.1:(\d+):", (DEPLOY / "compose.yaml").read_text()),
    }
    flat = {name: {"".join(one) for one in found} for name, found in ports.items()}
    assert set(map(frozenset, flat.values())) == {frozenset({"8000"})}, flat


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = {
        name
        for line in (DEPLOY / "Containerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A machine with the units where README puts them, and stand-ins for what else they name."""
    assert find_systemd(), next(need.remedy for need in NEEDS if need.name == "systemd")
    units = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(UNITS, units, ignore=shutil.ignore_patterns("optional"))
    for name in (
        "sysinit",
        "basic",
        "shutdown",
        "network-online",
        "multi-user",
        "timers",
        "time-set",
        "time-sync",
    ):
        (units / f"{name}.target").write_text(STANDS_IN)
    for slice_name in ("-.slice", "system.slice", "system-agenda\\x2dworker.slice"):
        (units / slice_name).write_text(STANDS_IN)
    for program in re.findall(
        r"^Exec\w+=(/\S+)", "\n".join(p.read_text() for p in UNITS.rglob("*.*") if p.is_file()), re.M
    ):
        path = tmp_path / program.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    return tmp_path


def analysed(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", words[0], f"--root={root}", *words[1:]],
        capture_output=True,
        text=True,
        check=False,
    )


NAMES = ("agenda-web.service", "agenda-worker@1.service", "agenda-backup.service")


def test_systemd_understands_every_line_of_the_units(installed: Path) -> None:
    told = analysed(installed, "verify", *NAMES, "agenda-backup.timer")
    assert told.stdout + told.stderr == ""
    assert told.returncode == 0


def test_the_services_are_as_good_as_shut_in(installed: Path) -> None:
    for name in NAMES:
        told = analysed(installed, "security", "--offline=true", name)
        exposure = re.search(r"exposure level for .*: ([\d.]+)", told.stdout)
        assert exposure, told.stderr
        assert float(exposure.group(1)) <= WORST_EXPOSURE


def test_the_drop_in_for_several_processes_is_understood(installed: Path) -> None:
    folder = installed / "etc" / "systemd" / "system" / "agenda-web.service.d"
    folder.mkdir()
    shutil.copy(UNITS / "optional" / "several-processes.conf", folder)
    told = analysed(installed, "verify", "agenda-web.service")
    assert told.stdout + told.stderr == ""
