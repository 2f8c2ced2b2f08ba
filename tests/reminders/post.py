"""The post of a test: what reminders say, as it lies in the outbox."""

from __future__ import annotations

from email import message_from_bytes, policy

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.invitations.actions import tell_everyone
from agenda.mail.model import Letter
from agenda.reminders.actions import remind_everyone
from tests.world import World

# A person's name in the world of tests -> the text of one letter.
Post = dict[str, str]


def remind(runtime: Runtime, world: World) -> Post:
    """Let the product look once, and give the letters that it queued, by who gets them."""
    with runtime.work() as session:
        before = set(session.scalars(select(Letter.id)))
        number = remind_everyone(session, runtime.config, runtime.clock())
        session.flush()
        found = [one for one in session.scalars(select(Letter)) if one.id not in before]
    assert len(found) == number
    names = {key: name for name, key in world.people.items()}
    assert len({one.person_id for one in found}) == len(found)
    return {names[one.person_id or 0]: text_of(one) for one in found}


def tell(runtime: Runtime) -> None:
    """Send everyone what they are owed of meetings, as the worker does."""
    with runtime.work() as session:
        tell_everyone(session, runtime.config, runtime.clock())


def text_of(letter: Letter) -> str:
    """Give subject and plain text of a letter."""
    message = message_from_bytes(letter.content, policy=policy.default)
    plain = message.get_body(("plain",))
    assert plain is not None
    return f"{message['Subject']}\n{plain.get_content()}"


def members(world: World) -> set[str]:
    """Name the fifteen who sit in the body."""
    return {name for name in world.people if name.startswith(("Burgemeester", "Wethouder"))}


STAFF = {"secretary", "clerk"}


def letters(session: Session) -> int:
    """Count the gathered letters."""
    return len(session.scalars(select(Letter.id).where(Letter.kind == "reminders")).all())
