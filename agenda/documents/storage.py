"""Where the bytes of documents lie: outside the database and the web root, each named by its own hash."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from config import Config

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A content that lies on disk: its name there, and its size in octets."""

    sha256: str
    size: int


def path_of(config: Config, name: str) -> Path:
    """Give the path of a content by its hash."""
    return config.var / "documents" / name[:2] / name


def keep(config: Config, stream: BinaryIO) -> Kept:
    """Write a content to disk, whole or not at all; a content that is there already stays as it is."""
    folder = config.var / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    found, size = sha256(), 0
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        while piece := stream.read(_PIECE):
            found.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    path = path_of(config, found.hexdigest())
    path.parent.mkdir(exist_ok=True)
    Path(file.name).replace(path)
    return Kept(found.hexdigest(), size)
