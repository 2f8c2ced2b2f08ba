"""An item and its topic say the same of who may see them, as long as the topic stands on that agenda."""

from __future__ import annotations

from agenda.meetings.model import AgendaItem
from agenda.topics.model import Topic
from agenda.topics.rules import LIMITS


def follow_topic(item: AgendaItem, topic: Topic) -> None:
    """Let an item that comes on an agenda be as closed and as confidential as its topic."""
    for name in LIMITS:
        setattr(item, name, getattr(topic, name))


def topic_follows(item: AgendaItem) -> None:
    """Let the topic of an open item be as closed and as confidential as the item: its page tells as much."""
    if item.topic is None or item.outcome is not None:
        return
    for name in LIMITS:
        setattr(item.topic, name, getattr(item, name))
