"""A worker of its own, for a test to kill: delivers what is due and ends."""

import json
import sys

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all
from agenda.mail.transports import SmtpTransport
from config import load
from tests.world import StandingClock


def main() -> None:
    """Take the settings and how many minutes have passed from the command line."""
    config = load(json.loads(sys.argv[1]))
    clock = StandingClock()
    clock.wind(minutes=float(sys.argv[2]))
    assert config.smtp_url is not None
    sessions, smtp = Sessions(config.database_url), SmtpTransport(config.smtp_url)
    deliver_all(Runtime(sessions, clock, smtp, config))
    smtp.close()
    sessions.close()


if __name__ == "__main__":
    main()
