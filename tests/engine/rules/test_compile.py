"""A pack's rules are taken whole, or refused with every problem and the way to it."""

import pytest

from tests.engine.rules.texts import FACTS, facts_of, rules_of, source, wrong
from yingcai.engine.rules.closures import closure, decide
from yingcai.engine.rules.compile import compile_rules
from yingcai.engine.rules.source_form import RuleSource, SourceFile
from yingcai.engine.rules.types import Boolean

GRANT = """
programme: grant
kind: benefit
source: plan#9
status: sample
parameters:
  months: {value: 6, unit: month, source: plan#9}
  share:
    unit: percent
    by: case.applied_on
    source: plan#9
    values: [{from: 2018-01-01, value: 30}, {from: 2019-07-01, value: 25, source: later#1, status: sample}]
  since: {value: 2018-01-01, unit: date}
tables:
  base:
    columns: [person.level, person.full_time, "-> amount CNY", "-> extra percent", "-> years year"]
    rows:
      - [top, yes, 1000000, 50, 5]
      - [top, no, 800000, "12.5", 3]
      - [senior|leading, "*", 100000.50, 10, 1]
    source: plan#9
  bands:
    columns: [step.years, "-> factor time"]
    rows: [["<1", 1], ["1..3", 2], [">3", 3]]
conditions:
  - id: insured
    when: person.months_insured >= param.months
    text: {zh: "社保满{param.months}", en: "insured for {param.months}"}
    evidence: [{id: record, zh: 记录, en: Record, need: exempt}]
    verified_by: rsj
  - {id: listed, when: COVERED('base'), source: plan#10}
  - {id: after, when: person.introduced_on >= param.since}
steps:
  - {id: years, value: "FULL_YEARS(person.introduced_on, case.applied_on, 'strict')", label: {zh: 年数, en: Years}}
  - {id: level, type: person.level, value: "CASE WHEN person.full_time THEN person.level ELSE 'none' END"}
amount: LEAST(LOOKUP('base.amount'), PORTION(person.home_price, param.share, 'down')) * LOOKUP('bands')
result: step.level
"""


def test_a_programme_becomes_a_rule_with_its_clauses() -> None:
    rules = rules_of(GRANT)
    programme, rule = rules.programmes["grant"], rules.rules[0]
    assert (programme.title["zh"], programme.subject, programme.sample) == ("项目", "person", True)
    assert programme.rules == (0,)
    assert [(one.name, one.source) for one in rule.conditions] == [
        ("insured", "plan#9"), ("listed", "plan#10"), ("after", "plan#9"),
    ]  # fmt: skip
    assert rule.conditions[0].evidence[0]["id"] == "record"
    assert rule.conditions[0].verified_by == "rsj"
    assert rule.conditions[1].facts == ("person.level", "person.full_time")
    assert rule.amount_facts == (
        "person.level", "person.full_time", "person.home_price", "case.applied_on",
        "person.introduced_on",
    )  # fmt: skip
    assert rule.parameters[1].values[1][2:] == ("later#1", True)
    assert rule.sample


def test_its_amount_is_what_a_hand_would_compute() -> None:
    rules = rules_of(GRANT)
    facts = facts_of(
        rules,
        person={
            "level": "top", "full_time": False, "months_insured": 6, "home_price": 2_000_000.10,
            "introduced_on": "2018-05-06",
        },
    )  # fmt: skip
    decided = decide(rules, facts)[0]
    # 30 % of the price is 600,000.03, less than 800,000; one full year counts twice.
    assert (decided.outcome, decided.amount, decided.result) == ("yes", 2 * 600_000_03, 0)


def test_the_value_of_the_date_that_counts_is_taken() -> None:
    text = """
    programme: p
    parameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: 2018-01-01, value: 10}, {from: 2019-07-01, value: 20}]}}
    amount: param.cap
    """
    rules = rules_of(text)

    def amount(day: str) -> int | None:
        return decide(rules, facts_of(rules, case={"applied_on": day}))[0].amount

    assert [amount(day) for day in ("2018-01-01", "2019-06-30", "2019-07-01")] == [1000, 1000, 2000]
    assert amount("2017-12-31") is None


VERSIONS = """
programme: rent
conditions: [{id: full-time, when: person.full_time}]
parameters: {months: {value: 36, unit: month}}
amount: YUAN(100)
versions:
  - id: "2017"
    window: {date: person.introduced_on, from: 2017-05-09, to: 2020-07-24}
    parameters: {rate: {value: 50, unit: CNY}}
    amount: param.rate * param.months
  - id: "2020"
    window: {date: person.introduced_on, from: 2020-07-25, text: {zh: 新政, en: New rules}}
    conditions: [{id: insured, when: person.months_insured > 2}]
"""


