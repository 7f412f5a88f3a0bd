"""Addresses of the audit."""

from django.urls import path

from yingcai.identity.views import events

app_name = "audit"
urlpatterns = [
    path("", events.index, name="index"),
    path("export.csv", events.export, name="export"),
]
