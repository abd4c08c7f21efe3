"""Addresses below /open311/: discovery, the production endpoint, the test endpoint; each with its ending."""

from typing import Any

from django.urls import URLPattern, re_path

from open311 import views

app_name = "open311"
ENDING = r"\.(?P<ending>xml|json)/?$"
METHODS: tuple[tuple[str, str, Any], ...] = (
    ("services", r"services", views.ServicesView),
    ("definition", r"services/(?P<code>[^/]+)", views.DefinitionView),
    ("requests", r"requests", views.RequestsView),
    ("request", r"requests/(?P<number>[^/]+)", views.RequestView),
    ("token", r"tokens/(?P<token>[^/]+)", views.TokenView),
)


def _endpoint(prefix: str, marker: str, *, is_trial: bool) -> list[URLPattern]:
    discovery = re_path(
        f"^{prefix}discovery{ENDING}", views.DiscoveryView.as_view(), name=f"{marker}discovery"
    )
    return [
        discovery,
        *(
            re_path(f"^{prefix}{path}{ENDING}", view.as_view(is_trial=is_trial), name=f"{marker}{name}")
            for name, path, view in METHODS
        ),
    ]


urlpatterns: list[URLPattern] = [
    re_path(f"^discovery{ENDING}", views.DiscoveryView.as_view(), name="home"),
    *_endpoint("v2/", "", is_trial=False),
    *_endpoint("test/v2/", "trial_", is_trial=True),
    re_path(r"^.*\.(?P<ending>json)/?$", views.NoSuchView.as_view(), name="no_such_json"),
    re_path(r"^", views.NoSuchView.as_view(), name="no_such"),
]
