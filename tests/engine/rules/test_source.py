import ast
import re
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from functools import reduce

import pytest

from tests.engine.rules import make, random_nodes
from yingcai.engine.rules import nodes as n
from yingcai.engine.rules.closures import decide
from yingcai.engine.rules.model import FactType, Rule, RuleSet
from yingcai.engine.rules.outcome import RuleOutcome
from yingcai.engine.rules.source import compile_case
from yingcai.engine.rules.tables import Span, Table
from yingcai.engine.rules.types import Boolean, Date, Enum, Integer, Known, Money, Ratio, civil

TODAY = civil(date(2019, 5, 6))
TRUE = n.Const(value=True, type=Boolean())
MONTHS = make.fact("person.months")
APPLIED = make.fact("case.applied_on")
ARRIVED = make.fact("person.arrived_on")
INTEGER = Integer()


def agree(rules: RuleSet, *cases: Mapping[str, Known]) -> list[RuleOutcome]:
    """Both functions say exactly what the oracle says; returns the outcomes of the last case."""
    compiled = compile_case(rules)
    outcomes: list[RuleOutcome] = []
    for facts in cases:
        outcomes = decide(rules, facts)
        # By their text, in which True is not 1.
        assert repr(compiled.trace(facts)) == repr(outcomes), facts
        short = [one._replace(conditions=(), steps=()) for one in outcomes]
        assert repr(compiled.run(facts)) == repr(short), facts
    return outcomes


def known(**facts: Known) -> dict[str, Known]:
    """Facts by their names without the subject's, on an ordinary day."""
    subjects = {one.name.partition(".")[2]: one.name for one in reversed(make.FACTS)}
    return {"case.applied_on": TODAY, **{subjects[name]: value for name, value in facts.items()}}


def at_least(months: int) -> n.Compare:
    return n.Compare(">=", MONTHS, make.number(months))


def steps_of(nodes: Mapping[str, n.Node]) -> RuleSet:
    return make.rule_set(make.rule(steps=nodes))


@pytest.mark.parametrize("seed", range(200))
def test_random_nodes_are_decided_as_the_oracle_decides_them(seed: int) -> None:
    random = random_nodes.seeded(seed)
    rules = random_nodes.rule_set(random)
    agree(rules, *random_nodes.subjects(random, rules, 10))


def test_an_outcome_names_what_an_undecided_condition_waits_for() -> None:
    rules = make.rule_set(
        make.rule(at_least(6), make.fact("case.passed"), amount=make.fen(100)),
        make.rule(n.Or((at_least(6), make.fact("case.passed"))), amount=make.fen(100)),
        make.rule(n.Compare("=", n.Param("p", INTEGER, APPLIED, ((TODAY + 1, 3),)), MONTHS)),
    )
    decided = [
        [one.outcome for one in agree(rules, facts)]
        for facts in (
            known(months=6, passed=True),
            known(months=6),
            known(passed=True),
            known(months=5, passed=False),
            known(months=5),
            known(),
        )
    ]
    assert decided == [
        ["yes", "yes", "person"],
        ["person", "yes", "person"],
        ["unknown", "yes", "unknown"],
        ["no", "no", "person"],
        ["no", "person", "person"],
        ["unknown", "unknown", "unknown"],
    ]


def test_a_no_pays_nothing_and_only_a_rule_with_an_amount_says_zero() -> None:
    rules = make.rule_set(
        make.rule(at_least(6), amount=make.fen(100)),
        make.rule(at_least(6), result=make.fact("person.level")),
    )
    assert compile_case(rules).run(known(months=5, level=2)) == [
        ("no", 0, None, (), ()),
        ("no", None, None, (), ()),
    ]
    assert compile_case(rules).run(known(months=6, level=2)) == [
        ("yes", 100, None, (), ()),
        ("yes", None, 2, (), ()),
    ]
    assert compile_case(rules).trace(known(months=5, level=2))[0] == ("no", 0, None, (False,), ())


def test_no_rules_and_rules_without_conditions_are_decided() -> None:
    assert compile_case(make.rule_set()).run({}) == []
    assert agree(make.rule_set(make.rule()), {}) == [("yes", None, None, (), ())]
    assert agree(make.rule_set(make.rule(TRUE, n.Not(TRUE))), {})[0].outcome == "no"


