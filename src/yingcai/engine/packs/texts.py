"""texts/: sentences of notices, guides and bulletins (*.yaml), templates of letters (*.txt, *.docx).

Names in braces, such as {name}, are filled in later; which ones a text may use depends on its use.
"""

from collections.abc import Iterator
from string import Formatter

from yingcai.engine.packs.document import Document, Key, Problem
from yingcai.engine.packs.shape import MapOf, OneOrMany, Text

TEXTS_SHAPE = MapOf(OneOrMany(Text()), about="文字 sentences that the product fills in")
SUFFIXES = (".txt", ".docx")


def check_sentences(document: Document) -> Iterator[Problem]:
    """The sentences whose names in braces are not well formed."""
    for name, value in document.value.items():
        several = isinstance(value, list)
        for i, sentence in enumerate(value if several else [value]):
            fault = _fault(sentence)
            if fault:
                key: Key = (name, i) if several else (name,)
                yield document.problem(f"`{name}` {fault}", *key)


def check_template(name: str, text: str) -> Iterator[Problem]:
    """The lines of a template whose names in braces are not well formed."""
    for line, words in enumerate(text.splitlines(), 1):
        fault = _fault(words)
        if fault:
            yield Problem(name, line, f"the line {fault}")


def _fault(sentence: str) -> str:
    try:
        names = [field for _, field, _, _ in Formatter().parse(sentence) if field is not None]
    except ValueError:
        return "has a brace without its other one; write {{ for a brace"
    strange = [name for name in names if not name.isidentifier()]
    return f"has {{{strange[0]}}}; a name holds letters, digits and _" if strange else ""
