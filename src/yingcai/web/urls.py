"""Every address of the site."""

from django.urls import include, path

from yingcai.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="language"),
    path("accounts/", include("yingcai.identity.account_urls")),
    path("identity/", include("yingcai.identity.urls")),
    path("audit/", include("yingcai.audit.urls")),
    path("plan/", include("yingcai.plan.urls")),
    path("", include("yingcai.reporting.urls")),
]
