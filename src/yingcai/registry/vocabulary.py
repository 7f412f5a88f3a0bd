"""What the active pack says about facts, relations, registers and purposes, typed, once a pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from yingcai.engine.rules.model import FactType
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.types import Boolean, Enum
from yingcai.engine.rules.vocabulary import read_vocabulary
from yingcai.engine.rules.words import Language, value_words
from yingcai.engine.rules.written import NotReadable, read_value, write_value
from yingcai.engine.values import digest
from yingcai.plan.queries import active_digest, vocabulary_of

Words = Mapping[str, str]


@dataclass(frozen=True)
class FactWord:
    """A fact of the vocabulary: its type, its class, the source that should know it."""

    name: str
    type: FactType
    data_class: str
    retention: int  # years
    source: str
    search: bool = False  # subjects are found and counted by it

    @property
    def label(self) -> str:
        return in_language(self.type.label)

    @property
    def values(self) -> tuple[str, ...]:
        """The values that a fact can have as they are kept; none of a fact that is no choice."""
        kind = self.type.type
        if isinstance(kind, Boolean):
            return ("yes", "no")
        return kind.values if isinstance(kind, Enum) else ()

    @property
    def sensitive(self) -> bool:
        """Shown one by one, with a reason."""
        return self.data_class == "sensitive"

    @property
    def sealed(self) -> bool:
        """Kept under the subject's key, so that it goes when the key does."""
        return self.data_class in ("personal", "sensitive")

    def normal(self, written: object) -> str:
        """The value as it is kept. Raises: NotReadable, also outside the fact's range."""
        value = read_value(written, self.type.type)
        low, high = self.type.low, self.type.high
        if low is not None and high is not None and not low <= int(value) <= high:
            first, last = write_value(low, self.type.type), write_value(high, self.type.type)
            raise NotReadable(f"{written} is outside {first} to {last}")
        return write_value(value, self.type.type)

    def words(self, kept: str) -> str:
        """A kept value in the language of the page."""
        try:
            value = read_value(kept, self.type.type)
        except NotReadable:  # the vocabulary has changed since
            return kept
        return value_words(value, self.type.type, language(), self.type.value_labels)


@dataclass(frozen=True)
class RelationWord:
    name: str
    label: Words
    back: Words
    first: str
    second: str
    has_share: bool


@dataclass(frozen=True)
class Purpose:
    """A purpose of processing. ``roles`` may use it and see facts of ``classes``."""

    name: str
    label: Words
    basis: str
    law: Words
    classes: frozenset[str]
    roles: frozenset[str]
    receiver: Words
    version: int
    notice: Words
    exact_counts: bool = False  # small counts are shown as they are
    restricted: bool = False  # it reaches subjects whose processing is restricted, too

    @property
    def words(self) -> str:
        return in_language(self.label)

    @property
    def needs_consent(self) -> bool:
        return self.basis == "consent"

    @property
    def asked(self) -> str:
        """A digest of what a person agrees to: what is told, which classes are shown, who receives.

        One that changed is asked again (PIPL art. 14), also where its version was left as it was.
        """
        told = (self.notice["zh"], self.receiver.get("zh", ""), *sorted(self.classes))
        return digest("\n".join(told).encode())


@dataclass(frozen=True)
class Ground:
    """A lawful reason to answer a request on rights. ``restricts``: kept and restricted, not erased."""

    name: str
    label: Words
    law: Words
    of: frozenset[str]
    answer: str
    restricts: bool

    @property
    def words(self) -> str:
        return in_language(self.label)

    @property
    def article(self) -> str:
        return in_language(self.law)


@dataclass(frozen=True)
class Vocabulary:
    facts: Mapping[str, FactWord]
    sources: Mapping[str, Words]
    source_kinds: Mapping[str, str]
    kinds: Mapping[str, Words]  # of organisations
    relations: Mapping[str, RelationWord]
    purposes: Mapping[str, Purpose]
    grounds: Mapping[str, Ground]
    precedence: tuple[str, ...]
    facets: Mapping[str, FactWord]  # facts by which subjects are found and counted
    fresh_days: Mapping[str, int]
    keep_imports: int | None = None  # days
    keep_numbers: int | None = None  # years

    def rank(self, source: str, fact: str) -> int:
        """How far a source is from being believed first; the fact's own source comes before all."""
        word = self.facts.get(fact)
        if word is not None and word.source == source:
            return -1
        return self.precedence.index(source) if source in self.precedence else len(self.precedence)


