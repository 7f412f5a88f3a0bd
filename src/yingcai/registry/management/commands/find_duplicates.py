"""Find subjects that may be one: ``find_duplicates --on 2018-06-08``. Safe to repeat."""

import importlib
import importlib.util
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.linkage import find_duplicates
from yingcai.registry.linking import Weigher, equal_digests

WITHOUT = (
    "没有安装 splink，只按相同的号码或出生日期比对；完整比对请安装：pip install 'yingcai[link]'"
)


class Command(BaseCommand):
    help = "查找可能是同一主体的人员和单位，列入疑似重复；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=_day, default=None, help="日期，如 2018-06-02；默认为今天")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}”不是日期，请写成 2018-06-02 的样子") from error
