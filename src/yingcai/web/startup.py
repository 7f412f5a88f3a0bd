"""Before the site answers anybody: every check, the database included; errors refuse the start."""

import os
import sys

import django
from django.core.checks import ERROR, CheckMessage, Error, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from environs import EnvError


def set_up() -> None:
    """Load settings and apps.

    Raises: SystemExit with status 2 after saying which environment variable is wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
    try:
        django.setup()
    except (EnvError, ImproperlyConfigured) as error:
        # The language is a setting too, so this speaks both.
        sys.stderr.write(f"配置有误 wrong setting: {error}\n")
        raise SystemExit(2) from error


def findings(*, deploy: bool = False, migrated: bool = True) -> list[CheckMessage]:
    """Errors and warnings of this installation; ``migrated`` asks for an up-to-date database too."""
    try:
        behind = _behind() if migrated else []
        # The append-only check reads which migrations are applied, so it waits until all are.
        databases = [] if behind else [DEFAULT_DB_ALIAS]
        return [*behind, *run_checks(include_deployment_checks=deploy, databases=databases)]
    except DatabaseError as error:
        return [_unreachable(error)]
    finally:
        connections.close_all()


def refusals(found: list[CheckMessage]) -> list[CheckMessage]:
    """Those of ``found`` that forbid the start."""
    return [message for message in found if message.level >= ERROR]


def ensure() -> None:
    """For servers that load the WSGI application themselves.

    Raises: ImproperlyConfigured with everything that forbids the start.
    """
    refused = refusals(findings())
    if refused:
        raise ImproperlyConfigured("\n".join(map(line, refused)))


def tell(found: list[CheckMessage]) -> None:
    """Print ``found`` for the operator, one problem and its way out a line."""
    for message in found:
        sys.stderr.write(f"{line(message)}\n")


def line(message: CheckMessage) -> str:
    kind = _("错误") if message.level >= ERROR else _("提醒")
    hint = f" → {message.hint}" if message.hint else ""
    return f"{kind} {message.id}: {message.msg}{hint}"


def _behind() -> list[CheckMessage]:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return []
    return [
        Error(
            _("数据库还有 %(count)s 项升级没有执行。") % {"count": len(plan)},
            hint=_("先备份，再运行 yingcai migrate。"),
            id="yingcai.E013",
        )
    ]


def _unreachable(error: DatabaseError) -> CheckMessage:
    return Error(
        _("连接不上数据库：%(reason)s") % {"reason": str(error).strip()},
        hint=_("检查 YINGCAI_DATABASE_URL，以及数据库是否在运行。"),
        id="yingcai.E012",
    )
