"""The card of somebody who was recognised: what it says, and its QR code."""

import base64
from datetime import date
from io import BytesIO

import qrcode
from django.conf import settings
from django.utils.translation import override
from qrcode.image.svg import SvgPathImage

from yingcai.cases.models import Award, Case
from yingcai.cases.queries.awards import grade_on, suspended_on, valid_until
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.signing import public_key, signing_key
from yingcai.engine.packs.card import Card, card_text, read_card


def standing_award(case: Case) -> Award | None:
    """The recognition that a case gave and that stands; None for money, and for what was taken back."""
    award = case.awards.filter(voided_at=None).first()
    if award is None or not award.result or case.live:
        return None
    award.case = case
    return award


def card_of(case: Case, award: Award, on: date) -> Card:
    """What the card of an award says, in the city's own words."""
    return Card(
        city=str(book_of_case(case).pack.pack["city"]["name"]),
        number=case.number,
        name=case.subject.name,
        level=given_words(case, None, grade_on(award, on)),
        granted=award.granted_on,
        until=valid_until(award),
    )


def signed_card(case: Case, award: Award, on: date) -> str:
    """The line that the code of the card holds."""
    return card_text(card_of(case, award, on), signing_key())


def code_of(text: str) -> bytes:
    """A QR code (ISO/IEC 18004) of a text, as SVG."""
    picture = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(picture)
    return picture.getvalue()


def checked_card(text: str) -> Card:
    """The card that a line holds, if this city signed it. Raises: NotACard."""
    return read_card(text, base64.b64decode(public_key()))


def still_stands(card: Card, on: date) -> bool:
    """Whether the award behind a card of this city stands on a day: not taken back, not suspended, of this grade."""
    award = _award_behind(card)
    if award is None or suspended_on(award, on) is not None:
        return False
    return card.level in _levels(award, on)


def paper_behind(card: Card) -> str:
    """The number of the paper on which a card's award was decided; empty where it was decided here."""
    award = _award_behind(card)
    return award.paper.paper_number if award is not None and award.paper is not None else ""


def _award_behind(card: Card) -> Award | None:
    _year, _sign, row = card.number.partition("-")
    awards = Award.objects.filter(case_id=int(row) if row.isdecimal() else 0, voided_at=None)
    found = awards.filter(granted_on=card.granted).exclude(case__subject__standing="erased")
    return found.select_related("case", "paper").first()


def _levels(award: Award, on: date) -> set[str]:
    """The grade of an award on a day in the languages in which cards are made."""
    found = set()
    for tongue, _name in settings.LANGUAGES:
        with override(tongue):
            found.add(given_words(award.case, None, grade_on(award, on)))
    return found
