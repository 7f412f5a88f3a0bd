"""What tokens and endpoints may be made for: scopes of calls and areas of events, also those of other apps.

An app that lies higher names its own when it is ready; nothing of it is imported here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

READ, WRITE = "registry:read", "registry:write"
DECIDE, CONSENT = "registry:decide", "registry:consent"
SCOPES: dict[str, Promise] = {
    READ: _("查看主体、信息、关系和更正申请"),
    WRITE: _("登记主体和号码，记录、更正和撤回信息，记录关系，提出更正申请"),
    DECIDE: _("审核他人的更正申请"),
    CONSENT: _("决定本人的同意事项"),
}
# Areas of events, in the order of registry.queries.events.AREAS.
AREA_WORDS: dict[str, Promise] = {
    "subject": _("主体：登记、合并、限制、删除"),
    "identifier": _("号码：登记、停用"),
    "fact": _("信息：记录、更正、撤回"),
    "relation": _("关系：记录、结束"),
    "request": _("更正申请：提出、办结、撤回"),
    "consent": _("同意：给予、撤回"),
}


@dataclass(frozen=True)
class Area:
    """An area of events of another app. Only ``actions`` are told.

    ``about``: by type of object its column of the subject. ``reach``, ``told``: dotted names of functions: which
    of some events (by key) a user may be told on a day; what a message says of an event, without personal data.
    """

    words: Promise
    actions: frozenset[str]
    about: Mapping[str, str] = field(default_factory=dict)
    reach: str = ""
    told: str = ""


MORE_AREAS: dict[str, Area] = {}


def name_scopes(words: Mapping[str, Promise]) -> None:
    """Let tokens be made for calls of another app."""
    SCOPES.update(words)


def tell_area(name: str, area: Area) -> None:
    """Let endpoints be told of an area of another app."""
    MORE_AREAS[name] = area
    AREA_WORDS[name] = area.words
