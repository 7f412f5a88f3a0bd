"""Filing for somebody who comes in: the window sees his document, and learns nothing that the city knows of him."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.actions.opening import start_case
from yingcai.cases.errors import InvalidCase, NotAllowed
from yingcai.cases.models import Case
from yingcai.cases.queries.reach import Side, takes_walk_ins, walk_in_scope
from yingcai.registry.actions.looking import NAME, find_by_document, note_looks

if TYPE_CHECKING:
    from yingcai.identity.models import User


@dataclass(frozen=True)
class Document:
    """What is shown: the kind and number of a document and the name on it."""

    kind: str
    number: str
    name: str


def start_for_walk_in(
    programme: str, document: Document, *, actor: "User", address: str, now: datetime
) -> Case:
    """The draft for who showed his document. ``address``: a digest of the network address.

    Raises: NotAllowed for a login that has no window; InvalidCase where number and name do not fit;
    TooMany where numbers are tried out.
    """
    on = clock.day_of(now)
    if not takes_walk_ins(actor, on):
        raise NotAllowed(_("只有受理窗口可以凭证件代为申请"))
    try:
        subject = find_by_document(
            document.kind, document.number, document.name, actor=actor, address=address, now=now
        )
    except KeyError:
        subject = None
    if subject is None:
        raise InvalidCase(_("没有找到：请核对证件号码和姓名；还没有登记的，请先到人才办登记"))
    note_looks(walk_in_scope(actor, on), [subject], NAME, now=now)
    return start_case(programme, subject, Side.WINDOW, actor=actor, now=now, shown=True)
