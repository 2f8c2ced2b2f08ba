"""The letter with the sign-in link."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from agenda.accounts.lifetimes import LINK_MINUTES
from agenda.accounts.model import SignInLink
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox, render_letter
from agenda.people.model import Person
from agenda.people.rules import LANGUAGES
from config import Config

KIND = "sign_in"


def post_link(
    session: Session, link: SignInLink, person: Person, token: str, now: datetime, config: Config
) -> None:
    """Queue the letter, in a lane of its own: it must not wait behind a day's reminders."""
    recipient = Mailbox(person.name, person.email)
    post(session, config, _letter(link, recipient, person.language, token, config, person.id), now)


def post_nowhere(session: Session, link: SignInLink, token: str, now: datetime, config: Config) -> None:
    """Do all the work of a letter and keep nothing: nobody has the address."""
    recipient = Mailbox(config.mail_name, config.mail_from)
    with session.begin_nested() as attempt:
        post(session, config, _letter(link, recipient, LANGUAGES[0], token, config, None), now)
        attempt.rollback()


def _letter(
    link: SignInLink, recipient: Mailbox, language: str, token: str, config: Config, person_id: int | None
) -> Outgoing:
    text = render_letter(
        KIND,
        language,
        zone=ZoneInfo(config.time_zone),
        sender=config.mail_name,
        link=f"{config.base_url}/sign-in/link/{token}",
        minutes=LINK_MINUTES,
    )
    return Outgoing(
        # Not by number: those of forgotten links are used again, and their letters still stand.
        key=f"sign-in:{link.token_hash}",
        kind=KIND,
        recipient=recipient,
        text=text,
        person_id=person_id,
        lane=f"sign-in:{recipient.address}",
        expires_at=link.expires_at,
    )
