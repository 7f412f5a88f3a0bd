"""The linter: each rule finds its planted fault, with file, line and words, and not the near miss."""

from pathlib import Path

import pytest

from tests.engine.packs.make import change
from tests.engine.packs.make_clean import FILE, VOUCHER, found, linted
from yingcai.engine.packs.lint import NOTES, RULES

DOCTOR = "      - [doctor, 80000]\n"
INSURED = "person.insured_months >= param.months"
MONTHS = "  months: {value: 6,"
TEXT = 'zh: "缴费满{param.months}。"'
WINDOWS = ("to: 2027-06-30}", "from: 2027-07-01}\nstacking")
PATENTS = (
    "  - {id: firm.patents, label: {zh: 专利数, en: Patents}, type: integer, unit: item,"
    " source: education, class: public, retention: 5}\n"
)


def note(number: str, line: int) -> str:
    return (
        f"bare-number {FILE}:{line}: note: {number} stands bare in the expression;"
        " a parameter would name its clause"
    )


def test_a_clean_pack_has_no_findings_and_no_notes(clean: Path) -> None:
    assert found(clean) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "months: {value: 6,",
            "months: {value: 0,",
            [
                f"always-met {FILE}:35: every subject meets the condition `insured`:"
                " Months of social insurance in the city is at least 0 months"
            ],
        ),
        ("months: {value: 6,", "months: {value: 1,", []),
        (
            "months: {value: 6,",
            "months: {value: 721,",
            [
                f"never-met {FILE}:35: no subject can meet the condition `insured`:"
                " Months of social insurance in the city is at least 721 months"
            ],
        ),
        ("months: {value: 6,", "months: {value: 720,", []),
        (
            INSURED,
            "person.insured_months BETWEEN param.months AND 5",
            [
                note("5", 35),
                f"never-met {FILE}:35: no subject can meet the condition `insured`: Months of"
                " social insurance in the city is between 6 months and 5 months",
            ],
        ),
        (INSURED, "person.insured_months BETWEEN param.months AND 6", [note("6", 35)]),
        (
            INSURED,
            f"{INSURED} OR person.insured_months > 720",
            [
                note("720", 35),
                f"part-constant {FILE}:35: by the ranges of the facts this part never holds:"
                " Months of social insurance in the city is more than 720 months",
            ],
        ),
        (INSURED, f"{INSURED} OR person.insured_months >= 720", [note("720", 35)]),
        (
            "amount: LEAST(step.base, param.cap)",
            "amount: CASE WHEN person.insured_months >= 0 THEN step.base ELSE param.cap END",
            [
                f"part-constant {FILE}:42: by the ranges of the facts this part always holds:"
                " Months of social insurance in the city is at least 0 months"
            ],
        ),
        (
            f"when: {INSURED}",
            f"when: person.degree < 'master' AND {INSURED}",
            [f"contradiction {FILE}:35: condition `insured` cannot hold together with: degree"],
        ),
        (
            f"when: {INSURED}",
            f"when: (person.degree = 'none' OR person.degree = 'bachelor') AND {INSURED}",
            [f"contradiction {FILE}:35: condition `insured` cannot hold together with: degree"],
        ),
        (
            f"when: {INSURED}",
            f"when: (person.degree = 'none' OR person.degree = 'master') AND {INSURED}",
            [],
        ),
        (
            "    window: {date: case.applied_on, from: 2026-01-01, to: 2027-06-30}\n",
            "    window: {date: case.applied_on, from: 2026-01-01, to: 2027-06-30}\n"
            "    conditions:\n"
            "      - {id: twice, when: person.degree = 'none' AND person.degree = 'doctor',"
            " source: plan-2026#1}\n"
            "      - {id: again, when: person.degree > 'doctor', source: plan-2026#1}\n",
            [
                f"condition-untested {FILE}:55: note: no example is refused by the condition `again`",
                f"condition-untested {FILE}:55: note: no example is refused by the condition `twice`",
                f"never-met {FILE}:47: no subject can meet the condition `twice`:"
                " Highest degree is None, and Highest degree is Doctor",
                f"never-met {FILE}:48: no subject can meet the condition `again`:"
                " Highest degree is above Doctor",
            ],
        ),
    ],
)
def test_conditions_that_decide_nothing(
    clean: Path, old: str, new: str, expected: list[str]
) -> None:
    change(clean, FILE, old, new)

    assert sorted(linted(clean)) == sorted(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            DOCTOR,
            f"{DOCTOR}      - [bachelor, 5000]\n",
            [f"row-unreached {FILE}:26: row 3 of table `base` is never reached:"
             " the conditions leave it out"],
        ),
        (
            f"when: {INSURED}",
            f"when: person.degree <= 'master' AND {INSURED}",
            [f"row-unreached {FILE}:25: row 2 of table `base` is never reached:"
             " the conditions leave it out"],
        ),
        # Where a condition looks something up, the other conditions do not narrow it.
        (
            "    text: {zh: 硕士以上。",
            "  - id: listed\n    when: COVERED('base')\n    source: plan-2026#1\n"
            "    text: {zh: 硕士以上。",
            [f"condition-untested {FILE}:55: note: no example is refused by the condition `listed`"],
        ),
    ],
)  # fmt: skip
def test_rows_that_nobody_reaches(clean: Path, old: str, new: str, expected: list[str]) -> None:
    change(clean, FILE, old, new)

    assert linted(clean) == expected


