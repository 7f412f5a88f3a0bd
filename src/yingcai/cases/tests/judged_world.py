"""A case before experts, for the world in which every address leads somewhere."""

from typing import Any

from yingcai.cases.actions.files import attach
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import save_answers, start_case, submit
from yingcai.cases.models import CaseTask
from yingcai.identity.models import Unit, User
from yingcai.identity.tests.make import make_user
from yingcai.registry.models import Subject
from yingcai.registry.tests.make import NOW


def a_judged_case(person: Subject, talent: User, expert: User) -> dict[str, Any]:
    """The expert is one of the three whom the lot named."""
    labour = Unit.objects.get(code="labour")
    window = make_user("the-second-window", role="window", unit=labour)
    for number in range(3):
        make_user(f"a-judge-{number}", role="expert")
    case = start_case("level", person, "self", actor=talent, now=NOW)
    works = attach(case, "works", "成果.pdf", b"%PDF-1.7", actor=talent, now=NOW)
    answers = {"case.route": "equal", "person.degree": "doctor"}
    case = save_answers(case, answers, version=case.version, actor=talent, now=NOW)
    case = submit(case, version=case.version, actor=talent, now=NOW)
    case = move(case, Step("agree"), version=case.version, actor=window, now=NOW)
    task = CaseTask.objects.filter(case=case, role="expert").order_by("pk")[0]
    if not CaseTask.objects.filter(case=case, person=expert.person_key).exists():
        CaseTask.objects.filter(pk=task.pk).update(person=expert.person_key)
    return {"asked/handle": case.handle, "works/pk": works.pk}
