"""What one test leaves warm for the next: compiled statements, templates and addresses.

Every test has an application, an engine and a database of its own. What these work out for themselves depends
on nothing that a test changes, so it is worked out once in a process, as it is in a server that runs for
weeks. Only the libraries' own ways to choose a class are used, and nothing of the product is replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from flask_babel import Domain
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 20_000


class _Shared:
    """A dialect that equals every other of its kind, so that what one engine compiled serves all."""

    compiled: LRUCache[Any, Any]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.compiled = LRUCache(STATEMENTS)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.compiled)


class SharedSqlite(_Shared, SQLiteDialect_pysqlite):
    supports_statement_cache = True  # SQLAlchemy asks each class itself, not its parents


class SharedPostgres(_Shared, PGDialect_psycopg):
    supports_statement_cache = True


class LateRule(Rule):
    """An address that is compiled once for all applications, and its builder when the first link is made."""

    known: ClassVar[dict[object, tuple[Any, ...]]] = {}

    def compile(self) -> None:
        """Take what an equal rule of an earlier application was compiled to."""
        if self.defaults:
            return super().compile()
        converters = frozenset(self.map.converters.items())
        name = (self.rule, self.subdomain, self.host, self.merge_slashes, self.map.host_matching, converters)
        if name not in self.known:
            super().compile()
            builders = (self._build.__func__, self._build_unknown.__func__)
            self.known[name] = (self._parts, self._trace, self._converters, self.arguments, builders)
        self._parts, self._trace, self._converters, arguments, builders = self.known[name]
        self.arguments = set(arguments)
        self._build, self._build_unknown = (builder.__get__(self, None) for builder in builders)
        return None

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(_rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(self, append_unknown))
            return compiled[0](self, **values)

        return build


class WarmTemplates(FileSystemBytecodeCache):
    """Templates compiled once for all workers, and read once in each; by their text, so a change is seen."""

    def __init__(self, directory: str) -> None:
        super().__init__(directory)
        self._read: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        name = (bucket.key, bucket.checksum)
        if name not in self._read:
            super().load_bytecode(bucket)
            if bucket.code is None:
                return
            self._read[name] = bucket.code
        bucket.code = self._read[name]


class WarmWords:
    """The catalogues, read once in a process: they are the same for every application of the product."""

    domain = Domain()

    @classmethod
    def given_to(cls, app: Flask) -> Flask:
        """The same application, which takes its words from here."""
        app.extensions["babel"].instance.domain_instance = cls.domain
        return app


def keep_warm(templates: Path) -> None:
    """Let every engine and every application of this process share what they compile."""
    registry.register("sqlite", __name__, SharedSqlite.__name__)
    registry.register("postgresql.psycopg", __name__, SharedPostgres.__name__)
    Flask.url_rule_class = LateRule
    templates.mkdir(exist_ok=True)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": WarmTemplates(str(templates))}
