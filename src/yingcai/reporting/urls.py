"""Addresses of reporting."""

from django.urls import URLPattern

from yingcai.reporting.urls_bulletin import urls_bulletin

app_name = "reporting"
urlpatterns: list[URLPattern] = [*urls_bulletin]
