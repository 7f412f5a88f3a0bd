"""documents.yaml: the issued documents that the pack cites."""

from collections.abc import Iterator

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import repeated
from yingcai.engine.packs.shape import Dated, ListOf, Map, Text, identifier

DOCUMENTS_SHAPE = Map(
    {
        "documents": ListOf(
            Map(
                {
                    "id": identifier(),
                    "zh": Text(),
                    "en": Text(optional=True),
                    "number": Text(optional=True, about="文号 number as issued"),
                    "issued_on": Dated(optional=True),
                    "file": Text(optional=True, about="包内文件 a file of the pack"),
                    "address": Text(optional=True, about="网址 where it was found"),
                    "read": Text(choices=("whole", "part", "named")),
                    "mark": Text(choices=("V", "V-", "I", "N"), optional=True),
                }
            )
        )
    },
    about="引用的文件 the documents that the pack cites",
)


def check_documents(document: Document) -> Iterator[Problem]:
    yield from repeated(document, ("documents",), "document")
