"""Every address of the site."""

from django.urls import include, path

from yingcai.web import api, views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="language"),
    path("display/", views.choose_display, name="display"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("api/docs/", api.reference, name="api_docs"),
    path("api/openapi.json", api.schema, name="api_schema"),
    path("api/", api.api.urls),
    path("accounts/", include("yingcai.identity.account_urls")),
    path("identity/", include("yingcai.identity.urls")),
    path("audit/", include("yingcai.identity.audit_urls")),
    path("plan/", include("yingcai.plan.urls")),
    path("registry/", include("yingcai.registry.urls")),
    path("", include("yingcai.cases.urls")),
    path("", include("yingcai.reporting.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
