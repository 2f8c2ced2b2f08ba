"""A region whose letters leave through a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agenda.core.runtime import Runtime
from agenda.mail.transports import SmtpTransport
from tests.invitations.region import Region
from tests.support.smtp import MailServer
from tests.world import StandingClock, World


@pytest.fixture
def region(runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer) -> Iterator[Region]:
    smtp = SmtpTransport(mail_server.url)
    yield Region(replace(runtime, send=smtp), world, clock, mail_server)
    smtp.close()
