"""Counts the statements that reach the database."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from sqlalchemy import event

from agenda.core.runtime import Runtime


class Statements:
    """Counts while it is entered; the pages and actions under test run as they are."""

    def __init__(self, runtime: Runtime) -> None:
        self.engine = runtime.sessions.engine
        self.number = 0

    def __enter__(self) -> Statements:
        event.listen(self.engine, "before_cursor_execute", self._count)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        event.remove(self.engine, "before_cursor_execute", self._count)

    def _count(self, *_arguments: Any) -> None:
        self.number += 1
