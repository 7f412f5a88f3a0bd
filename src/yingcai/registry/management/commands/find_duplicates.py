"""Find subjects that may be one: ``find_duplicates --on 2018-06-08``. Safe to repeat."""

import importlib
import importlib.util
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.linkage import find_duplicates
from yingcai.registry.linking import Weigher, equal_digests
from yingcai.registry.management.days import add_day, day_of

WITHOUT = (
    "没有安装 splink，只按相同的号码或出生日期比对；完整比对请安装：pip install 'yingcai[link]'"
)


class Command(BaseCommand):
    help = "查找可能是同一主体的人员和单位，列入疑似重复；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        on = day_of(options["on"])
        found = find_duplicates(self._weigher(), on=on, now=clock.now())
        self.stdout.write(
            f"比对 {found.subjects} 个主体，新补摘要 {found.digested} 条；"
            f"疑似重复 {found.pairs} 对，新增 {found.new} 对，仍待核对 {found.again} 对（{on.isoformat()}）"
        )

    def _weigher(self) -> Weigher:
        if importlib.util.find_spec("splink") is None:
            self.stderr.write(WITHOUT)
            return equal_digests
        weigher: Weigher = importlib.import_module("yingcai.registry.weighing").weighed_pairs
        return weigher
