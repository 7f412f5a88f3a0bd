"""indicators/*.yaml: how a target of the plan counts itself."""

from collections.abc import Iterator

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.shape import (
    Flag,
    ListOf,
    Map,
    Number,
    Ref,
    Text,
    identifier,
    status,
    words,
)

INDICATOR_SHAPE = Map(
    {
        "indicator": identifier(),
        "title": words(),
        "status": status(optional=False),
        "target": Map({"measure": Number(), "text": Text()}, about="台账中的目标 the target"),
        "counts": Text(choices=("cases", "people", "firms", "projects", "yuan")),
        "once": Flag(optional=True, about="同一对象只计一次 each subject counts once"),
        "from": ListOf(
            Map(
                {
                    "programme": Ref("programme", optional=True),
                    "reached": Text(choices=("applied", "granted", "paid"), optional=True),
                    "fact": Ref("fact", optional=True),
                    "values": ListOf(Text(), optional=True, filled=True),
                },
                one_of=("programme", "fact"),
            ),
            filled=True,
            about="计数来源 outcomes of programmes, or facts",
        ),
        "formula": words(about="计算方法 in words, shown beside the number"),
    },
    about="指标 how a target counts itself",
)


def check_indicator(document: Document) -> Iterator[Problem]:
    """Each source has only the keys that go with it."""
    for i, source in enumerate(document.value["from"]):
        for name, partner in (("reached", "programme"), ("values", "fact")):
            if name in source and partner not in source:
                yield document.problem(f"`{name}` goes with `{partner}`", "from", i, name)
