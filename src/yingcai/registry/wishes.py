"""What a person says about a relation that is held of him: it is over, it has other days, it never was."""

import json
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingcai.registry.models import Relation

ENDED, OTHER_DAYS, NEVER = "ended", "days", "never"
WISHES: dict[str, Promise] = {
    ENDED: gettext_lazy("已经结束"),
    OTHER_DAYS: gettext_lazy("起止日期不对"),
    NEVER: gettext_lazy("从来没有这种关系"),
}


@dataclass(frozen=True)
class RelationWish:
    """``what`` is one of WISHES: with ``until`` the last day of what ended, with both what the days are."""

    relation: Relation
    what: str
    reason: str
    since: date | None = None
    until: date | None = None

    def written(self) -> str:
        """What waits sealed until somebody decides; days that the wish does not need are left out."""
        told: dict[str, str] = {"wish": self.what}
        if self.what == OTHER_DAYS and self.since is not None:
            told["since"] = self.since.isoformat()
        if self.what != NEVER and self.until is not None:
            told["until"] = self.until.isoformat()
        return json.dumps(told)


def read_wish(relation: Relation, written: str) -> RelationWish:
    """A wish as it was written; without the reason, which stands beside it."""
    told = json.loads(written)
    since, until = (
        date.fromisoformat(told[name]) if name in told else None for name in ("since", "until")
    )
    return RelationWish(relation, told["wish"], "", since, until)


def wish_problems(wish: RelationWish) -> list[str]:
    """Why it cannot be asked for, in the language of the page; the reason is looked at elsewhere."""
    row, problems = wish.relation, []
    if wish.what not in WISHES:
        return [_("请选择这条关系哪里不对")]
    if wish.what == ENDED and wish.until is None:
        problems.append(_("请填写最后一天"))
    if wish.what == OTHER_DAYS and wish.since is None:
        problems.append(_("请填写开始日期"))
    since = wish.since if wish.what == OTHER_DAYS else row.starts_on
    if wish.what != NEVER and wish.until is not None and since and wish.until < since:
        problems.append(_("结束日期早于开始日期"))
    if wish.what != NEVER and (since, wish.until) == (row.starts_on, row.ends_on):
        problems.append(_("与现在登记的相同"))
    return problems
