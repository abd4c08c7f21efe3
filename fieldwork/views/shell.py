"""The shell of the installed phone app: its service worker, its manifest, and the one page that is cached unsealed.

The shell page holds nobody's data. What a person has stays sealed in the phone's store and comes from there.
"""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fieldwork import shell_files
from governance.accounts.actors import Actor
from grids.views.ground import area_of, ground_of
from incidents.views.phone import answer, phone_page

THEME = "#1659b0"


@require_safe
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """The script with its list of files; its scope is everything below /m/."""
    language = get_language() or ""
    told = {
        "version": f"{shell_files.version()}-{language}",
        "shell": reverse("phone-work:shell"),
        "files": shell_files.addresses(),
        "map": shell_files.map_addresses(),
        "icon": static("fieldwork/img/phone-512.png"),
        "words": {"notice": pgettext("push", "New notice")},
    }
    text = f"const SHELL = {json.dumps(told)};\n{shell_files.content(shell_files.WORKER).decode()}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponseBase:
    """What the phone's home screen shows."""
    icons = [
        {
            "src": static("fieldwork/img/phone.svg"),
            "sizes": "any",
            "type": "image/svg+xml",
            "purpose": purpose,
        }
        for purpose in ("any", "maskable")
    ]
    icons.append(
        {
            "src": static("fieldwork/img/phone-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "any",
        }
    )
    shortcuts = [
        {"name": pgettext("phone", "Report"), "url": reverse("phone:report")},
        {"name": pgettext("phone", "Tasks"), "url": reverse("phone:tasks")},
    ]
    told = {
        "id": "/m/",
        "name": _("Grid work"),
        "short_name": _("Grid work"),
        "lang": get_language(),
        "start_url": reverse("phone:tasks"),
        "scope": "/m/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f4f6f8",
        "theme_color": THEME,
        "icons": icons,
        "shortcuts": shortcuts,
    }
    return JsonResponse(
        told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
def map_worker(request: HttpRequest) -> HttpResponse:
    """The map library's worker, at an address that the service worker looks after: without a line it comes thence."""
    address = f"{settings.STATIC_URL}{shell_files.WITHIN_MAP[1]}"
    return HttpResponse(f"import {json.dumps(address)};\n", content_type="text/javascript; charset=utf-8")


@require_safe
@phone_page
def map_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The frame of the map; what is drawn comes from the phone's own pack, with a line or without."""
    return answer(request, actor, "phone/map.html", {"box": ground_of(area_of(actor.user)).box}, tab="tasks")


@require_safe
def shell_page(request: HttpRequest) -> HttpResponse:
    """The page without a person."""
    return render(request, "phone/shell.html")
