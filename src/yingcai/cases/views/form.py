"""The form of an application: kept as it is filled in, handed in when everything is there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yingcai.audit import clock
from yingcai.cases.actions.deciding import adds_nothing
from yingcai.cases.actions.files import attach, detach
from yingcai.cases.actions.finding import submit_prepared
from yingcai.cases.actions.moving import Step, move
from yingcai.cases.actions.opening import (
    discard,
    is_outdated,
    lacking_materials,
    renew_draft,
    save_answers,
    submit,
)
from yingcai.cases.errors import CaseError, InvalidCase, StaleCase
from yingcai.cases.forms import Field, Form, Typed, askable, form_of
from yingcai.cases.models import Case
from yingcai.cases.queries.awards import valid_until
from yingcai.cases.queries.flows import book_of_case
from yingcai.cases.queries.materials import EXEMPT, OTHER, REQUIRED, Need, not_handed_in
from yingcai.cases.queries.qualified import prepared_for
from yingcai.cases.queries.questions import meant, range_words
from yingcai.cases.queries.scope import own_case
from yingcai.cases.queries.seats import may_change
from yingcai.cases.queries.story import asked_for, brought_with, letters, title_of
from yingcai.cases.viewers import viewer_of
from yingcai.cases.views.accounts import ACCOUNT, account_form, href_of, keep_account
from yingcai.cases.views.guides import NEEDS
from yingcai.cases.views.looking import look_at
from yingcai.identity.access import StaffRequest, signed_in
from yingcai.registry.evidence_files import SIZE_LIMIT

MATERIAL, PICK = "material.", "pick."  # before the names of fields
MOST_SENT = 20  # files at a time


@dataclass
class Sent:
    """What came with the form. ``problems``: by field; ``typed``: what could not be kept."""

    texts: dict[str, str]
    version: int
    problems: dict[str, str] = field(default_factory=dict)
    among: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    stale: bool = False
    shown: frozenset[str] = frozenset()  # the questions of the form as it was
    fresh: list[str] = field(default_factory=list)  # those that its answers opened
    doubt: bool = False  # by what is known it would be refused

    def add(self, problems: Mapping[str, str]) -> None:
        """Problems beside those that are there; what was said of a field first stands."""
        self.problems = {**problems, **self.problems}

    def faulty(self, material: str, name: str, problem: str) -> None:
        """A file that was not taken, beside the others of its material."""
        said = _("%(file)s：%(problem)s") % {"file": name, "problem": problem}
        key = f"{MATERIAL}{material}"
        self.problems[key] = _("；").join(filter(None, [self.problems.get(key), said]))

    @property
    def clean(self) -> bool:
        return not (self.problems or self.general or self.stale or self.doubt)

    @property
    def typed(self) -> Typed:
        kept = self.texts if self.stale else {name: self.texts[name] for name in self.wrong}
        return Typed(kept, self.problems, self.among)

    @property
    def wrong(self) -> list[str]:
        return [name for name in self.texts if name in self.problems]


@sensitive_post_parameters("account_number")
@signed_in
@require_http_methods(["GET", "POST"])
def apply_form(request: StaffRequest, handle: UUID) -> HttpResponse:
    """The form of one's own draft, or of a case that waits for what was missing."""
    case = own_case(request.user, handle, clock.today())
    if case is None:
        raise Http404
    if not may_change(case, request.user, clock.today()):
        return redirect("cases:my_case", case.handle)
    if request.method != "POST":
        if case.status == Case.Status.DRAFT and is_outdated(case):
            messages.info(request, _("政策已经更新：保存以后，表单按新的规定更新。"))
        return _page(request, case, None)
    wish = request.POST.get("do", "save")
    if wish in ("discard", "sure"):
        return _discard(request, case, sure=wish == "sure")
    return _kept(request, case, wish)


def _renew(request: StaffRequest, case: Case) -> None:
    """Take the rules of today for a draft, and say so; the form that was sent is stale then and loses nothing."""
    try:
        if case.status == Case.Status.DRAFT and renew_draft(case, now=clock.now()):
            messages.info(request, _("政策已经更新，表单按新的规定更新了，请核对。"))
    except CaseError as refusal:
        for problem in refusal.problems:
            messages.warning(request, problem)


def _kept(request: StaffRequest, case: Case, wish: str) -> HttpResponse:
    """Keep what can be kept whatever else was asked for; then do that."""
    _renew(request, case)
    sent = read_sent(case, request.POST, version=request.POST.get("version", ""))
    _keep_answers(request, case, sent)
    case = _again(request, case)
    if not may_change(case, request.user, clock.today()):
        messages.info(request, _("这份申请已经提交过了。"))
        return redirect("cases:my_case", case.handle)
    _keep_files(request, case, sent)
    sent.problems |= keep_account(request, [case], required=wish == "submit")
    if sent.clean and request.POST.get("remove"):
        _remove(request, case, sent)
    if wish == "submit" and not sent.stale:
        return _handed_in(request, case, sent)
    if sent.clean:
        messages.success(request, _("已保存。可以换一台设备接着填。"))
        return _back(request, case, sent)
    return _page(request, case, sent)


