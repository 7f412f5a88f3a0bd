"""Files of the city's pack that reporting reads: the bulletin's sentences and the map."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from yingcai.engine.packs.load import find_pack
from yingcai.reporting.bulletin.texts import Texts, read_texts

TEXTS = "texts/bulletin.yaml"
MAX_BYTES = 5 * 1024 * 1024


def pack_file(name: str) -> Path | None:
    """The path of a file of the pack, or None when there is no pack or no such file in it."""
    try:
        folder = find_pack(settings.PACK_DIR).resolve()
    except FileNotFoundError:
        return None
    path = (folder / name).resolve()
    inside = path.is_relative_to(folder) and path.is_file()
    return path if inside and path.stat().st_size <= MAX_BYTES else None


def bulletin_texts(pack: dict[str, Any]) -> Texts:
    """The sentences of the bulletin: the pack's over the neutral ones of the product.

    Raises: texts.TextsWrong with every problem of the file.
    """
    title = str((pack.get("bulletin") or {}).get("title_template") or "")
    path = pack_file(TEXTS)
    source = path.read_text("utf-8", errors="replace") if path else ""
    return _texts(source, title)


@lru_cache(maxsize=8)
def _texts(source: str, title: str) -> Texts:
    return read_texts(source, name=TEXTS, title=title)
