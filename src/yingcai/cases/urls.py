"""Addresses of programmes and cases."""

from django.urls import path

from yingcai.cases.views import entitled, guides

app_name = "cases"
urlpatterns = [
    path("guide/", guides.guides, name="guides"),
    path("guide/<slug:name>/", guides.guide, name="guide"),
    path("guide/<slug:name>/steps.svg", guides.steps, name="guide_steps"),
    path("entitled/", entitled.entitled, name="entitled"),
]
