"""The rules of a published pack, compiled once a process and kept by digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language

from yingcai.engine.packs.load import Pack
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.packs.telling import Names, names_of
from yingcai.engine.rules.decide import Decider
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.source import CompiledCase, compile_case
from yingcai.engine.rules.words import LANGUAGES, Language
from yingcai.plan.queries import PackNotKept, active_digest, kept_pack


@dataclass(frozen=True)
class RuleBook:
    """A pack and its rules, ready to decide. ``pack`` is whole, ``rules`` may be those of one kind of subject."""

    digest: str
    pack: Pack
    rules: RuleSet
    case: CompiledCase
    deciders: Mapping[Language, Decider]
    names: Names

    @property
    def decider(self) -> Decider:
        """The one that explains in the language of the page."""
        return self.deciders[language()]


def rule_book() -> RuleBook | None:
    """Of the active pack; None where none is published with its files."""
    digest = active_digest()
    try:
        return book_of(digest) if digest else None
    except PackNotKept:
        return None


@lru_cache(maxsize=4)
def book_of(digest: str) -> RuleBook:
    """Raises: PackNotKept, NotThePack; ValueError where this version refuses the rules."""
    pack = kept_pack(digest)
    rules, problems = compile_pack(pack)
    if rules is None:
        raise ValueError(f"pack {digest[:12]}: {problems[0]}")
    return _ready(digest, pack, rules)


@lru_cache(maxsize=16)
def book_for(digest: str, subject: str) -> RuleBook:
    """The same with the programmes for one kind of subject alone."""
    whole = book_of(digest)
    wanted = (name for name, one in whole.rules.programmes.items() if one.subject == subject)
    return _ready(digest, whole.pack, whole.rules.only(frozenset(wanted)))


@lru_cache(maxsize=128)
def book_alone(digest: str, programme: str) -> RuleBook:
    """The same with one programme alone: a form asks nothing that only others need."""
    whole = book_of(digest)
    return _ready(digest, whole.pack, whole.rules.only(frozenset({programme})))


def _ready(digest: str, pack: Pack, rules: RuleSet) -> RuleBook:
    case = compile_case(rules)
    deciders = {tongue: Decider(rules, case.trace, tongue) for tongue in LANGUAGES}
    return RuleBook(digest, pack, rules, case, deciders, names_of(pack))


def language() -> Language:
    return "en" if get_language() == "en" else "zh"
