"""ASGI door: static files first, then Django, with all middleware of a request in one thread."""

import gc
import os

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from servestatic import ServeStaticASGI

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings.site")


class OneThreadHandler(ASGIHandler):
    """Runs middleware and synchronous views as one piece in the request's thread.

    Django's own handler changes threads twice per middleware. Asynchronous views (streams) still run on
    the event loop, and a stream's body is sent from there.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain for synchronous use whatever the handler asks for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The whole synchronous chain, in the thread that belongs to this request."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402  # settings must be there first

from governance.foundation.bodies import BodyLimit  # noqa: E402  # settings must be there first
from governance.foundation.catalogues import join_catalogues  # noqa: E402  # settings must be there first
from governance.staticfiles import serving_options  # noqa: E402  # settings must be there first

application = ServeStaticASGI(BodyLimit(OneThreadHandler()), **serving_options())

# Views and serializers are imported now, so that no visitor waits for them.
_ = get_resolver().url_patterns
join_catalogues()

# What is here now stays until the end: the collector leaves it out. A request makes thousands of short-lived objects,
# nearly all freed by their counts, so it looks less often (a fifth more requests a second, measured).
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 10)
