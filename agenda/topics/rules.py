"""Where a topic stands, who may change it, and what may be entered; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from agenda.core.problems import Invalid
from agenda.topics.model import Purpose, TopicState, Treatment, TurnResult

LONGEST_TITLE = 200
LONGEST_TEXT = 5_000
LONGEST_URL = 2_000
SHORTEST, LONGEST = 1, 480
USUAL_MINUTES = 15
PRIORITIES = (5, 4, 3, 2, 1)
USUAL_PRIORITY = 3
NEAR = timedelta(days=14)
# Not yet on an agenda, and: still of the body's concern.
UNPLANNED = (TopicState.OPEN, TopicState.DEFERRED)
RUNNING = (*UNPLANNED, TopicState.PLANNED, TopicState.IN_WRITING)


class TurnFacts(Protocol):
    """What the state needs to know of a turn."""

    @property
    def result(self) -> TurnResult | None: ...


class TopicFacts(Protocol):
    """What the state needs to know of a topic."""

    @property
    def withdrawn_at(self) -> datetime | None: ...

    @property
    def settled_in_writing_at(self) -> datetime | None: ...

    @property
    def in_writing_since(self) -> datetime | None: ...

    @property
    def merged_into_id(self) -> int | None: ...

    @property
    def turns(self) -> Sequence[TurnFacts]: ...


class HasLeads(Protocol):
    """What tells who may keep up a topic."""

    @property
    def lead_id(self) -> int | None: ...

    @property
    def official_lead_id(self) -> int | None: ...


STATE_AFTER = {
    None: TopicState.PLANNED,
    TurnResult.TREATED: TopicState.TREATED,
    TurnResult.DEFERRED: TopicState.DEFERRED,
}


def state_of(topic: TopicFacts) -> TopicState:
    """Tell where a topic stands, from what happened to it.

    Merged, withdrawn, settled in writing and in a written round come first; else the last turn that was
    not released decides.
    """
    if topic.merged_into_id is not None:
        return TopicState.MERGED
    if topic.withdrawn_at is not None:
        return TopicState.WITHDRAWN
    if topic.settled_in_writing_at is not None:
        return TopicState.SETTLED_IN_WRITING
    if topic.in_writing_since is not None:
        return TopicState.IN_WRITING
    counting = [turn for turn in topic.turns if turn.result is not TurnResult.RELEASED]
    return STATE_AFTER[counting[-1].result] if counting else TopicState.OPEN


@dataclass(frozen=True)
class Link:
    """A page elsewhere, under a name."""

    label: str
    url: str


@dataclass(frozen=True)
class Particulars:
    """All that a person enters about a topic; people, areas and organisations by number."""

    title: str
    summary: str = ""
    focus_area_id: int | None = None
    organisation_id: int | None = None
    lead_id: int | None = None
    official_lead_id: int | None = None
    desired_result: str = ""
    requested_decision: str = ""
    purpose: Purpose = Purpose.DELIBERATE
    treatment: Treatment = Treatment.DISCUSSION
    minutes: int = USUAL_MINUTES
    earliest: date | None = None
    deadline: date | None = None
    priority: int = USUAL_PRIORITY
    predecessor_id: int | None = None
    intensified: bool = False
    closed: bool = False
    confidential: bool = False
    neutral_title: str = ""
    needed_people: tuple[int, ...] = ()
    needed_portfolios: tuple[str, ...] = ()
    guests: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()


# Who may see it, and what others read in its place.
LIMITS = ("closed", "confidential", "neutral_title")
# What the secretariat alone decides; who leads a topic keeps up the rest.
SETTLED_FOR_MEMBERS = ("lead_id", "official_lead_id", "priority", "intensified", *LIMITS)
# What is kept in a column of its own, under the same name.
COLUMNS = tuple(
    field.name
    for field in fields(Particulars)
    if field.name not in {"needed_people", "needed_portfolios", "guests", "links"}
)


def check(given: Particulars) -> None:
    """Raise Invalid, with the field it is about, when something cannot be right."""
    if not given.title.strip():
        raise Invalid("title_missing", field="title")
    for name in ("title", "neutral_title"):
        if len(getattr(given, name)) > LONGEST_TITLE:
            raise Invalid("title_too_long", field=name)
    for name in ("summary", "desired_result", "requested_decision"):
        if len(getattr(given, name)) > LONGEST_TEXT:
            raise Invalid("text_too_long", field=name)
    if not SHORTEST <= given.minutes <= LONGEST:
        raise Invalid("topic_length_impossible", field="minutes")
    if given.priority not in PRIORITIES:
        raise Invalid("priority_unknown", field="priority")
    if given.earliest and given.deadline and given.earliest > given.deadline:
        raise Invalid("deadline_before_earliest", field="deadline")
    for link in given.links:
        if not is_web_address(link.url):
            raise Invalid("link_not_web", field="links", link=link.url)


def is_web_address(url: str) -> bool:
    """Tell whether a link leads to a page: http or https with a host, nothing that runs or hides."""
    if len(url) > LONGEST_URL or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    # Before an @ stands a name to sign in with, and "https://bank.example@kwaad.example" fools the eye.
    return parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc and "\\" not in url


def read_links(text: str) -> tuple[Link, ...]:
    """Read links as they are typed, one a line: the name first, then the address.

    A line of an address alone is named after its host. Addresses are not checked here.
    """
    found = []
    for line in text.splitlines():
        label, _space, url = line.strip().rpartition(" ")
        if url:
            found.append(Link(label.strip() or _host(url), url))
    return tuple(found)


def written_links(links: Sequence[Link]) -> str:
    """Write links as `read_links` reads them."""
    return "\n".join(f"{' '.join(link.label.split())} {link.url}" for link in links)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def makes_circle(predecessors: Mapping[int, int | None], topic_id: int, predecessor_id: int) -> bool:
    """Tell whether a topic would come after itself; `predecessors` holds what comes before each."""
    seen: set[int] = set()
    step: int | None = predecessor_id
    while step is not None and step not in seen:
        if step == topic_id:
            return True
        seen.add(step)
        step = predecessors.get(step)
    return False


def is_own(topic: HasLeads, person_id: int | None) -> bool:
    """Tell whether a member may change this topic without the secretariat: who leads it keeps it up.

    By whom it was submitted does not matter: several topics are brought in by the region jointly.
    """
    return person_id is not None and person_id in (topic.lead_id, topic.official_lead_id)


def urgency(deadline: date | None, state: TopicState, today: date) -> str:
    """Name how pressing a deadline is: "past", "near" (within 14 days) or "" when it is not.

    Only what is not treated yet can be late.
    """
    if deadline is None or state not in RUNNING:
        return ""
    if deadline < today:
        return "past"
    return "near" if deadline <= today + NEAR else ""
