"""Why a file is no plan, in the language of the page; codes and Chinese are the engine's."""

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from yingcai.engine.reading import ReadingError
from yingcai.engine.reading.refusals import REFUSALS, WHOLE


def refusal_words(error: ReadingError) -> str:
    """What is wrong, where, and the way out."""
    words = REFUSALS[error.code]
    return _("%(where)s：%(what)s。%(way_out)s。") % {
        "where": _("全文") if error.where == WHOLE else error.where,
        "what": gettext(words.what) % error.places,
        "way_out": gettext(words.way_out),
    }
