"""Browsers in which someone is signed in."""

from tests.meetings.conftest import as_someone

__all__ = ["as_someone"]
