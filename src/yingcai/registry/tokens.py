"""What tokens and endpoints may be made for, in words: scopes, purposes of the pack, areas of events."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingcai.registry.vocabulary import in_language, vocabulary

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


def purposes() -> list[tuple[str, str]]:
    """The purposes of the pack that staff and firms use, in the language of the page."""
    return [
        (name, in_language(one.label))
        for name, one in vocabulary().purposes.items()
        if "self" not in one.roles
    ]
