"""Mail addresses: one way to write each, and only those a letter can go to."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from agenda.core.problems import Invalid
from agenda.people.rules import same_address


def checked_address(email: str) -> str:
    """Give the address as it is kept; Invalid("email_wrong") when no letter could go there.

    Whether the mailbox exists is not asked: only a letter can tell.
    """
    try:
        found = validate_email(same_address(email), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Invalid("email_wrong", field="email") from error
    return same_address(found.ascii_email or found.normalized)
