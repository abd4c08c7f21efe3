"""What counts failed sign-ins, under a name that administrators understand."""

from axes.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignInGuardConfig(AppConfig):  # type: ignore[misc]  # untyped
    """The library's app as it is, named in words."""

    verbose_name = _("Sign-in attempts")
