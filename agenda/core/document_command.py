"""What commands that read one JSON document have in common: clear refusals, with nothing printed then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from agenda.core.json_document import MOST_BYTES, DocumentFaults

T = TypeVar("T")
REFUSED = 2


def read_or_refuse(path: Path, read: Callable[[bytes], T]) -> T:
    """Read what the file asks; when that fails end with exit code 2 and one line for each fault."""
    try:
        with path.open("rb") as file:
            return read(file.read(MOST_BYTES + 1))
    except OSError as error:
        refuse([f"{path}: {error.strerror}"])
    except DocumentFaults as error:
        refuse(error.faults)


def refuse(faults: list[str] | tuple[str, ...]) -> NoReturn:
    """Say what is wrong, one line each, and end."""
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(REFUSED)