def _back(request: StaffRequest, case: Case, sent: Sent) -> HttpResponse:
    """To the form; the questions that the answers opened stand in its address."""
    on = clock.today()
    form = form_of(case, viewer_of(case, request.user, on), on=on)
    address = reverse("cases:apply_form", args=[case.handle])
    fresh = urlencode([("new", name) for name in form.open if name not in sent.shown])
    return redirect(f"{address}?{fresh}" if fresh and sent.shown else address)


def _again(request: StaffRequest, case: Case) -> Case:
    """As it is now. Raises: Http404."""
    found = own_case(request.user, case.handle, clock.today())
    if found is None:
        raise Http404
    return found


def read_sent(case: Case, posted: QueryDict, *, version: str) -> Sent:
    """Texts by fact; what was typed as a label is its value, where only one is meant."""
    sent = Sent({}, int(version) if version.isdecimal() and len(version) < 10 else 0)
    sent.shown = frozenset(posted.getlist("shown"))
    for name, one in askable(case, posted).items():
        text = (posted.get(name) or "").strip()[:100]
        picked = posted.get(f"{PICK}{name}", "")
        value, among = (picked, ()) if picked in dict(one.choices) else meant(one, text)
        sent.texts[name] = value
        if among:
            sent.among[name] = among
    return sent


def _keep_answers(request: StaffRequest, case: Case, sent: Sent) -> None:
    try:
        save_answers(case, sent.texts, version=sent.version, actor=request.user, now=clock.now())
    except StaleCase:
        sent.stale = True
    except InvalidCase as refusal:
        facts = book_of_case(case).rules.facts
        for name in refusal.fields:
            several = _("有几项符合，请选一项。") if name in sent.among else ""
            unread = _("这个回答读不懂，请按说明改正。")
            sent.problems[name] = several or range_words(facts[name]) or unread
    except CaseError as refusal:
        sent.general += refusal.problems


def _keep_files(request: StaffRequest, case: Case, sent: Sent) -> None:
    for material, upload in uploads(request):
        try:
            attach(
                case, material, upload.name, upload.read(SIZE_LIMIT + 1),
                actor=request.user, now=clock.now(),
            )  # fmt: skip
        except InvalidCase as refusal:
            sent.faulty(material, upload.name, str(refusal))
        except CaseError as refusal:
            sent.general += refusal.problems


def uploads(request: StaffRequest) -> Iterator[tuple[str, Any]]:
    files: Any = request.FILES
    sent = [(name, one) for name in files for one in files.getlist(name)]
    for name, one in sent[:MOST_SENT]:
        if name.startswith(MATERIAL):
            yield name.removeprefix(MATERIAL), one


def _remove(request: StaffRequest, case: Case, sent: Sent) -> None:
    number = request.POST["remove"]
    row = (
        case.files.filter(pk=int(number), removed_at=None).first()
        if number.isdecimal() and len(number) < 15
        else None
    )
    if row is None:
        return
    try:
        detach(row, version=case.version, actor=request.user, now=clock.now())
    except CaseError as refusal:
        sent.general += refusal.problems


def _handed_in(request: StaffRequest, case: Case, sent: Sent) -> HttpResponse:
    """Everything that stands in the way is said at once."""
    on = clock.today()
    form = form_of(case, viewer_of(case, request.user, on), on=on)
    sent.fresh = [name for name in form.open if sent.shown and name not in sent.shown]
    if "unsure" not in request.POST or sent.fresh:
        sent.add(dict.fromkeys(form.open, _("请回答这一项。")))
    if case.status == Case.Status.DRAFT:
        _look_over(request, case, form, sent)
    elif not request.POST.get("note", "").strip() and adds_nothing(case):
        said = _("还没有补充任何内容：请补材料或改回答；确实没有的，请在补正说明中写明。")
        sent.problems["note"] = said
    if not sent.clean:
        return _page(request, case, sent)
    try:
        if case.status == Case.Status.DRAFT:
            hand_in = submit_prepared if prepared_for(case) else submit
            hand_in(case, version=case.version, actor=request.user, now=clock.now())
            return redirect("cases:my_receipt", case.handle)
        step = Step("agree", reason=request.POST.get("note", "")[:500])
        move(case, step, version=case.version, actor=request.user, now=clock.now())
    except CaseError as refusal:
        sent.general += refusal.problems
        return _page(request, _again(request, case), sent)
    messages.success(request, _("补正内容已提交，继续办理。"))
    return redirect("cases:my_case", case.handle)


