"""What must hold before the site starts. Errors refuse the start; warnings of ``check --deploy`` advise.

Our promises (an acknowledged write survives power loss; the audit cannot be changed) rest on settings of
the database, so they are read from a live connection and not from our own configuration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from yingcai.audit import append_only, clock
from yingcai.audit.keys import key_file
from yingcai.audit.queries import newest_root, sealing_state
from yingcai.audit.root_files import newest_published
from yingcai.audit.secret_file import readable_by_others
from yingcai.registry.keys import keys_are_missing

Facts = Mapping[str, str]
SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10  # different ones
BUSY_MILLISECONDS = 10_000


@register(Tags.database)
def database_keeps_what_it_acknowledges(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Durability of every database that is asked for (``check --database default``)."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor == "sqlite":
            found += sqlite_problems(sqlite_facts(connection))
        else:
            found += postgresql_problems(postgresql_facts(connection))
    return found


@register(Tags.database)
def append_only_tables_are_guarded(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The triggers that refuse changes of the audit and its like are in place."""
    return [
        Error(
            _("表 %(table)s 的只追加触发器丢失：记录可能被修改或删除。") % {"table": table},
            hint=_("运行 yingcai migrate 恢复，并查明是谁在什么时候删除的。"),
            id="yingcai.E007",
        )
        for alias in databases or []
        for table in sorted(append_only.missing(connections[alias]))
    ]


