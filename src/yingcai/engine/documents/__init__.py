"""Official documents and spreadsheets: a model, and the writers that set it.

Owns: the document model, the layout of GB/T 9704-2012 as Word file and PDF, the check of that
layout in any Word file, and the one writer and reader of spreadsheets.
Refuses to know: what a bulletin reports, who may read it, where files are stored, what day it is.
Door: the model below; `docx.write_docx`, `pdf.write_pdf`, `check.check_layout`,
`sheet.write_sheet`, `sheet.write_csv` and `sheet.read_sheet` are imported from their own modules,
because each pulls in a library that a caller of the model alone need not load.
"""

from yingcai.engine.documents.model import (
    BEHIND,
    FAR_BEHIND,
    NOT_REPORTED,
    ON_TRACK,
    Annex,
    Block,
    Cell,
    Column,
    Document,
    DocumentError,
    Heading,
    Light,
    Note,
    Paragraph,
    RedHead,
    Row,
    Table,
    Tone,
)

__all__ = [
    "BEHIND",
    "FAR_BEHIND",
    "NOT_REPORTED",
    "ON_TRACK",
    "Annex",
    "Block",
    "Cell",
    "Column",
    "Document",
    "DocumentError",
    "Heading",
    "Light",
    "Note",
    "Paragraph",
    "RedHead",
    "Row",
    "Table",
    "Tone",
]