def test_a_row_outside_the_range_of_a_fact(clean: Path) -> None:
    change(clean, FILE, "[person.degree, ", "[person.degree, person.insured_months, ")
    change(clean, FILE, "[master, 30000]", "[master, '<=720', 30000]")
    change(clean, FILE, "[doctor, 80000]\n", "[doctor, '*', 80000]\n      - [master, '>720', 5]\n")

    assert linted(clean) == [
        f"row-unreached {FILE}:26: row 3 of table `base` is never reached:"
        " outside the ranges of its facts"
    ]


def test_a_row_that_only_a_ceiling_or_a_condition_reaches_is_reached(clean: Path) -> None:
    change(clean, FILE, DOCTOR, f"{DOCTOR}      - [bachelor, 5000]\n")
    ceiling = "\"LEAST(step.most, LOOKUP('base'))\""
    change(
        clean,
        FILE,
        "    - {per: person, amount: step.most,",
        f"    - {{per: person, amount: {ceiling},",
    )
    change(clean, FILE, DOCTOR, f"{DOCTOR}      - [none, 0]\n")
    assert linted(clean) == []

    change(clean, FILE, ceiling, "step.most")
    change(clean, FILE, f"when: {INSURED}", f"when: {INSURED} AND COVERED('base')")
    assert linted(clean) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("from: 2027-07-01}\nst", "from: 2027-07-02}\nst", ["no version covers 2027-07-01"]),
        (
            "from: 2027-07-01}\nst",
            "from: 2027-08-01}\nst",
            ["no version covers 2027-07-01 – 2027-07-31"],
        ),
    ],
)
def test_days_between_two_windows(clean: Path, old: str, new: str, expected: list[str]) -> None:
    change(clean, FILE, old, new)

    assert linted(clean) == [f"window-gap {FILE}:47: {text}" for text in expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{from: 2026-01-01, value: 60000",
            "{from: 2026-01-02, value: 60000",
            ["parameter `cap` has no value before 2026-01-02, the window begins on 2026-01-01"],
        ),
        (
            "{date: case.applied_on, from: 2026-01-01, to",
            "{date: case.applied_on, to",
            ["parameter `cap` has no value before 2026-01-01, the window has no first day"],
        ),
        ("{from: 2026-01-01, value: 60000", "{from: 2025-12-31, value: 60000", []),
    ],
)
def test_a_parameter_that_begins_after_its_window(
    clean: Path, old: str, new: str, expected: list[str]
) -> None:
    change(clean, FILE, old, new)

    assert linted(clean) == [f"parameter-late {FILE}:13: {text}" for text in expected]


