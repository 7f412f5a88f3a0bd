"""Addresses of reporting, composed of its two halves."""

from yingcai.reporting import urls_months

app_name = "reporting"
urlpatterns = [*urls_months.urlpatterns]
