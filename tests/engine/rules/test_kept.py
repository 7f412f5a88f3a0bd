"""What the compiler keeps of a pack's text, word for word, and what it takes where nothing is written."""

from datetime import date

import pytest

from tests.engine.rules.texts import FACTS, problems_of, rules_of, wrong
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.model import Ceiling, Condition, FactType, Parameter, Stacking
from yingcai.engine.rules.source_form import RuleProblem
from yingcai.engine.rules.types import RATIO_SCALE, Date, Integer, Money, Ratio, civil

FULL = """
programme: grant
title: {zh: 安家补助, en: Grant}
kind: recognition-money
subject: person
lead: labour
source: plan#1
status: sample
in_force: {from: 2018-01-01, to: 2019-12-31, source: plan#2, text: {zh: 有效期内, en: In force}}
parameters:
  months: {value: 6, unit: month, source: plan#3, status: sample}
  cap:
    unit: CNY
    by: case.applied_on
    source: plan#4
    values:
      - {from: 2018-01-01, value: 100}
      - {from: 2019-01-01, value: 200, source: plan#5, status: sample}
  day: {value: 2018-06-01, unit: date}
conditions:
  - id: insured
    when: person.months_insured >= param.months
    source: plan#6
    text: {zh: 参保, en: Insured}
    evidence: [{id: proof, zh: 证明, en: Proof, need: required}]
    verified_by: labour
  - {id: adult, when: person.age >= 18}
steps:
  - {id: base, value: param.cap, label: {zh: 标准, en: Base}}
  - {id: twice, value: step.base + step.base}
amount: LEAST(step.twice, person.salary)
stacking:
  highest_of: housing
  excludes: [rent]
  deducts: [fee]
  top_up: true
  ceilings:
    - {per: firm, amount: param.cap, share: pro_rata, within: year, group: [grant, fee], source: plan#7}
    - {per: person, amount: YUAN(5), share: by_date, within: ever}
"""
SMALL = "programme: {}\nconditions: []\namount: YUAN(1)"
RENT, FEE = SMALL.format("rent"), SMALL.format("fee")


def day(text: str) -> int:
    return civil(date.fromisoformat(text))


def test_a_programme_with_everything() -> None:
    rules = rules_of(FULL, RENT, FEE)
    grant = rules.programmes["grant"]

    assert (grant.name, grant.title) == ("grant", {"zh": "安家补助", "en": "Grant"})
    assert (grant.kind, grant.subject, grant.lead) == ("recognition-money", "person", "labour")
    assert (grant.source, grant.sample, grant.rules) == ("plan#1", True, (0,))
    assert grant.details["in_force"]["text"]["en"] == "In force"  # type: ignore[index]


def test_a_programme_with_nothing() -> None:
    rent = rules_of(RENT).programmes["rent"]
    assert (rent.kind, rent.lead, rent.source, rent.sample) == ("benefit", "", "", False)
    assert rent.stacking == Stacking()
    (rule,) = rules_of(RENT).rules
    assert (rule.source, rule.sample, rule.version) == ("", False, "")
    assert (rule.conditions, rule.steps, rule.parameters, rule.result) == ((), (), (), None)
    assert (rule.facts, rule.amount_facts) == ((), ())


def test_the_stacking_word_for_word() -> None:
    stacking = rules_of(FULL, RENT, FEE).programmes["grant"].stacking

    assert (stacking.highest_of, stacking.excludes, stacking.deducts, stacking.top_up) == (
        "housing", ("rent",), ("fee",), True,
    )  # fmt: skip
    first, second = stacking.ceilings
    assert (first.per, first.share, first.within) == ("firm", "pro_rata", "year")
    assert (first.group, first.source, first.fact) == (
        ("grant", "fee"), "plan#7", "ceiling.grant_firm",
    )  # fmt: skip
    assert second == Ceiling(
        per="person",
        amount=n.Const(5_00, Money()),
        share="by_date",
        within="ever",
        group=("grant",),  # its own where none is written
        source="plan#1",  # the programme's where it has none
        fact="ceiling.grant_person",
    )


def test_a_ceiling_of_a_programme_without_source_has_none() -> None:
    text = (
        RENT
        + "\nstacking: {ceilings: [{per: firm, amount: YUAN(5), share: by_date, within: ever}]}"
    )
    (ceiling,) = rules_of(text).programmes["rent"].stacking.ceilings
    assert ceiling.source == ""