def test_the_window_chooses_the_version() -> None:
    rules = rules_of(VERSIONS)
    assert [(rule.programme, rule.version) for rule in rules.rules] == [
        ("rent", "2017"),
        ("rent", "2020"),
    ]
    assert [one.name for one in rules.rules[1].conditions] == ["window", "full-time", "insured"]

    def outcomes(day: str) -> list[tuple[str, int | None]]:
        person = {"full_time": True, "months_insured": 3, "introduced_on": day}
        return [(one.outcome, one.amount) for one in decide(rules, facts_of(rules, person=person))]

    assert outcomes("2020-07-24") == [("yes", 36 * 5000), ("no", 0)]
    assert outcomes("2020-07-25") == [("no", 0), ("yes", 100_00)]
    assert outcomes("2017-05-08") == [("no", 0), ("no", 0)]


def test_what_stands_above_the_versions_is_blamed_there() -> None:
    broken = VERSIONS.replace("when: person.full_time", "when: person.x").replace(
        "value: 36, unit: month", "value: x, unit: month"
    )
    assert wrong(broken)[:2] == [
        "parameters.months: 'x' is not a number",
        "conditions.0.when: `person.x` there is no fact `person.x`",
    ]
    assert wrong(VERSIONS.replace("person.months_insured > 2", "person.x"))[0].startswith(
        "versions.1.conditions.0.when:"
    )
    assert wrong(VERSIONS.replace("value: 50, unit: CNY", "unit: CNY"))[0].startswith(
        "versions.0.parameters.rate:"
    )


def test_a_judged_fact_leaves_the_case_to_a_person() -> None:
    rules = rules_of(
        "programme: p\nconditions: [{id: a, when: person.suitable}, {id: b, when: person.age < 40}]"
    )
    open_case = decide(rules, facts_of(rules, person={"age": 30}))[0]
    assert (open_case.outcome, open_case.amount) == ("person", None)
    assert decide(rules, facts_of(rules))[0].outcome == "unknown"
    assert decide(rules, facts_of(rules, person={"age": 50}))[0].outcome == "no"


HONOURS = (
    FACTS
    + """
  - {id: case.honour, label: {zh: 荣誉, en: Honour}, type: enum, values_from: honours, source: register}
  - {id: case.honour_on, label: {zh: 荣誉日期, en: Day of the honour}, type: date, source: register}
"""
)
INDEX = SourceFile(
    "catalogue/index.yaml",
    {"level": "person.level", "honour": "case.honour", "date": "case.honour_on"},
)
DOMAINS = {
    "honours": [("prize", {"zh": "奖", "en": "Prize"}), ("medal", {"zh": "章", "en": "Medal"})]
}


def edition(name: str, level: str, **in_force: str) -> SourceFile:
    items = [
        {"id": "prize", "level": level},
        {"id": "medal", "level": "senior"},
        {"id": "other", "level": "top", "equivalent": True},
    ]
    return SourceFile(f"catalogue/{name}.yaml", {"in_force": in_force, "items": items})


def test_an_honour_is_judged_by_the_catalogue_of_its_own_day() -> None:
    editions = [
        edition("2017", "leading", **{"from": "2017-05-09", "to": "2018-09-09"}),
        edition("2018", "top", **{"from": "2018-09-10"}),
    ]
    rules = rules_of(
        "programme: p\nconditions: [{id: in, when: COVERED('catalogue')}]\nresult: LOOKUP('catalogue.level')",
        facts=HONOURS, catalogue=INDEX, editions=editions, domains=DOMAINS,
    )  # fmt: skip

    def level(day: str) -> tuple[str, int | None]:
        facts = facts_of(rules, case={"honour": "prize", "honour_on": day})
        one = decide(rules, facts)[0]
        return one.outcome, one.result

    assert level("2018-09-09") == ("yes", 2)
    assert level("2018-09-10") == ("yes", 3)
    assert level("2016-01-01") == ("no", None)


def test_editions_may_not_overlap() -> None:
    editions = [
        edition("2017", "leading", to="2018-09-10"),
        edition("2018", "top", **{"from": "2018-09-10"}),
    ]
    found = compile_rules(
        source("programme: p", facts=HONOURS, catalogue=INDEX, editions=editions, domains=DOMAINS)
    )[1]
    assert [(one.file, one.key, one.text) for one in found] == [
        ("catalogue/2018.yaml", ("items", 0), "row 3 overlaps row 1"),
        ("catalogue/2018.yaml", ("items", 1), "row 4 overlaps row 2"),
    ]