def test_run_computes_nothing_after_the_first_false_condition() -> None:
    # A code that is no value of the domain stops whoever looks it up.
    table = make.table({"k": make.LEVEL}, [((frozenset({1}),), (5,))])
    later = n.Covered(table, (make.fact("person.level"),))
    compiled = compile_case(make.rule_set(make.rule(at_least(6), later, amount=make.fen(1))))

    assert compiled.run(known(months=5, level=99))[0].outcome == "no"
    with pytest.raises(IndexError):
        compiled.trace(known(months=5, level=99))
    with pytest.raises(IndexError):
        compiled.run(known(months=6, level=99))


def test_a_fact_that_is_always_known_must_be() -> None:
    rules = make.rule_set(make.rule(n.Compare(">", APPLIED, n.Const(5, Date()))))
    compiled = compile_case(rules)
    for decide_one in (compiled.run, compiled.trace):
        with pytest.raises(ValueError, match=r"case\.applied_on: always known, but not here"):
            decide_one({"case.applied_on": None})
        assert decide_one(known())[0].outcome == "yes"


def test_a_compiled_case_cannot_be_changed() -> None:
    compiled = compile_case(make.rule_set())
    with pytest.raises(FrozenInstanceError):
        compiled.source = ""  # type: ignore[misc]  # that is the point


def test_days_and_months_are_those_of_the_calendar() -> None:
    rules = steps_of(
        {
            "days": n.Days(ARRIVED, APPLIED, INTEGER),
            "year": n.YearOf(ARRIVED, INTEGER),
            **{
                f"{month_end}{years}": n.Months(ARRIVED, APPLIED, month_end, years, INTEGER)
                for month_end in (True, False)
                for years in (True, False)
            },
        }
    )
    days = [
        date(year, month, 1) + timedelta(days=offset)
        for year in (1900, 2000, 2019, 2020)
        for month in (1, 2, 3)
        for offset in (-1, 0, 14, 27, 28)
    ]
    pairs = [(civil(start), civil(end)) for start in days for end in days]
    agree(rules, *({"person.arrived_on": start, "case.applied_on": end} for start, end in pairs))

    january, february = civil(date(2019, 1, 31)), civil(date(2019, 2, 28))
    steps = agree(rules, {"person.arrived_on": january, "case.applied_on": february})[0].steps
    assert steps == (28, 2019, 0, 1, 0, 0)


@pytest.mark.parametrize("way", random_nodes.ROUNDINGS)
def test_both_sides_of_zero_are_rounded_alike(way: n.Rounding) -> None:
    money = n.Negative(make.fact("person.salary"), Money())
    rules = steps_of(
        {
            "above": n.RoundTo(make.fact("person.salary"), 100, way),
            "below": n.RoundTo(money, 100, way),
            "share": n.Portion(money, n.Const(500_000, Ratio()), 10**6, way),
        }
    )
    agree(rules, *(known(salary=fen) for fen in (0, 1, 49, 50, 51, 99, 100, 150, 10**18 + 50)))
    expected = {"down": (100, -100, -75), "half_up": (200, -200, -75), "up": (200, -200, -75)}
    assert agree(rules, known(salary=150))[0].steps == expected[way]


def _bands(count: int) -> Table:
    """Months in bands of ten, the first from 1."""
    rows = [((Span(1 + 10 * band, 10 + 10 * band),), (band,)) for band in range(count)]
    return make.table({"person.months": INTEGER}, rows)


@pytest.mark.parametrize("count", [1, 2, 30, 31, 60])
def test_bands_are_found_by_comparison_or_by_bisection(count: int) -> None:
    table = _bands(count)
    rules = steps_of(
        {
            "x": n.Lookup(table, "amount", (MONTHS,), Money()),
            "covered": n.Covered(table, (MONTHS,)),
        }
    )
    bisected = "bisect" in compile_case(rules).source
    assert bisected == (count > 30)
    agree(rules, *(known(months=months) for months in (None, *range(-1, 10 * count + 3))))
    assert agree(rules, known(months=10 * count))[0].steps == (count - 1, True)


def test_a_table_without_gaps_is_unknown_only_where_a_key_is() -> None:
    spans = [((Span(None, 5), None), (1, 10)), ((Span(6, None), frozenset({True})), (2, 20))]
    table = make.table(
        {"person.months": INTEGER, "person.local": Boolean()}, spans, otherwise=(3, 30)
    )
    keys = (MONTHS, make.fact("person.local"))
    rules = steps_of(
        {
            "first": n.Lookup(table, "amount", keys, Money()),
            "second": n.Lookup(table, "amount2", keys, Money()),
            "covered": n.Covered(table, keys),
        }
    )
    cases = [known(months=m, local=local) for m in (None, 5, 6) for local in (None, True, False)]
    agree(rules, *cases)
    assert agree(rules, known(months=6, local=False))[0].steps == (3, 30, False)
    assert agree(rules, known(months=5, local=False))[0].steps == (1, 10, True)


