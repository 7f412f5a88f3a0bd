"""What a change of the rules does: cost, winners and losers, by programme and group."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.engine.population.make import (
    GRANT,
    GRANT_PEOPLE,
    WITH_FIRMS,
    Connection,
    ceiling,
    people,
)
from tests.engine.rules.texts import FACTS, rules_of
from yingcai.engine.population.decided import GROUP_RULES
from yingcai.engine.population.people_file import PopulationError
from yingcai.engine.population.scan import facts_beside
from yingcai.engine.population.snapshot import open_population
from yingcai.engine.population.whatif import Effect, WhatIf, both, touched_programmes, what_if
from yingcai.engine.rules.model import RuleSet

OTHER = "programme: other\ntitle: {zh: 其他, en: Other}\nconditions: []\namount: YUAN(7)"
# Twelve months instead of six; 30,000 instead of 20,000 below leading, 45,000 instead of 50,000 above.
LATER = (
    GRANT.replace(">= 6", ">= 12")
    .replace("YUAN(20000)", "YUAN(30000)")
    .replace("YUAN(50000)", "YUAN(45000)")
)
EARLIER = GRANT.replace(">= 6", ">= 5")


def changed(
    db: Connection,
    path: Path,
    before: RuleSet,
    after: RuleSet,
    by: tuple[str, ...] = (),
    **more: Any,
) -> WhatIf:
    together = both(before, after, touched_programmes(before, after))
    population = open_population(db, path, together, keep=facts_beside(together, by))
    return what_if(population, before, after, by=by, **more)


def test_winners_and_losers_by_hand(db: Connection, tmp_path: Path) -> None:
    text = GRANT_PEOPLE + "g,true,20,top\nh,true,20,top\n"
    found = changed(db, people(tmp_path, text), rules_of(GRANT, OTHER), rules_of(LATER, OTHER))

    # a leaves with 50,000; b wins 10,000; g and h lose 5,000 each; d, c never; e open; f leaves,
    # and what it had is not known
    assert found.effects == (
        Effect(
            "grant", (), before=170_000_00, after=120_000_00, entitled_before=5, entitled_after=3,
            winners=1, won=10_000_00, losers=3, lost=60_000_00, entered=0, left=2, undecided=2,
        ),
    )  # fmt: skip
    assert (found.touched, found.untouched) == (("grant",), ("other",))
    assert found.total("other") == Effect("other", (), *[0] * 11)


def test_those_who_enter(db: Connection, tmp_path: Path) -> None:
    found = changed(db, people(tmp_path, GRANT_PEOPLE), rules_of(GRANT), rules_of(EARLIER))

    total = found.total("grant")
    assert (total.entered, total.left, total.winners, total.won) == (1, 0, 1, 50_000_00)
    assert (total.losers, total.lost) == (0, 0)
    assert total.undecided == 2  # e may be insured for 5 months or not; the level of f is not known


def test_by_group_and_in_all(db: Connection, tmp_path: Path) -> None:
    text = GRANT_PEOPLE + "g,true,20,top\n"
    before, after = rules_of(GRANT), rules_of(LATER)
    found = changed(db, people(tmp_path, text), before, after, ("person.level", "year"))

    assert [(one.group, one.before, one.after, one.undecided) for one in found.effects] == [
        ((1, 2019), 20_000_00, 30_000_00, 0),
        ((2, 2019), 0, 0, 1),
        ((3, 2019), 100_000_00, 45_000_00, 0),
        ((None, 2019), 0, 0, 1),
    ]
    assert (found.total().before, found.total("grant").after) == (120_000_00, 75_000_00)
    assert found.total("none") == Effect("none", (), *[0] * 11)


def test_only_what_differs_is_decided(db: Connection, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    before = rules_of(GRANT, OTHER, OTHER.replace("other", "gone"))
    after = rules_of(GRANT, OTHER.replace("YUAN(7)", "YUAN(8)"), OTHER.replace("other", "new"))

    found = changed(
        db, people(tmp_path, GRANT_PEOPLE), before, after, progress=lambda *step: seen.append(step)
    )

    assert (found.touched, found.untouched) == (("other", "gone", "new"), ("grant",))
    assert [
        (one.programme, one.before, one.after, one.entered, one.left) for one in found.effects
    ] == [
        ("other", 6 * 7_00, 6 * 8_00, 0, 0),
        ("gone", 6 * 7_00, 0, 0, 6),
        ("new", 0, 6 * 7_00, 6, 0),
    ]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert found.total() == Effect("", (), 84_00, 90_00, 12, 12, 12, 48_00, 6, 42_00, 6, 6, 0)


def test_the_same_rules_change_nothing(db: Connection, tmp_path: Path) -> None:
    rules = rules_of(GRANT, OTHER)
    found = changed(db, people(tmp_path, GRANT_PEOPLE), rules, rules_of(GRANT, OTHER))

    assert (found.touched, found.effects, found.untouched) == ((), (), ("grant", "other"))
    assert found.total().before == 0


def test_another_ceiling_alone_is_a_change(db: Connection, tmp_path: Path) -> None:
    capped = GRANT + f"stacking: {{ceilings: [{ceiling('firm', 'YUAN(60000)')}]}}"
    text = "id,firm.id,person.full_time,person.months_insured,person.level\n" + "".join(
        f"{name},f,yes,9,top\n" for name in "abc"
    )
    path = people(tmp_path, text)
    found = changed(db, path, rules_of(GRANT), rules_of(capped))

    total = found.total("grant")
    assert (total.before, total.after) == (150_000_00, 60_000_00)
    # a keeps its 50,000, of b's 10,000 are left, of c's nothing; all three stay entitled
    assert (total.winners, total.losers, total.lost, total.left) == (0, 2, 90_000_00, 0)
    back = changed(db, path, rules_of(capped), rules_of(GRANT)).total("grant")
    assert (back.before, back.after) == (60_000_00, 150_000_00)
    assert (back.winners, back.won, back.losers) == (2, 90_000_00, 0)
    by_level = changed(db, path, rules_of(GRANT), rules_of(capped), ("person.level",))
    assert [(one.group, one.after) for one in by_level.effects] == [((3,), 60_000_00)]


def test_a_programme_that_shares_a_ceiling_is_touched_too(db: Connection, tmp_path: Path) -> None:
    """Rent pays more, and takes the grant's place under the ceiling of both."""
    shared = ceiling("person", "YUAN(100)", "pro_rata", group=("fee", "rent"))
    fee = f"programme: fee\nconditions: []\namount: YUAN(90)\nstacking: {{ceilings: [{shared}]}}"
    rent = "programme: rent\nconditions: []\namount: YUAN({})"
    path = people(tmp_path, "id\na\nb\n")

    found = changed(
        db, path, rules_of(fee, rent.format(10), OTHER), rules_of(fee, rent.format(60), OTHER)
    )

    assert (found.touched, found.untouched) == (("fee", "rent"), ("other",))
    assert [(one.programme, one.before, one.after) for one in found.effects] == [
        ("fee", 180_00, 120_00), ("rent", 20_00, 80_00),
    ]  # fmt: skip
    fee_, rent_ = found.total("fee"), found.total("rent")
    assert (fee_.losers, fee_.lost, rent_.winners, rent_.won) == (2, 60_00, 2, 60_00)
    assert (fee_.winners, rent_.losers) == (0, 0)


