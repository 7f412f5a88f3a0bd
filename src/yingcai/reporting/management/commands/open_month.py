"""Open the month of a day for reporting: ``open_month --on 2018-06-01``. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.reporting.actions.months import open_due_months
from yingcai.reporting.management.days import add_day, plan_in_force


class Command(BaseCommand):
    help = "打开某日所在月份的填报；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        opened = open_due_months(plan_in_force(), on=on, now=clock.now())
        for month in opened:
            self.stdout.write(f"{month.month:%Y-%m}：{month.reports.count()} 项待填报")
        if not opened:
            self.stdout.write("没有新的待填报项目")