def test_a_catalogue_names_facts_that_are_there() -> None:
    index = SourceFile(
        "catalogue/index.yaml",
        {"level": "person.age", "honour": "case.x", "date": "case.honour_on"},
    )
    found = compile_rules(source("programme: p", facts=HONOURS, catalogue=index, domains=DOMAINS))[
        1
    ]
    assert [(one.key, one.text) for one in found] == [
        (("honour",), "`case.x` is not a fact with a list of values of facts.yaml"),
        (("level",), "`person.age` is not a fact with a list of values of facts.yaml"),
    ]


def test_an_empty_catalogue_says_so() -> None:
    found = compile_rules(source("programme: p", facts=HONOURS, catalogue=INDEX, domains=DOMAINS))[
        1
    ]
    assert [(one.file, one.text) for one in found] == [
        ("catalogue/index.yaml", "has no rows, or more than 1000")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("window: {date: person.introduced_on}", "window: needs `from` or `to`"),
        ("window: {date: person.introduced_on, from: '2018-02-30'}", "window: '2018-02-30' is not a day; write 2019-05-06"),
        ("versions: [{id: a, window: {date: case.applied_on, to: x}}, {id: b, window: {date: case.applied_on, from: 2018-01-01}}]", "versions.0.window: 'x' is not a day; write 2019-05-06"),
        ("parameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: x, value: 1}]}}", "parameters.cap: 'x' is not a day; write 2019-05-06"),
        ("parameters: {cap: {unit: CNY, value: 50000000000000000}}", "parameters.cap: 50000000000000000 is too large"),
        ("window: {date: person.age, from: 2018-01-01}", "window.date: `person.age` is not a date of facts.yaml"),
        ("conditions: [{id: a, when: person.full_time}, {id: a, when: person.full_time}]", "conditions.1.id: `a` is there twice"),
        ("steps: [{id: a, value: person.age}, {id: a, value: person.age}]", "steps.1.id: `a` is there twice"),
        ("steps: [{id: a, value: step.b}, {id: b, value: person.age}]", "steps.0.value: `step.b` there is no earlier step `b`; there is: none"),
        ("amount: person.age", "amount: `person.age` is integer (year); it must be money"),
        ("result: person.age", "result: `person.age` is integer (year); it must be enum"),
        ("steps: [{id: a, type: person.level, value: person.trade}]", "steps.0.value: `person.trade` is enum person.trade; it must be enum person.level"),
        ("parameters: {Cap: {value: 1, unit: CNY}}", "parameters.Cap: is no name; write small letters, digits and _"),
        ("parameters: {cap: {unit: CNY}}", "parameters.cap: needs a `value`, or dated `values` and `by`"),
        ("parameters: {cap: {unit: CNY, by: case.applied_on, values: []}}", "parameters.cap: needs a `value`, or dated `values` and `by`"),
        ("parameters: {cap: {unit: CNY, value: 1.005}}", "parameters.cap: 1.005 has more decimals than money can hold"),
        ("parameters: {cap: {unit: percent, value: 1.00005}}", "parameters.cap: 1.00005 has more than 4 decimals, or is too large"),
        ("parameters: {cap: {unit: percent, value: x}}", "parameters.cap: 'x' is not a percentage"),
        ("parameters: {cap: {unit: CNY, values: [{from: 2018-01-01, value: 1}]}}", "parameters.cap: has dated `values`; `by` must name the date that counts"),
        ("parameters: {cap: {unit: CNY, by: person.age, values: [{from: 2018-01-01, value: 1}]}}", "parameters.cap: `by`: `person.age` is not a date of facts.yaml"),
        ("parameters: {cap: {unit: CNY, by: case.applied_on, values: [{from: 2019-01-01, value: 1}, {from: 2018-01-01, value: 2}]}}", "parameters.cap: its `values` must stand in order of `from`, each day once"),
        ('tables: {t: {columns: [step.x, "-> a CNY"], rows: [["*", 1]]}}', "tables.t.columns: there is no fact or step step.x"),
        ('tables: {t: {columns: [person.nix, "-> a CNY"], rows: [["*", 1]]}}', "tables.t.columns: there is no fact or step person.nix"),
        ('tables: {t: {columns: [person.level, "-> a CNY"], rows: [[top, 1]]}}\namount: LOOKUP(\'t\')', "tables.t: has no row for person.level = none; add rows, `otherwise`, or a condition COVERED('t')"),
        ('tables: {t: {columns: [person.level, "-> a CNY", "-> b CNY"], rows: [["*", 1, 2]]}}\namount: LOOKUP(\'t\')', "amount: `LOOKUP('t')` table `t` gives: a, b; say LOOKUP('t.…')"),
        ("stacking: {ceilings: [{per: firm, amount: 300000, share: by_date, within: ever}]}", "stacking.ceilings.0.amount: `300000` is integer; it must be money"),
        ("obligations: [{id: stay, zh: 留, en: Stay, months: 12, met_when: person.age}]", "obligations.0.met_when: `person.age` is integer (year); it must be boolean"),
        ("versions: [{id: a}, {id: b}]", "versions.0: needs a `window`: which date chooses it"),
        ("versions: [{id: a, window: {date: person.introduced_on, to: 2018-01-01}}, {id: b, window: {date: case.applied_on, from: 2018-01-02}}]", "versions: the windows of all versions name one date"),
        ("versions: [{id: a, window: {date: case.applied_on, to: 2018-01-01}}, {id: b, window: {date: case.applied_on, from: 2018-01-01}}]", "versions.1.window: overlaps another version's window"),
    ],
)  # fmt: skip
def test_a_programme_that_is_wrong_says_where_and_why(text: str, expected: str) -> None:
    assert wrong(f"programme: p\n{text}") == [expected]