def test_a_higher_ceiling_is_won_by_those_whom_it_had_cut(db: Connection, tmp_path: Path) -> None:
    """Two firms under it: f has room anyway, g had not; whose claim the last is nobody knows."""
    capped = GRANT + "stacking: {ceilings: [%s]}"
    low = rules_of(capped % ceiling("firm", "YUAN(60000)"))
    high = rules_of(capped % ceiling("firm", "YUAN(80000)"))
    text = "id,firm.id,person.full_time,person.months_insured,person.level\n"
    text += "a,f,yes,9,top\nb,g,yes,9,top\nc,g,yes,9,top\nd,g,yes,9,top\ne,,yes,9,top\n"
    found = changed(db, people(tmp_path, text), low, high)

    assert found.effects == (
        Effect(
            "grant", (), before=110_000_00, after=130_000_00, entitled_before=5, entitled_after=5,
            winners=1, won=20_000_00, losers=0, lost=0, entered=0, left=0, undecided=1,
        ),
    )  # fmt: skip


def test_who_is_refused_on_one_side_has_no_claim_there(db: Connection, tmp_path: Path) -> None:
    capped = f"stacking: {{ceilings: [{ceiling('firm', 'YUAN(60000)')}]}}"
    text = "id,firm.id,person.full_time,person.months_insured,person.level\n"
    text += "a,f,yes,9,top\nb,f,yes,20,top\n"
    found = changed(db, people(tmp_path, text), rules_of(GRANT + capped), rules_of(LATER + capped))

    total = found.total("grant")  # a's place goes to b, who had 10,000 and now gets 45,000
    assert (total.before, total.after, total.left) == (60_000_00, 45_000_00, 1)
    assert (total.winners, total.won, total.losers, total.lost) == (1, 35_000_00, 1, 50_000_00)


