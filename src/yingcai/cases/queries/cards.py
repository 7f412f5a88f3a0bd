"""The card of somebody who was recognised: what it says, and its QR code."""

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage

from yingcai.cases.models import Award, Case
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.publicity import given_words
from yingcai.cases.signing import public_key, signing_key
from yingcai.engine.packs.card import Card, card_text, read_card


def standing_award(case: Case) -> Award | None:
    """The recognition that a case gave and that stands; None for money, and for what was taken back."""
    award = case.awards.filter(voided_at=None).first()
    return award if award is not None and award.result and not case.live else None


def card_of(case: Case, award: Award) -> Card:
    """What the card of an award says, in the city's own words."""
    return Card(
        city=str(book_of_case(case).pack.pack["city"]["name"]),
        number=case.number,
        name=case.subject.name,
        level=given_words(case, None, award.result),
        granted=award.granted_on,
    )


def signed_card(case: Case, award: Award) -> str:
    """The line that the code of the card holds."""
    return card_text(card_of(case, award), signing_key())


def code_of(text: str) -> bytes:
    """A QR code (ISO/IEC 18004) of a text, as SVG."""
    picture = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(picture)
    return picture.getvalue()


def checked_card(text: str) -> Card:
    """The card that a line holds, if this city signed it. Raises: NotACard."""
    return read_card(text, base64.b64decode(public_key()))


def still_stands(card: Card) -> bool:
    """Whether the award behind a card of this city has not been taken back since."""
    _year, _sign, row = card.number.partition("-")
    awards = Award.objects.filter(case_id=int(row) if row.isdecimal() else 0, voided_at=None)
    return awards.filter(granted_on=card.granted).exclude(case__subject__standing="erased").exists()
