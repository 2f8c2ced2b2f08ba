"""The reader of messages as a program of its own, which may be ended whatever a message does to it.

Time and again it reads eight octets with a length and so many octets of a message from standard input, and
writes eight octets with a length and the JSON of understood.Understood.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import BinaryIO

from agenda.mail.message_reading import understand

# RELIABILITY: for each message; the standard library alone takes 17 s for some heads.
CPU_SECONDS = 2.0
MOST_MEMORY = 256 * 1024 * 1024
LENGTH_OCTETS = 8
# The status with which it ends when a message takes more memory than it may have.
OUT_OF_MEMORY = 3


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Read messages until there are no more; a message that takes too much ends the program."""
    while True:
        length = source.read(LENGTH_OCTETS)
        if len(length) < LENGTH_OCTETS:
            return
        content = source.read(int.from_bytes(length, "big"))
        # Without a handler the signal ends the program, also in the middle of a regular expression.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        said = json.dumps(understand(content).as_json()).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        target.write(len(said).to_bytes(LENGTH_OCTETS, "big") + said)
        target.flush()


def limit() -> None:
    """Let the system hold this process to its memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
