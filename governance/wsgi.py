"""WSGI door, for sites that serve pages and streams from two processes."""

import os

from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings.site")

_django = get_wsgi_application()

from governance.staticfiles import serving_options  # noqa: E402  # settings must be there first

application = ServeStatic(_django, **serving_options())
