"""The platform's ground floor and roof: settings, entry points, foundation and command centre."""

from governance.celery import app as celery_app

__all__ = ["celery_app"]
