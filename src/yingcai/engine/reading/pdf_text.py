"""The text layer of a PDF, page after page."""

from __future__ import annotations

import contextlib
import re

import pypdfium2

from yingcai.engine.reading.refusals import refused

MAX_PAGES = 400
MAX_CHARACTERS = 2_000_000
_PAGE_NUMBER = re.compile(r"^[\s\-—–·•]*(?:第\s*)?\d{1,4}(?:\s*页)?[\s\-—–·•]*$")


def read(data: bytes, *, name: str) -> tuple[str, list[str]]:
    """The text and notes. Running page numbers at the edges of pages are taken out.

    Raises: ReadingError when the file is broken, locked, too long, or a scan without text.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise refused("plan-pdf-damaged", where=name) from error
    try:
        if len(document) > MAX_PAGES:
            raise refused("plan-pdf-pages", where=name, pages=len(document), most=MAX_PAGES)
        pages = _pages(document, name=name)
    finally:
        document.close()
    if not any(page.strip() for page in pages):
        raise refused("plan-pdf-scan", where=name)
    empty = [str(i + 1) for i, page in enumerate(pages) if not page.strip()]
    notes = [f"第 {'、'.join(empty[:20])} 页没有文字，可能是图片"] if empty else []
    return "\f\n".join(pages), notes


def _pages(document: pypdfium2.PdfDocument, *, name: str) -> list[str]:
    pages: list[str] = []
    length = 0
    for place in range(len(document)):
        text = _layer(document, place, name=name)
        length += len(text)
        if length > MAX_CHARACTERS:
            raise refused("plan-pdf-words", where=name)
        pages.append(_without_number(text))
    return pages


def _layer(document: pypdfium2.PdfDocument, place: int, *, name: str) -> str:
    """The words of one page. Loading the page is what fails when it is broken."""
    try:
        with (
            contextlib.closing(document[place]) as page,
            contextlib.closing(page.get_textpage()) as layer,
        ):
            return str(layer.get_text_bounded())
    except pypdfium2.PdfiumError as error:
        raise refused("plan-pdf-page", where=name, page=place + 1) from error


def _without_number(text: str) -> str:
    """A page without the line of its number at the top or the foot."""
    lines = text.replace("\r\n", "\n").replace("\ufffe", "").split("\n")
    for edge in (-1, 0):
        while lines and not lines[edge].strip():
            lines.pop(edge)
        if lines and _PAGE_NUMBER.match(lines[edge]):
            lines.pop(edge)
    return "\n".join(lines)
