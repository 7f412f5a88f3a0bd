"""Addresses of plan."""

from django.urls import URLPattern, path

from yingcai.plan.views import changes, deciding, desk, heads, ledger, plans

app_name = "plan"
EDITION = "<slug:slug>/<int:edition>"

urlpatterns: list[URLPattern] = [
    path("", plans.index, name="index"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger.csv", ledger.ledger_file, {"form": "csv"}, name="ledger_csv"),
    path("ledger.xlsx", ledger.ledger_file, {"form": "xlsx"}, name="ledger_xlsx"),
    path("targets/<str:code>/", ledger.target, name="target"),
    path("targets/<str:code>/edit/", changes.target_edit, name="target_edit"),
    path(f"{EDITION}/", desk.read, name="read"),
    path(f"{EDITION}/text/", plans.text, name="text"),
    path(f"{EDITION}/reading/", plans.reading, name="reading"),
    path(f"{EDITION}/head/", heads.head, name="head"),
    path(f"{EDITION}/submit/", heads.submit, name="submit"),
    path(f"{EDITION}/publish/", heads.publish, name="publish"),
    path(f"{EDITION}/return/", heads.send_back, name="return"),
    path(f"{EDITION}/diff/", heads.difference, name="diff"),
    path(f"{EDITION}/outside/", desk.outside, name="outside"),
    path(f"{EDITION}/outside/confirm/", deciding.confirm_outside, name="confirm_outside"),
    path(f"{EDITION}/measures/<int:pk>/", desk.measure, name="measure"),
    path(f"{EDITION}/measures/<int:pk>/confirm/", deciding.confirm_measure, name="confirm_measure"),
    path(f"{EDITION}/measures/<int:pk>/units/", heads.units, name="measure_units"),
    path(f"{EDITION}/measures/<int:pk>/add/", deciding.add, name="add"),
    path(f"{EDITION}/clauses/<int:pk>/", desk.clause, name="clause"),
    path(f"{EDITION}/clauses/<int:pk>/confirm/", deciding.confirm, name="confirm"),
    path(f"{EDITION}/clauses/<int:pk>/correct/", deciding.correct, name="correct"),
    path(f"{EDITION}/clauses/<int:pk>/split/", deciding.split, name="split"),
    path(f"{EDITION}/clauses/<int:pk>/reject/", deciding.reject, name="reject"),
    path(f"{EDITION}/clauses/<int:pk>/undo/", deciding.undo, name="undo"),
]
