"""`exceptional` of a programme: what people may settle case by case (一事一议), up to how much, and who signs."""

from collections.abc import Iterator, Mapping
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.shape import ListOf, Map, Number, Ref, Source, Text, status
from yingcai.engine.workflow.model import UNITS

SETTLES = ("amount", "result")
SIGNERS = ("officer", "head", "finance", "office", "leader")
LEAST_SIGNERS = 2
EXCEPTIONAL = Map(
    {
        "settles": ListOf(Text(choices=SETTLES), filled=True, about="议定内容 what may be settled"),
        "limit": Number(minimum=1, optional=True, about="上限（元） the most, in yuan"),
        "fact": Ref("fact", optional=True, about="对应的信息 the fact that the amount becomes"),
        "signed_by": ListOf(
            Map({"role": Text(choices=SIGNERS), "unit": Ref("unit", also=UNITS)}),
            filled=True,
            about="签署人，至少两人 who signs, two or more",
        ),
        "source": Source(),
        "status": status(optional=False),
    },
    optional=True,
    about="一事一议 what may be settled case by case",
)


def check_exceptional(document: Document) -> Iterator[Problem]:
    """Two persons sign, and what is settled is something that the programme gives, in a case that runs."""
    programme = document.value
    path = programme.get("exceptional")
    if path is None:
        return
    key = "exceptional"
    if len(path["signed_by"]) < LEAST_SIGNERS:
        yield document.problem("`signed_by` needs two seats or more", key, "signed_by")
    if "workflow" not in programme:
        yield document.problem("`exceptional` needs the `workflow` of its cases", key)
    rules = [programme, *programme.get("versions", [])]
    for i, name in enumerate(path["settles"]):
        if not any(name in one for one in rules):
            text = f"the programme gives no `{name}` that could be settled"
            yield document.problem(text, key, "settles", i)
    for name in ("limit", "fact"):
        if name in path and "amount" not in path["settles"]:
            yield document.problem(f"`{name}` is of an amount, and none is settled", key, name)


def check_settled_facts(
    programmes: list[Document], facts: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """What an amount becomes is a fact that holds money."""
    for document in programmes:
        name = document.value.get("exceptional", {}).get("fact")
        if name in facts and facts[name]["type"] != "money":
            text = f"`{name}` holds no money; an amount that is settled does"
            yield document.problem(text, "exceptional", "fact")
