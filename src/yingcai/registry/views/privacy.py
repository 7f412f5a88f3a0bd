"""The privacy centre: for what, on which basis, how long, who receives. Open to everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingcai.registry.access import held_capacities
from yingcai.registry.lines import swept_words
from yingcai.registry.models import Sweep
from yingcai.registry.queries.scope import OFFICE
from yingcai.registry.queries.terms import last_sweep
from yingcai.registry.vocabulary import in_language, vocabulary


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Every purpose of the pack, every fact with its class and its years, and what was removed by them.

    The office sees it by fact, and what is due next.
    """
    words = vocabulary()
    purposes = [
        (
            one,
            in_language(one.label),
            in_language(one.law),
            in_language(one.notice),
            in_language(one.receiver),
        )
        for one in words.purposes.values()
    ]
    facts = [
        (one, in_language(words.sources.get(one.source, {"zh": one.source})))
        for one in words.facts.values()
        if one.sealed
    ]
    last = last_sweep()
    office = OFFICE in held_capacities(request)
    context = {
        "purposes": purposes,
        "facts": facts,
        "words": words,
        "last": last,
        "swept": sum(last.swept.values()) if last else 0,
        "office": office,
        "rows": _rows(last) if last and office else [],
    }
    return render(request, "registry/privacy.html", context)


def _rows(last: Sweep) -> list[tuple[str, int, int]]:
    """What was removed last and what is due, by fact or kind."""
    return [
        (label, last.swept.get(name, 0), last.coming.get(name, 0))
        for name, label in swept_words({**last.swept, **last.coming})
    ]