def test_a_parameter_by_another_date_is_left_alone(clean: Path) -> None:
    change(
        clean,
        "facts.yaml",
        "  - id: case.applied_on",
        "  - id: case.decided_on\n    label: {zh: 认定日期, en: Day of the decision}\n    type: date\n    source: case-office\n    class: internal\n    retention: 10\n    always: true\n  - id: case.applied_on",
    )
    change(clean, FILE, "    by: case.applied_on", "    by: case.decided_on")
    change(clean, FILE, "{from: 2026-01-01, value: 60000", "{from: 2026-05-01, value: 60000")

    assert linted(clean) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (FILE, MONTHS, f"  spare: {{value: 6, unit: month, source: plan-2026#1}}\n{MONTHS}",
         [f"parameter-unused {FILE}:19: parameter `spare` is not used"]),
        (FILE, "  - {id: most,",
         "  - {id: spare, value: param.most, label: {zh: 备用, en: Spare}}\n  - {id: most,",
         [f"step-unused {FILE}:41: step `spare` is not used"]),
        (FILE, "tables:\n",
         "tables:\n  spare: {columns: [person.degree, '-> amount CNY'], rows: [[doctor, 1]],"
         " source: plan-2026#1}\n",
         [f"table-unused {FILE}:21: table `spare` is not used"]),
        # A parameter that only a text names is used; a step that only a ceiling names is, too.
        (FILE, TEXT, 'zh: "缴费满{param.months}，上限{number.most}。"', []),
        (FILE, "amount: step.most, share", "amount: YUAN(90000), share",
         [f"step-unused {FILE}:41: step `most` is not used", note("90,000 yuan", 50)]),
        ("facts.yaml", "  - id: case.applied_on", f"{PATENTS}  - id: case.applied_on",
         ["fact-unused facts.yaml:29: note: no rule uses the fact `firm.patents`"]),
        ("facts.yaml", "facts:\n", "  - {id: tax, zh: 税务, en: Tax, kind: register}\nfacts:\n",
         ["source-unused facts.yaml:6: note: no fact comes from `tax`"]),
    ],
)  # fmt: skip
def test_what_is_written_and_never_used(
    clean: Path, file: str, old: str, new: str, expected: list[str]
) -> None:
    change(clean, file, old, new)

    assert linted(clean) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("YUAN(50)", [note("50 yuan", 42)]),
        ("YUAN(0)", []),
        ("PORTION(step.base, PERCENT(12.5), 'down')", [note("12.5%", 42)]),
        ("PORTION(step.base, PERCENT(100), 'down')", []),
        ("step.base * 12", [note("12", 42)]),
        ("step.base * 1", []),
        ("ROUND_TO(step.base, YUAN(100), 'down')", []),
        ("CASE WHEN FULL_YEARS(case.applied_on, DATE '2030-01-01', 'strict') <= 45"
         " THEN step.base ELSE param.cap END", [note("45", 42)]),
        # The reader brings both shares to one scale; its own factor is no number of the policy.
        ("CASE WHEN PERCENT(12.5) < LEAST(PERCENT(100), PERCENT(0)) THEN step.base ELSE param.cap END",
         [note("12.5%", 42),
          f"part-constant {FILE}:42: by the ranges of the facts this part never holds:"
          " the lower of 100% and 0% is above 12.5%"]),
    ],
)  # fmt: skip
def test_numbers_that_stand_bare(clean: Path, amount: str, expected: list[str]) -> None:
    change(clean, FILE, "LEAST(step.base, param.cap)", f"LEAST(step.base, param.cap, {amount})")

    assert linted(clean) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("stacking:\n", "stacking:\n  highest_of: housing\n",
         [f"stacking {FILE}:49: `voucher` is alone in the group housing; name it in another or remove it"]),
        ("lead: labour\njoint: [talent]", "lead: talent",
         [f"lead-unit {FILE}:6: the lead unit `talent` is not among the units of measure 1: labour"]),
        ("lead: labour\njoint: [talent]\nsource: plan-2026#1", "lead: talent\nsource: plan-2026#0", []),
        ("lead: labour\njoint: [talent]\nsource: plan-2026#1", "lead: talent\nsource: plan-2026#goals", []),
        ("    refused_by: degree\n", "    refused_by: degree\n    needs_person: false\n", []),
        ("    refused_by: degree\n", "    needs_person: false\n",
         [f"condition-untested {FILE}:52: note: no example is refused by the condition `degree`"]),
        (VOUCHER[VOUCHER.index("examples:") :], "",
         [f"no-examples {FILE}:1: the programme has no examples"]),
    ],
)  # fmt: skip
def test_what_the_office_and_the_plan_say(
    clean: Path, old: str, new: str, expected: list[str]
) -> None:
    change(clean, FILE, old, new)

    assert linted(clean) == expected


def test_units_that_the_city_adds_to_a_measure_may_lead(clean: Path) -> None:
    change(clean, FILE, "lead: labour\njoint: [talent]", "lead: talent")
    ledger = clean / "plan/ledger.yaml"
    text = ledger.read_text("utf-8")
    ledger.write_text(
        text
        + "assignments:\n  - {measure: 1, text: 引进急需人才500名以上, lead: [talent], reason: 示例,"
        " status: sample}\n  - {measure: 2, text: 引进急需人才500名以上, lead: [west], reason: 示例, status: sample}\n",
        "utf-8",
    )

    assert linted(clean) == []


def test_a_member_of_a_collective_unit_may_lead(clean: Path) -> None:
    change(clean, FILE, "lead: labour\njoint: [talent]", "lead: west")
    change(clean, "plan/ledger.yaml", "lead: [市人社局]", "lead: [各县, 不知名单位]")

    assert linted(clean) == [
        "lead-unit programmes/settling-in.yaml:6: the lead unit `labour` is not among the units"
        " of measure 1: counties, east, west"
    ]


