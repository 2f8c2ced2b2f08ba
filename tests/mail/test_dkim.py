"""Letters that we sign ourselves are found genuine by who receives them, and only as long as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import dkim
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from agenda.app import create_app
from agenda.cli import commands
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all
from agenda.mail.dkim_signing import UnusableKey, make_key, record, signed
from agenda.mail.model import Letter
from agenda.mail.transports import SmtpTransport
from tests.invitations.region import Region
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

DOMAIN = "leidseregio.example"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_bytes()


def genuine(content: bytes, key: bytes) -> bool:
    """Ask a receiving server's library, with our DNS record at hand."""
    name, strings = record(key, DOMAIN, "agenda")
    dns = {f"{name}.".encode(): "".join(strings).encode()}
    return bool(dkim.verify(content, dnsfunc=lambda asked, timeout=5: dns.get(asked)))


def test_a_signed_invitation_passes_the_mail_server_and_the_receivers_check(
    runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer, key: bytes
) -> None:
    send = SmtpTransport(mail_server.url)
    config = replace(runtime.config, dkim_key=key)
    region = Region(replace(runtime, config=config, send=send), world, clock, mail_server)
    letters = region.invite()
    assert letters[0].attachment == letters[0].ics
    deliver_all(region.runtime, most=2)
    send.close()
    with region.work() as session:
        content = session.scalars(select(Letter.content).order_by(Letter.id)).first()
    assert content is not None
    assert genuine(content, key)
    taken = mail_server.accepted[0].raw
    assert genuine(taken, key)
    assert not genuine(taken.replace(b"Subject: ", b"Subject: Spoed! ", 1), key)
    assert not genuine(taken.replace(b"From:", b"Subject: Een tweede onderwerp\r\nFrom:", 1), key)


def test_what_is_signed_stays_as_it_is(key: bytes) -> None:
    content = b"From: a@leidseregio.example\r\nSubject: hoi\r\n\r\nDag  \r\n\r\n"
    made = signed(content, key, DOMAIN, "agenda")
    assert made.endswith(content)
    assert made.startswith(b"DKIM-Signature: ")
    assert genuine(made, key)


def test_the_record_fits_the_dns(key: bytes) -> None:
    name, strings = record(key, DOMAIN, "2019.agenda")
    assert name == "2019.agenda._domainkey.leidseregio.example"
    assert "".join(strings).startswith("v=DKIM1; k=rsa; p=MII")
    assert all(len(string) <= 255 for string in strings)


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n", b"\0"]
)
def test_what_is_no_key_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(UnusableKey, match="no private key"):
        record(content, DOMAIN, "agenda")


def test_the_commands_make_a_key_once_and_print_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.pem"
    group = commands(create_app)
    assert CliRunner().invoke(group, ["mail", "dkim-key", str(file)]).exit_code == 0
    again = CliRunner().invoke(group, ["mail", "dkim-key", str(file)])
    assert (again.exit_code, "nothing was changed" in again.output) == (1, True)
    monkeypatch.setenv("AGENDA_SECRET_KEY", "k" * 32)
    monkeypatch.setenv("AGENDA_BASE_URL", "https://overleg.example")
    monkeypatch.setenv("AGENDA_MAIL_FROM", f"agenda@{DOMAIN}")
    assert "is not set" in CliRunner().invoke(group, ["mail", "dkim-record"]).output
    monkeypatch.setenv("AGENDA_DKIM_KEY", str(file))
    told = CliRunner().invoke(group, ["mail", "dkim-record"])
    assert told.output.startswith('agenda._domainkey.leidseregio.example. IN TXT "v=DKIM1; k=rsa; p=')
