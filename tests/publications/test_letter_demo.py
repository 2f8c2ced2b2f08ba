"""The demonstration writes the letter of December 2018 again, from what its meeting decided and promised."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from agenda.core.database import Sessions
from agenda.demo.load import load_region
from agenda.publications.letter_facts import facts_of, written
from agenda.publications.letter_model import CouncilLetter, LetterState
from agenda.publications.letter_printing import printed_letter
from agenda.publications.letter_rules import blocks
from tests.conftest import make_config

# What the letter told the councils, fact by fact.
FOCUS_AREAS = (
    "Ambities voor wonen en groen",
    "Regionale economie blijft werkgelegenheid en welvaart opstuwen",
    "Verbeteringen in infrastructuur houden ons duurzaam bereikbaar en veilig",
    "Als welvarende kennisregio lopen we voorop in duurzaamheid",
    "Onze woon- en leefomgeving helpt ons gezond en vitaal te blijven",
    "Iedereen telt mee en doet mee in onze samenleving",
    "Voorzieningen evolueren mee met de behoeften van inwoners in de regio",
)
DECIDED = (
    ("intensiveren", "warmterotonde", "studentenhuisvesting", "internationaal onderwijs"),
    ("Trekkers", "nog bepaald"),
    ("niet meer maar minder bestuurlijke overleggen", "meer slagkracht"),
    ("komen weer samen in Zoeterwoude op een datum in het eerste kwartaal van 2019",),
)
TOLD = (
    "voortgang van de samenwerking in de Leidse regio",
    "een eindvorm op dit moment niet aan de orde",
    "provincie",
    "Op drie punten komt extra overleg",
    "doorlopend proces",
    "nieuwe onderwerpen kunnen worden geagendeerd",
    "De inhoud moet bepalend zijn voor de vorm",
    "uiterlijk in februari 2019",
    "concrete onderwerpen waarop we intensiever samenwerken",
    "De colleges van de vijf gemeenten komen weer samen in Zoeterwoude op een datum in het eerste kwartaal "
    "van 2019.",
    "met de raad in overleg te gaan",
)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_letter_of_december_2018_comes_out_of_the_data_again(
    sessions: Sessions, database_url: str, tmp_path: Path
) -> None:
    with sessions.work() as session:
        load_region(session, make_config(tmp_path, database_url))
        letter = session.scalars(select(CouncilLetter)).one()
        facts = facts_of(session, letter)
        copies = list(printed_letter(session, letter).values())
        text = "\n".join(one.part.text for one in written(session, letter))
        headings = [one.part.heading for one in written(session, letter) if one.part.heading]
    assert letter.state is LetterState.CONCEPT
    assert facts.focus_areas == FOCUS_AREAS
    assert all(f"- {area}" in text for area in FOCUS_AREAS)
    said = " ".join(one.text for one in facts.decisions)
    assert all(word in said for words in DECIDED for word in words)
    assert len(facts.decisions) == 3
    for told in TOLD:
        assert told in text, told
    assert headings == [
        "Verder werken op zeven speerpunten",
        "Wat is vastgesteld",
        "Besluiten",
        "Hoe nu verder?",
    ]
    names = {"Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude"}
    assert {one.organisation for one in copies} == names
    # One text for all; who sign is known by role only, as people are in the demonstration.
    assert len({one.parts for one in copies}) == 1
    assert {(who.role, who.name) for one in copies for who in one.signatories} == {
        ("gemeentesecretaris", ""),
        ("burgemeester", ""),
    }
    assert all(blocks(part.text) for part in copies[0].parts)
