"""Results of a scan or a what-if as tables: rows of words, for the terminal, a report or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import cast

from yingcai.engine.population.cliffs import Cliff
from yingcai.engine.population.scan import Block, Scan, Tally, group_words
from yingcai.engine.population.sweep import Point
from yingcai.engine.population.whatif import Effect, WhatIf
from yingcai.engine.rules.model import Parameter, RuleSet, Words
from yingcai.engine.rules.speaker import condition_words
from yingcai.engine.rules.words import Language, money_words, value_words


@dataclass(frozen=True)
class Table:
    """``numbers``: the places of columns that hold numbers, for alignment to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]


class TableMaker:
    """Makes the tables of one rule set in one language.

    ``units``: the names of the lead units by id. ``small``: counts of people below it are not shown.
    """

    def __init__(
        self,
        rules: RuleSet,
        language: Language,
        *,
        units: Mapping[str, Words] = MappingProxyType({}),
        small: int = 0,
    ) -> None:
        self.rules, self.language, self.units, self.small = rules, language, units, small

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def title(self, programme: str) -> str:
        return self.rules.programmes[programme].title.get(self.language, programme)

    def money(self, fen: int) -> str:
        """Sums are read in ten thousands of yuan in Chinese, in yuan in English."""
        if self.language == "zh" and abs(fen) >= 1_000_000:
            return f"{(Decimal(fen) / 1_000_000).quantize(Decimal('0.01'), ROUND_HALF_UP):,}万元"
        return money_words(fen, self.language)

    def count(self, people: int) -> str:
        """A number of people; small groups stay hidden, for they could be recognised."""
        return f"<{self.small}" if 0 < people < self.small else f"{people:,}"

    def scanned(self, found: Scan) -> Table:
        """One row a programme and group: people by outcome, fen before and after ceilings."""
        cut = [self._group_name(name) for name in found.by]
        heads = [
            self.say("项目", "Programme"), *cut, self.say("符合", "Entitled"), self.say("不符合", "Not"),
            self.say("待补充", "Facts missing"), self.say("待认定", "Needs a person"),
            self.say("应发金额", "Payable"), self.say("限额前金额", "Before ceilings"),
        ]  # fmt: skip
        waiting = any(one.waiting is not None for one in found.tallies)
        heads += [self.say("符合未申请", "Not applied")] if waiting else []
        first = 1 + len(cut)
        return Table(
            self.say("按项目统计", "By programme"),
            tuple(heads),
            tuple(self._scan_row(one, found, waiting=waiting) for one in found.tallies),
            frozenset(range(first, len(heads))),
        )

    def _scan_row(self, one: Tally, found: Scan, *, waiting: bool) -> tuple[str, ...]:
        group = self.groups(one.group, found.by)
        people = [self.count(number) for number in (one.yes, one.no, one.unknown, one.person)]
        row = [
            self.title(one.programme),
            *group,
            *people,
            self._payable(one, found),
            self.money(one.amount),
        ]
        if waiting:
            row.append("" if one.waiting is None else self.count(one.waiting))
        return tuple(row)

    def _payable(self, one: Tally, found: Scan) -> str:
        """The sum, as an interval where unknown members could still claim under a ceiling."""
        capped = found.ceilings.get(one.programme)
        if capped is None or found.by or capped.at_least == capped.at_most:
            return self.money(one.payable)
        if capped.at_most is None:
            least = self.money(capped.at_least)
            return self.say(f"至少{least}", f"at least {least}")
        return f"{self.money(capped.at_least)} – {self.money(capped.at_most)}"

    def _group_name(self, name: str) -> str:
        fact = self.rules.facts.get(name)
        return fact.label[self.language] if fact else self.say("年度", "Year")

    def groups(self, group: Sequence[object], by: Sequence[str]) -> list[str]:
        """The values of a group in words."""
        return [
            group_words(value, name, self.rules, self.language)
            for value, name in zip(group, by, strict=True)
        ]

    def by_unit(self, found: Scan) -> Table:
        """What each lead unit pays, over its programmes and all groups."""
        sums: dict[str, list[int]] = {}
        for one in found.tallies:
            row = sums.setdefault(self.rules.programmes[one.programme].lead, [0, 0])
            row[0] += one.yes
            row[1] += one.payable
        rows = [
            (self.unit(lead), self.count(people), self.money(fen))
            for lead, (people, fen) in sorted(sums.items(), key=lambda item: -item[1][1])
        ]
        heads = (
            self.say("牵头单位", "Lead unit"),
            self.say("符合（人次）", "Entitled"),
            self.say("应发金额", "Payable"),
        )
        return Table(self.say("按牵头单位", "By lead unit"), heads, tuple(rows), frozenset({1, 2}))

    def unit(self, name: str) -> str:
        return self.units.get(name, {}).get(self.language, name)

    def targets(self, found: WhatIf) -> Table:
        """What the change does to the targets of the plan that the touched programmes feed."""
        rows = []
        for name in found.touched:
            total = found.total(name)
            for feed in cast(
                "list[dict[str, object]]", self.rules.programmes[name].details.get("feeds", [])
            ):
                rows.append(
                    (
                        str(feed["measure"]), str(feed["text"]), self.title(name),
                        *self._change(total.entitled_before, total.entitled_after),
                    )
                )  # fmt: skip
        heads = (
            self.say("条款", "Measure"), self.say("目标", "Target"), self.say("项目", "Programme"),
            self.say("现行符合", "Entitled now"), self.say("调整后符合", "Entitled then"), self.say("增减", "Difference"),
        )  # fmt: skip
        return Table(
            self.say("对计划目标的影响", "Effect on the plan's targets"),
            heads,
            tuple(rows),
            frozenset({3, 4, 5}),
        )

    def _change(self, before: int, after: int) -> tuple[str, str, str]:
        """Two counts and their difference, which would give a hidden one away."""
        shown = (self.count(before), self.count(after))
        hidden = any(one.startswith("<") for one in shown)
        return (*shown, "" if hidden else f"{after - before:+,}")

    def blocked(self, blocks: Sequence[Block]) -> Table:
        """Which conditions refuse how many, and how many they alone refuse."""
        rows = [
            (
                self.title(one.programme), one.version, self._condition(one),
                self.count(one.refused), self.count(one.alone), self.count(one.undecided),
            )
            for one in blocks
        ]  # fmt: skip
        heads = (
            self.say("项目", "Programme"), self.say("版本", "Version"), self.say("条件", "Condition"),
            self.say("不满足", "Not met"), self.say("仅差此项", "Only this one"), self.say("未知", "Unknown"),
        )  # fmt: skip
        return Table(self.say("未享受的原因", "Why not"), heads, tuple(rows), frozenset({3, 4, 5}))

    def _condition(self, block: Block) -> str:
        rule, condition = next(
            (rule, one)
            for rule in self.rules.rules
            for one in rule.conditions
            if (rule.programme, rule.version, one.name)
            == (block.programme, block.version, block.condition)
        )
        return condition_words(condition, rule, self.rules.facts, self.language).rstrip("。.")

    def effects(self, found: WhatIf) -> Table:
        """One row a touched programme and group: cost before and after, winners and losers."""
        cut = [self._group_name(name) for name in found.by]
        heads = (
            self.say("项目", "Programme"), *cut, self.say("现行金额", "Cost now"), self.say("调整后金额", "Cost then"),
            self.say("增减", "Difference"), self.say("受益人数", "Winners"), self.say("增加", "They gain"),
            self.say("减少人数", "Losers"), self.say("减少", "They lose"), self.say("新增享受", "Newly entitled"),
            self.say("不再享受", "No longer"), self.say("待定", "Undecided"),
        )  # fmt: skip
        return Table(
            self.say("政策调整影响", "Effects of the change"),
            heads,
            tuple(
                (*self._effect_head(one, found), *self._effect_row(one)) for one in found.effects
            ),
            frozenset(range(1 + len(cut), len(heads))),
        )

    def _effect_head(self, one: Effect, found: WhatIf) -> tuple[str, ...]:
        return (self.title(one.programme), *self.groups(one.group, found.by))

    def _effect_row(self, one: Effect) -> tuple[str, ...]:
        return (
            self.money(one.before), self.money(one.after), self.money(one.after - one.before),
            self.count(one.winners), self.money(one.won), self.count(one.losers), self.money(one.lost),
            self.count(one.entered), self.count(one.left), self.count(one.undecided),
        )  # fmt: skip

    def cliffs(self, found: Sequence[Cliff]) -> Table:
        """Edges at which one more yuan, month or day costs money."""
        rows = []
        for one in found:
            fact = self.rules.facts[one.fact]
            rows.append(
                (
                    self.title(one.programme), fact.label[self.language],
                    value_words(one.edge, fact.type, self.language),
                    self.money(one.loss), self.count(one.people), self.count(one.near),
                )
            )  # fmt: skip
        heads = (
            self.say("项目", "Programme"), self.say("事实", "Fact"), self.say("到达", "Reaching"),
            self.say("平均减少", "Average loss"), self.say("样本中受影响", "Affected in the sample"),
            self.say("正在临近", "Close to it"),
        )  # fmt: skip
        return Table(self.say("悬崖点", "Cliffs"), heads, tuple(rows), frozenset({2, 3, 4, 5}))

    def swept(self, programme: str, parameter: Parameter, points: Sequence[Point]) -> Table:
        """One row a value of the parameter: people entitled, people still open, cost, and its rise."""
        rows = [
            (
                value_words(one.value, parameter.type, self.language),
                self.count(one.entitled), self.count(one.open), self.money(one.payable),
                self.money(one.payable - before.payable) if place else "",
            )
            for place, (before, one) in enumerate(zip([points[0], *points], points, strict=False))
        ]  # fmt: skip
        heads = (
            f"{self.title(programme)}：{parameter.name}" if self.language == "zh" else f"{self.title(programme)}: {parameter.name}",
            self.say("符合", "Entitled"), self.say("待定", "Open"), self.say("应发金额", "Payable"), self.say("比上一行", "Than the row above"),
        )  # fmt: skip
        title = self.say("参数变动的影响", "As the parameter moves")
        return Table(title, heads, tuple(rows), frozenset({0, 1, 2, 3, 4}))
