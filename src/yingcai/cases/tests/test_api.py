"""The whole life of a case over HTTP: each write once for its key, nobody more than on the pages."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from yingcai.audit.models import Event
from yingcai.cases.models import Award, Case, CaseFile
from yingcai.cases.tests.case_city import PDF, City, build_city
from yingcai.cases.tests.make_calls import Program, ask
from yingcai.cases.tests.paid_city import build_paid_city
from yingcai.identity.models import User
from yingcai.identity.queries import Role
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Look
from yingcai.registry.tests.make import make_fact, make_person, make_talent

pytestmark = pytest.mark.django_db
MONTHS = "person.insured_months"
SALARY = 765_432


@pytest.fixture
def city(tmp_path: Path, settings: Any) -> City:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    cache.clear()
    return build_city(tmp_path / "city")


def begun(talent: Program, programme: str = "grant") -> str:
    status, made = talent.post("cases", {"programme": programme})
    assert status == 201, made
    return f"cases/{made['handle']}"


def handed_in(talent: Program, months: str = "24") -> str:
    """The address of a case of the grant that runs."""
    case = begun(talent)
    talent.bring(f"{case}/files", "diploma", PDF)
    _, saved = talent.post(f"{case}/answers", {"version": 1, "answers": {MONTHS: months}})
    status, made = talent.post(f"{case}/submission", {"version": saved["version"]})
    assert (status, made["status"]) == (201, "running"), made
    return case


def agreed(case: str, who: User) -> Any:
    """The case after somebody has agreed."""
    program = Program(who)
    _, now = program.get(f"desk/{case}")
    status, after = program.post(f"desk/{case}/moves", {"version": now["version"], "move": "agree"})
    assert status == 201, after
    return after


def test_the_rules_check_a_bonus_and_an_officer_awards_it(city: City) -> None:
    talent = Program(city.talent)
    case = begun(talent, "bonus")
    talent.post(f"{case}/answers", {"version": 1, "answers": {MONTHS: "24"}})
    talent.post(f"{case}/submission", {"version": 2})

    after = agreed(case, city.officer)

    assert (after["status"], after["stage"]) == ("granted", "done")
    assert Award.objects.get().amount == 200_000
    assert Event.objects.filter(action="case.decided").get().details["status"] == "granted"
    letters = [one["kind"] for one in talent.get(case)[1]["letters"]]
    assert letters[0] == "granted"


def test_anybody_reads_the_guides(city: City) -> None:
    status, rows = ask("programmes")
    _, one = ask("programmes/grant")

    assert status == 200
    assert {row["name"]: row["standing"] for row in rows}["grant"] == "open"
    assert one["title"] == "安家补助"
    assert one["versions"][0]["answer"] == "5万元"
    assert one["materials"] == [{"words": "学位证书", "need": "required"}]
    assert [step["words"] for step in one["steps"]][:2] == ["受理", "补正材料"]
    assert ask("programmes/nothing")[0] == 404


def test_anybody_asks_what_he_can_get_and_nothing_is_kept(city: City) -> None:
    events = Event.objects.count()

    status, told = ask("entitlement", {"facts": {"person.degree": "doctor", MONTHS: "24"}})

    answers = {one["programme"]: one for one in told["answers"]}
    assert status == 200
    assert (answers["grant"]["outcome"], answers["grant"]["given"]) == ("yes", "5万元")
    assert answers["bonus"]["beside"]  # it is not paid beside the grant
    assert told["question"] is None or told["question"]["fact"] not in ("person.degree", MONTHS)
    assert Event.objects.count() == events
    assert not Case.objects.exists()


def test_every_answer_that_cannot_be_read_is_named(city: City) -> None:
    wrong = {"person.degree": "emperor", "no.fact": "1", MONTHS: "24"}

    status, told = ask("entitlement", {"subject": "ghost", "facts": wrong})

    assert status == 422
    assert [one["loc"] for one in told["detail"]] == [
        ["body", "subject"], ["body", "facts", "person.degree"], ["body", "facts", "no.fact"],
    ]  # fmt: skip


def test_one_address_asks_sixty_times_a_minute_without_an_account(city: City) -> None:
    told = [ask("entitlement", {})[0] for _ in range(61)]

    assert told == [200] * 60 + [429]


def test_a_case_lives_from_the_form_to_the_award(city: City) -> None:
    talent, window = Program(city.talent), Program(city.window)
    case = begun(talent)
    _, form = talent.get(f"{case}/form")
    assert [one["fact"] for one in form["fields"]] == [MONTHS]
    assert [one["value"] for one in form["known"]] == ["博士"]
    assert form["materials"][0] == {
        "material": "diploma", "words": "学位证书", "need": "required", "files": 0,
    }  # fmt: skip

    status, refused = talent.post(f"{case}/submission", {"version": 1})
    assert status == 422
    assert {tuple(one["loc"]) for one in refused["detail"]} == {
        ("body", "files", "diploma"), ("body",),
    }  # fmt: skip
    assert Case.objects.get().status == "draft"

    assert talent.bring(f"{case}/files", "diploma", PDF)[0] == 201
    _, saved = talent.post(f"{case}/answers", {"version": 1, "answers": {MONTHS: "24"}})
    _, made = talent.post(f"{case}/submission", {"version": saved["version"]})
    assert (made["status"], made["stage"]) == ("running", "intake")
    assert made["number"] == Case.objects.get().number

    _, waiting = window.get("desk/cases")
    assert [one["number"] for one in waiting["rows"]] == [made["number"]]
    _, shown = window.get(f"desk/{case}")
    moves = {one["move"]: one["why"] for one in shown["moves"]}
    assert moves["agree"] == ""
    assert moves["uphold"]  # nothing was objected to
    assert (shown["outcome"], shown["given"]) == ("yes", "5万元")
    _, after = window.post(f"desk/{case}/moves", {"version": shown["version"], "move": "agree"})
    assert after["stage"] == "review"
    for who in (city.officer, city.county):
        after = agreed(case, who)
    assert after["stage"] == "publicity"

    _, story = talent.get(case)
    assert (story["status"], story["stage_words"]) == ("running", "公示")
    assert story["waiting"] == ["市人力社保局经办人"]
    assert [one["words"] for one in story["letters"]][-1] == "已收到申请"
    assert story["history"][0]["who"]
    _, reasons = talent.get(f"{case}/reasons")
    assert reasons["outcome"] == "yes"
    assert all(one["holds"] for one in reasons["conditions"])
    assert "plan-2026#1" not in str(reasons)  # clauses are told in words


def test_a_key_is_answered_once_and_again(city: City) -> None:
    talent = Program(city.talent)
    case = begun(talent, "bonus")
    _, saved = talent.post(f"{case}/answers", {"version": 1, "answers": {MONTHS: "24"}})
    body = {"version": saved["version"]}

    first = talent.post(f"{case}/submission", body, key="hand-in-0001")
    again = talent.post(f"{case}/submission", body, key="hand-in-0001")
    other = talent.post(f"{case}/submission", {**body, "unsure": True}, key="hand-in-0001")
    fresh = talent.post(f"{case}/submission", body)

    assert first == again
    assert first[0] == 201
    assert other[0] == 422
    assert other[1]["detail"][0]["loc"] == ["header", "Idempotency-Key"]
    assert fresh[0] == 409
    assert Event.objects.filter(action="case.submitted").count() == 1


def test_a_file_is_brought_once_for_its_key_and_taken_back(city: City) -> None:
    talent = Program(city.talent)
    case = begun(talent)

    first = talent.bring(f"{case}/files", "diploma", PDF, key="file-00001")
    again = talent.bring(f"{case}/files", "diploma", PDF, key="file-00001")
    other = talent.bring(f"{case}/files", "diploma", PDF + b"2", key="file-00001")
    wrong = talent.bring(f"{case}/files", "passport", PDF)
    bad = talent.bring(f"{case}/files", "diploma", b"MZ", name="证.exe")

    assert first == again
    assert (other[0], wrong[0], bad[0]) == (422, 422, 422)
    assert bad[1]["detail"][0]["loc"] == ["body", "files", "diploma"]
    assert CaseFile.objects.count() == 1
    row = f"{case}/files/{first[1]['id']}/removal"
    assert talent.post(row, {"version": 1})[0] == 201
    assert talent.get(case)[1]["files"] == []
    assert talent.post(row, {"version": 1})[0] == 404


def test_answers_are_kept_all_or_none(city: City) -> None:
    talent = Program(city.talent)
    case = begun(talent)
    mixed = {MONTHS: "24", "person.degree": "emperor"}

    status, told = talent.post(f"{case}/answers", {"version": 1, "answers": mixed})

    assert (status, told["detail"][0]["loc"]) == (422, ["body", "answers", "person.degree"])
    assert Case.objects.get().sealed_answers is None


def test_a_firm_files_for_its_people_calls_it_back_and_the_person_confirms(city: City) -> None:
    hr, talent = Program(city.hr), Program(city.talent)
    who = str(city.person.handle)
    _, made = hr.post("cases", {"programme": "bonus", "subject": who})
    case = f"cases/{made['handle']}"
    _, saved = hr.post(f"{case}/answers", {"version": 1, "answers": {MONTHS: "24"}})
    _, sent = hr.post(f"{case}/submission", {"version": saved["version"]})
    assert sent["status"] == "unconfirmed"

    assert talent.post(f"{case}/recall", {"version": sent["version"]})[0] == 403
    _, back = hr.post(f"{case}/recall", {"version": sent["version"]})
    assert back["status"] == "draft"
    assert talent.get(case)[0] == 404  # a draft again, and the firm's
    _, sent = hr.post(f"{case}/submission", {"version": back["version"]})
    body = {"version": sent["version"], "agree": True}
    assert hr.post(f"{case}/confirmation", body)[0] == 403
    status, done = talent.post(f"{case}/confirmation", body)

    assert (status, done["status"]) == (201, "running")


def test_a_case_is_withdrawn_as_it_was_seen(city: City) -> None:
    talent = Program(city.talent)
    case = handed_in(talent)
    version = talent.get(case)[1]["version"]

    assert talent.post(f"{case}/withdrawal", {"version": version - 1, "reason": "x"})[0] == 409
    status, made = talent.post(f"{case}/withdrawal", {"version": version, "reason": "另有打算"})

    assert (status, made["status"]) == (201, "withdrawn")
    assert talent.get(case)[1]["no_withdrawal"]


def test_a_return_asks_for_what_is_missing_and_it_is_handed_in(city: City) -> None:
    talent, window = Program(city.talent), Program(city.window)
    case = handed_in(talent)
    version = window.get(f"desk/{case}")[1]["version"]
    sent_back = {"version": version, "move": "return", "to": "correction", "reason": "看不清"}

    _, made = window.post(f"desk/{case}/moves", {**sent_back, "items": ["学位证书"]})
    _, form = talent.get(f"{case}/form")
    assert (made["stage"], form["asked_for"]) == ("correction", ["学位证书"])
    _, brought = talent.bring(f"{case}/files", "diploma", PDF + b"clear")
    _, story = talent.get(case)
    old = story["files"][0]["id"]
    body = {"version": story["version"]}
    assert talent.post(f"{case}/files/{old}/removal", body)[0] == 403
    assert talent.post(f"{case}/files/{brought['id']}/removal", body)[0] == 201
    talent.bring(f"{case}/files", "diploma", PDF + b"clearer")
    status, made = talent.post(f"{case}/submission", {**body, "note": "已重新扫描"})

    assert (status, made["stage"]) == (201, "intake")
    assert [one.size for one in CaseFile.objects.filter(removed_at=None)] == [
        len(PDF), len(PDF) + 7,
    ]  # fmt: skip


def test_who_has_no_business_with_a_case_finds_none(city: City) -> None:
    case = handed_in(Program(city.talent))
    stranger = Program(make_talent(make_person("何云飞"), "stranger"))
    other = Program(make_user("other", role=Role.EXPERT))

    assert stranger.get(case)[0] == 404
    assert stranger.get(f"{case}/reasons")[0] == 404
    assert stranger.post(f"{case}/withdrawal", {"version": 4})[0] == 404
    assert stranger.get("cases")[1] == {"rows": [], "next": 0}
    assert stranger.get("desk/cases")[0] == 403
    assert stranger.get(f"desk/{case}")[0] == 403
    assert other.get(f"desk/{case}")[0] == 404
    assert other.post(f"desk/{case}/moves", {"version": 4, "move": "agree"})[0] == 404
    assert (
        Program(city.head).post(
            f"desk/{case}/moves", {"version": Case.objects.get().version, "move": "agree"}
        )[0]
        == 403
    )  # not his step
    auditor = Program(make_user("auditor", role=Role.AUDITOR))
    assert auditor.get(f"desk/{case}")[0] == 200  # he reads, and sends nothing
    assert auditor.post(f"desk/{case}/moves", {})[0] == 403
    assert auditor.post("cases", {})[0] == 403
    assert Case.objects.get().stage == "intake"
    assert ask(case)[0] == 401


def test_a_token_opens_what_its_scope_says(city: City) -> None:
    reading = Program(city.talent, "cases:read")
    case = handed_in(Program(city.talent))
    version = Case.objects.get().version

    assert reading.get(case)[0] == 200
    assert reading.post(f"{case}/withdrawal", {"version": version})[0] == 403
    assert Program(city.talent, "registry:read").get(case)[0] == 403
    window = Program(city.window, "cases:read")
    assert window.post(f"desk/{case}/moves", {"version": version, "move": "agree"})[0] == 403
    assert Case.objects.get().version == version


def test_a_token_for_one_purpose_opens_the_desk_of_that_purpose_alone(city: City) -> None:
    handed_in(Program(city.talent))

    assert Program(city.window, purpose="casework").get("desk/cases")[0] == 200
    assert Program(city.window, purpose="audit").get("desk/cases")[0] == 403
    assert Program(city.talent, purpose="casework").get("cases")[0] == 403


def test_an_officer_leaves_a_look_and_a_program_no_read_letter(city: City) -> None:
    talent, window = Program(city.talent), Program(city.window)
    case = handed_in(talent)
    looks = Look.objects.count()

    window.get(f"desk/{case}")
    talent.get(case)

    assert Look.objects.count() == looks + 1
    assert talent.get(case)[1]["letters"][0]["read_at"] is None


def test_no_sensitive_value_is_told_even_to_the_person(tmp_path: Path, settings: Any) -> None:
    settings.YINGCAI_TODAY = date(2018, 6, 11)
    city = build_paid_city(tmp_path / "city")
    make_fact(city.person, "person.salary", SALARY, "social-insurance")
    talent, window = Program(city.talent), Program(city.officer)
    case = begun(talent, "pay")
    known = talent.get(f"{case}/form")[1]["known"]
    talent.post(f"{case}/submission", {"version": 1, "unsure": True, "anyway": True})

    assert [one["value"] for one in known if one["hidden"]] == [""]
    for program, path in ((talent, case), (talent, f"{case}/reasons"), (window, f"desk/{case}")):
        status, told = program.get(path)
        assert status == 200
        assert str(SALARY) not in str(told).replace(",", "")


def test_statistics_are_counts_of_what_one_may_see(city: City) -> None:
    handed_in(Program(city.talent))

    _, told = Program(city.window).get("desk/statistics")

    assert [(one["name"], one["open"]) for one in told["programmes"]] == [("grant", 1)]
    assert Program(make_user("other", role=Role.EXPERT)).get("desk/statistics")[1]["units"] == []
    assert not Award.objects.exists()
