"""``yingcai pack schema`` and ``yingcai pack new``."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from yingcai.engine.packs.kinds import KINDS
from yingcai.engine.packs.new import new_pack
from yingcai.engine.packs.schema import file_name, schema_of
from yingcai.engine.packs.shape import IDENTIFIER

OK, FINDINGS, MISUSE = 0, 1, 2
_NAME = re.compile(r"[^\W_](?:[\w·’ -]{0,38}[\w’])?")


def schema(argv: Sequence[str]) -> int:
    """Print the schema of one kind, write those of all, or list the kinds.

    Example: ``yingcai pack schema programme``.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai pack schema",
        description="城市包文件的 JSON Schema，供编辑器使用 JSON Schema of pack files, for editors;"
        " 不带参数时列出各类文件 without arguments: the kinds",
        epilog="例 example: yingcai pack schema --out schemas",
    )
    parser.add_argument("kind", metavar="KIND", nargs="?", choices=[*KINDS], help=", ".join(KINDS))
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="写入文件夹 write KIND.schema.json into a folder"
    )
    options = parser.parse_args(argv)
    kinds = [options.kind] if options.kind else [*KINDS]
    if options.out:
        return _write(kinds, options.out)
    if options.kind:
        sys.stdout.write(_told(options.kind))
    else:
        sys.stdout.writelines(f"{kind.name:<10} {kind.pattern}\n" for kind in KINDS.values())
    return OK


def _told(kind: str) -> str:
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"


def _write(kinds: Sequence[str], folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            (folder / file_name(kind)).write_text(_told(kind), "utf-8")
    except OSError as error:
        sys.stderr.write(f"{folder}: 无法写入 cannot write: {error.strerror}\n")
        return MISUSE
    sys.stderr.write(f"{folder}: {len(kinds)} schemas\n")
    return OK


def new(argv: Sequence[str]) -> int:
    """Make the folder of a new city.

    Example: ``yingcai pack new packs/lanchuan --id lanchuan --name 澜川市 --name-en Lanchuan``.
    """
    parser = argparse.ArgumentParser(
        prog="yingcai pack new",
        description="新建城市包 make a new pack: units, a plan, facts, one programme with examples",
        epilog="例 example: yingcai pack new packs/lanchuan --id lanchuan --name 澜川市"
        " --name-en Lanchuan",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="新文件夹 a new folder")
    parser.add_argument("--id", type=_city, required=True, help="小写字母、数字、- the pack's id")
    parser.add_argument("--name", type=_name, required=True, help="城市名称 the city's name")
    parser.add_argument("--name-en", type=_name, required=True, help="英文名称 the same in English")
    options = parser.parse_args(argv)
    try:
        written = new_pack(
            options.folder, city=options.id, name=options.name, name_en=options.name_en
        )
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return FINDINGS if isinstance(error, FileExistsError) else MISUSE
    sys.stdout.writelines(f"{options.folder / name}\n" for name in written)
    return OK


def _city(text: str) -> str:
    if not re.fullmatch(IDENTIFIER, text) or len(text) > 40:
        raise argparse.ArgumentTypeError("小写字母、数字和 - small letters, digits and hyphens")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("文字，不超过 40 字 letters, at most 40")
    return text
