"""Where the contents lie: one file a content, named by its hash, outside the database and the web root."""

from __future__ import annotations

from pathlib import Path


def place_of(folder: Path, sha256: str) -> Path:
    """Tell where the content with this hash lies."""
    return folder / sha256[:2] / sha256
