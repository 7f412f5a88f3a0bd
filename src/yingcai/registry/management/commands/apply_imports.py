"""Check and write imported files that wait: ``apply_imports --on 2018-06-08``. Safe to repeat and to stop."""

import gc
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.imports.applying import apply_step
from yingcai.registry.actions.imports.checking import check_batch
from yingcai.registry.errors import RegistryError
from yingcai.registry.management.days import add_day, moment_of
from yingcai.registry.models import ImportBatch
from yingcai.registry.queries.imports import to_work_on


class Command(BaseCommand):
    help = "检查和写入等待处理的导入文件；中断后再次执行即可继续。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        gc.freeze()  # what is loaded by now stays; looking through it again and again costs a quarter
        batches = to_work_on()
        for batch in batches:
            try:
                self._work_on(batch, on)
            except RegistryError as refusal:
                self.stderr.write(f"{batch.handle}：{refusal}")
        self.stdout.write(f"处理 {len(batches)} 个文件（{on.isoformat()}）")

    def _work_on(self, batch: ImportBatch, on: date) -> None:
        if batch.status == ImportBatch.Status.UPLOADED:
            check_batch(batch, actor=None, now=moment_of(on))
            self.stdout.write(f"{batch.handle}：已检查 {batch.rows} 行，{batch.faulty} 行有错误")
            return
        while apply_step(batch, now=moment_of(on)):
            pass
        batch.refresh_from_db()
        self.stdout.write(f"{batch.handle}：已写入 {batch.done - batch.left} 行")
