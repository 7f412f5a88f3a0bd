"""The one rule of retention: when a term begins, when it is over, and nothing before."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yingcai.identity.tests.make import make_user
from yingcai.registry.actions.facts import Said, correct_fact, retract_fact
from yingcai.registry.actions.mandates import give_mandate
from yingcai.registry.actions.relations import Tie, end_relation, relate
from yingcai.registry.actions.requests import Wish, request_change, withdraw_request
from yingcai.registry.actions.sweeping import Run, sweep
from yingcai.registry.models import ChangeRequest, Fact, Mandate, Subject, Sweep
from yingcai.registry.queries.merged import merged_into
from yingcai.registry.queries.terms import coming_for, due_values, first_day_after, over_before
from yingcai.registry.tests.make import NOW, employ, make_fact, make_firm, make_person, make_talent
from yingcai.registry.tests.terms_by_hand import due_on, is_over

pytestmark = pytest.mark.usefixtures("city")
DAYS = st.dates(date(2010, 1, 1), date(2034, 12, 31))


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 4, tzinfo=UTC)


def going(subject: Subject, on: date) -> set[int]:
    return {one.pk for one in due_values([subject.pk], by=on)}


@pytest.mark.parametrize(
    ("begins", "years", "first"),
    [
        (date(2018, 6, 8), 10, date(2028, 6, 9)),
        (date(2016, 2, 29), 1, date(2017, 3, 1)),
        (date(2016, 2, 29), 4, date(2020, 3, 1)),
        (date(2015, 2, 28), 1, date(2016, 2, 29)),
        (date(2017, 12, 31), 3, date(2021, 1, 1)),
        (date.max, 1, None),
    ],
)
def test_a_term_is_over_on_the_day_after_its_last(
    begins: date, years: int, first: date | None
) -> None:
    assert first_day_after(begins, years) == first


@given(DAYS, st.integers(1, 30), DAYS)
def test_both_ways_to_count_say_the_same(begins: date, years: int, on: date) -> None:
    first = first_day_after(begins, years)
    assert first is not None
    over = is_over(begins, years, on)
    assert (on >= first) is over
    for moment in (noon(begins), noon(begins) + timedelta(hours=11, minutes=59)):
        assert (moment < over_before(on, years)) is over


def test_a_value_that_is_past_is_kept_for_its_years_after_its_last_day() -> None:
    lin = make_person()
    row = make_fact(lin, "person.degree", "master", until=date(2019, 6, 8))
    assert going(lin, date(2029, 6, 8)) == set()
    assert going(lin, date(2029, 6, 9)) == {row.pk}


def test_a_value_recorded_late_is_kept_for_its_years_from_then() -> None:
    lin = make_person()
    row = make_fact(lin, "person.degree", "master", until=date(1999, 6, 8))
    assert going(lin, date(2028, 6, 8)) == set()
    assert going(lin, date(2028, 6, 9)) == {row.pk}


def test_what_was_replaced_goes_and_what_took_its_place_stays() -> None:
    lin = make_person()
    old = make_fact(lin, "person.insured_months", 12)
    said = Said("person.insured_months", 13, "insurance", until=date(2030, 1, 1))
    new = correct_fact(old, said, actor=None, now=noon(date(2020, 1, 31)))
    assert going(lin, date(2023, 1, 31)) == set()
    assert going(lin, date(2023, 2, 1)) == {old.pk}
    assert going(lin, date(2033, 1, 2)) == {old.pk, new.pk}


def test_a_value_that_was_taken_back_goes_and_the_row_that_says_so_has_nothing_to_lose() -> None:
    lin = make_person()
    old = make_fact(lin, "person.insured_months", 12)
    retract_fact(old, actor=None, now=noon(date(2020, 1, 31)))
    assert going(lin, date(2099, 1, 1)) == {old.pk}


@pytest.mark.parametrize(
    "act", ["fact", "relation", "request", "withdrawal", "job", "job of another", "mandate"]
)
def test_what_still_holds_is_kept_from_the_last_day_on_which_its_subject_was_active(
    act: str,
) -> None:
    lin, firm = make_person(), make_firm()
    row = make_fact(lin, "person.insured_months", 12)
    last = date(2019, 3, 1)
    if act == "fact":
        make_fact(lin, "person.degree", "master", now=noon(last))
    elif act == "relation":
        tie = Tie("holds-shares", date(2018, 1, 1), "insurance", share=1000)
        relate(lin, tie, firm, actor=None, now=noon(last))
    elif act in ("request", "withdrawal"):
        talent = make_user()
        begun = last if act == "request" else last - timedelta(days=3)
        wish = Wish("person.degree", "doctor", "有证")
        asked = request_change(lin, wish, actor=talent, now=noon(begun))
        if act == "withdrawal":
            withdraw_request(asked, actor=talent, now=noon(last))
    elif act == "job":
        employ(lin, firm, date(2018, 1, 1), last)
    elif act == "job of another":
        row = make_fact(firm, "firm.capital", 5)
        employ(lin, firm, date(2018, 1, 1), last)
        assert going(firm, date(2029, 3, 1)) == set()
        assert going(firm, date(2029, 3, 2)) == {row.pk}
        return
    else:
        give_mandate(
            make_user(),
            lin,
            Mandate.Kind.SELF,
            ends_on=last,
            actor=None,
            now=noon(date(2018, 7, 1)),
        )
    assert row.pk not in going(lin, date(2022, 3, 1))
    assert row.pk in going(lin, date(2022, 3, 2))


def test_while_somebody_is_employed_his_term_does_not_begin() -> None:
    lin, firm = make_person(), make_firm()
    row = make_fact(lin, "person.insured_months", 12)
    job = employ(lin, firm, date(2018, 1, 1))
    assert going(lin, date(2099, 1, 1)) == set()

    end_relation(
        job, until=date(2020, 5, 5), source="insurance", actor=None, now=noon(date(2020, 5, 1))
    )

    assert going(lin, date(2023, 5, 5)) == set()
    assert going(lin, date(2023, 5, 6)) == {row.pk}


def test_while_a_login_may_act_for_somebody_his_term_does_not_begin() -> None:
    lin = make_person()
    make_fact(lin, "person.insured_months", 12)
    make_talent(lin)
    assert going(lin, date(2099, 1, 1)) == set()


def test_who_was_merged_is_active_when_the_one_that_was_kept_is() -> None:
    lin, again = make_person(), make_person()
    old = make_fact(again, "person.insured_months", 12)
    Subject.objects.filter(pk=again.pk).update(standing="merged", merged_into=lin)
    new = make_fact(lin, "person.insured_months", 13, now=noon(date(2020, 1, 1)))
    assert going(lin, date(2023, 1, 1)) == set()
    assert going(lin, date(2023, 1, 2)) == {old.pk, new.pk}


def test_of_who_is_restricted_nothing_is_due_whether_merged_or_not() -> None:
    lin, again = make_person(), make_person()
    make_fact(lin, "person.insured_months", 12)
    make_fact(again, "person.insured_months", 12)
    Subject.objects.filter(pk=again.pk).update(standing="merged", merged_into=lin)
    assert len(going(lin, date(2099, 1, 1))) == 2
    Subject.objects.filter(pk=lin.pk).update(standing="restricted")
    assert going(lin, date(2099, 1, 1)) == set()


def test_a_fact_that_the_pack_no_longer_has_is_never_due() -> None:
    lin = make_person()
    row = make_fact(lin, "person.insured_months", 12)
    gone = Fact.objects.create(
        subject=lin, name="person.shoe", value="43", source="applicant", recorded_at=NOW
    )
    assert going(lin, date(2099, 1, 1)) == {row.pk}
    assert gone.pk != row.pk


def test_a_person_is_told_ninety_days_before() -> None:
    lin = make_person()
    make_fact(lin, "person.insured_months", 12)
    assert coming_for(lin, on=date(2021, 3, 10)) == []
    told = coming_for(lin, on=date(2021, 3, 11))
    assert [(one.name, one.on) for one in told] == [("person.insured_months", date(2021, 6, 9))]


# -- random histories against the rule by hand ---------------------------------------------------------


class Life:
    """Makes up what happens to three people and a firm; each act is one of the register's own."""

    def __init__(self) -> None:
        self.people = [make_person() for _ in range(3)]
        self.firm = make_firm()

    def happen(self, what: str, who: int, on: date, more: int) -> None:
        lin = self.people[who]
        later = on + timedelta(days=more)
        getattr(self, f"_{what}")(lin, on, later)

    def _fact(self, lin: Subject, on: date, later: date) -> None:
        name, value = [("person.degree", "master"), ("person.insured_months", later.day)][
            on.day % 2
        ]
        until = later if on.month % 2 else None
        make_fact(lin, name, value, until=until, now=noon(on))

    def _correct(self, lin: Subject, on: date, later: date) -> None:
        old = lin.facts.filter(replaced_by=None, retracts=False, recorded_at__lt=noon(on)).last()
        if old is not None and on.day % 3:
            value = "doctor" if old.name == "person.degree" else 7
            until = later if on.month % 2 else None
            said = Said(old.name, value, old.source, until=until)
            correct_fact(old, said, actor=None, now=noon(on))
        elif old is not None:
            retract_fact(old, actor=None, now=noon(on))

    def _job(self, lin: Subject, on: date, later: date) -> None:
        tie = Tie("employed-by", on, "insurance", until=later if on.day % 4 else None)
        relate(lin, tie, self.firm, actor=None, now=noon(on))

    def _leave(self, lin: Subject, on: date, later: date) -> None:
        job = lin.relations.filter(replaced_by=None, ends_on=None, starts_on__lt=on).last()
        if job is not None:
            end_relation(job, until=later, source="insurance", actor=None, now=noon(on))

    def _mandate(self, lin: Subject, on: date, later: date) -> None:
        one = [lin, *merged_into(lin)]
        if not Mandate.objects.filter(subject__in=one).exists():
            give_mandate(
                make_user(), lin, Mandate.Kind.SELF, ends_on=later, actor=None, now=noon(on)
            )

    def _ask(self, lin: Subject, on: date, later: date) -> None:
        if not ChangeRequest.objects.filter(subject=lin, status="open").exists():
            user = make_user()
            row = request_change(
                lin, Wish("person.degree", "doctor", "有证"), actor=user, now=noon(on)
            )
            withdraw_request(row, actor=user, now=noon(later))

    def _merge(self, lin: Subject, on: date, later: date) -> None:
        first = self.people[0]
        if lin.pk != first.pk:
            Subject.objects.filter(pk=lin.pk).update(standing="merged", merged_into=first)

    def _restrict(self, lin: Subject, on: date, later: date) -> None:
        if lin.pk == self.people[0].pk and on.day % 5 == 0:
            Subject.objects.filter(pk=lin.pk).update(standing="restricted")


