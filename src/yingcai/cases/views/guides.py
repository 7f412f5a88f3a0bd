"""办事指南: the list of programmes, and one programme as a page to read and to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yingcai.audit import clock
from yingcai.cases.queries import guides as found
from yingcai.cases.queries.panels.calls import calls_of
from yingcai.cases.queries.rule_book import language, rule_book
from yingcai.identity.queries import units_by_code

KINDS = {"benefit": _("资助奖励"), "recognition": _("人才认定"), "project": _("项目申报")}
SUBJECTS = {"person": _("个人"), "firm": _("用人单位"), "project": _("项目")}
STANDING = {
    found.OPEN: (_("可以申请"), "ok"),
    found.FUTURE: (_("尚未开始"), "info"),
    found.OVER: (_("已经停止"), "muted"),
}
NEEDS = {
    "required": (_("必交"), _("申请时必须提交。")),
    "deferrable": (_("可容缺"), _("可以先受理，在期限内补交。")),
    "exempt": (_("免提交"), _("由政务数据共享取得，不用提交。")),
}


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Every programme of the pack; narrowed by kind, by whom it is for, by words."""
    book = rule_book()
    rows = found.guides(book, on=clock.today()) if book else []
    kind, subject = request.GET.get("kind", ""), request.GET.get("subject", "")
    text = request.GET.get("q", "").strip()[:60]
    shown = [
        row
        for row in rows
        if kind in ("", row.kind)
        and subject in ("", row.subject)
        and text.lower() in f"{row.title}{row.summary}".lower()
    ]
    units = units_by_code()
    context = {
        "rows": [(row, _about(row), units.get(row.lead)) for row in shown],
        "kinds": [(one, KINDS[one]) for one in KINDS if any(row.kind == one for row in rows)],
        "subjects": [
            (one, SUBJECTS[one]) for one in SUBJECTS if any(row.subject == one for row in rows)
        ],
        "kind": kind,
        "subject": subject,
        "search": text,
        "any": bool(rows),
    }
    return render(request, "cases/guides.html", context)


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Who, how much, with what, by which clause."""
    book = rule_book()
    one = found.guide(book, name, on=clock.today()) if book else None
    if book is None or one is None:
        raise Http404
    units = units_by_code()
    context = {
        "guide": one,
        "about": _about(one),
        "lead": units.get(one.lead),
        "versions": [
            (version, [(line, units.get(line.verified_by)) for line in version.requirements])
            for version in found.versions(book, name)
        ],
        "calls": calls_of(name),
        "today": clock.today(),
        "materials": [(line, *NEEDS[line.need]) for line in found.materials(book, name)],
        "way": found.way(book, name),
        "together": found.together(book, name),
        # The names of examples are the policy office's own words, in Chinese.
        "examples": found.examples(book, name) if language() == "zh" else [],
    }
    return render(request, "cases/guide.html", context)


@require_safe
def steps(request: HttpRequest, name: str) -> HttpResponse:
    """The way of a case as a picture, for the page of a programme; its list of steps says the same."""
    book = rule_book()
    way = found.way(book, name) if book and name in book.rules.programmes else None
    if book is None or way is None:
        raise Http404
    return HttpResponse(found.diagram(book, way), content_type="image/svg+xml")


def _about(row: found.Guide) -> dict[str, object]:
    word, tone = STANDING[row.standing]
    return {
        "kind": KINDS[row.kind],
        "subject": SUBJECTS[row.subject],
        "standing": word,
        "tone": tone,
        "open": row.standing == found.OPEN,
    }
