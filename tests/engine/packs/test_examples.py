"""Examples: what came out instead, and why, in both languages."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change, loaded
from tests.engine.packs.make_clean import FILE, VOUCHER
from yingcai.engine.packs.examples import run_examples
from yingcai.engine.packs.rule_source import compile_pack
from yingcai.engine.rules.words import Language

HEAD = VOUCHER[: VOUCHER.index("examples:")]
LINE = HEAD.count("\n") + 1
MASTER = "{person: {degree: master, insured_months: 6}, case: {applied_on: 2026-09-01}}"
BACHELOR = "{person: {degree: bachelor, insured_months: 6}, case: {applied_on: 2026-09-01}}"
OPEN = "{person: {degree: master}, case: {applied_on: 2026-09-01}}"


def failing(
    folder: Path, facts: str, answers: str, language: Language = "en", *, head: str = HEAD
) -> list[str]:
    """What is said of one example; the facts stand two lines below `examples`, the answers below them."""
    example = f"examples:\n  - name: 例\n    facts: {facts}\n    {answers}\n"
    (folder / FILE).write_text(head + example, "utf-8")
    pack = loaded(folder)
    rules, problems = compile_pack(pack)
    assert rules is not None, problems
    told = [str(one.told(language)) for one in run_examples(pack, rules)]
    return [line.removeprefix(f"{FILE}:") for line in told]


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        (MASTER, "grants: 30000"),
        (MASTER, "grants: 30000.00"),
        (MASTER, "needs_person: false"),
        (BACHELOR, "refused_by: degree"),
        (OPEN, "asks: [person.insured_months]"),
    ],
)
def test_an_example_that_agrees_says_nothing(clean: Path, facts: str, answers: str) -> None:
    assert failing(clean, facts, answers) == []


@pytest.mark.parametrize(
    ("facts", "answers", "expected"),
    [
        (MASTER, "grants: 30000.005",
         ["example “例” should grant 30,000 yuan; it came out: entitled  30,000 yuan"]),
        (MASTER, "result: senior",
         ["example “例” should give `senior`; it came out: entitled  30,000 yuan"]),
        (MASTER, "refused_by: insured",
         ["example “例” should be refused by `insured`; it came out: entitled  30,000 yuan"]),
        (BACHELOR, "refused_by: insured",
         ["example “例” should be refused by `insured`; it came out: not entitled  ✗ A master or"
          " doctor (Highest degree: Bachelor; Talent plan of Lanchuan (2026-2028), 1)"]),
        (OPEN, "asks: [person.degree, person.insured_months]",
         ["example “例” should ask for `person.degree`, `person.insured_months` and nothing else;"
          " it came out: facts missing  30,000 yuan"
          "  Still needed: Months of social insurance in the city"]),
        (OPEN, "needs_person: true",
         ["example “例” should need a person: yes; it came out: facts missing  30,000 yuan"
          "  Still needed: Months of social insurance in the city"]),
        (BACHELOR, "grants: 5",
         ["example “例” should grant 5 yuan; it came out: not entitled  ✗ A master or doctor"
          " (Highest degree: Bachelor; Talent plan of Lanchuan (2026-2028), 1)"]),
    ],
)  # fmt: skip
def test_an_example_that_fails_says_what_came_out(
    clean: Path, facts: str, answers: str, expected: list[str]
) -> None:
    assert failing(clean, facts, answers) == [f"{LINE + 3}: {text}" for text in expected]


def test_each_answer_of_an_example_is_compared(clean: Path) -> None:
    told = failing(clean, MASTER, "grants: 5\n    needs_person: true", "zh")

    assert told == [
        f"{LINE + 3}: 示例“例”应补助5元；实际：符合  3万元",
        f"{LINE + 4}: 示例“例”应需人工认定：是；实际：符合  3万元",
    ]


def test_the_facts_of_an_example_are_checked(clean: Path) -> None:
    told = failing(clean, "{person: {degree: emperor, age: 5}}", "grants: 5")

    assert told == [
        f"{LINE + 2}: example “例”: `person.degree`: 'emperor' is not one of: none, bachelor, master, doctor",
        f"{LINE + 2}: example “例”: `person.age` is not a fact of the pack",
        f"{LINE + 2}: example “例”: `case.applied_on` is always needed",
    ]


def test_what_people_judge_is_not_asked(clean: Path) -> None:
    change(
        clean,
        "facts.yaml",
        "facts:\n",
        "  - {id: board, zh: 评审会, en: Board, kind: committee}\nfacts:\n",
    )
    change(clean, "facts.yaml", "    source: social-insurance", "    source: board")

    assert failing(clean, OPEN, "needs_person: true") == []
    assert failing(clean, OPEN, "asks: [person.insured_months]", "zh") == [
        f"{LINE + 3}: 示例“例”应只询问 `person.insured_months`；实际：需人工认定  3万元"
        "  还需要：本市社会保险缴费月数（由人员认定）"
    ]


def test_an_amount_that_misses_a_fact_asks_for_it(clean: Path) -> None:
    head = HEAD.replace(
        "when: person.insured_months >= param.months", "when: person.degree > 'none'"
    )
    head = head.replace("LEAST(step.base", "LEAST(YUAN(1000) * person.insured_months, step.base")

    assert failing(clean, OPEN, "asks: [person.insured_months]", head=head) == []
    assert failing(clean, OPEN, "grants: 30000", head=head) == [
        f"{LINE + 3}: example “例” should grant 30,000 yuan; it came out: entitled"
        "  up to 30,000 yuan  Still needed: Months of social insurance in the city"
    ]


def test_a_recognition_gives_a_result(pack: Path) -> None:
    change(pack, "programmes/settling-in.yaml", "kind: benefit", "kind: recognition")
    change(pack, "programmes/settling-in.yaml", "amount: param.grant\n", "result: person.degree\n")
    change(pack, "programmes/settling-in.yaml", "    grants: 100000", "    result: doctor")
    whole = loaded(pack)
    rules, problems = compile_pack(whole)
    assert rules is not None, problems

    assert run_examples(whole, rules) == []
