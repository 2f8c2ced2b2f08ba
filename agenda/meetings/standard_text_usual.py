"""The texts with which a body can begin: Dutch, as the papers are, and each to be changed."""

from __future__ import annotations

from agenda.meetings.standard_text_model import TextPlace
from agenda.meetings.standard_text_rules import Words

USUAL_TEXTS = (
    Words(
        "Ter kennisname",
        "De colleges nemen kennis van \u2018{onderwerp}\u2019.",
        (TextPlace.DECISION,),
    ),
    Words(
        "Instemmen met het voorstel",
        "De colleges stemmen in met het voorstel \u2018{onderwerp}\u2019.",
        (TextPlace.DECISION,),
    ),
    Words(
        "Instemmen onder voorbehoud",
        "De colleges stemmen in onder voorbehoud van bekrachtiging door elk college.",
        (TextPlace.DECISION,),
    ),
    Words(
        "Aanhouden",
        "De colleges houden \u2018{onderwerp}\u2019 aan tot een volgend overleg.",
        (TextPlace.DECISION,),
    ),
    Words(
        "Gevraagd: kennisnemen",
        "Kennis te nemen van de stand van zaken en aan te geven wat het vervolg vraagt.",
        (TextPlace.ITEM,),
    ),
    Words(
        "Gevraagd: instemmen",
        "In te stemmen met het voorstel, onder voorbehoud van bekrachtiging door elk college.",
        (TextPlace.ITEM,),
    ),
    Words(
        "Toelichting van de trekker",
        "De trekker licht het onderwerp toe. De aanwezigen stellen vragen en geven aandachtspunten mee.",
        (TextPlace.REMARKS,),
    ),
    Words("Geen opmerkingen", "Er zijn geen opmerkingen.", (TextPlace.REMARKS,)),
    Words(
        "Later beschikbaar",
        "Dit was bij het vaststellen van de agenda nog niet beschikbaar. De behandeling op {datum} kan niet "
        "wachten.",
        (TextPlace.REASON,),
    ),
    Words(
        "Nog niet gereed",
        "Het voorstel is nog niet gereed voor behandeling op {datum} en komt op een latere agenda terug.",
        (TextPlace.REASON,),
    ),
    Words(
        "Aanleiding van de brief",
        "Op {datum} kwamen de colleges bijeen in {plaats}. Met deze brief informeren wij u over wat daar is "
        "besproken.",
        (TextPlace.LETTER,),
    ),
    Words(
        "Verhinderd of vervangen",
        "Bent u verhinderd, laat dan weten wie u op {datum} vervangt.",
        (TextPlace.PAPER,),
    ),
)
