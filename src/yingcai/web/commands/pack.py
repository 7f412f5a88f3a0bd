"""``yingcai pack load``: publish a pack and its units on this installation; safe to repeat."""

import argparse
import importlib
import sys
from pathlib import Path

from yingcai.engine.packs.load import find_pack, load_pack
from yingcai.web import startup


def load(argv: list[str]) -> int:
    """Check the pack whole, then publish it. Exit 1 with every problem, 2 when there is no pack."""
    parser = argparse.ArgumentParser(
        prog="yingcai pack load",
        description="启用城市包 publish a pack: names, thresholds, units; safe to repeat",
    )
    parser.add_argument(
        "folder", type=Path, nargs="?", help="城市包 the pack's folder (YINGCAI_PACK, ./packs)"
    )
    options = parser.parse_args(argv)
    startup.set_up()
    settings = importlib.import_module("django.conf").settings
    try:
        folder = find_pack(options.folder or settings.PACK_DIR)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    pack, problems = load_pack(folder)
    if pack is None:
        sys.stderr.writelines(f"{folder}/{problem}\n" for problem in problems)
        return 1
    return int(importlib.import_module("yingcai.web.pack").publish(pack))
