"""Words for the codes of actions; each app names its own when it starts."""

from collections.abc import Mapping

from django.utils.functional import Promise

_words: dict[str, str | Promise] = {}


def name_actions(words: Mapping[str, str | Promise]) -> None:
    """Give codes of actions their words for the audit page."""
    _words.update(words)


def action_label(code: str) -> str:
    """The word for an action in the language of the page; its code where no app named it."""
    return str(_words.get(code, code))
