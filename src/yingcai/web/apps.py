from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "yingcai.web"
    label = "web"
    verbose_name = _("门户")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The checks register themselves; they need the apps to be loaded.
        from yingcai.web import checks  # noqa: F401, PLC0415
