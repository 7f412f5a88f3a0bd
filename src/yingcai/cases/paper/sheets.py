"""The template of a file of decisions on paper: titles and two invented rows."""

from collections.abc import Iterable

from yingcai.cases.paper.columns import fields
from yingcai.cases.paper.rows import Offer
from yingcai.cases.paper.words import title_of
from yingcai.registry.vocabulary import language

# Numbers that can be nobody's: there is no 30 February, and the code has no right check sign.
NOBODY, NOWHERE = "999999190002300000", "91999999MA00000000"
_EXAMPLES = {
    "zh": {
        "person": "周以澄", "firm": "示例机电有限公司", "paper": "示例〔2016〕{n}号", "yes": "同意",
        "no": "不同意", "archive": "2016-示例-{n}", "remark": "示例行，请删去", "kind": "居民身份证",
    },
    "en": {
        "person": "Zhou Yicheng", "firm": "Sample Machinery", "paper": "Sample [2016] {n}",
        "yes": "granted", "no": "refused", "archive": "2016-sample-{n}",
        "remark": "an example, delete it", "kind": "Resident identity card",
    },
}  # fmt: skip


def template(offers: Iterable[tuple[str, Offer]]) -> list[list[str]]:
    """The titles, one decision that grants and one that refuses; ``offers``: titles of programmes with what they give."""
    known = list(offers)
    rows = [_row(known[place % len(known)], place + 1) for place in range(2)] if known else []
    return [[title_of(name) for name in fields()], *rows]


def _row(titled: tuple[str, Offer], number: int) -> list[str]:
    title, offer = titled
    words, firm, grants = _EXAMPLES[language()], offer.kind == "firm", number == 1
    said = {
        "name": words["firm" if firm else "person"],
        "number_kind": "" if firm else words["kind"],
        "number": "" if firm else NOBODY,
        "credit_code": NOWHERE if firm else "",
        "programme": title,
        "paper_number": words["paper"].format(n=number),
        "applied_on": "2016-03-01",
        "decided_on": "2016-04-15",
        "decision": words["yes" if grants else "no"],
        "amount": "50000.00" if grants and offer.money else "",
        "result": next(iter(offer.results), "") if grants else "",
        "archive": words["archive"].format(n=number),
        "remark": words["remark"],
    }
    return [said.get(name, "") for name in fields()]
