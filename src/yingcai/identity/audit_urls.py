"""Addresses of the audit."""

from django.urls import path

from yingcai.identity.views import events, sealing

app_name = "audit"
urlpatterns = [
    path("", events.index, name="index"),
    path("export.csv", events.export, name="export"),
    path("sealing/", sealing.index, name="sealing"),
    path("sealing/export.jsonl", sealing.export, name="export_sealed"),
]
