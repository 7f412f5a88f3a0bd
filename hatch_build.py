"""Build hook: compile the message catalogues into the wheel."""

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MessageCatalogues(BuildHookInterface):  # type: ignore[type-arg]  # hatchling is untyped here
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in Path(self.root, "src").rglob("django.po"):
            polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
        build_data["artifacts"].append("src/yingcai/**/*.mo")
