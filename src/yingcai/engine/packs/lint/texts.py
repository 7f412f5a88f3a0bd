"""The words of a pack: both languages, the right marks, and no blank that nothing fills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from yingcai.engine.packs.document import Document, Key
from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.lint.view import View
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.words import blanks

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_HALF = re.compile(r"[\u3400-\u9fff][,:;()]")
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
_BRACES = re.compile(r"\{[^{}]*\}")


def lint_texts(pack: Pack, views: Sequence[View]) -> Iterator[Finding]:
    for document in pack.files.values():
        for key, text in _strings(document.value):
            yield from _words(document, key, text)
    for view in views:
        yield from _unfilled(view)
    for name in pack.programmes:
        yield from _misplaced(pack.files[f"programmes/{name}.yaml"])
    yield from _untranslated(pack)


def _strings(value: Any, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """Every text of a file with the way to it."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _strings(part, (*key, name))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _strings(part, (*key, i))
    elif isinstance(value, str):
        yield key, value


def _words(document: Document, key: Key, text: str) -> Iterator[Finding]:
    line = document.line(*key)
    chinese = key[-1] == "zh" or (key[-1] == "name" and "examples" in key)
    if chinese or document.file.startswith("texts/"):
        found = _HALF.search(text)
        if found:
            yield Finding(
                document.file,
                line,
                "half-width",
                f"中文后使用了半角标点：{found[0]}",
                f"half-width punctuation after Chinese: {found[0]}",
            )
    if key[-1] == "zh" and _ENGLISH.search(text) and not _CHINESE.search(text):
        yield _wrong(document, line, "中文里没有汉字", "`zh` holds no Chinese", text)
    if key[-1] == "en" and _CHINESE.search(text):
        yield _wrong(document, line, "英文里有汉字", "`en` holds Chinese", text)


def _wrong(document: Document, line: int, zh: str, en: str, text: str) -> Finding:
    return Finding(document.file, line, "language-wrong", f"{zh}：{text}", f"{en}: {text}")


def _unfilled(view: View) -> Iterator[Finding]:
    """Braces in the text of a condition that no parameter fills."""
    known = {parameter.name for parameter in view.rule.parameters}
    for key, condition in view.conditions:
        for language, text in condition.text.items():
            for blank in _BRACES.findall(text):
                names = blanks(blank)
                if not names or not names <= known:
                    yield view.finding(
                        "text-blank",
                        f"没有可填入 {blank} 的参数",
                        f"there is no parameter to fill {blank}",
                        *key[:2], "text", language,
                    )  # fmt: skip


def _misplaced(document: Document) -> Iterator[Finding]:
    for key, text in _strings(document.value):
        if blanks(text) and "text" not in key:
            yield Finding(
                document.file,
                document.line(*key),
                "text-blank",
                "参数只能填入条件的文字",
                "parameters are filled into the texts of conditions only",
            )


def _untranslated(pack: Pack) -> Iterator[Finding]:
    """Names that may leave their English out, and do."""
    for document in pack.files.values():
        for name in ("documents", "items"):
            for i, entry in enumerate(_entries(document.value, name)):
                if "zh" in entry and "en" not in entry:
                    yield Finding(
                        document.file,
                        document.line(name, i),
                        "language-missing",
                        f"`{entry['id']}` 没有英文名称",
                        f"`{entry['id']}` has no English name",
                    )


def _entries(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
