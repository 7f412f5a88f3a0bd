"""Reading the index of facets: who has a value today, and what may be asked for which purpose."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from yingcai.registry.facets import facet_digest, index_words
from yingcai.registry.models import FacetEntry, FacetIndex
from yingcai.registry.queries.scope import Scope
from yingcai.registry.vocabulary import FactWord, vocabulary

_whole: set[str] = set()  # once whole by some words the index stays so: each act keeps it


def index_is_whole() -> bool:
    """Whether every entry was made by the words that the pack has now. Asked once a process and pack."""
    words = index_words(vocabulary())
    if words not in _whole and FacetIndex.objects.filter(words=words).exists():
        _whole.add(words)
    return words in _whole


def facets_for(scope: Scope) -> dict[str, FactWord]:
    """The facts by which who asks may find: those whose values the purpose shows. Others would tell by finding."""
    return {
        name: word for name, word in vocabulary().facets.items() if scope.shows(word.data_class)
    }


def entries_of(scope: Scope, name: str, value: str) -> QuerySet[FacetEntry]:
    """The entries of a value that is believed today; one a subject."""
    return _today(scope).filter(digest=facet_digest(name, value), name=name)


def has_value(scope: Scope, name: str, value: str) -> Exists:
    """The condition that a subject has a value today."""
    return Exists(entries_of(scope, name, value).filter(subject=OuterRef("pk")))


def digest_today(scope: Scope, name: str) -> Subquery:
    """The digest of what is believed of a subject today."""
    own = _today(scope).filter(subject=OuterRef("pk"), name=name)
    return Subquery(own.values("digest")[:1])


def values_of(
    scope: Scope, subjects: list[int], words: dict[str, FactWord]
) -> dict[tuple[int, str], str]:
    """What is believed today of some subjects, by row and fact, as it is kept, without opening anything."""
    known = {facet_digest(name, one): one for name, word in words.items() for one in word.values}
    rows = _today(scope).filter(subject_id__in=subjects, name__in=words)
    return {
        (pk, name): known[digest]
        for pk, name, digest in rows.values_list("subject_id", "name", "digest")
        if digest in known
    }


def _today(scope: Scope) -> QuerySet[FacetEntry]:
    begun = Q(since=None) | Q(since__lte=scope.on)
    return FacetEntry.objects.filter(begun, Q(until=None) | Q(until__gte=scope.on)).order_by()
