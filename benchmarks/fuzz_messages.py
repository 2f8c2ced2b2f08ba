"""Damaged messages through the reader: none breaks it, keeps it busy, or makes somebody answer who did not.

python -m benchmarks.fuzz_messages [NUMBER] [SEED]

Takes the messages of the tests, damages each in one or more ways (bits, cuts, doubled and swapped pieces,
parts of other messages), and reads them in the reader's own process. Prints what became of them; 1 where
something is wrong.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from time import perf_counter

from agenda.mail.reading_apart import Reader
from agenda.mail.understood import Understood
from tests.mail.messages.write import messages

LONGEST_SECONDS = 5.0
_UNWRITABLE = re.compile(rb"[^!-~]")


def damaged(chance: random.Random, corpus: list[bytes]) -> bytes:
    """One message with one to eight faults."""
    content = bytearray(chance.choice(corpus))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(content) + 1)
        length = chance.choice((1, 1, 2, 4, 16, 200))
        way = chance.randrange(7)
        if way == 0 and at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            del content[at : at + length]
        elif way == 2:
            content[at:at] = content[at : at + length] * chance.randint(1, 50)
        elif way == 3:
            content[at:at] = chance.randbytes(length)
        elif way == 4:
            other = chance.choice(corpus)
            begin = chance.randrange(len(other))
            content[at:at] = other[begin : begin + length * 10]
        elif way == 5:
            lines = bytes(content).split(b"\n")
            chance.shuffle(lines)
            content = bytearray(b"\n".join(lines))
        else:
            content = content[:at]
    return bytes(content)


def wrong(content: bytes, said: Understood, seconds: float) -> str | None:
    """Name what is wrong with a reading, if anything."""
    if seconds > LONGEST_SECONDS:
        return "took too long"
    if said.unreadable == "reader_ended":
        return "the reader ended"
    if len(said.text) > 20_000:
        return "more text than is kept"
    seen = content.lower()
    for answer in said.answers:
        name = answer.attendee.partition("@")[0].encode()
        # A name may be folded, or hold what no address holds; where it may be encoded it is not looked for.
        plain = b"base64" not in seen and b"quoted-printable" not in seen and b"utf-16" not in seen
        if plain and name and name not in _UNWRITABLE.sub(b"", seen):
            return f"{answer.attendee} did not answer"
    return None


def main(number: int, seed: int) -> int:
    """Read so many damaged messages; 1 where one was read wrongly."""
    chance = random.Random(seed)
    corpus = [content for _, content, _ in messages()]
    kinds: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    slowest = 0.0
    start = perf_counter()
    with Reader() as reader:
        for _ in range(number):
            content = damaged(chance, corpus)
            begin = perf_counter()
            said = reader.read(content)
            seconds = perf_counter() - begin
            slowest = max(slowest, seconds)
            kinds[said.unreadable or said.kind.value] += 1
            fault = wrong(content, said, seconds)
            if fault:
                faults[fault] += 1
    rate = number / (perf_counter() - start)
    print(f"{number} damaged messages, seed {seed}: {rate:.0f}/s, slowest {slowest * 1000:.0f} ms")
    for kind, times in kinds.most_common():
        print(f"  {kind:<24}{times:8}")
    for fault, times in faults.most_common():
        print(f"  WRONG: {fault}: {times}")
    return 1 if faults else 0


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(asked + [10_000, 1][len(asked) :])))
