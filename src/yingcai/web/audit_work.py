"""What ``yingcai audit …`` does once Django is there. Each function tells the operator and gives an exit code."""

import os
from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Protocol

from django.db import DatabaseError
from django.utils.translation import gettext as _

from yingcai.audit import clock
from yingcai.audit.actions import change_key, make_root, record_sealed_export
from yingcai.audit.actions import seal as seal_rows
from yingcai.audit.errors import AuditError
from yingcai.audit.export import export_lines, span_of
from yingcai.audit.keys import key_names
from yingcai.audit.queries import newest_root
from yingcai.audit.root_files import publish_roots, root_folder
from yingcai.web.sealer import seal_round


class Say(Protocol):
    """Tells the operator a line: a result, or a problem."""

    def __call__(self, text: str, *, problem: bool = False) -> None: ...


def explained(work: Callable[Concatenate[Say, ...], int]) -> Callable[..., int]:
    """A refusal becomes a sentence and exit code 1."""

    @wraps(work)
    def told(*, say: Say, **options: Any) -> int:
        try:
            return work(say, **options)
        except (AuditError, DatabaseError, OSError) as refusal:
            say(str(refusal).strip(), problem=True)
            return 1

    return told


@explained
def seal(say: Say) -> int:
    total = 0
    while sealed := seal_round(whole=True).sealed:
        total += sealed
    say(_("已封存 %(count)s 条。") % {"count": total})
    return 0


@explained
def root(say: Say, *, now: bool) -> int:
    seal_round(whole=True)
    if now:
        make_root(clock.yesterday(), now=clock.machine_now())
    publish_roots()
    made = newest_root()
    if made is None:
        say(_("还没有封存任何审计记录，没有可公布的根。"), problem=True)
        return 1
    say(
        _("第 %(number)s 号根：截至 %(day)s，到第 %(position)s 环。")
        % {"number": made.number, "day": made.day, "position": made.position}
    )
    say(made.digest)
    say(_("公布在 %(folder)s，请复制到别处保存。") % {"folder": root_folder()}, problem=True)
    return 0


@explained
def export(say: Say, *, since: date | None, until: date | None, out: Path) -> int:
    span, at = span_of(since, until), clock.now()
    count = write_whole(out, export_lines(span, now=clock.machine_now()))
    record_sealed_export(actor=None, span=span, at=at)
    say(
        _("%(file)s：第 %(first)s 至 %(last)s 环，共 %(lines)s 行。")
        % {"file": out, "first": span.first, "last": span.last, "lines": count}
    )
    return 0


@explained
def key(say: Say, *, new: bool) -> int:
    if new:
        seal_rows(now=clock.machine_now(), whole=True)
        change_key(actor=None, at=clock.now())
        say(_("新密钥已启用，请另行备份密钥文件；旧密钥不要删除。"), problem=True)
    for name in key_names():
        say(name)
    return 0


def write_whole(path: Path, lines: Iterable[str]) -> int:
    """Write a file that is there whole or not at all, for its owner only; how many lines."""
    draft = path.with_name(f"{path.name}.part")
    count = 0
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        for line in lines:
            file.write(line)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return count
