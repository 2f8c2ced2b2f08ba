"""A house whose letters leave through a real mail server."""

from collections.abc import Iterator

import pytest

from agenda.core.runtime import Runtime
from agenda.mail.transports import SmtpTransport
from tests.mail.letters import through
from tests.support.smtp import MailServer


@pytest.fixture
def smtp(mail_server: MailServer) -> Iterator[SmtpTransport]:
    made = SmtpTransport(mail_server.url)
    yield made
    made.close()


@pytest.fixture
def house(runtime: Runtime, smtp: SmtpTransport) -> Runtime:
    return through(runtime, smtp)
