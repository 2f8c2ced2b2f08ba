"""How many answers by mail are read in a second, in the reader's own process and without it.

python -m benchmarks.replies

Prints medians over the messages of the tests, each made a message of its own; the aim is 200 a second.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter

from agenda.mail.message_reading import understand
from agenda.mail.reading_apart import Reader
from agenda.mail.understood import IncomingKind
from tests.mail.messages.write import messages

ANSWERS, ROUNDS = 200, 7


def main() -> None:
    """Read 200 answers some times in each way, and print the table."""
    corpus = [content for _, content, expected in messages() if expected["kind"] == "reply"]
    asked = [corpus[number % len(corpus)] + b"\r\n" * (number // len(corpus)) for number in range(ANSWERS)]
    with Reader() as reader:
        apart = _rate(asked, lambda content: reader.read(content).kind)
    inside = _rate(asked, lambda content: understand(content).kind)
    print(f"{ANSWERS} answers of {len(corpus)} sorts, median of {ROUNDS} rounds (aim 200 a second)")
    print(f"  in a process of its own  {apart:8.0f}/s{apart / inside:8.2f} x")
    print(f"  in this process          {inside:8.0f}/s{1:8.2f} x")


def _rate(asked: list[bytes], read: Callable[[bytes], IncomingKind]) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for content in asked:
            if read(content) is not IncomingKind.REPLY:
                raise SystemExit("an answer was not read as one")
        taken.append(perf_counter() - start)
    return len(asked) / statistics.median(taken)


if __name__ == "__main__":
    main()
