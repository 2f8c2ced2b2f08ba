"""The file itself: a tar of table parts and contents, and at its end a list with the hash of each.

It is written and read from front to back, a member at a time, so that it may be larger than any memory and
be sealed on the way. docs/backup.md describes it for who reads it without this product.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from agenda.backup.manifest import Damaged, Head, Manifest, Part, TableList, as_json, from_json
from agenda.backup.sealing import Sink, Source
from agenda.backup.values import Shape

MANIFEST = "manifest.json"
# In the form that `sha256sum --check` reads.
MANIFEST_SUM = "manifest.json.sha256"
DOCUMENTS = "documents/"
TABLES = "tables/"
# So much of a table, before it is compressed, is in memory at a time; a larger row is a part of its own.
PART = 4 << 20
_BUFFER = 1 << 18
BROKEN_OFF = "this is no backup, or it was broken off"
_FAST = 3
# What is in memory at once when the list is read; a million contents fit.
_LARGEST_MANIFEST = 256 << 20


class ArchiveWriter:
    """Writes an archive; only `close` makes it whole."""

    def __init__(self, sink: Sink, head: Head) -> None:
        # Not as a stream of tarfile's own, which would write on when it is given up.
        self._tar = tarfile.open(  # noqa: SIM115 - closed by `close`
            fileobj=cast(IO[bytes], _Counted(sink)), mode="w", format=tarfile.PAX_FORMAT
        )
        self._head = head
        self._tables: list[TableList] = []
        self._documents: list[tuple[str, int]] = []

    def add_table(self, shape: Shape, lines: Iterator[bytes]) -> int:
        """Write a table's rows, a part at a time; how many."""
        entry = TableList(shape)
        self._tables.append(entry)
        waiting, rows = bytearray(), 0
        for line in lines:
            waiting += line
            rows += 1
            if len(waiting) >= PART:
                self._add_part(entry, bytes(waiting), rows)
                waiting, rows = bytearray(), 0
        if rows:
            self._add_part(entry, bytes(waiting), rows)
        return entry.rows

    def _add_part(self, entry: TableList, lines: bytes, rows: int) -> None:
        name = f"{TABLES}{entry.shape.name}.{len(entry.parts) + 1:05}.jsonl.gz"
        content = gzip.compress(lines, compresslevel=_FAST, mtime=0)
        self._add(name, content)
        entry.parts.append(Part(name, hashlib.sha256(content).hexdigest(), rows))

    def add_document(self, sha256: str, size: int, content: Source) -> None:
        """Write one content; Damaged where it is not what its hash and size say."""
        checked = _Checked(content)
        try:
            self._tar.addfile(_member(DOCUMENTS + sha256, size), cast(IO[bytes], checked))
        except OSError as error:
            if error.errno is None:
                # The disk has no say in this: what is copied ended too soon.
                raise Damaged(f"the content {sha256} is shorter than it was") from error
            raise
        if checked.sha256 != sha256 or content.read(1):
            raise Damaged(f"the content {sha256} is not what it was: its hash differs")
        self._documents.append((sha256, size))

    def close(self) -> None:
        """Write the list, and its hash, behind everything else."""
        manifest = as_json(Manifest(self._head, tuple(self._tables), tuple(self._documents)))
        self._add(MANIFEST, manifest)
        self._add(MANIFEST_SUM, _sum_of(manifest))
        self._tar.close()

    def _add(self, name: str, content: bytes) -> None:
        self._tar.addfile(_member(name, len(content)), io.BytesIO(content))
        # It remembers all it wrote, for a use that we do not make of it.
        cast(Any, self._tar).members = []


class Content:
    """What is in a member, to be read once; raises Damaged where it is broken off."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content

    def read(self, size: int = -1, /) -> bytes:
        """Give so many bytes, or fewer at the end."""
        try:
            return self._content.read(size)
        except tarfile.TarError as error:
            raise Damaged(BROKEN_OFF) from error


@dataclass(frozen=True)
class Member:
    """One member while it passes by: its name, its size, and its content, to be read once."""

    name: str
    size: int
    content: Content


def members(source: Source) -> Iterator[Member]:
    """Pass through an archive from front to back; raises Damaged where it is broken off or none."""
    try:
        with tarfile.open(fileobj=cast(IO[bytes], source), mode="r|", bufsize=_BUFFER) as tar:
            while (one := tar.next()) is not None:
                content = tar.extractfile(one) if one.isreg() else None
                if content is None:
                    raise Damaged(f"{one.name!r} does not belong in a backup")
                yield Member(one.name, one.size, Content(content))
                cast(Any, tar).members = []
    except tarfile.TarError as error:
        raise Damaged(BROKEN_OFF) from error


def check(source: Source) -> Manifest:
    """Read a whole archive and compare everything with its list; raises Damaged for the least difference."""
    seen: dict[str, tuple[str, int]] = {}
    manifest = b""
    for member in members(source):
        if member.name == MANIFEST:
            if member.size > _LARGEST_MANIFEST:
                raise Damaged("its list is larger than any list is")
            manifest = member.content.read(member.size)
            found = _sum_of(manifest)
        elif member.name == MANIFEST_SUM:
            if not manifest or member.content.read(len(found) + 1) != found:
                raise Damaged("its list was changed")
        elif manifest or member.name in seen:
            raise Damaged(f"{member.name!r} does not belong where it stands")
        else:
            checked = _Checked(member.content)
            rows = _count_lines(member.name, checked)
            seen[member.name] = (checked.sha256, rows)
            continue
        seen[member.name] = ("", 0)
    if not {MANIFEST, MANIFEST_SUM} <= seen.keys():
        raise Damaged("its end is missing")
    listed = from_json(manifest)
    wanted = {part.name: (part.sha256, part.rows) for entry in listed.tables for part in entry.parts}
    wanted |= {DOCUMENTS + sha256: (sha256, 0) for sha256, _ in listed.documents}
    wanted |= {MANIFEST: ("", 0), MANIFEST_SUM: ("", 0)}
    if list(wanted) != list(seen):
        raise Damaged("it does not hold what its list says")
    for name, facts in wanted.items():
        if seen[name] != facts:
            raise Damaged(f"{name!r} is not what the list says")
    return listed


def lines_of(name: str, content: Source) -> Iterator[bytes]:
    """Give the lines of a table part; raises Damaged."""
    try:
        with gzip.GzipFile(fileobj=cast(IO[bytes], content)) as unpacked:
            yield from unpacked
    except (OSError, EOFError, zlib.error) as error:
        raise Damaged(f"{name!r} cannot be unpacked") from error


def _count_lines(name: str, checked: _Checked) -> int:
    """Read a member to its end; how many lines, for a part of a table."""
    rows = 0
    if name.startswith(TABLES):
        rows = sum(1 for _ in lines_of(name, checked))
    while checked.read(_BUFFER):
        pass
    return rows


class _Counted:
    """Tells how much was written through it, which is all that a tar asks of where it is written to."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._size = 0

    def write(self, data: bytes, /) -> int:
        self._sink.write(data)
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size


class _Checked:
    """Hashes and counts what is read through it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        self.size += len(piece)
        return piece


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _sum_of(manifest: bytes) -> bytes:
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()
