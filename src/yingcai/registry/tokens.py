"""What tokens and endpoints may be made for, in words: scopes, areas of events, purposes of the pack."""

from yingcai.registry.offered import AREA_WORDS, CONSENT, DECIDE, READ, SCOPES, WRITE
from yingcai.registry.vocabulary import in_language, vocabulary

__all__ = ["AREA_WORDS", "CONSENT", "DECIDE", "READ", "SCOPES", "WRITE", "purposes"]


def purposes() -> list[tuple[str, str]]:
    """The purposes of the pack that staff and firms use, in the language of the page."""
    return [
        (name, in_language(one.label))
        for name, one in vocabulary().purposes.items()
        if "self" not in one.roles
    ]
