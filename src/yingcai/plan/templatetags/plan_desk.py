"""The plan's text with its highlights, and the words of clauses: ``{% load plan_desk %}``."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yingcai.plan.models import Clause, MeasureUnit
from yingcai.plan.queries.desk import Piece
from yingcai.plan.queries.readiness import label_of

register = template.Library()
register.filter("measure_label", label_of)

# One character stands on each highlight, so that kinds differ without colour.
LETTERS = {
    Clause.Kind.TARGET: ("量", "Q"),
    Clause.Kind.COVERAGE: ("覆", "C"),
    Clause.Kind.DELIVERABLE: ("文", "D"),
    Clause.Kind.INCENTIVE: ("奖", "I"),
    Clause.Kind.DEADLINE: ("时", "T"),
    Clause.Kind.UNCLASSIFIED: ("数", "N"),
}
TONES = {
    Clause.Status.PROPOSED: "warn",
    Clause.Status.CONFIRMED: "ok",
    Clause.Status.CORRECTED: "ok",
    Clause.Status.ADDED: "ok",
    Clause.Status.REJECTED: "muted",
    Clause.Status.SPLIT: "muted",
}
COMPARATORS = {
    ">=": gettext_lazy("不少于"),
    "~": gettext_lazy("约"),
    "=": gettext_lazy("等于"),
    "<=": gettext_lazy("不超过"),
}
PER = {
    "total": gettext_lazy("总量"),
    "year": gettext_lazy("每年"),
    "county": gettext_lazy("每个县（市、区）"),
    "each": gettext_lazy("各自"),
}
PLAN_TONES = {"draft": "warn", "submitted": "info", "published": "ok", "superseded": "muted"}


@register.simple_tag
def marked_text(pieces: Iterable[Piece], prefix: str = "") -> SafeString:
    """The pieces as HTML: every character of the plan escaped, each clause a link to its item.

    ``prefix`` stands before ``#c-ID``: the address of the page that shows the items.
    """
    parts: list[str] = []
    seen: set[int] = set()
    for piece in pieces:
        if not piece.clauses:
            parts.append(f'<span data-at="{piece.start}">{escape(piece.text)}</span>')
            continue
        clause = piece.clauses[0]
        anchors = "".join(
            f'<span id="t-{one.pk}"></span>' for one in piece.clauses if one.pk not in seen
        )
        seen.update(one.pk for one in piece.clauses)
        parts.append(anchors + _mark(piece, clause, prefix))
    # Every piece of foreign text above went through escape().
    return mark_safe("".join(parts))  # noqa: S308


def _mark(piece: Piece, clause: Clause, prefix: str) -> str:
    title = f"{clause.get_kind_display()}{_('：')}{clause.get_status_display()}"
    return (
        f'<a class="yc-mark is-{escape(clause.kind)} is-{escape(clause.status)}"'
        f' href="{escape(prefix)}#c-{clause.pk}" data-at="{piece.start}"'
        f' data-letter="{escape(kind_letter(clause.kind))}" title="{escape(title)}">'
        f"{escape(piece.text)}</a>"
    )


@register.filter
def kind_letter(kind: str) -> str:
    """The one character that stands on highlights of this kind."""
    chinese, english = LETTERS[Clause.Kind(kind)]
    return english if get_language() == "en" else chinese


@register.filter
def kind_name(kind: str) -> str:
    return str(Clause.Kind(kind).label)


@register.filter
def status_tone(status: str) -> str:
    return TONES.get(Clause.Status(status), "muted")


@register.filter
def plan_tone(status: str) -> str:
    return PLAN_TONES.get(status, "muted")


@register.filter
def comparator_word(comparator: str) -> str:
    return str(COMPARATORS.get(comparator, ""))


@register.filter
def per_word(per: str) -> str:
    return str(PER.get(per, ""))


@register.filter
def role_word(role: str) -> str:
    return str(MeasureUnit.Role(role).label)


@register.filter
def action_word(action: str) -> str:
    """Whether a document is issued or revised."""
    return _("修订") if action == "revise" else _("出台")


DECISIONS = {
    "confirm": gettext_lazy("确认"),
    "correct": gettext_lazy("更正"),
    "reject": gettext_lazy("剔除"),
    "split": gettext_lazy("拆分"),
    "add": gettext_lazy("添加"),
    "undo": gettext_lazy("撤销"),
}


@register.filter
def decision_word(action: str) -> str:
    return str(DECISIONS.get(action, action))


@register.filter
def decimal(text: str | None) -> Decimal | None:
    """A number kept as exact text, for the filters that format numbers."""
    return Decimal(text) if text else None