def test_a_large_table_is_compiled_without_unfolding_its_keys() -> None:
    honours = Enum("honours", tuple(f"h{code}" for code in range(600)))
    facts = (
        FactType("case.honour", honours, {}),
        FactType("case.honour_on", Date(), {}),
        *make.FACTS,
    )
    since = [civil(date(year, 1, 1)) for year in (2015, 2018, 2021)]
    rows = [
        ((frozenset({code}), Span(low, high)), (code * 10 + edition,))
        for code in range(0, 600, 2)
        for edition, (low, high) in enumerate(
            [(since[0], since[1] - 1), (since[1], since[2] - 1), (since[2], None)]
        )
    ]
    table = make.table({"case.honour": honours, "case.honour_on": Date()}, rows)
    keys = (n.Fact("case.honour", honours), n.Fact("case.honour_on", Date()))
    rules = make.rule_set(
        make.rule(steps={"x": n.Lookup(table, "amount", keys, Money())}), facts=facts
    )
    random = random_nodes.seeded(3)
    cases = [
        {"case.honour": random.randrange(600), "case.honour_on": civil(date(year, 7, 1))}
        for year in range(2013, 2024)
        for _ in range(10)
    ]
    agree(rules, *cases)
    assert len(compile_case(rules).source) < 1500


def _deep(kind: str) -> n.Node:
    """Forty levels of one kind, the depth that the language allows."""
    level = make.fact("person.local")
    salary = make.fact("person.salary")
    deep: dict[str, n.Node] = {
        "not": reduce(lambda node, _: n.Not(node), range(39), _node(level)),
        "and": reduce(lambda node, _: n.And((TRUE, node, at_least(3))), range(39), _node(level)),
        "or": reduce(lambda node, _: n.Or((node, at_least(3))), range(39), _node(level)),
        "compare": reduce(
            lambda node, _: n.Compare("=", node, make.fact("person.full_time")),
            range(39),
            _node(level),
        ),
        "sum": reduce(
            lambda node, _: n.Arithmetic("+", salary, node, Money()), range(39), _node(salary)
        ),
        "least": reduce(
            lambda node, _: n.Extreme("least", (node, make.fen(9), node), Money()),
            range(5),
            _node(salary),
        ),
        "round": reduce(lambda node, _: n.RoundTo(node, 3, "half_up"), range(39), _node(salary)),
        "case": reduce(
            lambda node, _: n.Case(((at_least(3), node),), make.fen(4), Money()),
            range(39),
            _node(salary),
        ),
        "condition": n.Case(
            (
                (
                    reduce(
                        lambda node, _: n.Case(((node, TRUE),), level, Boolean()),
                        range(38),
                        _node(level),
                    ),
                    salary,
                ),
            ),
            make.fen(4),
            Money(),
        ),
        "lookup": reduce(
            lambda node, _: n.Lookup(_bands(40), "amount", (node,), INTEGER),
            range(39),
            _node(MONTHS),
        ),
    }
    return deep[kind]


def _node(node: n.Node) -> n.Node:
    return node


@pytest.mark.parametrize(
    "kind",
    ["not", "and", "or", "compare", "sum", "least", "round", "case", "condition", "lookup"],
)
def test_deep_expressions_are_within_what_python_nests(kind: str) -> None:
    deep = _deep(kind)
    boolean = isinstance(deep.type, Boolean)
    rule = make.rule(deep) if boolean else make.rule(at_least(0), steps={"x": deep}, amount=deep)
    values = [
        known(local=local, months=months, salary=salary, full_time=True)
        for local in (True, False, None)
        for months in (2, 350, None)
        for salary in (7, None)
    ]
    agree(make.rule_set(rule), *values)


def test_wide_expressions_are_within_what_python_nests() -> None:
    """About the four hundred nodes that the language allows."""
    tests = tuple(n.Compare(">=", MONTHS, make.number(bound)) for bound in range(100, 230))
    many = tuple(n.Arithmetic("+", MONTHS, make.number(bound), INTEGER) for bound in range(130))
    arms = tuple((test, make.fen(place)) for place, test in enumerate(tests[:90]))
    rules = make.rule_set(
        make.rule(n.Or(tests), n.Not(n.And(tests))),
        make.rule(
            steps={
                "x": n.Extreme("least", many, INTEGER),
                "y": n.Extreme("greatest", many, INTEGER),
            }
        ),
        make.rule(amount=n.Case(arms, make.fen(7), Money())),
        make.rule(*tests, amount=make.fen(1)),
    )
    agree(rules, *(known(months=months) for months in (None, 0, 100, 150, 228, 229, 230)))


