"""Opening an account from the operator's command line."""

from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.identity.actions import create_user, grant_role
from yingcai.identity.actions.roles import OF_A_UNIT
from yingcai.identity.errors import IdentityError
from yingcai.identity.queries import unit_by_code


class Say(Protocol):
    """Tells the operator a line: a result, or a problem."""

    def __call__(self, text: str, *, problem: bool) -> None: ...


def open_account(username: str, *, name: str, role: str, unit_code: str, say: Say) -> int:
    """Open the account and give the role, both or neither. Exit code."""
    unit = unit_by_code(unit_code) if unit_code else None
    if unit_code and unit is None:
        say(_("没有代码为 %(code)s 的单位。") % {"code": unit_code}, problem=True)
        return 1
    now = clock.now()
    try:
        with transaction.atomic():
            made = create_user(username, display_name=name, unit=unit, actor=None, now=now)
            # A whole-city role is given without a unit; the account may still belong to one.
            of_a_unit = unit if role in OF_A_UNIT else None
            grant_role(made.user, role, unit=of_a_unit, actor=None, now=now)
    except IdentityError as refusal:
        for problem in refusal.problems:
            say(problem, problem=True)
        return 1
    say(
        _("账号 %(name)s 已开通。临时密码（只显示这一次，首次登录须修改）：%(password)s")
        % {"name": made.user.username, "password": made.password},
        problem=False,
    )
    return 0
