"""A house whose letters leave through a real mail server."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

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


@pytest.fixture
def statements(runtime: Runtime) -> list[str]:
    """What the database is asked, from here on."""
    asked: list[str] = []
    event.listen(
        runtime.sessions.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: asked.append(statement),
    )
    return asked