def test_what_rules_have_in_common_is_written_once() -> None:
    shared = n.Compare(">=", MONTHS, make.number(987))
    table = _bands(40)
    step = n.Lookup(table, "amount", (MONTHS,), Money())
    one = make.rule(shared, steps={"x": step}, amount=n.Step("x", Money()))
    source = compile_case(make.rule_set(one, one)).source
    run, trace = source.split("def trace")
    assert (run.count("987"), trace.count("987")) == (2, 1)
    assert (run.count("bisect"), trace.count("bisect")) == (2, 1)
    assert run.count("get(") == 1


@pytest.mark.parametrize("start", [MONTHS, APPLIED])
def test_a_step_named_twice_is_computed_once(start: n.Fact) -> None:
    steps: dict[str, n.Node] = {"s0": n.YearOf(start, INTEGER)}
    for place in range(9):
        step = n.Step(f"s{place}", INTEGER)
        steps[f"s{place + 1}"] = n.Arithmetic("+", step, step, INTEGER)
    rule = make.rule(
        n.Compare(">=", n.Step("s9", INTEGER), make.number(0)),
        steps=steps,
        amount=n.Step("s9", INTEGER),
    )
    agree(make.rule_set(rule), known(months=77_531), known())
    assert compile_case(make.rule_set(rule)).source.count("+") == 2 * 9


BAD = "x'\"\\\n\t'''\"\"\"}){0}\r\n__import__('os').abort()#"


def _named(mark: str) -> RuleSet:
    """A rule of every kind of name a pack can spell."""
    level = Enum(mark + "level", (mark + "a", mark + "b"))
    facts = (
        FactType(mark + "level", level, {"zh": mark}),
        FactType(mark + "on", Date(), {}, always=True),
        FactType(mark + "judged", Boolean(), {}, judged=True),
    )
    table = replace(
        make.table({mark + "key": level}, [((frozenset({1}),), (500,))], name=mark),
        outputs=(mark,),
        source=mark,
    )
    lookup = n.Lookup(table, mark, (n.Fact(mark + "level", level),), Money())
    dated = n.Param(mark, Money(), n.Fact(mark + "on", Date()), ((3, 100), (9, 200)))
    rule: Rule = make.rule(
        n.Covered(table, (n.Fact(mark + "level", level),)),
        n.Fact(mark + "judged", Boolean()),
        steps={
            mark + "s": lookup,
            mark + "t": n.Arithmetic("+", n.Step(mark + "s", Money()), dated, Money()),
        },
        amount=n.Step(mark + "t", Money()),
    )
    return make.rule_set(replace(rule, version=mark, source=mark), facts=facts)


def test_names_of_a_pack_never_become_code() -> None:
    rules = _named(BAD)
    cases: list[dict[str, Known]] = [
        {BAD + "level": level, BAD + "on": day, BAD + "judged": judged}
        for level in (0, 1, None)
        for day in (2, 3, 9)
        for judged in (True, False, None)
    ]
    agree(rules, *cases)
    assert compile_case(rules).source == compile_case(_named("plain.")).source


def test_a_constant_that_is_no_number_is_refused() -> None:
    text = n.Const("__import__('os').abort()", Money())  # type: ignore[arg-type]  # an attack
    with pytest.raises(TypeError):
        compile_case(make.rule_set(make.rule(amount=text)))


def test_generated_source_has_only_names_and_constants_of_its_own_making() -> None:
    own = re.compile(r"[abkgotv]\d+")
    names = {
        "facts", "get", "new", "bisect", "month_days", "days_before",
        "Outcome", "NO", "NOTHING", "UNKNOWN", "PERSON",
    }  # fmt: skip
    for seed in range(20):
        tree = ast.parse(compile_case(random_nodes.rule_set(random_nodes.seeded(seed))).source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                assert node.id in names or own.fullmatch(node.id), node.id
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value in {"no", "yes", "unknown", "person"}
            elif isinstance(node, ast.Attribute):
                assert (ast.unparse(node), type(node.ctx)) == ("facts.get", ast.Load)
            assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda)