ACTS = st.sampled_from(
    ["fact", "fact", "fact", "correct", "correct", "job", "leave", "mandate", "ask", "merge", "restrict"]
)  # fmt: skip
HAPPENED = st.tuples(
    ACTS, st.integers(0, 2), st.dates(date(2018, 6, 9), date(2026, 1, 1)), st.integers(0, 900)
)


@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # making a life shorter takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    st.lists(HAPPENED, min_size=1, max_size=14).map(lambda all_: sorted(all_, key=lambda one: one[2])),
    st.lists(st.dates(date(2020, 1, 1), date(2042, 1, 1)), min_size=1, max_size=3).map(sorted),
)  # fmt: skip
def test_random_lives_are_swept_as_the_rule_by_hand_says_and_nothing_in_its_term(
    happened: list[tuple[str, int, date, int]], days: list[date]
) -> None:
    with transaction.atomic():
        life = Life()
        for what, who, on, more in happened:
            life.happen(what, who, on, more)
        empty: set[int] = set()
        for on in days:
            due = due_on(on)
            whole = dict(Fact.objects.exclude(pk__in=due | empty).values_list("pk", "sealed"))
            sweep(Run(on, noon(on), aged=0.0))
            empty |= due  # a value is gone for good, whatever happens to the subject afterwards
            swept = set(Fact.objects.exclude(swept_at=None).values_list("pk", flat=True))
            assert swept == empty
            assert dict(Fact.objects.filter(swept_at=None).values_list("pk", "sealed")) == whole
            assert not Fact.objects.filter(swept_at__isnull=False).exclude(
                sealed=None, value="", fingerprint=""
            )
        assert Sweep.objects.count() == len(set(days))
        transaction.set_rollback(True)
