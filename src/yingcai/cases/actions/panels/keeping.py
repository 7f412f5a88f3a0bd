"""What every act of a panel begins with: whether who asks may, and that the panel is as it was shown."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.cases.errors import NotAllowed, StaleCase
from yingcai.cases.models import Panel
from yingcai.cases.queries.panels.scope import has_part
from yingcai.identity.queries import Role, roles_on

if TYPE_CHECKING:
    from yingcai.identity.models import User

OFFICE = str(Role.OFFICE)


def by_office(actor: "User", now: datetime) -> None:
    """Raises: NotAllowed."""
    if OFFICE not in roles_on(actor, clock.day_of(now)):
        raise NotAllowed(_("只有人才工作部门可以办理评审"))


def no_part_of_his(panel: Panel, actor: "User", now: datetime) -> None:
    """Nobody handles a panel that has a project of his own before it. Raises: NotAllowed."""
    if Panel.objects.filter(has_part(actor, clock.day_of(now)), pk=panel.pk).exists():
        raise NotAllowed(_("评审组里有您本人的项目，请由其他工作人员办理"))


def held(
    panel: Panel, version: int, states: Collection[str], *, actor: "User", now: datetime
) -> Panel:
    """The panel as the database has it, if it is as it was shown and in one of some states.

    Raises: StaleCase, NotAllowed.
    """
    no_part_of_his(panel, actor, now)
    found = Panel.objects.select_related("call", "asked_by").get(pk=panel.pk)
    if found.version != version:
        raise StaleCase(_("这次评审已有新的变动，请刷新页面，核对后再操作"))
    if found.state not in states:
        raise NotAllowed(_("这次评审现在是“%s”，不能这样办理") % found.get_state_display())
    return found


def keep(panel: Panel, **fields: object) -> None:
    """Write by compare-and-set. Raises: StaleCase."""
    rows = Panel.objects.filter(pk=panel.pk, version=panel.version)
    if not rows.update(**fields, version=panel.version + 1):
        raise StaleCase(_("这次评审已有新的变动，请刷新页面，核对后再操作"))
    for name, value in {**fields, "version": panel.version + 1}.items():
        setattr(panel, name, value)
