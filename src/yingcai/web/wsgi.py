"""The WSGI entry point; it refuses to load where the checks find errors."""

import os

from django.core.wsgi import get_wsgi_application

from yingcai.web import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yingcai.web.settings")
application = get_wsgi_application()
startup.ensure()
