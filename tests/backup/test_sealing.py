"""What is sealed with a passphrase: other programs open it, and nothing can be changed or cut off unseen."""

from __future__ import annotations

import io
import os
from base64 import b64decode

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.backup import sealing
from agenda.backup.sealing import PIECE, SealedReader, SealedWriter, Unsealable, is_sealed

PASSPHRASE = "een lange wachtzin"
# Sealed with `age --passphrase` (age 1.1.1, https://age-encryption.org) on Debian 12.
BY_AGE = b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBpZUJ2RVhBOEhNREVsZ2hCWFpaTXpRIDE4"
    "CnoyaDRZU3htMGdKSnN5Wmt6TDVJUjk2MS9NYjcwMThDei8xVmduNTBUZm8KLS0tIFZvWGdqUlgr"
    "S3ZTSGZXNlh0K0Vzem9hSFhuaVo4aUpPZ25EQ0x4TGw4U2cKYdleVSkMkMoqI7yuO0evaGuTQcoI"
    "QgJJAGu2vc7flHVjQ55eLUSg9K5h0KMeeoAaATHjVdi4kltTAuOsew=="
)
EDGES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7)


def sealed(content: bytes, at_a_time: int = 10_000) -> bytes:
    sink = io.BytesIO()
    writer = SealedWriter(sink, PASSPHRASE, work=2)
    for begin in range(0, len(content), at_a_time):
        writer.write(content[begin : begin + at_a_time])
    writer.close()
    return sink.getvalue()


def unsealed(content: bytes, passphrase: str = PASSPHRASE, at_a_time: int = 10_000) -> bytes:
    reader, found = SealedReader(io.BytesIO(content), passphrase), b""
    while part := reader.read(at_a_time):
        found += part
    return found


THREE_PIECES = sealed(bytes(2 * PIECE + 100))


def test_what_age_sealed_is_opened() -> None:
    assert is_sealed(BY_AGE)
    assert unsealed(BY_AGE).decode() == "Vijf colleges, één agenda.\n"


@pytest.mark.parametrize("size", EDGES)
def test_another_program_opens_what_we_sealed(size: int) -> None:
    content = os.urandom(size)
    assert pyrage.passphrase.decrypt(sealed(content), PASSPHRASE) == content


@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("at_a_time", [1_000, PIECE, PIECE + 1])
def test_what_was_sealed_comes_back_however_it_is_written_and_read(size: int, at_a_time: int) -> None:
    content = os.urandom(size)
    assert unsealed(sealed(content, at_a_time), at_a_time=at_a_time) == content


def test_the_same_content_is_never_sealed_alike() -> None:
    assert sealed(b"hetzelfde") != sealed(b"hetzelfde")


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(Unsealable, match="wrong_passphrase"):
        unsealed(sealed(b"geheim"), "een andere wachtzin")


def test_cut_off_anywhere_it_is_not_whole() -> None:
    head = THREE_PIECES.index(b"\n", THREE_PIECES.index(b"---")) + 1
    first = head + 16 + PIECE + 16
    second = first + PIECE + 16
    for length in (
        0,
        10,
        head - 1,
        head,
        head + 16,
        head + 17,
        first,
        first + 1,
        second,
        len(THREE_PIECES) - 1,
    ):
        with pytest.raises(Unsealable, match="damaged"):
            unsealed(THREE_PIECES[:length])


def test_pieces_that_changed_places_are_found() -> None:
    begin = THREE_PIECES.index(b"\n", THREE_PIECES.index(b"---")) + 1 + 16
    first = THREE_PIECES[begin : begin + PIECE + 16]
    second = THREE_PIECES[begin + PIECE + 16 : begin + 2 * (PIECE + 16)]
    rest = THREE_PIECES[begin + 2 * (PIECE + 16) :]
    with pytest.raises(Unsealable, match="damaged"):
        unsealed(THREE_PIECES[:begin] + second + first + rest)


def test_something_behind_the_end_is_found() -> None:
    with pytest.raises(Unsealable, match="damaged"):
        unsealed(THREE_PIECES + b"x")


@given(at=st.floats(0, 0.999), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_found(at: float, bit: int) -> None:
    place = int(at * len(THREE_PIECES))
    changed = bytearray(THREE_PIECES)
    changed[place] ^= 1 << bit
    with pytest.raises(Unsealable):
        unsealed(bytes(changed))


def test_one_flipped_bit_anywhere_in_the_head_is_found() -> None:
    # All but how much work a guess costs: that is what this computer would have to do first.
    costs = THREE_PIECES.index(b" 2\n") + 1
    for place in set(range(THREE_PIECES.index(b"---") + 48)) - {costs}:
        changed = bytearray(THREE_PIECES)
        changed[place] ^= 1
        with pytest.raises(Unsealable):
            unsealed(bytes(changed))


def test_what_is_really_made_costs_a_guess_much() -> None:
    sink = io.BytesIO()
    SealedWriter(sink, PASSPHRASE).close()
    assert b" %d\n" % sealing.WORK in sink.getvalue()
    assert sealing.WORK >= 17


def test_a_seal_that_would_take_gigabytes_is_refused() -> None:
    heavy = BY_AGE.replace(b" 18\n", b" %d\n" % (sealing.MOST_WORK + 1))
    with pytest.raises(Unsealable, match="another_way"):
        unsealed(heavy)


def test_a_file_sealed_for_a_key_says_so() -> None:
    to = pyrage.x25519.Identity.generate().to_public()
    with pytest.raises(Unsealable, match="another_way"):
        unsealed(pyrage.encrypt(b"voor een sleutel", [to]))