def test_a_programme_of_many_versions_stays_in_one_statement(
    db: Connection, tmp_path: Path
) -> None:
    """With both sides more rules than one group of programmes holds."""
    versions = "\n".join(
        f"  - {{id: v{year}, window: {{date: case.applied_on, from: {year}-01-01, to: {year}-12-31}}, "
        f"conditions: [], amount: YUAN({year})}}"
        for year in range(2010, 2011 + GROUP_RULES)
    )
    before = rules_of(f"programme: p\nversions:\n{versions}")
    after = rules_of(f"programme: p\nversions:\n{versions.replace('YUAN(2019)', 'YUAN(2000)')}")

    found = changed(db, people(tmp_path, "id\na\nb\n"), before, after)

    assert len(found.effects) == 1
    total = found.total("p")
    assert (total.before, total.after, total.losers, total.entered) == (4038_00, 4000_00, 2, 0)


def test_a_recognition_is_decided_without_an_amount(db: Connection, tmp_path: Path) -> None:
    title = "programme: title\nkind: recognition\nconditions: [{id: a, when: person.months_insured >= %s}]\nresult: person.level"
    found = changed(db, people(tmp_path, GRANT_PEOPLE), rules_of(title % 6), rules_of(title % 7))

    total = found.total("title")
    assert (total.entitled_before, total.entitled_after, total.left, total.undecided) == (
        3,
        2,
        1,
        1,
    )
    assert (total.winners, total.losers, total.before, total.after) == (0, 0, 0, 0)


def test_packs_of_two_vocabularies_cannot_be_compared() -> None:
    other = FACTS.replace("{id: top, zh: 顶尖人才, en: top}", "{id: best, zh: 顶尖人才, en: best}")
    before, after = rules_of(OTHER), rules_of(OTHER, facts=other)

    with pytest.raises(
        PopulationError, match=r"^`person\.level` has other values in the two packs"
    ):
        both(before, after, ["other"])


def test_a_draft_may_know_more_facts(db: Connection, tmp_path: Path) -> None:
    before = rules_of(GRANT)
    after = rules_of(GRANT.replace("YUAN(20000)", "firm.gain"), facts=WITH_FIRMS)
    text = "id,person.full_time,person.months_insured,person.level,firm.gain\na,yes,9,none,1\nb,yes,9,none,\n"

    total = changed(db, people(tmp_path, text), before, after).total("grant")

    assert (total.before, total.after, total.losers, total.undecided) == (40_000_00, 1_00, 1, 1)


def test_the_order_of_rows_and_threads_change_nothing(db: Connection, tmp_path: Path) -> None:
    random = Random(5)  # noqa: S311 - a test, no secret
    rows = [
        f"{n},{random.choice('fgh')},{random.choice(['yes', 'no', ''])},{random.randint(0, 20)},"
        f"{random.choice(['top', 'senior', 'leading', ''])},2019-0{random.randint(1, 9)}-01"
        for n in range(200)
    ]
    head = "id,firm.id,person.full_time,person.months_insured,person.level,case.applied_on"
    capped = f"stacking: {{ceilings: [{ceiling('firm', 'YUAN(300000)')}]}}"
    before, after = rules_of(GRANT + capped), rules_of(LATER + capped)
    found = []
    for threads, order in ((1, rows), (2, rows[::-1]), (2, random.sample(rows, 200))):
        db.execute(f"SET threads = {threads}")
        path = people(tmp_path, "\n".join([head, *order]))
        found.append(changed(db, path, before, after, ("person.level", "person.full_time")))
    assert found[0] == found[1] == found[2]
    for one in found[0].effects:  # who is undecided on one side may be paid on the other
        assert one.undecided or one.after - one.before == one.won - one.lost
    assert found[0].total().winners > 0
