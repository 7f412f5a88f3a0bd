"""Forms in which a person reads a clause better than the reader did."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingcai.plan.fields import ClauseFields, fields_of
from yingcai.plan.forms.fields import AmountField, YearField
from yingcai.plan.models import Clause, Measure, Plan
from yingcai.plan.phrases import find_phrase, phrase_at

COMPARATORS = [
    ("", "—"),
    (">=", _("不少于（以上）")),
    ("~", _("约（左右）")),
    ("=", _("等于")),
    ("<=", _("不超过")),
]
PER = [
    ("total", _("总量")),
    ("year", _("每年")),
    ("county", _("每个县（市、区）")),
    ("each", _("各自")),
]
BASELINES = [("", _("无")), ("growth", _("增长（比上年）"))]
ACTIONS = [("issue", _("出台")), ("revise", _("修订"))]
JOINTS = re.compile(r"[、和及与]")
FIELD_NAMES = ("subject", "value", "value_max", "measure_word", "comparator", "per", "baseline")


class ClauseForm(forms.Form):
    """Every field of a clause; those of other kinds are let be."""

    kind = forms.ChoiceField(label=_("类别"), choices=Clause.Kind.choices)
    words = forms.CharField(
        label=_("原文"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("照抄原文里的一段话；换行和空格可以省略。"),
    )
    subject = forms.CharField(label=_("统计对象"), max_length=300, required=False)
    value = AmountField(
        label=_("数值"),
        required=False,
        help_text=_("按基本单位填写：10万人填 100000，5亿元填 500000000。"),
    )
    value_max = AmountField(label=_("上限（区间时）"), required=False)
    measure_word = forms.CharField(label=_("计量单位"), max_length=12, required=False)
    comparator = forms.ChoiceField(label=_("比较方式"), choices=COMPARATORS, required=False)
    per = forms.ChoiceField(label=_("统计口径"), choices=[("", "—"), *PER], required=False)
    cumulative = forms.BooleanField(label=_("原文写明“累计”"), required=False)
    baseline = forms.ChoiceField(label=_("基数"), choices=BASELINES, required=False)
    by_year = YearField(
        label=_("完成年份"),
        required=False,
        help_text=_("原文没有另外写明就留空，按计划的结束年份算。"),
    )
    part_of = forms.TypedChoiceField(
        label=_("属于哪一条（“其中”“含”）"), required=False, coerce=int, empty_value=None
    )
    title = forms.CharField(label=_("文件名称"), max_length=300, required=False)
    action = forms.ChoiceField(
        label=_("出台还是修订"), choices=[("", "—"), *ACTIONS], required=False
    )
    reason = forms.CharField(label=_("不归类的理由"), max_length=300, required=False)
    note = forms.CharField(label=_("说明（可不填）"), max_length=300, required=False)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        measure: Measure | None,
        clause: Clause | None = None,
        **options: Any,
    ) -> None:
        if clause is not None:
            options["initial"] = {**initial_of(clause), **options.get("initial", {})}
        super().__init__(*args, **options)
        self.plan, self.measure, self.clause = plan, measure, clause
        wholes = plan.clauses.filter(measure=measure, kind=Clause.Kind.TARGET)
        if clause is not None:
            wholes = wholes.exclude(pk=clause.pk)
        choices = [(whole.pk, whole.text[:40]) for whole in wholes]
        part_of = self.fields["part_of"]
        if isinstance(part_of, forms.TypedChoiceField):
            part_of.choices = [("", "—"), *choices]

    def clause_fields(self) -> ClauseFields:
        """What the form says as the fields of a clause.

        Raises: Invalid when the words do not stand in the text exactly once.
        """
        given = self.cleaned_data
        start, end = self._span()
        kept = dict(self.clause.details) if self.clause else {}
        own = {name: given[name].strip() for name in ("title", "action", "reason")}
        details = {**kept, **{name: text for name, text in own.items() if text}}
        return ClauseFields(
            kind=given["kind"],
            start=start,
            end=end,
            cumulative=given["cumulative"],
            by_year=given["by_year"],
            part_of=given["part_of"],
            details=details,
            **{name: given[name] for name in FIELD_NAMES},
        )

    def _span(self) -> tuple[int, int]:
        """Where the words stand: the selected place if it reads so, else the only one found."""
        words = self.cleaned_data["words"]
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        if start is not None and end is not None and same_words(self.plan, start, end, words):
            return start, end
        within = (
            (self.measure.start, self.measure.end) if self.measure else (0, len(self.plan.text))
        )
        return find_phrase(self.plan.text, words, within=within)


def same_words(plan: Plan, start: int, end: int, words: str) -> bool:
    return re.sub(r"\s", "", plan.text[start:end]) == re.sub(r"\s", "", words)


def initial_of(clause: Clause) -> dict[str, Any]:
    """What the form shows at first."""
    names = (*FIELD_NAMES, "kind", "cumulative", "by_year", "start", "end")
    own = {name: str(clause.details.get(name, "")) for name in ("title", "action", "reason")}
    return {
        **{name: getattr(clause, name) for name in names},
        **own,
        "words": phrase_at(clause.plan.text, clause.start, clause.end),
        "part_of": clause.part_of_id,
    }


class PartForm(forms.Form):
    """One part of a clause that is being split."""

    subject = forms.CharField(label=_("统计对象"), max_length=300)
    value = AmountField(label=_("数值"))
    measure_word = forms.CharField(label=_("计量单位"), max_length=12)

    def part_of(self, whole: Clause) -> ClauseFields:
        """The part as the fields of a clause; it shares the words of the whole."""
        given = self.cleaned_data
        per = "total" if whole.per == "each" else whole.per
        return replace(
            fields_of(whole),
            subject=given["subject"],
            value=given["value"],
            measure_word=given["measure_word"],
            per=per,
        )


def suggested_parts(clause: Clause) -> list[dict[str, str | Decimal | None]]:
    """A part for each thing that the subject lists (甲、乙各10家), or two to fill in."""
    names = [name.strip() for name in JOINTS.split(clause.subject) if name.strip()]
    names = names if len(names) > 1 else [clause.subject, ""]
    return [
        {"subject": name, "value": clause.value, "measure_word": clause.measure_word}
        for name in names
    ]
