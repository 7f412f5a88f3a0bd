"""Addresses of programmes and cases."""

from django.urls import path

from yingcai.cases.views import bulk, desk, desk_acts, entitled, guides, letters

app_name = "cases"
urlpatterns = [
    path("guide/", guides.guides, name="guides"),
    path("guide/<slug:name>/", guides.guide, name="guide"),
    path("guide/<slug:name>/steps.svg", guides.steps, name="guide_steps"),
    path("desk/", desk.inbox, name="desk"),
    path("desk/bulk/", bulk.preview, name="desk_bulk"),
    path("desk/bulk/confirm/", bulk.confirm, name="desk_bulk_confirm"),
    path("desk/runs/<uuid:handle>/", bulk.run_page, name="desk_run"),
    path("desk/<uuid:handle>/", desk.case_page, name="desk_case"),
    path("desk/<uuid:handle>/act/", desk_acts.act, name="desk_act"),
    path("desk/<uuid:handle>/judge/", desk_acts.judge, name="desk_judge"),
    path("desk/<uuid:handle>/steps.svg", desk.steps, name="desk_steps"),
    path("desk/<uuid:handle>/papers/<int:pk>/", desk.case_file, name="desk_file"),
    path("desk/<uuid:handle>/reveal/<str:name>/", desk.reveal, name="desk_reveal"),
    path("letters/<uuid:handle>/<str:kind>/", letters.letter, name="letter"),
    path("entitled/", entitled.entitled, name="entitled"),
]
