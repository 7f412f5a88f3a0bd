from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    name = "yingcai.plan"
    label = "plan"
    verbose_name = _("计划")
    default_auto_field = "django.db.models.BigAutoField"
