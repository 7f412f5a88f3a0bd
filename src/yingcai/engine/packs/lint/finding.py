"""What the check of a pack finds, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from yingcai.engine.packs.document import Problem
from yingcai.engine.rules.words import Language

# Rules that only note; a finding of any other rule makes the check fail.
NOTES = (
    "undated-money",
    "bare-number",
    "fact-unused",
    "source-unused",
    "condition-untested",
    "language-missing",
    "workflow-unused",
    "score-unused",
    "calendar-end",
)
RULES = (
    "load",
    "compile",
    "example",
    "always-met",
    "never-met",
    "part-constant",
    "contradiction",
    "row-unreached",
    "window-gap",
    "parameter-late",
    "parameter-unused",
    "table-unused",
    "step-unused",
    "stacking",
    "no-examples",
    "lead-unit",
    "language-wrong",
    "text-blank",
    "half-width",
    "stage-term",
    "clock-runs",
    "votes-lost",
    "silence-money",
    "one-person",
    "seat-empty",
    "joint-missing",
    *NOTES,
)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend or, where it is only a ``note``, to know."""

    file: str
    line: int
    rule: str
    zh: str
    en: str

    @property
    def note(self) -> bool:
        return self.rule in NOTES

    def told(self, language: Language) -> Problem:
        """Place and words; a note says that it is one."""
        text = self.zh if language == "zh" else self.en
        if self.note:
            text = f"提示：{text}" if language == "zh" else f"note: {text}"
        return Problem(self.file, self.line, text)


def of_problem(problem: Problem, rule: str) -> Finding:
    """A problem of the loader or the compiler, whose words are English only."""
    return Finding(problem.file, problem.line, rule, problem.text, problem.text)
