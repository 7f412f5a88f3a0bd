"""The look that pages of a case write before they show anything of its subject."""

from collections.abc import Sequence

from django.http import Http404

from yingcai.audit import clock
from yingcai.cases.actions.looking import note_look
from yingcai.cases.models import Case
from yingcai.cases.viewers import Viewer
from yingcai.registry.errors import RegistryError


def look_at(case: Case, viewer: Viewer, names: Sequence[str] = ()) -> None:
    """Nobody's look at himself is written. Raises: Http404 where a look is not allowed any more."""
    try:
        note_look(case, viewer.scope, names, now=clock.now())
    except RegistryError:
        raise Http404 from None
