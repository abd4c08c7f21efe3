"""What a key may be used for. People act by their roles; this concerns systems only."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import pgettext_lazy


class ApiScope(models.TextChoices):
    """The parts of the API that can be given to a client one by one."""

    READ = "read", pgettext_lazy("scope of a key", "Read tickets and reference data")
    REPORT = "report", pgettext_lazy("scope of a key", "Report matters and upload files")
    ACT = "act", pgettext_lazy("scope of a key", "Supplement, urge, send back and act on tickets")
    EVENTS = "events", pgettext_lazy("scope of a key", "Read the feed of events")
    FIGURES = "figures", pgettext_lazy("scope of a key", "Read indicators of its regions")


BY_METHOD: Mapping[str, str] = {"GET": ApiScope.READ, "HEAD": ApiScope.READ, "OPTIONS": ApiScope.READ}


def all_scopes() -> list[str]:
    """What a client has unless something else was chosen: everything about its own tickets."""
    return [scope for scope in ApiScope.values if scope != ApiScope.FIGURES]


def needed(view: object, method: str) -> str:
    """The scope that a call needs: the view's own word for the method, else reading or acting."""
    own: Mapping[str, str] = getattr(view, "scopes", {})
    return str(own.get(method) or BY_METHOD.get(method, ApiScope.ACT))
