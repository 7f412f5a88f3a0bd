"""Addresses of reporting, composed of its two halves."""

from yingcai.reporting import urls_months
from yingcai.reporting.urls_bulletin import urls_bulletin

app_name = "reporting"
urlpatterns = [*urls_months.urlpatterns, *urls_bulletin]
