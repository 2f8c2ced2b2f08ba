"""A worker of its own, for a test to kill: reads the texts that wait and ends."""

import json
import sys
from pathlib import Path

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.documents.text_reading import read_texts
from agenda.mail.transports import FolderTransport
from config import load
from tests.world import StandingClock

if __name__ == "__main__":
    config = load(json.loads(sys.argv[1]))
    sessions = Sessions(config.database_url)
    read_texts(Runtime(sessions, StandingClock(), FolderTransport(Path("mail")), config))
    sessions.close()