def vocabulary() -> Vocabulary:
    """That of the active pack; empty without one."""
    return _typed(active_digest())


def language() -> Language:
    return "en" if get_language() == "en" else "zh"


def in_language(words: Words) -> str:
    """Words in the language of the page, Chinese where there are no others."""
    return words.get(language()) or words.get("zh", "")


@lru_cache(maxsize=4)
def _typed(digest: str) -> Vocabulary:
    content = vocabulary_of(digest)
    facts, registry = content.get("facts", {}), content.get("registry", {})
    words = _facts(facts)
    return Vocabulary(
        facts=words,
        sources={one["id"]: one for one in facts.get("sources", [])},
        source_kinds={one["id"]: one["kind"] for one in facts.get("sources", [])},
        kinds={one["id"]: one for one in registry.get("kinds", [])},
        relations={one["id"]: _relation(one) for one in registry.get("relations", [])},
        purposes={one["id"]: _purpose(one) for one in registry.get("purposes", [])},
        grounds={one["id"]: _ground(one) for one in registry.get("grounds", [])},
        precedence=tuple(registry.get("precedence", [])),
        facets={name: word for name, word in words.items() if word.search and word.values},
        fresh_days={one["source"]: one["fresh_days"] for one in registry.get("registers", [])},
        keep_imports=registry.get("keeps", {}).get("imports"),
        keep_numbers=registry.get("keeps", {}).get("numbers"),
    )


def _facts(content: dict[str, Any]) -> dict[str, FactWord]:
    entries = content.get("facts", [])
    if not entries:
        return {}
    types, _ = read_vocabulary(RuleSource(SourceFile("facts.yaml", content), ()))
    return {
        one["id"]: FactWord(
            one["id"],
            types[one["id"]],
            one["class"],
            one["retention"],
            one["source"],
            one.get("search", False) and one["class"] != "sensitive",
        )
        for one in entries
        if one["id"] in types
    }


def _relation(one: dict[str, Any]) -> RelationWord:
    words = {"zh": one["zh"], "en": one["en"]}
    return RelationWord(one["id"], words, one["back"], one["from"], one["to"], "share" in one)


def _purpose(one: dict[str, Any]) -> Purpose:
    return Purpose(
        name=one["id"],
        label={"zh": one["zh"], "en": one["en"]},
        basis=one["basis"],
        law=one["law"],
        classes=frozenset(one["classes"]),
        roles=frozenset(one["roles"]),
        receiver=one.get("receiver", {}),
        version=one["version"],
        notice=one["notice"],
        exact_counts=one.get("exact_counts", False),
        restricted=one.get("restricted", False),
    )


def _ground(one: dict[str, Any]) -> Ground:
    return Ground(
        name=one["id"],
        label={"zh": one["zh"], "en": one["en"]},
        law=one["law"],
        of=frozenset(one["of"]),
        answer=one["answer"],
        restricts=one.get("restricts", False),
    )


NUMBERS = {
    "resident-id": {"zh": "居民身份证号", "en": "Resident identity number"},
    "passport": {"zh": "护照号", "en": "Passport number"},
    "credit-code": {"zh": "统一社会信用代码", "en": "Unified social credit code"},
    "bank-account": {"zh": "银行账号", "en": "Bank account number"},
    "name": {"zh": "姓名（查找结果中）", "en": "Name (in a list)"},
    "reason": {"zh": "写下的理由", "en": "Reasons in writing"},
    "relation": {"zh": "关系", "en": "Relations"},
    "guardian-paper": {"zh": "监护人的证明文件", "en": "Paper of a guardian"},
    "case": {"zh": "事项的内容和材料", "en": "Contents and files of a case"},
}


def number_words(kind: str) -> str:
    """What a kind of number is called, in the language of the page."""
    return in_language(NUMBERS.get(kind, {"zh": kind}))
