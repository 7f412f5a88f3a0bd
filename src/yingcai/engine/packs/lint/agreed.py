"""What the policy office and the plan say of a programme: examples, stacking, who leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yingcai.engine.packs.lint.finding import Finding
from yingcai.engine.packs.load import Pack
from yingcai.engine.packs.rule_source import line_of
from yingcai.engine.rules.bundle import check
from yingcai.engine.rules.model import RuleSet
from yingcai.engine.rules.version import IN_FORCE


def lint_agreed(pack: Pack, rules: RuleSet) -> Iterator[Finding]:
    for fault in check(rules):
        text = f"`{fault.programme}` {fault.text}"
        yield _finding(pack, fault.programme, "stacking", text, text, "stacking")
    for name in pack.programmes:
        yield from _examples(pack, rules, name)
    yield from _leads(pack)


def _finding(pack: Pack, programme: str, rule: str, zh: str, en: str, *key: str | int) -> Finding:
    file, line = line_of(pack, f"programmes/{programme}.yaml", key)
    return Finding(file, line, rule, zh, en)


def _examples(pack: Pack, rules: RuleSet, name: str) -> Iterator[Finding]:
    """A programme needs examples; each of its conditions should refuse one."""
    examples = pack.programmes[name].get("examples", [])
    if not examples:
        yield _finding(pack, name, "no-examples", "该项目没有示例", "the programme has no examples")
        return
    refused = {example.get("refused_by") for example in examples}
    asked = dict.fromkeys(
        condition.name
        for number in rules.programmes[name].rules
        for condition in rules.rules[number].conditions
    )
    for condition in asked:
        if condition not in refused and condition != IN_FORCE:
            yield _finding(
                pack,
                name,
                "condition-untested",
                f"没有示例因条件 `{condition}` 不满足而被拒",
                f"no example is refused by the condition `{condition}`",
                "examples",
            )


def _leads(pack: Pack) -> Iterator[Finding]:
    """A programme of a measure of the plan is led by one of the units of that measure."""
    units = _MeasureUnits(pack)
    for name, programme in pack.programmes.items():
        document, _, clause = programme["source"].partition("#")
        if document in units.plans and clause.isdecimal():
            known = units.of(int(clause))
            if known and programme["lead"] not in known:
                lead = programme["lead"]
                yield _finding(
                    pack,
                    name,
                    "lead-unit",
                    f"牵头单位 `{lead}` 不在计划第{clause}条的责任单位之中：{'、'.join(sorted(known))}",
                    f"the lead unit `{lead}` is not among the units of measure {clause}:"
                    f" {', '.join(sorted(known))}",
                    "lead",
                )


class _MeasureUnits:
    """Who answers for a measure, by the confirmed ledger."""

    def __init__(self, pack: Pack) -> None:
        plan = pack.pack["plan"]
        self.plans = {one["id"] for one in pack.documents if one.get("file") == plan["text"]}
        ledger = pack.files.get(plan.get("ledger", ""))
        self.ledger: dict[str, Any] = ledger.value if ledger else {"measures": []}
        self.units = {unit["id"]: unit for unit in pack.units}
        self.ids = {
            printed: unit["id"]
            for unit in pack.units
            for printed in (unit["name"], unit.get("full_name"), *unit.get("aliases", []))
        }

    def of(self, number: int) -> set[str]:
        """The ids of the units of a measure, members of collective ones among them."""
        found = {
            self.ids.get(printed)
            for measure in self.ledger["measures"]
            if measure["number"] == number
            for printed in (*measure.get("lead", []), *measure.get("joint", []))
        }
        found |= {
            name
            for one in self.ledger.get("assignments", [])
            if one["measure"] == number
            for name in (*one.get("lead", []), *one.get("joint", []))
        }
        known = {name for name in found if name}
        return known | {member for name in known for member in self.units[name].get("members", [])}
