"""demo/subjects.yaml: the invented persons, firms and projects of the fictional city."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yingcai.engine.packs.document import Document, Problem, load_document
from yingcai.engine.packs.entries import repeated
from yingcai.engine.packs.registry import SUBJECT_KINDS
from yingcai.engine.packs.shape import (
    Dated,
    Flag,
    ListOf,
    Map,
    Number,
    Ref,
    Scalar,
    Text,
    identifier,
)

FILE = "demo/subjects.yaml"
_FACTS = ListOf(
    Map(
        {
            "fact": Ref("fact"),
            "value": Scalar(),
            "source": Ref("fact source"),
            "from": Dated(optional=True),
            "to": Dated(optional=True),
        }
    ),
    optional=True,
    about="事实 facts",
)
_TIES = ListOf(
    Map({"kind": identifier(), "to": identifier(), "from": Dated(), "till": Dated(optional=True)}),
    optional=True,
    about="关系 relations to others of this file",
)
_STEPS = ListOf(
    Map(
        {
            "before": Number(about="故事当日之前的天数 days before the day of the story"),
            "by": Text(optional=True, about="账号 login; nobody where a term passes"),
            "move": Text(
                about="办理动作 a move; `lapse` lets a term pass, `settle` and `sign` are of 一事一议"
            ),
            "to": Text(optional=True),
            "reason": Text(optional=True),
            "items": ListOf(Text(), optional=True),
            "amount": Number(optional=True, about="议定金额（元） what is settled, in yuan"),
            "basis": Text(optional=True, about="议定依据 the document that it stands on"),
            "terms": ListOf(Text(), optional=True, about="约定 terms"),
        }
    ),
    optional=True,
    about="办理经过 what was done, in order",
)
_CASES = ListOf(
    Map(
        {
            "programme": Ref("programme"),
            "subject": identifier(),
            "by": Text(about="申请账号 login of whoever applies"),
            "before": Number(about="故事当日之前的天数 days before the day of the story"),
            "draft": Flag(optional=True, about="只填不交 it is not handed in"),
            "answers": ListOf(Map({"fact": Ref("fact"), "value": Scalar()}), optional=True),
            "steps": _STEPS,
            "appeal": Map(
                {"before": Number(), "text": Text(), "steps": _STEPS},
                optional=True,
                about="申诉 an appeal of whoever applied",
            ),
        }
    ),
    optional=True,
    about="事项 invented applications",
)
_CALL = Map(
    {
        "programme": Ref("programme"),
        "title": Text(),
        "from": Number(about="开始：当日之前的天数 first day, days before the day of the story"),
        "to": Number(about="截止：当日之前的天数 last day"),
        "places": Number(minimum=1),
        "office": Text(about="人才办账号 login of the talent office"),
        "experts": ListOf(Text(), filled=True),
        "before": Number(about="评审组成立：当日之前的天数 when the panel is opened"),
        "opens": Number(
            about="公布分数：当日之后的天数 scores may be opened, days after the day of the story"
        ),
        "reason": Text(about="评分理由 what experts write"),
    },
    optional=True,
    about="征集和评审 a call with a panel that has scored",
)
SUBJECTS_SHAPE = Map(
    {
        "subjects": ListOf(
            Map(
                {
                    "id": identifier(),
                    "kind": Text(choices=SUBJECT_KINDS),
                    "sort": identifier(optional=True, about="单位类型 kind of organisation"),
                    "name": Text(),
                    "county": Ref("unit", optional=True),
                    "born_on": Dated(
                        optional=True, about="用于生成虚构证件号 for an invented number"
                    ),
                    "facts": _FACTS,
                    "relations": _TIES,
                }
            ),
            about="虚构的主体 invented subjects",
        ),
        "logins": ListOf(
            Map(
                {
                    "username": Text(),
                    "name": Text(),
                    "name_en": Text(),
                    "as": Text(choices=("self", "employer")),
                    "subject": identifier(),
                }
            ),
            about="本人和单位经办人的账号 accounts of persons and firms",
        ),
        "cases": _CASES,
        "call": _CALL,
        "others": Number(about="另外随机生成的人数 further invented people"),
        "spread": ListOf(
            Map(
                {
                    "fact": Ref("fact"),
                    "source": Ref("fact source"),
                    "values": ListOf(
                        Map({"value": Scalar(), "parts": Number(minimum=1)}), filled=True
                    ),
                }
            ),
            optional=True,
            about="随机生成的人的事实 what the further people are given, in parts of all parts",
        ),
    },
    about="虚构的主体 the invented subjects of the demonstration",
)


def subject_logins(folder: Path) -> list[dict[str, Any]]:
    """The logins of a checked pack's invented subjects; none where it has no such file."""
    if not (folder / FILE).is_file():
        return []
    document, _ = load_document(folder / FILE, name=FILE)
    return list(document.value["logins"]) if document else []


def check_subjects(document: Document) -> Iterator[Problem]:
    """What the shape cannot say: ids once, and relations and logins that lead somewhere."""
    yield from repeated(document, ("subjects",), "subject")
    yield from repeated(document, ("logins",), "login", by="username")
    known = {one["id"] for one in document.value["subjects"]}
    for i, one in enumerate(document.value["subjects"]):
        for j, tie in enumerate(one.get("relations", [])):
            if tie["to"] not in known:
                text = f"there is no subject `{tie['to']}` in this file"
                yield document.problem(text, "subjects", i, "relations", j, "to")
    for i, case in enumerate(document.value.get("cases", [])):
        if case["subject"] not in known:
            text = f"there is no subject `{case['subject']}` in this file"
            yield document.problem(text, "cases", i, "subject")
    for i, login in enumerate(document.value["logins"]):
        if login["subject"] not in known:
            text = f"there is no subject `{login['subject']}` in this file"
            yield document.problem(text, "logins", i, "subject")