def _look_over(request: StaffRequest, case: Case, form: Form, sent: Sent) -> None:
    """What a draft lacks to be handed in."""
    lacking = lacking_materials(case, on=clock.today())
    sent.add({f"{MATERIAL}{name}": said for name, said in lacking.items()})
    sent.doubt = form.reasons.outcome == "no" and "anyway" not in request.POST
    if prepared_for(case) and "consent" not in request.POST:
        sent.problems["consent"] = _("请勾选同意：这份申请是系统为您准备的，您同意才办理。")


def _discard(request: StaffRequest, case: Case, *, sure: bool) -> HttpResponse:
    """Asked once more before it is gone."""
    if sure:
        version = request.POST.get("version", "")
        try:
            discard(
                case, version=int(version) if version.isdecimal() else 0,
                actor=request.user, now=clock.now(),
            )  # fmt: skip
        except CaseError as refusal:
            messages.error(request, str(refusal))
            return redirect("cases:apply_form", case.handle)
        messages.success(request, _("草稿已删除。"))
        return redirect("cases:my_cases")
    context = {
        "title": title_of(case),
        "action": reverse("cases:apply_form", args=[case.handle]),
        "hidden": [("do", "sure"), ("version", case.version)],
        "case": case,
    }
    return render(request, "cases/apply_discard.html", context)


def _page(request: StaffRequest, case: Case, sent: Sent | None) -> HttpResponse:
    on = clock.today()
    fresh = request.GET.getlist("new") if sent is None else sent.fresh
    viewer = viewer_of(case, request.user, on)
    form = form_of(case, viewer, on=on, typed=sent.typed if sent else None, fresh=fresh)
    look_at(case, viewer, form.known_names)
    correction = case.status != Case.Status.DRAFT
    materials = list(_materials(case, form, sent, correction=correction))
    lacks = form.fields or any(one.need.need == REQUIRED and not one.files for one in materials)
    context = {
        "case": case,
        "title": title_of(case),
        "viewer": viewer,
        "sheet": form,
        "new": [one for one in form.fields if one.new and not one.written],
        "materials": materials,
        "ready": not lacks,
        "correction": correction,
        "note": request.POST.get("note", "")[:500],
        "pay": account_form(request, [case], sent.problems if sent else None),
        "prepared": not correction and prepared_for(case),
        "renewal_until": valid_until(case.renews) if case.renews and not correction else None,
        "items": asked_for(letters(case)) if correction else (),
        "sent": sent,
        "problems": list(_problems(form, sent)) if sent else [],
        "unsure": bool(sent and sent.problems.keys() & set(form.open)),
    }
    status = 200 if sent is None else 409 if sent.stale else 422
    return render(request, "cases/apply_form.html", context, status=status)


@dataclass(frozen=True)
class Slot:
    """A material with what must be known of it and the files that are there."""

    need: Need
    word: Any
    about: Any
    files: tuple[Any, ...]
    problem: str
    takes: bool
    removable: frozenset[int]

    @property
    def key(self) -> str:
        return f"material-{self.need.id}"


def _materials(case: Case, form: Form, sent: Sent | None, *, correction: bool) -> Iterator[Slot]:
    there, removable = brought_with(case), not_handed_in(case)
    needs = [*form.needs, *([Need(OTHER, _("其他材料"), "deferrable")] if correction else [])]
    problems: Mapping[str, str] = sent.problems if sent else {}
    for one in needs:
        word, about = NEEDS[one.need]
        yield Slot(
            one,
            word,
            _("补正通知要求、上面没有列出的材料。") if one.id == OTHER else about,
            tuple(file for file in there if file.row.material == one.id),
            problems.get(f"{MATERIAL}{one.id}", ""),
            one.need != EXEMPT,
            removable,
        )


def problems_told(fields: Iterable[Field], sent: Sent, *, doubt: str) -> Iterator[dict[str, str]]:
    """For the list above a form, each with the way to its field. ``doubt``: what is said of a likely no."""
    labels = {one.asked.name: (one.asked.about, one.key) for one in fields}
    for name, said in sent.problems.items():
        if name.startswith(MATERIAL):
            yield {"text": said, "href": f"#material-{name.removeprefix(MATERIAL)}"}
        elif name.startswith(f"{ACCOUNT}.") or name in ("consent", "note"):
            yield {"text": said, "href": href_of(name)}
        elif name in labels:
            about, key = labels[name]
            text = _("%(field)s：%(problem)s") % {"field": about, "problem": said}
            yield {"text": text, "href": f"#{key}"}
    for said in sent.general:
        yield {"text": said}
    if sent.doubt:
        yield {"text": doubt, "href": "#preview"}


def _problems(form: Form, sent: Sent) -> Iterator[dict[str, str]]:
    doubt = _("按目前的信息不符合条件，请先看理由；仍要申请的，请勾选“仍要申请”。")
    return problems_told(form.fields, sent, doubt=doubt)
