"""The settings of a running site with one more app, the yardstick; static files need no collection."""

import sys

from governance.settings.site import *  # noqa: F403  # settings are put together this way

for tool in ("requests", "pygments"):  # only tests bring them; REST framework would read them where they are
    sys.modules.setdefault(tool, None)  # this is how an import is refused

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.bare"]  # noqa: F405  # settings are put together this way
ROOT_URLCONF = "benchmarks.bare.urls"
STORAGES = {
    **STORAGES,  # noqa: F405  # settings are put together this way
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
