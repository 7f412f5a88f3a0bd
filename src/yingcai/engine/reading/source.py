"""From the bytes of a file to its text: txt, docx and pdf with a text layer."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from yingcai.engine.reading.errors import ReadingError
from yingcai.engine.reading.model import Source
from yingcai.engine.reading.refusals import refused
from yingcai.engine.values import digest

MAX_BYTES = 20 * 1024 * 1024
MAX_TEXT_BYTES = 2 * 1024 * 1024
MAX_CHARACTERS = 400_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What sets the file's first bytes mean; the slow readers are loaded only when needed.
_PACKED = {
    b"PK\x03\x04": ("docx", "yingcai.engine.reading.docx_text"),
    b"%PDF": ("pdf", "yingcai.engine.reading.pdf_text"),
}
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "plan-doc",
    b"{\\rtf": "plan-rtf",
    b"\x89PNG": "plan-picture",
    b"\xff\xd8\xff": "plan-picture",
    b"Rar!": "plan-archive",
    b"7z\xbc\xaf": "plan-archive",
    b"\x1f\x8b": "plan-archive",
}
_READABLE = Fraction(85, 100)
_ORDINARY = re.compile(
    r"[\u4e00-\u9fff\u2010-\u203b\u3000-\u303f\uff00-\uffef\u00a0-\u00d7\s\x20-\x7e]"
)


@dataclass(frozen=True, slots=True)
class SourceText:
    """The decoded text. ``notes`` say what was done to it that a person should know."""

    text: str
    format: str
    encoding: str
    notes: tuple[str, ...]
    source: Source


def load_text(data: bytes, *, name: str) -> SourceText:
    """Decode a plan file. Spans of a reading are offsets into the returned ``text``.

    Raises: ReadingError when the file is empty, too large, broken, scanned or no text.
    """
    if not data.strip():
        raise refused("plan-empty", where=name)
    if len(data) > MAX_BYTES:
        raise _too_large("plan-size", data, name)
    for magic, (kind, module) in _PACKED.items():
        if data.startswith(magic):
            read = cast(
                "Callable[..., tuple[str, list[str]]]", importlib.import_module(module).read
            )
            text, notes = read(data, name=name)
            return _finish(data, text, name=name, kind=kind, encoding="utf-8", notes=notes)
    for magic, code in _OTHERS.items():
        if data.startswith(magic):
            raise refused(code, where=name)
    if len(data) > MAX_TEXT_BYTES:
        raise _too_large("plan-text-size", data, name)
    text, encoding = _decode(data, name=name)
    return _finish(data, text, name=name, kind="txt", encoding=encoding, notes=[])


def _too_large(code: str, data: bytes, name: str) -> ReadingError:
    size, text, most = (n // (1024 * 1024) for n in (len(data), MAX_TEXT_BYTES, MAX_BYTES))
    return refused(code, where=name, size=size, text=text, most=most)


def _finish(
    data: bytes, text: str, *, name: str, kind: str, encoding: str, notes: list[str]
) -> SourceText:
    if not text.strip():
        raise refused("plan-no-text", where=name)
    check_length(text, name=name)
    source = Source(name, kind, encoding, digest(data), len(text))
    return SourceText(text, kind, encoding, tuple(notes), source)


def check_length(text: str, *, name: str) -> None:
    """Refuse a text that no plan reaches.

    Raises: ReadingError.
    """
    if len(text) > MAX_CHARACTERS:
        raise refused("plan-long", where=name, length=len(text), most=MAX_CHARACTERS)


def _decode(data: bytes, *, name: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name), encoding.replace("-sig", "")
    for text in _attempt(data, "utf-8"):
        if _ordinary_share(text) >= _READABLE:  # other encodings are almost never valid UTF-8
            return text, "utf-8"
    ranked = sorted(
        (_ordinary_share(text), -place, text, encoding)
        for place, encoding in enumerate(_candidates(data))
        for text in _attempt(data, encoding)
    )
    if not ranked or ranked[-1][0] < _READABLE:
        raise _garbage(name)
    return ranked[-1][2], ranked[-1][3]


def _candidates(data: bytes) -> tuple[str, ...]:
    """Encodings to try, the likeliest first. NUL bytes mean UTF-16."""
    if b"\x00" in data[:4096]:
        return ("utf-16-le", "utf-16-be")
    wide = ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ()
    return ("utf-8", "gb18030", *wide)


def _attempt(data: bytes, encoding: str) -> tuple[str, ...]:
    try:
        return (data.decode(encoding),)
    except UnicodeDecodeError:
        return ()


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _garbage(name) from error
    if _ordinary_share(text) < _READABLE:
        raise _garbage(name)
    return text


def _garbage(name: str) -> ReadingError:
    return refused("plan-encoding", where=name)


def _ordinary_share(text: str) -> Fraction:
    """The share of characters that such documents use."""
    sample = text[:20_000]
    return Fraction(len(_ORDINARY.findall(sample)), max(1, len(sample)))
