"""Find a quoted phrase in the text of a plan, whatever line breaks and blanks stand in between."""

import re

from django.utils.translation import gettext as _

from yingcai.plan.errors import Invalid

BLANK = re.compile(r"\s+")
# Blanks that only the layout put there: not those between two words in Latin letters.
LOOSE_BLANK = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")


def find_phrase(text: str, phrase: str, *, within: tuple[int, int]) -> tuple[int, int]:
    """The span of the only place in ``within`` where ``phrase`` stands.

    Raises: Invalid when it is empty, absent or there more than once.
    """
    letters = BLANK.sub("", phrase)
    if not letters:
        raise Invalid(_("请填写要引用的原文。"))
    pattern = re.compile(r"\s*".join(re.escape(letter) for letter in letters))
    places = [found.span() for found in pattern.finditer(text, *within)]
    if not places:
        raise Invalid(
            _("在本措施的原文里找不到“%(text)s”，请照原文抄录。") % {"text": letters[:30]}
        )
    if len(places) > 1:
        raise Invalid(
            _("“%(text)s”在本措施里出现了 %(count)s 次，请多引几个字，使它只对应一处。")
            % {"text": letters[:30], "count": len(places)}
        )
    return places[0]


def phrase_at(text: str, start: int, end: int) -> str:
    """The words of a span as people read them: without line breaks and blanks between characters."""
    return LOOSE_BLANK.sub("", text[start:end].strip())
