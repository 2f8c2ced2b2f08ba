"""A poll whose letters leave through a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agenda.core.runtime import Runtime
from agenda.mail.transports import SmtpTransport
from tests.dates.polls.asking import Poll
from tests.support.smtp import MailServer
from tests.world import StandingClock, World


@pytest.fixture
def poll(runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer) -> Iterator[Poll]:
    smtp = SmtpTransport(mail_server.url)
    yield Poll(replace(runtime, send=smtp), world, clock, mail_server)
    smtp.close()
