"""Settle by facts what is owed for awards, and remind: ``keep_awards --on 2019-06-20``. Safe to repeat and to kill."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yingcai.audit import clock
from yingcai.cases.actions.keeping_awards import keep_awards
from yingcai.registry.management.days import add_day, moment_of


class Command(BaseCommand):
    help = "核查认定（兑现）后的义务：数据能证明的自动核实，到期前后提醒；可重复执行，中断后再次执行即可继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["on"] or clock.today()
        if on > clock.today():
            raise CommandError("这一天还没有到，不能提前核查")
        found = keep_awards(now=moment_of(on))
        reminded = found["duty-due"] + found["duty-late"]
        reminded += found["term"] + found["term-last"] + found["term-over"]
        self.stdout.write(f"数据核实 {found['settled']} 项，提醒 {reminded} 次（{on.isoformat()}）")
