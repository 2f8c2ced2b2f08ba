"""Read everything that is kept, in whatever way it is written, and look for words in it."""

from __future__ import annotations

import base64
import binascii
import html
import json
import quopri
import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from pathlib import Path
from urllib.parse import unquote_plus

from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.exc import CompileError

from agenda.core.runtime import Runtime

_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]{4}[\r\n]*){6,}[A-Za-z0-9+/_-]*={0,2}")


def readings(value: object) -> Iterator[str]:
    """Give a value in every way in which its words may have been written."""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
    found = [raw, quopri.decodestring(raw), *_from_base64(raw)]
    for text in (one.decode("utf-8", "replace") for one in found):
        unfolded = re.sub(r"\r?\n[ \t]", "", text)
        for one in (text, unfolded):
            yield from (one, unquote_plus(one), html.unescape(one), _unescaped(one), _header(one))


def _from_base64(raw: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(raw):
        plain = re.sub(rb"[\r\n]", b"", run).translate(bytes.maketrans(b"-_", b"+/"))
        for cut in range(4):
            try:
                yield base64.b64decode(plain[: len(plain) - cut])
                break
            except binascii.Error:
                continue


def _unescaped(text: str) -> str:
    return re.sub(r"\\u[0-9a-fA-F]{4}", lambda found: str(json.loads(f'"{found[0]}"')), text)


def _header(text: str) -> str:
    words = re.findall(r"=\?[^?]+\?[bqBQ]\?[^?]*\?=", text)
    return " ".join(str(make_header(decode_header(word))) for word in words)


def where(runtime: Runtime, wanted: list[str]) -> list[str]:
    """Name every place in the database and on the disk, documents aside, where one of the words stands."""
    folded = [word.casefold() for word in wanted]

    def holds(value: object) -> bool:
        return any(word in text.casefold() for text in readings(value) for word in folded)

    places = []
    engine = runtime.sessions.engine
    known = MetaData()
    for name in inspect(engine).get_table_names():
        table = Table(name, known, autoload_with=engine)
        with engine.connect() as connection:
            try:
                rows = connection.execute(select(table)).mappings().all()
            except CompileError:
                rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all()
        for row in rows:
            places += [f"{name}.{column}: {value!r}"[:300] for column, value in row.items() if holds(value)]
    folder = runtime.config.documents
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return places + [str(path) for path in files if holds(Path(path).name)]