def test_the_facts_that_stacking_brings() -> None:
    rules = rules_of(FULL, RENT, FEE)
    own = {
        name: one
        for name, one in rules.facts.items()
        if name.split(".")[0] in ("received", "ceiling")
    }

    def money(name: str, zh: str, en: str) -> FactType:
        label = {"zh": zh, "en": en}
        return FactType(name, Money(), label, source="office", low=0, high=10**12)

    assert own == {
        one.name: one
        for one in (
            money("received.rent", "已领取：项目", "Already received: Programme"),
            money("received.fee", "已领取：项目", "Already received: Programme"),
            money("received.grant", "已领取：安家补助", "Already received: Grant"),
            money(
                "ceiling.grant_firm",
                "限额内申报总额：安家补助",
                "Claimed in all under the ceiling: Grant",
            ),
            money(
                "ceiling.grant_person",
                "限额内已安排：安家补助",
                "Granted so far under the ceiling: Grant",
            ),
        )
    }


@pytest.mark.parametrize(
    ("stacking", "facts"),
    [
        ("excludes: [rent]", {"received.grant", "received.rent"}),
        ("deducts: [rent]", {"received.rent"}),
        ("top_up: true", {"received.grant"}),
        ("top_up: false", set()),
        ("highest_of: housing", {"received.grant"}),
    ],
)
def test_each_kind_of_stacking_brings_its_facts(stacking: str, facts: set[str]) -> None:
    """Exclusion holds both ways; a group is of those that name it."""
    grant = SMALL.format("grant") + f"\nstacking: {{{stacking}}}"
    rules = rules_of(grant, RENT)
    assert {name for name in rules.facts if name.startswith("received.")} == facts


def test_all_of_a_group_bring_what_they_received() -> None:
    one, two, other = (
        SMALL.format(name) + f"\nstacking: {{highest_of: {group}}}"
        for name, group in (("one", "a"), ("two", "a"), ("other", "b"))
    )
    rules = rules_of(one, two, other, RENT)
    assert {name for name in rules.facts if name.startswith("received.")} == {
        "received.one", "received.two", "received.other",
    }  # fmt: skip


def test_the_conditions_word_for_word() -> None:
    (rule, *_) = rules_of(FULL, RENT, FEE).rules
    in_force, insured, adult = rule.conditions

    applied = n.Fact("case.applied_on", Date())
    assert in_force == Condition(
        "in-force",
        n.And(
            (
                n.Compare(">=", applied, n.Const(day("2018-01-01"), Date())),
                n.Compare("<=", applied, n.Const(day("2019-12-31"), Date())),
            )
        ),
        "plan#2",
        {"zh": "有效期内", "en": "In force"},
        ("case.applied_on",),
    )
    assert (insured.name, insured.source, insured.text, insured.verified_by) == (
        "insured", "plan#6", {"zh": "参保", "en": "Insured"}, "labour",
    )  # fmt: skip
    assert insured.evidence == ({"id": "proof", "zh": "证明", "en": "Proof", "need": "required"},)
    assert insured.facts == ("person.months_insured",)
    assert (adult.source, adult.text, adult.evidence, adult.verified_by) == ("plan#1", {}, (), "")


@pytest.mark.parametrize(
    ("period", "test"),
    [
        ("from: 2018-01-01", n.Compare(">=", n.Fact("case.applied_on", Date()), n.Const(day("2018-01-01"), Date()))),
        ("to: 2018-01-01", n.Compare("<=", n.Fact("case.applied_on", Date()), n.Const(day("2018-01-01"), Date()))),
    ],
)  # fmt: skip
def test_a_period_with_one_end_is_one_comparison(period: str, test: n.Node) -> None:
    (rule,) = rules_of(RENT + f"\nin_force: {{{period}}}").rules
    (condition,) = rule.conditions
    assert (condition.test, condition.source, condition.text) == (test, "", {})


def test_the_steps_word_for_word() -> None:
    (rule, *_) = rules_of(FULL, RENT, FEE).rules
    base, twice = rule.steps
    assert (base.name, base.label, base.facts) == (
        "base", {"zh": "标准", "en": "Base"}, ("case.applied_on",),
    )  # fmt: skip
    assert (twice.name, twice.label, twice.facts) == ("twice", {}, ("case.applied_on",))
    assert rule.amount_facts == ("case.applied_on", "person.salary")
    assert rule.facts == (
        "case.applied_on", "person.months_insured", "person.age", "person.salary",
    )  # fmt: skip
    assert (rule.source, rule.sample) == ("plan#1", True)


def test_the_parameters_word_for_word() -> None:
    (rule, *_) = rules_of(FULL, RENT, FEE).rules
    assert rule.parameters == (
        Parameter("months", Integer("month"), "month", "", ((0, 6, "plan#3", True),)),
        Parameter(
            "cap",
            Money(),
            "CNY",
            "case.applied_on",
            (
                (day("2018-01-01"), 100_00, "plan#4", False),
                (day("2019-01-01"), 200_00, "plan#5", True),
            ),
        ),
        Parameter("day", Date(), "date", "", ((0, day("2018-06-01"), "", False),)),
    )


