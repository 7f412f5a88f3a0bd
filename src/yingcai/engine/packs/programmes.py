"""programmes/*.yaml: what somebody can apply for or be given. Expressions are read by the compiler."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from yingcai.engine.packs.document import Document, Key, Problem
from yingcai.engine.packs.entries import backwards, part_of, repeated
from yingcai.engine.packs.exceptional import EXCEPTIONAL, check_exceptional
from yingcai.engine.packs.shape import (
    Dated,
    Expression,
    Figure,
    Flag,
    ListOf,
    Map,
    MapOf,
    Number,
    Ref,
    Scalar,
    Source,
    Text,
    identifier,
    status,
    words,
)

MOST_MONTHS = 600  # of an obligation: longer than anybody works
_NAME = r"[a-z][a-z0-9_]*"
_PARAMETERS = MapOf(
    Map(
        {
            "value": Figure(optional=True),
            "unit": Text(about="CNY, percent 或计数单位 or a unit of whole numbers"),
            "by": Expression(optional=True, about="决定适用值的日期 the date that counts"),
            "values": ListOf(
                Map(
                    {
                        "from": Dated(),
                        "value": Figure(),
                        "source": Source(optional=True),
                        "status": status(),
                    }
                ),
                optional=True,
                filled=True,
            ),
            "source": Source(optional=True),
            "status": status(),
        },
        one_of=("value", "values"),
    ),
    optional=True,
    about="参数 numbers of the rule, each with its clause",
)
_TABLES = MapOf(
    Map(
        {
            "columns": ListOf(Text(), optional=True, filled=True),
            "rows": ListOf(ListOf(Scalar()), optional=True, filled=True),
            "file": Text(
                pattern=r"[^/\\\x00-\x1f]{1,100}\.csv",
                looks="NAME.csv, without a folder",
                optional=True,
                about="CSV 文件 a CSV file beside the programme",
            ),
            "otherwise": ListOf(Scalar(), optional=True, filled=True),
            "source": Source(optional=True),
            "status": status(),
        },
        one_of=("rows", "file"),
    ),
    optional=True,
    about="决策表 decision tables",
)
_WINDOW = Map(
    {"date": Expression(), "from": Dated(optional=True), "to": Dated(optional=True)},
    optional=True,
    about="适用时段 which days the rule is for",
)
_EVIDENCE = Map(
    {
        "id": identifier(),
        "zh": Text(),
        "en": Text(),
        "need": Text(choices=("required", "deferrable", "exempt")),
    }
)
_CONDITIONS = ListOf(
    Map(
        {
            "id": identifier(),
            "when": Expression(about="条件式 true when it is met"),
            "source": Source(optional=True),
            "text": words(optional=True),
            "evidence": ListOf(_EVIDENCE, optional=True),
            "verified_by": Ref("unit", optional=True),
        }
    ),
    optional=True,
    about="条件 conditions, all of which must hold",
)
_STEPS = ListOf(
    Map(
        {
            "id": Text(pattern=_NAME, looks="a-z, 0-9 and _"),
            "value": Expression(),
            "label": words(),
        }
    ),
    optional=True,
    about="计算步骤 intermediate values",
)
_INSTALMENTS = Map(
    {
        "parts": Number(minimum=1, optional=True),
        "shares": ListOf(Number(minimum=1), optional=True, filled=True),
        "every": Text(choices=("month", "year")),
    },
    optional=True,
    one_of=("parts", "shares"),
)
_BODY: dict[str, Any] = {
    "parameters": _PARAMETERS,
    "tables": _TABLES,
    "window": _WINDOW,
    "conditions": _CONDITIONS,
    "steps": _STEPS,
    "amount": Expression(optional=True, about="金额 money"),
    "result": Expression(optional=True, about="认定结果 an enum"),
}
_STACKING = Map(
    {
        "highest_of": identifier(optional=True),
        "excludes": ListOf(Ref("programme"), optional=True),
        "deducts": ListOf(Ref("programme"), optional=True),
        "top_up": Flag(optional=True),
        "ceilings": ListOf(
            Map(
                {
                    "per": Text(choices=("person", "household", "firm")),
                    "amount": Expression(),
                    "share": Text(choices=("pro_rata", "by_date")),
                    "within": Text(choices=("ever", "year")),
                    "group": ListOf(Ref("programme"), optional=True, filled=True),
                    "source": Source(),
                    "status": status(),
                }
            ),
            optional=True,
        ),
    },
    optional=True,
    about="与其他项目的关系 how it goes with other programmes",
)
_EVALUATION = Map(
    {
        "score": Ref("score", about="评分表 the score sheet"),
        "grades": ListOf(Text(), filled=True, about="等级，由低到高 grades, from low to high"),
        "bands": ListOf(
            Map(
                {
                    "from": Number(about="起始分 from so many points on"),
                    "means": Text(choices=("promote", "keep", "demote", "end")),
                }
            ),
            filled=True,
            about="分数段 what so many points mean, from high to low",
        ),
        "source": Source(),
        "status": status(optional=False),
    },
    optional=True,
    about="绩效评估 evaluation of what was granted",
)
_EXAMPLES = ListOf(
    Map(
        {
            "name": Text(),
            "facts": MapOf(MapOf(Scalar(empty=True), pattern=r"[a-z0-9_-]+"), pattern=r"[a-z]+"),
            "grants": Figure(optional=True),
            "result": Text(optional=True),
            "refused_by": Text(optional=True),
            "asks": ListOf(Ref("fact"), optional=True, filled=True),
            "needs_person": Flag(optional=True),
        }
    ),
    optional=True,
    about="示例 examples that the policy office agreed to",
)
PROGRAMME_SHAPE = Map(
    {
        "programme": identifier(),
        "title": words(),
        "summary": words(optional=True),
        "kind": Text(choices=("benefit", "recognition", "project")),
        "subject": Text(choices=("person", "firm", "project")),
        "lead": Ref("unit"),
        "joint": ListOf(Ref("unit"), optional=True),
        "source": Source(),
        "status": status(optional=False),
        "in_force": Map({"from": Dated(), "to": Dated(optional=True)}),
        **_BODY,
        "versions": ListOf(
            Map(
                {
                    "id": Text(pattern=r"[a-z0-9][a-z0-9.-]{0,39}", looks="2017, in quotes"),
                    **_BODY,
                    "source": Source(optional=True),
                    "status": status(),
                }
            ),
            optional=True,
            filled=True,
        ),
        "instalments": _INSTALMENTS,
        "stacking": _STACKING,
        "workflow": Ref("workflow", optional=True),
        "budget_line": identifier(optional=True),
        "feeds": ListOf(Map({"measure": Number(), "text": Text()}), optional=True),
        "obligations": ListOf(
            Map(
                {
                    "id": identifier(),
                    "zh": Text(),
                    "en": Text(),
                    "months": Number(minimum=1),
                    "every": Number(
                        minimum=1, optional=True, about="每几个月核查一次 months between checks"
                    ),
                    "remind": Number(
                        minimum=1, optional=True, about="到期前几天提醒 days before the day"
                    ),
                    "met_when": Expression(
                        optional=True, about="数据证明已履行 facts alone show that it is met"
                    ),
                    "source": Source(optional=True),
                    "status": status(),
                }
            ),
            optional=True,
            about="后续义务 what is owed afterwards",
        ),
        "valid": Map(
            {
                "months": Number(minimum=1),
                "remind": Number(
                    minimum=1, optional=True, about="期满前几天提醒 days before its end"
                ),
                "source": Source(optional=True),
                "status": status(),
            },
            optional=True,
            about="有效期 how long what it gives holds",
        ),
        "evaluation": _EVALUATION,
        "exceptional": EXCEPTIONAL,
        "examples": _EXAMPLES,
    },
    about="项目 one programme",
)
_ANSWERS = ("grants", "result", "refused_by", "asks", "needs_person")


def check_programme(document: Document) -> Iterator[Problem]:
    """What needs no other file and no compiler: ids once, one place for each thing."""
    programme = document.value
    yield from backwards(document, ("in_force",))
    yield from repeated(document, ("versions",), "version")
    yield from repeated(document, ("obligations",), "obligation")
    yield from repeated(document, ("examples",), "example", by="name")
    if "versions" in programme and "window" in programme:
        yield document.problem("`window` belongs into each of the `versions`", "window")
    for place in rule_places(programme):
        yield from _check_answer(document, place)
    for place in body_places(programme):
        yield from _check_body(document, place)
        yield from _check_parameters(document, (*place, "parameters"))
    yield from _check_stacking(document)
    yield from _check_shares(document)
    yield from _check_obligations(document)
    yield from _check_evaluation(document)
    yield from check_exceptional(document)
    yield from _check_examples(document)


def rule_places(programme: dict[str, Any]) -> list[Key]:
    """Where the rules of a programme stand: at the top, or one in each version."""
    if "versions" in programme:
        return [("versions", i) for i in range(len(programme["versions"]))]
    return [()]


def body_places(programme: dict[str, Any]) -> list[Key]:
    """Where parameters and tables stand: at the top, and in each version."""
    return list(dict.fromkeys([(), *rule_places(programme)]))


def _check_answer(document: Document, place: Key) -> Iterator[Problem]:
    """A rule says what it gives, itself or above all versions."""
    programme = document.value
    kind = programme["kind"]
    given = {*part_of(programme, place), *programme}
    if kind == "benefit" and "amount" not in given:
        yield document.problem("a benefit needs an `amount`", *place)
    if kind == "recognition" and not given & {"amount", "result"}:
        yield document.problem("a recognition needs a `result`", *place)


def _check_body(document: Document, place: Key) -> Iterator[Problem]:
    body = part_of(document.value, place)
    yield from backwards(document, (*place, "window"))
    yield from repeated(document, (*place, "conditions"), "condition")
    yield from repeated(document, (*place, "steps"), "step")
    window = body.get("window", {"from": None})
    if "from" not in window and "to" not in window:
        yield document.problem("a window needs `from` or `to`", *place, "window")
    shared = not place and "versions" in document.value
    for i, condition in enumerate(body.get("conditions", [])):
        key = (*place, "conditions", i)
        if condition["id"] == "window":
            yield document.problem("`window` is the id of the window; choose another", *key, "id")
        if "source" not in condition and not shared:
            yield document.problem(f"condition `{condition['id']}` lacks `source`", *key)
        yield from repeated(document, (*key, "evidence"), "evidence")


def _check_parameters(document: Document, place: Key) -> Iterator[Problem]:
    for name, parameter in (part_of(document.value, place) or {}).items():
        key = (*place, name)
        dated = parameter.get("values", [])
        if bool(dated) != ("by" in parameter):
            yield document.problem(f"`{name}` needs `values` and `by` together", *key)
        if "source" not in parameter and not all("source" in one for one in dated or [{}]):
            yield document.problem(f"`{name}` lacks `source`", *key)
        for i, (earlier, later) in enumerate(pairwise(dated), 1):
            if earlier["from"] >= later["from"]:
                yield document.problem("the days of `values` must rise", *key, "values", i, "from")


def _check_stacking(document: Document) -> Iterator[Problem]:
    for name in ("excludes", "deducts"):
        for i, other in enumerate(part_of(document.value, ("stacking", name)) or []):
            if other == document.value["programme"]:
                yield document.problem(f"`{name}` names the programme itself", "stacking", name, i)


def _check_shares(document: Document) -> Iterator[Problem]:
    shares = part_of(document.value, ("instalments", "shares"))
    if shares is not None and sum(shares) != 100:
        yield document.problem(
            f"the shares come to {sum(shares)} percent, not 100", "instalments", "shares"
        )


def _check_obligations(document: Document) -> Iterator[Problem]:
    for i, one in enumerate(document.value.get("obligations", [])):
        if one.get("every", one["months"]) > one["months"]:
            text = f"obligation `{one['id']}` is over before its first check"
            yield document.problem(text, "obligations", i, "every")
        if one["months"] > MOST_MONTHS:
            text = f"`months` must be at most {MOST_MONTHS}"
            yield document.problem(text, "obligations", i, "months")


def _check_evaluation(document: Document) -> Iterator[Problem]:
    """Every number of points has one meaning, and every grade stands once."""
    evaluation = document.value.get("evaluation")
    if evaluation is None:
        return
    points = [band["from"] for band in evaluation["bands"]]
    if points != sorted(set(points), reverse=True) or points[-1] != 0:
        text = "the points of `bands` must fall and end at 0"
        yield document.problem(text, "evaluation", "bands")
    if len(set(evaluation["grades"])) < len(evaluation["grades"]):
        yield document.problem("a grade is there twice", "evaluation", "grades")


def _check_examples(document: Document) -> Iterator[Problem]:
    programme = document.value
    conditions = {
        condition["id"]
        for place in body_places(programme)
        for condition in part_of(programme, place).get("conditions", [])
    }
    for i, example in enumerate(programme.get("examples", [])):
        if not any(name in example for name in _ANSWERS):
            answers = ", ".join(f"`{name}`" for name in _ANSWERS)
            yield document.problem(f"the example says no answer: {answers}", "examples", i)
        refused = example.get("refused_by", "window")
        if refused != "window" and refused not in conditions:
            yield document.problem(
                f"there is no condition `{refused}`", "examples", i, "refused_by"
            )
