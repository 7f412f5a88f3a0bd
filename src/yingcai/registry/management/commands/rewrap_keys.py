"""Wrap the keys of subjects anew: ``rewrap_keys --new``. Safe to stop and to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from yingcai.audit import clock
from yingcai.registry.actions.keys import rewrap_keys
from yingcai.registry.keys import add_wrapping_key, key_ring


class Command(BaseCommand):
    help = "用现行的封装密钥重新封装各主体的密钥；加 --new 先生成一把新的封装密钥。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="先生成新的封装密钥，写入密钥文件")

    def handle(self, *args: Any, **options: Any) -> None:
        ring = add_wrapping_key() if options["new"] else key_ring()
        done = rewrap_keys(now=clock.now())
        self.stdout.write(f"已用封装密钥 {ring.current} 重新封装 {done} 把密钥")
