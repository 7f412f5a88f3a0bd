"""Tell other systems what happened: ``send_events --on 2018-06-08``. Safe to repeat, to stop and to run twice."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.deliveries import forget_deliveries
from yingcai.registry.sending import send_round


class Command(BaseCommand):
    help = "向接收端推送已封存的事件；可重复执行，中断后再次执行即可继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=_day, default=None, help="按哪天的权限推送，如 2018-06-02；默认为今天"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        done = send_round(on=on)
        dropped = forget_deliveries(at=clock.machine_now())
        self.stdout.write(
            f"送达 {done.sent} 条，失败 {done.failed} 条，清理旧记录 {dropped} 条（{on.isoformat()}）"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2018-06-02 的样子") from error
