"""Addresses of the registry."""

from django.urls import path

from yingcai.registry.views import (
    desk,
    finding,
    import_steps,
    imports,
    me,
    merging,
    numbers,
    privacy,
    recording,
    registers,
    subject,
)

app_name = "registry"
urlpatterns = [
    path("", finding.subjects, name="subjects"),
    path("new/", recording.new, name="new"),
    path("by-number/", finding.by_number, name="by_number"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<uuid:handle>/", imports.import_batch, name="import_batch"),
    path("imports/<uuid:handle>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<uuid:handle>/step/", import_steps.import_step, name="import_step"),
    path("imports/<uuid:handle>/faulty/", import_steps.import_faulty, name="import_faulty"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("registers/", registers.monitor, name="registers"),
    path("me/", me.me, name="me"),
    path("me/ask/", registers.ask_own, name="ask_own"),
    path("me/steps/", me.my_steps, name="my_steps"),
    path("me/looks/", me.my_looks, name="my_looks"),
    path("me/copy/", me.my_copy, name="my_copy"),
    path("me/consents/", me.consents, name="consents"),
    path("me/change/<str:name>/", me.change, name="change"),
    path("me/requests/<int:pk>/withdraw/", me.withdraw, name="withdraw"),
    path("me/reveal/<str:what>/<int:pk>/", subject.reveal_own, name="reveal_own"),
    path("requests/", desk.requests, name="requests"),
    path("requests/<int:pk>/", desk.decide, name="decide"),
    path("requests/<int:pk>/evidence/", desk.evidence, name="request_evidence"),
    path("duplicates/", merging.duplicates, name="duplicates"),
    path("duplicates/<int:pk>/", merging.duplicate, name="duplicate"),
    path("<uuid:handle>/", subject.subject, name="subject"),
    path("<uuid:handle>/record/<str:name>/", recording.record, name="record"),
    path("<uuid:handle>/numbers/new/", numbers.number_new, name="number_new"),
    path("<uuid:handle>/numbers/<int:pk>/retire/", numbers.number_retire, name="number_retire"),
    path("<uuid:handle>/ask/", registers.ask, name="ask"),
    path("<uuid:handle>/looks/", subject.looks, name="looks"),
    path("<uuid:handle>/reveal/<str:what>/<int:pk>/", subject.reveal, name="reveal"),
]
