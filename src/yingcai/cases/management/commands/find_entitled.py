"""Find who is entitled and has not applied: ``find_entitled --on 2018-06-20 --tell``. Safe to repeat and to kill."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yingcai.audit import clock
from yingcai.cases.actions.finding import find_entitled, tell_entitled
from yingcai.registry.management.days import add_day, moment_of


class Command(BaseCommand):
    help = (
        "免申即享：按已掌握的信息找出符合条件而没有申请的人；可重复执行，中断后再次执行即可继续。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--tell", action="store_true", help="告知同意接收提醒的人，每项一次")

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["on"] or clock.today()
        if on > clock.today():
            raise CommandError("这一天还没有到")
        run = find_entitled(on=on, now=moment_of(on))
        if run is None:
            raise CommandError("还没有公布事项")
        self.stdout.write(
            f"查看 {run.asked} 人，符合条件而没有申请 {run.found} 项（{on.isoformat()}）"
        )
        if options["tell"]:
            told = tell_entitled(on=on, now=moment_of(on))
            self.stdout.write(f"告知 {told} 项")
