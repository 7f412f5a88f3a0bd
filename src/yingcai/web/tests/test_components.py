"""Components are given plain values and say everything they are given."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from yingcai.web.templatetags import yingcai


def render(line: str, **values: Any) -> str:
    return Template("{% load yingcai %}" + line).render(Context(values))


@pytest.mark.parametrize(
    ("light", "word", "icon"),
    [
        ("green", "正常", "bi-check-circle-fill"),
        ("yellow", "滞后", "bi-exclamation-circle-fill"),
        ("red", "严重滞后", "bi-x-octagon-fill"),
        ("done", "已完成", "bi-flag-fill"),
        ("none", "无数据", "bi-dash-circle"),
        ("violet", "无数据", "bi-dash-circle"),
    ],
)
def test_a_light_is_a_word_and_a_shape_of_its_own(light: str, word: str, icon: str) -> None:
    html = render('{% include "components/light.html" with light=light only %}', light=light)

    assert word in html
    assert icon in html


@pytest.mark.parametrize(
    ("percent", "width"),
    [(Decimal("41.25"), "41.2"), (Decimal(130), "100.0"), (Decimal(-5), "0.0"), (None, "0")],
)
def test_a_bar_stays_inside_its_track(percent: object, width: str) -> None:
    assert yingcai.bar_width(percent) == width


def test_a_bar_beyond_its_goal_still_says_the_true_figure() -> None:
    html = render(
        '{% include "components/progress.html" with percent=percent light="green" only %}',
        percent=Decimal("131.5"),
    )

    assert "131.5%" in html


def test_every_problem_is_listed_at_once() -> None:
    class Both(forms.Form):
        name = forms.CharField(label="名称")
        figure = forms.DecimalField(label="数值")

    form = Both({})
    form.add_error(None, "两项都要填")
    html = render('{% include "components/errors.html" with form=form only %}', form=form)

    assert html.count("<li>") == 3
    assert 'href="#id_name"' in html
    assert 'href="#id_figure"' in html
    assert "两项都要填" in html


def test_no_problem_draws_no_box() -> None:
    html = render('{% include "components/errors.html" with form=form only %}', form=None)

    assert html.strip() == ""


def test_a_field_is_tied_to_its_help_and_its_error() -> None:
    class One(forms.Form):
        name = forms.CharField(label="名称", help_text="不超过 10 字")

    html = render(
        '{% include "components/field.html" with field=field only %}', field=One({})["name"]
    )

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="form-control is-invalid"' in html


def test_what_people_typed_is_never_markup() -> None:
    evil = "<script>alert(1)</script>"
    html = render(
        '{% include "components/confirm.html" with title=evil text=evil items=items'
        " hidden=hidden action=evil submit_label=evil cancel_href=evil csrf_token=evil only %}"
        '{% include "components/trend.html" with points=points unit=evil label=evil only %}'
        '{% include "components/map.html" with shapes=shapes width=1 height=1 label=evil only %}'
        '{% include "components/status.html" with label=evil tone=evil only %}'
        '{% include "components/empty.html" with title=evil text=evil only %}'
        '{% include "components/stat.html" with label=evil value=evil unit=evil only %}',
        evil=evil,
        items=[evil, {"label": evil, "value": evil}],
        hidden=[(evil, evil)],
        points=[(date(2018, 4, 30), Decimal(1))],
        shapes=[{"path": evil, "label": evil, "light": "red", "value": evil, "href": evil}],
    )

    assert "<script" not in html


def test_the_menu_of_roles_is_read_in_a_fixed_order() -> None:
    with translation.override("zh-hans"):
        assert yingcai.role_names(frozenset({"head", "office"})) == "人才办、单位负责人"
