"""Addresses of programmes and cases."""

from django.urls import path

from yingcai.cases.views import applying, entitled, form, guides, mine

app_name = "cases"
urlpatterns = [
    path("guide/", guides.guides, name="guides"),
    path("guide/<slug:name>/", guides.guide, name="guide"),
    path("guide/<slug:name>/steps.svg", guides.steps, name="guide_steps"),
    path("entitled/", entitled.entitled, name="entitled"),
    path("apply/<slug:name>/", applying.apply, name="apply"),
    path("apply/form/<uuid:handle>/", form.apply_form, name="apply_form"),
    path("my/cases/", mine.my_cases, name="my_cases"),
    path("my/cases/<uuid:handle>/", mine.my_case, name="my_case"),
    path("my/cases/<uuid:handle>/receipt/", mine.my_receipt, name="my_receipt"),
    path("my/cases/<uuid:handle>/steps.svg", mine.my_steps, name="my_steps"),
    path("my/cases/<uuid:handle>/papers/<int:pk>/", mine.my_paper, name="my_paper"),
    path("my/cases/<uuid:handle>/answer/", mine.my_answer, name="my_answer"),
    path("my/cases/<uuid:handle>/withdraw/", mine.my_withdrawal, name="my_withdrawal"),
]
