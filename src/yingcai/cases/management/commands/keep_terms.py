"""Let terms of cases lapse, remind and escalate: ``keep_terms --on 2018-06-20``. Safe to repeat and to kill."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yingcai.audit import clock
from yingcai.cases.actions.papers.leaving import give_up_left
from yingcai.cases.actions.timing import keep_terms
from yingcai.registry.management.days import add_day, moment_of


class Command(BaseCommand):
    help = "按办理时限处理事项：期满办理、催办、督办；可重复执行，中断后再次执行即可继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["on"] or clock.today()
        if on > clock.today():
            raise CommandError("这一天还没有到，时限不能提前期满")
        found = keep_terms(now=moment_of(on))
        given_up = give_up_left(now=moment_of(on))
        self.stdout.write(
            f"期满办理 {found['lapse']} 件，催办 {found['remind']} 次，督办 {found['escalate']} 次"
            f"（{on.isoformat()}）"
        )
        if given_up:
            self.stdout.write(f"久未办理的纸质决定文件 {given_up} 个，内容已销毁")
