from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "yingcai.cases"
    label = "cases"
    verbose_name = _("事项办理")
    default_auto_field = "django.db.models.BigAutoField"
