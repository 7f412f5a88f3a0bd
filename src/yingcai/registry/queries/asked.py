"""What is asked for in a request to correct, in words: a fact, or a relation."""

from django.utils.translation import gettext as _

from yingcai.registry.models import ChangeRequest, Relation, Subject
from yingcai.registry.queries.merged import kept
from yingcai.registry.vocabulary import in_language, vocabulary
from yingcai.registry.wishes import ENDED, NEVER, WISHES, read_wish


def request_label(row: ChangeRequest) -> str:
    """What a request is about: the fact, or what the other side is to the subject; nobody is named."""
    if row.relation is not None:
        return tie_words(row.relation.kind, back=is_back(row, row.relation))
    word = vocabulary().facts.get(row.name)
    return word.label if word else row.name


def asked_words(row: ChangeRequest, plain: str) -> str:
    """What was asked for; ``plain`` is what was sealed, empty once it was swept."""
    if not plain:
        return ""
    if row.relation is None:
        word = vocabulary().facts.get(row.name)
        return word.words(plain) if word else plain
    wish = read_wish(row.relation, plain)
    if wish.what == NEVER:
        return str(WISHES[NEVER])
    if wish.what == ENDED:
        return _("已经结束，最后一天是%(day)s") % {"day": wish.until}
    return days_words(wish.since, wish.until)


def days_words(since: object, until: object) -> str:
    if until is None:
        return _("%(since)s起，至今") % {"since": since}
    return _("%(since)s起，%(until)s止") % {"since": since, "until": until}


def tie_words(kind: str, *, back: bool) -> str:
    """What the other side is to the subject, in the language of the page."""
    word = vocabulary().relations.get(kind)
    if word is None:
        return kind
    return in_language(word.back if back else word.label)


def is_back(row: ChangeRequest, relation: Relation) -> bool:
    """Whether the subject of a request is the second side of the relation."""
    return kept(relation.subject).pk != kept(row.subject).pk


def other_side(row: ChangeRequest, relation: Relation) -> Subject:
    return kept(relation.subject if is_back(row, relation) else relation.other)
