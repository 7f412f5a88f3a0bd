"""What tokens may be made for: the scopes of the register's API, and the purposes of the pack."""

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


def purposes() -> list[tuple[str, str]]:
    """The purposes of the pack that staff and firms use, in the language of the page."""
    return [
        (name, in_language(one.label))
        for name, one in vocabulary().purposes.items()
        if "self" not in one.roles
    ]