def test_a_sample_parameter_makes_all_its_values_samples() -> None:
    text = (
        "programme: p\nconditions: []\namount: param.cap\nparameters: {cap: {unit: CNY, status: sample, "
        "by: case.applied_on, values: [{from: 2018-01-01, value: 1}, {from: 2019-01-01, value: 2, status: rule}]}}"
    )
    (rule,) = rules_of(text).rules
    assert [sample for *_, sample in rule.parameters[0].values] == [True, False]


def test_a_wrong_parameter_hides_no_other_and_no_other_problem() -> None:
    text = (
        "programme: p\nconditions: [{id: a, when: person.age >= param.limit}]\namount: YUAN(1) + 1\n"
        "parameters: {Bad: {value: 1, unit: month}, limit: {value: 18, unit: year}, none: {unit: month}}"
    )
    assert wrong(text) == [
        "parameters.Bad: is no name; write small letters, digits and _",
        "parameters.none: needs a `value`, or dated `values` and `by`",
        "amount: `YUAN(1) + 1` money and integer do not go together",
    ]


def test_versions_inherit_what_stands_above_them() -> None:
    text = (
        "programme: p\nsource: plan#1\nstatus: sample\nversions:\n"
        "  - {id: a, window: {date: case.applied_on, to: 2018-12-31}, conditions: [], amount: YUAN(1)}\n"
        "  - {id: b, window: {date: case.applied_on, from: 2019-01-01}, conditions: [], amount: YUAN(2), "
        "source: plan#2, status: rule}\n"
    )
    first, second = rules_of(text).rules
    assert (first.version, first.source, first.sample, first.number) == ("a", "plan#1", True, 0)
    assert (second.version, second.source, second.sample, second.number) == (
        "b",
        "plan#2",
        False,
        1,
    )
    assert [one.source for one in second.conditions] == ["plan#2"]


# -- the vocabulary ------------------------------------------------------------------------------

ONE = "sources: [{id: r, zh: 登记, en: R, kind: register}]\nfacts:\n  - "


def fact(text: str) -> FactType:
    return rules_of(RENT, facts=ONE + text).facts["person.x"]


def test_a_fact_with_everything() -> None:
    found = fact(
        "{id: person.x, label: {zh: 某, en: X}, type: integer, unit: year, range: [1, 9], source: r, "
        "moves: up, always: true, question: {zh: 多少, en: How many}}"
    )
    assert found == FactType(
        name="person.x",
        type=Integer("year"),
        label={"zh": "某", "en": "X"},
        source="r",
        low=1,
        high=9,
        judged=False,
        always=True,
        moves="up",
        value_labels={},
        question={"zh": "多少", "en": "How many"},
    )


def test_a_fact_with_nothing() -> None:
    found = fact("{id: person.x, label: {zh: 某, en: X}, type: boolean}")
    assert (found.source, found.always, found.moves, found.question) == ("", False, "any", {})
    assert (found.low, found.high, found.judged, found.value_labels) == (None, None, False, {})


def test_the_codes_of_an_enum_are_its_range() -> None:
    found = fact(
        "{id: person.x, label: {zh: 某, en: X}, type: enum, values: [{id: a, zh: 甲, en: A}, {id: b, zh: 乙, en: B}]}"
    )
    assert (found.low, found.high) == (0, 1)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("integer, unit: item", 0, 1_000_000),
        ("money", 0, 10_000_000_000_00),
        ("ratio", 0, 1_000_000),
        ("date", day("1900-01-01"), day("2100-12-31")),
    ],
)
def test_the_range_of_a_fact_that_names_none(kind: str, low: int, high: int) -> None:
    found = fact(f"{{id: person.x, label: {{zh: 某, en: X}}, type: {kind}}}")
    assert (found.low, found.high) == (low, high)


def test_a_name_of_fifty_signs_is_the_longest() -> None:
    at_most = "person." + "x" * 43
    text = FACTS + "  - {id: %s, label: {zh: 某, en: X}, type: boolean, source: register}\n"
    assert len(at_most) == 50
    assert at_most in rules_of(RENT, facts=text % at_most).facts
    assert wrong(RENT, facts=text % (at_most + "x")) == [
        f"facts.11.id: `{at_most}x` is no name of a fact; write "
        "{person, firm, project, household, case}.small_letters"
    ]