def test_a_programme_is_there_once() -> None:
    assert wrong("programme: p", "programme: p") == ["programme: `p` is there twice"]


def test_steps_and_tables_may_wait_for_each_other() -> None:
    rules = rules_of(
        """
        programme: p
        tables:
          late: {columns: [step.second, "-> fen CNY"], rows: [["<=10", 1], [">10", 2]]}
          early: {columns: [person.age, "-> points point"], rows: [["<40", 1]], otherwise: [20]}
        steps: [{id: second, value: LOOKUP('early')}, {id: third, value: LOOKUP('late')}]
        amount: step.third
        """
    )
    assert decide(rules, facts_of(rules, person={"age": 30}))[0].amount == 100
    assert decide(rules, facts_of(rules, person={"age": 50}))[0].amount == 200


def test_what_is_owed_is_judged_by_facts_where_the_file_says_how() -> None:
    rules = rules_of(
        """
        programme: p
        source: plan#1
        steps: [{id: grown, value: person.age >= 18, label: {zh: 成年, en: Grown up}}]
        obligations:
          - {id: stay, zh: 留, en: Stay, months: 12, met_when: step.grown AND person.age <= 60}
          - {id: tell, zh: 说, en: Tell, months: 12}
        """
    )
    duties = rules.programmes["p"].duties
    assert (list(duties), duties["stay"].facts) == (["stay"], ("person.age",))
    assert (duties["stay"].source, duties["stay"].text["en"]) == ("plan#1", "Stay")
    assert closure(duties["stay"].test)({"person.age": 30}) is True
    assert closure(duties["stay"].test)({"person.age": 61}) is False
    assert closure(duties["stay"].test)({}) is None


def test_the_engine_adds_what_was_received_and_what_ceilings_used() -> None:
    rules = rules_of(
        "programme: a-b\nstacking: {highest_of: homes, deducts: [c], ceilings: [{per: firm, amount: YUAN(9), share: by_date, within: ever, group: [a-b, c]}]}",
        "programme: c\nstacking: {highest_of: homes}",
        "programme: d\nstacking: {excludes: [c, gone], top_up: true, ceilings: [{per: person, amount: YUAN(9), share: pro_rata, within: year}]}",
    )  # fmt: skip
    added = [name for name in rules.facts if name.split(".")[0] in ("received", "ceiling")]
    assert added == [
        "received.c", "received.a_b", "received.d", "ceiling.a_b_firm", "ceiling.d_person",
    ]  # fmt: skip
    assert rules.facts["ceiling.d_person"].label["zh"] == "限额内申报总额：项目"
    assert rules.programmes["a-b"].stacking.ceilings[0].group == ("a-b", "c")
    assert rules.programmes["d"].stacking.ceilings[0].fact == "ceiling.d_person"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("{id: person.x, label: {}, type: integer}", "an integer needs a `unit`: month, year, person …"),
        ("{id: person.x, label: {}, type: enum}", "needs `values`, each of them once"),
        ("{id: person.x, label: {}, type: enum, values: [{id: a}, {id: a}]}", "needs `values`, each of them once"),
        ("{id: person.x, label: {}, type: money, range: [a, 2]}", "is not a first and a last value: 'a' is not a number"),
        ("{id: person.x, label: {}, type: money, range: [3, 2]}", "begins above its end"),
        ("{id: person.select, label: {}, type: money}", "`person.select` ends in a reserved word; choose another"),
        ("{id: dog.x, label: {}, type: money}", "`dog.x` is no name of a fact; write {person, firm, project, household, case}.small_letters"),
        ("{id: person.full_time, label: {}, type: boolean}", "is used by two facts"),
    ],
)  # fmt: skip
def test_a_fact_that_is_wrong_says_why(fact: str, expected: str) -> None:
    assert [
        line.split(": ", 1)[1] for line in wrong("programme: p", facts=f"{FACTS}  - {fact}")
    ] == [expected]


