"""Remove what has been kept for its term: ``forget_expired --on 2030-01-01 [--dry-run]``. Safe to repeat and to kill."""

import gc
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.sweeping import Run, sweep, would_sweep
from yingcai.registry.lines import swept_words
from yingcai.registry.management.days import add_day, moment_of

UNROWED = timedelta(days=1)  # a file that is being laid down has no row yet


class Command(BaseCommand):
    help = "清除保存期满的内容；可重复执行，中断后再次执行即可继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--dry-run", action="store_true", help="只看数量，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["on"] or clock.today()
        run = Run(on, moment_of(on), (clock.machine_now() - UNROWED).timestamp())
        gc.freeze()  # what is loaded by now stays
        if not options["dry_run"] and on > clock.today():
            raise CommandError(
                "这一天还没有到，未满期的内容不能清除；要看届时的数量，请加 --dry-run"
            )
        found = would_sweep(run) if options["dry_run"] else sweep(run)
        for name, label in swept_words(found):
            self.stdout.write(f"{label}：{found[name]}")
        word = "应清除" if options["dry_run"] else "已清除"
        self.stdout.write(f"{word} {found.total()} 项（{on.isoformat()}）")
