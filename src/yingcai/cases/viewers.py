"""For whom a case is read: which values are shown to whoever applies, and to staff, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_lazy

from yingcai.cases.actions.deciding import JUDGED, OFFICE, OWN, SETTLED, Used
from yingcai.cases.models import Case
from yingcai.cases.queries.reach import takes_walk_ins, walk_in_scope
from yingcai.cases.queries.rule_book import book_of
from yingcai.engine.rules.version import APPLIED_ON
from yingcai.registry.errors import OutOfScope
from yingcai.registry.lines import STARS
from yingcai.registry.queries.merged import kept, members
from yingcai.registry.queries.scope import (
    COUNTY,
    EMPLOYER,
    SELF,
    Scope,
    mandates_on,
    usual_scope,
)
from yingcai.registry.queries.scope import (
    OFFICE as CITY,
)
from yingcai.registry.queries.search import in_scope

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from yingcai.identity.models import User


class Audience(Protocol):
    """Who reads. ``whole``: values are starred one by one and nothing is left out; else a line that would tell
    what is not shown is left out."""

    @property
    def whole(self) -> bool: ...

    @property
    def hidden(self) -> "str | Promise":
        """What stands in place of a value that is not shown."""

    @property
    def origins(self) -> "Mapping[str, str | Promise]":
        """Where values come from that no register holds."""

    def shows(self, name: str, used: Used) -> bool:
        """Whether a value that a case stands on may be shown."""

    def may_reveal(self, name: str, used: Used) -> bool:
        """Whether one that is not shown may be seen with a reason."""


NAMELESS = ("public", "internal")  # classes of facts that name nobody


@dataclass(frozen=True)
class Viewer:
    """Who looks at a case for whoever applies. ``own``: the person himself; else in a scope of the register.

    ``scope`` is None for somebody who filed the case and no longer reaches its subject.
    """

    own: bool
    scope: Scope | None
    classes: Mapping[str, str]  # of facts
    whole = False
    hidden = gettext_lazy("已掌握，不在这里显示")
    origins = {
        OWN: gettext_lazy("本次申请填报"),
        JUDGED: gettext_lazy("经办人认定"),
        OFFICE: gettext_lazy("本平台办理记录"),
        SETTLED: gettext_lazy("一事一议记录"),
    }

    def shows(self, name: str, used: Used) -> bool:
        if used.by in (OWN, JUDGED, SETTLED) or name == APPLIED_ON:
            return True
        data_class = "personal" if used.by == OFFICE else self.classes.get(name, "sensitive")
        if self.own:
            return not name.startswith("firm.") or data_class == "public"
        if self.scope is None or data_class == "sensitive":
            return False
        return self.scope.shows(data_class)

    def may_reveal(self, name: str, used: Used) -> bool:
        return False


@dataclass(frozen=True)
class Expert(Viewer):
    """Who judges a project: facts that name nobody, and where a panel is not blind personal ones, too."""

    blind: bool = True

    def shows(self, name: str, used: Used) -> bool:
        data_class = self.classes.get(name, "sensitive")
        return data_class in NAMELESS or (not self.blind and data_class == "personal")


@dataclass(frozen=True)
class Officer:
    """Who looks at a case for an office: by the class of each fact, sensitive values with a reason."""

    scope: Scope
    classes: Mapping[str, str]
    whole = True
    hidden = STARS
    origins = {
        OWN: gettext_lazy("本人填报"),
        JUDGED: gettext_lazy("人工认定"),
        OFFICE: gettext_lazy("平台记录"),
        SETTLED: gettext_lazy("一事一议记录"),
    }

    def shows(self, name: str, used: Used) -> bool:
        data_class = self._class(name)
        return not used.sensitive and data_class != "sensitive" and self.scope.shows(data_class)

    def may_reveal(self, name: str, used: Used) -> bool:
        return used.sensitive or self._class(name) == "sensitive"

    def _class(self, name: str) -> str:
        return self.classes.get(name, "internal")  # what the platform itself knows


def officer_of(case: Case, scope: Scope) -> Officer:
    """Staff that look at a case in a scope of the register."""
    return Officer(scope, fact_classes(case))


def expert_of(case: Case, *, blind: bool) -> Expert:
    return Expert(own=False, scope=None, classes=fact_classes(case), blind=blind)


def viewer_of(case: Case, user: "User", on: date) -> Viewer:
    """As whom a login looks at a case of its own that it may see."""
    subject = kept(case.subject)
    own = mandates_on(user, on).filter(kind=SELF, subject__in=members([subject])).exists()
    return Viewer(own, None if own else _scope(case, user, on), fact_classes(case))


def fact_classes(case: Case) -> Mapping[str, str]:
    """The data class of each fact of the case's pack."""
    return {one["id"]: one["class"] for one in book_of(case.pack).pack.facts["facts"]}


def _scope(case: Case, user: "User", on: date) -> Scope | None:
    """A firm's officer looks as one, even where he holds an office as well."""
    employer, staff = (EMPLOYER,), (CITY, COUNTY)
    for among in (staff, employer) if case.side == Case.Side.WINDOW else (employer, staff):
        try:
            found = usual_scope(user, on=on, among=among)
        except OutOfScope:
            continue
        if in_scope(found, case.subject):
            return found
    walked_in = case.side == Case.Side.WINDOW and case.applicant_id == user.pk
    return walk_in_scope(user, on) if walked_in and takes_walk_ins(user, on) else None
