"""Read what a Word file looks like: pages, footers, and each paragraph as it will be set.

Any .docx is taken, not only ours. The file is untrusted: its size is bounded before anything is
unpacked, entities are not resolved, and a number that is none counts as not given.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from yingcai.engine.documents.model import DocumentError
from yingcai.engine.documents.ooxml import RELATIONS, WORD

MAX_BYTES = 30_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_PARTS = 3_000
_MAX_STYLE_DEPTH = 20
_NAMES = {"w": WORD, "r": RELATIONS}
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")

Element = BaseOxmlElement


@dataclass(frozen=True)
class Piece:
    """A run of text as it will be set. Units: ``size`` points."""

    text: str
    font: str
    latin: str
    size: Decimal
    colour: str


@dataclass(frozen=True)
class Line:
    """A paragraph as it will be set. Units: ``pitch`` and ``first_line`` points."""

    number: int
    pieces: tuple[Piece, ...]
    style: str
    align: str
    pitch: Decimal | None
    first_line: Decimal
    in_table: bool
    framed: bool
    fields: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words of the paragraph without space around them."""
        return "".join(piece.text for piece in self.pieces).strip()

    @property
    def chinese(self) -> tuple[Piece, ...]:
        """The runs that hold Chinese characters."""
        return tuple(piece for piece in self.pieces if _HAN.search(piece.text))


@dataclass(frozen=True)
class Page:
    """The page of a section. Units: millimetres, to a tenth."""

    width: Decimal
    height: Decimal
    top: Decimal
    right: Decimal
    bottom: Decimal
    left: Decimal
    footer: Decimal

    @property
    def landscape(self) -> bool:
        """Whether the page lies on its side."""
        return self.width > self.height


@dataclass(frozen=True)
class WordFile:
    """A Word file as it will be set: pages, paragraphs, footers by kind (default, even)."""

    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    footers: tuple[tuple[str, tuple[Line, ...]], ...]
    odd_and_even: bool


