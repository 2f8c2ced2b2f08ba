"""Vendored files are as they were published: each MANIFEST.sha256 is checked against the files beside it."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDORED = (ROOT / "agenda" / "web" / "static" / "vendor",)


def faults(folder: Path) -> Iterator[str]:
    """Each file of this folder that is changed, missing or not in its manifest."""
    manifest = folder / "MANIFEST.sha256"
    if not manifest.exists():
        yield f"{folder}: there is no MANIFEST.sha256"
        return
    listed = {}
    for line in manifest.read_text(encoding="utf-8").splitlines():
        checksum, _, name = line.partition("  ")
        listed[name] = checksum
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p != manifest}
    for name in sorted(there | listed.keys()):
        if name not in there:
            yield f"{name}: missing"
        elif name not in listed:
            yield f"{name}: not in MANIFEST.sha256"
        elif hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            yield f"{name}: changed since it was vendored"


def main() -> int:
    """Check every vendored folder; 1 when a file is not as it was published."""
    found = [fault for folder in VENDORED for fault in faults(folder)]
    print("\n".join(found) if found else "Vendored files are as published.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
