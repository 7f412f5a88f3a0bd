"""Turn late orders yellow and red: ``escalate_orders --on 2018-06-21``. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.reporting.actions.orders import escalate_orders
from yingcai.reporting.management.days import add_day, plan_in_force


class Command(BaseCommand):
    help = "按逾期天数升级督办单颜色；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        changed = escalate_orders(plan_in_force(), on=on, now=clock.now())
        for order in changed:
            self.stdout.write(f"{order.number} {order.unit}：{order.get_colour_display()}")
        self.stdout.write(f"升级 {len(changed)} 件（{on.isoformat()}）")
