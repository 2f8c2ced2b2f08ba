"""What a file that somebody sends may be called here. Values in, values out."""

from __future__ import annotations

import re
import unicodedata

from agenda.core.text import one_line

LONGEST_NAME = 150
# A name is kept by the reader's own system, and those count in octets (ext4: 255).
MOST_OCTETS = 220
OTHERWISE = "document"
_PATH = re.compile(r"[/\\]")
# What Windows lets no file be called, and what shells take for something else.
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def safe_name(sent: str) -> str:
    """Give the last part of a name without what hides, misleads or breaks; never empty.

    Control characters, marks that turn the reading direction, path parts, reserved names and endless
    lengths go; the extension stays.
    """
    name = _PATH.split(sent)[-1]
    name = "".join(c for c in one_line(name) if unicodedata.category(c) not in {"Cf", "Cc", "Cs", "Co"})
    name = _FORBIDDEN.sub("-", name).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name) or OTHERWISE


def extension(name: str) -> str:
    """Give what follows the last dot in small letters, with the dot; "" without one."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem and re.fullmatch(r"[A-Za-z0-9]{1,8}", last) else ""


def title_of(name: str) -> str:
    """Give the name as a title: without its extension, and with blanks for underscores."""
    stem = name[: len(name) - len(extension(name))]
    return one_line(stem.replace("_", " ")).strip() or name


def _shortened(name: str) -> str:
    end = name[len(name) - len(extension(name)) :] if extension(name) else ""
    stem = name[: len(name) - len(end)][: LONGEST_NAME - len(end)]
    while len(f"{stem}{end}".encode()) > MOST_OCTETS:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{end}"
