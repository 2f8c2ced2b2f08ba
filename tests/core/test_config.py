"""Settings: read once, and a wrong one stops the start with one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy import make_url

from config import ROOT, SERVED, Config, ConfigError, Inside, load

GOOD = {
    "AGENDA_SECRET_KEY": "k" * 32,
    "AGENDA_BASE_URL": "https://overleg.example",
    "AGENDA_MAIL_FROM": "agenda@overleg.example",
}


def with_(**changed: str) -> Config:
    return load(GOOD | changed)


def test_good_settings_are_read() -> None:
    config = with_(AGENDA_DATABASE_URL="postgresql://u:p@db/agenda", AGENDA_TRUSTED_PROXIES="1")
    assert config.database_url == "postgresql+psycopg://u:p@db/agenda"
    assert (config.secure, config.trusted_proxies, config.mail_domain) == (True, 1, "overleg.example")


@pytest.mark.parametrize(
    ("address", "hosts", "ports"),
    [
        ("one:5433,two:5434", "one,two", "5433,5434"),
        ("one,two.example", "one,two.example", "5432,5432"),
        ("[::1]:5433,127.0.0.1", "::1,127.0.0.1", "5433,5432"),
    ],
)
def test_several_database_servers_are_tried_in_order(address: str, hosts: str, ports: str) -> None:
    config = with_(
        AGENDA_DATABASE_URL=f"postgresql://agenda:p%40ss@{address}/agenda?target_session_attrs=read-write"
    )
    url = make_url(config.database_url)
    assert (url.username, url.password, url.database) == ("agenda", "p@ss", "agenda")
    assert url.query == {"host": hosts, "port": ports, "target_session_attrs": "read-write"}


def test_networks_inside_are_read_with_and_without_a_port() -> None:
    words = "10.1.0.0/16 192.168.1.5:8443  fd00::/8 [fd00::5]:8443 [fd00::6]"
    assert with_(AGENDA_CALENDAR_NETWORKS=words).calendar_networks == (
        Inside(ip_network("10.1.0.0/16")),
        Inside(ip_network("192.168.1.5"), 8443),
        Inside(ip_network("fd00::/8")),
        Inside(ip_network("fd00::5"), 8443),
        Inside(ip_network("fd00::6")),
    )
    assert with_().calendar_networks == ()


def test_the_mailbox_and_the_signature_of_letters_are_read(tmp_path: Path) -> None:
    key = tmp_path / "dkim.pem"
    key.write_bytes(b"a key")
    config = with_(
        AGENDA_IMAP_URL="imaps://agenda:secret@mail.example:993/INBOX",
        AGENDA_AUTHSERV_ID="MX.overleg.example",
        AGENDA_DKIM_KEY=str(key),
        AGENDA_DKIM_SELECTOR="2019.agenda",
    )
    assert config.imap_url == "imaps://agenda:secret@mail.example:993/INBOX"
    assert (config.authserv_id, config.settle_seconds) == ("mx.overleg.example", 60)
    assert (config.dkim_key, config.dkim_selector) == (b"a key", "2019.agenda")
    without = with_()
    assert (without.imap_url, without.authserv_id, without.dkim_key) == (None, "", None)


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        with_().demo = True  # type: ignore[misc]


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_production_does_not_start_without(missing: str) -> None:
    with pytest.raises(ConfigError, match=missing):
        load({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AGENDA_SECRET_KEY", "short"),
        ("AGENDA_BASE_URL", "overleg.example"),
        ("AGENDA_BASE_URL", "https://overleg.example/pad"),
        ("AGENDA_BASE_URL", "javascript:alert(1)"),
        ("AGENDA_DATABASE_URL", "mysql://db/agenda"),
        ("AGENDA_DATABASE_URL", "postgresql://one:veel,two/agenda"),
        ("AGENDA_DATABASE_URL", "postgresql://one,,two/agenda"),
        ("AGENDA_SMTP_URL", "http://mail.example"),
        ("AGENDA_SMTP_URL", "smtp://mail.example:veel"),
        ("AGENDA_MAIL_FROM", "no address"),
        ("AGENDA_MAIL_FROM", "a@b.example\r\nBcc: c@d.example"),
        ("AGENDA_TIME_ZONE", "Europe/Zoeterwoude"),
        ("AGENDA_TIME_ZONE", "/etc/passwd"),
        ("AGENDA_DEMO", "maybe"),
        ("AGENDA_TRUSTED_PROXIES", "-1"),
        ("AGENDA_LETTERS_PER_HOUR", "many"),
        ("AGENDA_LETTERS_PER_HOUR", "0"),
        ("AGENDA_CALENDAR_NETWORKS", "cloud.leiden.example"),
        ("AGENDA_CALENDAR_NETWORKS", "10.1.2.3/16"),
        ("AGENDA_CALENDAR_NETWORKS", "10.1.0.0/16:"),
        ("AGENDA_CALENDAR_NETWORKS", "10.1.0.0/16:0"),
        ("AGENDA_CALENDAR_NETWORKS", "192.168.1.5:65536"),
        ("AGENDA_CALENDAR_NETWORKS", "[fd00::5"),
        ("AGENDA_CALENDAR_NETWORKS", "[fd00::5]8443"),
        ("AGENDA_SETTLE_SECONDS", "a minute"),
        ("AGENDA_MAX_DOCUMENT_BYTES", "50 MB"),
        ("AGENDA_DOCUMENTS", str(SERVED / "documents")),
        ("AGENDA_IMAP_URL", "https://mail.example"),
        ("AGENDA_IMAP_URL", "imaps://mail.example"),
        ("AGENDA_IMAP_URL", "imaps://agenda:secret@mail.example:veel"),
        ("AGENDA_DKIM_KEY", "/no/such/file"),
        ("AGENDA_DKIM_SELECTOR", "two words"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as refusal:
        load(GOOD | {name: value})
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_demonstration_needs_no_preparation_and_keeps_its_secret(tmp_path: Path) -> None:
    first, second = (load({"AGENDA_DEMO": "1", "AGENDA_VAR": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "demo-secret").stat().st_mode & 0o077 == 0


def test_the_port_of_the_demonstration_is_in_its_links(tmp_path: Path) -> None:
    config = load({"AGENDA_DEMO": "1", "AGENDA_VAR": str(tmp_path), "PORT": "8123"})
    assert config.base_url == "http://127.0.0.1:8123"


def test_no_secret_stands_in_the_refusal() -> None:
    with pytest.raises(ConfigError) as refusal:
        with_(AGENDA_SMTP_URL="ftp://user:geheim@mail.example")
    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize(
    "command", [["-m", "agenda", "tick"], ["-m", "flask", "--app", "agenda.app", "tick"]]
)
def test_a_command_without_settings_stops_with_one_sentence(command: list[str]) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AGENDA_")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "AGENDA_SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr
