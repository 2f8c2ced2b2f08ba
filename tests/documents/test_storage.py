"""Contents on the disk: whole or not there, once each, and swept when nobody needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from agenda.documents import storage
from agenda.documents.content_rules import NotTaken

NOW = datetime(2018, 12, 18, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=25)
MOST = 1_000_000


def keep(folder: Path, content: bytes, now: datetime = NOW) -> str:
    with storage.received(folder, BytesIO(content), MOST) as received:
        storage.settle(folder, received, now)
        return received.sha256


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_equal_contents_share_one_file(tmp_path: Path) -> None:
    one, other = keep(tmp_path, b"Notitie"), keep(tmp_path, b"Notitie")
    assert one == other
    assert files(tmp_path) == [storage.place_of(tmp_path, one)]
    assert files(tmp_path)[0].read_bytes() == b"Notitie"


def test_nothing_is_left_of_a_file_that_is_too_large_or_breaks_off(tmp_path: Path) -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return bytes(size)

    source = Endless()
    with pytest.raises(NotTaken) as refused, storage.received(tmp_path, source, MOST):
        pass
    assert refused.value.code == "document_too_large"
    assert source.given < 3 * MOST

    class Broken:
        def read(self, size: int = -1, /) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError), storage.received(tmp_path, Broken(), MOST):
        pass
    assert files(tmp_path) == []


def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    """51 MB through a process that may have little more than its interpreter needs."""
    program = f"""
import resource, sys
from pathlib import Path
from agenda.documents import storage
class Zeros:
    left = 51_000_000
    def read(self, size=-1, /):
        piece = bytes(min(size, self.left)); self.left -= len(piece); return piece
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with storage.received(Path({str(tmp_path)!r}), Zeros(), 60_000_000) as content:
    assert content.size == 51_000_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10_000


def test_a_file_that_nobody_refers_to_is_swept_after_a_day(tmp_path: Path) -> None:
    known, orphan = keep(tmp_path, b"bekend"), keep(tmp_path, b"verweesd")
    broken_off = tmp_path / "incoming" / "half"
    broken_off.write_bytes(b"x")
    os.utime(broken_off, (NOW.timestamp(), NOW.timestamp()))
    assert storage.sweep(tmp_path, {known}.__contains__, NOW + timedelta(hours=23)) == 0
    assert storage.sweep(tmp_path, {known}.__contains__, LATER) == 2
    assert files(tmp_path) == [storage.place_of(tmp_path, known)]
    assert orphan not in str(files(tmp_path))


def test_a_sweep_spares_what_comes_anew_while_it_looks(tmp_path: Path) -> None:
    orphan = keep(tmp_path, b"verweesd")

    def meanwhile(sha256: str) -> bool:
        keep(tmp_path, b"verweesd", LATER)
        return False

    assert storage.sweep(tmp_path, meanwhile, LATER) == 0
    assert storage.place_of(tmp_path, orphan).read_bytes() == b"verweesd"


def test_a_sweep_that_was_broken_off_loses_nothing(tmp_path: Path) -> None:
    sha256 = keep(tmp_path, b"bekend")
    leaving = tmp_path / "leaving"
    leaving.mkdir()
    storage.place_of(tmp_path, sha256).replace(leaving / sha256)
    storage.sweep(tmp_path, {sha256}.__contains__, LATER)
    assert storage.place_of(tmp_path, sha256).read_bytes() == b"bekend"