def test_a_measure_without_printed_units_says_nothing_of_the_lead(clean: Path) -> None:
    change(clean, FILE, "lead: labour\njoint: [talent]", "lead: west")
    change(clean, "plan/ledger.yaml", "    lead: [市人社局]\n", "")
    assert linted(clean) == []

    (clean / "plan/ledger.yaml").unlink()
    change(clean, "pack.yaml", ", ledger: plan/ledger.yaml", "")
    assert linted(clean) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("zh: 硕士以上。", "zh: 硕士(以上)。",
         [f"half-width {FILE}:31: half-width punctuation after Chinese: 士("]),
        ("zh: 硕士以上。", "zh: 硕士（以上）。", []),
        ("zh: 硕士以上。", "zh: MBA (A)，硕士。", []),
        ("name: 硕士三万元", "name: 硕士, 三万元",
         [f"half-width {FILE}:52: half-width punctuation after Chinese: 士,"]),
        ("en: A master or doctor.", "en: A 硕士 or doctor.",
         [f"language-wrong {FILE}:31: `en` holds Chinese: A 硕士 or doctor."]),
        ("zh: 硕士以上。", "zh: A master or doctor.",
         [f"language-wrong {FILE}:31: `zh` holds no Chinese: A master or doctor."]),
        ("zh: 硕士以上。", "zh: MBA", []),
        (TEXT, 'zh: "缴费满{param.month}。"', [f"text-blank {FILE}:37: there is no parameter to fill {{param.month}}"]),
        (TEXT, 'zh: "缴费满{months}。"', [f"text-blank {FILE}:37: there is no parameter to fill {{months}}"]),
        (TEXT, 'zh: "缴费满{number.months}个月。"', []),
        ("title: {zh: 购房券,", 'title: {zh: "购房{param.most}",',
         [f"text-blank {FILE}:2: parameters are filled into the texts of conditions only"]),
        ("title: {zh: 购房券,", 'title: {zh: "购房{most}",', []),
    ],
)  # fmt: skip
def test_words(clean: Path, old: str, new: str, expected: list[str]) -> None:
    change(clean, FILE, old, new)

    assert linted(clean) == expected


def test_sentences_of_texts_are_chinese_as_well(clean: Path) -> None:
    (clean / "texts").mkdir()
    (clean / "texts/notice.yaml").write_text("a: 您好,已批准。\nb: [您好，已批准。]\n", "utf-8")

    assert linted(clean) == [
        "half-width texts/notice.yaml:1: half-width punctuation after Chinese: 好,"
    ]


def test_a_document_without_english_or_without_a_day(clean: Path) -> None:
    change(clean, "documents.yaml", '    en: "Talent plan of Lanchuan (2026-2028)"\n', "")
    assert linted(clean) == [
        "language-missing documents.yaml:3: note: `plan-2026` has no English name"
    ]

    change(clean, "documents.yaml", "    issued_on: 2026-01-01\n", "")
    assert linted(clean) == [
        "language-missing documents.yaml:3: note: `plan-2026` has no English name",
        "undated-money documents.yaml:3: note: money stands on `plan-2026`, whose day of issue is not given",
    ]


def test_a_document_that_no_money_stands_on_needs_no_day(clean: Path) -> None:
    (clean / FILE).unlink()
    (clean / "programmes/settling-in.yaml").write_text(
        (clean / "programmes/settling-in.yaml")
        .read_text("utf-8")
        .replace("plan-2026#1, status", "other#1, status"),
        "utf-8",
    )
    change(clean, "documents.yaml", "    issued_on: 2026-01-01\n", "")
    documents = clean / "documents.yaml"
    documents.write_text(
        documents.read_text("utf-8")
        + "  - {id: other, zh: 通知, en: Notice, issued_on: 2026-02-01, read: part}\n",
        "utf-8",
    )

    assert linted(clean) == []


def test_what_lies_beside_programmes_uses_facts_too(pack: Path) -> None:
    """Score sheets, indicators and the catalogue of a whole pack."""
    assert [line for line in linted(pack) if line.startswith("fact-unused")] == [
        "fact-unused facts.yaml:58: note: no rule uses the fact `person.county`"
    ]


def test_every_rule_is_on_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs/packs.md").read_text("utf-8")
    section = page.partition("## Checking a pack")[2].partition("\n## ")[0]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]

    assert sorted(listed) == sorted(RULES)
    assert set(NOTES) < set(RULES)