@register(Tags.database)
def published_roots_are_in_the_database(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database is not behind what it has published; the site still starts, for restoring may be lawful."""
    published = newest_published()
    if not published or not _has_chain(databases):
        return []
    root = newest_root()
    kept = root.number if root else 0
    if published <= kept:
        return []
    text = _("已公布到第 %(published)s 号审计根，数据库里只到第 %(kept)s 号：恢复过旧备份。")
    hint = _("查明是谁在什么时候恢复的；用另行保存的根运行 yingcai audit verify。")
    return [Warning(text % {"published": published, "kept": kept}, hint=hint, id="yingcai.W008")]


@register(Tags.database)
def sealed_values_can_be_opened(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The file with the keys of personal values is there whenever something is sealed."""
    tables = connections[DEFAULT_DB_ALIAS].introspection.table_names() if databases else []
    if "registry_subjectkey" not in tables or not keys_are_missing():
        return []
    text = _("个人信息的密钥文件 %(path)s 不在：已加密的内容无法读取。")
    hint = _("从备份恢复密钥文件；不要生成新的，新密钥打不开原有内容。")
    return [Error(text % {"path": settings.KEY_FILE}, hint=hint, id="yingcai.E011")]


@register(Tags.database, deploy=True)
def audit_is_sealed_in_time(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """No row waits longer than it may while the site is running."""
    state = sealing_state(now=clock.machine_now()) if _has_chain(databases) else None
    if state is None or not state.late:
        return []
    text = _("有 %(count)s 条审计记录没有封存，最久的已等候 %(seconds)s 秒。")
    hint = _("启动网站，或运行 yingcai audit seal；仍不封存时查看服务日志。")
    values = {"count": state.waiting, "seconds": state.lag_seconds}
    return [Warning(text % values, hint=hint, id="yingcai.W009")]


def _has_chain(databases: Sequence[str] | None) -> bool:
    """Whether the tables of the chain are there; before the first upgrade they are not."""
    if not databases:
        return False
    return "audit_root" in connections[DEFAULT_DB_ALIAS].introspection.table_names()


@register(Tags.security)
def secret_key_is_strong(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The key that signs sessions cannot be guessed, and only its owner can read it."""
    return [
        *secret_problems(settings.SECRET_KEY, settings.DATA_DIR / "secret.key"),
        *open_file_problems(key_file()),
        *open_file_problems(Path(settings.KEY_FILE)),
    ]


@register(Tags.security, deploy=True)
def fit_for_duty(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Advice for an installation that serves a city and not a trial."""
    return [
        Warning(text(), hint=hint(), id=number)
        for number, applies, text, hint in ADVICE
        if applies()
    ]


def sqlite_facts(connection: BaseDatabaseWrapper) -> Facts:
    """What SQLite answers on this connection; ``memory`` as journal means a database without a file."""
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    facts = {}
    with connection.cursor() as cursor:
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
            facts[pragma] = str(cursor.fetchone()[0]).lower()
    facts["transaction_mode"] = str(getattr(connection, "transaction_mode", "")).lower()
    return facts


def sqlite_problems(facts: Facts) -> list[CheckMessage]:
    """What is wrong with a SQLite connection that shows ``facts`` (reliability rule 10)."""
    if facts["journal_mode"] == "memory":
        text = _("数据库只在内存里：程序一停，全部数据丢失。")
        hint = _("把 YINGCAI_DATABASE_URL 设为 sqlite:///文件 或 postgresql://…。")
        return [Warning(text, hint=hint, id="yingcai.W001")]
    wanted: list[tuple[str, str, bool, str]] = [
        ("yingcai.E001", "journal_mode=WAL", facts["journal_mode"] == "wal", facts["journal_mode"]),
        (
            "yingcai.E002",
            "synchronous=FULL",
            facts["synchronous"] in {"2", "3"},
            facts["synchronous"],
        ),
        ("yingcai.E003", "foreign_keys=ON", facts["foreign_keys"] == "1", facts["foreign_keys"]),
        (
            "yingcai.E004",
            "transaction_mode=IMMEDIATE",
            facts["transaction_mode"] in {"immediate", "exclusive"},
            facts["transaction_mode"],
        ),
        (
            "yingcai.E005",
            f"busy_timeout>={BUSY_MILLISECONDS}",
            int(facts["busy_timeout"]) >= BUSY_MILLISECONDS,
            facts["busy_timeout"],
        ),
    ]
    return [
        Error(
            _("SQLite 须为 %(wanted)s，现在是 %(found)s：已确认的写入可能丢失或互相覆盖。")
            % {"wanted": setting, "found": found or "—"},
            hint=_(
                "不要改动 yingcai.web.database 的选项；数据文件须在支持 WAL 的本机磁盘上，不能在网络盘上。"
            ),
            id=number,
        )
        for number, setting, good, found in wanted
        if not good
    ]


def postgresql_facts(connection: BaseDatabaseWrapper) -> Facts:
    """What PostgreSQL answers on this connection."""
    names = (
        "fsync",
        "full_page_writes",
        "synchronous_commit",
        "statement_timeout",
        "data_checksums",
    )
    facts = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SHOW {name}")
            facts[name] = str(cursor.fetchone()[0]).lower()
    return facts


def postgresql_problems(facts: Facts) -> list[CheckMessage]:
    """What is wrong with a PostgreSQL connection that shows ``facts`` (reliability rule 10)."""
    # "local" and above all wait for the disk of this machine; only "off" does not.
    errors: list[CheckMessage] = [
        Error(
            _("PostgreSQL 的 %(name)s 不能关闭：断电会丢失已确认的写入。") % {"name": name},
            hint=_("在 postgresql.conf 或角色设置里打开 %(name)s 后重启。") % {"name": name},
            id="yingcai.E006",
        )
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if facts[name] == "off"
    ]
    if facts["statement_timeout"] == "0":
        errors.append(
            Error(
                _("PostgreSQL 没有 statement_timeout：一条慢查询会占住连接。"),
                hint=_("不要改动 yingcai.web.database 的连接选项。"),
                id="yingcai.E008",
            )
        )
    if facts["data_checksums"] == "off":
        errors.append(
            Warning(
                _("PostgreSQL 没有打开数据校验和：磁盘悄悄损坏时不会被发现。"),
                hint=_("停机后用 pg_checksums --enable 打开。"),
                id="yingcai.W002",
            )
        )
    return errors


def secret_problems(key: str, path: Path) -> Iterator[CheckMessage]:
    """What is wrong with the secret key, or with the file that keeps it."""
    guessable = key.startswith("django-insecure") or len(set(key)) < FEWEST_CHARACTERS
    if len(key) < SHORTEST_KEY or guessable:
        yield Error(
            _("签名密钥太弱：能猜到密钥的人可以伪造登录。"),
            hint=_("YINGCAI_SECRET_KEY 须为 %(count)s 个以上随机字符；也可不设，由程序自动生成。")
            % {"count": SHORTEST_KEY},
            id="yingcai.E009",
        )
    yield from open_file_problems(path)


def open_file_problems(path: Path) -> Iterator[CheckMessage]:
    """What is wrong with a file that keeps a key."""
    if readable_by_others(path):
        yield Error(
            _("密钥文件 %(path)s 能被其他用户读取。") % {"path": path},
            hint=_("运行 chmod 600 %(path)s 。") % {"path": path},
            id="yingcai.E010",
        )


# Number, when it applies, what is the matter, what to do.
Advice = tuple[str, Callable[[], bool], Callable[[], str], Callable[[], str]]
ADVICE: list[Advice] = [
    (
        "yingcai.W003",
        lambda: connections["default"].vendor == "sqlite",
        lambda: _(
            "使用 SQLite 不能达到等保三级（GB/T 22239-2019 8.1.4.9 要求异地实时备份和热冗余）。"
        ),
        lambda: _("需要等保三级时改用 PostgreSQL 及其备库。"),
    ),
    (
        "yingcai.W004",
        lambda: settings.YINGCAI_TODAY is not None,
        lambda: _("YINGCAI_TODAY 已设置：系统不按真实日期运行，只能用于演示。"),
        lambda: _("正式运行时去掉 YINGCAI_TODAY。"),
    ),
    (
        "yingcai.W005",
        lambda: not settings.HTTPS,
        lambda: _("没有启用 HTTPS：密码和登录可能被窃听。"),
        lambda: _(
            "在前面放置 HTTPS 代理，并设置 YINGCAI_HTTPS=1、YINGCAI_PROXIES=1、YINGCAI_HOSTS。"
        ),
    ),
    (
        "yingcai.W006",
        lambda: settings.SECOND_FACTOR == "available",
        lambda: _("没有强制工作人员使用动态口令（GB/T 22239-2019 8.1.4.1 d 要求两种鉴别）。"),
        lambda: _("设置 YINGCAI_SECOND_FACTOR=staff，所有账号都要时设为 required。"),
    ),
    (
        "yingcai.W007",
        lambda: settings.PASSWORD_MAXIMUM_DAYS is None,
        lambda: _("密码规则不是 djbh3：没有复杂度和定期更换（GB/T 22239-2019 8.1.4.1 a）。"),
        lambda: _("需要等保三级时设置 YINGCAI_PASSWORD_PROFILE=djbh3。"),
    ),
]