def test_a_list_that_is_not_there_is_named_with_those_that_are() -> None:
    fact = "{id: person.x, label: {}, type: enum, values_from: moons}"
    assert wrong("programme: p", facts=f"{FACTS}  - {fact}", domains=DOMAINS) == [
        "facts.11.values_from: there is no list `moons`; there is: honours",
        "facts.11: needs `values`, each of them once",
    ]


def test_a_pack_without_a_catalogue_or_programmes_is_a_pack() -> None:
    rules, problems = compile_rules(RuleSource(SourceFile("facts.yaml", {"facts": []}), []))
    assert problems == []
    assert rules is not None
    assert rules.rules == ()


def test_what_people_judge_is_told_apart() -> None:
    rules = rules_of("programme: p")
    assert rules.judged(("person.age", "person.suitable")) == ("person.suitable",)


def test_a_step_that_is_there_twice_is_not_followed_in_a_circle() -> None:
    text = "steps: [{id: a, value: person.age}, {id: a, value: step.a}]\nconditions: [{id: c, when: step.a > 1}]"
    ceiling = "stacking: {ceilings: [{per: firm, amount: YUAN(1), share: by_date, within: ever}]}"
    assert wrong(f"programme: p\n{text}\n{ceiling}") == ["steps.1.id: `a` is there twice"]


def test_a_rule_set_can_be_cut_down_to_some_programmes() -> None:
    rules = rules_of(
        "programme: a", VERSIONS, "programme: c\nconditions: [{id: x, when: person.full_time}]"
    )
    some = rules.only(frozenset({"rent", "c"}))
    assert [(one.number, one.programme) for one in some.rules] == [
        (0, "rent"),
        (1, "rent"),
        (2, "c"),
    ]
    assert some.programmes["c"].rules == (2,)
    assert some.used_facts == ("person.full_time", "person.months_insured", "person.introduced_on")
    assert isinstance(some.facts["person.full_time"].type, Boolean)


DAYS = "programme: p\nin_force: {from: 2018-04-13, to: 2020-12-31}\namount: YUAN(1)"


def test_an_application_counts_only_in_the_days_in_force() -> None:
    rules = rules_of(DAYS)
    assert [one.name for one in rules.rules[0].conditions] == ["in-force"]

    def outcome(day: str) -> str:
        return decide(rules, facts_of(rules, case={"applied_on": day}))[0].outcome

    days = ("2018-04-12", "2018-04-13", "2020-12-31", "2021-01-01")
    assert [outcome(day) for day in days] == ["no", "yes", "yes", "no"]


def test_days_in_force_need_a_day_of_application() -> None:
    facts = "facts: [{id: person.x, label: {zh: x, en: x}, type: boolean, source: register}]"
    assert rules_of(DAYS, facts=facts).rules[0].conditions == ()
    assert wrong("programme: p\nin_force: {}") == ["in_force: needs `from` or `to`"]
    assert wrong("programme: p\nin_force: {from: soon}") == [
        "in_force: 'soon' is not a day; write 2019-05-06"
    ]


@pytest.mark.parametrize(
    ("text", "partly"),
    [
        ("parameters: {cap: {value: 1, unit: CNY}}", False),
        ("parameters: {cap: {value: 1, unit: CNY, status: sample}}", True),
        ('tables: {t: {columns: [person.full_time, "-> a CNY"], rows: [["*", 1]]}}\namount: LOOKUP(\'t\')', False),
        ('tables: {t: {columns: [person.full_time, "-> a CNY"], rows: [["*", 1]], status: sample}}\namount: LOOKUP(\'t\')', True),
        ('tables: {t: {columns: [person.full_time, "-> a CNY"], rows: [["*", 1]], status: sample}}', False),
    ],
)  # fmt: skip
def test_a_rule_knows_whether_some_figure_is_a_sample(text: str, *, partly: bool) -> None:
    rule = rules_of(f"programme: p\n{text}").rules[0]
    assert rule.partly_sample is partly
    assert not rule.sample