def read_word(data: bytes) -> WordFile:
    """Read a .docx file.

    Raises: DocumentError if it is none, is damaged, or unpacks to more than is reasonable.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError([f"文件超过 {MAX_BYTES // 1_000_000} MB：请压缩图片或拆分后再检查"])
    try:
        return _read(data)
    except DocumentError:
        raise
    except Exception as error:  # whatever breaks in a stranger's file is one answer to a person
        raise DocumentError(
            ["这不是可以读取的Word文件（.docx）：请用Word或WPS打开，另存为“.docx”后再检查"]
        ) from error


def _read(data: bytes) -> WordFile:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
            raise DocumentError(["文件解开后过大：请删去其中的图片和嵌入对象后再检查"])
        names = {entry.filename for entry in entries}
        document = parse_xml(archive.read("word/document.xml"))
        looks = _Looks(_part(archive, names, "word/styles.xml"))
        settings = _part(archive, names, "word/settings.xml")
        footers = tuple(_footers(archive, names, document, looks))
    sections = document.iter(_tag("sectPr"))
    return WordFile(
        pages=tuple(_page(section) for section in sections),
        lines=tuple(looks.lines(document)),
        footers=footers,
        odd_and_even=settings is not None and _on(settings.find("w:evenAndOddHeaders", _NAMES)),
    )


def _part(archive: zipfile.ZipFile, names: set[str], name: str) -> Element | None:
    return parse_xml(archive.read(name)) if name in names else None


def _footers(
    archive: zipfile.ZipFile, names: set[str], document: Element, looks: "_Looks"
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    links = _part(archive, names, "word/_rels/document.xml.rels")
    targets = {link.get("Id"): link.get("Target") for link in (links if links is not None else ())}
    for reference in document.iter(_tag("footerReference")):
        target = targets.get(reference.get(f"{{{RELATIONS}}}id"), "").removeprefix("/word/")
        part = _part(archive, names, f"word/{target}")
        if part is not None:
            yield reference.get(_tag("type"), "default"), tuple(looks.lines(part))


def _page(section: Element) -> Page:
    size, margins = section.find("w:pgSz", _NAMES), section.find("w:pgMar", _NAMES)
    return Page(
        width=_millimetres(size, "w"),
        height=_millimetres(size, "h"),
        top=_millimetres(margins, "top"),
        right=_millimetres(margins, "right"),
        bottom=_millimetres(margins, "bottom"),
        left=_millimetres(margins, "left"),
        footer=_millimetres(margins, "footer"),
    )


class _Looks:
    """Resolves what a paragraph or run looks like through its styles and the defaults."""

    def __init__(self, styles: Element | None) -> None:
        found = [] if styles is None else styles.findall("w:style", _NAMES)
        self._styles = {style.get(_tag("styleId")): style for style in found}
        self._default = next(
            (
                style.get(_tag("styleId"))
                for style in found
                if style.get(_tag("type")) == "paragraph"
                and style.get(_tag("default")) in ("1", "true")
            ),
            "",
        )
        base = None if styles is None else styles.find("w:docDefaults", _NAMES)
        self._defaults = [] if base is None else [base]

    def lines(self, part: Element) -> Iterator[Line]:
        """The paragraphs of a part in order, numbered as a person counts those with text."""
        number = 0
        for paragraph in part.iter(_tag("p")):
            line = self._line(paragraph, number + 1)
            number += 1 if line.text else 0
            yield line

    def _line(self, paragraph: Element, number: int) -> Line:
        direct = paragraph.find("w:pPr", _NAMES)
        style = _value(direct, "w:pStyle") or self._default
        layers = [] if direct is None else [direct]
        styles = self._chain(style)
        layers += [s.find("w:pPr", _NAMES) for s in styles]
        layers += [base.find("w:pPrDefault/w:pPr", _NAMES) for base in self._defaults]
        rule = _first(layers, "w:spacing", "lineRule")
        pitch = _points(_first(layers, "w:spacing", "line")) if rule == "exact" else None
        name = styles[0].find("w:name", _NAMES) if styles else None
        return Line(
            number=number,
            pieces=tuple(self._pieces(paragraph, styles)),
            style="" if name is None else name.get(_tag("val"), ""),
            align=_first(layers, "w:jc", "val") or "left",
            pitch=pitch,
            first_line=self._first_line(layers),
            in_table=next(paragraph.iterancestors(_tag("tc")), None) is not None,
            framed=_framed(layers, paragraph),
            fields=tuple(
                [text.text or "" for text in paragraph.iter(_tag("instrText"))]
                + [field.get(_tag("instr"), "") for field in paragraph.iter(_tag("fldSimple"))]
            ),
        )

    def _first_line(self, layers: list[Element | None]) -> Decimal:
        characters = _points(_first(layers, "w:ind", "firstLineChars"))
        if characters:
            return characters * 20 / 100 * 16  # hundredths of a character of body size
        return _points(_first(layers, "w:ind", "firstLine")) or Decimal(0)

    def _pieces(self, paragraph: Element, styles: list[Element]) -> Iterator[Piece]:
        for run in paragraph.iter(_tag("r")):
            text = "".join(_run_text(run))
            direct = run.find("w:rPr", _NAMES)
            named = self._chain(_value(direct, "w:rStyle"))
            layers = [direct, *(style.find("w:rPr", _NAMES) for style in (*named, *styles))]
            layers += [base.find("w:rPrDefault/w:rPr", _NAMES) for base in self._defaults]
            if text:
                yield Piece(
                    text=text,
                    font=_font(layers, "eastAsia"),
                    latin=_font(layers, "ascii"),
                    size=(_points(_first(layers, "w:sz", "val")) or Decimal(1)) * 10,
                    colour=_first(layers, "w:color", "val").upper(),
                )

    def _chain(self, key: str) -> list[Element]:
        chain: list[Element] = []
        while key in self._styles and len(chain) < _MAX_STYLE_DEPTH:
            chain.append(self._styles[key])
            key = _value(chain[-1], "w:basedOn")
        return chain


def _tag(name: str) -> str:
    return f"{{{WORD}}}{name}"


def _value(element: Element | None, path: str) -> str:
    child = None if element is None else element.find(path, _NAMES)
    return "" if child is None else str(child.get(_tag("val"), ""))


def _on(element: Element | None) -> bool:
    return element is not None and element.get(_tag("val"), "1") not in ("0", "false", "off")


def _first(layers: list[Element | None], path: str, attribute: str) -> str:
    """The attribute in the first layer that gives it."""
    for layer in layers:
        child = None if layer is None else layer.find(path, _NAMES)
        value = None if child is None else child.get(_tag(attribute))
        if value is not None:
            return str(value)
    return ""


def _font(layers: list[Element | None], script: str) -> str:
    """The font of a script; in one layer a theme's font stands before a named one."""
    for layer in layers:
        fonts = None if layer is None else layer.find("w:rFonts", _NAMES)
        if fonts is None:
            continue
        theme, name = fonts.get(_tag(f"{script}Theme")), fonts.get(_tag(script))
        if theme is not None:
            return f"主题字体（{theme}）"
        if name is not None:
            return str(name)
    return ""


def _framed(layers: list[Element | None], paragraph: Element) -> bool:
    frame = any(
        layer is not None and layer.find("w:framePr", _NAMES) is not None for layer in layers
    )
    return frame or next(paragraph.iterancestors(_tag("txbxContent")), None) is not None


def _run_text(run: Element) -> Iterator[str]:
    for child in run:
        if child.tag == _tag("t"):
            yield child.text or ""
        elif child.tag in (_tag("tab"), _tag("br")):
            yield " "


def _points(twentieths: str) -> Decimal | None:
    """Points for Word's twentieths of a point; nothing if that is no number."""
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", twentieths):
        return None
    return Decimal(twentieths) / 20


def _millimetres(element: Element | None, attribute: str) -> Decimal:
    points = None if element is None else _points(element.get(_tag(attribute), ""))
    return ((points or Decimal(0)) * Decimal("25.4") / 72).quantize(Decimal("0.1"))
