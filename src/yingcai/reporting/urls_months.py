"""Addresses of months, reports, orders and standings."""

from django.urls import path

from yingcai.reporting import converters  # noqa: F401  (registers <month:...>)
from yingcai.reporting.views import dashboard, inbox, months, orders, reports, sheets, standing

MONTH = "reporting/<month:month>/"
REPORT = "reporting/reports/<int:pk>/"
ORDER = "orders/<int:pk>/"

urlpatterns = [
    path("progress/", dashboard.dashboard, name="dashboard"),
    path("progress/export.csv", dashboard.dashboard_csv, name="dashboard_csv"),
    path("progress/targets/<str:code>/", standing.standing, name="standing"),
    path("reporting/", inbox.inbox, name="inbox"),
    path("reporting/submit/", inbox.submit_ready, name="submit_ready"),
    path("reporting/approve/", inbox.approve_shown, name="approve_shown"),
    path("reporting/open/", months.open_one, name="month_open"),
    path(MONTH, months.desk, name="month"),
    path(f"{MONTH}accept/", months.accept_preview, name="month_accept"),
    path(f"{MONTH}accept/confirm/", months.accept_shown, name="month_accept_confirm"),
    path(f"{MONTH}lock/", months.lock_preview, name="month_lock"),
    path(f"{MONTH}lock/confirm/", months.lock, name="month_lock_confirm"),
    path(f"{MONTH}reopen/", months.reopen, name="month_reopen"),
    path(f"{MONTH}sheet/", sheets.month_sheet, name="month_sheet"),
    path(f"{MONTH}import/", sheets.month_import, name="month_import"),
    path(f"{MONTH}import/confirm/", sheets.month_import_confirm, name="month_import_confirm"),
    path(REPORT, reports.report_page, name="report"),
    path(f"{REPORT}save/", inbox.save, name="report_save"),
    path(f"{REPORT}submit/", reports.submit, name="report_submit"),
    path(f"{REPORT}approve/", reports.approve, name="report_approve"),
    path(f"{REPORT}accept/", reports.accept, name="report_accept"),
    path(f"{REPORT}return/", reports.send_back, name="report_return"),
    path(f"{REPORT}files/", reports.add_file, name="evidence_add"),
    path("reporting/files/<int:pk>/", reports.evidence_file, name="evidence_file"),
    path("reporting/files/<int:pk>/withdraw/", reports.withdraw_file, name="evidence_withdraw"),
    path("orders/", orders.orders_board, name="orders"),
    path("orders/new/", orders.order_new, name="order_new"),
    path(ORDER, orders.order_page, name="order"),
    path(f"{ORDER}print/", orders.order_print, name="order_print"),
    path(f"{ORDER}answer/", orders.answer, name="order_answer"),
    path(f"{ORDER}again/", orders.again, name="order_again"),
    path(f"{ORDER}close/", orders.close, name="order_close"),
    path(f"{ORDER}escalate/", orders.escalate, name="order_escalate"),
]
