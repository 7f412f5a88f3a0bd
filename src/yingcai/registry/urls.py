"""Addresses of the registry."""

from django.urls import path

from yingcai.registry.views import finding

app_name = "registry"
urlpatterns = [
    path("", finding.subjects, name="subjects"),
    path("by-number/", finding.by_number, name="by_number"),
]
