"""The shell of the installed phone app: its service worker, its manifest, and the one page that is cached unsealed.

The shell page holds nobody's data. What a person has stays sealed in the phone's store and comes from there.
"""

import json

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
def shell_page(request: HttpRequest) -> HttpResponse:
    """The page without a person."""
    return render(request, "phone/shell.html")
