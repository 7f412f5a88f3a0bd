from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "yingcai.reporting"
    label = "reporting"
    verbose_name = _("报送与通报")
    default_auto_field = "django.db.models.BigAutoField"
