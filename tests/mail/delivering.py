"""A worker of its own, for a test to kill: delivers what is due and ends."""

import json
import sys
from collections.abc import Mapping

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all
from agenda.mail.transports import SmtpTransport
from config import load
from tests.world import StandingClock


def deliver(settings: Mapping[str, str], minutes: float) -> None:
    """Deliver what is due so many minutes after the start."""
    config = load(settings)
    clock = StandingClock()
    clock.wind(minutes=minutes)
    assert config.smtp_url is not None
    sessions, smtp = Sessions(config.database_url), SmtpTransport(config.smtp_url)
    deliver_all(Runtime(sessions, clock, smtp, config))
    smtp.close()
    sessions.close()


if __name__ == "__main__":
    deliver(json.loads(sys.argv[1]), minutes=0)
