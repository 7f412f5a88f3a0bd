"""After a backup was restored: erase again whom it brought back: ``replay_erasures --on 2018-06-08``. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.erasing import replay_erasures
from yingcai.registry.erasure_journal import journal
from yingcai.registry.management.days import add_day, moment_of


class Command(BaseCommand):
    help = "恢复备份以后执行：按删除日志，把备份带回来的人和文件重新删除；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        done = replay_erasures(actor=None, now=moment_of(on))
        told = len(journal())
        self.stdout.write(f"重新删除 {done} 人（{on.isoformat()}），删除日志共 {told} 条")
