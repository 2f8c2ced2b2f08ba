"""Write the golden calendars anew: `python -m tests.invitations.regenerate`, then read the difference."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agenda.mail.itip import cancel, request
from tests.invitations.samples import EVENT, GUEST

GOLDEN = Path(__file__).parent / "golden"


def rendered() -> dict[str, bytes]:
    """Return the golden calendars: file name to bytes."""
    window = replace(
        EVENT,
        starts_at=datetime(2019, 2, 14, 15, 0, tzinfo=UTC),
        ends_at=datetime(2019, 2, 14, 15, 45, tzinfo=UTC),
        attendees=(GUEST,),
        status="tentative",
        sent_by="secretaris@zoeterwoude.example",
    )
    return {
        "request.ics": request(EVENT),
        "request-guest.ics": request(window),
        "cancel.ics": cancel(
            replace(EVENT, sequence=1, attendees=(GUEST, *EVENT.attendees)), "wethouder1@leiden.example"
        ),
    }


if __name__ == "__main__":
    for name, content in rendered().items():
        (GOLDEN / name).write_bytes(content)
