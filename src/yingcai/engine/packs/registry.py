"""registry.yaml: what kinds of subjects a city keeps, how they hang together, and why data is processed."""

from collections.abc import Iterator
from typing import Any

from yingcai.engine.packs.document import Document, Problem
from yingcai.engine.packs.entries import repeated
from yingcai.engine.packs.shape import (
    Flag,
    ListOf,
    Map,
    Number,
    Ref,
    Text,
    identifier,
    words,
)

SUBJECT_KINDS = ("person", "organisation", "project")
BASES = ("duty", "contract", "consent")
CLASSES = ("public", "internal", "personal", "sensitive")
RIGHTS = ("erase", "restrict", "lift")
ANSWERS = ("grant", "refuse")

REGISTRY_SHAPE = Map(
    {
        "kinds": ListOf(
            Map({"id": identifier(most=20), "zh": Text(), "en": Text()}),
            filled=True,
            about="单位类型 kinds of organisations",
        ),
        "relations": ListOf(
            Map(
                {
                    "id": identifier(most=20),
                    "zh": Text(),
                    "en": Text(),
                    "back": words(about="反向称谓 the same, seen from the other side"),
                    "from": Text(choices=SUBJECT_KINDS),
                    "to": Text(choices=SUBJECT_KINDS),
                    "share": Text(
                        choices=("percent",), optional=True, about="持股比例 it has a share"
                    ),
                }
            ),
            about="主体之间的关系 relations between subjects",
        ),
        "precedence": ListOf(
            Ref("fact source"),
            about="同一事实多个来源不一致时，先信谁 whom to believe first where sources differ",
        ),
        "registers": ListOf(
            Map(
                {
                    "source": Ref("fact source"),
                    "fresh_days": Number(minimum=1, about="多少天内算新 days it stays fresh"),
                }
            ),
            about="可查询的登记系统 registers that can be asked",
        ),
        "keeps": Map(
            {
                "imports": Number(
                    minimum=1, about="未写入的导入文件保存天数 days for files left lying"
                ),
                "numbers": Number(minimum=1, about="停用号码保存年数 years for numbers out of use"),
            },
            optional=True,
            about="事实以外的保存期限 terms of what is no fact",
        ),
        "purposes": ListOf(
            Map(
                {
                    "id": identifier(most=20),
                    "zh": Text(),
                    "en": Text(),
                    "basis": Text(choices=BASES, about="合法性基础 legal basis"),
                    "law": words(about="依据条文 the article it stands on"),
                    "classes": ListOf(
                        Text(choices=CLASSES), filled=True, about="可用的数据级别 what may be seen"
                    ),
                    "roles": ListOf(
                        Text(choices=("office", "county", "auditor", "employer", "self")),
                        about="可用的角色 who may use it",
                    ),
                    "exact_counts": Flag(
                        optional=True, about="统计显示小数目 small counts are shown as they are"
                    ),
                    "restricted": Flag(
                        optional=True,
                        about="也能看到限制处理的主体 it reaches restricted subjects, too",
                    ),
                    "receiver": words(optional=True, about="接收方 who receives the data"),
                    "version": Number(minimum=1, about="告知书版本 version of the notice"),
                    "notice": words(about="告知内容 what people are told"),
                }
            ),
            filled=True,
            about="处理目的 purposes of processing",
        ),
        "grounds": ListOf(
            Map(
                {
                    "id": identifier(most=30),
                    "zh": Text(),
                    "en": Text(),
                    "law": words(about="依据条文 the article it stands on"),
                    "of": ListOf(
                        Text(choices=RIGHTS), filled=True, about="用于哪些请求 for which requests"
                    ),
                    "answer": Text(choices=ANSWERS, about="同意或不予同意 yes or no"),
                    "restricts": Flag(
                        optional=True, about="不删除而限制处理 it restricts instead of erasing"
                    ),
                }
            ),
            optional=True,
            about="答复删除、限制处理请求的理由 lawful reasons for answers to requests on rights",
        ),
    },
    about="主体登记与个人信息处理 subjects, and the processing of personal information",
)


def check_registry(document: Document) -> Iterator[Problem]:
    """What the shape cannot say: ids once, and consent where sensitive data leaves the house."""
    for key, what in (("kinds", "kind"), ("relations", "relation"), ("purposes", "purpose")):
        yield from repeated(document, (key,), what)
    yield from repeated(document, ("registers",), "register", by="source")
    for place, source in enumerate(document.value["precedence"]):
        if source in document.value["precedence"][:place]:
            yield document.problem(f"source `{source}` is there twice", "precedence", place)
    for place, purpose in enumerate(document.value["purposes"]):
        for text, key in _purpose_problems(purpose):
            yield document.problem(f"purpose `{purpose['id']}` {text}", "purposes", place, key)
    yield from repeated(document, ("grounds",), "ground")
    for place, ground in enumerate(document.value.get("grounds", [])):
        instead = (ground["of"], ground["answer"]) == (["erase"], "refuse")
        if ground.get("restricts") and not instead:
            text = f"ground `{ground['id']}` restricts, so it refuses erasures and nothing else"
            yield document.problem(text, "grounds", place, "restricts")


def _purpose_problems(purpose: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Who agrees must know to whom data goes (PIPL art. 23), and agrees to sensitive data apart (art. 29)."""
    if purpose["basis"] != "consent":
        if "receiver" in purpose:
            yield "has a receiver, so its basis is `consent`", "basis"
        return
    if "receiver" not in purpose:
        yield "needs consent, so it names its `receiver`", "basis"
    if "sensitive" in purpose["classes"] and len(purpose["classes"]) > 1:
        yield (
            "needs consent: sensitive data is a purpose of its own, with no other class",
            "classes",
        )
