"""Addresses of programmes and cases."""

from django.urls import path

from yingcai.cases.views import (
    bulk,
    cards,
    desk,
    desk_acts,
    entitled,
    guides,
    letters,
    proving,
    publicity,
    statistics,
    subject_tab,
)

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
    path("publicity/", publicity.publicity, name="publicity"),
    path("publicity/<uuid:handle>/", publicity.objection, name="objection"),
    path("cases/statistics/", statistics.case_statistics, name="statistics"),
    path("cases/<uuid:handle>/decisions/<int:number>/", proving.comparison, name="comparison"),
    path("cases/<uuid:handle>/decisions/<int:number>/proof/", proving.proof, name="proof"),
    path("cases/<uuid:handle>/card/", cards.card, name="card"),
    path("cases/<uuid:handle>/card.svg", cards.card_code, name="card_code"),
    path("cards/check/", cards.check_card, name="check_card"),
    path("city.pub", proving.city_key, name="city_key"),
    path("registry/<uuid:handle>/cases/", subject_tab.subject_cases, name="subject_cases"),
]
