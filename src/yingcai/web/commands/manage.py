"""``yingcai manage …``: any management command of Django."""

import os

from django.core.management import ManagementUtility


def run(argv: list[str]) -> int:
    """Hand over to Django; it ends the process itself on errors."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
    ManagementUtility(["yingcai manage", *argv]).execute()
    return 0
