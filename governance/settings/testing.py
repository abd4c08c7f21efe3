"""What tests change: plain static files, cheap passwords, plain connections, its own folders, http, and patience with
a cache that a busy machine keeps waiting.

Tools that read settings without a server (types, schema, migrations) use these too.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("DATABASE_URL", "postgresql:///governance")
os.environ.setdefault("REDIS_URL", "redis://localhost:6379/0")
os.environ["HTTPS_ONLY"] = "0"

from governance.settings.site import *

DATABASES["default"]["OPTIONS"].pop("pool")
CACHES["default"]["OPTIONS"] = {"socket_timeout": 20, "socket_connect_timeout": 20}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"governance-test-media-{os.getuid()}-{os.getpid()}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = False
EXCHANGE_LOG_IN_BACKGROUND = False
API_CLIENT_SECONDS = 0
ALLOWED_HOSTS = ["*"]
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING"}}
