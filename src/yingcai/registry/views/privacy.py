"""The privacy centre: for what, on which basis, how long, who receives. Open to everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingcai.registry.vocabulary import in_language, vocabulary


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Every purpose of the pack and every fact with its class and its years."""
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
    return render(request, "registry/privacy.html", {"purposes": purposes, "facts": facts})
