"""Programmes that somebody applies for together: which may stand together, and one's own bundles."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _

from yingcai.cases.models import Bundle, Case
from yingcai.cases.queries.guides import in_language
from yingcai.cases.queries.rule_book import RuleBook
from yingcai.cases.queries.scope import Asker, own_cases
from yingcai.engine.rules.bundle import Relations

LEAST, MOST = 2, 12  # programmes of a bundle


def unlawful(book: RuleBook, names: Sequence[str]) -> list[str]:
    """Which of some programmes are never paid together, a sentence each pair."""
    known = book.rules.programmes
    relations = Relations(known)
    return [
        _("“%(one)s”和“%(other)s”不能同时享受，请只选一项")
        % {"one": in_language(known[one].title), "other": in_language(known[other].title)}
        for one, other in combinations(names, 2)
        if other in relations.rivals(one)
    ]


def own_bundle(user: Asker, handle: UUID, on: date) -> tuple[Bundle, list[Case]] | None:
    """A bundle that somebody filled in himself, with those of its cases that he may see, in their order."""
    if not user.is_authenticated:
        return None
    bundle = Bundle.objects.filter(handle=handle, applicant=user).first()
    if bundle is None:
        return None
    rows = list(own_cases(user, on).filter(bundle=bundle).order_by("pk"))
    return (bundle, rows) if rows else None