def test_all_problems_of_the_vocabulary_with_their_places() -> None:
    facts = (
        "sources: []\nfacts:\n"
        "  - {id: person.a, label: {zh: 甲, en: A}, type: integer, unit: year, range: [9, 1]}\n"
        "  - {id: person.b, label: {zh: 乙, en: B}, type: boolean}\n"
        "  - {id: person.b, label: {zh: 乙, en: B}, type: boolean}\n"
        "  - {id: person.c, label: {zh: 丙, en: C}, type: enum, values_from: towns}\n"
    )
    assert problems_of(RENT, facts=facts) == [
        RuleProblem("facts.yaml", ("facts", 0, "range"), "begins above its end"),
        RuleProblem("facts.yaml", ("facts", 2, "id"), "is used by two facts"),
        RuleProblem(
            "facts.yaml", ("facts", 3, "values_from"), "there is no list `towns`; there is: none"
        ),
        RuleProblem("facts.yaml", ("facts", 3), "needs `values`, each of them once"),
    ]


def test_a_programme_that_is_there_twice_is_named_with_its_file() -> None:
    assert problems_of(RENT, RENT)[0] == RuleProblem(
        "p1.yaml", ("programme",), "`rent` is there twice"
    )


def test_a_wrong_ceiling_is_named_with_its_file() -> None:
    text = (
        RENT
        + "\nstacking: {ceilings: [{per: firm, amount: person.age, share: by_date, within: ever}]}"
    )
    (problem,) = problems_of(text)
    assert (problem.file, problem.key) == ("p0.yaml", ("stacking", "ceilings", 0, "amount"))
    assert problem.text.startswith("`person.age` ")


# -- expressions as trees ------------------------------------------------------------------------


def tree(text: str) -> n.Node:
    """The condition of a programme that has only it."""
    quoted = text.replace("'", "''")
    (rule,) = rules_of(f"programme: p\nconditions: [{{id: c, when: '{quoted}'}}]").rules
    return rule.conditions[0].test


def test_shares_of_different_scales_are_brought_to_one() -> None:
    stake = n.Fact("person.stake", Ratio(RATIO_SCALE))
    assert tree("person.stake > PERCENT(25)") == n.Compare(
        ">", stake, n.Const(RATIO_SCALE // 4, Ratio(RATIO_SCALE))
    )
    text = (
        "programme: p\nconditions: [{id: c, when: person.stake > param.share}]\n"
        "parameters: {share: {value: 25, unit: percent}}"
    )
    (rule,) = rules_of(text).rules
    test = rule.conditions[0].test
    assert isinstance(test, n.Compare)
    assert isinstance(test.right, n.Arithmetic)
    assert (test.right.op, test.right.left.type, test.right.type) == (
        "*", Ratio(4), Ratio(RATIO_SCALE),
    )  # fmt: skip
    assert test.right.right == n.Const(RATIO_SCALE // 4, Integer())


def test_an_extreme_keeps_its_kind_and_its_type() -> None:
    age = n.Fact("person.age", Integer("year"))
    least = tree("LEAST(5, person.age) > 1")
    greatest = tree("GREATEST(person.age, 5) > 1")
    assert least == n.Compare(
        ">",
        n.Extreme("least", (n.Const(5, Integer()), age), Integer("year")),
        n.Const(1, Integer()),
    )
    assert greatest == n.Compare(
        ">",
        n.Extreme("greatest", (age, n.Const(5, Integer())), Integer("year")),
        n.Const(1, Integer()),
    )


def test_a_case_has_the_unit_of_whichever_value_has_one() -> None:
    found = tree("(CASE WHEN person.full_time THEN 1 ELSE person.age END) > 1")
    assert isinstance(found, n.Compare)
    assert isinstance(found.left, n.Case)
    assert found.left.type == Integer("year")


def test_a_result_may_be_written_as_a_value_of_its_enum() -> None:
    text = (
        "programme: p\nkind: recognition\nconditions: []\n"
        "result: \"CASE WHEN person.full_time THEN person.level ELSE 'top' END\""
    )
    (rule,) = rules_of(text).rules
    assert isinstance(rule.result, n.Case)
    assert rule.result.otherwise == n.Const(3, rule.result.type)


TABLE = "tables: {t: {columns: [person.level, -> amount CNY], rows: [[top, 5]], otherwise: [1]%s}}"


@pytest.mark.parametrize(("written", "kept"), [("", ""), (", source: plan#9", "plan#9")])
def test_a_table_keeps_its_source(written: str, kept: str) -> None:
    text = f"programme: p\nconditions: []\namount: LOOKUP('t')\n{TABLE % written}"
    (rule,) = rules_of(text).rules
    assert isinstance(rule.amount, n.Lookup)
    assert (rule.amount.table.name, rule.amount.table.source) == ("t", kept)


def test_a_table_without_output_says_how_one_looks() -> None:
    text = "programme: p\nconditions: []\ntables: {t: {columns: [person.level], rows: [[top]]}}"
    assert wrong(text) == ["tables.t.columns: has no output, such as `-> amount CNY`"]
