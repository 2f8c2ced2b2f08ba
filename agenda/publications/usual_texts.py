"""The usual words of papers, where a body has none of its own; like letters written out in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from agenda.publications.model import PaperKind, Place

Key = tuple[PaperKind, Place]

USUAL: Mapping[str, Mapping[Key, str]] = {
    "nl": {
        (PaperKind.GUEST_INVITATION, Place.INTRODUCTION): (
            "Geachte {naam},\n\n"
            "Graag nodigen wij u uit voor een deel van het overleg {gremium} op {datum}. "
            "Hieronder leest u bij welk agendapunt wij u verwachten."
        ),
        (PaperKind.GUEST_INVITATION, Place.CLOSING): (
            "Laat u ons weten of u komt? "
            "Dat kan met de knoppen in de uitnodiging die u per mail hebt gekregen.\n\n"
            "Met vriendelijke groet,\nhet secretariaat\n{gremium}"
        ),
    },
    "en": {
        (PaperKind.GUEST_INVITATION, Place.INTRODUCTION): (
            "Dear {name},\n\n"
            "We are pleased to invite you to a part of the meeting {body} on {date}. "
            "Below you find the item for which we expect you."
        ),
        (PaperKind.GUEST_INVITATION, Place.CLOSING): (
            "Will you let us know whether you come? "
            "The buttons in the invitation that you received by mail do so.\n\n"
            "Kind regards,\nthe secretariat\n{body}"
        ),
    },
}


def usual_text(kind: PaperKind, place: Place, language: str) -> str:
    """Give the usual words at one place of a paper; "" where there are none."""
    return USUAL[language].get((kind, place), "")
