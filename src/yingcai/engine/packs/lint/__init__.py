"""The linter of packs: what loads and compiles, and is most likely not meant so.

Each module looks at one topic and yields findings; `finding.py` lists all rules. ``docs/packs.md``
says the same for those who write packs.
"""

from __future__ import annotations

from yingcai.engine.packs.lint.agreed import lint_agreed
from yingcai.engine.packs.lint.days import lint_days
from yingcai.engine.packs.lint.finding import NOTES, RULES, Finding
from yingcai.engine.packs.lint.numbers import lint_numbers
from yingcai.engine.packs.lint.reach import lint_conditions
from yingcai.engine.packs.lint.rows import lint_rows
from yingcai.engine.packs.lint.texts import lint_texts
from yingcai.engine.packs.lint.unused import lint_unused
from yingcai.engine.packs.lint.view import views_of
from yingcai.engine.packs.lint.workflows import lint_workflows
from yingcai.engine.packs.load import Pack
from yingcai.engine.rules.model import RuleSet

__all__ = ["NOTES", "RULES", "Finding", "lint"]


def lint(pack: Pack, rules: RuleSet) -> list[Finding]:
    """Everything the linter has to say, each thing once, by file and line."""
    views = views_of(pack, rules)
    return sorted(
        {
            *lint_conditions(views),
            *lint_rows(views),
            *lint_days(pack, views),
            *lint_numbers(views),
            *lint_unused(pack, rules, views),
            *lint_agreed(pack, rules),
            *lint_texts(pack, views),
            *lint_workflows(pack),
        }
    )
