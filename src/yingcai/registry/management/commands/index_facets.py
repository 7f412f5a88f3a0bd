"""Make the index of facts by which subjects are found: ``index_facets``. Safe to stop and to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.plan.queries import one_pack
from yingcai.registry.actions.facets import build_index
from yingcai.registry.queries.facets import index_is_whole


class Command(BaseCommand):
    help = "建立查询条件的索引；发布新的政策包之后执行，可重复执行。索引完整时不做任何事。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="索引完整时也重新建立")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_pack():
            if index_is_whole() and not options["anew"]:
                self.stdout.write("查询索引是完整的")
                return
            done = build_index(now=clock.now())
        self.stdout.write(f"查询索引：{done.subjects} 个主体，{done.entries} 条")
