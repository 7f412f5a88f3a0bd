"""Addresses of programmes and cases."""

from django.urls import path

from yingcai.cases.views import cards, entitled, guides, proving, publicity, statistics, subject_tab

app_name = "cases"
urlpatterns = [
    path("guide/", guides.guides, name="guides"),
    path("guide/<slug:name>/", guides.guide, name="guide"),
    path("guide/<slug:name>/steps.svg", guides.steps, name="guide_steps"),
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
