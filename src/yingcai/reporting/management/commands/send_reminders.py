"""Remind units of what is nearly due or late: ``send_reminders --on 2018-06-02``. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.reporting.actions.reminders import send_reminders
from yingcai.reporting.management.days import add_day, plan_in_force


class Command(BaseCommand):
    help = "按日期发送填报和督办提醒；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--dry-run", action="store_true", help="只列出，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        dry_run: bool = options["dry_run"]
        sent = send_reminders(plan_in_force(), on=on, now=clock.now(), dry_run=dry_run)
        for reminder in sent:
            self.stdout.write(f"{reminder.unit} {reminder.get_kind_display()}")
        word = "应发送" if dry_run else "已发送"
        self.stdout.write(f"{word} {len(sent)} 条提醒（{on.isoformat()}）")
